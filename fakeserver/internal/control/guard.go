package control

import (
	"crypto/sha256"
	"crypto/subtle"
	"net"
	"net/http"
	"net/netip"
	"slices"
	"strings"

	"github.com/fakeglance/fakeglance/fakeserver/internal/sandbox"
)

// HealthPath is the call that needs no token: what asks whether a server is ready
// often cannot send one. It tells nothing that is worth protecting.
const HealthPath = Prefix + "health"

// A Guard says whose calls the control API answers. A web page that somebody looks
// at must not be able to change a server, or look into it, only because their
// browser reaches it. The zero Guard demands no token.
type Guard struct {
	Hosts []string // names in the Host header that are right, beside IP addresses and localhost; *: every name
	Token string   // that calls have to send; empty: none

	crossOrigin http.CrossOriginProtection
}

// Trust trusts the pages of an origin, such as https://images.example, too. It panics
// if that is none.
func (g *Guard) Trust(origin string) {
	if err := g.crossOrigin.AddTrustedOrigin(origin); err != nil {
		panic(err) // the URL was checked
	}
}

// Check is an error if a call must not be answered. More are names in the Host
// header that are right, beside the guard's.
func (g *Guard) Check(r *http.Request, more ...string) error {
	if err := g.CheckHost(r, more...); err != nil {
		return err
	}
	if g.crossOrigin.Check(r) != nil {
		return errorf(http.StatusForbidden, "a web page of another origin must not change this server")
	}
	if g.Token == "" || g.hasToken(r) || r.URL.Path == HealthPath {
		return nil
	}
	return &statusError{http.StatusUnauthorized, "the control API of this server needs a token (--control-token): send Authorization: Bearer TOKEN, or TOKEN as the password of any user"}
}

// CheckHost is an error if a call was sent to a name that is not the server's own.
// A browser sends the name that a page has, and that may be one whose address was
// changed to the server's (DNS rebinding). It cannot do that with an IP address.
func (g *Guard) CheckHost(r *http.Request, more ...string) error {
	if r.Context().Value(http.ServerContextKey) == nil {
		return nil // it was made in Go, and did not come over a network
	}
	if addr, ok := r.Context().Value(http.LocalAddrContextKey).(net.Addr); ok && addr.Network() == "unix" {
		return nil // which no browser can reach
	}
	name := hostName(r.Host)
	if _, err := netip.ParseAddr(name); err == nil || name == "" || name == "localhost" {
		return nil
	}
	for _, known := range append(more, g.Hosts...) {
		if known == "*" || strings.EqualFold(known, name) {
			return nil
		}
	}
	return errorf(http.StatusForbidden, "the control API does not answer to the host %q, only to IP addresses and %s: --control-host adds a name",
		name, strings.Join(slices.DeleteFunc(append([]string{"localhost"}, append(more, g.Hosts...)...), func(s string) bool { return s == "" }), ", "))
}

// hostName is the name of a host in a Host header, without its port and brackets.
func hostName(host string) string {
	if name, _, err := net.SplitHostPort(host); err == nil {
		host = name
	}
	name, _, _ := strings.Cut(strings.Trim(host, "[]"), "%") // the zone of an address
	return strings.TrimSuffix(strings.ToLower(name), ".")
}

// hasToken reports whether a call has the token. Browsers and curl -u send it as the
// password of a user.
func (g *Guard) hasToken(r *http.Request) bool {
	given, ok := strings.CutPrefix(r.Header.Get("Authorization"), "Bearer ")
	if !ok {
		_, given, _ = r.BasicAuth()
	}
	a, b := sha256.Sum256([]byte(strings.TrimSpace(given))), sha256.Sum256([]byte(g.Token))
	return subtle.ConstantTimeCompare(a[:], b[:]) == 1
}

// IsCall reports whether a path is that of a call of the control API, also of one to
// a sandbox.
func IsCall(path string) bool {
	if rest, ok := strings.CutPrefix(path, sandbox.Prefix); ok {
		_, rest, _ = strings.Cut(rest, "/")
		path = "/" + rest
	}
	return strings.HasPrefix(path+"/", Prefix)
}
