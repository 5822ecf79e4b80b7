package fakeserver_test

import (
	"net/http"
	"regexp"
	"strings"
	"testing"

	"github.com/fakeglance/fakeglance/fakeserver"
	"github.com/fakeglance/fakeglance/scenarios"
)

// TestOptionsMergeAsFilesDo checks that a later option changes what an earlier one
// says, where it gives it.
func TestOptionsMergeAsFilesDo(t *testing.T) {
	t.Parallel()
	images := []scenarios.Image{{ID: ubuntu, Name: "renamed"}, {Name: "another"}}
	srv, err := fakeserver.New(
		fakeserver.WithYAML("auth: {strict: true}\nimages: [{id: "+ubuntu+", name: ubuntu, protected: true, os_hidden: true}]"),
		fakeserver.WithFaults(scenarios.Fault{Name: "later", After: "busy", Inject: scenarios.Injection{Status: 500}}), // defined below
		fakeserver.WithImages(images...),
		fakeserver.WithYAML("auth: {strict: false}\nimages: [{id: "+ubuntu+", protected: false}]\nfaults: [{name: busy, times: 1, inject: {status: 503}}]"),
		fakeserver.WithFaults(scenarios.Fault{Name: "busy", Times: 2}),
	)
	if err != nil {
		t.Fatal(err)
	}
	defer srv.Close()
	if images[0].Protected || images[0].OSHidden {
		t.Errorf("merging changed the image of the option to %v", images[0])
	}
	img, ok := srv.Image(ubuntu)
	if !ok || img.Name != "renamed" || img.Protected || !img.OSHidden || len(srv.Images()) != 2 {
		t.Errorf("the images are %v", srv.Images())
	}
	for i, want := range []int{503, 503, 500} {
		if got := call(srv, http.MethodGet, "/v2/images", nil).Code; got != want {
			t.Errorf("call %d is answered %d, want %d", i+1, got, want)
		}
	}
}

// TestAllThatIsMissingIsTold checks that what cannot be read is told of all options,
// and nothing else that could only be judged with it.
func TestAllThatIsMissingIsTold(t *testing.T) {
	t.Parallel()
	_, err := fakeserver.New(
		fakeserver.WithScenario("one-imag", "nosuch.yaml"),
		fakeserver.WithFaults(scenarios.Fault{After: "a fault of nosuch.yaml", Inject: scenarios.Injection{Status: 503}}),
		fakeserver.WithScenario("nosuch.json"),
		fakeserver.WithDialect("imz"),
	)
	const want = `^unknown scenario "one-imag" \(did you mean "one-image"\?\).*
open nosuch.yaml: .*
open nosuch.json: .*
dialect: unknown dialect "imz".*$`
	if err == nil || !regexp.MustCompile(want).MatchString(err.Error()) {
		t.Errorf("got\n%v\nwant\n%s", err, want)
	}
}

// TestOptionsAreCheckedAsAWhole checks that problems of all options are reported at
// once, those of a YAML with their positions.
func TestOptionsAreCheckedAsAWhole(t *testing.T) {
	t.Parallel()
	_, err := fakeserver.New(
		fakeserver.WithScenario("one-image"),
		fakeserver.WithYAML("images:\n  - {id: "+ubuntu+", min_ram: -1}"),
		fakeserver.WithImages(scenarios.Image{Name: "fine"}, scenarios.Image{ID: ubuntu, MinDisk: -1}),
		fakeserver.WithYAML("seed: x"),
		fakeserver.WithDialect("imz"),
	)
	if err == nil {
		t.Fatal("New accepts bad options")
	}
	for _, want := range []string{
		"2:57: images[0].min_ram: want 0 or more, got -1",
		"\nimages[1].min_disk: want 0 or more, got -1",
		"1:7: seed: want a whole number of 0 or more, got \"x\"",
		"\ndialect: unknown dialect \"imz\" (did you mean \"ims\"?)",
	} {
		if !strings.Contains(err.Error(), want) {
			t.Errorf("the error does not say %q:\n%v", want, err)
		}
	}
}
