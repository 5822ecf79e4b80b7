package dashboard

import (
	"net/http"
	"net/http/httptest"
	"regexp"
	"strings"
	"testing"
)

// The page and every file that it names are there, with their types, and come from
// nowhere else.
func TestFiles(t *testing.T) {
	t.Parallel()
	type want struct{ file, contentType string }
	open := []want{{"", "text/html; charset=utf-8"}}
	seen := make(map[string]bool)
	for len(open) > 0 {
		next := open[0]
		open = open[1:]
		if seen[next.file] {
			continue
		}
		seen[next.file] = true
		file, ok := Find(next.file)
		if !ok {
			t.Fatalf("there is no %q", next.file)
		}
		rec := httptest.NewRecorder()
		file.Serve(rec, httptest.NewRequest("GET", "/", nil))
		text := rec.Body.String()
		if got := rec.Header().Get("Content-Type"); rec.Code != http.StatusOK || got != next.contentType || text == "" {
			t.Errorf("%q: %d %s, %d bytes; want %s", next.file, rec.Code, got, len(text), next.contentType)
		}
		if policy := rec.Header().Get("Content-Security-Policy"); !strings.Contains(policy, "default-src 'none'") || strings.Contains(policy, "unsafe") {
			t.Errorf("%q: the policy is %q", next.file, policy)
		}
		if outside := regexp.MustCompile(`(?:https?:)?//[a-z]+\.[a-z.]+`).FindString(strings.ReplaceAll(text, "http://www.w3.org/2000/svg", "")); outside != "" {
			t.Errorf("%q names %s", next.file, outside)
		}
		for _, m := range regexp.MustCompile(`(?:href|src)="page/([^"]+)"|from "\./([^"]+)"`).FindAllStringSubmatch(text, -1) {
			name := m[1] + m[2]
			open = append(open, want{name, types[name[strings.LastIndexByte(name, '.'):]]})
		}
	}
	entries, err := files.ReadDir("page")
	if err != nil || len(entries) != len(seen) {
		t.Errorf("the page uses %d of its %d files: %v", len(seen), len(entries), err)
	}
	for _, name := range []string{"none.js", "../dashboard.go", "/etc/passwd"} {
		if _, ok := Find(name); ok {
			t.Errorf("there is a file %q", name)
		}
	}
}

// A browser that has a file is told that it is the same.
func TestUnchanged(t *testing.T) {
	t.Parallel()
	file, _ := Find("")
	rec := httptest.NewRecorder()
	file.Serve(rec, httptest.NewRequest("GET", "/", nil))
	req := httptest.NewRequest("GET", "/", nil)
	req.Header.Set("If-None-Match", rec.Header().Get("Etag"))
	rec = httptest.NewRecorder()
	file.Serve(rec, req)
	if rec.Code != http.StatusNotModified {
		t.Errorf("the answer is %d, want 304", rec.Code)
	}
}

// Nothing that a request contains can become markup: no file makes markup of text.
func TestNoMarkupFromText(t *testing.T) {
	t.Parallel()
	entries, err := files.ReadDir("page")
	if err != nil {
		t.Fatal(err)
	}
	dangerous := regexp.MustCompile(`innerHTML|outerHTML|insertAdjacentHTML|document\.write|DOMParser|createContextualFragment|\beval\b|new Function|javascript:| on[a-z]+="`)
	for _, entry := range entries {
		file, _ := Find(entry.Name())
		if found := dangerous.Find(file.content); found != nil {
			t.Errorf("%s has %q", entry.Name(), found)
		}
	}
}
