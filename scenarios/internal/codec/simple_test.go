package codec

import (
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"gopkg.in/yaml.v3"
)

// simple are documents that the simple reader has to understand.
var simple = []string{
	"- a",
	"- {id: 4ca46bf1-5c61-48ff-b4f3-0ad4e5e3ba90, name: image-1, size: 42, protected: true, tags: [ci, ubuntu], properties: {a: b}}\n",
	"- id: 4ca46bf1-5c61-48ff-b4f3-0ad4e5e3ba90\n  name: Ubuntu 24.04 (Noble)\n  created_at: 2026-01-31T12:00:00Z\n",
	"-   name: a, b\n    tags:\n      - x\n      - y: 1\n        z: 2\n    properties:\n      os: linux\n    last: '#'\n",
	"- tags:\n  - x\n  - y\n  name: z\n",
	"- url: http://a:80/b\n\n  # a comment\n  b: \"c: d\"\n# another\n- {\"q\": 'x y', e: [], f: {}, g: [[1, 2], {h: 3}]}\n",
	"- - a\n  - b\n- - - c\n",
	"- match: {operation: delete_image, image: 'ubuntu-*'}\n  times: 007\n  rate: 0.5\n  inject: {status: 503, delay: 1e3}\n",
	"- [true, True, TRUE, no, Null, null, NULL, false, yes, 0x1F, 0o7, 0b1, 1_000, 1e5, 12e03, 2001-01-01, 1:30, 2001-01-01 10:00:00, nan, inf]",
}

// TestSimple checks that the simple reader accepts simple documents and no others.
func TestSimple(t *testing.T) {
	t.Parallel()
	for _, src := range simple {
		if !sameNodes(t, src) {
			t.Errorf("not simple:\n%s", src)
		}
	}
	for _, src := range []string{
		"- &a b", "- *a", "- !t a", "- |\n  a", "- >\n  a", "- a: ", "- a:", "-", "- a: b: c", "- a\n  b", "- {a: 1,}", "- {a}", "- \"a\\n\"", "- 'it''s'",
		"- ä", "- a\r\n", "- a\tb", "- \ta", "- a #b", "- {a: b} c", "- 'a' b", "- {a:\n 1}", "- a: b\n   c: d", "- <<: a", "- ? a", "- @a", "- -1", "- - a\n b: c",
		"- a: " + strings.Repeat("b", maxLine), "- " + strings.Repeat("[", 100) + strings.Repeat("]", 100),
	} {
		if sameNodes(t, src) {
			t.Errorf("taken as simple:\n%s", src)
		}
	}
}

// sameNodes reports whether a document is simple, and if so, checks that the
// simple reader makes the same nodes of it as yaml.v3.
func sameNodes(t *testing.T, src string) bool {
	t.Helper()
	check := &simpleReader{src: []byte(src), mark: mark{line: 1}, checking: true}
	if check.block() == nil || check.nextLine() >= 0 {
		return false
	}
	r := new(simpleReader)
	r.reset([]byte(src), mark{line: 1})
	got := r.block()
	var doc yaml.Node
	if err := yaml.Unmarshal([]byte(src), &doc); err != nil {
		t.Fatalf("%q\nis simple, but %v", src, err)
	}
	if got, want := outline(got), outline(doc.Content[0]); got != want {
		t.Fatalf("%q\ngot\n%s\nwant\n%s", src, got, want)
	}
	return true
}

// outline has everything about a node that decoding looks at.
func outline(n *yaml.Node) string {
	s := fmt.Sprintf("%d:%d kind %d tag %s style %d %q %q\n", n.Line, n.Column, n.Kind, n.ShortTag(), n.Style, n.Value, n.Anchor)
	for _, child := range n.Content {
		s += "  " + strings.ReplaceAll(strings.TrimSuffix(outline(child), "\n"), "\n", "\n  ") + "\n"
	}
	return s
}

func FuzzSimple(f *testing.F) {
	for _, src := range simple {
		f.Add(src)
	}
	f.Fuzz(func(t *testing.T, src string) { sameNodes(t, src) })
}

// TestGeneratedSimple tries many combinations of simple and other YAML.
func TestGeneratedSimple(t *testing.T) {
	t.Parallel()
	random := rand.New(rand.NewPCG(1, 2))
	pieces := []string{
		"a", "b1", "x-y", "1", "0", "01", "-", "- ", ": ", ":", ", ", ",", "{", "}", "[", "]", "{a: ", "a: ", "k: v", "\n", "\n  ", "\n- ", "\n  - ", "\n    ",
		" ", "  ", "'s'", "\"d\"", "'", "#", " # c", "true", "null", "~", ".", "e5", "2001-01-02", "T1:2:3Z", "/", "(", "?", "=", "%", "@", "<<: ", "_",
	}
	count := 0
	for range 100_000 {
		var b strings.Builder
		b.WriteString("- ")
		for range 1 + random.IntN(9) {
			b.WriteString(pieces[random.IntN(len(pieces))])
		}
		if sameNodes(t, b.String()) {
			count++
		}
	}
	if count < 500 {
		t.Errorf("only %d documents were simple", count)
	}
}

