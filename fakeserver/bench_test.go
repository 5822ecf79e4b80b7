package fakeserver_test

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"maps"
	"net/http"
	"net/http/httptest"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/fakeglance/fakeglance/fakeserver"
	"github.com/fakeglance/fakeglance/scenarios"
)

// connections is how many clients send requests at the same time.
const connections = 32

// BenchmarkOverLoopback compares calls over the network with calls to a bare
// handler that answers 204, in the same run. It reports the ratio of their
// throughput as x/bare: 0.9 is nine tenths of the bare handler's requests per
// second. Sending a header and a body costs time in any server, so x/same is the
// ratio to a handler that sends the same answer and does nothing else. The servers
// take turns, so that other load on the machine affects all of them alike.
func BenchmarkOverLoopback(b *testing.B) {
	quiet := fakeserver.WithLog(slog.New(slog.DiscardHandler))
	for _, images := range []int{1, 1_000, 100_000} {
		for _, faults := range []int{10, 1_000, 10_000} {
			if images > 1_000 && faults > 10 {
				continue
			}
			b.Run(fmt.Sprintf("get/images=%d/faults=%d", images, faults), func(b *testing.B) {
				srv := fakeserver.Run(b, quiet, someImages(images), someFaults(faults))
				target := srv.Images()[0].ID
				compare(b, srv, func(int) (string, string) { return http.MethodGet, target }, func(int) {})
			})
			b.Run(fmt.Sprintf("delete/images=%d/faults=%d", images, faults), func(b *testing.B) {
				srv := fakeserver.Run(b, quiet, someImages(images), someFaults(faults))
				var ids []string
				compare(b, srv, func(i int) (string, string) { return http.MethodDelete, ids[i] }, func(n int) {
					ids = ids[:0]
					for range n {
						img, err := srv.AddImage(scenarios.Image{})
						if err != nil {
							b.Fatal(err)
						}
						ids = append(ids, img.ID)
					}
				})
			})
		}
	}
}

func someImages(n int) fakeserver.Option {
	return fakeserver.WithImages(scenarios.Image{Name: "image-{n}", Count: n})
}

// someFaults returns n faults, each for a different image that no call names.
func someFaults(n int) fakeserver.Option {
	faults := make([]scenarios.Fault, n)
	for i := range faults {
		faults[i] = scenarios.Fault{
			Match:  scenarios.Match{Operation: []scenarios.Operation{scenarios.DeleteImage, scenarios.GetImage}, Image: fmt.Sprintf("no-image-%d", i)},
			Inject: scenarios.Injection{Status: http.StatusServiceUnavailable},
		}
	}
	return fakeserver.WithFaults(faults...)
}

// compare sends b.N requests each to the server, to a bare one, and to one that
// only repeats the server's answer, a few thousand at a time.
func compare(b *testing.B, srv *fakeserver.Server, request func(i int) (method, image string), prepare func(n int)) {
	bare := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.WriteHeader(http.StatusNoContent)
	}))
	defer bare.Close()
	prepare(1)
	same := newRepeater(b, srv, request)
	defer same.Close()
	urls := [...]string{bare.URL, same.URL, srv.URL}
	const turn, ours = 4096, len(urls) - 1
	var took [len(urls)]durations // time per request, one entry for each turn
	b.ResetTimer()
	b.StopTimer()
	for done, first := 0, 0; done < b.N; done, first = done+turn, first+1 {
		n := min(turn, b.N-done)
		prepare(n)
		for i := range urls {
			i = (i + first) % len(urls) // going first costs more: the garbage of the turn before is collected then
			if i == ours {
				b.StartTimer()
			}
			all := load(b, urls[i], n, func(i int) (string, string) {
				method, image := request(i)
				return method, "/v2/images/" + image
			})
			took[i] = append(took[i], all/time.Duration(n))
			b.StopTimer()
		}
	}
	b.ReportMetric(float64(took[0].median())/float64(took[ours].median()), "x/bare")
	b.ReportMetric(float64(took[1].median())/float64(took[ours].median()), "x/same")
}

// newRepeater starts a server that gives every request the same answer: the one
// that srv gives to the first request.
func newRepeater(b *testing.B, srv *fakeserver.Server, request func(i int) (method, image string)) *httptest.Server {
	method, image := request(0)
	req := httptest.NewRequest(method, "/v2/images/"+image, nil)
	req.Header.Set("X-Auth-Token", "t")
	answer := httptest.NewRecorder()
	srv.ServeHTTP(answer, req)
	if answer.Code >= http.StatusMultipleChoices {
		b.Fatalf("%s %s: %d", method, image, answer.Code)
	}
	return httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		maps.Copy(w.Header(), answer.Header())
		w.WriteHeader(answer.Code)
		_, _ = w.Write(answer.Body.Bytes())
	}))
}

