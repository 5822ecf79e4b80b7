package fakeserver_test

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"html"
	"maps"
	"net/http"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"
)

// Headers whose values are compared, in the order in which the ids in them are
// numbered, and headers of which only the presence is compared.
var (
	comparedHeaders = []string{
		"content-type", "location", "openstack-image-store-ids", "openstack-image-import-methods",
		"accept-patch", "content-md5", "content-range", "content-disposition", "allow",
	}
	presentHeaders = []string{"www-authenticate", "vary", "x-openstack-request-id", "x-subject-token", "retry-after"}
)

const uuidForm = `[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}`

var (
	requestIDs = regexp.MustCompile(`req-` + uuidForm)
	fernets    = regexp.MustCompile(`gAAAA[\w=-]{40,}`)
	uuids      = regexp.MustCompile(`(?i)` + uuidForm)
	hexIDs     = regexp.MustCompile(`\b[0-9a-f]{32}\b`)
	times      = regexp.MustCompile(`\b20\d\d-\d\d-\d\dT\d\d:\d\d:\d\d`)
	fractions  = regexp.MustCompile(`(hh:mm:ss)\.\d{6}`)
	titles     = regexp.MustCompile(`(?is)<title>.*?</title>`)
	markup     = regexp.MustCompile(`(?s)<[^>]+>`)
)

// names replaces whatever differs from run to run (ids, times, tokens) with the
// placeholder that stands for it in the recordings. Ids are numbered in the order
// in which they first appear.
type names struct {
	fixed []string // pairs of a text and its placeholder, longest text first
	seen  map[string]string
	count map[string]int
}

func newNames(r *replay) *names {
	host, _ := hostOf(r.at.image)
	fixed := [][2]string{
		{r.at.image, "<image-url>"}, {r.at.auth, "<auth-url>"},
		{r.at.base("identity-root"), "<auth-root>"}, {host, "<image-host>"}, {r.vars["uniq"], "<uniq>"},
	}
	for key, value := range r.vars {
		if strings.HasSuffix(key, "_id") {
			fixed = append(fixed, [2]string{value, "<" + key + ">"})
		}
	}
	for _, token := range r.tokens {
		fixed = append(fixed, [2]string{token, "<token>"})
	}
	slices.SortFunc(fixed, func(a, b [2]string) int { return len(b[0]) - len(a[0]) })
	n := &names{seen: make(map[string]string), count: make(map[string]int)}
	for _, pair := range fixed {
		n.fixed = append(n.fixed, pair[0], pair[1])
	}
	return n
}

func (n *names) name(kind, value string) string {
	key := kind + strings.ToLower(value)
	if n.seen[key] == "" {
		n.count[kind]++
		n.seen[key] = fmt.Sprintf("<%s%d>", kind, n.count[kind])
	}
	if value != strings.ToLower(value) {
		return strings.Replace(n.seen[key], ">", ":UPPER>", 1)
	}
	return n.seen[key]
}

func (n *names) text(s string) string {
	s = strings.NewReplacer(n.fixed...).Replace(s)
	s = requestIDs.ReplaceAllString(s, "<reqid>")
	s = fernets.ReplaceAllString(s, "<token>")
	s = uuids.ReplaceAllStringFunc(s, func(id string) string { return n.name("uuid", id) })
	s = hexIDs.ReplaceAllStringFunc(s, func(id string) string { return n.name("hex", id) })
	s = times.ReplaceAllString(s, "YYYY-MM-DDThh:mm:ss")
	return fractions.ReplaceAllString(s, "$1.ffffff")
}

func (n *names) json(v any, key string) any {
	switch v := v.(type) {
	case map[string]any:
		out := make(map[string]any, len(v))
		for _, k := range slices.Sorted(maps.Keys(v)) {
			out[k] = n.json(v[k], k)
		}
		return out
	case []any:
		v = slices.Clone(v)
		switch key {
		case "tags", "methods":
			slices.SortFunc(v, func(a, b any) int { return strings.Compare(fmt.Sprint(a), fmt.Sprint(b)) })
		case "roles", "catalog", "endpoints":
			slices.SortStableFunc(v, func(a, b any) int { return strings.Compare(sortKey(a), sortKey(b)) })
		}
		for i := range v {
			if key == "audit_ids" {
				v[i] = "<audit>"
			} else {
				v[i] = n.json(v[i], "")
			}
		}
		return v
	case string:
		switch key {
		case "checksum", "os_hash_value", "os_hash_algo":
			return v
		case "secret":
			return "<secret>"
		case "data_dir":
			return "<data_dir>"
		}
		return n.text(v)
	}
	return v
}

func sortKey(v any) string {
	m, _ := v.(map[string]any)
	key, _ := json.Marshal([]any{m["type"], m["interface"], m["name"]})
	return string(key)
}

