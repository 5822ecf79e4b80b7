package fakeserver_test

import (
	"bytes"
	"context"
	"crypto/md5"
	"encoding/hex"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"runtime"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/fakeglance/fakeglance/fakeserver"
	"github.com/fakeglance/fakeglance/scenarios"
)

var quiet = fakeserver.WithLog(slog.New(slog.DiscardHandler))

// queued declares n images without data.
func queued(n int) fakeserver.Option {
	return fakeserver.WithImages(scenarios.Image{Name: "image-{n}", Count: n, Status: scenarios.Queued, DiskFormat: "raw", ContainerFormat: "bare"})
}

// call sends a request without the network, and returns the answer. The header is
// given as pairs of names and values.
func call(srv *fakeserver.Server, method, path string, body io.Reader, header ...string) *httptest.ResponseRecorder {
	req := httptest.NewRequest(method, path, body)
	req.Header.Set("X-Auth-Token", "t")
	req.Header.Set("Content-Type", "application/octet-stream")
	for pair := range slices.Chunk(header, 2) {
		req.Header.Set(pair[0], pair[1])
	}
	rec := httptest.NewRecorder()
	srv.ServeHTTP(rec, req)
	return rec
}

// Each image is uploaded twice, read, listed and (every other one) deleted, all at
// the same time. In the end it is complete or gone, and every answer was true.
func TestManyUploadsAndDeletions(t *testing.T) {
	t.Parallel()
	const images, perImage = 200, 5
	srv, err := fakeserver.New(queued(images))
	if err != nil {
		t.Fatal(err)
	}
	defer srv.Close()
	ids := make([]string, images)
	for i, img := range srv.Images() {
		ids[i] = img.ID
	}
	uploads, deletions := make([][2]int, images), make([]int, images)
	var wg sync.WaitGroup
	for i, id := range ids {
		path := "/v2/images/" + id
		for j := range perImage {
			wg.Go(func() {
				switch j {
				case 0, 1:
					uploads[i][j] = call(srv, http.MethodPut, path+"/file", strings.NewReader(content(i))).Code
				case 2:
					if i%2 == 0 {
						deletions[i] = call(srv, http.MethodDelete, path, nil).Code
					}
				case 3:
					if rec := call(srv, http.MethodGet, "/v2/images?limit=50", nil); rec.Code != http.StatusOK {
						t.Errorf("list: %d", rec.Code)
					}
				case 4:
					if rec := call(srv, http.MethodGet, path+"/file", nil); rec.Code == http.StatusOK && rec.Body.String() != content(i) {
						t.Errorf("an incomplete image was read: %d bytes", rec.Body.Len())
					}
				}
			})
		}
	}
	wg.Wait()
	for i, id := range ids {
		img, there := srv.Image(id)
		done := 0
		for _, status := range uploads[i] {
			switch status {
			case http.StatusNoContent:
				done++
			case http.StatusConflict:
			case http.StatusNotFound, http.StatusGone:
				if there {
					t.Errorf("image %d exists, but an upload was answered %d", i, status)
				}
			default:
				t.Errorf("image %d: an upload was answered %d", i, status)
			}
		}
		sum := md5.Sum([]byte(content(i)))
		switch {
		case i%2 == 0 && (deletions[i] != http.StatusNoContent || there):
			t.Errorf("image %d: the deletion was answered %d, and the image exists: %t", i, deletions[i], there)
		case i%2 == 1 && done != 1:
			t.Errorf("image %d: %d uploads succeeded, want 1: %v", i, done, uploads[i])
		case i%2 == 1 && (img.Status != scenarios.Active || img.Checksum != hex.EncodeToString(sum[:])):
			t.Errorf("image %d is %s with the checksum %s", i, img.Status, img.Checksum)
		}
	}
}

func content(i int) string { return strings.Repeat(fmt.Sprintf("image %d\n", i), 1000+i) }

// An upload takes no more memory than the data that is stored.
func TestUploadIsInMemoryOnce(t *testing.T) {
	const size = 128 << 20
	for _, test := range []struct {
		yaml  string
		least int64
		most  int64
	}{
		{"{}", size - size/16, size + size/8},
		{"storage: {drop_data: true}", -1 << 20, 16 << 20},
	} {
		srv, err := fakeserver.New(queued(1), fakeserver.WithYAML(test.yaml))
		if err != nil {
			t.Fatal(err)
		}
		id := srv.Images()[0].ID
		before := heap()
		src := &heapWatcher{Reader: io.LimitReader(zeros{}, size)}
		if rec := call(srv, http.MethodPut, "/v2/images/"+id+"/file", src); rec.Code != http.StatusNoContent {
			t.Fatalf("upload: %d %s", rec.Code, rec.Body)
		}
		if peak := src.peak - before; peak > test.most {
			t.Errorf("%s: the heap grew by up to %d MiB, want at most %d", test.yaml, peak>>20, test.most>>20)
		}
		if grown := heap() - before; grown < test.least || grown > test.most {
			t.Errorf("%s: the heap is larger by %d MiB, want %d to %d", test.yaml, grown>>20, test.least>>20, test.most>>20)
		}
		img, _ := srv.Image(id)
		if img.Size != size || img.Status != scenarios.Active {
			t.Errorf("the image is %s, of %d bytes", img.Status, img.Size)
		}
		if rec := call(srv, http.MethodDelete, "/v2/images/"+id, http.NoBody); rec.Code != http.StatusNoContent {
			t.Fatalf("deletion: %d %s", rec.Code, rec.Body)
		}
		if left := heap() - before; left > size/16 {
			t.Errorf("%s: %d MiB are still in use after the deletion", test.yaml, left>>20)
		}
		srv.Close()
	}
}

