package main

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
)

// A urlFile tells others where the server is for as long as it listens.
type urlFile struct {
	path string // empty: there is none
}

// newURLFile makes room for the file: who finds one that a former server left
// there would take it for ours.
func newURLFile(path string) (urlFile, error) {
	info, err := os.Lstat(path)
	switch {
	case path == "" || errors.Is(err, os.ErrNotExist):
		return urlFile{path}, nil
	case err != nil:
		return urlFile{}, err
	case !info.Mode().IsRegular():
		return urlFile{}, fmt.Errorf("the URL cannot be written to %s, which is no ordinary file", path)
	}
	return urlFile{path}, os.Remove(path)
}

// write puts the file there, whole.
func (f urlFile) write(url string) error {
	if f.path == "" {
		return nil
	}
	temp, err := os.CreateTemp(filepath.Dir(f.path), filepath.Base(f.path)+".*")
	if err != nil {
		return err
	}
	_, err = temp.WriteString(url + "\n")
	err = errors.Join(err, temp.Chmod(0o644), temp.Close())
	if err == nil {
		err = os.Rename(temp.Name(), f.path)
	}
	if err != nil {
		_ = os.Remove(temp.Name())
	}
	return err
}

// remove takes the file away.
func (f urlFile) remove() {
	if f.path != "" {
		_ = os.Remove(f.path)
	}
}
