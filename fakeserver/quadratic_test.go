package fakeserver_test

import (
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/fakeglance/fakeglance/fakeserver"
	"github.com/fakeglance/fakeglance/scenarios"
)

// Many keys that are given twice, or are nearly right, are refused as fast as a few
// are, for each of them; also where the last one counts, as in Python.
func TestManyWrongKeys(t *testing.T) {
	t.Parallel()
	keys := 80_000
	if raceDetector {
		keys = 8_000
	}
	items := func(n int, first, last, form string) string {
		var b strings.Builder
		b.WriteString(first)
		for i := range n {
			b.WriteString(strings.ReplaceAll(form, "%n", strconv.Itoa(i)))
			if last != "" && i < n-1 {
				b.WriteString(",")
			}
		}
		b.WriteString(last)
		return b.String()
	}
	list := func(first, last, form string) string { return items(keys, first, last, form) }
	srv := fakeserver.Run(t, fakeserver.WithLog(nil), fakeserver.WithYAML("images: [{id: "+alpha+"}]"))
	call := func(method, path, contentType string) func(string) string {
		return func(body string) string {
			req := httptest.NewRequest(method, "http://127.0.0.1"+path, strings.NewReader(body))
			req.Header.Set("X-Auth-Token", "t")
			req.Header.Set("Content-Type", contentType)
			rec := httptest.NewRecorder()
			srv.ServeHTTP(rec, req)
			if rec.Code == http.StatusRequestEntityTooLarge && strings.Contains(rec.Body.String(), "body") {
				return ""
			}
			return rec.Body.String()
		}
	}
	parse := func(text string) string {
		if _, err := scenarios.Parse("x.yaml", []byte(text)); err != nil {
			return err.Error()
		}
		return ""
	}
	put := call("PUT", "/_fake/scenario", "application/yaml")
	create := call("POST", "/v2/images", "application/json")
	patch := call("PATCH", "/v2/images/"+alpha, "application/openstack-images-v2.1-json-patch")
	begin := time.Now()
	if err := parse(list("images: [{properties: {", "}}]", "a%n: x")); err != "" {
		t.Fatal(err)
	}
	most := max(time.Second, 5*time.Since(begin)) // on a busy machine everything takes longer
	for _, test := range []struct {
		name string
		do   func(string) string
		body string
	}{
		{"parse, same key", parse, list("", "", "name: x\n")},
		{"parse, near keys", parse, list("", "", "imagse%n: x\n")},
		{"parse, near keys of an image", parse, list("images: [{", "}]", "nmae%n: x")},
		{"parse, same properties", parse, list("images: [{properties: {", "}}]", "a: x")},
		{"parse, near words", parse, list("faults: [{match: {operation: [", "]}, inject: {status: 503}}]", "delete_imag%n")},
		{"parse, faults after unknown ones", parse, items(keys/4, "faults: [", "]", "{name: f%n, after: g%n, inject: {status: 503}}")},
		{"put, near keys", put, list("", "", "imagse%n: x\n")},
		{"put, same key in JSON", put, list("{", "}", `"name": "x"`)},
		{"create, same key", create, list("{", "}", `"name":"x"`)},
		{"create, near keys", create, list("{", "}", `"nm%n":1`)},
		{"create, other tags", create, list(`{"tags":[`, "]}", `"x%n"`)},
		{"patch, same keys of an operation", patch, list("[{", "}]", `"op":"add"`)},
		{"patch, near keys of an operation", patch, list("[{", "}]", `"o%n":1`)},
		{"patch, empty operations", patch, list("[", "]", "{}")},
		{"patch, same property", patch, list(`[{"op":"add","path":"/a","value":{`, "}}]", `"a":1`)},
	} {
		var got string
		took := time.Hour
		for try := 0; took > most && try < 3; try++ { // another time, the machine is less busy
			begin := time.Now()
			got = test.do(test.body)
			took = min(took, time.Since(begin))
		}
		if took > most || got == "" {
			t.Errorf("%s: it takes %s and the answer is %.200q, want at most %s and an answer to all of it", test.name, took.Round(time.Millisecond), got, most)
		}
	}
}

// Many users of many projects are known as fast as a few are, for each of them.
func TestManyUsers(t *testing.T) {
	t.Parallel()
	sc := &scenarios.Scenario{}
	for i := range 40_000 {
		name := strconv.Itoa(i)
		sc.Auth.Users = append(sc.Auth.Users, scenarios.User{Name: "user-" + name, Project: "project-" + name})
	}
	srv := fakeserver.Run(t, fakeserver.WithLog(nil))
	begin := time.Now()
	for range 5 { // what a reader of the scenario does, for each
		for _, u := range sc.Auth.Users {
			scenarios.UserID(u.Name)
			scenarios.ProjectID(u.Project)
		}
	}
	most := max(time.Second, 5*time.Since(begin)) // on a busy machine, or with the race detector, everything takes longer
	begin = time.Now()
	if err := srv.Play(sc); err != nil {
		t.Fatal(err)
	}
	if took := time.Since(begin); took > most {
		t.Errorf("it takes %s to know %d users, want at most %s", took.Round(time.Millisecond), len(sc.Auth.Users), most)
	}
}
