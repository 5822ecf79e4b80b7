package control

import (
	"encoding/json"
	"net/http"
	"strings"

	"github.com/fakeglance/fakeglance/fakeserver/internal/sandbox"
	"github.com/fakeglance/fakeglance/scenarios"
)

// object is a value of a JSON document.
type object map[string]any

// bodies has the schema of each call that takes a body. A test sees to it that none
// is missing.
var bodies = map[string]string{
	"POST /_fake/images":       "image",
	"PATCH /_fake/images/{id}": "image",
	"POST /_fake/faults":       "fault",
	"PUT /_fake/faults/{name}": "fault",
	"POST /_fake/limits":       "limit",
	"PUT /_fake/limits/{name}": "limit",
	"POST /_fake/check":        "check",
	"PUT /_fake/scenario":      "scenario",
	"POST /_fake/sandboxes":    "sandbox",
	"POST /_fake/clock":        "clock",
}

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
	op := object{"description": row.About, "operationId": row.id(), "responses": object{
		"2XX":     object{"description": "It is done, or what was asked for."},
		"default": object{"description": "What is wrong.", "content": content("error")},
	}}
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

// id is a name for the call: post_faults, delete_faults_name.
func (row *Row) id() string {
	path := strings.NewReplacer("/", "_", "{", "", "}", "", ".", "_").Replace(strings.TrimPrefix(row.Path, Prefix))
	return strings.ToLower(row.Method) + "_" + path
}

// content is a body of a schema, as JSON or YAML.
func content(schema string) object {
	media := object{"schema": object{"$ref": "#/components/schemas/" + schema}}
	return object{"application/json": media, "application/yaml": media}
}

// A jsonText is an answer that is JSON already.
type jsonText []byte

func getOpenAPI(_ *sandbox.Sandbox, c call) (int, any, error) {
	return http.StatusOK, jsonText(describe(c.rows)), nil
}