// observe extracts from an answer what is compared.
func (n *names) observe(method string, resp *http.Response, body []byte) observation {
	o := observation{Status: resp.StatusCode, Headers: make(map[string]string)}
	for _, key := range comparedHeaders {
		value := strings.Join(resp.Header.Values(key), ", ")
		switch {
		case value == "":
			continue
		case key == "allow":
			value = sortedList(value, ", ")
		case strings.HasPrefix(key, "openstack-image"):
			value = sortedList(value, ",")
		case key != "content-md5":
			value = n.text(value)
		}
		o.Headers[key] = value
	}
	for _, key := range presentHeaders {
		if resp.Header.Get(key) != "" {
			o.Headers[key] = "<present>"
		}
	}
	if length := resp.Header.Get("Content-Length"); length != "" {
		switch {
		case method == http.MethodHead:
			length = "<present>"
		case len(body) > 0 && length == fmt.Sprint(len(body)):
			length = "<body>"
		case len(body) > 0:
			length = "<wrong>"
		}
		o.Headers["content-length"] = length
	}
	n.observeBody(&o, body)
	return o
}

func (n *names) observeBody(o *observation, body []byte) {
	kind := o.Headers["content-type"]
	if len(body) == 0 {
		return
	}
	if strings.Contains(kind, "json") {
		dec := json.NewDecoder(bytes.NewReader(body))
		dec.UseNumber()
		var v any
		if dec.Decode(&v) == nil {
			o.JSON = n.json(v, "")
			return
		}
	}
	switch {
	case !utf8.Valid(body), strings.Contains(kind, "octet-stream"):
		sum := sha256.Sum256(body)
		o.SHA256, o.Length = hex.EncodeToString(sum[:]), len(body)
	case o.Status >= 400:
		o.Message = n.text(errorText(kind, string(body)))
	default:
		o.Text = n.text(string(body))
	}
}

// errorText returns the message in the body of an error, without its markup.
func errorText(kind, body string) string {
	if strings.Contains(kind, "html") {
		body = titles.ReplaceAllString(body, " ")
		body = html.UnescapeString(markup.ReplaceAllString(body, " "))
	}
	return strings.Join(strings.Fields(body), " ")
}

// sortedList sorts the items of a list. It leaves out Glance's internal stores,
// which not every deployment shows.
func sortedList(list, separator string) string {
	items := strings.Split(list, ",")
	for i := range items {
		items[i] = strings.TrimSpace(items[i])
	}
	items = slices.DeleteFunc(items, func(s string) bool { return strings.HasPrefix(s, "os_glance_") })
	slices.Sort(items)
	return strings.Join(items, separator)
}

// differences lists how an answer differs from the recorded one.
func differences(s step, got observation) (all []string) {
	want := s.Expect
	if want.Status != got.Status {
		all = append(all, fmt.Sprintf("status %d, want %d", got.Status, want.Status))
	}
	keys := slices.Concat(comparedHeaders, presentHeaders, []string{"content-length"})
	for _, key := range keys {
		w, g := want.Headers[key], got.Headers[key]
		switch {
		case slices.Contains(presentHeaders, key) && (w == "") == (g == ""):
			continue
		case key == "content-type":
			w, g = strings.ToLower(strings.ReplaceAll(w, " ", "")), strings.ToLower(strings.ReplaceAll(g, " ", ""))
		}
		if w != g {
			all = append(all, fmt.Sprintf("%s: %q, want %q", key, g, w))
		}
	}
	if s.SkipBody {
		return all
	}
	if want.Status >= 400 {
		want, got = withoutSchema(want), withoutSchema(got)
	}
	if !reflect.DeepEqual(want.JSON, got.JSON) {
		all = append(all, fmt.Sprintf("body\n\t%s, want\n\t%s", pretty(got.JSON), pretty(want.JSON)))
	}
	if want.Message != got.Message || want.Text != got.Text || want.SHA256 != got.SHA256 || want.Length != got.Length {
		all = append(all, fmt.Sprintf("body\n\t%q%q%s, want\n\t%q%q%s", got.Message, got.Text, got.SHA256, want.Message, want.Text, want.SHA256))
	}
	return all
}

// withoutSchema cuts the message of a failed schema validation after its first
// sentence: what follows is the validator's own printout of the schema.
func withoutSchema(o observation) observation {
	o.Message = textWithoutSchema(o.Message)
	o.JSON = jsonWithoutSchema(o.JSON)
	return o
}

func textWithoutSchema(s string) string {
	before, _, _ := strings.Cut(s, "Failed validating ")
	return strings.TrimSpace(before)
}

func jsonWithoutSchema(v any) any {
	switch v := v.(type) {
	case string:
		return textWithoutSchema(v)
	case map[string]any:
		out := make(map[string]any, len(v))
		for k := range v {
			out[k] = jsonWithoutSchema(v[k])
		}
		return out
	}
	return v
}

func pretty(v any) string {
	if v == nil {
		return "none"
	}
	text, err := json.Marshal(v)
	if err != nil {
		return err.Error()
	}
	return string(text)
}
