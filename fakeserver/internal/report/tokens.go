package report

import (
	"fmt"
	"net/http"
	"time"
)

// A TokenUse is a request with a token.
type TokenUse struct {
	Seq               int
	Request           string // in one line
	Token             string // empty: none
	Status            int    // of the answer; 0: there is none
	Arrived, Answered time.Time
}

// StaleTokens has a sentence for each request with a token that had been answered
// 401 before the request arrived. The token itself is not told: it may be a secret.
func StaleTokens(uses []TokenUse) []string {
	refused := make(map[string]*TokenUse) // the first 401 of each token
	for i := range uses {
		u := &uses[i]
		if u.Status != http.StatusUnauthorized || u.Token == "" {
			continue
		}
		if first := refused[u.Token]; first == nil || u.Answered.Before(first.Answered) {
			refused[u.Token] = u
		}
	}
	var problems []string
	for i := range uses {
		u := &uses[i]
		if first := refused[u.Token]; first != nil && first != u && !u.Arrived.Before(first.Answered) {
			problems = append(problems, fmt.Sprintf("request %d, %s, was sent with the token that request %d, %s, had shown to be invalid", u.Seq, u.Request, first.Seq, first.Request))
		}
	}
	return problems
}
