package scenarios_test

import (
	"fmt"

	"github.com/fakeglance/fakeglance/scenarios"
)

func ExampleParse() {
	_, err := scenarios.Parse("my.yaml", []byte(`
faults:
  - match: {operation: delete_imag}
    times: two
    inject: {status: 503}
`))
	fmt.Println(err)
	// Output:
	// my.yaml:3:24: faults[0].match.operation: unknown operation "delete_imag" (did you mean "delete_image"?)
	// my.yaml:4:12: faults[0].times: want a whole number, got "two"
}

func ExampleFault_String() {
	fmt.Println(scenarios.Fault{
		Name:   "flaky-delete",
		Match:  scenarios.Match{Operation: []scenarios.Operation{scenarios.DeleteImage}},
		Times:  2,
		Inject: scenarios.Injection{Status: 503, Headers: map[string]string{"Retry-After": "1"}},
	})
	// Output:
	// {name: flaky-delete, match: {operation: delete_image}, times: 2, inject: {status: 503, headers: {Retry-After: "1"}}}
}

func ExampleFault_Validate() {
	err := scenarios.Fault{
		Match:  scenarios.Match{Operation: []scenarios.Operation{scenarios.GetImages}, Image: "ubuntu-*"},
		Inject: scenarios.Injection{Status: 503, Drop: scenarios.Reset},
	}.Validate()
	fmt.Println(err)
	// Output:
	// match.image: never matches: get_images is not about one image
	// inject.status: has no effect: drop reset sends no answer (truncate sends half of one)
}
