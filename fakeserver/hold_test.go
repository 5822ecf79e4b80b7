package fakeserver_test

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptrace"
	"net/textproto"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/fakeglance/fakeglance/fakeserver"
	"github.com/fakeglance/fakeglance/scenarios"
)

const queuedImage = "images: [{id: " + ubuntu + ", name: ubuntu, status: queued, disk_format: raw, container_format: bare}]\n"

const ubuntuPath = "/v2/images/" + ubuntu

func calls(ops ...scenarios.Operation) scenarios.Match { return scenarios.Match{Operation: ops} }

var beforeWork = fakeserver.HoldBefore(scenarios.BeforeWork)

// background sends requests while a test goes on.
type background struct {
	sync.WaitGroup
	t   *testing.T
	srv *fakeserver.Server
}

// inBackground returns a background whose requests have ended before the test does.
func inBackground(t *testing.T, srv *fakeserver.Server) *background {
	b := &background{t: t, srv: srv}
	t.Cleanup(b.Wait)
	return b
}

// send sends a request, which has to be answered with the status; 0: not at all.
func (b *background) send(want int, method, path string) {
	b.upload(want, method, path, nil, nil)
}

// upload sends a request with a body. Begun is closed once the server reads it.
func (b *background) upload(want int, method, path string, body io.Reader, begun chan struct{}) {
	ctx := deadline(b.t)
	b.Go(func() {
		if begun != nil {
			ctx = httptrace.WithClientTrace(ctx, &httptrace.ClientTrace{
				Got1xxResponse: func(int, textproto.MIMEHeader) error { close(begun); return nil },
			})
		}
		req, err := http.NewRequestWithContext(ctx, method, b.srv.URL+path, body)
		if err != nil {
			b.t.Error(err)
			return
		}
		req.Header.Set("X-Auth-Token", "t")
		if body != nil {
			req.Header.Set("Content-Type", "application/octet-stream")
		}
		if begun != nil {
			req.Header.Set("Expect", "100-continue")
		}
		resp, err := (&http.Transport{DisableKeepAlives: true, ExpectContinueTimeout: time.Minute}).RoundTrip(req)
		switch {
		case err != nil && want != 0:
			b.t.Errorf("%s %s: %v", method, path, err)
		case err == nil:
			resp.Body.Close()
			if resp.StatusCode != want {
				b.t.Errorf("%s %s is answered %d, want %d", method, path, resp.StatusCode, want)
			}
		}
	})
}

