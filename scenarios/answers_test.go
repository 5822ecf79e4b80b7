package scenarios

import (
	"encoding/json"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// TestTrueAnswers compares the fields of answers with the recorded ones of a real
// Glance and Keystone: each field that was recorded is known, and where there was
// no body none is expected.
func TestTrueAnswers(t *testing.T) {
	t.Parallel()
	files, err := filepath.Glob("../testdata/conformance/cases/*.json")
	if err != nil || len(files) == 0 {
		t.Fatalf("no recordings: %v", err)
	}
	seen := make(map[Operation]bool)
	for _, file := range files {
		for _, step := range recorded(t, file) {
			path := map[string]string{"identity": "/identity/v3", "identity-root": "/root"}[step.Service] + step.Path
			op, found := operationOf(step.Method, path)
			if !found || step.Expect.Status >= 400 || step.Expect.Status == 0 {
				continue
			}
			if step.Expect.Status == 300 {
				op = GetVersions // the Accept header asks for another version than the path
			}
			known, hasBody := trueAnswers[op]
			if step.Expect.JSON == nil {
				if step.Expect.Status == 204 && hasBody && step.Method != "HEAD" {
					t.Errorf("%s: %s %s has no body, but %s should have one", filepath.Base(file), step.Method, step.Path, op)
				}
				continue
			}
			if !hasBody {
				t.Errorf("%s: %s %s has a body, but %s should have none", filepath.Base(file), step.Method, step.Path, op)
			}
			seen[op] = true
			answerOf(step.Expect.JSON).paths(nil, func(path FieldPath) {
				if ok, _, _ := known.find(path); !ok {
					t.Errorf("%s: the answer to %s has %s", filepath.Base(file), op, path)
				}
			})
		}
	}
	if len(seen) < 15 {
		t.Errorf("the answers of only %d operations are recorded", len(seen))
	}
}

type recordedStep struct {
	Service, Method, Path string
	Expect                struct {
		Status  int
		Headers map[string]string
		JSON    any
		Raw     string
	}
}

func recorded(t *testing.T, file string) []recordedStep {
	t.Helper()
	src, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	var c struct{ Steps []recordedStep }
	if err := json.Unmarshal(src, &c); err != nil {
		t.Fatalf("%s: %v", file, err)
	}
	return c.Steps
}

// operationOf finds the operation of a recorded call, whose path may have
// variables as in ${img}.
func operationOf(method, path string) (Operation, bool) {
	path, _, _ = strings.Cut(path, "?")
	for _, e := range endpoints {
		pattern := regexp.MustCompile(`\\\{[a-z_]+\\\}`).ReplaceAllString(regexp.QuoteMeta(e.Path), "[^/]+")
		if (e.Method == method || e.Method == AnyMethod) && regexp.MustCompile("^"+pattern+"$").MatchString(path) {
			return e.Operation, true
		}
	}
	return "", false
}
