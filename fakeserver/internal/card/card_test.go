package card

import (
	"bytes"
	"flag"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/fakeglance/fakeglance/fakeserver/internal/report"
)

var update = flag.Bool("update", false, "write the golden files")

const (
	ubuntu = "4ca46bf1-5c61-48ff-b4f3-0ad4e5e3ba90"
	rocky  = "c2f8a9d3-1e47-4b5a-9d60-7f3b2e8c1a54"
	fedora = "e90b64c7-5a3d-42f1-b8ce-06d7a1f9538b"
)

// hostile is what a client may print: markup, quotes, ends of lines, colours and other
// control characters, bytes that are not UTF-8, and letters that turn the line around.
const hostile = "<script>alert(\"x\" + 'y')</script> & ]]> {{.}} \x1b[31mred\x1b[0m\x00\x07\r\nnext line\xff\xfe \u202eevil \ufffe ü 日本"

func deletion(seq int, image string, at, took float64, result, fault string) Request {
	return Request{seq, at, took, "delete_image", image, "DELETE", "/v2/images/" + image, result, fault}
}

func hard(v report.Verdict, requests []int, evidence ...string) report.Finding {
	return report.Finding{Verdict: v, Hard: true, Evidence: evidence, Requests: requests}
}

// mixed is the card of a client that is good at some things, with all results, long
// texts and hostile ones.
func mixed() *Card {
	c := &Card{
		Fakeglance: "1.2.3", Client: "my-client delete {image_id} --url {url}", AlreadyGone: "ok", TimeLimit: 60,
		Controls: []Row{{Name: "clean-deletion", Description: "One image, no faults.", Result: Passed}, {Name: "protected-image", Description: "One image, protected.", Result: Failed, Findings: []report.Finding{hard(report.RetriedInVain, nil, "image "+ubuntu+" received 2 DELETE requests")}}},
		Incidents: []Row{
			{
				Name: "already-gone", Topic: "gone", Description: "Somebody else deletes the image just before the client does, so its DELETE gets 404.",
				Expect: "Treats the 404 as success.", Source: []string{"hashicorp/terraform-provider-openstack #1"}, Result: Passed,
				Said: []Said{{[]string{ubuntu}, true, ""}}, Requests: []Request{deletion(1, ubuntu, 0, 1.2, "404", "race")},
			},
			{
				Name: "flaky-then-ok", Topic: "gateway", Description: "The image service answers 503 twice, then works.",
				Expect: "Waits as long as Retry-After says and tries again; the third DELETE gets 204.", Source: []string{"openshift/installer PR #3352", "https://example.org/thread?a=1&b=<2>"},
				Result: Failed, Reproduce: "fakeglance grade --incident flaky-then-ok -- my-client delete '{image_id}' --url {url} --message 'a long word that is quoted and stays in one piece' --retry never",
				Findings: []report.Finding{
					hard(report.GaveUp, []int{2, 3}, "the client reports an error: exit status 1\n"+hostile, "image "+ubuntu+" ubuntu-24.04 is still there; 2 DELETEs: 503 by fault flaky-delete (2 times)"),
					hard(report.IgnoredRetryAfter, []int{3}, "request 3, DELETE /v2/images/"+ubuntu+" 503, came 2ms after request 2 had been answered 503 with Retry-After: 1"),
					{Verdict: report.NoCause, Evidence: []string{"it was answered 503, and says only: error"}},
				},
				Said: []Said{{[]string{ubuntu}, false, "exit status 1\n" + hostile}},
				Requests: []Request{
					{1, 0, 3.5, "create_token", "", "POST", "/identity/v3/auth/tokens", "201", ""},
					deletion(2, ubuntu, 5, 1, "503", "flaky-delete"), deletion(3, ubuntu, 8, 1.5, "503", "flaky-delete"),
				},
			},
			{
				Name: "hanging", Topic: "gateway", Description: "The gateway never answers the first DELETE.", Expect: "Has a timeout of its own, and tries again.", Source: []string{"synthetic"},
				Result: Passed, Said: []Said{{[]string{ubuntu}, true, ""}},
				Findings: []report.Finding{{Verdict: report.SamePauses, Evidence: []string{"image " + ubuntu + ": the pauses are 1s, 1s, 1s"}}},
				Requests: []Request{
					deletion(1, ubuntu, 0, 30_000, "client left", "hang"), deletion(2, ubuntu, 31_000, 12, "502", "bad"),
					deletion(3, ubuntu, 32_012, 15, "429", "busy"), deletion(4, ubuntu, 33_027, 900, "204", ""),
				},
			},
			{
				Name: "batch-one-refuses", Topic: "batch", Description: "Of three images, one is protected (403).", Expect: "Deletes the two, then reports the one that remains, and why.",
				Source: []string{"flatcar/mantle PR #355", "genevieve/leftovers #85"}, Result: Failed, More: 40,
				Reproduce: "fakeglance grade --incident batch-one-refuses -- my-client delete '{image_id}' --url {url}",
				Findings: []report.Finding{
					hard(report.RetriedInVain, []int{2, 3, 4}, "image "+rocky+" was told 3 times what one answer settles; 3 DELETEs: 403 protected (3 times)", "… and 2 more"),
					hard(report.LeftRunning, []int{5}, "request 5, DELETE /v2/images/"+fedora+", was still waiting for its answer when the client had ended"),
				},
				Said: []Said{{[]string{ubuntu}, true, ""}, {[]string{rocky, fedora}, false, "403 Forbidden"}},
				Requests: []Request{
					deletion(1, ubuntu, 0, 4, "204", ""), deletion(2, rocky, 6, 3, "403", ""), deletion(3, rocky, 1009, 3, "403", ""),
					deletion(4, rocky, 3012, 3, "403", ""), deletion(5, fedora, 3020, -62135596800000, "pending", "slow"),
					{6, 3030, 5, "", "", "GET", "/v2/odd?name=" + hostile, "404", ""},
				},
			},
			{Name: "catalog-without-region", Topic: "identity", Description: "The catalog has no endpoint in the region.", Expect: "Says so.", Source: []string{"synthetic"}, Result: NotDriven, Reason: "fault catalog: want times 1, injected 0: no request matched\n" + hostile},
			{Name: "expired-token", Topic: "identity", Description: "The token expires.", Source: []string{"synthetic"}, Result: NotApplicable, Reason: "it was not asked for"},
			{
				Name: "polls", Topic: "gone", Description: "The image stays visible for a minute after it was deleted.", Expect: "Waits until it is gone.", Source: []string{"synthetic"},
				Result: Passed, Said: []Said{{[]string{ubuntu}, true, ""}}, Requests: polls(),
			},
		},
		Cleanup: &Row{
			Name: "clean-up", Description: "Around three old images stand some that look like them, and must stay.", Expect: "Deletes the three that it was given, by their ids, and nothing else.", Result: Failed,
			Findings: []report.Finding{hard(report.WrongImage, []int{1}, "image "+rocky+" nightly-10 is deleted, though nobody asked for that; 1 DELETE: 204")},
			Said:     []Said{{[]string{ubuntu}, true, ""}}, Requests: []Request{deletion(1, rocky, 0, 2, "204", ""), deletion(2, ubuntu, 4, 2, "204 truncated", "")},
		},
		Outage: &Outage{100, 10, 97, 4.25, 7, false, []report.Finding{{Verdict: report.SamePauses, Evidence: []string{"in 93 of 100 deletions the pauses did not grow"}}, {Verdict: report.NoJitter, Evidence: []string{"all deletions paused for the same times"}}}},
	}
	long := strings.Repeat("a sentence that goes on and on, ", 40) + strings.Repeat("x", 300)
	c.Incidents[4].Description = long
	c.Incidents[3].Findings[0].Evidence = append(c.Incidents[3].Findings[0].Evidence, long, strings.Repeat("a line of a page\n", 60), "a page\n \n\n\nwith empty lines")
	c.Total()
	return c
}

