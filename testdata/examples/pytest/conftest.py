"""One fake image service for all tests, and in it a sandbox for each."""
import json, os, subprocess, urllib.error, urllib.request
import openstack, pytest


@pytest.fixture(scope="session")
def server(tmp_path_factory):
    """The URL of the server that $FAKEGLANCE_URL names, or of one that ends with the tests."""
    if "FAKEGLANCE_URL" in os.environ:
        yield os.environ["FAKEGLANCE_URL"]
        return
    file = tmp_path_factory.mktemp("fakeglance") / "url"
    process = subprocess.Popen(["fakeglance", "--listen", "127.0.0.1:0", "--url-file", file, "--log", "off"])
    try:
        subprocess.run(["fakeglance", "health"], env={**os.environ, "FAKEGLANCE_URL_FILE": str(file)}, check=True)
        yield file.read_text().strip()
    finally:
        process.terminate()
        process.wait()


@pytest.fixture
def fake(server, request):
    """A function that calls the control API of the test's sandbox, with the client and the URL of that."""
    def control(method, path, body=None, url=server):
        asked = urllib.request.Request(url + "/_fake/" + path, method=method, data=json.dumps(body).encode() if body else None)
        try:
            return json.loads(urllib.request.urlopen(asked, timeout=30).read() or "null")
        except urllib.error.HTTPError as error:  # a check that fails says here what differs
            pytest.fail(error.read().decode())
    start = request.node.get_closest_marker("scenario")
    sandbox = control("POST", "sandboxes", {"names": start.args[0]} if start else {"scenario": {"images": [{"name": "ubuntu"}]}})
    call = lambda method, path, body=None: control(method, path, body, sandbox["url"])
    call.cloud = openstack.connect(load_envvars=False, load_yaml_config=False, region_name="RegionOne", auth={
        "auth_url": sandbox["auth_url"], "username": "demo", "password": "any", "project_name": "demo",
        "user_domain_id": "default", "project_domain_id": "default"})
    yield call
    control("DELETE", "sandboxes/" + sandbox["name"])
