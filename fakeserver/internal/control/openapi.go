package control

import (
	"encoding/json"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"github.com/fakeglance/fakeglance/fakeserver/internal/sandbox"
	"github.com/fakeglance/fakeglance/scenarios"
)

// object is a value of a JSON document.
type object map[string]any

// bodies has the schema of each call that takes a body. A test sees to it that none
// is missing.
var bodies = map[string]string{
	"POST /_fake/images":           "image",
	"PATCH /_fake/images/{id}":     "image",
	"POST /_fake/faults":           "fault",
	"PUT /_fake/faults/{name}":     "fault",
	"POST /_fake/limits":           "limit",
	"PUT /_fake/limits/{name}":     "limit",
	"POST /_fake/check":            "check",
	"PUT /_fake/scenario":          "scenario",
	"POST /_fake/sandboxes":        "sandbox",
	"POST /_fake/sandboxes/{name}": "sandbox",
	"POST /_fake/clock":            "clock",
}

// answers has the schema of each call whose answer is no error also with another status
// than its row's.
var answers = map[string]string{"POST /_fake/check": "verdict", "GET /_fake/health": "health"}

// statuses are what an error means that any call may be answered with, and those of
// single calls.
var statuses = map[int]string{
	http.StatusBadRequest:            "Something is wrong with the call.",
	http.StatusUnauthorized:          "The server demands a token, and the call has none, or a wrong one.",
	http.StatusForbidden:             "The call names a host that is not the server, or comes from a web page of another origin.",
	http.StatusNotFound:              "What the path names does not exist, or there is no such sandbox.",
	http.StatusRequestTimeout:        "What was to be waited for did not come in time.",
	http.StatusConflict:              "The name or the id is taken; of a check: something differs, or nothing was injected.",
	http.StatusRequestEntityTooLarge: "The body is too large.",
	http.StatusServiceUnavailable:    "The server, or the sandbox, is about to end.",
}

// common are the statuses of errors that any call may be answered with.
var common = []int{http.StatusBadRequest, http.StatusUnauthorized, http.StatusForbidden, http.StatusNotFound, http.StatusRequestEntityTooLarge}

// ownSchemas are the schemas of bodies that are no part of the language of scenarios.
func ownSchemas() object {
	text, texts := object{"type": "string"}, object{"anyOf": []any{object{"type": "string"}, object{"type": "array", "items": object{"type": "string"}}}}
	attempts := object{
		"type": "object", "required": []string{"image", "max"}, "additionalProperties": false,
		"properties": object{"image": text, "max": object{"type": "integer", "minimum": 0}},
	}
	outcome := object{"type": "object", "required": []string{"error"}, "additionalProperties": false, "properties": object{"error": object{"type": "boolean"}}}
	record := func(properties object) object {
		return object{"type": "object", "additionalProperties": false, "properties": properties}
	}
	return object{
		"check": record(object{
			"deleted": texts, "kept": texts, "requests": object{"type": "array", "items": text}, "operations": texts, "image": text,
			"attempts": object{"anyOf": []any{attempts, object{"type": "array", "items": attempts}}}, "faults_spent": object{"type": "boolean"},
			"tokens": object{"type": "boolean"}, "outcome": outcome,
		}),
		"sandbox": record(object{
			"name": text, "scenario": object{"$ref": "#/components/schemas/scenario"}, "names": texts, "dialect": text, "strict": object{"type": "boolean"},
		}),
		"clock": record(object{"advance": text}),
		"verdict": object{"type": "object", "required": []string{"ok", "differences"}, "additionalProperties": false, "properties": object{
			"ok": object{"type": "boolean"}, "not_driven": text,
			"differences": object{"type": "array", "items": object{"type": "object", "required": []string{"check", "message"}, "additionalProperties": false, "properties": object{"check": text, "message": text}}},
		}},
		"health": object{"type": "object", "required": []string{"ready", "version", "scenario", "sandboxes"}, "additionalProperties": false, "properties": object{
			"ready": object{"type": "boolean"}, "version": text, "scenario": text, "sandboxes": object{"type": "integer"}, "problem": text,
		}},
		"error": object{"type": "object", "required": []string{"error"}, "properties": object{
			"error": text, "problems": object{"type": "array", "items": object{"type": "object"}},
		}},
	}
}

