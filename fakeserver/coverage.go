package fakeserver

import (
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"sync"

	"github.com/fakeglance/fakeglance/fakeserver/internal/coverage"
	"github.com/fakeglance/fakeglance/fakeserver/internal/journal"
	"github.com/fakeglance/fakeglance/scenarios"
)

// coverVariable is the environment variable that has all servers of a process note
// what clients are driven through.
const coverVariable = "FAKEGLANCE_COVERDIR"

// WithCoverage notes in the folder dir through which answers clients are driven, for
// the command fakeglance coverage: it says which were never tested. The folder is made
// if need be. All servers of a process write one file there, whenever they see
// something new, and others never see half of it; so several processes can use the
// same folder at the same time.
//
// Without dir, or without this option, the folder is the one that the environment
// variable FAKEGLANCE_COVERDIR names, which has to be an absolute path: go test runs
// each package in a folder of its own. Without either nothing is noted.
//
// It is an error if the folder cannot be written to. If that happens later, Run's test
// fails, and WithLog's logger is told.
func WithCoverage(dir ...string) Option {
	return func(c *config) {
		c.server("WithCoverage")
		switch {
		case len(dir) > 1 || len(dir) == 1 && dir[0] == "":
			c.mistakes = append(c.mistakes, fmt.Errorf("WithCoverage(%q): want one folder, or none for that of %s", dir, coverVariable))
		case len(dir) == 1:
			c.coverDir = dir[0]
		}
	}
}

// notes is the notes that the options ask for; nil: none.
func (c *config) notes() (*notes, error) {
	dir := c.coverDir
	if dir == "" {
		dir = os.Getenv(coverVariable)
		if dir == "" {
			return nil, nil
		}
		if !filepath.IsAbs(dir) {
			return nil, fmt.Errorf("%s=%s: want an absolute path, because each package is tested in a folder of its own", coverVariable, dir)
		}
	}
	n, err := notesIn(dir)
	if err != nil {
		return nil, fmt.Errorf("coverage: %w", err)
	}
	return n, nil
}

// processNotes are the notes of the process, by folder. They are of the whole process
// so that a thousand servers, one for each test, write one file and not a thousand.
var processNotes struct {
	sync.Mutex
	in map[string]*notes
}

// notesIn returns the process's notes in a folder, which are written there at once, so
// that a folder that cannot be written to is noticed before the tests.
func notesIn(dir string) (*notes, error) {
	dir, err := filepath.Abs(dir)
	if err != nil {
		return nil, err
	}
	processNotes.Lock()
	defer processNotes.Unlock()
	if n := processNotes.in[dir]; n != nil {
		return n, nil
	}
	name := fmt.Sprintf("%s%d-%s%s", coverage.Prefix, os.Getpid(), rand.Text()[:8], coverage.Suffix)
	n := &notes{path: filepath.Join(dir, name), seen: make(coverage.Set)}
	if err := n.write(); err != nil {
		return nil, err
	}
	if processNotes.in == nil {
		processNotes.in = make(map[string]*notes)
	}
	processNotes.in[dir] = n
	return n, nil
}

// notes are the cells that the servers of a process have seen, and the file of them.
type notes struct {
	path string

	mu   sync.RWMutex
	seen coverage.Set
	late error // why what was seen last is not written; nil: it is
}

// log is what notes each request; nil: nothing does.
func (n *notes) log() logFunc {
	if n == nil {
		return nil
	}
	return n.add
}

// add notes the cell of a request, and writes the file if the cell is new. There are
// some hundred cells at most, so soon nothing is written any more; and whatever ends
// the process, what its clients were answered before is in the file.
func (n *notes) add(_ string, e *journal.Entry) {
	c, ok := coverage.Of(e)
	if !ok {
		return
	}
	n.mu.RLock()
	known := n.seen[c]
	n.mu.RUnlock()
	if known {
		return
	}
	n.mu.Lock()
	defer n.mu.Unlock()
	if !n.seen[c] {
		n.seen[c] = true
		n.late = n.write()
	}
}

// finish writes what could not be written before, or was removed meanwhile.
func (n *notes) finish() error {
	n.mu.Lock()
	defer n.mu.Unlock()
	if _, err := os.Stat(n.path); n.late != nil || errors.Is(err, fs.ErrNotExist) {
		n.late = n.write()
	}
	return n.late
}

// write replaces the file. Who reads it sees the old one or the new one.
func (n *notes) write() error {
	dir := filepath.Dir(n.path)
	if err := os.MkdirAll(dir, 0o777); err != nil { //nolint:gosec // as the umask says
		return err
	}
	temp, err := os.CreateTemp(dir, ".cells-*")
	if err != nil {
		return err
	}
	_, err = temp.Write(n.seen.Encode())
	err = errors.Join(err, temp.Chmod(0o644), temp.Close())
	if err == nil {
		err = os.Rename(temp.Name(), n.path)
	}
	if err != nil {
		_ = os.Remove(temp.Name())
	}
	return err
}

// A Coverage says through which answers clients were driven by the tests that noted it,
// and through which of the documented ones they never were. ReadCoverage reads it.
type Coverage struct{ report *coverage.Report }

// ReadCoverage reads what all processes have noted in a folder: see [WithCoverage].
// Only the given operations count; without any, those that were called. The error says
// that there is no such operation, that nothing was noted in the folder, or which of
// its files is broken.
func ReadCoverage(dir string, ops ...scenarios.Operation) (*Coverage, error) {
	for _, op := range ops {
		if err := op.Validate(); err != nil {
			return nil, err
		}
	}
	info, err := os.Stat(dir)
	if err != nil {
		return nil, err
	}
	if !info.IsDir() {
		return nil, fmt.Errorf("%s: not a folder", dir)
	}
	cells, files, err := coverage.Read(os.DirFS(dir))
	if err != nil {
		return nil, fmt.Errorf("%s: %w", dir, err)
	}
	if files == 0 {
		return nil, fmt.Errorf("%s: nothing was noted here: run the tests, or the server, with %s set to the folder", dir, coverVariable)
	}
	return &Coverage{coverage.NewReport(cells, files, ops...)}, nil
}

// Count returns how many cells count, and how many of them were driven. A cell is one
// way in which a call of one operation can end: with a status from one of the hops, or
// with a dropped connection, and with its work done or not.
func (c *Coverage) Count() (driven, cells int) { return c.report.Driven, c.report.Cells }

// Summary is Count in a sentence.
func (c *Coverage) Summary() string { return c.report.Summary() }

// String is a text for people: what was never driven, and what would drive it.
func (c *Coverage) String() string { return c.report.Text() }

// MarshalJSON has all cells, each with whether it was driven. Version is 1 as long as
// no field goes away or changes its meaning.
func (c *Coverage) MarshalJSON() ([]byte, error) { return json.Marshal(c.report) }

// WriteHTML writes a page for people, which needs no other file. The error is w's.
func (c *Coverage) WriteHTML(w io.Writer) error { return c.report.HTML(w) }
