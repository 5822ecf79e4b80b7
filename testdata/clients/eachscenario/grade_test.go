package eachscenario

import (
	"context"
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"

	"github.com/fakeglance/fakeglance/fakeserver"
)

// A deletion that is done well gets full marks.
func TestGrade(t *testing.T) {
	t.Parallel()
	fakeserver.Grade(t, func(ctx context.Context, srv *fakeserver.Server, ids []string) error {
		return cloud(srv).Delete(ctx, ids...)
	})
}

// So does the same as a command.
func TestGradeOfACommand(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithTimeout(t.Context(), 5*time.Minute)
	defer cancel()
	dir := t.TempDir()
	for module, program := range map[string]string{"../../..": "./cmd/fakeglance", ".": "./deleter"} {
		build := exec.CommandContext(ctx, "go", "build", "-C", module, "-o", dir, program)
		if out, err := build.CombinedOutput(); err != nil {
			t.Fatalf("%v: %s", err, out)
		}
	}
	card := filepath.Join(dir, "card.json")
	out, err := exec.CommandContext(ctx, filepath.Join(dir, "fakeglance"), "grade", "--json", card, "--", filepath.Join(dir, "deleter")).CombinedOutput()
	if err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	text, err := os.ReadFile(card)
	if err != nil {
		t.Fatal(err)
	}
	var read struct {
		Sum struct{ Incidents, Passed, Failed int }
	}
	if err := json.Unmarshal(text, &read); err != nil {
		t.Fatal(err)
	}
	if read.Sum.Failed != 0 || read.Sum.Passed < 50 {
		t.Errorf("the sum is %+v", read.Sum)
	}
}
