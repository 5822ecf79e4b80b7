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

// A part of a word is enough, of an operation as of a built-in scenario. What is
// like nothing gets a short answer, however many words there are.
func TestPartsOfWordsAreGuessed(t *testing.T) {
	t.Parallel()
	operation := func(name string) error {
		_, err := scenarios.Parse("my.yaml", []byte("faults: [{match: {operation: "+name+"}, inject: {status: 500}}]"))
		return err
	}
	builtIn := func(name string) error {
		_, err := scenarios.Load(name)
		return err
	}
	for _, test := range []struct {
		of         func(string) error
		name, want string
	}{
		{operation, "delete", `(did you mean "delete_image"?)`},
		{operation, "list", `(did you mean "cache_list"?)`},
		{builtIn, "flaky", `(did you mean "flaky-then-ok"?)`},
		{builtIn, "reply-lost", `(did you mean "done-but-reply-lost"?)`},
		{operation, "frobnicate", "such as "},
		{builtIn, "frobnicate", "such as "},
	} {
		err := test.of(test.name)
		if err == nil || !strings.Contains(err.Error(), test.want) || len(err.Error()) > 200 {
			t.Errorf("%s: got %v, want %s", test.name, err, test.want)
		}
	}
}
