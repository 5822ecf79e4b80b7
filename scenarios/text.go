package scenarios

import (
	"errors"
	"fmt"
	"math"
	"reflect"
	"regexp"
	"strconv"
	"strings"
	"time"
)

// A form is how a value is written as one piece of text.
type form struct {
	want    string // what a message asks for
	pattern string // for the schema; empty: any text
	set     func(v reflect.Value, text string) error
	get     func(v reflect.Value) (text string, ok bool) // false: text cannot say it
}

// forms has the types that are written as text and are no text in Go. Delay and
// Data may be written as mappings, too.
var forms = map[reflect.Type]*form{
	reflect.TypeFor[time.Duration](): newForm("a duration such as 30s", durationPattern,
		time.ParseDuration,
		func(d time.Duration) (string, bool) { return formatDuration(d), true }),

	reflect.TypeFor[time.Time](): newForm("a time such as 2026-01-31T12:00:00Z", timePattern,
		parseTime,
		func(t time.Time) (string, bool) { return t.UTC().Format(time.RFC3339Nano), true }),

	reflect.TypeFor[Delay](): newForm("a duration such as 2s, or {min: 1s, max: 3s}", durationPattern,
		func(text string) (Delay, error) {
			d, err := time.ParseDuration(text)
			return Delay{Min: d}, err
		},
		func(d Delay) (string, bool) { return formatDuration(d.Min), d.Max == 0 }),

	reflect.TypeFor[Data](): newForm("text, {file: …} or {bytes: …}", "",
		func(text string) (Data, error) { return Data{Text: text}, nil },
		func(d Data) (string, bool) { return d.Text, d.File == "" && d.Bytes == 0 }),

	reflect.TypeFor[Rate](): newForm("calls per time such as 10/1m", ratePattern,
		parseRate,
		func(r Rate) (string, bool) { return r.String(), true }),

	reflect.TypeFor[Throttle](): newForm("bytes per second such as 1KiB/s", throttlePattern,
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

func newForm[T any](want, pattern string, parse func(string) (T, error), print func(T) (string, bool)) *form {
	shaped := regexp.MustCompile(pattern)
	return &form{
		want:    want,
		pattern: pattern,
		set: func(v reflect.Value, text string) error {
			if !shaped.MatchString(text) {
				return errForm
			}
			t, err := parse(text)
			if err == nil {
				v.Set(reflect.ValueOf(t))
			}
			return err
		},
		get: func(v reflect.Value) (string, bool) { return print(v.Interface().(T)) },
	}
}

var errForm = errors.New("not of the form")

func parseTime(text string) (time.Time, error) {
	t, err := time.Parse(time.RFC3339Nano, text)
	return t.UTC(), err
}

// formatDuration leaves out the zeros that Duration.String adds: 1m, not 1m0s.
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

// String is the rate as a scenario has it: 10/1m.
func (r Rate) String() string {
	return strconv.Itoa(r.Calls) + "/" + formatDuration(r.Per)
}

// parseRate reads 10/1m, and 10/m for it.
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
		return Rate{}, errForm
	}
	return Rate{n, d}, err
}

// units of a throttle, in the order in which they are tried for printing.
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
			return 0, errForm
		}
		return Throttle(n * u.bytes), err
	}
	return 0, errForm
}

// String is the speed as a scenario has it: 1KiB/s.
func (t Throttle) String() string {
	for _, u := range units {
		if t > 0 && int64(t)%u.bytes == 0 {
			return fmt.Sprintf("%d%s/s", int64(t)/u.bytes, u.name)
		}
	}
	return fmt.Sprintf("%dB/s", int64(t))
}
