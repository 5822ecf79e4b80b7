package wire

import "testing"

// What AppendQuoted writes by itself is what encoding/json writes.
func TestAppendQuoted(t *testing.T) {
	t.Parallel()
	for _, s := range []string{"", "plain", "<br />\n", "a \"b\" \\ c", "tab\t", "umläut", "\x00", "\xff", "\u2028"} {
		if got, want := string(AppendQuoted([]byte("x"), s)), "x"+string(quoted(s)); got != want {
			t.Errorf("%q is %s, want %s", s, got, want)
		}
	}
}
