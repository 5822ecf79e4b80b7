package fakeserver_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/fakeglance/fakeglance/fakeserver"
)

// A token that was refused must not be sent again.
func TestCheckTokens(t *testing.T) {
	t.Parallel()
	srv := fakeserver.Run(t, fakeserver.WithYAML("auth: {strict: true, tokens: [{token: short, uses: 1}, {token: long}]}"))
	ask := func(token string) {
		t.Helper()
		if _, _, err := requestAs(t.Context(), srv, token, http.MethodGet, "/v2/images"); err != nil {
			t.Fatal(err)
		}
	}
	for _, token := range []string{"short", "short", "long", "long"} {
		ask(token)
	}
	srv.CheckTokens(t)
	ask("short")
	got := &recorder{TB: t}
	srv.CheckTokens(got)
	if want := "request 5, GET /v2/images 401, was sent with the token that request 2, GET /v2/images 401, had shown to be invalid"; len(got.errors) != 1 || got.errors[0] != want {
		t.Errorf("it reports %q, want %q", got.errors, want)
	}
	small := fakeserver.Run(t, fakeserver.WithJournal(0, 0))
	send(t, small, http.MethodGet, "/v2/images")
	got.errors = nil
	small.CheckTokens(got)
	if len(got.errors) != 1 || !strings.Contains(got.errors[0], "1 requests came, the journal kept 0") {
		t.Errorf("of an incomplete journal it reports %q", got.errors)
	}
}
