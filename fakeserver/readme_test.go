package fakeserver

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"regexp"
	"strings"
	"testing"

	"github.com/fakeglance/fakeglance/fakeserver/internal/control"
	"github.com/fakeglance/fakeglance/fakeserver/internal/report"
	"github.com/fakeglance/fakeglance/scenarios"
)

// The tables of the documentation are generated from what they describe. Each one
// is between two comments with its name. UPDATE_README=1 rewrites them.
func TestReadmeTables(t *testing.T) {
	t.Parallel()
	for path, tables := range map[string]map[string]func(*testing.T) string{
		"../scenarios/README.md":        {"keys": keysTable, "operations": operationsTable, "scenarios": scenariosTable},
		"../cmd/fakeglance/README.md":   {"control": controlTable, "verdicts": verdictsTable},
		"../testdata/clients/README.md": {"clients": clientsTable, "cards": cardsTable},
	} {
		t.Run(strings.TrimPrefix(path, "../"), func(t *testing.T) {
			t.Parallel()
			src, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			readme := string(src)
			for name, table := range tables {
				want := table(t)
				begin, end := "<!-- "+name+" -->\n", "<!-- /"+name+" -->\n"
				before, rest, ok := strings.Cut(readme, begin)
				got, after, whole := strings.Cut(rest, end)
				if !ok || !whole {
					t.Fatalf("there is no table %s…%s", begin, end)
				}
				if got != want && os.Getenv("UPDATE_README") == "" {
					t.Errorf("the table of %s is out of date (UPDATE_README=1 go test ./fakeserver -run TestReadmeTables): want\n%s", name, want)
				}
				readme = before + begin + want + end + after
			}
			if os.Getenv("UPDATE_README") != "" {
				if err := os.WriteFile(path, []byte(readme), 0o644); err != nil { //nolint:gosec // documentation
					t.Fatal(err)
				}
			}
		})
	}
}

// scenariosTable lists the incidents by topic, then the built-in scenarios
// without one.
func scenariosTable(t *testing.T) string {
	all := scenarios.Incidents()
	for _, name := range scenarios.Names() {
		sc, err := scenarios.Load(name)
		if err != nil {
			t.Fatal(err)
		}
		if sc.Topic == "" {
			all = append(all, sc)
		}
	}
	var b strings.Builder
	b.WriteString("| topic | name | what goes wrong | what a good client does |\n| --- | --- | --- | --- |\n")
	for _, sc := range all {
		fmt.Fprintf(&b, "| %s | `%s` | %s | %s |\n", sc.Topic, sc.Name, cell(sc.Description), cell(sc.Expect))
	}
	return b.String()
}

func controlTable(*testing.T) string {
	var b strings.Builder
	b.WriteString("| call | method of `Server`, and what it does |\n| --- | --- |\n")
	for _, c := range control.Table {
		fmt.Fprintf(&b, "| `%s %s` | %s |\n", c.Method, c.Path, c.About)
	}
	return b.String()
}

// verdictsTable has the hard verdicts first, as a card does.
func verdictsTable(*testing.T) string {
	var b strings.Builder
	b.WriteString("| verdict | the client | what a good client does |\n| --- | --- | --- |\n")
	for _, r := range report.Rules() {
		name := "`" + string(r.Verdict) + "`"
		if !r.Hard {
			name += " (advice)"
		}
		fmt.Fprintf(&b, "| %s | %s | %s |\n", name, cell(r.Meaning), cell(r.Instead))
	}
	return b.String()
}

func operationsTable(*testing.T) string {
	var b strings.Builder
	b.WriteString("| operation | calls |\n| --- | --- |\n")
	calls := make(map[scenarios.Operation][]string)
	var order []scenarios.Operation
	for _, r := range scenarios.Endpoints() {
		if calls[r.Operation] == nil {
			order = append(order, r.Operation)
		}
		calls[r.Operation] = append(calls[r.Operation], fmt.Sprintf("`%s %s`", r.Method, r.Path))
	}
	for _, op := range order {
		fmt.Fprintf(&b, "| `%s` | %s |\n", op, strings.Join(calls[op], ", "))
	}
	return b.String()
}

// clientsTable shows the measurements of two clients side by side.
func clientsTable(t *testing.T) string {
	command := measured(t, "../testdata/clients/incidents-openstack.md")
	library := measured(t, "../testdata/clients/incidents-gophercloud.md")
	var b strings.Builder
	b.WriteString("| incident | `openstack image delete` | DELETEs | gophercloud's `images.Delete` | DELETEs |\n| --- | --- | --- | --- | --- |\n")
	for _, sc := range scenarios.Incidents() {
		c, l := command[sc.Name], library[sc.Name]
		if len(c) != 5 || len(l) != 4 {
			t.Fatalf("%s has not been measured with both clients: %q, %q", sc.Name, c, l)
		}
		exit := map[string]string{"0": "succeeds", "1": "fails"}[c[2]]
		fmt.Fprintf(&b, "| `%s` | %s | %s | %s | %s |\n", sc.Name, exit, c[4], l[2], l[3])
	}
	return b.String()
}

