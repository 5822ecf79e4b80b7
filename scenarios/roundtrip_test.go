package scenarios_test

import (
	"encoding/json"
	"math"
	"reflect"
	"strings"
	"testing"
	"time"

	"gopkg.in/yaml.v3"

	"github.com/fakeglance/fakeglance/scenarios"
)

// values has everything that is hard to write.
var values = []any{
	scenarios.Auth{Strict: true, TokenTTL: 90 * time.Minute},
	scenarios.Outcome{Gone: []string{"a"}, Kept: []string{"b", "*"}, Error: true, Tries: 1},
	scenarios.User{Name: "ann", Password: "0123", Roles: []string{"admin", "member"}},
	scenarios.Token{Token: "yes", ExpiresAfter: 1500 * time.Millisecond, Uses: 1},
	scenarios.Key{Access: "null", Secret: "0x10: #", Roles: []string{"reader"}},
	scenarios.Image{Name: "5", Owner: "null", Protected: true, Tags: []string{"", "~", "a: b", "#"}, Size: math.MaxInt64},
	scenarios.Image{CreatedAt: time.Date(2026, 1, 31, 12, 0, 0, 500, time.UTC), Data: scenarios.Data{File: "disk.raw"}},
	scenarios.Image{Properties: map[string]string{"": "empty", "<<": "merge", "a b": "two\nlines\n", "on": "\t", "é": "\x00\x7f\u0085\u2028\ufeff"}},
	scenarios.Member{Project: "p", Status: scenarios.MemberPending},
	scenarios.Data{Text: "true"},
	scenarios.Data{Bytes: 1},
	scenarios.Storage{MaxImageSize: 1, Downloads: []scenarios.Download{{URI: "http://a/: b"}}},
	scenarios.Download{URI: "5", Data: scenarios.Data{Text: "5"}},
	scenarios.Jobs{Takes: 90 * time.Minute, Fails: "no: space"},
	scenarios.Fault{},
	scenarios.Fault{
		Name: "flaky-delete", Times: 2, Rate: 1e-7,
		Match:  scenarios.Match{Operation: []scenarios.Operation{scenarios.DeleteImage}},
		Inject: scenarios.Injection{Status: 503, Headers: map[string]string{"Retry-After": "1", "ETag": ""}},
	},
	scenarios.Match{Operation: []scenarios.Operation{scenarios.GetImage, scenarios.GetImages}, Image: "*", Query: map[string]string{"limit": "1"}},
	scenarios.Window{For: time.Hour},
	scenarios.Injection{Fields: map[string]any{"next": "/v2{value}", "first": "", "images[*].size": 5, "a.b": nil, "on": true, "x": "no", "l": []any{1.5, map[string]any{"null": "~"}}}},
	scenarios.Injection{Headers: map[string]string{"Set-Cookie": "a=1\nyes\n5", "ETag": "", "Content-Length": "5"}},
	scenarios.Injection{Body: ""},
	scenarios.Injection{Body: "{not: parsed}"},
	scenarios.Injection{Body: map[string]any{}, Delay: scenarios.Delay{Min: time.Second}, Linger: &scenarios.Linger{}},
	scenarios.Injection{Body: []any{map[string]any{"a": nil, "b": []any{}, "<<": 1}, "1", 1, -1.5, 1e300, true, uint64(math.MaxUint64)}},
	scenarios.Injection{Throttle: 1000, Drop: scenarios.Hang, Delay: scenarios.Delay{Max: 3 * time.Microsecond}},
	scenarios.Injection{Hold: &scenarios.Hold{}},
	scenarios.Hold{Until: &scenarios.Match{}, Before: scenarios.BeforeAnswer},
	scenarios.Hold{Until: &scenarios.Match{Operation: []scenarios.Operation{scenarios.UploadImage}, Image: "*"}, Before: scenarios.BeforeWork, Within: 90 * time.Second},
	scenarios.Delay{Min: time.Second},
	scenarios.Delay{Min: time.Second, Max: time.Second},
	scenarios.Linger{Reads: 1, In: []scenarios.Operation{scenarios.GetImage}},
	scenarios.Limit{Rate: scenarios.Rate{Calls: 10, Per: time.Minute}, RetryAfter: scenarios.RetryAfterSeconds},
	scenarios.Limit{Rate: scenarios.Rate{Calls: 1, Per: 36 * time.Hour}, RetryAfter: scenarios.NoRetryAfter, Burst: 4},
	scenarios.Rate{Calls: 1, Per: time.Nanosecond},
	scenarios.Throttle(3 << 30),
	scenarios.Scenario{},
	scenarios.Scenario{Description: "\"quoted\": 'text'", Seed: math.MaxUint64, Source: []string{"- a", "", " b "}},
}

