package codec

import (
	"errors"
	"fmt"
	"reflect"
	"regexp"
)

// A Form is how the values of one type are written as a single piece of text.
type Form struct {
	want    string // what messages ask for
	pattern string // a regular expression; empty: any text
	set     func(v reflect.Value, text string) error
	get     func(v reflect.Value) (text string, ok bool)
}

// NewForm returns the form of type T: what messages ask for, the pattern of its
// texts (empty: any text), and functions to read and print a value. Print
// returns false if no text stands for the value.
func NewForm[T any](want, pattern string, parse func(string) (T, error), print func(T) (string, bool)) *Form {
	matcher := regexp.MustCompile(pattern)
	return &Form{
		want:    want,
		pattern: pattern,
		set: func(v reflect.Value, text string) error {
			if !matcher.MatchString(text) {
				return errors.New("does not match the pattern")
			}
			t, err := parse(text)
			if err == nil {
				v.Set(reflect.ValueOf(t))
			}
			return err
		},
		get: func(v reflect.Value) (string, bool) { return print(v.Interface().(T)) },
	}
}

// DecodeText sets *v, whose type has a form, from its text.
func (l *Language) DecodeText(text string, v any) error {
	value := reflect.ValueOf(v).Elem()
	f := l.Forms[value.Type()]
	if err := f.set(value, text); err != nil {
		return fmt.Errorf("want %s, got %q", f.want, text)
	}
	return nil
}
