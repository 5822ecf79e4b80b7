package fakeserver

import (
	"encoding/json"
	"fmt"
	"os"
	"reflect"
	"strings"
	"testing"

	"github.com/fakeglance/fakeglance/fakeserver/internal/control"
	"github.com/fakeglance/fakeglance/scenarios"
)

// TestReadme compares the tables of the README with what they tell of. With
// UPDATE_README=1 it writes them anew.
func TestReadme(t *testing.T) {
	t.Parallel()
	const path = "../README.md"
	src, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	readme := string(src)
	for _, table := range []struct {
		name string
		want string
	}{
		{"keys", keysTable(t)},
		{"scenarios", scenariosTable(t)},
		{"control", controlTable()},
		{"operations", operationsTable()},
	} {
		begin, end := "<!-- "+table.name+" -->\n", "<!-- /"+table.name+" -->\n"
		before, rest, ok := strings.Cut(readme, begin)
		got, after, whole := strings.Cut(rest, end)
		if !ok || !whole {
			t.Fatalf("README.md has no %s…%s", begin, end)
		}
		if got != table.want && os.Getenv("UPDATE_README") == "" {
			t.Errorf("README.md: the table of %s is not (UPDATE_README=1 go test ./fakeserver -run TestReadme)\n%s", table.name, table.want)
		}
		readme = before + begin + table.want + end + after
	}
	if os.Getenv("UPDATE_README") != "" {
		if err := os.WriteFile(path, []byte(readme), 0o644); err != nil { //nolint:gosec // documentation
			t.Fatal(err)
		}
	}
}

func scenariosTable(t *testing.T) string {
	var b strings.Builder
	b.WriteString("| name | what goes wrong | what a good client does |\n| --- | --- | --- |\n")
	for _, name := range scenarios.Names() {
		sc, err := scenarios.Load(name)
		if err != nil {
			t.Fatal(err)
		}
		fmt.Fprintf(&b, "| `%s` | %s | %s |\n", name, cell(sc.Description), cell(sc.Expect))
	}
	return b.String()
}

func controlTable() string {
	var b strings.Builder
	b.WriteString("| call | what it does: the method of `Server` |\n| --- | --- |\n")
	for _, c := range control.Table {
		fmt.Fprintf(&b, "| `%s %s` | %s |\n", c.Method, c.Path, c.About)
	}
	return b.String()
}

func operationsTable() string {
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

// keysTable has a row for each key of a scenario file, in the order of the Go
// types, with what the JSON Schema says of it.
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

// A record is what the schema says of a mapping.
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

// keys writes the rows.
type keys struct {
	strings.Builder
	records map[string]record
	done    map[reflect.Type]string // the key below which a type's keys stand
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
			about += " The keys are those of `" + first + "`."
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

// cell is a text in one line, as a table wants it.
func cell(text string) string {
	return strings.ReplaceAll(strings.Join(strings.Fields(text), " "), "|", `\|`)
}
