package scenarios

import (
	"maps"
	"slices"
	"strings"

	"github.com/fakeglance/fakeglance/scenarios/internal/codec"
)

// FaultHeader is the header of an answer that says which fault was injected into
// it.
const FaultHeader = "X-Fakeglance-Fault"

// headers refuses headers that no request can have.
func (c *checker) headers(p *codec.Path, headers map[string]string) {
	if len(headers) == 0 {
		return
	}
	c.headerNames(p, headers)
	for _, name := range slices.Sorted(maps.Keys(headers)) {
		if !isHeaderValue(headers[name]) {
			c.Problem(p.Field(name), "%q cannot be sent in a header", headers[name])
		}
	}
}

// answerHeaders refuses headers of an answer that the server cannot send.
func (c *checker) answerHeaders(p *codec.Path, headers map[string]string) {
	if len(headers) == 0 {
		return
	}
	c.headerNames(p, headers)
	for _, name := range slices.Sorted(maps.Keys(headers)) {
		if strings.EqualFold(name, FaultHeader) {
			c.Problem(p.Field(name), "the server sets it, to say which fault it has injected")
		}
		for line := range strings.SplitSeq(headers[name], "\n") {
			if !isHeaderValue(line) || line == "" && headers[name] != "" {
				c.Problem(p.Field(name), "%q cannot be sent in a header", headers[name])
				break
			}
		}
	}
}

// headerNames refuses what is not the name of a header, and a header given twice.
func (c *checker) headerNames(p *codec.Path, headers map[string]string) {
	first := make(map[string]string, len(headers))
	for _, name := range slices.Sorted(maps.Keys(headers)) {
		lower := strings.ToLower(name)
		switch {
		case !isHeaderName(name):
			c.Problem(p.Field(name), "%q is not a header name", name)
		case first[lower] != "":
			c.Problem(p.Field(name), "is the same header as %s", first[lower])
		}
		first[lower] = name
	}
}

func isHeaderName(s string) bool {
	for _, c := range []byte(s) {
		if !strings.ContainsRune("!#$%&'*+-.^_`|~", rune(c)) && (c < '0' || c > '9') && (c < 'a' || c > 'z') && (c < 'A' || c > 'Z') {
			return false
		}
	}
	return s != ""
}

func isHeaderValue(s string) bool {
	for _, c := range []byte(s) {
		if c < ' ' && c != '\t' || c == 0x7f {
			return false
		}
	}
	return true
}
