package fakeserver_test

import (
	"reflect"
	"slices"
	"testing"

	"github.com/fakeglance/fakeglance/fakeserver"
	"github.com/fakeglance/fakeglance/scenarios"
)

// TestPairsOfBuiltIns plays each built-in scenario together with each one of the
// same dialect, in both orders. Whatever the later one says must hold.
func TestPairsOfBuiltIns(t *testing.T) {
	t.Parallel()
	byDialect := make(map[scenarios.Dialect][]*scenarios.Scenario)
	for _, name := range scenarios.Names() {
		sc, err := scenarios.Load(name)
		if err != nil {
			t.Fatal(err)
		}
		byDialect[sc.Dialect] = append(byDialect[sc.Dialect], sc)
	}
	for _, all := range byDialect {
		for _, first := range all {
			t.Run(first.Name, func(t *testing.T) {
				t.Parallel()
				for _, later := range all {
					playPair(t, first, later)
				}
			})
		}
	}
}

func playPair(t *testing.T, first, later *scenarios.Scenario) {
	t.Helper()
	pair, err := scenarios.Load(first.Name, later.Name)
	if err != nil {
		t.Errorf("%s, then %s:\n%v", first.Name, later.Name, err)
		return
	}
	if _, err := scenarios.Parse("printed.yaml", []byte(pair.String())); err != nil {
		t.Errorf("%s does not parse once it is printed:\n%v", pair.Name, err)
	}
	srv, err := fakeserver.New(fakeserver.WithScenario(first.Name), fakeserver.WithScenario(later.Name))
	if err != nil {
		t.Errorf("%s cannot be played: %v", pair.Name, err)
		return
	}
	defer srv.Close()
	for _, want := range later.Faults {
		if !slices.ContainsFunc(srv.Faults(), func(f fakeserver.FaultStatus) bool {
			return reflect.DeepEqual(f.Fault.Match, want.Match) && reflect.DeepEqual(f.Fault.Inject, want.Inject)
		}) {
			t.Errorf("%s lacks the fault %s of the later scenario", pair.Name, want.Name)
		}
	}
	for _, want := range later.Images {
		got, ok := srv.Image(want.ID)
		if want.ID != "" && (!ok || got.Name != want.Name) {
			t.Errorf("%s has the image %v, want %s", pair.Name, got, want.Name)
		}
	}
	if later.Topic != "" && !reflect.DeepEqual(pair.Outcome, later.Outcome) {
		t.Errorf("%s has the outcome %v, want %v", pair.Name, pair.Outcome, later.Outcome)
	}
}
