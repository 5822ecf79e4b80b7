package sandbox

import (
	"fmt"
	"net/http"
	"net/url"
	"strings"
)

const (
	// Header names the sandbox of a call at the root.
	Header = "X-Fakeglance-Sandbox"
	// Prefix is before the name of a sandbox in the path of a call.
	Prefix = "/s/"
)

// PathOf is the path at which a sandbox is reached; empty: at the root.
func (b *Sandbox) PathOf() string {
	if b.name == "" {
		return ""
	}
	return Prefix + b.name
}

// Pick returns the sandbox that a request is for, and the request as that sandbox
// has it: without the sandbox in its path. It is named by the path, or by the
// header; without either it is the default one. The error is ErrUnknownSandbox if
// there is no such sandbox.
func (s *Set) Pick(r *http.Request) (*Sandbox, *http.Request, error) {
	byHeader, err := headerOf(r)
	if err != nil {
		return nil, nil, err
	}
	name, inPath := strings.CutPrefix(r.URL.Path, Prefix)
	if !inPath {
		if byHeader == "" {
			return s.Default, r, nil
		}
		b, err := s.Find(byHeader)
		return b, r, err
	}
	name, _, _ = strings.Cut(name, "/")
	if byHeader != "" && byHeader != name {
		return nil, nil, fmt.Errorf("the path names the sandbox %q, and %s names %q", name, Header, byHeader)
	}
	b, err := s.Find(name)
	if err != nil {
		return nil, nil, err
	}
	return b, without(r, b.PathOf()), nil
}

// headerOf is the sandbox that a header names; empty: none does. A header that is empty
// was to name one.
func headerOf(r *http.Request) (string, error) {
	given := r.Header.Values(Header)
	for _, name := range given {
		switch {
		case name == "":
			return "", fmt.Errorf("%s is empty: want the name of a sandbox, or no such header", Header)
		case name != given[0]:
			return "", fmt.Errorf("%s names %q, and once more %q", Header, given[0], name)
		}
	}
	if len(given) == 0 {
		return "", nil
	}
	return given[0], nil
}

// without returns a request without a prefix of its path.
func without(r *http.Request, prefix string) *http.Request {
	inside, at := *r, *r.URL
	at.Path = strings.TrimPrefix(at.Path, prefix)
	at.RawPath = strings.TrimPrefix(at.RawPath, prefix)
	if at.Path == "" {
		at.Path = "/"
	}
	inside.URL = &at
	if rest, ok := strings.CutPrefix(r.RequestURI, prefix); ok {
		inside.RequestURI = rest
	} else { // in full, or escaped in another way
		inside.RequestURI = (&url.URL{Path: at.Path, RawPath: at.RawPath, RawQuery: at.RawQuery}).RequestURI()
	}
	if !strings.HasPrefix(inside.RequestURI, "/") {
		inside.RequestURI = "/" + inside.RequestURI
	}
	return &inside
}
