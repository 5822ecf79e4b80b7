package main

import (
	"bufio"
	"encoding/json"
	"net/http"
	"os"
	"path/filepath"
	"testing"
)

// The journal's file has every request, also those that the journal does not keep,
// and is complete when the program ends.
func TestJournalFile(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "journal.jsonl")
	srv := start(t, 1, "--journal-file", path, "--journal", "1", "flaky-then-ok")
	token := http.Header{"X-Auth-Token": {"t"}}
	send(t, http.MethodPost, srv.url+"/_fake/sandboxes", "{name: a}", nil)
	const image = "/v2/images/4ca46bf1-5c61-48ff-b4f3-0ad4e5e3ba90"
	send(t, http.MethodDelete, srv.url+image, "", token)
	send(t, http.MethodGet, srv.url+image, "", token)
	send(t, http.MethodDelete, srv.url+"/s/a"+image, "", token)
	srv.stop()
	if code := <-srv.code; code != exitOK {
		t.Errorf("exit %d", code)
	}
	file, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	type line struct {
		Sandbox string
		Request struct {
			Method string
			Status int
			Misses []struct{ Reason string }
		}
	}
	var got []line
	for lines := bufio.NewScanner(file); lines.Scan(); {
		var l line
		if err := json.Unmarshal(lines.Bytes(), &l); err != nil {
			t.Fatal(err)
		}
		got = append(got, l)
	}
	if len(got) != 3 || got[0].Request.Status != 503 || got[1].Request.Method != "GET" || len(got[1].Request.Misses) != 1 || got[2].Sandbox != "a" || got[0].Sandbox != "" {
		t.Errorf("the file has %+v", got)
	}
}
