package report

import (
	"fmt"
	"net/http"
)

// A TokenUse is a request with a token.
type TokenUse struct {
	Seq     int    // 1: the first that arrived
	Latest  int    // the number of the latest request that had arrived when it was answered; 0: it was not
	Request string // in one line
	Token   string // empty: none
	Status  int    // of the answer; 0: there is none
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
		if first := refused[u.Token]; first == nil || u.Latest < first.Latest {
			refused[u.Token] = u
		}
	}
	var problems []string
	for i := range uses {
		u := &uses[i]
		if first := refused[u.Token]; first != nil && first != u && u.Seq > first.Latest {
			problems = append(problems, fmt.Sprintf("request %d, %s, was sent with the token that request %d, %s, had shown to be invalid", u.Seq, u.Request, first.Seq, first.Request))
		}
	}
	return problems
}
