package scenarios_test

import (
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/fakeglance/fakeglance/scenarios"
)

// However many faults, images and names a scenario has, and however many of them are
// mistakes, it is checked about as fast as a right one of that size is read.
func TestManyMistakes(t *testing.T) {
	t.Parallel()
	const n = 8_000
	const ubuntu = "4ca46bf1-5c61-48ff-b4f3-0ad4e5e3ba90"
	lines := func(format string) string {
		var b strings.Builder
		for i := range n {
			b.WriteString(strings.ReplaceAll(format, "%d", strconv.Itoa(i)))
		}
		return b.String()
	}
	flow := func(format string) string { return strings.TrimSuffix(lines(format), ",") }
	fault := func(match string) string { return "- " + match + "\n  inject: {status: 503}\n" }
	parse := func(src string) (time.Duration, error) {
		begin := time.Now()
		_, err := scenarios.Parse("a.yaml", []byte(src))
		return time.Since(begin), err
	}
	right, err := parse("faults:\n" + lines("- {name: a%d, match: {operation: get_image}, times: 1, inject: {status: 503}}\n"))
	if err != nil {
		t.Fatal(err)
	}
	const outcome, images = "outcome: {gone: [%gone], kept: [%kept]}\n", "images:\n"
	named := func(gone, kept string) string {
		return strings.NewReplacer("%gone", flow(gone), "%kept", flow(kept)).Replace(outcome)
	}
	most := max(600*time.Millisecond, 20*right) // on a busy machine everything takes longer
	for name, src := range map[string]string{
		"one word in a list":      "faults:\n" + fault("match: {operation: ["+strings.Repeat("delete_image,", 8*n)+"get_image]}") + fault("match: {operation: [get_image"+strings.Repeat(",get_image", 8*n)+"]}"),
		"faults for ever":         "faults:\n" + lines("- {name: a%d, match: {query: {a: b%d}}, inject: {status: 503}}\n"),
		"faults that wait":        "faults:\n" + lines("- {name: a%d, times: 1, after: b%d, inject: {status: 503}}\n"),
		"headers of two faults":   "faults:\n" + strings.Repeat(fault("match: {headers: {"+flow("a%d: b,")+"}}"), 2),
		"fields, and properties":  images + lines("- {properties: {a%d: b}}\n") + "faults:\n- match: {operation: get_image}\n  inject: {fields: {" + flow("b%d: b,") + "}}\n",
		"wrong properties":        images + "- properties: {" + strings.ReplaceAll(flow("a%d-x: b,b%d-x: b,"), "-x", strings.Repeat("x", 256)) + "}\n",
		"one id, of a long image": images + "- id: " + ubuntu + "\n  properties:\n" + lines("    a%d: b\n") + lines("- id: "+ubuntu+"\n"),
		"names of an outcome":     named("a%d,", "b%d,") + images + lines("- {name: c%d}\n"),
		"numbers of an outcome":   named("a%d,", "b%d,") + images + lines("- {name: 'a{n}-%d', count: 2}\n"),
		"one name of an outcome":  named("a,", "a,") + images + lines("- {name: a}\n"),
		"globs of an outcome":     named("'*%d',", "b,") + images + lines("- {name: a%d}\n"),
	} {
		took := time.Hour
		for try := 0; took > most && try < 3; try++ { // another time, the machine is less busy
			done := make(chan time.Duration, 1)
			go func() {
				again, _ := parse(src)
				done <- again
			}()
			select {
			case again := <-done:
				took = min(took, again)
			case <-time.After(10 * most): // it could take hours
				t.Fatalf("%s: it takes more than %s, want at most %s", name, 10*most, most)
			}
		}
		if took > most {
			t.Errorf("%s: it takes %s, want at most %s, as a right scenario takes %s", name, took, most, right)
		}
	}
	globs := named("'*%d',", "b,") + images + "- {name: c}\n"
	if _, err := parse(globs); err == nil || !strings.Contains(err.Error(), "outcome: want at most 100 names with a *, got 8000") {
		t.Errorf("8,000 names with a * in an outcome: %v", err)
	}
}
