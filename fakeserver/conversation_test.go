package fakeserver_test

import (
	"bufio"
	"fmt"
	"io"
	"net/http"
	"net/textproto"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/fakeglance/fakeglance/fakeserver"
	"github.com/fakeglance/fakeglance/scenarios"
)

// TestConversations runs each conversation in testdata/conversations against a new
// server. The first lines of such a file say what it shows. Sections follow, each
// under a header line:
//
//	-- scenario flaky-then-ok --    the built-in scenarios that the server starts from, or
//	-- scenario --                  the text of a scenario
//	-- ask --                       a request: method and path, headers, a blank line, a body
//	-- answer --                    the answer to it: status, headers, a blank line, a body
//	-- advance 30s --               the server's clock is advanced
//	-- ask NAME --                  a request that is held: the conversation goes on meanwhile
//	-- answer NAME --               the answer to it
//
// Only what the answer section states is compared: the answer may have other
// headers, and any body if the section has none. It must not have a header that is
// written as !Name. A * matches any run of
// characters. In place of the status, the section may say how the connection
// ended: "reset", "closed" or "truncated".
func TestConversations(t *testing.T) {
	t.Parallel()
	files, err := filepath.Glob("../testdata/conversations/*.txt")
	if err != nil || len(files) == 0 {
		t.Fatalf("no conversations: %v", err)
	}
	for _, file := range files {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".txt"), func(t *testing.T) {
			t.Parallel()
			text, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			converse(t, sections(string(text)))
		})
	}
}

// A section is a part of a conversation.
type section struct {
	line int
	head string // its first word: scenario, ask, answer, advance
	args []string
	text string
}

func sections(text string) []section {
	var all []section
	for i, line := range strings.SplitAfter(text, "\n") {
		if head, ok := strings.CutPrefix(strings.TrimSpace(line), "-- "); ok && strings.HasSuffix(head, " --") {
			words := strings.Fields(strings.TrimSuffix(head, " --"))
			all = append(all, section{line: i + 1, head: words[0], args: words[1:]})
		} else if len(all) > 0 {
			all[len(all)-1].text += line
		}
	}
	return all
}

func converse(t *testing.T, conversation []section) {
	if len(conversation) == 0 || conversation[0].head != "scenario" {
		t.Fatal("a conversation starts with its scenario")
	}
	var opts []fakeserver.Option
	if names := conversation[0].args; len(names) > 0 {
		opts = append(opts, fakeserver.WithScenario(names...))
	}
	if text := strings.TrimSpace(conversation[0].text); text != "" {
		opts = append(opts, fakeserver.WithYAML(conversation[0].text))
	}
	srv := fakeserver.Run(t, opts...)
	var got string
	held := make(map[string]chan string)
	for _, s := range conversation[1:] {
		switch {
		case s.head == "ask" && len(s.args) > 0:
			held[s.args[0]] = askHeld(t, srv, s)
		case s.head == "answer" && len(s.args) > 0:
			select {
			case got = <-held[s.args[0]]:
				checkAnswer(t, s, got)
			case <-deadline(t).Done():
				t.Fatalf("line %d: there is no answer", s.line)
			}
		case s.head == "ask":
			got = ask(t, srv, s)
		case s.head == "answer":
			checkAnswer(t, s, got)
		case s.head == "advance":
			d, err := time.ParseDuration(s.args[0])
			if err != nil {
				t.Fatal(err)
			}
			srv.Advance(d)
		default:
			t.Fatalf("line %d: unknown section %q", s.line, s.head)
		}
	}
}

// askHeld sends a request, waits until it is held, and returns where its answer will be.
func askHeld(t *testing.T, srv *fakeserver.Server, s section) chan string {
	t.Helper()
	before := len(srv.Requests())
	answer := make(chan string, 1)
	var sent sync.WaitGroup
	sent.Go(func() { answer <- ask(t, srv, s) })
	t.Cleanup(sent.Wait)
	await(t, srv, "a request that is held", func(all []fakeserver.Request) bool {
		return slices.ContainsFunc(all, func(r fakeserver.Request) bool { return r.Seq > before && r.HeldBefore != "" })
	})
	return answer
}