// polls are a DELETE and many requests that ask whether the image is gone.
func polls() []Request {
	all := []Request{deletion(1, ubuntu, 0, 20, "204", "lag")}
	for i := range 60 {
		all = append(all, Request{2 + i, 20 + 1000*float64(i+1), 2, "get_image", ubuntu, "GET", "/v2/images/" + ubuntu, "200", ""})
	}
	return append(all, Request{62, 62_000, 2, "get_image", ubuntu, "GET", "/v2/images/" + ubuntu, "404", ""})
}

// Each form is written as it was, for a reader to see what changes.
func TestGolden(t *testing.T) {
	t.Parallel()
	for name, write := range map[string]func(*Card, io.Writer) error{
		"card.txt": (*Card).WriteText, "card.json": (*Card).WriteJSON, "card.xml": (*Card).WriteJUnit, "card.html": (*Card).WriteHTML,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got := written(t, mixed(), write)
			file := filepath.Join("testdata", name)
			if *update {
				if err := os.WriteFile(file, got, 0o600); err != nil {
					t.Fatal(err)
				}
			}
			want, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			if !bytes.Equal(got, want) {
				t.Errorf("%s changes (go test -update writes it); the first lines that do:\n%s", file, difference(string(got), string(want)))
			}
			if again := written(t, mixed(), write); !bytes.Equal(got, again) {
				t.Error("the same card is not always written the same")
			}
		})
	}
}