func heap() int64 {
	runtime.GC()
	runtime.GC() // what is in a sync.Pool survives the first one
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return int64(m.HeapAlloc)
}

type zeros struct{}

func (zeros) Read(p []byte) (int, error) {
	clear(p)
	return len(p), nil
}

// heapWatcher measures the heap while it is read from.
type heapWatcher struct {
	io.Reader
	read, peak int64
}

func (w *heapWatcher) Read(p []byte) (int, error) {
	n, err := w.Reader.Read(p)
	if w.read += int64(n); w.read%(16<<20) < int64(n) {
		w.peak = max(w.peak, heap())
	}
	return n, err
}

// If an upload is interrupted, its image is queued again, whether the client went
// away or the server closed. Close does not wait for the rest of an upload.
func TestInterruptedUpload(t *testing.T) {
	t.Parallel()
	for name, interrupt := range map[string]func(net.Conn, *fakeserver.Server){
		"by the client": func(conn net.Conn, _ *fakeserver.Server) { _ = conn.Close() },
		"by the server": func(_ net.Conn, srv *fakeserver.Server) { srv.Close() },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			srv := fakeserver.Run(t, queued(1))
			id := srv.Images()[0].ID
			conn := dial(t, srv)
			fmt.Fprintf(conn, "PUT /v2/images/%s/file HTTP/1.1\r\nHost: x\r\nX-Auth-Token: t\r\nContent-Type: application/octet-stream\r\nContent-Length: 100\r\n\r\nhalf", id)
			until(t, func() bool { img, _ := srv.Image(id); return img.Status == scenarios.Saving })
			interrupt(conn, srv)
			if err := srv.WaitRequests(deadline(t), 1); err != nil {
				t.Fatal(err)
			}
			img, _ := srv.Image(id)
			if img.Status != scenarios.Queued || img.Size != 0 {
				t.Errorf("the image is %s, of %d bytes", img.Status, img.Size)
			}
		})
	}
}

// until waits for a condition for which there is no event.
func until(t *testing.T, done func() bool) {
	t.Helper()
	ctx := deadline(t)
	for !done() {
		if ctx.Err() != nil {
			t.Fatal("the condition was never met")
		}
		runtime.Gosched()
	}
}

// A request of any size is answered, and takes no more memory than its limit.
func TestHugeRequests(t *testing.T) {
	srv := fakeserver.Run(t, quiet)
	before := heap()
	for _, test := range []struct {
		name   string
		method string
		path   string
		body   io.Reader
		header func(http.Header)
		want   int
	}{
		{"100 MB of JSON", "POST", "/v2/images", io.LimitReader(zeros{}, 100_000_000), nil, http.StatusRequestEntityTooLarge},
		{"100 MB of a patch", "PATCH", "/v2/images/4ca46bf1-5c61-48ff-b4f3-0ad4e5e3ba90", io.LimitReader(zeros{}, 100_000_000), nil, http.StatusRequestEntityTooLarge},
		{"100 MB for a token", "POST", "/v3/auth/tokens", io.LimitReader(zeros{}, 100_000_000), nil, http.StatusRequestEntityTooLarge},
		{"a URL of 2 MB", "GET", "/v2/images?name=" + strings.Repeat("a", 2_000_000), nil, nil, http.StatusRequestHeaderFieldsTooLarge},
		{"a URL of 500 kB", "DELETE", "/v2/images/" + strings.Repeat("a", 500_000), nil, nil, http.StatusBadRequest},
		{"10,000 headers of 200 bytes", "GET", "/v2/images", nil, func(h http.Header) {
			for i := range 10_000 {
				h.Set(fmt.Sprintf("X-Header-%d", i), strings.Repeat("a", 180))
			}
		}, http.StatusRequestHeaderFieldsTooLarge},
	} {
		t.Run(test.name, func(t *testing.T) {
			req, err := http.NewRequestWithContext(t.Context(), test.method, srv.URL+test.path, test.body)
			if err != nil {
				t.Fatal(err)
			}
			req.Header.Set("X-Auth-Token", "t")
			if test.header != nil {
				test.header(req.Header)
			}
			conn := &http.Transport{DisableKeepAlives: true, ExpectContinueTimeout: time.Second}
			resp, err := conn.RoundTrip(req)
			if err != nil {
				t.Fatal(err)
			}
			defer resp.Body.Close()
			if body, _ := io.ReadAll(io.LimitReader(resp.Body, 300)); resp.StatusCode != test.want {
				t.Errorf("%s %s, want %d", resp.Status, bytes.TrimSpace(body), test.want)
			}
		})
	}
	if grown := heap() - before; grown > 32<<20 {
		t.Errorf("the heap is larger by %d MiB", grown>>20)
	}
}

