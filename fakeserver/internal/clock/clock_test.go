package clock_test

import (
	"context"
	"errors"
	"testing"
	"testing/synctest"
	"time"

	"github.com/fakeglance/fakeglance/fakeserver/internal/clock"
)

func TestNow(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		var c clock.Clock
		start := time.Now()
		if got := c.Now().Sub(start); got != 0 {
			t.Errorf("a new clock differs from real time by %s", got)
		}
		c.Advance(time.Hour)
		time.Sleep(time.Minute)
		if got, want := c.Now().Sub(start), time.Hour+time.Minute; got != want {
			t.Errorf("after Advance(1h) and a minute of real time the clock has moved by %s, want %s", got, want)
		}
	})
}

func TestSleep(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name    string
		advance []time.Duration // calls of Advance during the sleep, each after a second of real time
		cancel  bool            // whether the context is cancelled after that
		want    time.Duration   // real time that Sleep takes
		err     error
	}{
		{name: "real time passes", want: 10 * time.Second},
		{name: "the clock is advanced past the end", advance: []time.Duration{time.Hour}, want: time.Second},
		{name: "the clock is advanced part of the way", advance: []time.Duration{4 * time.Second}, want: 6 * time.Second},
		{name: "the clock is advanced twice", advance: []time.Duration{4 * time.Second, 4 * time.Second}, want: 2 * time.Second},
		{name: "the clock is set back", advance: []time.Duration{-5 * time.Second}, want: 15 * time.Second},
		{name: "the context is cancelled", cancel: true, err: context.Canceled},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				var c clock.Clock
				ctx, cancel := context.WithCancel(t.Context())
				defer cancel()
				start := time.Now()
				done := make(chan error)
				go func() { done <- c.Sleep(ctx, 10*time.Second) }()
				for _, d := range test.advance {
					time.Sleep(time.Second)
					c.Advance(d)
				}
				if test.cancel {
					cancel()
				}
				if err := <-done; !errors.Is(err, test.err) {
					t.Errorf("Sleep returned %v, want %v", err, test.err)
				}
				if got := time.Since(start); got != test.want {
					t.Errorf("Sleep took %s, want %s", got, test.want)
				}
			})
		})
	}
}