func check(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// A deletion that is held before its work meets an upload in the middle.
func TestHoldDeleteWhileUploading(t *testing.T) {
	t.Parallel()
	ctx := deadline(t)
	srv := fakeserver.Run(t, fakeserver.WithYAML(queuedImage))
	calling := inBackground(t, srv)
	deletion := srv.Hold(calls(scenarios.DeleteImage), beforeWork)
	calling.send(204, http.MethodDelete, ubuntuPath)
	check(t, deletion.Arrived(ctx))
	data, upload := io.Pipe()
	begun := make(chan struct{})
	calling.upload(410, http.MethodPut, ubuntuPath+"/file", data, begun)
	<-begun
	if img, _ := srv.Image(ubuntu); img.Status != scenarios.Saving {
		t.Errorf("the image is %s, want saving", img.Status)
	}
	deletion.Release()
	check(t, deletion.Answered(ctx))
	srv.CheckDeleted(t, ubuntu)
	check(t, upload.Close())
	calling.Wait()
	srv.CheckRequests(t, "DELETE "+ubuntuPath+" 204", "PUT "+ubuntuPath+"/file 410")
	srv.CheckFaultsSpent(t)
	if r := srv.Requests()[0]; r.HeldBefore != scenarios.BeforeWork || r.Held <= 0 || r.Deadlock != "" || !strings.Contains(r.Injected, "hold_test.go:") {
		t.Errorf("the journal has %+v", r)
	}
}

// Of two deletions that are both held before their work, the second one goes first.
func TestHoldTwoDeletes(t *testing.T) {
	t.Parallel()
	ctx := deadline(t)
	srv := fakeserver.Run(t, fakeserver.WithYAML(queuedImage))
	calling := inBackground(t, srv)
	var held []*fakeserver.Hold
	for _, want := range []int{404, 204} {
		h := srv.Hold(calls(scenarios.DeleteImage), beforeWork)
		calling.send(want, http.MethodDelete, ubuntuPath)
		check(t, h.Arrived(ctx))
		held = append(held, h)
	}
	for _, h := range slices.Backward(held) {
		h.Release()
		check(t, h.Answered(ctx))
	}
	calling.Wait()
	srv.CheckRequests(t, "DELETE "+ubuntuPath+" 204", "DELETE "+ubuntuPath+" 404")
	if got := srv.Requests(); got[0].Seq != 2 || got[1].Seq != 1 {
		t.Errorf("requests %d and %d were answered, want 2 and 1", got[0].Seq, got[1].Seq)
	}
}

// A list that is held before its answer shows what was deleted meanwhile.
func TestHoldListWhileDeleting(t *testing.T) {
	t.Parallel()
	ctx := deadline(t)
	srv := fakeserver.Run(t, fakeserver.WithYAML(queuedImage))
	calling := inBackground(t, srv)
	list := srv.Hold(calls(scenarios.GetImages))
	calling.send(200, http.MethodGet, "/v2/images")
	check(t, list.Arrived(ctx))
	send(t, srv, http.MethodDelete, ubuntuPath)
	list.Release()
	calling.Wait()
	srv.CheckRequests(t, "DELETE "+ubuntuPath+" 204", "GET /v2/images 200")
	if body := string(srv.Requests()[1].AnswerBody); !strings.Contains(body, ubuntu) {
		t.Errorf("the list is %s", body)
	}
}

// With a hold in the scenario the order is the same whichever call comes first.
func TestHoldUntilAnotherCall(t *testing.T) {
	t.Parallel()
	const scenario = queuedImage + "faults: [{name: later, match: {operation: delete_image}, times: 1, inject: {hold: {until: {operation: upload_image}, before: work}}}]"
	for name, order := range map[string][]string{
		"the held one first":  {"DELETE", "PUT"},
		"the other one first": {"PUT", "DELETE"},
		"at the same time":    nil,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			srv := fakeserver.Run(t, fakeserver.WithYAML(scenario))
			calling := inBackground(t, srv)
			send := func(method string) {
				if method == "PUT" {
					calling.upload(204, method, ubuntuPath+"/file", strings.NewReader("data"), nil)
				} else {
					calling.send(204, method, ubuntuPath)
				}
			}
			for i, method := range order {
				send(method)
				check(t, srv.WaitRequests(deadline(t), i+1))
			}
			if order == nil {
				send("DELETE")
				send("PUT")
			}
			calling.Wait()
			srv.CheckRequests(t, "PUT "+ubuntuPath+"/file 204", "DELETE "+ubuntuPath+" 204")
			srv.CheckFaultsSpent(t)
			srv.CheckDeleted(t, ubuntu)
		})
	}
}

