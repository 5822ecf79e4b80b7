package keystone

import (
	"strings"
	"sync"

	"github.com/fakeglance/fakeglance/fakeserver/internal/dialect"
	"github.com/fakeglance/fakeglance/fakeserver/internal/jsonschema"
	"github.com/fakeglance/fakeglance/fakeserver/internal/pyjson"
)

// requestSchema checks the body of create_token, below "auth".
var requestSchema = sync.OnceValue(func() jsonschema.Schema {
	return jsonschema.MustParse(`{
		"type": "object",
		"properties": {
			"identity": {
				"type": "object",
				"properties": {
					"methods": {"type": "array", "items": {"type": "string"}},
					"password": {
						"type": "object",
						"properties": {
							"user": {
								"type": "object",
								"properties": {
									"id": {"type": "string"},
									"name": {"type": "string"},
									"password": {"type": "string"},
									"domain": {"type": "object", "properties": {"id": {"type": "string"}, "name": {"type": "string"}}}
								}
							}
						}
					},
					"token": {"type": "object", "properties": {"id": {"type": "string"}}, "required": ["id"]}
				},
				"required": ["methods"]
			},
			"scope": {
				"type": ["object", "string"],
				"properties": {
					"project": {
						"type": "object",
						"properties": {
							"name": {"type": "string"},
							"id": {"type": "string"},
							"domain": {"type": "object", "properties": {"id": {"type": "string"}, "name": {"type": "string"}}}
						}
					},
					"domain": {"type": "object", "properties": {"id": {"type": "string"}, "name": {"type": "string"}}},
					"OS-TRUST:trust": {"type": "object", "properties": {"id": {"type": "string"}}},
					"system": {"type": "object", "properties": {"all": {"type": "boolean"}}}
				}
			}
		},
		"required": ["identity"]
	}`)
})

// credentialSchema checks a new application credential.
var credentialSchema = sync.OnceValue(func() jsonschema.Schema {
	return jsonschema.MustParse(`{
		"type": "object",
		"properties": {
			"name": {"type": "string", "minLength": 1, "maxLength": 255},
			"description": {"type": ["string", "null"]},
			"secret": {"type": ["null", "string"]},
			"expires_at": {"type": ["null", "string"]},
			"roles": {"type": "array", "items": {"type": "object", "minProperties": 1, "maxProperties": 1}},
			"unrestricted": {"type": "boolean"}
		},
		"required": ["name"]
	}`)
})

// checkBody checks a body, or a part of one, by its schema. Keystone reports the
// first mismatch, with its path.
func checkBody(schema jsonschema.Schema, value any) error {
	m := schema.First(value)
	switch {
	case m == nil:
		return nil
	case len(m.Path) == 0:
		return fail(dialect.IdentityBodyInvalid, m.Message)
	}
	path := make([]string, len(m.Path))
	for i, step := range m.Path {
		path[i] = pyjson.Str(step)
	}
	return fail(dialect.IdentityFieldInvalid, strings.Join(path, "/"), m.Message)
}