// describe describes calls as an OpenAPI 3.1 document.
func describe(rows []Row) []byte {
	paths := make(object)
	for _, row := range rows {
		item, _ := paths[row.Path].(object)
		if item == nil {
			item = make(object)
			paths[row.Path] = item
		}
		item[strings.ToLower(row.Method)] = row.operation()
	}
	out, _ := json.MarshalIndent(object{
		"openapi":    "3.1.0",
		"info":       object{"title": "fakeglance control API", "version": "1", "description": "Sets a fake image service up, and looks into it. Below /s/{sandbox} it is that of a sandbox."},
		"paths":      paths,
		"components": object{"schemas": schemas()},
	}, "", "  ") // plain data: cannot fail
	return append(out, '\n')
}

// schemas are those of the language of scenarios, and the control API's own.
func schemas() object {
	var root object
	text := strings.ReplaceAll(string(scenarios.Schema()), `"#/$defs/`, `"#/components/schemas/`)
	if err := json.Unmarshal([]byte(text), &root); err != nil {
		panic(err) // it is ours
	}
	all := ownSchemas()
	defs, _ := root["$defs"].(map[string]any)
	for name, s := range defs {
		all[name] = s
	}
	delete(root, "$defs")
	delete(root, "$schema")
	all["scenario"] = root
	return all
}

// operation is the row in the document.
func (row *Row) operation() object {
	op := object{"description": row.About, "operationId": row.id(), "responses": row.responses()}
	var params []any
	for _, segment := range strings.Split(row.Path, "/") {
		if name, ok := strings.CutPrefix(segment, "{"); ok {
			params = append(params, object{"name": strings.TrimSuffix(name, "}"), "in": "path", "required": true, "schema": object{"type": "string"}})
		}
	}
	for _, name := range row.params {
		schema := object{"type": "string"}
		if all, repeats := strings.CutSuffix(name, "*"); repeats {
			name, schema = all, object{"type": "array", "items": schema}
		}
		params = append(params, object{"name": name, "in": "query", "schema": schema})
	}
	if params != nil {
		op["parameters"] = params
	}
	if schema := bodies[row.Method+" "+row.Path]; schema != "" {
		op["requestBody"] = object{"content": content(schema)}
	}
	return op
}

// responses are the answers that the row's calls may get.
func (row *Row) responses() object {
	done := object{"description": "It is done, or what was asked for."}
	all := object{strconv.Itoa(row.Status): done}
	for _, status := range slices.Concat(common, row.Others) {
		all[strconv.Itoa(status)] = object{"description": statuses[status], "content": jsonContent("error")}
	}
	if schema := answers[row.Method+" "+row.Path]; schema != "" {
		done["content"] = jsonContent(schema)
		for _, status := range row.Others {
			all[strconv.Itoa(status)] = object{"description": statuses[status], "content": jsonContent(schema)}
		}
	}
	return all
}

// id is a name for the call: post_faults, delete_faults_name.
func (row *Row) id() string {
	path := strings.NewReplacer("/", "_", "{", "", "}", "", ".", "_").Replace(strings.TrimPrefix(row.Path, Prefix))
	return strings.ToLower(row.Method) + "_" + path
}

// content is a body of a schema, as JSON or YAML.
func content(schema string) object {
	all := jsonContent(schema)
	all["application/yaml"] = all["application/json"]
	return all
}

func jsonContent(schema string) object {
	return object{"application/json": object{"schema": object{"$ref": "#/components/schemas/" + schema}}}
}

// A jsonText is an answer that is JSON already.
type jsonText []byte

func getOpenAPI(_ *sandbox.Sandbox, c call) (any, error) {
	return jsonText(describe(c.rows)), nil
}