// Calls that go on at the same time do so one after the other, in the order in which
// they came, and only calls about their image count.
func TestHeldCallsGoOnInOrder(t *testing.T) {
	t.Parallel()
	const clients = 50
	srv := fakeserver.Run(t, fakeserver.WithLog(nil), fakeserver.WithYAML(
		strings.ReplaceAll(queuedImage, "]", ", {id: "+alpha+", status: queued, disk_format: raw, container_format: bare}]")+
			"faults: [{match: {operation: delete_image}, inject: {hold: {until: {operation: upload_image}, before: work, within: 1m}}}]"))
	other := inBackground(t, srv)
	other.upload(204, http.MethodPut, "/v2/images/"+alpha+"/file", strings.NewReader("data"), nil)
	other.Wait()
	deleting := inBackground(t, srv)
	for i := range clients {
		deleting.Go(func() {
			if _, _, err := request(deadline(t), srv, http.MethodDelete, ubuntuPath); err != nil {
				t.Errorf("deletion %d: %v", i, err)
			}
		})
	}
	check(t, srv.WaitRequests(deadline(t), 1+clients))
	if img, ok := srv.Image(ubuntu); !ok || img.Status != scenarios.Queued {
		t.Fatal("the deletions did not wait")
	}
	other.upload(204, http.MethodPut, ubuntuPath+"/file", strings.NewReader("data"), nil)
	deleting.Wait()
	other.Wait()
	got := srv.Requests()[1:]
	if got[0].Method != http.MethodPut {
		t.Fatalf("the first answer is that of %s", got[0])
	}
	for i, r := range got[1:] {
		want := 404
		if i == 0 {
			want = 204
		}
		if r.Seq != i+2 || r.Status != want {
			t.Errorf("answer %d is that of request %d: %s; want request %d: %d", i, r.Seq, r, i+2, want)
		}
	}
}

// Calls that wait for each other go on after a while, in the order in which they came,
// and it is told who waited for whom.
func TestHoldDeadlock(t *testing.T) {
	t.Parallel()
	var log strings.Builder
	srv := fakeserver.Run(t, fakeserver.WithLog(slog.New(slog.NewTextHandler(&log, nil))), fakeserver.WithYAML(queuedImage+
		"faults: [{name: one, match: {operation: delete_image}, times: 1, inject: {hold: {until: {operation: delete_image}, before: work, within: 1h}}},\n"+
		"  {name: two, match: {operation: delete_image}, times: 1, inject: {hold: {until: {operation: delete_image}, before: work, within: 20ms}}}]"))
	calling := inBackground(t, srv)
	for i, want := range []int{204, 404} {
		calling.send(want, http.MethodDelete, ubuntuPath)
		check(t, srv.WaitRequests(deadline(t), i+1))
	}
	calling.Wait()
	srv.CheckRequests(t, "DELETE "+ubuntuPath+" 204", "DELETE "+ubuntuPath+" 404")
	got := srv.Requests()
	const want = "deadlock: request 1 (DELETE " + ubuntuPath + ") has waited before its work for *ms, held by one (scenario:2), " +
		"until a call {operation: delete_image} of the same image is done, such as request 2; " +
		"request 2 (DELETE " + ubuntuPath + ") has waited before its work for *ms, held by two (scenario:3), " +
		"until a call {operation: delete_image} of the same image is done, such as request 1"
	if got[0].Seq != 1 || !scenarios.MatchGlob(want, got[0].Deadlock) || got[1].Deadlock != "" {
		t.Errorf("the journal has %d %q and %q, want 1 and\n%s", got[0].Seq, got[0].Deadlock, got[1].Deadlock, want)
	}
	told := &recorder{TB: t}
	srv.CheckFaultsSpent(told)
	if len(told.errors) != 1 || !strings.HasPrefix(told.errors[0], "fault one (scenario:2, delete_image) held 1 call in vain: deadlock: request 1") {
		t.Errorf("the check reports %q", told.errors)
	}
	if !strings.Contains(log.String(), "WARN") || !strings.Contains(log.String(), "deadlock: request 1") {
		t.Errorf("the log has %s", log.String())
	}
}

