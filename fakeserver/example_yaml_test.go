package fakeserver_test

import (
	"fmt"

	"github.com/fakeglance/fakeglance/fakeserver"
)

// An unknown word is an error with the line of the test, the place in the text,
// and a guess at what was meant.
func ExampleWithYAML() {
	_, err := fakeserver.New(fakeserver.WithYAML(`
faults:
  - match: {operation: delete_imag}
    inject: {status: 503}
`))
	fmt.Println(err)
	// Output:
	// example_yaml_test.go:12: scenario:3:24: faults[0].match.operation: unknown operation "delete_imag" (did you mean "delete_image"?)
}
