package main

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
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
	mu      sync.Mutex
	idle    []*driver
	stopped bool
}

func newDrivers(p *program, o *gradeOptions) *drivers { return &drivers{program: p, options: o} }

// A driver is one process.
type driver struct {
	cmd    *exec.Cmd
	stdin  io.WriteCloser
	answer chan []byte // closed at the end of its output
}

// An errand is what a driver is asked.
type errand struct {
	Delete  string            `json:"delete"` // the id
	Name    string            `json:"name,omitempty"`
	URL     string            `json:"url"`
	AuthURL string            `json:"auth_url"`
	Token   string            `json:"token"`
	Env     map[string]string `json:"env"` // OS_… of the sandbox
}

// delete has a driver delete an image.
func (ds *drivers) delete(ctx context.Context, b *fakeserver.Sandbox, ids []string) error {
	d, err := ds.take()
	if err != nil {
		return err
	}
	img, _ := b.Image(ids[0])
	line, err := json.Marshal(errand{Delete: ids[0], Name: img.Name, URL: b.URL, AuthURL: b.AuthURL(), Token: b.Token(), Env: b.Env()})
	if err != nil {
		return err
	}
	if _, err := d.stdin.Write(append(line, '\n')); err != nil {
		d.kill()
		return fmt.Errorf("the driver does not read: %w", err)
	}
	select {
	case <-ctx.Done():
		d.kill() // what comes later would be taken for the next answer
		return fakeserver.ErrOverTime
	case answer, ok := <-d.answer:
		if !ok {
			d.kill()
			return errors.New("the driver has ended without an answer")
		}
		ok, failed := parseAnswer(answer)
		if ok {
			ds.put(d)
		} else {
			d.kill()
		}
		return failed
	}
}

// parseAnswer is what a driver said of an image. Ok false: it made no sense.
func parseAnswer(line []byte) (ok bool, failed error) {
	var answer struct {
		OK    bool    `json:"ok"`
		Error *string `json:"error"`
	}
	dec := json.NewDecoder(bytes.NewReader(line))
	dec.DisallowUnknownFields()
	if err := dec.Decode(&answer); err != nil || answer.OK == (answer.Error != nil) {
		return false, fmt.Errorf("the driver answered %.200q: want {\"ok\": true} or {\"error\": \"…\"}", line)
	}
	if answer.OK {
		return true, nil
	}
	return true, errors.New(*answer.Error)
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

// start starts a process. Its standard error is ours.
func (ds *drivers) start() (*driver, error) {
	command := ds.options.command
	cmd := exec.Command(command[0], command[1:]...) //nolint:gosec // the user's own command
	cmd.Env, cmd.Stderr = ds.program.environ, ds.program.stderr
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
	d := &driver{cmd, stdin, make(chan []byte)}
	go func() {
		defer close(d.answer)
		lines := bufio.NewScanner(stdout)
		for lines.Scan() {
			d.answer <- bytes.Clone(lines.Bytes())
		}
	}()
	return d, nil
}

// kill ends a driver, and what it has started.
func (d *driver) kill() {
	_ = d.stdin.Close()
	killGroup(d.cmd)
	go func() {
		for range d.answer { // until its output ends
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
