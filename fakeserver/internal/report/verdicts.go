package report

import "slices"

// A Verdict names a mistake in how a client deletes images.
type Verdict string

// The verdicts that a client fails with. Each of them is about something that its
// user, or the service, would suffer from.
const (
	FalseSuccess      Verdict = "false-success"       // says deleted, while an image is still there or shown
	FalseFailure      Verdict = "false-failure"       // says failed, though all is gone and nothing is left to do
	GaveUp            Verdict = "gave-up"             // says failed, though trying again would have helped
	RetriedInVain     Verdict = "retried-in-vain"     // repeats what can never work
	TooManyAttempts   Verdict = "too-many-attempts"   // more DELETE requests than the incident allows
	IgnoredRetryAfter Verdict = "ignored-retry-after" // comes back sooner than the service asked
	StaleToken        Verdict = "stale-token"         // goes on using a token after its 401
	WrongImage        Verdict = "wrong-image"         // deletes or changes what nobody asked it to
	LeftRunning       Verdict = "left-running"        // still calls after it has said how it ended
	OverTime          Verdict = "over-time"           // has not ended within the time limit
)

// Advice: what a client could do better. No client fails because of it.
const (
	NoJitter   Verdict = "no-jitter"   // its pauses are all the same, as those of its copies will be
	SamePauses Verdict = "same-pauses" // its pauses do not grow
	NoCause    Verdict = "no-cause"    // its error does not say why
)

// A Rule is what a verdict stands for.
type Rule struct {
	Verdict Verdict `json:"verdict"`
	Hard    bool    `json:"hard"` // a client fails with it; false: it is advice
	Meaning string  `json:"meaning"`
	Instead string  `json:"instead"` // what a good client does
}

var rules = []Rule{
	{FalseSuccess, true, "It says that the image is deleted, while it is still there or still shown.", "Says so only once no answer shows the image any more."},
	{FalseFailure, true, "It says that it failed, though all images are gone and nothing is left to do.", "Treats an image that is gone as deleted: a 404 after its own lost answer, and the codes that mean the same."},
	{GaveUp, true, "It says that it failed, though trying again would have deleted the image.", "Tries again after 429, 502, 503, 504, a reset or a lost answer, and what the service reports under other names."},
	{RetriedInVain, true, "It repeats a request that can never work.", "Reports a final 400, 403 or 404 at once."},
	{TooManyAttempts, true, "It sends more DELETE requests for an image than the incident allows.", "Stops at the answer that settles it, and limits its attempts."},
	{IgnoredRetryAfter, true, "It comes back sooner than Retry-After asks.", "Waits at least as long as a sane Retry-After says, as a number or as a date."},
	{StaleToken, true, "It goes on using a token after an answer 401 to it.", "Signs in again before it sends anything else."},
	{WrongImage, true, "It deletes or changes an image that it must leave alone.", "Touches only the images that it was given, by their ids."},
	{LeftRunning, true, "It still has calls running, or sends more, after it has said how it ended.", "Ends or cancels its calls before it returns."},
	{OverTime, true, "It has not ended within the time limit.", "Has a deadline of its own, and then reports what is left."},

	{NoJitter, false, "Its pauses are always the same, so that many clients come back at the same moment.", "Varies its pauses at random."},
	{SamePauses, false, "Its pauses do not grow while the service is down.", "Makes each pause longer than the last, up to a limit."},
	{NoCause, false, "Its error does not name the cause.", "Passes on the status, and the code and the message of the answer."},
}

// Rules are all verdicts, the hard ones first.
func Rules() []Rule { return slices.Clone(rules) }

// Hard reports whether a client fails with the verdict.
func (v Verdict) Hard() bool {
	return slices.ContainsFunc(rules, func(r Rule) bool { return r.Verdict == v && r.Hard })
}

// A Finding is a verdict on a client in one case, with its evidence.
type Finding struct {
	Verdict  Verdict  `json:"verdict"`
	Hard     bool     `json:"hard"`
	Evidence []string `json:"evidence"`           // sentences
	Requests []int    `json:"requests,omitempty"` // by their numbers in the case
}

// Advise is a finding that is advice.
func Advise(v Verdict, evidence ...string) Finding { return Finding{Verdict: v, Evidence: evidence} }
