package main

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
)

// A urlFile is a file that has the URL of the server for as long as it listens.
type urlFile struct {
	path string // empty: there is no file
}

// newURLFile removes a file that an earlier server has left behind, because its URL
// would be taken for that of this server.
func newURLFile(path string) (urlFile, error) {
	info, err := os.Lstat(path)
	switch {
	case path == "" || errors.Is(err, os.ErrNotExist):
		return urlFile{path}, nil
	case err != nil:
		return urlFile{}, err
	case !info.Mode().IsRegular():
		return urlFile{}, fmt.Errorf("cannot write the URL to %s: not a regular file", path)
	}
	return urlFile{path}, os.Remove(path)
}

// write creates the file. Others see it only when it is complete.
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

// remove removes the file.
func (f urlFile) remove() {
	if f.path != "" {
		_ = os.Remove(f.path)
	}
}
