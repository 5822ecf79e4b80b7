package codec

import (
	"reflect"

	"gopkg.in/yaml.v3"
)

// Merge puts *over on top of *v, two structs of one type: lists are appended, and
// a single value of over replaces the one in v if it is not zero, or if the source
// that over was read from (nil: it was made in Go) has a zero written there.
//
// Lists of over that v has no entries for are shared with it.
func (l *Language) Merge(v, over any, from *Source) {
	from.merge(reflect.ValueOf(v).Elem(), reflect.ValueOf(over).Elem(), nil, l.shapeOf(reflect.TypeOf(v).Elem()))
}

func (s *Source) merge(v, over reflect.Value, p *Path, shape *shape) {
	for _, f := range shape.fields {
		to, from, at := v.Field(f.at), over.Field(f.at), p.Field(f.key)
		switch {
		case f.shape.kind == record && f.shape.form == nil && from.Kind() == reflect.Struct:
			s.merge(to, from, at, f.shape)
		case f.shape.kind == list:
			s.appendList(to, from, at)
		case !from.IsZero() || s != nil && s.zeros[at.String()]:
			to.Set(from)
		}
	}
}

func (s *Source) appendList(to, from reflect.Value, at *Path) {
	if s != nil && to.Len() > 0 {
		s.offsets[at.String()] = to.Len()
	}
	switch {
	case from.Len() == 0:
		if to.IsNil() {
			to.Set(from)
		}
	case to.Len() == 0:
		to.Set(from.Slice3(0, from.Len(), from.Len())) // appending to it will copy it
	default:
		to.Set(reflect.AppendSlice(to, from))
	}
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
