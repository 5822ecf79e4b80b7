package scenarios

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"
)

// TestOnCircles compares with the plain way: follow each number until it is back.
func TestOnCircles(t *testing.T) {
	t.Parallel()
	random := rand.New(rand.NewPCG(1, 2))
	for range 2000 {
		next := make([]int, random.IntN(9))
		for i := range next {
			next[i] = random.IntN(len(next)+1) - 1
		}
		want := make([]bool, len(next))
		for start := range next {
			i := next[start]
			for steps := 0; i >= 0 && i != start && steps < len(next); steps++ {
				i = next[i]
			}
			want[start] = i == start
		}
		if got := onCircles(next); !slices.Equal(got, want) {
			t.Fatalf("%v: got %v, want %v", next, got, want)
		}
	}
}

// TestLongChain checks that the time grows with the number of faults, not with its
// square: that would take hours here.
func TestLongChain(t *testing.T) {
	t.Parallel()
	next := make([]int, 3_000_000)
	for i := range next {
		next[i] = i - 1
	}
	done := make(chan bool)
	go func() { done <- slices.Contains(onCircles(next), true) }()
	select {
	case circular := <-done:
		if circular {
			t.Error("a chain with an end leads back to itself")
		}
	case <-time.After(time.Minute):
		t.Fatal("a chain of 3,000,000 faults is not checked after a minute")
	}
}

// BenchmarkChain parses 10,000 faults of which each waits for the one before it.
func BenchmarkChain(b *testing.B) {
	var src strings.Builder
	src.WriteString("faults:\n  - {name: f0, times: 1, inject: {status: 500}}\n")
	for i := range 9_999 {
		fmt.Fprintf(&src, "  - {name: f%d, after: f%d, times: 1, inject: {status: 500}}\n", i+1, i)
	}
	for b.Loop() {
		if _, err := Parse("chain.yaml", []byte(src.String())); err != nil {
			b.Fatal(err)
		}
	}
}
