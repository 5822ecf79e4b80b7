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
			t.Errorf("a new clock is %s off", got)
		}
		c.Advance(time.Hour)
		time.Sleep(time.Minute)
		if got, want := c.Now().Sub(start), time.Hour+time.Minute; got != want {
			t.Errorf("after an advance of an hour and a minute of real time the clock moved by %s, want %s", got, want)
		}
	})
}

func TestSleep(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name    string
		advance []time.Duration // what happens meanwhile, a second of real time before each
		cancel  bool            // and then the context ends
		want    time.Duration   // of real time
		err     error
	}{
		{name: "real time passes", want: 10 * time.Second},
		{name: "the clock jumps past the end", advance: []time.Duration{time.Hour}, want: time.Second},
		{name: "the clock jumps some of the way", advance: []time.Duration{4 * time.Second}, want: 6 * time.Second},
		{name: "the clock jumps twice", advance: []time.Duration{4 * time.Second, 4 * time.Second}, want: 2 * time.Second},
		{name: "the clock jumps back", advance: []time.Duration{-5 * time.Second}, want: 15 * time.Second},
		{name: "the context ends", cancel: true, err: context.Canceled},
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
