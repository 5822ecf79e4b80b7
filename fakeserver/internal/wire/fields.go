package wire

import (
	"bytes"
	"cmp"
	"encoding/json"
	"maps"
	"reflect"
	"slices"
	"strings"

	"github.com/fakeglance/fakeglance/scenarios"
)

// WithFields returns the reply with other values in those fields of its JSON that
// it has. The keys are paths. An empty text removes a field or an entry of a list.
// In texts {value} stands for the field's own value, and {url} for url.
//
// If the reply stays as it is, reason says why: it has none of the fields, or they
// have these values already.
func (r Reply) WithFields(fields map[string]any, url string) (changed Reply, reason string) {
	if len(fields) == 0 {
		return r, ""
	}
	if r.ContentType != TypeJSON || !json.Valid(r.Body) {
		return r, "fields: the answer is not JSON"
	}
	body, most := json.RawMessage(r.Body), missing
	names := slices.Sorted(maps.Keys(fields))
	for _, e := range edits(fields, names, url) {
		var got result
		body, got = e.at(body, e.path)
		most = max(most, got)
	}
	switch most {
	case missing:
		return r, "fields: the answer has no field " + strings.Join(names, ", ")
	case same:
		return r, "fields: the answer already has this " + strings.Join(names, ", ")
	}
	r.Body = body
	return r, ""
}

// An edit removes fields of a JSON value, or puts a value in their place.
type edit struct {
	path   scenarios.FieldPath
	remove bool
	value  json.RawMessage
	url    string
}

// edits are the edits that the named fields ask for. Removals come last, and of
// those from one list the later entry first, so that each index is one of the true
// answer.
func edits(fields map[string]any, names []string, url string) []edit {
	all := make([]edit, len(names))
	for i, name := range names {
		path, err := scenarios.ParseFieldPath(name)
		if err != nil {
			panic(err) // it was validated
		}
		all[i] = edit{path, fields[name] == "", encoded(fields[name]), url}
	}
	slices.SortStableFunc(all, func(a, b edit) int {
		switch {
		case !a.remove && !b.remove:
			return 0
		case !a.remove:
			return -1
		case !b.remove:
			return 1
		}
		return cmp.Or(
			cmp.Compare(len(b.path), len(a.path)), // what is further inside first
			cmp.Compare(b.path[len(b.path)-1].Index, a.path[len(a.path)-1].Index))
	})
	return all
}

// A result is what became of fields: of several, the greatest.
type result int

const (
	missing result = iota // there is no such field
	same                  // it has the value already
	replaced
)

// at returns raw with the value in the fields at the path.
func (e *edit) at(raw json.RawMessage, path scenarios.FieldPath) (json.RawMessage, result) {
	switch {
	case len(path) == 0:
		return e.replace(raw)
	case path[0].List:
		return e.inList(raw, path)
	}
	return e.inObject(raw, path)
}

func (e *edit) inObject(raw json.RawMessage, path scenarios.FieldPath) (json.RawMessage, result) {
	var object map[string]json.RawMessage
	_ = json.Unmarshal(raw, &object) // what is no object has no fields
	key := path[0].Key
	field, ok := object[key]
	if !ok {
		return raw, missing
	}
	got := replaced
	if e.remove && len(path) == 1 {
		delete(object, key)
	} else {
		object[key], got = e.at(field, path[1:])
	}
	if got < replaced {
		return raw, got
	}
	return encoded(object), got
}

func (e *edit) inList(raw json.RawMessage, path scenarios.FieldPath) (json.RawMessage, result) {
	var entries []json.RawMessage
	_ = json.Unmarshal(raw, &entries) // what is no list has no entries
	kept, most := make([]json.RawMessage, 0, len(entries)), missing
	for i, entry := range entries {
		if path[0].Index < 0 || path[0].Index == i {
			got := replaced
			if !e.remove || len(path) > 1 {
				entry, got = e.at(entry, path[1:])
			} else {
				entry = nil
			}
			most = max(most, got)
		}
		if entry != nil {
			kept = append(kept, entry)
		}
	}
	if most < replaced {
		return raw, most
	}
	return encoded(kept), most
}

// replace returns the new value of a field.
func (e *edit) replace(raw json.RawMessage) (json.RawMessage, result) {
	var own string
	if json.Unmarshal(raw, &own) != nil {
		own = string(raw)
	}
	value := Expand(Expand(e.value, "{url}", e.url), "{value}", own) // in this order: own is no template
	if reflect.DeepEqual(decoded(raw), decoded(value)) {
		return raw, same
	}
	return value, replaced
}

// Expand returns JSON with a text in place of a placeholder in its texts.
func Expand(raw json.RawMessage, placeholder, text string) json.RawMessage {
	if !bytes.Contains(raw, []byte(placeholder)) {
		return raw
	}
	quoted := AppendQuoted(nil, text)
	return bytes.ReplaceAll(raw, []byte(placeholder), quoted[1:len(quoted)-1])
}

func decoded(raw json.RawMessage) (v any) {
	dec := json.NewDecoder(bytes.NewReader(raw))
	dec.UseNumber() // large numbers differ in their last digits only
	if err := dec.Decode(&v); err != nil {
		return err
	}
	return v
}

// encoded returns v, which was validated, as JSON.
func encoded(v any) json.RawMessage {
	raw, err := json.Marshal(v)
	if err != nil {
		panic(err)
	}
	return raw
}