// A call that is held before its answer has done its work: it lets others go on.
func TestHeldAnswersDoNotWaitForEachOther(t *testing.T) {
	t.Parallel()
	srv := fakeserver.Run(t, fakeserver.WithYAML(queuedImage+
		"faults: [{match: {operation: get_images}, times: 1, inject: {hold: {until: {operation: delete_image}, within: 1h}}},"+
		" {match: {operation: delete_image}, times: 1, inject: {hold: {until: {operation: get_images}, within: 1h}}}]"))
	calling := inBackground(t, srv)
	calling.send(200, http.MethodGet, "/v2/images")
	check(t, srv.WaitRequests(deadline(t), 1))
	calling.send(204, http.MethodDelete, ubuntuPath)
	await(t, srv, "the first list", func(all []fakeserver.Request) bool { return all[0].Status == 200 })
	calling.send(200, http.MethodGet, "/v2/images")
	calling.Wait()
	srv.CheckRequests(t, "GET /v2/images 200", "GET /v2/images 200", "DELETE "+ubuntuPath+" 204")
	srv.CheckFaultsSpent(t)
}

// A call that nobody releases fails the test of Run.
func TestHoldWithoutRelease(t *testing.T) {
	t.Parallel()
	told := &recorder{TB: t}
	srv := fakeserver.Run(told, fakeserver.WithLog(nil), fakeserver.WithYAML(queuedImage))
	box := must(srv.Sandbox("held"))
	box.Hold(calls(scenarios.GetImages), fakeserver.HoldWithin(time.Millisecond))
	send(t, srv, http.MethodGet, "/s/held/v2/images")
	if len(told.errors) != 1 || !strings.Contains(told.errors[0], "(GET /v2/images)") {
		t.Errorf("of a sandbox, the test is told %q", told.errors)
	}
	told.errors = nil
	h := srv.Hold(calls(scenarios.DeleteImage), fakeserver.HoldWithin(20*time.Millisecond))
	if status, _, err := request(deadline(t), srv, http.MethodDelete, ubuntuPath); err != nil || status != 204 {
		t.Errorf("the deletion: %d, %v", status, err)
	}
	const want = "deadlock: request 1 (DELETE " + ubuntuPath + ") has waited before its answer for *ms, held by injected[0] (hold_test.go:*), until Release"
	if err := h.Answered(deadline(t)); err == nil || !scenarios.MatchGlob(want, err.Error()) {
		t.Errorf("Answered returns %v, want %s", err, want)
	}
	srv.Close()
	if len(told.errors) != 1 || !scenarios.MatchGlob("fakeserver: "+want, told.errors[0]) {
		t.Errorf("the test is told %q", told.errors)
	}
}

// A wait for a call that cannot be held any more ends.
func TestHoldEnds(t *testing.T) {
	t.Parallel()
	for name, end := range map[string]func(*fakeserver.Server, *fakeserver.Hold){
		"Release": func(_ *fakeserver.Server, h *fakeserver.Hold) { h.Release(); h.Release() },
		"Reset":   func(srv *fakeserver.Server, _ *fakeserver.Hold) { srv.Reset() },
		"Close":   func(srv *fakeserver.Server, _ *fakeserver.Hold) { srv.Close() },
	} {
		srv := fakeserver.Run(t)
		h := srv.Hold(calls(scenarios.DeleteImage))
		waiting := make(chan error)
		go func() { waiting <- h.Arrived(deadline(t)) }()
		end(srv, h)
		want := "no call was held before the hold was released, or its scenario ended"
		if name == "Close" {
			want = "the sandbox was removed, or its server has closed"
		}
		if err := <-waiting; err == nil || err.Error() != want {
			t.Errorf("after %s Arrived returns %v", name, err)
		}
		if err := h.Answered(deadline(t)); err == nil || err.Error() != want {
			t.Errorf("after %s Answered returns %v", name, err)
		}
	}
	done, cancel := context.WithCancel(t.Context())
	cancel()
	h := fakeserver.Run(t).Hold(calls(scenarios.DeleteImage))
	if err := h.Arrived(done); !errors.Is(err, context.Canceled) || !strings.Contains(err.Error(), "no call came that matches {operation: delete_image}") {
		t.Errorf("without time Arrived returns %v", err)
	}
}

