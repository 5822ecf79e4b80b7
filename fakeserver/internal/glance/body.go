package glance

import (
	"bytes"
	"encoding/json"
	"errors"
	"unicode/utf8"

	"github.com/fakeglance/fakeglance/fakeserver/internal/dialect"
	"github.com/fakeglance/fakeglance/fakeserver/internal/wire"
)

// An object is a JSON object in the order in which it was written: of several
// errors in it, the first is told. The values are nil, bool, string,
// json.Number, []any and object.
type object []field

type field struct {
	key   string
	value any
}

// get is the value of a key, and whether there is one.
func (o object) get(key string) (value any, ok bool) {
	for _, f := range o {
		if f.key == key {
			return f.value, true
		}
	}
	return nil, false
}

// jsonBody is the body of a call: an object or a list.
func jsonBody(c *wire.Call) (any, error) {
	if len(c.Body) == 0 && c.Request.ContentLength >= 0 {
		return nil, dialect.BodyMissing
	}
	body, err := decode(c.Body)
	if err != nil {
		return nil, dialect.BodyMalformed
	}
	switch body.(type) {
	case object, []any:
		return body, nil
	}
	return nil, dialect.BodyNotObject
}

// noBodyAtAll refuses a body, a chunked one too: what Glance does where the
// method is one that usually has a body.
func noBodyAtAll(c *wire.Call) error {
	if c.Request.ContentLength != 0 {
		return dialect.BodyNotExpected
	}
	return nil
}

// maxDepth is how deep JSON may be nested: about as deep as Python can go.
const maxDepth = 900

var (
	errNotJSON = errors.New("not JSON")
	errTooDeep = errors.New("nested too deep")
)

// decode reads JSON, keeping the order of objects and the digits of numbers. Of
// a key that is there twice the last value counts, in the place of the first.
func decode(text []byte) (any, error) {
	if !utf8.Valid(text) || !json.Valid(text) {
		return nil, errNotJSON
	}
	dec := json.NewDecoder(bytes.NewReader(text))
	dec.UseNumber()
	return decodeValue(dec, maxDepth)
}

func decodeValue(dec *json.Decoder, depth int) (any, error) {
	if depth == 0 {
		return nil, errTooDeep
	}
	token, err := dec.Token()
	if err != nil {
		return nil, err
	}
	switch token {
	case json.Delim('['):
		list := []any{}
		for dec.More() {
			v, err := decodeValue(dec, depth-1)
			if err != nil {
				return nil, err
			}
			list = append(list, v)
		}
		_, err = dec.Token()
		return list, err
	case json.Delim('{'):
		return decodeObject(dec, depth)
	}
	return token, nil
}

func decodeObject(dec *json.Decoder, depth int) (any, error) {
	obj := object{}
	places := make(map[string]int)
	for dec.More() {
		token, err := dec.Token()
		if err != nil {
			return nil, err
		}
		v, err := decodeValue(dec, depth-1)
		if err != nil {
			return nil, err
		}
		key := token.(string)
		if i, ok := places[key]; ok {
			obj[i].value = v
			continue
		}
		places[key] = len(obj)
		obj = append(obj, field{key, v})
	}
	_, err := dec.Token()
	return obj, err
}