// A real Glance checks the syntax of a range before it looks for data, and fails if
// the image has no size. A staged image has one, so its range is checked against
// that, although its data cannot be downloaded yet.
func TestRangeOfNothing(t *testing.T) {
	t.Parallel()
	srv := fakeserver.Run(t, queued(2), fakeserver.WithDialect(scenarios.Glance))
	empty, staged := srv.Images()[0].ID, srv.Images()[1].ID
	ask := func(method, path, body, header, value string) int {
		return call(srv, method, "/v2/images/"+path, strings.NewReader(body), header, value).Code
	}
	if status := ask(http.MethodPut, staged+"/stage", "0123456789", "Accept", "*/*"); status != http.StatusNoContent {
		t.Fatalf("the answer to staging is %d", status)
	}
	for _, test := range []struct {
		image, header, value string
		want                 int
	}{
		{empty, "Range", "bytes=12-10", http.StatusRequestedRangeNotSatisfiable},
		{empty, "Range", "bytes=10-12", http.StatusInternalServerError},
		{staged, "Range", "bytes=2-50", http.StatusNoContent},
		{staged, "Range", "bytes=-3", http.StatusNoContent},
		{staged, "Range", "bytes=10-12", http.StatusRequestedRangeNotSatisfiable},
		{staged, "Content-Range", "bytes 2-5/*", http.StatusNoContent},
		{staged, "Content-Range", "bytes 2-50/*", http.StatusRequestedRangeNotSatisfiable},
	} {
		if got := ask(http.MethodGet, test.image+"/file", "", test.header, test.value); got != test.want {
			t.Errorf("%s: %s: got %d, want %d", test.header, test.value, got, test.want)
		}
	}
}

// A real Glance does not look inside a container format for the size of the disk.
func TestVirtualSize(t *testing.T) {
	t.Parallel()
	for _, img := range []scenarios.Image{
		{DiskFormat: "raw", ContainerFormat: "bare", VirtualSize: 4},
		{DiskFormat: "raw", ContainerFormat: "ovf"},
		{DiskFormat: "iso", ContainerFormat: "bare"},
	} {
		want := img.VirtualSize
		img.Status, img.VirtualSize = scenarios.Queued, 0
		srv := fakeserver.Run(t, fakeserver.WithImages(img))
		id := srv.Images()[0].ID
		if rec := call(srv, http.MethodPut, "/v2/images/"+id+"/file", strings.NewReader("data")); rec.Code != http.StatusNoContent {
			t.Fatalf("upload: %d %s", rec.Code, rec.Body)
		}
		if got, _ := srv.Image(id); got.VirtualSize != want {
			t.Errorf("%s in %s: %d, want %d", img.DiskFormat, img.ContainerFormat, got.VirtualSize, want)
		}
	}
}

// The sums of an image can take an hour to compute. Meanwhile all other calls are
// answered, and the server closes when it is told to.
func TestSumsThatTakeLong(t *testing.T) {
	t.Parallel()
	srv, err := fakeserver.Start(quiet, fakeserver.WithYAML("images: [{id: "+alpha+", data: {bytes: 1099511627776}}, {id: "+beta+"}]"))
	if err != nil {
		t.Fatal(err)
	}
	ctx, giveUp := context.WithCancel(t.Context())
	var waiting sync.WaitGroup
	for _, path := range []string{"/v2/images/" + alpha, "/v2/images?checksum=0123", "/v2/images"} {
		waiting.Go(func() {
			if status, body, err := request(ctx, srv, http.MethodGet, path); err == nil {
				t.Errorf("%s: %d %s", path, status, body)
			}
		})
	}
	await(t, srv, "three requests", func(all []fakeserver.Request) bool { return len(all) == 3 })
	for i := range 200 { // the first may come before anything is computed
		if status, _, err := request(deadline(t), srv, http.MethodPut, fmt.Sprintf("/v2/images/%s/tags/%d", beta, i%100)); err != nil || status != http.StatusNoContent {
			t.Fatalf("another image: %d, %v", status, err)
		}
	}
	giveUp()
	waiting.Wait()
	closed := make(chan struct{})
	go func() { srv.Close(); close(closed) }()
	select {
	case <-closed:
	case <-deadline(t).Done():
		t.Error("Close waits for the sums")
	}
}
