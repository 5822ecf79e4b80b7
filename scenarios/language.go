package scenarios

import (
	"errors"
	"fmt"
	"math"
	"reflect"
	"strconv"
	"strings"
	"time"

	"github.com/fakeglance/fakeglance/scenarios/internal/codec"
)

// language is the types of this package, and how they are written.
var language = codec.New(codec.Description{
	Root:  reflect.TypeFor[Scenario](),
	Own:   "x-",
	Forms: forms,
	Words: vocabularies,
	Named: map[string]*codec.Vocabulary{
		"role":  words("role", RoleAdmin, RoleMember, RoleReader),
		"shows": words("operation that shows images", GetImage, GetImages),
	},
	Help: help,
	Never: map[string]string{
		"fault.times": "inject the fault for ever",
		"fault.every": "inject the fault into each call",
		"fault.rate":  "inject the fault always",
		"window.for":  "keep the window open for ever",
		"hold.within": "wait for as long as is usual",
	},
})

// Schema returns the JSON Schema (draft 2020-12) of a scenario file, with a
// description of every key. Parse refuses everything that the schema refuses, and
// more.
func Schema() []byte { return language.Schema("fakeglance scenario") }

// vocabularies has the types that only allow certain words. An empty value stands
// for the type's default.
var vocabularies = map[reflect.Type]*codec.Vocabulary{
	reflect.TypeFor[Topic]():        words("topic", Topics()...),
	reflect.TypeFor[Operation]():    words("operation", Operations()...),
	reflect.TypeFor[Dialect]():      words("dialect", Native, Glance, IMS),
	reflect.TypeFor[Hop]():          words("hop", Service, Gateway, IAM, LB),
	reflect.TypeFor[Drop]():         words("drop", Reset, Close, Truncate, Hang),
	reflect.TypeFor[Point]():        words("point of a call", BeforeWork, BeforeAnswer),
	reflect.TypeFor[Effect]():       words("effect", EffectNone, EffectApplied),
	reflect.TypeFor[Status]():       words("status", Queued, Saving, Uploading, Importing, Active, Deactivated, Killed, Deleted, PendingDelete),
	reflect.TypeFor[Visibility]():   words("visibility", Public, Community, Shared, Private),
	reflect.TypeFor[MemberStatus](): words("member status", MemberPending, MemberAccepted, MemberRejected),
	reflect.TypeFor[RetryAfter]():   words("form of Retry-After", NoRetryAfter, RetryAfterSeconds, RetryAfterDate),
}

func words[T ~string](noun string, all ...T) *codec.Vocabulary {
	v := &codec.Vocabulary{Noun: noun}
	for _, word := range all {
		v.Words = append(v.Words, string(word))
	}
	return v
}

// forms has the types that are written as text although they are not text in Go.
// Delay and Data can also be written as mappings.
var forms = map[reflect.Type]*codec.Form{
	reflect.TypeFor[time.Duration](): codec.NewForm("a duration such as 30s", durationPattern,
		time.ParseDuration,
		func(d time.Duration) (string, bool) { return formatDuration(d), true }),

	reflect.TypeFor[time.Time](): codec.NewForm("a time such as 2026-01-31T12:00:00Z", timePattern,
		parseTime,
		func(t time.Time) (string, bool) { return t.UTC().Format(time.RFC3339Nano), true }),

	reflect.TypeFor[Delay](): codec.NewForm("a duration such as 2s, or {min: 1s, max: 3s}", durationPattern,
		func(text string) (Delay, error) {
			d, err := time.ParseDuration(text)
			return Delay{Min: d}, err
		},
		func(d Delay) (string, bool) { return formatDuration(d.Min), d.Max == 0 }),

	reflect.TypeFor[Data](): codec.NewForm("text, {file: …} or {bytes: …}", "",
		func(text string) (Data, error) { return Data{Text: text}, nil },
		func(d Data) (string, bool) { return d.Text, d.File == "" && d.Bytes == 0 }),

	reflect.TypeFor[Rate](): codec.NewForm("calls per time such as 10/1m, both more than 0", ratePattern,
		parseRate,
		func(r Rate) (string, bool) { return r.String(), true }),

	reflect.TypeFor[Throttle](): codec.NewForm("bytes per second such as 1KiB/s", throttlePattern,
		parseThrottle,
		func(t Throttle) (string, bool) { return t.String(), true }),
}

const (
	durations       = `(([0-9]+(\.[0-9]*)?|\.[0-9]+)(ns|us|µs|μs|ms|s|m|h))+`
	durationPattern = `^[-+]?` + durations + `$`
	timePattern     = `^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(\.[0-9]+)?(Z|[-+][0-9]{2}:[0-9]{2})$`
	ratePattern     = `^[1-9][0-9]*/([hms]|` + durations + `)$`
	throttlePattern = `^[1-9][0-9]*(B|kB|KB|MB|GB|KiB|MiB|GiB)/s$`
)

func parseTime(text string) (time.Time, error) {
	t, err := time.Parse(time.RFC3339Nano, text)
	return t.UTC(), err
}

// formatDuration is Duration.String without needless zeros: 1m, not 1m0s.
func formatDuration(d time.Duration) string {
	s := d.String()
	if strings.HasSuffix(s, "m0s") {
		s = strings.TrimSuffix(s, "0s")
	}
	if strings.HasSuffix(s, "h0m") {
		s = strings.TrimSuffix(s, "0m")
	}
	return s
}

// String returns the rate as it is written in a scenario: 10/1m.
func (r Rate) String() string {
	return strconv.Itoa(r.Calls) + "/" + formatDuration(r.Per)
}

// parseRate reads 10/1m, or 10/m for short.
func parseRate(text string) (Rate, error) {
	calls, per, _ := strings.Cut(text, "/")
	n, err := strconv.Atoi(calls)
	if err != nil {
		return Rate{}, err
	}
	if len(per) == 1 {
		per = "1" + per
	}
	d, err := time.ParseDuration(per)
	if d == 0 {
		return Rate{}, errors.New("no time")
	}
	return Rate{n, d}, err
}

// units has the units of a throttle, the largest first: printing uses the first
// that fits.
var units = []struct {
	name  string
	bytes int64
}{
	{"GiB", 1 << 30}, {"MiB", 1 << 20}, {"KiB", 1 << 10},
	{"GB", 1e9}, {"MB", 1e6}, {"kB", 1e3}, {"KB", 1e3}, {"B", 1},
}

func parseThrottle(text string) (Throttle, error) {
	text = strings.TrimSuffix(text, "/s")
	for _, u := range units {
		digits, ok := strings.CutSuffix(text, u.name)
		if !ok {
			continue
		}
		n, err := strconv.ParseInt(digits, 10, 64)
		if n > math.MaxInt64/u.bytes {
			return 0, errors.New("too large")
		}
		return Throttle(n * u.bytes), err
	}
	return 0, errors.New("no known unit")
}

// String returns the speed as it is written in a scenario: 1KiB/s.
func (t Throttle) String() string {
	for _, u := range units {
		if t > 0 && int64(t)%u.bytes == 0 {
			return fmt.Sprintf("%d%s/s", int64(t)/u.bytes, u.name)
		}
	}
	return fmt.Sprintf("%dB/s", int64(t))
}