// What ends a server or its scenario ends the calls that it holds.
func TestHeldCallsEnd(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		end  func(*fakeserver.Server, *fakeserver.Sandbox)
		want int // status; 0: the connection is closed
	}{
		"Close":         {func(srv *fakeserver.Server, _ *fakeserver.Sandbox) { srv.Close() }, 0},
		"Reset":         {func(_ *fakeserver.Server, b *fakeserver.Sandbox) { b.Reset() }, 204},
		"Play":          {func(_ *fakeserver.Server, b *fakeserver.Sandbox) { _ = b.Play(&scenarios.Scenario{}) }, 204},
		"Sandbox.Close": {func(_ *fakeserver.Server, b *fakeserver.Sandbox) { b.Close() }, 0},
	} {
		for _, point := range []scenarios.Point{scenarios.BeforeWork, scenarios.BeforeAnswer} {
			t.Run(fmt.Sprint(name, " ", point), func(t *testing.T) {
				t.Parallel()
				srv := fakeserver.Run(t)
				box := must(srv.Sandbox("", fakeserver.WithYAML(queuedImage)))
				h := box.Hold(calls(scenarios.DeleteImage), fakeserver.HoldBefore(point))
				calling := inBackground(t, srv)
				calling.send(test.want, http.MethodDelete, strings.TrimPrefix(box.URL, srv.URL)+ubuntuPath)
				check(t, h.Arrived(deadline(t)))
				test.end(srv, box)
				calling.Wait()
			})
		}
	}
}

// A client that leaves while its call is held before the work is noticed: nothing is
// done.
func TestLeavingWhileHeld(t *testing.T) {
	t.Parallel()
	srv := fakeserver.Run(t, fakeserver.WithYAML(queuedImage))
	h := srv.Hold(calls(scenarios.DeleteImage), beforeWork)
	ctx, leave := context.WithCancel(deadline(t))
	left := make(chan error)
	go func() {
		_, _, err := request(ctx, srv, http.MethodDelete, ubuntuPath)
		left <- err
	}()
	check(t, h.Arrived(ctx))
	leave()
	if err := <-left; !errors.Is(err, context.Canceled) {
		t.Errorf("the client got %v", err)
	}
	check(t, h.Answered(deadline(t)))
	srv.CheckRequests(t, "DELETE "+ubuntuPath+" client left")
	if _, ok := srv.Image(ubuntu); !ok {
		t.Error("the image was deleted for a client that had left")
	}
}

// An upload that was held before its work loses none of its data.
func TestHoldUpload(t *testing.T) {
	t.Parallel()
	for name, size := range map[string]int{"small": 10, "large": 3 << 20} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			srv := fakeserver.Run(t, fakeserver.WithYAML(queuedImage))
			calling := inBackground(t, srv)
			h := srv.Hold(calls(scenarios.UploadImage), beforeWork)
			data, upload := io.Pipe()
			calling.upload(204, http.MethodPut, ubuntuPath+"/file", data, nil)
			text := strings.Repeat("0123456789", size/10)
			_, err := io.WriteString(upload, text[:size/2])
			check(t, err)
			check(t, h.Arrived(deadline(t)))
			h.Release()
			_, err = io.WriteString(upload, text[size/2:])
			check(t, err)
			check(t, upload.Close())
			calling.Wait()
			if _, body, err := request(deadline(t), srv, http.MethodGet, ubuntuPath+"/file"); err != nil || body != text[:len(body)] || len(body) != len(text) {
				t.Errorf("of %d bytes %d arrived: %v", len(text), len(body), err)
			}
		})
	}
}

func TestHoldMisuse(t *testing.T) {
	t.Parallel()
	srv := fakeserver.Run(t)
	defer func() {
		if got := fmt.Sprint(recover()); !strings.HasPrefix(got, `fakeserver: Hold: `) || !strings.Contains(got, `unknown operation "delete_imag" (did you mean "delete_image"?)`) {
			t.Errorf("it panics with %s", got)
		}
	}()
	srv.Hold(calls("delete_imag"))
}

