package report

import (
	"fmt"
	"strings"
	"testing"
)

func TestRequests(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		name, got, want, diff string // requests are separated by commas
	}{
		{"the same", "GET /a 200,DELETE /a 204", "GET /a 200,DELETE * 204", ""},
		{"none", "", "", ""},
		{
			"one is forgotten", "GET /a 200,GET /b 200,GET /c 200", "GET /b 200,GET /c 200",
			"+ GET /a 200|  GET /b 200|  GET /c 200",
		},
		{
			"one is missing", "GET /a 200,GET /c 200", "GET /a 200,GET /b 200,GET /c 200",
			"  GET /a 200|- GET /b 200|  GET /c 200",
		},
		{
			"another status", "DELETE /a 503,DELETE /a 204", "DELETE /a 500,DELETE /a 204",
			"+ DELETE /a 503|- DELETE /a 500|  DELETE /a 204",
		},
		{
			"no status", "DELETE /a 204", "DELETE /a",
			"+ DELETE /a 204|- DELETE /a   (it says no status: want METHOD PATH STATUS)",
		},
		{
			"globs that match several", "GET /a 200,GET /b 200,GET /a 200", "GET * 200,GET /a 200",
			"  GET /a 200|+ GET /b 200|  GET /a 200",
		},
		{
			"far away", "1,2,3,4,5,6,7,8,9", "1,2,3,4,5,6,7,8",
			"… 5 more as wanted|  6|  7|  8|+ 9",
		},
	} {
		split := func(list string) []string {
			return strings.FieldsFunc(list, func(r rune) bool { return r == ',' })
		}
		want := ""
		if test.diff != "" {
			want = " (+ came but is not wanted, - is wanted but did not come)\n" + strings.ReplaceAll(test.diff, "|", "\n")
		}
		if got := Requests(split(test.got), split(test.want)); got != want {
			t.Errorf("%s: got%s\nwant%s", test.name, got, want)
		}
	}
}

// However many requests there are, the difference is found soon, and is short.
func TestManyRequests(t *testing.T) {
	t.Parallel()
	var got, want []string
	for i := range 10_000 {
		got = append(got, fmt.Sprintf("GET /%d 200", i))
		want = append(want, fmt.Sprintf("GET /%d 404", i))
	}
	diff := Requests(got, want)
	if n := strings.Count(diff, "\n"); n != maxLines+1 || !strings.HasSuffix(diff, "\n… and 19900 more lines") {
		t.Errorf("the difference has %d lines:\n%s", n, diff)
	}
}

func TestIncomplete(t *testing.T) {
	t.Parallel()
	if got := Incomplete(3, 0); got != "" {
		t.Errorf("of a whole journal it says %q", got)
	}
	if got := Incomplete(3, 1); !strings.HasPrefix(got, "3 requests came, the journal kept 2") {
		t.Errorf("it says %q", got)
	}
}
