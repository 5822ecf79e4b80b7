package fakeserver_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/fakeglance/fakeglance/fakeserver"
	"github.com/fakeglance/fakeglance/scenarios"
)

// A deleter deletes images as a good client does, unless one of its bad habits is set.
type deleter struct {
	srv   cloud
	url   string // the cloud's
	token string

	liar      bool // says deleted whatever happened
	trusting  bool // does not look whether the image is gone
	alarmist  bool // takes a 404 for a failure
	hasty     bool // gives up at the first error
	stubborn  bool // repeats what was refused for good
	doubtful  bool // deletes again what was deleted
	insistent bool // deletes again what is not there
	eager     bool // does not wait as long as Retry-After says
	faithful  bool // never gets a new token
	greedy    bool // deletes the other images as well
	detached  bool // leaves a call running
	endless   bool // never ends by itself
}

// A cloud is a Server or a Sandbox.
type cloud interface {
	AuthURL() string
	Token() string
	Client() *http.Client
	Images() []scenarios.Image
	Advance(time.Duration)
	Now() time.Time
}

type reply struct {
	status  int
	code    string
	message string
	header  http.Header
	body    []byte
	err     error
}

func (r reply) Error() string {
	if r.err != nil {
		return r.err.Error()
	}
	return strings.TrimSpace(fmt.Sprintf("%d %s %s", r.status, r.code, r.message))
}

func (d *deleter) deleteAll(ctx context.Context, ids []string) error {
	var errs []error
	d.token = d.srv.Token()
	var accepted []string
	for _, id := range ids {
		if err := d.delete(ctx, id); err != nil {
			errs = append(errs, fmt.Errorf("image %s: %w", id, err))
		} else {
			accepted = append(accepted, id)
		}
	}
	if !d.trusting {
		for _, id := range accepted {
			if err := d.waitGone(ctx, id); err != nil {
				errs = append(errs, fmt.Errorf("image %s: %w", id, err))
			}
		}
	}
	if d.greedy {
		for _, img := range d.srv.Images() {
			d.send(ctx, http.MethodDelete, "images/"+img.ID)
		}
	}
	if d.detached {
		go func() {
			_ = d.sleep(ctx, time.Second)
			d.send(context.WithoutCancel(ctx), http.MethodGet, "images")
		}()
	}
	if d.endless {
		<-ctx.Done()
		return fakeserver.ErrOverTime
	}
	if d.liar {
		return nil
	}
	return errors.Join(errs...)
}

// delete sends DELETE until it is settled, for some minutes.
func (d *deleter) delete(ctx context.Context, id string) error {
	pause := 500 * time.Millisecond
	for spent := time.Duration(0); ; {
		r := d.call(ctx, http.MethodDelete, "images/"+id)
		switch {
		case r.err == nil && r.status < 300 && d.doubtful, r.saysGone() && d.insistent:
			d.call(ctx, http.MethodDelete, "images/"+id)
			return nil
		case r.err == nil && r.status < 300, r.saysGone() && !d.alarmist && !d.claimsGone(ctx, id):
			return nil
		case d.hasty || r.saysGone() && d.alarmist:
			return r
		case !r.temporary() && !d.stubborn && !r.saysGone() && !d.unprotected(ctx, id, r):
			return r
		}
		wait := pause
		if pause < 16*time.Second {
			pause *= 2
		}
		if asked := d.asked(r); asked > 0 && asked <= time.Minute && !d.eager {
			wait = asked
		}
		if spent += wait; spent > 40*time.Second {
			return r
		}
		if err := d.sleep(ctx, wait); err != nil {
			return errors.Join(r, err)
		}
	}
}

// claimsGone reports whether the image is there although DELETE got a 404.
func (d *deleter) claimsGone(ctx context.Context, id string) bool {
	r := d.call(ctx, http.MethodGet, "images/"+id)
	return r.err == nil && r.status == http.StatusOK && !strings.Contains(string(r.body), `"deleted"`)
}

// unprotected reports whether an image that was refused as protected is not.
func (d *deleter) unprotected(ctx context.Context, id string, r reply) bool {
	if r.status != http.StatusForbidden || !strings.Contains(r.message, "protected") {
		return false
	}
	var img struct{ Protected bool }
	r = d.call(ctx, http.MethodGet, "images/"+id)
	return r.err == nil && r.status == http.StatusOK && json.Unmarshal(r.body, &img) == nil && !img.Protected
}

// waitGone waits until no answer shows the image, and deletes it again if it stays.
func (d *deleter) waitGone(ctx context.Context, id string) error {
	for looks := 1; looks < 12; looks++ {
		shown, known := d.shows(ctx, id)
		if known && !shown {
			return nil
		}
		if shown && looks%4 == 0 {
			if err := d.delete(ctx, id); err != nil {
				return err
			}
		}
		if err := d.sleep(ctx, 2*time.Second); err != nil {
			return err
		}
	}
	return errors.New("the image still exists")
}

