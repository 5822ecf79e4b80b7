package codec

import (
	"reflect"
	"strings"

	"gopkg.in/yaml.v3"
)

// Merge puts *over on top of *v, two structs of one type. From is the source that
// over was read from, or [Language.Made] of it.
//
// A key that over gives takes the place of the one in v, and so do the keys of an
// entry of a list whose key text v has an entry with; other entries are appended.
// A key is given if its value is not zero, or if a zero is written in from.
//
// Lists of over that v has no entries for are shared with it.
func (l *Language) Merge(v, over any, from *Source) {
	from.merge(reflect.ValueOf(v).Elem(), reflect.ValueOf(over).Elem(), nil, l.shapeOf(reflect.TypeOf(v).Elem()))
}

// merge merges two records at p. Records in them are merged too, unless they are
// whole.
func (s *Source) merge(to, from reflect.Value, p *Path, shape *shape) {
	gives := s.gives(p)
	for i := range shape.fields {
		f := &shape.fields[i]
		switch to, from := to.Field(f.at), from.Field(f.at); {
		case f.shape.kind == record && f.shape.form == nil && from.Kind() == reflect.Struct && !f.whole:
			s.merge(to, from, p.Field(f.key), f.shape)
		case f.shape.kind == list:
			s.mergeList(to, from, p.Field(f.key), f.shape.elem)
		case !from.IsZero() || gives(f.key):
			to.Set(from)
		}
	}
}

// mergeList takes the entries of over into the list at p, and notes where they are
// in it.
func (s *Source) mergeList(to, over reflect.Value, p *Path, shape *shape) {
	switch {
	case over.Len() == 0:
		if to.IsNil() {
			to.Set(over)
		}
		return
	case to.Len() == 0:
		to.Set(over.Slice3(0, over.Len(), over.Len())) // appending to it will copy it
		return
	}
	known := shape.entries(to)
	all := reflect.MakeSlice(to.Type(), to.Len(), to.Len()+over.Len()) // the entries in to may be shared
	reflect.Copy(all, to)
	places := make([]int, to.Len(), to.Len()+over.Len())
	for i := range places {
		places[i] = absent
	}
	for i := range over.Len() {
		entry := over.Index(i)
		if at, ok := known[shape.keyText(entry)]; ok && places[at] == absent {
			s.mergeEntry(all.Index(at), entry, p.Item(i), shape)
			places[at] = i
			continue
		}
		all = reflect.Append(all, entry)
		places = append(places, i)
	}
	to.Set(all)
	s.places[p.String()] = places
}

// mergeEntry takes over the keys that an entry at p gives, each with its whole
// value.
func (s *Source) mergeEntry(to, from reflect.Value, p *Path, shape *shape) {
	gives := s.gives(p)
	for i := range shape.fields {
		f := &shape.fields[i]
		if from := from.Field(f.at); !from.IsZero() || gives(f.key) {
			to.Field(f.at).Set(from)
		}
	}
	if shape.place >= 0 && !from.Field(shape.place).IsZero() {
		to.Field(shape.place).Set(from.Field(shape.place))
	}
}

// gives says whether a key is written in the mapping at p, even if its value is
// zero. In a value made in Go nothing is.
func (s *Source) gives(p *Path) func(key string) bool {
	if s.root == nil {
		return func(string) bool { return false }
	}
	n, depth := s.follow(p)
	return func(key string) bool { return depth == p.depth() && s.child(n, p.Field(key)) != nil }
}

// Remove notes that a merged list at p is left with these of its entries.
func (s *Source) Remove(p *Path, kept []int) {
	list := p.String()
	places := make([]int, len(kept))
	for i, before := range kept {
		places[i] = s.place(list, before)
	}
	s.places[list] = places
}

// place returns the index that an entry of a merged list has in this source;
// absent: it is from others.
func (s *Source) place(list string, merged int) int {
	places, isMerged := s.places[list]
	switch {
	case !isMerged:
		return merged
	case merged < len(places):
		return places[merged]
	}
	return absent
}

const absent = -1

// keyText is the text that tells an entry of a list from the others; empty: it has
// none.
func (s *shape) keyText(entry reflect.Value) string {
	if s.key < 0 {
		return ""
	}
	f := &s.fields[s.key]
	text := entry.Field(f.at).String()
	if f.fold {
		text = strings.ToLower(text)
	}
	return text
}

// entries has the first entry of a list with each key text.
func (s *shape) entries(list reflect.Value) map[string]int {
	if s.key < 0 {
		return nil
	}
	first := make(map[string]int, list.Len())
	for i := range list.Len() {
		text := s.keyText(list.Index(i))
		if _, taken := first[text]; !taken && text != "" {
			first[text] = i
		}
	}
	return first
}

// Replace puts those values of *over into *v, two structs of one type, whose keys
// are written in the document that over was read from: zeros as well, and lists in
// place of lists.
func (l *Language) Replace(v, over any, from *Source) {
	if from.root == nil || from.root.Kind != yaml.MappingNode {
		return
	}
	to, with := reflect.ValueOf(v).Elem(), reflect.ValueOf(over).Elem()
	fields := l.shapeOf(to.Type())
	for i := 0; i < len(from.root.Content); i += 2 {
		if _, f := fields.field(from.root.Content[i].Value); f != nil {
			to.Field(f.at).Set(with.Field(f.at))
		}
	}
}
