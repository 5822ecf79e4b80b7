package card

import (
	"reflect"
	"regexp"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// cleaned is a copy whose texts can be shown anywhere: see clean. Pages that clients
// print have many empty lines: of those in a row, one is left.
func (c *Card) cleaned() *Card {
	c = cleanValue(reflect.ValueOf(c)).Interface().(*Card)
	rows := c.Incidents
	if c.Cleanup != nil {
		rows = append(slices.Clip(rows), *c.Cleanup)
	}
	for i := range rows {
		for _, f := range rows[i].Findings {
			for j, e := range f.Evidence {
				f.Evidence[j] = emptyLines.ReplaceAllString(e, "\n\n")
			}
		}
		for j := range rows[i].Said {
			said := &rows[i].Said[j]
			said.Error = emptyLines.ReplaceAllString(said.Error, "\n\n")
		}
	}
	return c
}

var emptyLines = regexp.MustCompile(`\n(?: *\n){2,}`)

// cleanValue is a deep copy with clean texts.
func cleanValue(v reflect.Value) reflect.Value {
	switch v.Kind() {
	case reflect.String:
		return reflect.ValueOf(clean(v.String())).Convert(v.Type())
	case reflect.Pointer:
		if v.IsNil() {
			return v
		}
		to := reflect.New(v.Type().Elem())
		to.Elem().Set(cleanValue(v.Elem()))
		return to
	case reflect.Slice:
		to := reflect.MakeSlice(v.Type(), v.Len(), v.Len())
		for i := range v.Len() {
			to.Index(i).Set(cleanValue(v.Index(i)))
		}
		return to
	case reflect.Struct:
		to := reflect.New(v.Type()).Elem()
		for i := range v.NumField() {
			to.Field(i).Set(cleanValue(v.Field(i)))
		}
		return to
	}
	return v
}

// colours matches what programs print to change colours and to move the cursor.
var colours = regexp.MustCompile(`\x1b\[[0-9:;<=>?]*[ -/]*[@-~]`)

// clean is what can be shown of a text, which may be whatever a program has printed:
// its printable characters, spaces and ends of lines.
func clean(s string) string {
	s = colours.ReplaceAllString(s, "")
	s = strings.ReplaceAll(strings.ToValidUTF8(s, string(utf8.RuneError)), "\r\n", "\n")
	return strings.TrimRight(strings.Map(func(r rune) rune {
		switch {
		case r == '\n', unicode.IsPrint(r):
			return r
		case unicode.IsSpace(r):
			return ' '
		}
		return -1
	}, s), " \n")
}