func difference(got, want string) string {
	g, w := strings.Split(got, "\n"), strings.Split(want, "\n")
	for i := range min(len(g), len(w)) {
		if g[i] != w[i] {
			return "- " + w[i] + "\n+ " + g[i]
		}
	}
	return "one of them is longer"
}

func written(t *testing.T, c *Card, write func(*Card, io.Writer) error) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := write(c, &b); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// No form changes the card.
func TestUnchanged(t *testing.T) {
	t.Parallel()
	c := mixed()
	before := written(t, c, (*Card).WriteJSON)
	for _, write := range []func(*Card, io.Writer) error{(*Card).WriteText, (*Card).WriteJUnit, (*Card).WriteHTML, (*Card).WriteJSON} {
		written(t, c, write)
		if !bytes.Equal(before, written(t, c, (*Card).WriteJSON)) || c.Incidents[1].Said[0].Error != "exit status 1\n"+hostile {
			t.Fatal("the card has changed")
		}
	}
}

// A writer's error is returned.
func TestWriteFails(t *testing.T) {
	t.Parallel()
	for _, write := range []func(*Card, io.Writer) error{(*Card).WriteText, (*Card).WriteJSON, (*Card).WriteJUnit, (*Card).WriteHTML} {
		r, w := io.Pipe()
		_ = r.CloseWithError(io.ErrShortWrite)
		if err := write(mixed(), w); err == nil {
			t.Error("the error of the writer is lost")
		}
	}
}

func TestTotal(t *testing.T) {
	t.Parallel()
	c := new(Card)
	for _, topic := range []struct {
		name           string
		passed, failed int
		grade          string
	}{{"a", 3, 0, "A"}, {"b", 8, 2, "B"}, {"c", 79, 21, "C"}, {"d", 2, 3, "D"}, {"f", 39, 61, "F"}, {"g", 0, 1, "F"}, {"n", 0, 0, "-"}} {
		for range topic.passed {
			c.Incidents = append(c.Incidents, Row{Topic: topic.name, Result: Passed})
		}
		for range topic.failed {
			c.Incidents = append(c.Incidents, Row{Topic: topic.name, Result: Failed})
		}
		c.Incidents = append(c.Incidents, Row{Topic: topic.name, Result: NotDriven}, Row{Topic: topic.name})
		c.Total()
		last := c.Topics[len(c.Topics)-1]
		if want := (Topic{topic.name, topic.grade, Sum{topic.passed + topic.failed + 2, topic.passed, topic.failed, 1, 1}}); last != want {
			t.Errorf("got %+v, want %+v", last, want)
		}
	}
	s := c.Sum
	if s.Incidents != len(c.Incidents) || s.Passed+s.Failed+s.NotDriven+s.NotApplicable != s.Incidents {
		t.Errorf("the sum is %+v, of %d incidents", s, len(c.Incidents))
	}
	if row := c.Incidents[len(c.Incidents)-1]; row.Result != NotApplicable || row.Reason == "" {
		t.Errorf("an incident without a result is %+v", row)
	}
	if !c.Failed() || (&Card{Sum: Sum{Passed: 1}}).Failed() || !(&Card{Cleanup: &Row{Result: Failed}}).Failed() {
		t.Error("Failed is wrong")
	}
}
