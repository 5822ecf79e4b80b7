package fakeserver_test

import (
	"context"
	"net/http"
	"strings"
	"testing"

	"github.com/fakeglance/fakeglance/fakeserver"
	"github.com/fakeglance/fakeglance/scenarios"
)

// Sums that several sandboxes wait for are computed until the last of them is gone.
func TestSumsOutliveASandbox(t *testing.T) {
	t.Parallel()
	srv := fakeserver.Run(t, fakeserver.WithYAML("images: [{id: "+alpha+", data: {bytes: 67108864}}]"))
	must(srv.Sandbox("a")).Close()
	_, body, err := request(deadline(t), srv, http.MethodGet, "/v2/images/"+alpha)
	if err != nil || !strings.Contains(string(body), `"checksum": "7f614da9329cd3aebf59b91aadc30bf0"`) {
		t.Errorf("after a sandbox was removed, the image is %s, %v", body, err)
	}
}

// The server closes at once although the sums of an image are computed that it does
// not have any more.
func TestSumsOfFormerImages(t *testing.T) {
	t.Parallel()
	for name, end := range map[string]func(*fakeserver.Server) error{
		"deleted": func(srv *fakeserver.Server) error { srv.RemoveImage(alpha); return nil },
		"changed": func(srv *fakeserver.Server) error {
			_, err := srv.ChangeImage(alpha, func(i *scenarios.Image) { i.Data = scenarios.Data{Bytes: 1}; i.Checksum = "" })
			return err
		},
		"played": func(srv *fakeserver.Server) error { return srv.Play(&scenarios.Scenario{}) },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			srv, err := fakeserver.Start(quiet, fakeserver.WithYAML("images: [{id: "+alpha+", data: {bytes: 1099511627776}}]"))
			if err != nil {
				t.Fatal(err)
			}
			asked := make(chan struct{})
			go func() {
				_, _, _ = request(context.Background(), srv, http.MethodGet, "/v2/images/"+alpha)
				close(asked)
			}()
			await(t, srv, "the request", func(all []fakeserver.Request) bool { return len(all) == 1 })
			if name != "changed" { // a change looks at the sums, too
				if err := end(srv); err != nil {
					t.Fatal(err)
				}
			} else {
				go func() { _ = end(srv) }()
			}
			closed := make(chan struct{})
			go func() { srv.Close(); close(closed) }()
			for what, done := range map[string]chan struct{}{"Close": closed, "the request": asked} {
				select {
				case <-done:
				case <-deadline(t).Done():
					t.Fatalf("%s waits for the sums", what)
				}
			}
		})
	}
}
