package scenarios_test

import (
	"errors"
	"math"
	"strings"
	"testing"
	"time"

	"github.com/fakeglance/fakeglance/scenarios"
)

// TestValidate checks that values made in Go are checked like those of a file; their
// problems have no position.
func TestValidate(t *testing.T) {
	t.Parallel()
	type valid interface{ Validate() error }
	fine := scenarios.Injection{Status: 503}
	for _, test := range []struct {
		v    valid
		want string
	}{
		{&scenarios.Scenario{}, ""},
		{scenarios.Image{}, ""},
		{scenarios.Image{Data: scenarios.Data{File: "opened by the server"}}, ""},
		{scenarios.Fault{Inject: fine}, ""},
		{scenarios.Fault{Inject: scenarios.Injection{Status: 204, Effect: scenarios.EffectNone}}, ""},
		{scenarios.Fault{Inject: scenarios.Injection{Drop: scenarios.Reset, Effect: scenarios.EffectApplied}}, ""},
		{scenarios.Fault{Inject: scenarios.Injection{Delay: scenarios.Delay{Min: 2 * time.Second}}}, ""},
		{scenarios.Fault{Inject: scenarios.Injection{Status: 400, Body: []string{"a list"}}}, ""},
		{scenarios.Limit{Rate: scenarios.Rate{Calls: 1, Per: time.Second}}, ""},

		{scenarios.Fault{}, "inject: does nothing: want a status, headers, fields, hold, delay, throttle, drop or linger"},
		{scenarios.Limit{}, "no rate: want calls per time such as 10/1m, both more than 0"},
		{scenarios.Limit{Rate: scenarios.Rate{Calls: -1, Per: time.Second}}, "rate: want calls per time such as 10/1m, both more than 0, got -1/1s"},
		{scenarios.Limit{Rate: scenarios.Rate{Calls: 1}}, "rate: want calls per time such as 10/1m, both more than 0, got 1/0s"},
		{scenarios.Fault{Rate: math.NaN(), Inject: fine}, "rate: want more than 0, at most 1, got NaN"},
		{scenarios.Fault{Inject: scenarios.Injection{Throttle: -1}}, "inject.throttle: want bytes per second such as 1KiB/s, not a negative one, got -1B/s"},
		{scenarios.Fault{Inject: scenarios.Injection{Status: 400, Body: 5}}, "inject.body: want text, a mapping or a list, got 5"},
		{scenarios.Fault{Inject: scenarios.Injection{Status: 400, Body: make(chan int)}}, "inject.body: cannot be sent as JSON: json: unsupported type: chan int"},
		{
			scenarios.Fault{Match: scenarios.Match{Operation: []scenarios.Operation{"delete_imag"}}, Inject: fine},
			`match.operation: unknown operation "delete_imag" (did you mean "delete_image"?)`,
		},
		{scenarios.Image{ID: "x", CreatedAt: time.Date(10000, 1, 1, 0, 0, 0, 0, time.UTC), Members: []scenarios.Member{{}}}, strings.Join([]string{
			"created_at: want a time such as 2026-01-31T12:00:00Z, got 10000-01-01T00:00:00Z",
			"members[0]: no project: want text",
			`id: want a UUID such as 4ca46bf1-5c61-48ff-b4f3-0ad4e5e3ba90, got "x"`,
		}, "\n")},
		{
			&scenarios.Scenario{
				Dialect: "huawei",
				Images:  []scenarios.Image{{ID: someID}, {ID: someID}},
				Faults:  []scenarios.Fault{{Inject: fine, Place: "no.yaml:1"}, {Inject: fine}},
			},
			strings.Join([]string{
				`dialect: unknown dialect "huawei" (want native, glance or ims)`,
				`images[1].id: id "4ca46bf1-5c61-48ff-b4f3-0ad4e5e3ba90" is already used by images[0]`,
				"faults[1]: is never injected: faults[0] is injected into every call that this fault matches",
			}, "\n"),
		},
	} {
		err := test.v.Validate()
		if test.want == "" {
			if err != nil {
				t.Errorf("%v: %v", test.v, err)
			}
			continue
		}
		var problems scenarios.Problems
		if !errors.As(err, &problems) || err.Error() != test.want {
			t.Errorf("%v\ngot\n%v\nwant\n%s", test.v, err, test.want)
		}
	}
}
