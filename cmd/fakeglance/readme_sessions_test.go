package main

import (
	"fmt"
	"net/http"
	"net/url"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// The commands of each session are run, the server on a free port, and must print the
// lines that the block shows. In these lines, a * stands for any text.
func TestReadmeSessions(t *testing.T) {
	t.Parallel()
	for _, b := range blocks(t, "console", documents...) {
		t.Run(b.String(), func(t *testing.T) {
			t.Parallel()
			s := &session{T: t}
			for line := range strings.Lines(b.text) {
				s.line(strings.TrimSuffix(line, "\n"))
			}
			s.finish()
		})
	}
}

// A session runs the commands of a block.
type session struct {
	*testing.T
	server  *server
	cover   string   // the folder that the block calls cover; empty: it has not yet
	command string   // the last command
	output  string   // what it printed
	want    []string // the lines that the block shows of it
}

func (s *session) line(line string) {
	command, ok := strings.CutPrefix(line, "$ ")
	if !ok {
		s.want = append(s.want, strings.TrimRight(line, " "))
		return
	}
	command, _, _ = strings.Cut(command, "  #")
	for command := range strings.SplitSeq(command, "&&") {
		s.finish()
		s.command, s.output = strings.TrimSpace(command), ""
		s.run()
	}
}

// finish compares what the last command printed with the lines of the block.
func (s *session) finish() {
	for _, want := range s.want {
		form := strings.NewReplacer(`\*`, `.*`, "…", `.*`).Replace(regexp.QuoteMeta(want))
		if !regexp.MustCompile("(?m)^" + form + "$").MatchString(s.output) {
			s.Errorf("%s\nprinted\n%s\nwant the line %s", s.command, s.output, want)
		}
	}
	s.want = nil
}

// run does what the command does.
func (s *session) run() {
	args := strings.Fields(strings.TrimSuffix(s.command, "&"))
	after := func(words ...string) bool {
		command := strings.Join(words, " ")
		if s.command != command && !strings.HasPrefix(s.command, command+" ") {
			return false
		}
		args = args[len(words):]
		return true
	}
	switch {
	case after("go", "run", "./cmd/fakeglance"), after("go", "run", module+"/cmd/fakeglance@latest"), after("fakeglance"):
		s.fakeglance(args)
	case after("docker", "run"):
		// The image is not built here, but the container's command is run.
		if len(args) < 3 || args[0] != "-p" || args[1] != "9292:9292" || args[2] != "fakeglance" {
			s.Fatalf("%s: want docker run -p 9292:9292 fakeglance", s.command)
		}
		if !strings.Contains(read(s.T, root+"/Dockerfile"), "FAKEGLANCE_LISTEN=:9292") {
			s.Error("the container does not listen on port 9292")
		}
		s.fakeglance(args[3:])
	case after("curl"):
		s.curl()
	case s.command == "docker build -t fakeglance .", s.command == "docker build -t fakeglance --build-arg VERSION=v1.0.0 .", // as above
		s.command == "go test ./...",  // this test is part of it
		s.command == "go get "+module, // this and the next would download the module
		s.command == "go install "+module+"/cmd/fakeglance@latest":
	default:
		s.Errorf("this test cannot run %q", s.command)
	}
}

// fakeglance runs the program: a subcommand to its end, a server in the background.
func (s *session) fakeglance(args []string) {
	for i, arg := range args {
		if arg == "cover" {
			if s.cover == "" {
				s.cover = s.TempDir()
			}
			args[i] = s.cover
		}
	}
	if len(args) == 0 || commands[args[0]] == nil {
		s.server = start(s.T, 1, args...)
		return
	}
	if at := len(args) - 2; at > 0 && args[at] == ">" {
		args = args[:at]
	}
	dir := s.TempDir() + string(filepath.Separator)
	for i, arg := range args {
		if arg == "my.yaml" {
			args[i] = dir + arg
			write(s.T, args[i], withTypo(s.T))
		}
	}
	_, stdout, stderr := invoke(s.T, nil, args...)
	s.output = strings.ReplaceAll(stdout+stderr, dir, "")
}

// withTypo returns the README's scenario with a typo in an operation.
func withTypo(t *testing.T) string {
	for _, b := range blocks(t, "yaml", readme) {
		if strings.Contains(b.text, "delete_image") {
			return strings.Replace(b.text, "delete_image", "delete_imag", 1)
		}
	}
	t.Fatal("README.md has no scenario with a fault for delete_image")
	return ""
}

// curl sends the request that curl would, for the options that the documents use.
func (s *session) curl() {
	if s.server == nil {
		s.server = start(s.T, 1, "one-image")
	}
	method, address, data, header, head := http.MethodGet, "", "", http.Header{}, false
	args := regexp.MustCompile(`'[^']*'|\S+`).FindAllString(s.command, -1)
	for i := 1; i < len(args); i++ {
		switch arg := strings.Trim(args[i], "'"); arg {
		case "-i":
			head = true
		case "-X", "-H", "-d":
			i++
			value := strings.Trim(args[i], "'")
			switch arg {
			case "-X":
				method = value
			case "-d":
				data = value
			default:
				key, v, _ := strings.Cut(value, ": ")
				header.Set(key, v)
			}
		default:
			address = s.server.local(arg)
		}
	}
	if _, err := url.ParseRequestURI(address); err != nil {
		s.Fatal(err)
	}
	resp := send(s.T, method, address, data, header)
	if !head && resp.StatusCode >= http.StatusBadRequest {
		s.Errorf("%s: %s: %s", s.command, resp.Status, resp.body)
	}
	var out strings.Builder
	if head {
		fmt.Fprintf(&out, "%s %s\n", resp.Proto, resp.Status)
		_ = resp.Header.Write(&out)
	}
	s.output = strings.ReplaceAll(out.String(), "\r", "") + "\n" + strings.ReplaceAll(resp.body, s.server.url, "http://127.0.0.1:9292")
}
