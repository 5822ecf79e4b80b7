package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"strings"
	"sync"
	"time"

	"github.com/fakeglance/fakeglance/fakeserver"
)

// killTime is how long a command may take to end once it was told to.
const killTime = 2 * time.Second

// restTime is how long the rest of a command's output may take to be read, if others that
// it has left behind could still write more.
const restTime = 50 * time.Millisecond

// leftovers are commands that were run, and may have left others behind that go on.
type leftovers struct {
	mu   sync.Mutex
	left map[*exec.Cmd]bool
}

// kill ends what a command has left behind, once.
func (l *leftovers) kill(cmd *exec.Cmd) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.left[cmd] {
		delete(l.left, cmd)
		killGroup(cmd)
	}
}

// stop ends all that was left behind.
func (l *leftovers) stop() {
	l.mu.Lock()
	defer l.mu.Unlock()
	for cmd := range l.left {
		killGroup(cmd)
	}
	clear(l.left)
}

// commandClient is a client that runs the command for each call. Exit code 0 means
// deleted, everything else failed. What commands leave behind goes on until the context
// ends, or stop is called.
func (p *program) commandClient(o *gradeOptions) (client func(context.Context, *fakeserver.Sandbox, []string) error, stop func()) {
	run := &leftovers{left: make(map[*exec.Cmd]bool)}
	return func(ctx context.Context, b *fakeserver.Sandbox, ids []string) error {
		names := make([]string, len(ids))
		for i, id := range ids {
			img, _ := b.Image(id) // one that never was there has no name
			names[i] = img.Name
		}
		args := filled(o.command, b, ids, names)
		cmd := exec.CommandContext(ctx, args[0], args[1:]...) //nolint:gosec // the user's own command
		cmd.Env = p.clientEnv(b, ids, names)
		out, pipe, read, err := newTail()
		if err != nil {
			return err
		}
		cmd.Stdout, cmd.Stderr = pipe, pipe
		ownGroup(cmd)
		cmd.Cancel = func() error { return endGroup(cmd) }
		cmd.WaitDelay = killTime
		err = cmd.Start()
		_ = pipe.Close() // ours; the command has its own
		if err != nil {
			return fmt.Errorf("the command cannot be started: %w", err)
		}
		run.mu.Lock()
		run.left[cmd] = true
		run.mu.Unlock()
		err = cmd.Wait()
		overTime := errors.Is(ctx.Err(), context.DeadlineExceeded)
		select {
		case <-read:
		case <-time.After(restTime):
		}
		context.AfterFunc(ctx, func() { run.kill(cmd) })
		switch {
		case overTime:
			run.kill(cmd)
			return errors.Join(fakeserver.ErrOverTime, out.err())
		case err != nil:
			return errors.Join(err, out.err())
		}
		return nil
	}, run.stop
}

// filled is the command with the values of its placeholders. An argument that is only
// {image_id} or {image_name} becomes one for each image.
func filled(command []string, b *fakeserver.Sandbox, ids, names []string) []string {
	values := strings.NewReplacer("{image_id}", strings.Join(ids, ","), "{image_name}", strings.Join(names, ","), "{url}", b.URL, "{token}", b.Token())
	var args []string
	for _, arg := range command {
		switch arg {
		case "{image_id}":
			args = append(args, ids...)
		case "{image_name}":
			args = append(args, names...)
		default:
			args = append(args, values.Replace(arg))
		}
	}
	return args
}

// neutralEnv is our environment, but for what would lead a client to another cloud.
func (p *program) neutralEnv() []string {
	var environ []string
	for _, variable := range p.environ {
		if !strings.HasPrefix(variable, "OS_") && !strings.HasPrefix(variable, variablePrefix) {
			environ = append(environ, variable)
		}
	}
	return environ
}

// clientEnv is the environment of a client: the neutral one, and what it has to know of
// the sandbox.
func (p *program) clientEnv(b *fakeserver.Sandbox, ids, names []string) []string {
	environ := p.neutralEnv()
	for name, value := range b.Env() {
		environ = append(environ, name+"="+value)
	}
	return append(environ, "FAKEGLANCE_IMAGE_ID="+strings.Join(ids, " "), "FAKEGLANCE_IMAGE_NAME="+strings.Join(names, " "))
}

// A tail keeps the end of what is written to it.
type tail struct {
	mu   sync.Mutex
	text []byte
}

const maxTail = 4 << 10

// newTail returns a tail of what is written to a pipe. Read is closed once nobody can write
// to it any more. As the command gets the pipe itself, waiting for it does not wait for
// others that still have its output.
func newTail() (t *tail, pipe *os.File, read <-chan struct{}, err error) {
	from, pipe, err := os.Pipe()
	if err != nil {
		return nil, nil, nil, err
	}
	t, done := new(tail), make(chan struct{})
	go func() {
		defer close(done)
		defer from.Close()
		_, _ = io.Copy(t, from)
	}()
	return t, pipe, done, nil
}

func (t *tail) Write(b []byte) (int, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.text = append(t.text, b...)
	if n := len(t.text) - maxTail; n > 0 {
		t.text = append(t.text[:0], t.text[n:]...)
	}
	return len(b), nil
}

// maxSaid is how many characters of a command's output are its error.
const maxSaid = 400

// err is the end of the output as an error; nil: there was none.
func (t *tail) err() error {
	t.mu.Lock()
	defer t.mu.Unlock()
	text := strings.ToValidUTF8(strings.TrimSpace(string(t.text)), "?")
	if text == "" {
		return nil
	}
	if runes := []rune(text); len(runes) > maxSaid {
		text = "… " + string(runes[len(runes)-maxSaid:])
	}
	return errors.New(text)
}
