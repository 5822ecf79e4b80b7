package scenarios_test

import (
	"strings"
	"testing"

	"github.com/fakeglance/fakeglance/scenarios"
)

// Two neighbouring letters in the wrong order are one mistake, not two: in a word
// as short as lb two would be too many for a guess.
func TestTransposedLettersAreGuessed(t *testing.T) {
	t.Parallel()
	for wrong, want := range map[string]string{
		"faults: [{inject: {status: 503, hop: bl}}]":                       `(did you mean "lb"?)`,
		"faults: [{inject: {drop: reste}}]":                                `(did you mean "reset"?)`,
		"faults: [{match: {operation: get_iamge}, inject: {status: 500}}]": `(did you mean "get_image"?)`,
	} {
		_, err := scenarios.Parse("my.yaml", []byte(wrong))
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s\ngot  %v\nwant %s", wrong, err, want)
		}
	}
}
