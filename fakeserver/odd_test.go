package fakeserver_test

import (
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"testing"

	"github.com/fakeglance/fakeglance/fakeserver"
	"github.com/fakeglance/fakeglance/scenarios"
)

// TestOddRequests sends requests as no well-behaved client does, in the dialect that
// is the default. The recordings have them for that of Glance, and the answers are
// the same.
func TestOddRequests(t *testing.T) {
	t.Parallel()
	srv := fakeserver.Run(t, fakeserver.WithImages(scenarios.Image{ID: ubuntu, Status: scenarios.Queued}))
	const image = "/v2/images/" + ubuntu
	const versioned = "Accept: application/vnd.openstack.images-"
	token := "X-Auth-Token: " + srv.Token()
	for _, test := range []struct{ request, header, body, want string }{
		{"BREW /v2/nosuch HTTP/1.1", token, "", "501"},
		{"BREW " + image + " HTTP/1.1", token, "", "405"},
		{"BREW /v2/info/usage HTTP/1.1", token, "", "501"},
		{"POST " + image + "/tasks HTTP/1.1", token, "", "404"},
		{"POST " + image + " HTTP/1.1", token, "{", "400 Malformed JSON"},
		{"POST " + image + " HTTP/1.1", token, "{}", "405"},
		{"GET " + image + " HTTP/1.1", token, "{}", "400 A body is not expected"},
		{"GET /v2/images HTTP/1.1", token, "{}", "200"},
		{"GET /images HTTP/1.1", token + "\r\n" + versioned + "v2.3", "", `200 "images"`},
		{"GET /v2/images HTTP/1.1", token + "\r\n" + versioned + "v2.3", "", "404"},
		{"GET /v2/images HTTP/1.1", token + "\r\n" + versioned + "v2.3+json", "", `300 "versions"`},
		{"GET /v3/images HTTP/1.1", token, "", `300 "versions"`},
		{"GET /v3/users/nobody/nothing HTTP/1.1", token, "", "404"}, // Keystone's
		{"OPTIONS / HTTP/1.1", "X-No: token", "", "200"},
		{"OPTIONS /v2 HTTP/1.1", "X-No: token", "", "200"},
		{"OPTIONS /versions HTTP/1.1", "X-No: token", "", `200 "versions"`},
		{"GET " + image + " HTTP/1.1", token + "\r\nX-Openstack-Request-Id: " + strings.Repeat("r", 65), "", "500"},
		{"GET " + image + " HTTP/1.1", token + "\r\nX-Openstack-Request-Id: mine", "", "200 X-Openstack-Request-Id: req-mine"},
		{"GET /versions HTTP/1.0", "X-No: host", "", "200 " + srv.URL + "/v2/"},
	} {
		host := "Host: fake\r\n"
		if strings.HasSuffix(test.request, "1.0") {
			host = ""
		}
		conn, err := new(net.Dialer).DialContext(deadline(t), "tcp", strings.TrimPrefix(srv.URL, "http://"))
		if err != nil {
			t.Fatal(err)
		}
		fmt.Fprintf(conn, "%s\r\n%s%s\r\nConnection: close\r\nContent-Length: %d\r\n\r\n%s", test.request, host, test.header, len(test.body), test.body)
		answer, err := io.ReadAll(conn)
		_ = conn.Close()
		if err != nil {
			t.Fatal(err)
		}
		status, part, _ := strings.Cut(test.want, " ")
		if line, _, _ := strings.Cut(string(answer), "\r\n"); !strings.Contains(line, " "+status+" ") || !strings.Contains(string(answer), part) {
			t.Errorf("%s %.90s %s:\n%s\nwant %s", test.request, test.header, test.body, answer, test.want)
		}
	}
}

// TestIdentityAtRoot signs in at /v3, as clients do whose OS_AUTH_URL ends so.
func TestIdentityAtRoot(t *testing.T) {
	t.Parallel()
	for _, dialect := range []scenarios.Dialect{scenarios.Native, scenarios.Glance, scenarios.IMS} {
		srv := fakeserver.Run(t, fakeserver.WithDialect(dialect))
		status, body, err := request(t.Context(), srv, http.MethodGet, "/v3")
		if err != nil || status != http.StatusOK || !strings.Contains(body, `"v3.14"`) {
			t.Errorf("%s: GET /v3: %v %d %s", dialect, err, status, body)
		}
		login := `{"auth": {"identity": {"methods": ["password"], "password": {"user": {"name": "a", "domain": {"id": "default"}, "password": "b"}}},
			"scope": {"project": {"name": "demo", "domain": {"id": "default"}}}}}`
		signedIn, err := http.Post(srv.URL+"/v3/auth/tokens", "application/json", strings.NewReader(login))
		if err != nil {
			t.Fatal(err)
		}
		_ = signedIn.Body.Close()
		if signedIn.StatusCode != http.StatusCreated || signedIn.Header.Get("X-Subject-Token") == "" {
			t.Errorf("%s: POST /v3/auth/tokens: %s", dialect, signedIn.Status)
		}
	}
}