// ask sends a request and returns its answer in the form of a conversation file.
func ask(t *testing.T, srv *fakeserver.Server, s section) string {
	t.Helper()
	head, body, _ := strings.Cut(s.text, "\n\n")
	lines := bufio.NewReader(strings.NewReader(head + "\n\n"))
	first, err := lines.ReadString('\n')
	method, path, ok := strings.Cut(strings.TrimSpace(first), " ")
	if err != nil || !ok {
		t.Fatalf("line %d: a request starts with its method and path, not %q", s.line, first)
	}
	headers, err := textproto.NewReader(lines).ReadMIMEHeader()
	if err != nil {
		t.Fatalf("line %d: %v", s.line, err)
	}
	var content io.Reader
	if body = strings.TrimSpace(body); body != "" {
		content = strings.NewReader(body)
	}
	req, err := http.NewRequestWithContext(t.Context(), method, srv.URL+path, content)
	if err != nil {
		t.Fatalf("line %d: %v", s.line, err)
	}
	req.Header = http.Header(headers)
	// With a new connection for each request, the transport never retries a broken one.
	resp, err := (&http.Transport{DisableKeepAlives: true}).RoundTrip(req)
	if err != nil {
		return ending(err)
	}
	defer resp.Body.Close()
	answer, err := io.ReadAll(resp.Body)
	var b strings.Builder
	if err != nil {
		b.WriteString("truncated\n")
	} else {
		fmt.Fprintf(&b, "%d\n", resp.StatusCode)
	}
	_ = resp.Header.Write(&b)
	fmt.Fprintf(&b, "\n%s", answer)
	return strings.ReplaceAll(b.String(), "\r\n", "\n")
}

// ending returns how a connection ended without an answer.
func ending(err error) string {
	switch {
	case strings.Contains(err.Error(), "reset by peer"):
		return "reset\n\n"
	case strings.Contains(err.Error(), "unexpected EOF"), strings.Contains(err.Error(), "malformed"):
		return "truncated\n\n"
	case strings.Contains(err.Error(), "EOF"):
		return "closed\n\n"
	}
	return err.Error() + "\n\n"
}

func checkAnswer(t *testing.T, want section, got string) {
	t.Helper()
	gotHead, gotBody, _ := strings.Cut(got, "\n\n")
	wantHead, wantBody, _ := strings.Cut(strings.TrimSpace(want.text)+"\n", "\n\n")
	gotLines := strings.Split(gotHead, "\n")
	for i, line := range strings.Split(strings.TrimSpace(wantHead), "\n") {
		if i == 0 && line != gotLines[0] {
			t.Fatalf("line %d: the answer does not start with %q:\n%s", want.line, line, got)
		}
		if name, absent := strings.CutPrefix(line, "!"); absent {
			if anyMatches(name+":*", gotLines) {
				t.Errorf("line %d: the answer has a header %s:\n%s", want.line, name, got)
			}
			continue
		}
		if !anyMatches(line, gotLines) {
			t.Errorf("line %d: the answer has no %q:\n%s", want.line, line, got)
		}
	}
	if wantBody = strings.TrimSpace(wantBody); wantBody != "" && !anyMatches(wantBody, []string{strings.TrimSpace(gotBody)}) {
		t.Errorf("line %d: the body is\n%[3]s\nwant\n%[2]s", want.line, wantBody, gotBody)
	}
}

func anyMatches(pattern string, lines []string) bool {
	for _, line := range lines {
		if scenarios.MatchGlob(pattern, line) {
			return true
		}
	}
	return false
}

// Each built-in scenario has a conversation named after it that shows what it does.
func TestEveryBuiltInHasAConversation(t *testing.T) {
	t.Parallel()
	for _, name := range scenarios.Names() {
		text, err := os.ReadFile("../testdata/conversations/scenario-" + name + ".txt")
		if err != nil {
			t.Error(err)
			continue
		}
		if got := sections(string(text)); len(got) < 3 || len(got[0].args) != 1 || got[0].args[0] != name {
			t.Errorf("the conversation for %s does not start from it", name)
		}
	}
}