// whole is a type that has lists of all kinds.
type whole struct {
	Name  string            `yaml:"name"`
	Items []item            `yaml:"items"`
	Texts []string          `yaml:"texts"`
	Any   any               `yaml:"any"`
	Table map[string]string `yaml:"table"`
}

type item struct {
	Text  string            `yaml:"text" lang:"max=5"`
	Long  string            `yaml:"long"`
	N     int               `yaml:"n" lang:"max=9"`
	On    bool              `yaml:"on"`
	List  []string          `yaml:"list" lang:"single"`
	Table map[string]string `yaml:"table"`
	Sub   *item             `yaml:"sub"`
	Place string            `yaml:"-" lang:"place"`
}

// TestLongLists checks that documents whose long lists are left in the text give
// the same values and the same problems as documents read as a whole.
func TestLongLists(t *testing.T) {
	t.Parallel()
	language := New(Description{Root: reflect.TypeFor[whole]()})
	lines := []string{
		"name: x\n", "items:\n", "items:  \n", "texts:\n", "any:\n", "table:\n", "itms:\n", "# comment\n", "\n", "---\n", "...\n", "name: |\n", "name: \"a\n", "\"\n", "  x: y\n", "{\n", "}\n",
		"  - {text: abc, n: 3}\n", "  - {text: abcdef, n: 10}\n", "  - text: a\n    n: b\n", "  - txt: a\n    n: 1\n    n: 2\n", "  - text: a\n    table:\n      k: v\n",
		"  - a\n", "- a\n", "- {text: a, sub: {n: 11}}\n", "  - sub:\n      list: a\n      table: {a: b, a: c}\n", "   - x\n", "  - {<<: *a}\n", "  - &a {n: 4}\n", " # ä\n", "\tx\n", "ü: 1\n", "  - [\n",
	}
	random := rand.New(rand.NewPCG(3, 4))
	used := 0
	for range 50_000 {
		var b strings.Builder
		for range 1 + random.IntN(8) {
			b.WriteString(lines[random.IntN(len(lines))])
		}
		src := []byte(b.String())
		if _, ok := readLong(src, 0); !ok {
			continue
		}
		used++
		wantValue, want := readWith(language, src, 1<<30)
		gotValue, got := readWith(language, src, 0)
		if !reflect.DeepEqual(got, want) || !reflect.DeepEqual(gotValue, wantValue) {
			t.Fatalf("%s\ngot  %+v\n%v\nwant %+v\n%v", src, gotValue, got, wantValue, want)
		}
	}
	if used < 1000 {
		t.Errorf("only %d documents had long lists", used)
	}
}

func readWith(l *Language, src []byte, longBytes int) (whole, []Problem) {
	var v whole
	s := newSource("test.yaml")
	s.tree, s.problems = readTree("test.yaml", src, longBytes)
	s.decode(l, &v)
	return v, l.Check(&v, s).Problems()
}

// TestLongListsOfFiles compares the nodes of all scenario files, with and without
// long lists.
func TestLongListsOfFiles(t *testing.T) {
	t.Parallel()
	files, err := filepath.Glob("../../library/*.yaml")
	if err != nil {
		t.Fatal(err)
	}
	more, err := filepath.Glob("../../../testdata/*/*.yaml")
	if err != nil {
		t.Fatal(err)
	}
	used := 0
	for _, file := range append(files, more...) {
		src, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		got, ok := readLong(src, 0)
		if !ok {
			continue
		}
		used++
		for n, list := range got.long {
			for i := range list.entries {
				n.Content = append(n.Content, list.entry(new(simpleReader), i))
			}
		}
		var want yaml.Node
		if err := yaml.Unmarshal(src, &want); err != nil {
			t.Fatal(err)
		}
		if got, want := outline(got.root), outline(want.Content[0]); got != want {
			t.Errorf("%s: got\n%s\nwant\n%s", file, got, want)
		}
	}
	if used < 10 {
		t.Errorf("only %d files had such lists", used)
	}
}

func TestLongListIsUsed(t *testing.T) {
	t.Parallel()
	src := "name: a\nitems:\n" + strings.Repeat("  - {text: abc, n: 3}\n", longAtLeast/22+1) + "texts: [a]\n"
	if _, ok := readLong([]byte(src), longAtLeast); !ok {
		t.Error("a long list is not found")
	}
	if _, ok := readLong([]byte("items:\n  - {text: abc, n: 3}\n"), longAtLeast); ok {
		t.Error("a short list is taken for a long one")
	}
}
