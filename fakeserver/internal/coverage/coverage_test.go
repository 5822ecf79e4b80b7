package coverage

import (
	"encoding/json"
	"maps"
	"regexp"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/fakeglance/fakeglance/scenarios"
)

var (
	deleted = Cell{Operation: scenarios.DeleteImage, Status: 204, Hop: scenarios.Service, Effect: scenarios.EffectApplied}
	lost    = Cell{Operation: scenarios.DeleteImage, Drop: scenarios.Reset, Effect: scenarios.EffectApplied}
	teapot  = Cell{Operation: scenarios.GetImage, Status: 418, Hop: scenarios.LB, Effect: scenarios.EffectNone}
)

// What is written can be read, and is the same for the same cells.
func TestSet(t *testing.T) {
	t.Parallel()
	want := Set{deleted: true, lost: true, teapot: true}
	got := make(Set)
	if err := got.Decode(want.Encode()); err != nil || !maps.Equal(got, want) {
		t.Errorf("%v, %v, want %v", got, err, want)
	}
	if again := got.Encode(); string(again) != string(want.Encode()) {
		t.Errorf("%s, want %s", again, want.Encode())
	}
}

func TestDecodeErrors(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		``:                                       "EOF",
		`{}`:                                     "want fakeglance_coverage: 1",
		`[]`:                                     "cannot unmarshal array",
		`{"fakeglance_coverage": 2}`:             "a newer fakeglance",
		`{"fakeglance_coverage": 2, "new": 1}`:   "a newer fakeglance",
		`{"fakeglance_coverage": 1, "cels": []}`: `unknown field "cels"`,
		`{"fakeglance_coverage": 1, "cells": [`:  "unexpected EOF",
		`{"fakeglance_coverage": 1} {}`:          "something follows",
		`{"fakeglance_coverage": 1, "cells": [{"operation": "get_image", "status": 200}]}`:           "cells[0]: want an operation, an effect",
		`{"fakeglance_coverage": 1, "cells": [{"operation": "get_image", "effect": "none"}]}`:        "cells[0]: want an operation, an effect, and a status or a drop",
		`{"fakeglance_coverage": 1, "cells": [{"status": 200, "hop": "service", "effect": "none"}]}`: "cells[0]: want an operation",
	} {
		s := Set{deleted: true}
		if err := s.Decode([]byte(text)); err == nil || !strings.Contains(err.Error(), want) || len(s) != 1 {
			t.Errorf("%s: %v, %v, want %s", text, s, err, want)
		}
	}
}

// All files of processes are merged, and no others are looked at.
func TestRead(t *testing.T) {
	t.Parallel()
	dir := fstest.MapFS{
		"cells-1-A.json": {Data: Set{deleted: true, lost: true}.Encode()},
		"cells-2-B.json": {Data: Set{deleted: true, teapot: true}.Encode()},
		".cells-123":     {Data: []byte("hal")},
		"report.json":    {Data: []byte("{}")},
	}
	cells, files, err := Read(dir)
	if want := (Set{deleted: true, lost: true, teapot: true}); err != nil || files != 2 || !maps.Equal(cells, want) {
		t.Errorf("%v, %d files, %v, want %v, 2 files", cells, files, err, want)
	}
	dir["cells-3-C.json"] = &fstest.MapFile{Data: []byte("{")}
	if _, _, err := Read(dir); err == nil || !strings.HasPrefix(err.Error(), "cells-3-C.json: not a file of coverage: ") {
		t.Errorf("a broken file: %v", err)
	}
}

// Every operation has documented answers; each of its cells differs from the others,
// and is of a hop, a status and a drop that reports know.
func TestTable(t *testing.T) {
	t.Parallel()
	for _, op := range scenarios.Operations() {
		cells := Cells(op)
		if len(documented[op]) == 0 || !slices.IsSorted(documented[op]) || len(cells) < 10 {
			t.Errorf("%s: %v, %d cells", op, documented[op], len(cells))
		}
		for i, c := range cells {
			if i > 0 && compare(cells[i-1], c) >= 0 {
				t.Errorf("%+v does not come before %+v", cells[i-1], c)
			}
			if (c.Status == 0) != (c.Drop != "") || !slices.Contains(hops, c.Hop) || !slices.Contains(drops, c.Drop) {
				t.Errorf("%+v", c)
			}
		}
	}
	if len(documented) != len(scenarios.Operations()) {
		t.Errorf("%d operations have documented answers, of %d", len(documented), len(scenarios.Operations()))
	}
}

