package wire

import "testing"

// AppendQuoted writes the same as encoding/json.
func TestAppendQuoted(t *testing.T) {
	t.Parallel()
	for _, s := range []string{"", "plain", "<br />\n", "a \"b\" \\ c", "tab\t", "umläut", "\x00", "\xff", "\u2028"} {
		if got, want := string(AppendQuoted([]byte("x"), s)), "x"+string(quoted(s)); got != want {
			t.Errorf("AppendQuoted(%q) is %s, want %s", s, got, want)
		}
	}
}
