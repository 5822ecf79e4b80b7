package report

import (
	"fmt"
	"iter"
	"slices"
	"strings"

	"github.com/fakeglance/fakeglance/fakeserver/internal/fault"
	"github.com/fakeglance/fakeglance/scenarios"
)

// FaultsSpent has a sentence for each fault or limit that was injected less often than
// it should be, removed ones included, and for each fault that held a call in vain.
// Misses are why faults were not injected into requests.
func FaultsSpent(rules []fault.Past, misses iter.Seq[fault.Miss]) []string {
	var unspent []*fault.Past
	spent := make(map[string]bool) // by name: of faults that others come after
	for i := range rules {
		if rules[i].Injected < rules[i].Wanted() {
			unspent = append(unspent, &rules[i])
		} else {
			spent[rules[i].Fault.Name] = true
		}
	}
	nearest := nearestMisses(unspent, spent, misses)
	var problems []string
	for i := range rules {
		if r := &rules[i]; r.Stuck > 0 {
			problems = append(problems, fmt.Sprintf("%s held %s in vain: %s", describe(r), calls(r.Stuck), r.Deadlock))
		}
	}
	for _, r := range unspent {
		text := describe(r)
		switch {
		case r.Limit:
			text += fmt.Sprintf(" refused no call; %s", matched(r.Seen))
		case r.Fault.Times == 0:
			text += fmt.Sprintf(" was never injected; %s", matched(r.Seen))
		default:
			text += fmt.Sprintf(" was injected %d of %d times; %s", r.Injected, r.Fault.Times, matched(r.Seen))
		}
		if reason := nearest[r.Rule]; reason != "" {
			text += "; the nearest miss: " + reason
		}
		problems = append(problems, text)
	}
	return problems
}

func matched(n int) string { return calls(n) + " matched it" }

func calls(n int) string {
	if n == 1 {
		return "1 call"
	}
	return fmt.Sprintf("%d calls", n)
}

// describe names a rule by its name, place and operations.
func describe(r *fault.Past) string {
	kind := "fault "
	if r.Limit {
		kind = "limit "
	}
	var about []string
	if r.Fault.Place != "" {
		about = append(about, r.Fault.Place)
	}
	about = append(about, operations(r.Fault.Match.Operation))
	if r.Removed {
		about = append(about, "removed")
	}
	return kind + r.Fault.Name + " (" + strings.Join(about, ", ") + ")"
}

func operations(ops []scenarios.Operation) string {
	if len(ops) == 0 {
		return "any operation"
	}
	names := make([]string, len(ops))
	for i, op := range ops {
		names[i] = string(op)
	}
	return strings.Join(names, " or ")
}

// conditions are the conditions of a rule in the order in which they are tried.
// The later the one that a request did not meet, the nearer it came. What is none
// of them comes after all of them: it was met in everything.
var conditions = []string{"operation", "image", "project", "user", "token", "headers", "query", "after", "window", "not tried"}

// nearestMisses has, by Rule, for each rule that some request missed the reason of the one
// that came nearest, the latest of several. That it came before a fault that has
// been spent since is the least of reasons: what came after that fault tells more.
func nearestMisses(rules []*fault.Past, spent map[string]bool, misses iter.Seq[fault.Miss]) map[int]string {
	nearest := make(map[int]string)
	if len(rules) == 0 || misses == nil {
		return nearest
	}
	early, ranks := make(map[int]bool), make(map[int]int)
	for _, r := range rules {
		early[r.Rule], ranks[r.Rule] = spent[r.Fault.After], -1
	}
	for m := range misses {
		best, asked := ranks[m.Rule]
		if !asked {
			continue
		}
		if rank := rankOf(m.Reason, early[m.Rule]); rank >= best {
			ranks[m.Rule], nearest[m.Rule] = rank, m.Reason
		}
	}
	return nearest
}

// rankOf is how near a request came that a rule missed for a reason. Early means
// that the fault that the rule waits for has been spent since.
func rankOf(reason string, early bool) int {
	name, _, _ := strings.Cut(reason, ":")
	name, _, _ = strings.Cut(name, ".") // headers.X-Try
	if early && name == "after" {
		return -1
	}
	if i := slices.Index(conditions, name); i >= 0 {
		return i
	}
	return len(conditions)
}

// Deleted says why an image is not deleted; empty: it is.
func Deleted(id, name string, there, known bool, attempts Attempts) string {
	switch {
	case there:
		return called(id, name) + " is still there; " + attempts.String()
	case !known:
		return "there never was an image " + id + "; " + attempts.String()
	}
	return ""
}

// Kept says why an image is not there; empty: it is.
func Kept(id, name string, there, known bool, attempts Attempts) string {
	switch {
	case there:
		return ""
	case !known:
		return "there never was an image " + id
	}
	return called(id, name) + " is deleted, though it should have been kept; " + attempts.String()
}

// called is an image with its name, if it has one.
func called(id, name string) string { return strings.TrimSpace("image " + id + " " + name) }