// The report counts only what is documented, names what is not, and has one line for
// what one thing drives.
func TestReport(t *testing.T) {
	t.Parallel()
	r := NewReport(Set{deleted: true, lost: true, teapot: true}, 3)
	if r.Driven != 2 || r.Cells != len(Cells(scenarios.DeleteImage))+len(Cells(scenarios.GetImage)) || r.Percent != 3.7 {
		t.Errorf("%d of %d cells are driven: %g%%", r.Driven, r.Cells, r.Percent)
	}
	text := r.Text()
	for _, want := range []string{
		"get_image: 0 of 23 cells driven, and 1 that no documentation has; never:\n",
		"delete_image: 2 of 31 cells driven; never:\n",
		"  service  403                                 incidents forbidden, protected, unprotect-race, and 1 more\n",
		"  service  404                                 incidents gone-everywhere, lookup-503-then-404",
		"  service  409                                 incidents in-use-forever, in-use-then-free, batch-one-refuses\n",
		"  gateway  403 405 500 502 504                 inject: {status: …, hop: gateway}\n",
		"  nobody   close truncate hang, the work done  inject: {drop: …, effect: applied}\n",
		"  service  200                        a call that succeeds\n",
		"\nNever called: modify_image, get_images, add_image, ",
		"\n3.7%: 2 of 54 cells driven, in 2 operations, by 3 processes.\n",
	} {
		if !strings.Contains(text, want) {
			t.Errorf("there is no %q in\n%s", want, text)
		}
	}
	for _, not := range []string{"done-but-reply-lost", "  service  204   "} {
		if before, _, _ := strings.Cut(text, "Never called"); strings.Contains(before, not) {
			t.Errorf("there is %q, which was driven, in\n%s", not, text)
		}
	}
	for line := range strings.Lines(text[strings.Index(text, "Never called"):]) {
		if len(line) > 101 {
			t.Errorf("%q is long", line)
		}
	}
}

// A line that is for one status names it.
func TestLineOfOne(t *testing.T) {
	t.Parallel()
	all := make(Set)
	for _, c := range Cells(scenarios.DeleteImage) {
		all[c] = c.Drop != scenarios.Hang && (c.Hop != scenarios.Gateway || c.Status != 502)
		if !all[c] {
			delete(all, c)
		}
	}
	text := NewReport(all, 1).Text()
	for _, want := range []string{"inject: {status: 502, hop: gateway}", "inject: {drop: hang}", "inject: {drop: hang, effect: applied}"} {
		if !strings.Contains(text, want) {
			t.Errorf("there is no %q in\n%s", want, text)
		}
	}
}

// The JSON has its version, and no null where there is a list.
func TestJSON(t *testing.T) {
	t.Parallel()
	for _, set := range []Set{nil, {deleted: true}} {
		text, err := json.Marshal(NewReport(set, 1))
		if err != nil || !strings.HasPrefix(string(text), `{"version":1,"driven":`) || strings.Contains(string(text), "null") {
			t.Errorf("%s, %v", text, err)
		}
	}
}

// The page needs nothing from elsewhere, runs nothing, has a dark and a light theme,
// and says in words what it shows in colours.
func TestPage(t *testing.T) {
	t.Parallel()
	var b strings.Builder
	if err := NewReport(Set{deleted: true, teapot: true}, 1).HTML(&b); err != nil {
		t.Fatal(err)
	}
	page := b.String()
	for _, not := range []string{"<script", "<link", "<img", " src=", "@import", "url(", "http:", "https:", " on"} {
		if regexp.MustCompile(regexp.QuoteMeta(not)+`\w*=`).MatchString(page) || not != " on" && strings.Contains(page, not) {
			t.Errorf("the page has %q", not)
		}
	}
	for _, want := range []string{
		`<html lang="en">`, "<title>What tests have driven: 1.8%</title>", "prefers-color-scheme: dark", `name="viewport"`,
		"<h1>", "<main>", "<caption>", `<th scope="col">`, `<th scope="row">`, "✓ driven", "✗ never",
		`aria-label="1 of 31 cells of delete_image"`, "<code>inject: {drop: close, effect: applied}</code>", "<code>in-use-forever</code>",
		"beyond them, which no documentation has: lb 418",
	} {
		if !strings.Contains(page, want) {
			t.Errorf("the page has no %q", want)
		}
	}
	if rows := strings.Count(page, "<tr") - 3; rows != len(Cells(scenarios.DeleteImage))+len(Cells(scenarios.GetImage))+2 {
		t.Errorf("the page has %d rows", rows)
	}
	ids := regexp.MustCompile(` id="([^"]+)"`).FindAllStringSubmatch(page, -1)
	for _, at := range regexp.MustCompile(`(?:href="#|aria-labelledby=")([^"]+)"`).FindAllStringSubmatch(page, -1) {
		if !slices.ContainsFunc(ids, func(id []string) bool { return id[1] == at[1] }) {
			t.Errorf("nothing has the id %q", at[1])
		}
	}
}
