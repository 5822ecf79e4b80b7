package fakeserver_test

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"

	"github.com/fakeglance/fakeglance/fakeserver"
	"github.com/fakeglance/fakeglance/scenarios"
)

const usedImages = `
images:
  - {id: ` + alpha + `, name: alpha, in_use_by: server db-1, data: hello, tags: [a, b], properties: {k: v}}
  - {id: ` + beta + `, name: beta, protected: true, status: queued}
`

// What happens to an image meanwhile, a test can make happen.
func TestChangeImage(t *testing.T) {
	t.Parallel()
	srv := fakeserver.Run(t, fakeserver.WithYAML(usedImages))
	img, ok := srv.ImageNamed("alpha")
	if !ok || img.ID != alpha {
		t.Fatalf("alpha is %v", img)
	}
	send(t, srv, http.MethodDelete, "/v2/images/"+alpha)
	if err := srv.FreeImage(alpha); err != nil {
		t.Fatal(err)
	}
	// All but that is as it was, the data too.
	if now, _ := srv.Image(alpha); now.InUseBy != "" || now.Checksum != img.Checksum || now.Size != 5 || len(now.Tags) != 2 || now.Properties["k"] != "v" {
		t.Errorf("the image has become %v", now)
	}
	if _, body, err := request(t.Context(), srv, http.MethodGet, "/v2/images/"+alpha+"/file"); err != nil || body != "hello" {
		t.Errorf("its data are %q, %v", body, err)
	}
	send(t, srv, http.MethodDelete, "/v2/images/"+alpha)
	srv.CheckRequests(t, "DELETE * 409", "GET * 200", "DELETE * 204")

	changed, err := srv.ChangeImage(beta, func(img *scenarios.Image) {
		img.Status, img.Owner, img.Data.Text = scenarios.Active, "somebody", "new data"
	})
	if err != nil || changed.Status != scenarios.Active || changed.Size != 8 || changed.Owner != scenarios.ProjectID("somebody") || !changed.Protected {
		t.Errorf("beta has become %v, %v", changed, err)
	}
	if !srv.RemoveImage(beta) || srv.RemoveImage(beta) {
		t.Error("beta was not removed, once")
	}
	srv.CheckDeleted(t, beta)
	if n := srv.Attempts(beta).Count; n != 0 {
		t.Errorf("the removal counts as %d attempts", n)
	}
	if err := srv.FreeImage(beta); err == nil {
		t.Error("a deleted image was freed")
	}
}

func TestChangeImageRefuses(t *testing.T) {
	t.Parallel()
	srv := fakeserver.Run(t, fakeserver.WithYAML(usedImages))
	for want, change := range map[string]func(*scenarios.Image){
		"id: it cannot change": func(img *scenarios.Image) { img.ID = never },
		"created_at: it":       func(img *scenarios.Image) { img.CreatedAt = img.CreatedAt.Add(1) },
		"remove it":            func(img *scenarios.Image) { img.Status = scenarios.Deleted },
		"visibility":           func(img *scenarios.Image) { img.Visibility = "secret" },
		"count: one image":     func(img *scenarios.Image) { img.Count = 2 },
	} {
		if _, err := srv.ChangeImage(alpha, change); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("got %v, want %s", err, want)
		}
	}
	if img, _ := srv.Image(alpha); img.InUseBy == "" || img.Status != scenarios.Active {
		t.Errorf("the image has changed: %v", img)
	}
}

// No change is lost, however many are made at once.
func TestChangeImageTogether(t *testing.T) {
	t.Parallel()
	srv := fakeserver.Run(t, fakeserver.WithYAML(usedImages))
	var wg sync.WaitGroup
	for range 50 {
		wg.Go(func() {
			if _, err := srv.ChangeImage(alpha, func(img *scenarios.Image) { img.MinDisk++ }); err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	if img, _ := srv.Image(alpha); img.MinDisk != 50 {
		t.Errorf("after 50 changes min_disk is %d", img.MinDisk)
	}
}

// Over HTTP, only what is written changes; a list is not joined to the old one.
func TestControlChangesImages(t *testing.T) {
	t.Parallel()
	srv := fakeserver.Run(t, fakeserver.WithYAML(usedImages))
	for _, test := range []struct {
		method, id, body string
		status           int
		want             string
	}{
		{"PATCH", alpha, `{in_use_by: "", tags: [c]}`, 200, `"tags":["c"]`},
		{"PATCH", beta, `{"protected": false}`, 200, `"name":"beta"`},
		{"PATCH", alpha, `{protectd: true}`, 400, `did you mean \"protected\"?`},
		{"PATCH", alpha, `{data: {file: /etc/hostname}}`, 400, "reads no files"},
		{"PATCH", never, `{protected: true}`, 404, never},
		{"DELETE", beta, "", 204, ""},
		{"DELETE", beta, "", 404, beta},
	} {
		rec := httptest.NewRecorder()
		srv.ServeHTTP(rec, httptest.NewRequest(test.method, "/_fake/images/"+test.id, strings.NewReader(test.body)))
		if rec.Code != test.status || !strings.Contains(rec.Body.String(), test.want) {
			t.Errorf("%s %s %s: %d %s, want %d %s", test.method, test.id, test.body, rec.Code, rec.Body, test.status, test.want)
		}
	}
	if img, _ := srv.Image(alpha); img.InUseBy != "" || len(img.Tags) != 1 || img.Properties["k"] != "v" {
		t.Errorf("alpha is %v", img)
	}
	srv.CheckDeleted(t, beta)
}
