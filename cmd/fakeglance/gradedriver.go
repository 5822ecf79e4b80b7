package main

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"sync"

	"github.com/fakeglance/fakeglance/fakeserver"
)

// drivers are processes of the user's command that read what to delete from standard
// input, a line of JSON for each image, and answer each on standard output with
// another. There are as many as delete at the same time; one that is busy with an
// image gets no other.
type drivers struct {
	program *program
	options *gradeOptions
	stderr  io.Writer
	abort   context.CancelCauseFunc // ends the grading: what a driver says cannot be trusted
	mu      sync.Mutex
	idle    []*driver
	stopped bool
}

func newDrivers(p *program, o *gradeOptions, abort context.CancelCauseFunc) *drivers {
	ds := &drivers{program: p, options: o, abort: abort, stderr: p.stderr}
	if _, file := p.stderr.(*os.File); !file {
		ds.stderr = &oneAtATime{to: p.stderr}
	}
	return ds
}

// oneAtATime lets several processes write to what is no file.
type oneAtATime struct {
	mu sync.Mutex
	to io.Writer
}

func (w *oneAtATime) Write(b []byte) (int, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.to.Write(b)
}

// A driver is one process.
type driver struct {
	cmd    *exec.Cmd
	stdin  io.WriteCloser
	lines  chan []byte // of its output; closed at its end
	broken error       // why its output was not read to the end, once lines is closed
}

// maxAnswer is how long a line of a driver may be, in bytes.
const maxAnswer = 1 << 20

// A question is the line that a driver reads.
type question struct {
	Delete  string            `json:"delete"` // the id
	Name    string            `json:"name,omitempty"`
	URL     string            `json:"url"`
	AuthURL string            `json:"auth_url"`
	Token   string            `json:"token"`
	Env     map[string]string `json:"env"` // OS_… of the sandbox
}

// delete has a driver delete an image. An answer that makes no sense, or that nobody
// asked for, says nothing about the client: it ends the grading.
func (ds *drivers) delete(ctx context.Context, b *fakeserver.Sandbox, ids []string) error {
	d, err := ds.take()
	if err != nil {
		return err
	}
	said, err := d.ask(ctx, b, ids[0])
	switch {
	case err != nil:
		d.kill()
		if errors.As(err, new(protocolError)) {
			ds.abort(err)
		}
		return err
	case said.Error != nil:
		err = errors.New(*said.Error)
	}
	ds.put(d)
	return err
}

// ask has a driver delete an image, and returns its answer.
func (d *driver) ask(ctx context.Context, b *fakeserver.Sandbox, id string) (*driverAnswer, error) {
	img, _ := b.Image(id)
	line, err := json.Marshal(question{Delete: id, Name: img.Name, URL: b.URL, AuthURL: b.AuthURL(), Token: b.Token(), Env: b.Env()})
	if err != nil {
		return nil, err
	}
	select {
	case more, ok := <-d.lines: // it would be taken for the answer to this line
		if ok {
			return nil, protocolError(fmt.Sprintf("the driver said %.200q without being asked: want one line for each that it reads", more))
		}
	default:
	}
	if _, err := d.stdin.Write(append(line, '\n')); err != nil {
		return nil, fmt.Errorf("the driver does not read: %w", err)
	}
	select {
	case <-ctx.Done(): // what comes later would be taken for the next answer
		return nil, fakeserver.ErrOverTime
	case line, ok := <-d.lines:
		switch {
		case ok:
			return parseAnswer(line)
		case d.broken != nil:
			return nil, protocolError(fmt.Sprintf("the answer of the driver cannot be read: want a line of at most %d bytes (%v)", maxAnswer, d.broken))
		}
		return nil, errors.New("the driver has ended without an answer")
	}
}

// A protocolError says how a driver breaks the protocol.
type protocolError string

func (e protocolError) Error() string { return string(e) }

// A driverAnswer is the line that a driver writes.
type driverAnswer struct {
	OK    bool    `json:"ok"`
	Error *string `json:"error"`
}

func parseAnswer(line []byte) (*driverAnswer, error) {
	said := new(driverAnswer)
	dec := json.NewDecoder(bytes.NewReader(line))
	dec.DisallowUnknownFields()
	err := dec.Decode(said)
	if _, end := dec.Token(); err != nil || end != io.EOF || said.OK == (said.Error != nil) { //nolint:errorlint // Token returns it as it is
		return nil, protocolError(fmt.Sprintf("the driver answered %.200q: want {\"ok\": true} or {\"error\": \"…\"}", line))
	}
	return said, nil
}

// take returns a driver that is idle, or starts one.
func (ds *drivers) take() (*driver, error) {
	ds.mu.Lock()
	defer ds.mu.Unlock()
	if n := len(ds.idle); n > 0 {
		d := ds.idle[n-1]
		ds.idle = ds.idle[:n-1]
		return d, nil
	}
	return ds.start()
}

func (ds *drivers) put(d *driver) {
	ds.mu.Lock()
	defer ds.mu.Unlock()
	if ds.stopped {
		d.kill()
		return
	}
	ds.idle = append(ds.idle, d)
}

// start starts a process, without what would lead it to another cloud. Its standard
// error is ours.
func (ds *drivers) start() (*driver, error) {
	command := ds.options.command
	cmd := exec.Command(command[0], command[1:]...) //nolint:gosec // the user's own command
	cmd.Env, cmd.Stderr = ds.program.neutralEnv(), ds.stderr
	cmd.WaitDelay = killTime
	ownGroup(cmd)
	stdin, err := cmd.StdinPipe()
	if err != nil {
		return nil, err
	}
	stdout, err := cmd.StdoutPipe()
	if err != nil {
		return nil, err
	}
	if err := cmd.Start(); err != nil {
		return nil, fmt.Errorf("the driver cannot be started: %w", err)
	}
	d := &driver{cmd: cmd, stdin: stdin, lines: make(chan []byte)}
	go func() {
		defer close(d.lines)
		lines := bufio.NewScanner(stdout)
		lines.Buffer(nil, maxAnswer)
		for lines.Scan() {
			d.lines <- bytes.Clone(lines.Bytes())
		}
		d.broken = lines.Err()
	}()
	return d, nil
}

// kill ends a driver, and what it has started.
func (d *driver) kill() {
	_ = d.stdin.Close()
	killGroup(d.cmd)
	go func() {
		for range d.lines { // until its output ends
		}
		_ = d.cmd.Wait()
	}()
}

// stop ends all drivers.
func (ds *drivers) stop() {
	ds.mu.Lock()
	defer ds.mu.Unlock()
	ds.stopped = true
	for _, d := range ds.idle {
		d.kill()
	}
	ds.idle = nil
}