// cardsTable sums up the cards of real clients that are kept.
func cardsTable(t *testing.T) string {
	files, err := filepath.Glob("../testdata/clients/cards/*.txt")
	if err != nil || len(files) == 0 {
		t.Fatalf("there are no cards: %v", err)
	}
	sum := regexp.MustCompile(`(?m)^(\d+) incidents = (\d+) passed \+ (\d+) failed \+ (\d+) not driven`)
	row := regexp.MustCompile(`(?m)^\d+\. \S+ \(\S+\): (.+)$`)
	var b strings.Builder
	b.WriteString("| client | version | passed | failed | not driven | verdicts |\n| --- | --- | --- | --- | --- | --- |\n")
	for _, file := range files {
		src, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		first, _, _ := strings.Cut(string(src), "\n")
		name, version, _ := strings.Cut(first, ": ")
		n := sum.FindStringSubmatch(string(src))
		if n == nil || version == "" {
			t.Fatalf("%s is no card", file)
		}
		count := make(map[string]int)
		for _, m := range row.FindAllStringSubmatch(string(src), -1) {
			for verdict := range strings.SplitSeq(m[1], ", ") {
				count[verdict]++
			}
		}
		var verdicts []string
		for _, r := range report.Rules() {
			if v := string(r.Verdict); count[v] > 0 {
				verdicts = append(verdicts, fmt.Sprintf("%s %d", v, count[v]))
			}
		}
		fmt.Fprintf(&b, "| [%s](cards/%s) | %s | %s | %s | %s | %s |\n", name, filepath.Base(file), version, n[2], n[3], n[4], strings.Join(verdicts, ", "))
	}
	return b.String()
}

// measured returns the cells of a table's rows, by the incident's name.
func measured(t *testing.T, path string) map[string][]string {
	src, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	rows := make(map[string][]string)
	for line := range strings.Lines(string(src)) {
		if cells := strings.Split(strings.Trim(line, "|\n "), " | "); strings.HasPrefix(cells[0], "`") {
			rows[strings.Trim(cells[0], "`")] = cells
		}
	}
	return rows
}

// keysTable has a row for each key of a scenario file, in the order of the Go
// types, with the key's description from the JSON Schema.
func keysTable(t *testing.T) string {
	var schema struct {
		record
		Defs map[string]record `json:"$defs"`
	}
	if err := json.Unmarshal(scenarios.Schema(), &schema); err != nil {
		t.Fatal(err)
	}
	w := &keys{records: schema.Defs, done: make(map[reflect.Type]string)}
	w.records["scenario"] = schema.record
	w.WriteString("| key | meaning |\n| --- | --- |\n")
	w.add("", reflect.TypeFor[scenarios.Scenario]())
	return w.String()
}

// A record is the schema of a mapping.
type record struct {
	Properties map[string]struct{ Description string }
	AnyOf      []record
}

func (r record) about(key string) string {
	for _, form := range append(r.AnyOf, r) {
		if p, ok := form.Properties[key]; ok {
			return p.Description
		}
	}
	return ""
}

// keys writes the rows of the table of keys.
type keys struct {
	strings.Builder
	records map[string]record
	done    map[reflect.Type]string // the path under which a type's keys are listed
}

func (w *keys) add(path string, typ reflect.Type) {
	for i := range typ.NumField() {
		f := typ.Field(i)
		key := f.Tag.Get("yaml")
		if key == "-" {
			continue
		}
		about := cell(w.records[strings.ToLower(typ.Name())].about(key))
		at, inner := path+key, f.Type
		for inner.Kind() == reflect.Slice || inner.Kind() == reflect.Pointer {
			if inner.Kind() == reflect.Slice {
				at += "[]"
			}
			inner = inner.Elem()
		}
		nested := w.records[strings.ToLower(inner.Name())].properties() && inner.Kind() == reflect.Struct
		if !nested {
			at = path + key
		}
		if first, ok := w.done[inner]; ok && nested {
			about += " Its keys are those of `" + first + "`."
			nested = false
		}
		fmt.Fprintf(w, "| `%s` | %s |\n", at, about)
		if nested {
			w.done[inner] = at
			w.add(at+".", inner)
		}
	}
}

func (r record) properties() bool { return len(r.Properties) > 0 || len(r.AnyOf) > 0 }

// cell joins the lines of a text and escapes it for a table.
func cell(text string) string {
	return strings.ReplaceAll(strings.Join(strings.Fields(text), " "), "|", `\|`)
}
