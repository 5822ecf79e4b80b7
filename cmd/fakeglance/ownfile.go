package main

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
)

// An ownFile is a file that is there for as long as the server listens. It never
// takes the place of somebody else's file.
type ownFile struct {
	path    string
	content string // what it has, for errors
	text    string // that it has once it is written
}

// newOwnFile makes way for a file that has yet to be written: it removes one that an
// earlier server has left behind, because it would be taken for that of this server.
// IsOurs reports whether a server has written a text. An empty file is nobody's.
func newOwnFile(path, content string, isOurs func(text []byte) bool) (*ownFile, error) {
	f := &ownFile{path: path, content: content}
	info, err := os.Lstat(path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return f, nil
	case err != nil:
		return nil, err
	case !info.Mode().IsRegular():
		return nil, fmt.Errorf("cannot write the %s to %s: not a regular file", content, path)
	}
	text, err := readShort(path)
	if err != nil {
		return nil, err
	}
	if len(text) > 0 && !isOurs(text) {
		return nil, fmt.Errorf("cannot write the %s to %s: the file has something else, and fakeglance did not write it", content, path)
	}
	return f, os.Remove(path)
}

// write creates the file. Others see it only when it is complete.
func (f *ownFile) write(text string) error {
	temp, err := os.CreateTemp(filepath.Dir(f.path), filepath.Base(f.path)+".*")
	if err != nil {
		var why *fs.PathError // whose path is that of the temporary file
		if errors.As(err, &why) {
			err = why.Err
		}
		return fmt.Errorf("cannot write the %s to %s: %w", f.content, f.path, err)
	}
	defer os.Remove(temp.Name())
	_, err = temp.WriteString(text)
	if err = errors.Join(err, temp.Chmod(0o644), temp.Close()); err != nil {
		return err
	}
	// A link does not replace a file that has come meanwhile; but not all file systems have links.
	err = os.Link(temp.Name(), f.path)
	if err != nil && !errors.Is(err, fs.ErrExist) {
		if _, missing := os.Lstat(f.path); errors.Is(missing, fs.ErrNotExist) {
			err = os.Rename(temp.Name(), f.path)
		}
	}
	if err == nil {
		f.text = text
	}
	return err
}

// remove removes the file, unless somebody has written another one in its place.
func (f *ownFile) remove() {
	if text, err := readShort(f.path); err == nil && f.text != "" && string(text) == f.text {
		_ = os.Remove(f.path)
	}
}

// readShort reads as much of a file as tells whether it is ours.
func readShort(path string) ([]byte, error) {
	const most = 64 << 10
	file, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer file.Close()
	return io.ReadAll(io.LimitReader(file, most))
}