func TestRoundTrip(t *testing.T) {
	t.Parallel()
	for _, v := range values {
		if s, ok := v.(interface{ String() string }); ok && v != scenarios.Throttle(3<<30) {
			if _, rate := v.(scenarios.Rate); !rate {
				got := fresh(v)
				if err := yaml.Unmarshal([]byte(s.String()), got.Interface()); err != nil {
					t.Errorf("String of %#v is\n%s\n%v", v, s, err)
				}
				same(t, s.String(), v, got)
			}
		}
		for _, format := range []struct {
			name      string
			marshal   func(any) ([]byte, error)
			unmarshal func([]byte, any) error
		}{
			{"JSON", json.Marshal, json.Unmarshal},
			{"YAML", yaml.Marshal, yaml.Unmarshal},
		} {
			text, err := format.marshal(v)
			if err != nil {
				t.Errorf("%s of %#v: %v", format.name, v, err)
				continue
			}
			got := fresh(v)
			if err := format.unmarshal(text, got.Interface()); err != nil {
				t.Errorf("%s of %#v is\n%s\n%v", format.name, v, text, err)
			}
			same(t, string(text), v, got)
		}
	}
}

func fresh(v any) reflect.Value { return reflect.New(reflect.TypeOf(v)) }

func same(t *testing.T, text string, want any, got reflect.Value) {
	t.Helper()
	if !reflect.DeepEqual(got.Elem().Interface(), want) {
		t.Errorf("%s\nis %#v\nwant %#v", text, got.Elem().Interface(), want)
	}
}

// TestRoundTripWithin checks that the types are written in the same way within other types.
func TestRoundTripWithin(t *testing.T) {
	t.Parallel()
	type status struct {
		Fault  scenarios.Fault   `json:"fault" yaml:"fault"`
		Rate   scenarios.Rate    `json:"rate" yaml:"rate"`
		Linger *scenarios.Linger `json:"linger" yaml:"linger"`
		Seen   int               `json:"seen" yaml:"seen"`
	}
	want := status{
		Fault: scenarios.Fault{Name: "slow", Inject: scenarios.Injection{Delay: scenarios.Delay{Min: time.Minute}}},
		Rate:  scenarios.Rate{Calls: 3, Per: time.Hour},
		Seen:  2,
	}
	text, err := json.Marshal(want)
	if err != nil {
		t.Fatal(err)
	}
	if got := `{"fault":{"name":"slow","inject":{"delay":"1m"}},"rate":"3/1h","linger":null,"seen":2}`; string(text) != got {
		t.Errorf("got %s, want %s", text, got)
	}
	var got status
	if err := json.Unmarshal(text, &got); err != nil || !reflect.DeepEqual(got, want) {
		t.Errorf("got %v, %v", got, err)
	}
	if text, err = yaml.Marshal(want); err != nil {
		t.Fatal(err)
	}
	got = status{}
	if err := yaml.Unmarshal(text, &got); err != nil || !reflect.DeepEqual(got, want) {
		t.Errorf("got %v, %v", got, err)
	}
}

// TestString checks that values print as they are written in a scenario.
func TestString(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		v    interface{ String() string }
		want string
	}{
		{scenarios.Fault{}, "{}"},
		{
			scenarios.Fault{
				Name:   "flaky-delete",
				Match:  scenarios.Match{Operation: []scenarios.Operation{scenarios.DeleteImage}},
				Times:  2,
				Inject: scenarios.Injection{Status: 503, Headers: map[string]string{"Retry-After": "1"}, Message: strings.Repeat("long ", 30)},
				Place:  "not.yaml:1",
			},
			`{name: flaky-delete, match: {operation: delete_image}, times: 2, inject: {status: 503, message: '` +
				strings.Repeat("long ", 30) + `', headers: {Retry-After: "1"}}}`,
		},
		{scenarios.Injection{Body: "two\nlines", Delay: scenarios.Delay{Min: time.Second, Max: 2 * time.Second}}, `{body: "two\nlines", delay: {min: 1s, max: 2s}}`},
		{scenarios.Delay{Min: time.Hour}, "1h"},
		{scenarios.Data{Text: "x"}, "x"},
		{scenarios.Limit{Rate: scenarios.Rate{Calls: 1, Per: time.Second}, RetryAfter: "true"}, "{rate: 1/1s, retry_after: true}"},
		{scenarios.Throttle(1 << 20), "1MiB/s"},
		{scenarios.Throttle(1500), "1500B/s"},
		{scenarios.Throttle(-1), "-1B/s"},
		{scenarios.Rate{Calls: 10, Per: time.Minute}, "10/1m"},
		{scenarios.Scenario{Faults: []scenarios.Fault{{Times: 1, Inject: scenarios.Injection{Status: 500}}}}, "faults:\n  - times: 1\n    inject: {status: 500}\n"},
	} {
		if got := test.v.String(); got != test.want {
			t.Errorf("got\n%s\nwant\n%s", got, test.want)
		}
	}
}

func TestUnmarshalIsStrict(t *testing.T) {
	t.Parallel()
	var f scenarios.Fault
	want := `1:12: inject: unknown key "stauts" (did you mean "status"?)`
	if err := json.Unmarshal([]byte(`{"inject":{"stauts":500}}`), &f); err == nil || err.Error() != want {
		t.Errorf("got %v, want %s", err, want)
	}
	if err := yaml.Unmarshal([]byte(`{inject: {  stauts: 500}}`), &f); err == nil || err.Error() != "1:13"+want[4:] {
		t.Errorf("got %v", err)
	}
	var r scenarios.Rate
	want = `want calls per time such as 10/1m, both more than 0, got "10"`
	if err := r.UnmarshalText([]byte("10")); err == nil || err.Error() != want {
		t.Errorf("got %v, want %s", err, want)
	}
}