// durations are the times that several runs took.
type durations []time.Duration

func (d durations) median() time.Duration {
	slices.Sort(d)
	return d[len(d)/2]
}

// load sends n requests over all connections and returns how long that took.
func load(b *testing.B, url string, n int, request func(i int) (method, path string)) time.Duration {
	transport := &http.Transport{MaxIdleConnsPerHost: connections}
	defer transport.CloseIdleConnections()
	var next atomic.Int64
	var wg sync.WaitGroup
	start := time.Now()
	for range connections {
		wg.Go(func() {
			for {
				i := int(next.Add(1)) - 1
				if i >= n {
					return
				}
				method, path := request(i)
				req, err := http.NewRequestWithContext(context.Background(), method, url+path, http.NoBody)
				if err != nil {
					b.Error(err)
					return
				}
				req.Header.Set("X-Auth-Token", "t")
				resp, err := transport.RoundTrip(req)
				if err != nil {
					b.Error(err)
					return
				}
				_, _ = io.Copy(io.Discard, resp.Body)
				_ = resp.Body.Close()
				if resp.StatusCode >= http.StatusMultipleChoices {
					b.Errorf("%s %s: %s", method, path, resp.Status)
					return
				}
			}
		})
	}
	wg.Wait()
	return time.Since(start)
}

// BenchmarkServeHTTP measures a call without the network: the cost of the server
// itself.
func BenchmarkServeHTTP(b *testing.B) {
	for _, faults := range []int{10, 10_000} {
		b.Run(fmt.Sprintf("faults=%d", faults), func(b *testing.B) {
			srv, err := fakeserver.New(someImages(1000), someFaults(faults))
			if err != nil {
				b.Fatal(err)
			}
			defer srv.Close()
			path := "/v2/images/" + srv.Images()[0].ID
			b.ReportAllocs()
			for b.Loop() {
				req := httptest.NewRequest(http.MethodGet, path, nil)
				req.Header.Set("X-Auth-Token", "t")
				srv.ServeHTTP(httptest.NewRecorder(), req)
			}
		})
	}
}

// BenchmarkRun measures the whole life of a server in a test: start, one deletion,
// stop. x/bare is its median time divided by that of a bare httptest server. The
// two take turns going first, since each leaves garbage for the next to collect.
func BenchmarkRun(b *testing.B) {
	image := scenarios.Image{ID: "4ca46bf1-5c61-48ff-b4f3-0ad4e5e3ba90"}
	bareHandler := http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusNoContent) })
	theirs := timer{run: func() {
		bare := httptest.NewServer(bareHandler)
		deleteImage(b, bare.Client(), bare.URL, image.ID)
		bare.Close()
	}}
	ours := timer{run: func() {
		t := &quietTest{TB: b}
		srv := fakeserver.Run(t, fakeserver.WithImages(image))
		deleteImage(b, srv.Client(), srv.URL, image.ID)
		t.end()
	}}
	for i := 0; b.Loop(); i++ {
		if i%2 == 0 {
			theirs.measure()
			ours.measure()
		} else {
			ours.measure()
			theirs.measure()
		}
	}
	b.ReportMetric(float64(ours.took.median())/float64(theirs.took.median()), "x/bare")
}

// A timer measures the runs of a function.
type timer struct {
	run  func()
	took durations
}

func (t *timer) measure() {
	start := time.Now()
	t.run()
	t.took = append(t.took, time.Since(start))
}

// quietTest is a test that logs nothing, and ends when end is called.
type quietTest struct {
	testing.TB
	cleanups []func()
}

func (t *quietTest) Cleanup(f func())    { t.cleanups = append(t.cleanups, f) }
func (t *quietTest) Logf(string, ...any) {}
func (t *quietTest) end() {
	for _, f := range t.cleanups {
		f()
	}
}

func deleteImage(tb testing.TB, client *http.Client, url, id string) {
	req, err := http.NewRequestWithContext(context.Background(), http.MethodDelete, url+"/v2/images/"+id, nil)
	if err != nil {
		tb.Fatal(err)
	}
	req.Header.Set("X-Auth-Token", "t")
	resp, err := client.Do(req)
	if err != nil {
		tb.Fatal(err)
	}
	_ = resp.Body.Close()
	if resp.StatusCode != http.StatusNoContent {
		tb.Fatalf("DELETE: %s", resp.Status)
	}
}
