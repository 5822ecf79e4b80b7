package gophercloud

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"os"
	"sort"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/gophercloud/gophercloud/v2"
	"github.com/gophercloud/gophercloud/v2/openstack/image/v2/images"

	"github.com/fakeglance/fakeglance/fakeserver"
	"github.com/fakeglance/fakeglance/scenarios"
)

// table is the file that says what gophercloud does in each incident. UPDATE=1
// rewrites it.
const table = "../incidents-gophercloud.md"

const head = `# What gophercloud does in each incident

Measured with gophercloud v2.15: one call of ` + "`images.Delete`" + ` for the first image to delete, and how many DELETE requests the
server received for it. ` + "`UPDATE=1 go test -run TestIncidents .`" + ` in testdata/clients/gophercloud rewrites the table.

| incident | topic | images.Delete returns | requests |
| --- | --- | --- | --- |
`

// TestIncidents calls images.Delete in every incident of the library, and compares what
// it does with the table.
func TestIncidents(t *testing.T) {
	t.Parallel()
	var mu sync.Mutex
	var rows []string
	t.Run("each", func(t *testing.T) {
		fakeserver.EachScenario(t, func(t *testing.T, srv *fakeserver.Server, sc *scenarios.Scenario) {
			row := fmt.Sprintf("| `%s` | %s | %s |\n", sc.Name, sc.Topic, tryDelete(t, srv))
			mu.Lock()
			defer mu.Unlock()
			rows = append(rows, row)
		})
	})
	sort.Strings(rows)
	got := head + strings.Join(rows, "")
	if os.Getenv("UPDATE") != "" {
		if err := os.WriteFile(table, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(table)
	if err != nil {
		t.Fatal(err)
	}
	if got != string(want) {
		t.Errorf("%s is out of date; it has\n%s\nwant\n%s", table, want, got)
	}
}

// tryDelete calls images.Delete, and returns the last cells of the table's row.
func tryDelete(t *testing.T, srv *fakeserver.Server) string {
	client := signIn(t, srv)
	target := srv.Targets()[0]
	ctx, cancel := context.WithTimeout(t.Context(), 5*time.Second)
	defer cancel()
	err := images.Delete(ctx, client, target).ExtractErr()
	requests := 0
	for _, r := range srv.Requests() {
		if r.Method == http.MethodDelete && strings.HasSuffix(r.Path, target) {
			requests++
		}
	}
	return fmt.Sprintf("%s | %d", describe(err), requests)
}

// describe describes an error briefly, and the same way in each run.
func describe(err error) string {
	var answer gophercloud.ErrUnexpectedResponseCode
	var reauth *gophercloud.ErrErrorAfterReauthentication
	switch {
	case err == nil:
		return "nil"
	case errors.As(err, &reauth):
		return "after a new token, again " + describe(reauth.ErrOriginal)
	case errors.As(err, &answer):
		return fmt.Sprintf("an error: %d %s", answer.Actual, http.StatusText(answer.Actual))
	case strings.Contains(err.Error(), "reset by peer"):
		return "an error: connection reset by peer"
	case strings.Contains(err.Error(), "EOF"):
		return "an error: EOF"
	case errors.Is(err, context.DeadlineExceeded):
		return "an error: the deadline of 5s has passed"
	}
	return "an error: " + err.Error()
}
