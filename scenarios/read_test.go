package scenarios_test

import (
	"errors"
	"io"
	"testing"

	"github.com/fakeglance/fakeglance/scenarios"
)

// Reading stops at a text that is too large, and takes one that just is not.
func TestReadStops(t *testing.T) {
	t.Parallel()
	endless := &counter{}
	if _, err := scenarios.Read("big", endless); !errors.Is(err, scenarios.ErrTooLarge) || err.Error() != "big: larger than 64 MiB" {
		t.Errorf("an endless text: %v", err)
	}
	if endless.n > scenarios.MaxSize+1 {
		t.Errorf("%d bytes were read", endless.n)
	}
	part, err := scenarios.Read("small.yaml", io.LimitReader(&counter{}, scenarios.MaxSize))
	if err != nil || len(part.Text) != scenarios.MaxSize || part.File != "small.yaml" {
		t.Errorf("%d bytes of %q, %v", len(part.Text), part.File, err)
	}
	for name, want := range map[string]bool{"a.yaml": true, "a.yml": true, "a.json": true, "./a": true, "a": false, "a.txt": false} {
		if scenarios.IsPath(name) != want {
			t.Errorf("IsPath(%q) is %t", name, !want)
		}
	}
}

// A counter is an endless text that counts what is read of it.
type counter struct{ n int }

func (c *counter) Read(p []byte) (int, error) {
	c.n += len(p)
	return len(p), nil
}
