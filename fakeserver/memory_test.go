package fakeserver_test

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/fakeglance/fakeglance/fakeserver"
)

// The journal is sent request by request: while that goes on, there is less than
// twice as much memory in use as the journal may have.
func TestJournalIsStreamed(t *testing.T) {
	// Not parallel: it measures the memory of the whole process.
	const journal = 16 << 20
	srv, err := fakeserver.New(fakeserver.WithLog(nil), fakeserver.WithJournalBytes(journal))
	if err != nil {
		t.Fatal(err)
	}
	defer srv.Close()
	empty := inUse()
	body := `{"name": "` + strings.Repeat("x", 60_000) // which is no JSON, so that no image keeps it
	const n = journal / 50_000                         // more than it holds
	for range n {
		req := httptest.NewRequest(http.MethodPost, "/v2/images", strings.NewReader(body))
		req.Header.Set("X-Auth-Token", "t")
		srv.ServeHTTP(httptest.NewRecorder(), req)
	}
	for _, path := range []string{"/_fake/requests", "/_fake/requests?status=400"} {
		out := &watched{peak: inUse()}
		from, to := io.Pipe() // the answer is longer than it may be kept
		out.to = to
		var held, dropped, total int
		read := make(chan error)
		go func() {
			in := json.NewDecoder(from)
			parts := []any{json.Delim('{'), "dropped", &dropped, "requests", json.Delim('[')}
			err := readParts(in, parts...)
			for ; err == nil && in.More(); held++ {
				err = in.Decode(&struct{}{})
			}
			if err == nil {
				err = readParts(in, json.Delim(']'), "total", &total, json.Delim('}'))
			}
			from.CloseWithError(err)
			read <- err
		}()
		srv.ServeHTTP(out, httptest.NewRequest(http.MethodGet, "http://127.0.0.1"+path, nil))
		to.Close()
		if err := <-read; err != nil {
			t.Fatalf("%s: %v", path, err)
		}
		if held == 0 || dropped == 0 || held+dropped != total || total != n {
			t.Errorf("%s: %d requests, %d dropped, %d in all; want %d in all, and some dropped", path, held, dropped, total, n)
		}
		t.Logf("%s: %d MiB were in use", path, (out.peak-empty)>>20)
		if used := out.peak - empty; used >= 2*journal {
			t.Errorf("%s: while a journal of %d MiB was sent, %d MiB were in use", path, journal>>20, used>>20)
		}
	}
}

// readParts reads tokens that have to be there, and values into pointers.
func readParts(in *json.Decoder, parts ...any) error {
	for _, part := range parts {
		if into, ok := part.(*int); ok {
			if err := in.Decode(into); err != nil {
				return err
			}
		} else if token, err := in.Token(); err != nil || token != part {
			return fmt.Errorf("got %v and the error %v, want %v", token, err, part)
		}
	}
	return nil
}

// watched is an answer that watches how much memory is in use while it is written.
type watched struct {
	to      io.Writer
	header  http.Header
	peak    int
	written int
	looked  int
}

func (w *watched) Header() http.Header {
	if w.header == nil {
		w.header = http.Header{}
	}
	return w.header
}
func (w *watched) WriteHeader(int) {}
func (w *watched) Write(p []byte) (int, error) {
	if w.written += len(p); w.written-w.looked > 4<<20 {
		w.looked = w.written
		w.peak = max(w.peak, inUse())
	}
	return w.to.Write(p)
}
