package scenarios_test

import (
	"errors"
	"flag"
	"os"
	"testing"

	"github.com/fakeglance/fakeglance/scenarios"
)

var update = flag.Bool("update", false, "rewrite the golden files")

// TestBad compares the messages about a file full of mistakes with a golden file.
func TestBad(t *testing.T) {
	t.Parallel()
	const input, golden = "../testdata/scenarios/bad.yaml", "../testdata/scenarios/bad.txt"
	src, err := os.ReadFile(input)
	if err != nil {
		t.Fatal(err)
	}
	_, err = scenarios.Parse("bad.yaml", src)
	var problems scenarios.Problems
	if !errors.As(err, &problems) {
		t.Fatalf("Parse returned %v, want Problems", err)
	}
	got := problems.Error() + "\n"
	if *update {
		if err := os.WriteFile(golden, []byte(got), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(golden)
	if err != nil {
		t.Fatal(err)
	}
	if got != string(want) {
		t.Errorf("got:\n%s\nwant:\n%s", got, want)
	}
}