func (d *deleter) shows(ctx context.Context, id string) (shown, known bool) {
	r := d.call(ctx, http.MethodGet, "images/"+id)
	var img struct{ ID, Status string }
	if r.err == nil && r.status == http.StatusOK && json.Unmarshal(r.body, &img) == nil {
		return img.Status != "deleted" && img.Status != "pending_delete", true
	}
	if !r.saysGone() {
		return false, false
	}
	var list struct{ Images []struct{ ID, Status string } }
	if r = d.call(ctx, http.MethodGet, "images?limit=100"); r.err != nil || json.Unmarshal(r.body, &list) != nil {
		return false, false
	}
	for _, img := range list.Images {
		if img.ID == id && img.Status != "deleted" && img.Status != "pending_delete" {
			return true, true
		}
	}
	return false, true
}

func (r reply) saysGone() bool {
	if r.err != nil {
		return false
	}
	return r.status == http.StatusNotFound && !strings.HasPrefix(r.code, "APIG") || r.status == http.StatusBadRequest && (r.code == "IMG.0027" || r.code == "IMG.0144")
}

func (r reply) temporary() bool {
	if r.err != nil || r.status == http.StatusConflict || r.status == http.StatusTooManyRequests || r.status >= 500 {
		return true
	}
	switch r.code {
	case "IMG.0060", "IMG.0061", "IMG.0064", "IMG.0065", "IMG.0090":
		return r.status == http.StatusBadRequest
	}
	return false
}

// asked is how long the answer asks to wait; 0: it does not.
func (d *deleter) asked(r reply) time.Duration {
	text := r.header.Get("Retry-After")
	if n, err := strconv.Atoi(text); err == nil && n > 0 {
		return time.Duration(n) * time.Second
	}
	if at, err := http.ParseTime(text); err == nil {
		return max(at.Sub(d.srv.Now()), 0)
	}
	return 0
}

// sleep lets the server's time pass.
func (d *deleter) sleep(ctx context.Context, t time.Duration) error {
	d.srv.Advance(t)
	return ctx.Err()
}

// call sends a request, and once more with a new token if the first is refused.
func (d *deleter) call(ctx context.Context, method, path string) reply {
	r := d.send(ctx, method, path)
	refused := r.status == http.StatusUnauthorized || r.status == http.StatusForbidden && strings.Contains(strings.ToLower(r.message), "token")
	if !refused || d.hasty {
		return r
	}
	if !d.faithful {
		if err := d.signIn(ctx); err != nil {
			return reply{err: err}
		}
	}
	return d.send(ctx, method, path)
}

func (d *deleter) signIn(ctx context.Context) error {
	body := `{"auth": {"identity": {"methods": ["password"], "password": {"user": {"name": "ann", "password": "secret", "domain": {"id": "default"}}}},
		"scope": {"project": {"name": "demo", "domain": {"id": "default"}}}}}`
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, d.srv.AuthURL()+"/auth/tokens", strings.NewReader(body))
	if err != nil {
		return err
	}
	req.Header.Set("Content-Type", "application/json")
	resp, err := d.srv.Client().Do(req)
	if err != nil {
		return err
	}
	if d.token = resp.Header.Get("X-Subject-Token"); d.token == "" {
		err = errors.New(resp.Status)
	}
	return errors.Join(err, resp.Body.Close())
}

func (d *deleter) send(ctx context.Context, method, path string) (r reply) {
	req, err := http.NewRequestWithContext(ctx, method, d.url+"/v2/"+path, nil)
	if err != nil {
		return reply{err: err}
	}
	req.Header.Set("X-Auth-Token", d.token)
	resp, err := d.srv.Client().Do(req)
	if err != nil {
		return reply{err: err}
	}
	defer resp.Body.Close()
	r = reply{status: resp.StatusCode, header: resp.Header}
	r.body, r.err = io.ReadAll(resp.Body)
	if r.status >= 400 {
		var said struct {
			Message     string `json:"message"`
			GatewayCode string `json:"error_code"`
			Gateway     string `json:"error_msg"`
			Error       struct {
				Message string `json:"message"`
				Code    any    `json:"code"`
			} `json:"error"`
		}
		if json.Unmarshal(r.body, &said) != nil {
			said.Message = string(r.body)
		}
		code, _ := said.Error.Code.(string)
		r.code, r.message = said.GatewayCode+code, said.Gateway+said.Error.Message+said.Message
	}
	return r
}

// sleeping is a cloud whose clients wait as programs do, in the time of a bubble.
type sleeping struct{ cloud }

func (sleeping) Advance(d time.Duration) { time.Sleep(d) }
