package main

import (
	"io"
	"sync"
	"time"
)

// How much of an output may wait to be written, and how long it has at the end.
const (
	maxWaiting = 1 << 20 // bytes
	flushTime  = 500 * time.Millisecond
)

// An output writes lines to where they may stay unread: standard error can be a
// pipe that nobody reads, or whose reader is gone. Its Write never waits for that.
// Lines that do not fit into its memory, or cannot be written, are dropped and
// counted.
type output struct {
	to   io.Writer
	told func(dropped int) []byte // the line that says how many lines were dropped

	mu      sync.Mutex
	waiting [][]byte // whole lines
	size    int      // bytes of waiting
	dropped int      // lines, since it was last told
	ended   bool
	wake    chan struct{} // has an element if there is something to do
	done    chan struct{} // closed once everything is written
}

// newOutput returns an output, whose owner closes it.
func newOutput(to io.Writer, told func(dropped int) []byte) *output {
	o := &output{to: to, told: told, wake: make(chan struct{}, 1), done: make(chan struct{})}
	go o.run()
	return o
}

// Write takes one or several whole lines.
func (o *output) Write(lines []byte) (int, error) {
	o.mu.Lock()
	if o.ended || o.size+len(lines) > maxWaiting {
		o.dropped++
	} else {
		o.waiting = append(o.waiting, append([]byte(nil), lines...))
		o.size += len(lines)
	}
	o.mu.Unlock()
	o.signal()
	return len(lines), nil
}

// Close writes what is waiting, if that is possible within flushTime.
func (o *output) Close() error {
	o.mu.Lock()
	o.ended = true
	o.mu.Unlock()
	o.signal()
	select {
	case <-o.done:
	case <-time.After(flushTime):
	}
	return nil
}

func (o *output) signal() {
	select {
	case o.wake <- struct{}{}:
	default:
	}
}

func (o *output) run() {
	defer close(o.done)
	for range o.wake {
		for lines := o.take(); len(lines) > 0; lines = o.take() {
			for _, line := range lines {
				o.write(line)
			}
		}
		o.mu.Lock()
		ended := o.ended && len(o.waiting) == 0
		o.mu.Unlock()
		if ended {
			o.tell()
			return
		}
	}
}

func (o *output) take() [][]byte {
	o.mu.Lock()
	defer o.mu.Unlock()
	lines := o.waiting
	o.waiting = nil
	return lines
}

// write writes a line, and then says how many were dropped before it.
func (o *output) write(line []byte) {
	_, err := o.to.Write(line)
	o.mu.Lock()
	o.size -= len(line)
	if err != nil {
		o.dropped++
	}
	o.mu.Unlock()
	if err == nil {
		o.tell()
	}
}

func (o *output) tell() {
	o.mu.Lock()
	dropped := o.dropped
	o.dropped = 0
	o.mu.Unlock()
	if dropped == 0 {
		return
	}
	if _, err := o.to.Write(o.told(dropped)); err != nil {
		o.mu.Lock()
		o.dropped += dropped
		o.mu.Unlock()
	}
}
