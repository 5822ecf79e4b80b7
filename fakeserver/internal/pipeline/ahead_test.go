package pipeline

import (
	"io"
	"testing"
)

// Once a call that was held goes on, its body is read as fast as its work takes it: the
// read that had begun is the last one ahead.
func TestAheadStops(t *testing.T) {
	t.Parallel()
	c := &call{watching: &watch{end: func() {}}}
	a := &ahead{done: make(chan struct{})}
	c.body = body{ReadCloser: io.NopCloser(nil), ahead: a}
	reads := 0
	from := reader(func(p []byte) (int, error) {
		if reads++; reads == 2 {
			c.stopAhead()
		}
		return copy(p, "ab"[reads-1:reads]), nil
	})
	if err := a.fill(from); err != nil || reads != 2 {
		t.Errorf("%d reads, and %v", reads, err)
	}
	close(a.done)
	c.body.ReadCloser = io.NopCloser(reader(func(p []byte) (int, error) { return copy(p, "c"), io.EOF }))
	if got, err := io.ReadAll(&c.body); err != nil || string(got) != "abc" || c.body.size != 3 {
		t.Errorf("the body is %q, %d bytes, and %v", got, c.body.size, err)
	}
	if c.watching != nil {
		t.Error("the client is still watched")
	}
}

type reader func([]byte) (int, error)

func (r reader) Read(p []byte) (int, error) { return r(p) }
