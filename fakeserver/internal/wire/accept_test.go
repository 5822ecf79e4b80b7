package wire

import "testing"

func TestChoose(t *testing.T) {
	t.Parallel()
	for _, test := range []struct{ accept, want string }{
		{"", "text/plain"},
		{"*/*", "text/plain"},
		{"application/json", "application/json"},
		{"image/png", ""},
		{"text/plain;q=0.1, application/json;q=0.2", "application/json"},
		{"text/*, application/json", "text/plain"},
		{"text/plain;q=0, */*", "application/json"},
		{"application/json; charset=utf-8", ""},
		{"nonsense", "text/plain"},
		{"application/json;q=2", "text/plain"},
	} {
		if got := Choose(test.accept, "text/plain", "application/json"); got != test.want {
			t.Errorf("Accept: %q chooses %q, want %q", test.accept, got, test.want)
		}
	}
}
