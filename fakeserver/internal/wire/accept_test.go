package wire

import "testing"

func TestErrorType(t *testing.T) {
	t.Parallel()
	for _, test := range []struct{ accept, want string }{
		// Recorded from a real Glance.
		{"", TypePlain},
		{"*/*", TypeHTML},
		{"text/html", TypeHTML},
		{"application/json", TypeJSON},
		{"text/plain", TypePlain},
		{"application/xml", TypePlain},
		{"not a type", TypeHTML},
		{"text/html;q=0.5, application/json", TypeJSON},
		{"application/*", TypeJSON},
		{"text/*;q=0.1, application/json;q=0.1", TypeHTML},
		{"*/*;q=0.1, application/json", TypeJSON},
		{"*/*, text/html;q=0", TypeJSON},
		{"application/json;q=0", TypePlain},
		{"APPLICATION/JSON", TypeJSON},
		{"application/json; charset=utf-8", TypePlain},
		{"application/json;q=high", TypeHTML},
		{",,application/json,", TypeJSON},
	} {
		if got := ErrorType(test.accept); got != test.want {
			t.Errorf("Accept: %q gives %q, want %q", test.accept, got, test.want)
		}
	}
}
