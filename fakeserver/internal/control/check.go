package control

import (
	"errors"
	"net/http"

	"github.com/fakeglance/fakeglance/fakeserver/internal/journal"
	"github.com/fakeglance/fakeglance/fakeserver/internal/sandbox"
	"github.com/fakeglance/fakeglance/scenarios"
)

// A check is the body of POST /_fake/check: what should be so. Each key is one of
// the checks of the Go API, and says the same.
type check struct {
	Deleted     []string              `yaml:"deleted" lang:"single"` // ids
	Kept        []string              `yaml:"kept" lang:"single"`    // ids
	Requests    *[]string             `yaml:"requests"`              // as CheckRequests compares them; an empty list: none came
	Operations  []scenarios.Operation `yaml:"operations" lang:"single"`
	Image       string                `yaml:"image"`
	Attempts    []attempts            `yaml:"attempts" lang:"single"`
	FaultsSpent bool                  `yaml:"faults_spent"`
	Tokens      bool                  `yaml:"tokens"`
	Outcome     *outcome              `yaml:"outcome"`
}

// attempts bound the DELETE requests of an image.
type attempts struct {
	Image string `yaml:"image" lang:"required"` // its id
	Max   *int   `yaml:"max" lang:"required"`   // 0: none
}

// An outcome is what a client reported of a deletion of the targets.
type outcome struct {
	Error *bool `yaml:"error" lang:"required"` // it reported an error
}

// A difference is what is not as it should be.
type difference struct {
	Check   string `json:"check"` // the key of the check
	Message string `json:"message"`
}

// A verdict is the answer to a check.
type verdict struct {
	OK          bool         `json:"ok"`
	Differences []difference `json:"differences"`
	NotDriven   string       `json:"not_driven,omitempty"` // why the outcome can neither pass nor fail
}

func checkAll(b *sandbox.Sandbox, c call) (any, error) {
	var want check
	if err := c.read(&want); err != nil {
		return nil, err
	}
	v := verdict{Differences: []difference{}}
	note := func(key string, problems ...string) {
		for _, p := range problems {
			if p != "" {
				v.Differences = append(v.Differences, difference{key, p})
			}
		}
	}
	checks := 0
	for _, id := range want.Deleted {
		checks++
		note("deleted", b.CheckDeleted(id))
	}
	for _, id := range want.Kept {
		checks++
		note("kept", b.CheckKept(id))
	}
	if want.Requests != nil {
		checks++
		note("requests", b.CheckRequests(journal.Filter{Operations: want.Operations, Image: want.Image}, *want.Requests))
	} else if len(want.Operations) > 0 || want.Image != "" {
		return nil, errorf(http.StatusBadRequest, "operations and image select the requests to check: want requests, too")
	}
	for _, a := range want.Attempts {
		checks++
		note("attempts", b.CheckAttempts(a.Image, *a.Max))
	}
	if want.FaultsSpent {
		checks++
		note("faults_spent", b.CheckFaultsSpent()...)
	}
	if want.Tokens {
		checks++
		note("tokens", b.CheckTokens()...)
	}
	if want.Outcome != nil {
		checks++
		var reported error
		if *want.Outcome.Error {
			reported = errors.New("the client says so")
		}
		j, err := b.Judge(reported)
		if err != nil {
			return nil, errorf(http.StatusBadRequest, "outcome: %v", err)
		}
		note("outcome", j.Problems...)
		v.NotDriven = j.NotDriven
	}
	if checks == 0 {
		return nil, errorf(http.StatusBadRequest, "nothing to check: want deleted, kept, requests, attempts, faults_spent, tokens or outcome")
	}
	if v.OK = len(v.Differences) == 0 && v.NotDriven == ""; v.OK {
		return v, nil
	}
	return instead{http.StatusConflict, v}, nil
}
