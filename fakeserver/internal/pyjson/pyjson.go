// Package pyjson reads JSON and writes it back as Python values: Glance and
// Keystone are written in Python and quote in their messages what they were
// sent.
//
// A value is nil, a bool, a string, a json.Number, a []any or an [Object].
package pyjson

import (
	"bytes"
	"encoding/json"
	"errors"
	"unicode/utf8"
)

// An Object is a JSON object whose keys keep the order in which they were
// written. No key occurs twice.
type Object []Field

// A Field is one key of an object, with its value.
type Field struct {
	Key   string
	Value any
}

// Get returns the value of a key, and whether the object has the key.
func (o Object) Get(key string) (value any, ok bool) {
	for _, f := range o {
		if f.Key == key {
			return f.Value, true
		}
	}
	return nil, false
}

// maxDepth is how deeply JSON may be nested. Python's own limit, that of its
// stack, is about the same.
const maxDepth = 900

var (
	errSyntax = errors.New("not valid JSON")
	errDepth  = errors.New("nested too deeply")
)

// Decode reads JSON. It keeps the digits of numbers as they were written. Where
// a key occurs twice in an object, its last value takes the place of the first.
func Decode(text []byte) (any, error) {
	if !utf8.Valid(text) || !json.Valid(text) {
		return nil, errSyntax
	}
	dec := json.NewDecoder(bytes.NewReader(text))
	dec.UseNumber()
	return decode(dec, maxDepth)
}

// decode reads the next value, which may be nested depth levels deep.
func decode(dec *json.Decoder, depth int) (any, error) {
	if depth == 0 {
		return nil, errDepth
	}
	token, err := dec.Token()
	if err != nil {
		return nil, err
	}
	switch token {
	case json.Delim('['):
		return decodeList(dec, depth)
	case json.Delim('{'):
		return decodeObject(dec, depth)
	}
	return token, nil
}

func decodeList(dec *json.Decoder, depth int) (any, error) {
	list := []any{}
	for dec.More() {
		v, err := decode(dec, depth-1)
		if err != nil {
			return nil, err
		}
		list = append(list, v)
	}
	_, err := dec.Token()
	return list, err
}

func decodeObject(dec *json.Decoder, depth int) (any, error) {
	obj := Object{}
	places := make(map[string]int)
	for dec.More() {
		token, err := dec.Token()
		if err != nil {
			return nil, err
		}
		v, err := decode(dec, depth-1)
		if err != nil {
			return nil, err
		}
		key := token.(string)
		if i, ok := places[key]; ok {
			obj[i].Value = v
			continue
		}
		places[key] = len(obj)
		obj = append(obj, Field{key, v})
	}
	_, err := dec.Token()
	return obj, err
}
