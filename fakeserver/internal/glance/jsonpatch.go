package glance

import (
	"strings"
	"unicode"

	"github.com/fakeglance/fakeglance/fakeserver/internal/dialect"
	"github.com/fakeglance/fakeglance/fakeserver/internal/pyjson"
	"github.com/fakeglance/fakeglance/fakeserver/internal/wire"
)

// The media types of a patch: it follows draft 4 or draft 10 of JSON Patch.
const (
	draft4  = "application/openstack-images-v2.0-json-patch"
	draft10 = "application/openstack-images-v2.1-json-patch"
)

// patchOperations are the operations of a patch, in the order in which error
// messages list them.
var patchOperations = []string{"add", "remove", "replace"}

// An edit is one operation of a patch.
type edit struct {
	op    string
	path  []string // never empty
	value any      // nil for remove
	draft string
}

func (e edit) root() string { return e.path[0] }

// parsePatch returns the body of a PATCH once it has passed the checks that need
// nothing but the body.
func (a *API) parsePatch(c *wire.Call) ([]edit, error) {
	contentType := c.Request.Header.Get("Content-Type")
	draft, _, _ := strings.Cut(contentType, ";")
	if c.Pattern == cloudImage && draft == wire.TypeJSON {
		draft = draft10
	}
	if draft != draft4 && draft != draft10 {
		if contentType == "" {
			contentType = "text/plain" // the type that Glance's server assumes
		}
		return nil, dialect.MediaTypeUnsupported.WithHeader("Accept-Patch", draft4+", "+draft10, contentType)
	}
	body, err := jsonBody(c)
	if err != nil {
		return nil, err
	}
	list, ok := body.([]any)
	if !ok {
		return nil, dialect.PatchNotList
	}
	edits := make([]edit, len(list))
	for i, item := range list {
		raw, ok := item.(pyjson.Object)
		if !ok {
			return nil, dialect.PatchNotObject
		}
		if edits[i], err = a.parseEdit(c, raw, draft); err != nil {
			return nil, err
		}
	}
	return edits, nil
}

func (a *API) parseEdit(c *wire.Call, raw pyjson.Object, draft string) (e edit, err error) {
	op, pointer, err := parseOperation(raw, draft)
	if err != nil {
		return e, err
	}
	e = edit{op: op, draft: draft}
	if e.path, err = parsePointer(pointer); err != nil {
		return e, err
	}
	if len(e.path) != e.depth() {
		return e, dialect.PointerTooDeep.With(strings.Join(e.path, "/"))
	}
	if e.op != "remove" {
		var ok bool
		if e.value, ok = raw.Get("value"); !ok {
			return e, dialect.PatchValueMissing.With(e.op)
		}
		if c.Pattern == cloudImage {
			e.value = valueOf(e.root(), e.value)
		}
	}
	return e, a.checkEdit(e)
}

// parseOperation returns the name of an operation and the pointer to its target.
func parseOperation(raw pyjson.Object, draft string) (op string, pointer any, err error) {
	if draft == draft4 {
		return parseOperation4(raw)
	}
	v, _ := raw.Get("op")
	if v == nil {
		return "", nil, dialect.PatchOpMissing
	}
	for _, name := range patchOperations {
		if v == name {
			op = name
		}
	}
	if op == "" {
		return "", nil, dialect.PatchOpUnknown.With(pyjson.Str(v))
	}
	pointer, ok := raw.Get("path")
	if !ok {
		return "", nil, dialect.PatchPathMissing
	}
	return op, pointer, nil
}

// parseOperation4 does so for draft 4: {"replace": "/name", "value": "x"}.
func parseOperation4(raw pyjson.Object) (op string, pointer any, err error) {
	for _, name := range patchOperations {
		v, ok := raw.Get(name)
		if !ok {
			continue
		}
		if op != "" {
			return "", nil, dialect.PatchMembersTooMany
		}
		op, pointer = name, v
	}
	if op == "" {
		return "", nil, dialect.PatchMemberMissing
	}
	return op, pointer, nil
}

// depth returns the number of steps that the path of an edit must have. Only
// locations can be changed in part.
func (e edit) depth() int {
	if e.root() == "locations" && e.op != "replace" {
		return 2
	}
	return 1
}

// checkEdit refuses attributes that nobody may change, and values that do not match the
// schema.
func (a *API) checkEdit(e edit) error {
	switch attributeOf(e.root()).update {
	case readOnly:
		return dialect.AttributeReadOnly.With(e.root())
	case reserved:
		return dialect.AttributeReserved.With(e.root())
	}
	if e.op == "remove" {
		return nil
	}
	value := e.value
	if len(e.path) > 1 {
		value = []any{value}
	}
	return a.checkImage(pyjson.Object{{Key: e.root(), Value: value}})
}

// parsePointer returns the steps of a JSON pointer. A pointer that is not a string
// makes Glance fail: recorded.
func parsePointer(v any) ([]string, error) {
	pointer, ok := v.(string)
	switch {
	case !ok:
		return nil, dialect.Internal
	case !strings.HasPrefix(pointer, "/"):
		return nil, dialect.PointerNoSlash.With(pointer)
	case hasEmptyStep(pointer[1:]):
		return nil, dialect.PointerAdjacent.With(pointer)
	case len(pointer) > 1 && strings.HasSuffix(pointer, "/"):
		return nil, dialect.PointerEnd.With(pointer)
	case hasBadEscape(pointer):
		return nil, dialect.PointerEscape.With(pointer)
	}
	unescape := strings.NewReplacer("~1", "/", "~0", "~")
	steps := strings.Split(strings.TrimLeft(pointer, "/"), "/")
	for i, step := range steps {
		steps[i] = strings.TrimSpace(unescape.Replace(step))
	}
	return steps, nil
}

// hasEmptyStep reports whether two slashes have only white space between them.
func hasEmptyStep(pointer string) bool {
	steps := strings.Split(pointer, "/")
	for _, step := range steps[1:max(len(steps)-1, 1)] {
		if strings.TrimFunc(step, unicode.IsSpace) == "" {
			return true
		}
	}
	return false
}

func hasBadEscape(pointer string) bool {
	for {
		_, rest, found := strings.Cut(pointer, "~")
		if !found {
			return false
		}
		if rest == "" || rest[0] != '0' && rest[0] != '1' {
			return true
		}
		pointer = rest
	}
}
