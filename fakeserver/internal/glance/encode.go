package glance

import (
	"encoding/json"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/fakeglance/fakeglance/fakeserver/internal/registry"
	"github.com/fakeglance/fakeglance/fakeserver/internal/wire"
	"github.com/fakeglance/fakeglance/scenarios"
)

// appendImage appends an image as the API shows it to a caller. It does not use encoding/json
// because showing images is half of what a busy server does.
func appendImage(b []byte, img *registry.Image, who wire.Caller) []byte {
	b = append(b, '{')
	if len(img.Properties) > 0 {
		keys := make([]string, 0, 16) // enough for most images, and for free
		for key := range img.Properties {
			keys = append(keys, key)
		}
		slices.Sort(keys)
		for _, key := range keys {
			b = appendText(append(appendText(b, key), ": "...), img.Properties[key])
			b = append(b, ", "...)
		}
	}
	b = append(b, `"name": `...)
	if img.NoName {
		b = append(b, "null"...)
	} else {
		b = appendText(b, img.Name)
	}
	b = appendTextOrNull(append(b, `, "disk_format": `...), img.DiskFormat)
	b = appendTextOrNull(append(b, `, "container_format": `...), img.ContainerFormat)
	b = appendText(append(b, `, "visibility": `...), string(img.Visibility))
	b = appendSize(append(b, `, "size": `...), img.Size)
	b = appendSize(append(b, `, "virtual_size": `...), img.VirtualSize)
	b = appendText(append(b, `, "status": `...), string(img.Status))
	b = appendTextOrNull(append(b, `, "checksum": `...), img.Sums.Checksum())
	b = strconv.AppendBool(append(b, `, "protected": `...), img.Protected)
	b = strconv.AppendInt(append(b, `, "min_ram": `...), int64(img.MinRAM), 10)
	b = strconv.AppendInt(append(b, `, "min_disk": `...), int64(img.MinDisk), 10)
	b = appendTextOrNull(append(b, `, "owner": `...), img.Owner)
	b = strconv.AppendBool(append(b, `, "os_hidden": `...), img.OSHidden)
	b = appendTextOrNull(append(b, `, "os_hash_algo": `...), img.Sums.HashAlgo())
	b = appendTextOrNull(append(b, `, "os_hash_value": `...), img.Sums.HashValue())
	b = appendText(append(b, `, "id": `...), img.ID)
	b = appendTime(append(b, `, "created_at": `...), img.CreatedAt)
	b = appendTime(append(b, `, "updated_at": `...), img.UpdatedAt)
	b = appendTexts(append(b, `, "tags": `...), img.Tags)
	if len(img.Stores) > 0 && (img.Status == scenarios.Active || dependsOnCaller(img, who)) {
		b = appendText(append(b, `, "stores": `...), strings.Join(img.Stores, ","))
	}
	b = append(append(append(b, `, "self": "/v2/images/`...), img.ID...), `", "file": "/v2/images/`...)
	return append(append(b, img.ID...), `/file", "schema": "/v2/schemas/image"}`...)
}

// dependsOnCaller reports whether a caller is shown more of an image than others
// are: an admin, the stores of a deactivated one.
func dependsOnCaller(img *registry.Image, who wire.Caller) bool {
	return img.Status == scenarios.Deactivated && who.Roles.Has(wire.Admin)
}

// appendTime appends a time as the image API writes it: in UTC, with a Z.
func appendTime(b []byte, t time.Time) []byte {
	b = append(b, '"')
	b = t.UTC().AppendFormat(b, time.RFC3339)
	return append(b, '"')
}

func appendSize(b []byte, n int64) []byte {
	if n == registry.Null {
		return append(b, "null"...)
	}
	return strconv.AppendInt(b, n, 10)
}

func appendTextOrNull(b []byte, s string) []byte {
	if s == "" {
		return append(b, "null"...)
	}
	return appendText(b, s)
}

func appendTexts(b []byte, list []string) []byte {
	b = append(b, '[')
	for i, s := range list {
		if i > 0 {
			b = append(b, ", "...)
		}
		b = appendText(b, s)
	}
	return append(b, ']')
}

// appendText appends a string as JSON.
func appendText(b []byte, s string) []byte {
	for i := range len(s) {
		if c := s[i]; c < ' ' || c >= utf8.RuneSelf || c == '"' || c == '\\' {
			text, err := json.Marshal(s)
			if err != nil {
				panic(err) // a string always encodes
			}
			return append(b, text...)
		}
	}
	b = append(b, '"')
	b = append(b, s...)
	return append(b, '"')
}

func imageReply(status int, img *registry.Image, who wire.Caller) wire.Reply {
	return wire.Reply{Status: status, ContentType: wire.TypeJSON, Body: appendImage(nil, img, who)}
}
