package main

import (
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

const image = "4ca46bf1-5c61-48ff-b4f3-0ad4e5e3ba90" // of the scenarios below

// Two processes note what they see in one folder. What one of them notes is there even
// though it is killed.
func TestCoverageOfTwoProcesses(t *testing.T) {
	t.Parallel()
	dir := filepath.Join(t.TempDir(), "new", "cover")
	deleteAt := func(url string) {
		send(t, http.MethodDelete, url+"/v2/images/"+image, "", http.Header{"X-Auth-Token": {"t"}})
	}
	killed := startProgram(t, `exec "$@"`, nil, "--coverdir", dir, "flaky-then-ok")
	deleteAt(killed.url)
	if err := killed.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	_ = killed.Wait()
	ended := startProgram(t, `FAKEGLANCE_COVERDIR="`+dir+`" exec "$@"`, nil, "one-image")
	deleteAt(ended.url)
	deleteAt(ended.url)
	ended.end(t, os.Interrupt)

	data := filepath.Join(t.TempDir(), "report.json")
	code, stdout, stderr := invoke(t, nil, "coverage", "--json", data, dir)
	if want := "9.6%: 3 of 31 cells driven, in 1 operation, by 2 processes."; code != exitOK || !strings.Contains(stdout, want) {
		t.Errorf("exit %d, %q\n%s\nwant %s", code, stderr, stdout, want)
	}
	var report struct {
		Version, Driven int
		Operations      []struct {
			Cells []struct {
				Status int
				Hop    string
				Driven bool
			}
		}
	}
	if err := json.Unmarshal([]byte(read(t, data)), &report); err != nil {
		t.Fatal(err)
	}
	var driven []string
	for _, op := range report.Operations {
		for _, c := range op.Cells {
			if c.Driven {
				driven = append(driven, fmt.Sprint(c.Hop, " ", c.Status))
			}
		}
	}
	if got := strings.Join(driven, ", "); report.Version != 1 || report.Driven != 3 || got != "service 204, service 404, service 503" {
		t.Errorf("version %d: %d driven, %s", report.Version, report.Driven, got)
	}
}

// cells writes the notes of a process into a new folder.
func cells(t *testing.T, text string) (dir string) {
	t.Helper()
	dir = t.TempDir()
	write(t, filepath.Join(dir, "cells-1-x.json"), text)
	return dir
}

// Delete_image has 31 cells, of which one is driven, and list_projects 12, of which
// three are.
const fourCells = `{"fakeglance_coverage": 1, "cells": [
	{"operation": "delete_image", "status": 204, "hop": "service", "effect": "applied"},
	{"operation": "list_projects", "drop": "reset", "effect": "none"},
	{"operation": "list_projects", "drop": "close", "effect": "none"},
	{"operation": "list_projects", "drop": "hang", "effect": "none"}]}`

func TestCoverageExits(t *testing.T) {
	t.Parallel()
	dir, html := cells(t, fourCells), filepath.Join(t.TempDir(), "page.html")
	write(t, filepath.Join(dir, "report.json"), "of somebody else")
	write(t, filepath.Join(dir, ".cells-1"), "half of what a process that was killed wr")
	none := cells(t, `{"fakeglance_coverage": 1, "cells": []}`)
	empty, file := t.TempDir(), filepath.Join(dir, "report.json")
	for _, test := range []struct {
		name string
		env  map[string]string
		args []string
		code int
		want string // in the output, or in the error if there is one
	}{
		{"no threshold", nil, []string{dir}, exitOK, "9.3%: 4 of 43 cells driven, in 2 operations, by 1 process."},
		{"the folder of the variable", map[string]string{"FAKEGLANCE_COVERDIR": dir}, nil, exitOK, "9.3%"},
		{"one operation", nil, []string{dir, "--operation", "list_projects"}, exitOK, "25%: 3 of 12 cells driven, in 1 operation"},
		{"an operation that was never called", nil, []string{dir, "--operation", "list_projects, get_image"}, exitOK, "get_image: 0 of 23 cells"},
		{"exactly enough", nil, []string{"--min", "25", dir, "--operation", "list_projects"}, exitOK, "25%"},
		{"enough, with a sign", nil, []string{"--min", "3.2%", dir, "--operation", "delete_image"}, exitOK, "3.2%"},
		{"too little", nil, []string{"--min", "25.01", dir, "--operation", "list_projects"}, exitFailed, "3 of 12 cells are less than --min 25.01%"},
		{"far too little", nil, []string{"--min", "80", dir}, exitFailed, "4 of 43 cells are less than --min 80%"},
		{"nothing at all", nil, []string{none}, exitOK, "No operation was called: 1 process noted nothing."},
		{"nothing at all is too little", nil, []string{"--min", "1", none}, exitFailed, "0 of 0 cells"},
		{"a page", nil, []string{"--html", html, dir}, exitOK, "9.3%"},
		{"a page in no folder", nil, []string{"--html", filepath.Join(dir, "no", "such"), dir}, exitFailed, "no such file"},
		{"no folder", nil, nil, exitUsage, "coverage takes one DIR"},
		{"two folders", nil, []string{dir, empty}, exitUsage, "coverage takes one DIR"},
		{"a folder that is not there", nil, []string{filepath.Join(dir, "no")}, exitUsage, "no such file"},
		{"a file", nil, []string{file}, exitUsage, file + ": not a folder"},
		{"an empty folder", nil, []string{empty}, exitUsage, empty + ": nothing was noted here: run the tests, or the server, with FAKEGLANCE_COVERDIR set to the folder"},
		{"a broken file", nil, []string{cells(t, fourCells[:40])}, exitUsage, "cells-1-x.json: not a file of coverage: unexpected EOF"},
		{"a file of a newer version", nil, []string{cells(t, `{"fakeglance_coverage": 2}`)}, exitUsage, "written by a newer fakeglance"},
		{"no percentage", nil, []string{"--min", "all", dir}, exitUsage, `"all" for --min: want a percentage from 0 to 100, such as 80`},
		{"more than everything", nil, []string{"--min", "101", dir}, exitUsage, "want a percentage"},
		{"not a number", nil, []string{"--min", "NaN", dir}, exitUsage, "want a percentage"},
		{"an unknown operation", nil, []string{"--operation", "delete_imag", dir}, exitUsage, `(did you mean "delete_image"?)`},
		{"an unknown flag", nil, []string{"--mni", "80", dir}, exitUsage, "did you mean --min?"},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			code, stdout, stderr := invoke(t, test.env, append([]string{"coverage"}, test.args...)...)
			out := stdout
			if test.code != exitOK {
				out = stderr
			}
			if code != test.code || !strings.Contains(out, test.want) {
				t.Errorf("exit %d, %q, %q, want exit %d, %q", code, stdout, stderr, test.code, test.want)
			}
			if test.name == "a page" && !strings.HasPrefix(read(t, html), "<!doctype html>") {
				t.Errorf("the page is %.100s", read(t, html))
			}
		})
	}
}

// A folder that cannot be made is an error at the start.
func TestCoverageOfNoFolder(t *testing.T) {
	t.Parallel()
	file := filepath.Join(t.TempDir(), "file")
	write(t, file, "")
	code, _, stderr := invoke(t, nil, "--listen", "127.0.0.1:0", "--coverdir", file, "one-image")
	if code != exitFailed || !strings.Contains(stderr, "coverage: mkdir "+file) {
		t.Errorf("exit %d, %q", code, stderr)
	}
}
