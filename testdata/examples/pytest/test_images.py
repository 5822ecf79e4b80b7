"""Ten tests of a program that manages images with openstacksdk."""
import io

import openstack
import pytest

UBUNTU = "4ca46bf1-5c61-48ff-b4f3-0ad4e5e3ba90"  # the image of the built-in scenarios


def clean_up(cloud, prefix):
    """The program under test: deletes the images whose names begin with the prefix."""
    for image in list(cloud.image.images()):
        if image.name.startswith(prefix):
            cloud.image.delete_image(image, ignore_missing=False)


def test_lists_all_pages(fake):
    for n in range(60):
        fake("POST", "images", {"name": "node-%d" % n})
    names = {image.name for image in fake.cloud.image.images(limit=25)}
    assert names == {"ubuntu"} | {"node-%d" % n for n in range(60)}


def test_uploads(fake):
    image = fake.cloud.create_image("nightly", data=io.BytesIO(b"data"), disk_format="raw", container_format="bare", wait=True)
    assert image.status == "active" and image.size == 4


def test_deletes_what_it_should(fake):
    old, new = (fake("POST", "images", {"name": name})["id"] for name in ("old-1", "new-1"))
    clean_up(fake.cloud, "old-")
    fake("POST", "check", {"deleted": [old], "kept": [new]})


@pytest.mark.scenario("flaky-then-ok")
def test_survives_two_503s(fake):
    fake.cloud.image.delete_image(UBUNTU)
    fake("POST", "check", {
        "deleted": [UBUNTU], "operations": ["delete_image"], "requests": ["DELETE * 503", "DELETE * 503", "DELETE * 204"], "faults_spent": True,
    })


def test_survives_a_lost_reply(fake):
    image = fake("GET", "images")["images"][0]["id"]
    fake("POST", "faults", {"match": {"operation": "delete_image"}, "times": 1, "inject": {"drop": "reset", "effect": "applied"}})
    fake.cloud.image.delete_image(image)
    fake("POST", "check", {"deleted": [image], "faults_spent": True})


@pytest.mark.scenario("protected")
def test_leaves_protected_images_alone(fake):
    with pytest.raises(openstack.exceptions.HttpException, match="403"):
        fake.cloud.image.delete_image(UBUNTU)
    fake("POST", "check", {"kept": [UBUNTU], "attempts": {"image": UBUNTU, "max": 1}})


def test_passes_a_500_on(fake):
    fake("POST", "faults", {"name": "broken", "match": {"operation": "get_images"}, "inject": {"status": 500}})
    with pytest.raises(openstack.exceptions.HttpException, match="500"):
        clean_up(fake.cloud, "ubuntu")
    fake("DELETE", "faults/broken")
    clean_up(fake.cloud, "ubuntu")


def test_signs_in_again_once_the_token_has_expired(fake):
    fake("PUT", "scenario", {"auth": {"strict": True, "token_ttl": "1h"}, "images": [{"name": "ubuntu"}]})
    assert len(list(fake.cloud.image.images())) == 1
    fake("POST", "clock", {"advance": "2h"})
    assert len(list(fake.cloud.image.images())) == 1
    assert len(fake("GET", "requests?operation=create_token")["requests"]) == 2


def test_waits_for_the_deletion(fake):
    fake("POST", "faults", {"match": {"operation": "delete_image"}, "times": 1, "inject": {"linger": {"reads": 3}}})
    image = fake("GET", "images")["images"][0]["id"]
    assert fake.cloud.delete_image(image, wait=True)
    assert fake("GET", "requests?operation=delete_image&wait=1&timeout=5s")["total"] > 1


@pytest.mark.scenario("batch-one-refuses")
def test_goes_on_after_an_image_that_cannot_be_deleted(fake):
    images = [image["id"] for image in fake("GET", "images")["images"]]
    refused = []
    for image in images:
        try:
            fake.cloud.image.delete_image(image)
        except openstack.exceptions.SDKException as error:
            refused.append(error)
    fake("POST", "check", {"outcome": {"error": bool(refused)}})
    assert len(refused) == 2
