package keystone

import (
	"testing"
	"time"

	"github.com/fakeglance/fakeglance/fakeserver/internal/clock"
	"github.com/fakeglance/fakeglance/scenarios"
)

// Issued and revoked tokens are remembered, but not for ever; those of the scenario
// are.
func TestTokensAreForgotten(t *testing.T) {
	t.Parallel()
	a := New(scenarios.Auth{Strict: true, Tokens: []scenarios.Token{{Token: "listed"}}}, 1, new(clock.Clock))
	a.mu.Lock()
	defer a.mu.Unlock()
	valid := func(text string) bool { _, err := a.findToken(text, time.Now()); return err == nil }
	first, second := a.issue(new(token)), a.issue(new(token))
	a.revoke("listed") // which is no other token
	a.revoke("unknown")
	for range maxTokens - 3 {
		a.issue(new(token))
	}
	if !valid(first) {
		t.Errorf("the first of %d tokens is forgotten", maxTokens)
	}
	a.issue(new(token))
	if valid(first) || !valid(second) {
		t.Errorf("with one more token, the first is valid: %t, the second: %t; want only the second", valid(first), valid(second))
	}
	a.issue(new(token))
	a.issue(new(token))
	if _, known := a.tokens.Load("unknown"); known {
		t.Error("a token that nobody issued is remembered for ever")
	}
	if _, known := a.tokens.Load("listed"); !known || !valid(standingToken) {
		t.Error("a token of the scenario is forgotten")
	}
}
