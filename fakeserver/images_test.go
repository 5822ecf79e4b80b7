package fakeserver_test

import (
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

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

// An image that is changed during its import goes on being imported, unless it gets
// another status: then its import is over everywhere.
func TestChangeImageDuringItsImport(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		name         string
		change       func(*scenarios.Image)
		status, task string
		failed       string // os_glance_failed_import
	}{
		{"tag", func(img *scenarios.Image) { img.Tags = []string{"x"} }, "active", "success", ""},
		{"status", func(img *scenarios.Image) { img.Status = scenarios.Killed }, "killed", "failure", "fast"},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			srv := fakeserver.Run(t, fakeserver.WithYAML(`
storage: {downloads: [{uri: "http://images.example/a.raw", data: abc, takes: 30s}]}
images: [{id: `+alpha+`, name: alpha, status: queued, disk_format: raw, container_format: bare}]`))
			web := `{"method": {"name": "web-download", "uri": "http://images.example/a.raw"}}`
			if rec := call(srv, http.MethodPost, "/v2/images/"+alpha+"/import", strings.NewReader(web), "Content-Type", "application/json"); rec.Code != http.StatusAccepted {
				t.Fatalf("the import was answered %d %s", rec.Code, rec.Body)
			}
			if _, err := srv.ChangeImage(alpha, test.change); err != nil {
				t.Fatal(err)
			}
			srv.Advance(time.Minute)
			img, _ := srv.Image(alpha)
			_, during := img.Properties["os_glance_import_task"]
			if string(img.Status) != test.status || img.Properties["os_glance_failed_import"] != test.failed || during {
				t.Errorf("the image has become %v", img)
			}
			if tasks := call(srv, http.MethodGet, "/v2/images/"+alpha+"/tasks", nil).Body.String(); !strings.Contains(tasks, `"status": "`+test.task+`"`) {
				t.Errorf("its tasks are %s, want one with %s", tasks, test.task)
			}
		})
	}
}

// An upload whose image is given another status meanwhile is refused, whether its
// data comes or not, and leaves the image alone.
func TestChangeImageDuringItsUpload(t *testing.T) {
	t.Parallel()
	for _, path := range []string{"/file", "/stage"} {
		for _, end := range []error{io.EOF, io.ErrUnexpectedEOF} {
			srv := fakeserver.Run(t, fakeserver.WithYAML(`images: [{id: `+alpha+`, status: queued, disk_format: raw, container_format: bare}]`))
			rec := call(srv, http.MethodPut, "/v2/images/"+alpha+path, readerFunc(func([]byte) (int, error) {
				if _, err := srv.ChangeImage(alpha, func(img *scenarios.Image) { img.Status = scenarios.Importing }); err != nil {
					t.Error(err)
				}
				return 0, end
			}))
			if rec.Code < 400 {
				t.Errorf("PUT %s that ends with %v is answered %d", path, end, rec.Code)
			}
			if img, _ := srv.Image(alpha); img.Status != scenarios.Importing || img.Checksum != "" {
				t.Errorf("after PUT %s that ends with %v the image is %v", path, end, img)
			}
		}
	}
}

type readerFunc func([]byte) (int, error)

func (read readerFunc) Read(b []byte) (int, error) { return read(b) }

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
