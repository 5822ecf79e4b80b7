package card

import (
	"bytes"
	"encoding/xml"
	"io"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// An element of a page, with the text of all that is in it.
type element struct {
	name  string
	attrs map[string]string
	text  strings.Builder
	in    *element
}

// parsePage reads a page, which has to be well-formed as XML too.
func parsePage(t *testing.T, page []byte) []*element {
	t.Helper()
	dec := xml.NewDecoder(bytes.NewReader(page))
	var all []*element
	var at *element
	for {
		token, err := dec.Token()
		if err == io.EOF {
			return all
		}
		if err != nil {
			t.Fatal(err)
		}
		switch token := token.(type) {
		case xml.StartElement:
			at = &element{name: token.Name.Local, attrs: make(map[string]string), in: at}
			for _, a := range token.Attr {
				at.attrs[a.Name.Local] = a.Value
			}
			all = append(all, at)
		case xml.CharData:
			for e := at; e != nil; e = e.in {
				e.text.Write(token)
			}
		case xml.EndElement:
			at = at.in
		}
	}
}

func TestHTML(t *testing.T) {
	t.Parallel()
	c := mixed()
	c.Incidents[0].Name, c.Incidents[0].Topic, c.Client = hostile, hostile, hostile
	c.Topics[0].Name = hostile
	page := written(t, c, (*Card).WriteHTML)
	all := parsePage(t, page)
	count := make(map[string]int)
	ids := make(map[string]*element)
	for _, e := range all {
		count[e.name]++
		if id := e.attrs["id"]; id != "" {
			if ids[id] != nil {
				t.Errorf("two elements have the id %s", id)
			}
			ids[id] = e
		}
	}
	// One file, in which nothing runs and nothing is loaded.
	for _, name := range []string{"script", "link", "img", "iframe", "object", "base", "form", "image", "use", "foreignObject"} {
		if count[name] > 0 {
			t.Errorf("there is a %s", name)
		}
	}
	for _, e := range all {
		for key, value := range e.attrs {
			switch {
			case strings.HasPrefix(key, "on"), key == "src", key == "srcset", key == "data", key == "action":
				t.Errorf("a %s has %s=%q", e.name, key, value)
			case key == "href" && (!strings.HasPrefix(value, "#") || ids[value[1:]] == nil):
				t.Errorf("a link leads to %s", value)
			case strings.Contains(value, "://") && e.name != "desc":
				t.Errorf("a %s has %s=%q", e.name, key, value)
			case strings.HasPrefix(key, "aria-labelledby"):
				for _, id := range strings.Fields(value) {
					if ids[id] == nil || ids[id].text.Len() == 0 {
						t.Errorf("a %s is labelled by %s, which is not there or empty", e.name, id)
					}
				}
			}
		}
	}
	if regexp.MustCompile(`url\(|@import|ZgotmplZ`).Match(page) {
		t.Error("the style loads something, or a value was refused")
	}
	// What a client printed is shown as it is, as text.
	whole := all[0].text.String()
	for _, part := range []string{"<script>alert(\"x\" + 'y')</script> & ]]> {{.}} red\nnext line\ufffd evil", "https://example.org/thread?a=1&b=<2>"} {
		if !strings.Contains(whole, part) {
			t.Errorf("the page does not show %q", part)
		}
	}
	if i := bytes.IndexFunc(page, func(r rune) bool { return r < ' ' && r != '\n' || r == 0x202e || r == 0xfffe }); i >= 0 {
		t.Errorf("a control character: %q", page[max(i-20, 0):i+10])
	}
	// Landmarks, headers of tables, headings in their order, pictures with words.
	for name, want := range map[string]int{"header": 1, "main": 1, "nav": 1, "footer": 1, "h1": 1, "article": 3} {
		if count[name] != want {
			t.Errorf("%d of %s, want %d", count[name], name, want)
		}
	}
	level := 1
	for _, e := range all {
		switch {
		case e.name == "th" && e.attrs["scope"] == "":
			t.Errorf("the header %q is of no scope", e.text.String())
		case e.name == "section" && e.attrs["aria-labelledby"] == "":
			t.Error("a section has no name")
		case e.name == "svg" && e.attrs["class"] != "mark" && e.attrs["aria-hidden"] == "" && (e.attrs["role"] != "img" || len(strings.Fields(e.attrs["aria-labelledby"])) != 2):
			t.Errorf("a picture has no words: %v", e.attrs)
		case len(e.name) == 2 && e.name[0] == 'h' && e.name[1] >= '1' && e.name[1] <= '6':
			now := int(e.name[1] - '0')
			if now > level+1 {
				t.Errorf("the heading %q follows one of level %d", e.text.String(), level)
			}
			level = now
		}
	}
	if count["desc"] != 6 || !strings.Contains(ids["i3-about"].text.String(), "client left after 30 s; pause of 1.0 s; 502; pause of 1.0 s; 429") {
		t.Errorf("%d pictures; that of hanging says %s", count["desc"], ids["i3-about"].text.String())
	}
}

// Every incident is there once, failures first, each with all that helps.
func TestHTMLOrder(t *testing.T) {
	t.Parallel()
	page := string(written(t, mixed(), (*Card).WriteHTML))
	parts := []string{
		`id="grades"`, `id="failed"`, ">flaky-then-ok ", "gave-up", "The client said", "A good client", "Seen in", "To see it again", ">batch-one-refuses ",
		`id="cleanup"`, `id="outage"`, `id="advice"`, `id="idle"`, ">catalog-without-region<", `id="passed"`, ">already-gone<", ">hanging<", ">polls<", `id="left"`, ">expired-token<", `id="verdicts"`,
	}
	var at []int
	for _, part := range parts {
		at = append(at, strings.Index(page, part))
	}
	if !slices.IsSorted(at) || at[0] < 0 {
		t.Errorf("the parts %q are at %d", parts, at)
	}
	for _, grade := range []string{`grade gradeA">A<`, `grade gradeD">D<`, `grade gradeF">F<`, `grade gradeNone">-<`} {
		if strings.Count(page, grade) != 1 {
			t.Errorf("%d grades are %s", strings.Count(page, grade), grade)
		}
	}
	// A part that has nothing is not there.
	c := &Card{Incidents: []Row{{Name: "a", Topic: "gone", Result: Passed}}}
	c.Total()
	page = string(written(t, c, (*Card).WriteHTML))
	for _, id := range []string{"failed", "cleanup", "outage", "advice", "idle", "left"} {
		if strings.Contains(page, `id="`+id+`"`) || strings.Contains(page, `href="#`+id+`"`) {
			t.Errorf("a card of one incident that is passed has the part %s", id)
		}
	}
	if !strings.Contains(page, "It fails in none of 1 incident.") || !strings.Contains(page, "<title>Passed:") {
		t.Error("the page does not say that the client passed")
	}
}