// After an upload that was held, its connection serves other calls.
func TestHeldUploadKeepsItsConnection(t *testing.T) {
	t.Parallel()
	srv := fakeserver.Run(t, fakeserver.WithYAML(queuedImage))
	h := srv.Hold(calls(scenarios.UploadImage), beforeWork)
	conn := dial(t, srv)
	fmt.Fprintf(conn, "PUT %s/file HTTP/1.1\r\nHost: x\r\nX-Auth-Token: t\r\nContent-Type: application/octet-stream\r\nContent-Length: 8\r\n\r\nsome", ubuntuPath)
	check(t, h.Arrived(deadline(t)))
	h.Release()
	fmt.Fprintf(conn, "dataGET %s/file HTTP/1.1\r\nHost: x\r\nX-Auth-Token: t\r\n\r\n", ubuntuPath)
	answers := bufio.NewReader(conn)
	for _, want := range []string{"", "somedata"} {
		resp := must(http.ReadResponse(answers, nil))
		if body := string(must(io.ReadAll(resp.Body))); body != want {
			t.Errorf("%s %q, want %q", resp.Status, body, want)
		}
	}
}

// So does that of one that is refused, though its client had first asked whether to
// send its data.
func TestHeldUploadIsRefused(t *testing.T) {
	t.Parallel()
	srv := fakeserver.Run(t)
	h := srv.Hold(calls(scenarios.UploadImage), beforeWork)
	conn := dial(t, srv)
	fmt.Fprintf(conn, "PUT %s/file HTTP/1.1\r\nHost: x\r\nX-Auth-Token: t\r\nContent-Type: application/octet-stream\r\nContent-Length: 4\r\nExpect: 100-continue\r\n\r\n", ubuntuPath)
	answers := bufio.NewReader(conn)
	if resp := must(http.ReadResponse(answers, nil)); resp.StatusCode != http.StatusContinue {
		t.Fatalf("the first answer is %s", resp.Status)
	}
	check(t, h.Arrived(deadline(t)))
	h.Release()
	fmt.Fprint(conn, "dataGET /v2/images HTTP/1.1\r\nHost: x\r\nX-Auth-Token: t\r\n\r\n")
	for _, want := range []int{404, 200} {
		resp := must(http.ReadResponse(answers, nil))
		must(io.Copy(io.Discard, resp.Body))
		if resp.StatusCode != want {
			t.Errorf("the answer is %s, want %d", resp.Status, want)
		}
	}
}

// Under HTTP/2, too, a client that leaves in the middle of an upload that is held is
// noticed.
func TestLeavingWhileHeldUnderHTTP2(t *testing.T) {
	t.Parallel()
	srv := fakeserver.Run(t, fakeserver.WithYAML(queuedImage), fakeserver.WithTLS())
	h := srv.Hold(calls(scenarios.UploadImage), beforeWork)
	ctx, leave := context.WithCancel(deadline(t))
	data, upload := io.Pipe()
	req := must(http.NewRequestWithContext(ctx, http.MethodPut, srv.URL+ubuntuPath+"/file", data))
	req.Header.Set("X-Auth-Token", "t")
	req.Header.Set("Content-Type", "application/octet-stream")
	left := make(chan error)
	go func() {
		resp, err := srv.Client().Do(req)
		if err == nil {
			resp.Body.Close()
		}
		left <- err
	}()
	must(io.WriteString(upload, "some"))
	check(t, h.Arrived(ctx))
	leave()
	if err := <-left; !errors.Is(err, context.Canceled) {
		t.Errorf("the client got %v", err)
	}
	check(t, h.Answered(deadline(t)))
	srv.CheckRequests(t, "PUT "+ubuntuPath+"/file client left")
}
