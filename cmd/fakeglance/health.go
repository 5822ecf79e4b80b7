package main

import (
	"cmp"
	"context"
	"crypto/tls"
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"strings"
	"time"
)

const (
	healthTime  = 3 * time.Second        // how long a server has to answer
	healthPause = 100 * time.Millisecond // from one try to the next
)

// health waits, but not long, until a server answers that it is ready.
func (p *program) health(ctx context.Context, args []string) error {
	flags := newFlags()
	timeout := flags.Duration("timeout", healthTime, "")
	names, err := parse(flags, args)
	if err != nil {
		return err
	}
	if len(names) > 1 {
		return usageErrorf("health takes one URL")
	}
	o, err := p.options(nil)
	if err != nil {
		return err
	}
	where := o.reach
	if len(names) == 1 {
		where = func() (reach, error) { return parseReach(names[0], o.isSecure()) }
	}
	deadline := time.Now().Add(*timeout)
	ctx, cancel := context.WithDeadline(ctx, deadline)
	defer cancel()
	for {
		to, err := where()
		if err == nil {
			err = p.sayHealth(ctx, to)
		}
		if err == nil || !errors.As(err, new(notReady)) || time.Now().Add(healthPause).After(deadline) {
			return err
		}
		select {
		case <-ctx.Done():
			return err
		case <-time.After(healthPause):
		}
	}
}

// notReady is why a server is not ready, which may change soon.
type notReady struct{ error }

// reach is how to reach the server that has these options: as its URL file says, or
// else at the address that it listens on.
func (o *options) reach() (reach, error) {
	if o.urlFile != "" {
		text, err := readShort(o.urlFile)
		if err != nil {
			return reach{}, notReady{err}
		}
		return parseReach(strings.TrimSpace(string(text)), o.isSecure())
	}
	if path, unix := strings.CutPrefix(o.listen, unixPrefix); unix {
		return reachOf(&net.UnixAddr{Name: path, Net: "unix"}, o.isSecure(), ""), nil
	}
	host, port, err := net.SplitHostPort(o.listen)
	if err == nil && port == "0" {
		err = usageErrorf("the server listens on a port that is not known: give its URL, or FAKEGLANCE_URL_FILE")
	}
	if ip := net.ParseIP(host); ip != nil && ip.IsUnspecified() {
		host = ""
	}
	url := "http://"
	if o.isSecure() {
		url = "https://"
	}
	url += net.JoinHostPort(cmp.Or(host, "127.0.0.1"), port)
	return reach{name: url, url: url}, err
}

// isSecure reports whether a server with these options speaks TLS.
func (o *options) isSecure() bool { return o.tlsSelfSigned || o.tlsCert != "" }

// parseReach parses what a URL file has, or a URL. Secure says whether there is TLS
// where the text does not.
func parseReach(text string, secure bool) (reach, error) {
	if path, unix := strings.CutPrefix(text, unixPrefix); unix {
		return reachOf(&net.UnixAddr{Name: path, Net: "unix"}, secure, ""), nil
	}
	u, err := url.Parse(text)
	if err != nil || u.Host == "" || u.Scheme != "http" && u.Scheme != "https" {
		return reach{}, usageErrorf("%q is no URL: want one such as http://127.0.0.1:9292, or unix:PATH", text)
	}
	return reach{name: text, url: strings.TrimSuffix(text, "/")}, nil
}

// client is an HTTP client that uses the way. It trusts every certificate: whether
// the server is there is all that is asked.
func (to reach) client() *http.Client {
	transport := &http.Transport{DisableKeepAlives: true, TLSClientConfig: &tls.Config{InsecureSkipVerify: true}} //nolint:gosec // see above
	if path, unix := strings.CutPrefix(to.name, unixPrefix); unix {
		transport.DialContext = func(ctx context.Context, _, _ string) (net.Conn, error) {
			return new(net.Dialer).DialContext(ctx, "unix", path)
		}
	}
	return &http.Client{Transport: transport}
}

// sayHealth asks a server once whether it is ready, and prints the answer.
func (p *program) sayHealth(ctx context.Context, to reach) error {
	answer, err := askHealth(ctx, to)
	if err != nil {
		return err
	}
	fmt.Fprintf(p.stdout, "fakeglance %s is ready on %s\n", answer.Version, to.name)
	if answer.Problem != "" {
		p.complain(errors.New(answer.Problem))
	}
	return nil
}

// A healthAnswer is what a server says of itself.
type healthAnswer struct {
	Ready            bool
	Version, Problem string
}

// askHealth asks a server once whether it is ready; without an error it is.
func askHealth(ctx context.Context, to reach) (answer healthAnswer, err error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, to.url+"/_fake/health", nil)
	if err != nil {
		return answer, err
	}
	resp, err := to.client().Do(req)
	if err != nil {
		return answer, notReady{err}
	}
	defer resp.Body.Close()
	err = json.NewDecoder(http.MaxBytesReader(nil, resp.Body, 1<<20)).Decode(&answer)
	switch {
	case resp.StatusCode == http.StatusServiceUnavailable:
		return answer, notReady{fmt.Errorf("the server at %s is not ready", to.name)}
	case resp.StatusCode != http.StatusOK || err != nil || !answer.Ready:
		return answer, fmt.Errorf("what answers at %s with %s is not a fakeglance that is ready", to.name, resp.Status)
	}
	return answer, nil
}
