package fakeserver

import (
	"fmt"
	"slices"
	"strings"

	"github.com/fakeglance/fakeglance/fakeserver/internal/registry"
	"github.com/fakeglance/fakeglance/scenarios"
)

// Targets is the ids of the images that a client is asked to delete: those that
// the scenario's outcome names, in the order in which the scenario has them,
// then those that are not there. A scenario without an outcome has none.
func (s *Server) Targets() []string {
	sc := s.world.Load().script
	o := &sc.scenario.Outcome
	asked := slices.Concat(o.Gone, o.Kept)
	var ids []string
	for _, img := range sc.images {
		if namedIn(asked, img) {
			ids = append(ids, img.ID)
		}
	}
	for _, name := range asked {
		if scenarios.IsUUID(name) && !slices.Contains(ids, name) {
			ids = append(ids, name)
		}
	}
	return ids
}

// namedIn reports whether one of the names, in which * stands for any run of
// characters, is the image's name or id.
func namedIn(names []string, img *registry.Image) bool {
	return slices.ContainsFunc(names, func(name string) bool {
		return scenarios.MatchGlob(name, img.ID) || scenarios.MatchGlob(name, img.Name)
	})
}

// CheckOutcome reports an error unless the deletion of the [Server.Targets] came
// out as the scenario says that it does if the client is a good one. Err is what
// the client reported: nil says that all of them are gone, and then no answer
// may show one any more, unless as deleted. Images that are no targets have to
// be there still, those that stay as protected as they were, and no image may
// have had more DELETE requests than the outcome allows. If no fault has struck,
// it logs that the client did not meet the incident: a list that leads astray
// harms nobody who does not list.
func (s *Server) CheckOutcome(t TB, err error) {
	t.Helper()
	w := s.world.Load()
	sc := w.script.scenario
	if len(sc.Outcome.Gone)+len(sc.Outcome.Kept) == 0 {
		t.Errorf("scenario %s says nothing of its outcome", sc.Name)
		return
	}
	if faults := s.Faults(); len(faults) > 0 && !slices.ContainsFunc(faults, func(f FaultStatus) bool { return f.Injected > 0 }) {
		t.Logf("%s: no fault has struck: the client did not meet the incident", sc.Name)
	}
	problems := w.reported(err)
	for _, img := range w.script.images {
		if !deletedStatus(img.Status) { // or it was gone from the start
			problems = append(problems, w.cameOut(img, err)...)
		}
	}
	problems = append(problems, w.tooManyTries()...)
	const most = 5 // that are told: with many images there may be many
	if n := len(problems) - most; n > 0 {
		problems = append(problems[:most], fmt.Sprintf("… and %d more", n))
	}
	if len(problems) > 0 {
		t.Errorf("%s: %s\na good client: %s", sc.Name, strings.Join(problems, "\n"), sc.Expect)
	}
}

// reported is what is wrong with what the client said.
func (w *world) reported(err error) []string {
	o := &w.script.scenario.Outcome
	switch {
	case err != nil && len(o.Kept) == 0 && !o.Error:
		return []string{fmt.Sprintf("the client reports an error: %v", err)}
	case err == nil && len(o.Kept) > 0:
		return []string{"the client reports no error, though " + strings.Join(o.Kept, ", ") + " stays"}
	case err == nil && o.Error:
		return []string{"the client reports no error, though not all of the work is done"}
	}
	return nil
}

// cameOut is what is wrong with an image of the scenario.
func (w *world) cameOut(img *registry.Image, err error) []string {
	o := &w.script.scenario.Outcome
	now, there := w.images.Get(img.ID)
	name := strings.TrimSpace("image " + img.ID + " " + img.Name)
	if !namedIn(o.Gone, img) {
		switch asked := namedIn(o.Kept, img); {
		case !there && asked:
			return []string{name + " is gone, though it should stay"}
		case !there:
			return []string{name + " is gone, though nobody asked for that"}
		case img.Protected && !now.Protected:
			return []string{name + " was unprotected, though nobody asked for that"}
		}
		return nil
	}
	if there {
		return []string{name + " is still there"}
	}
	status, shown := w.images.Lingers(img.ID, w.clock.Now())
	if err == nil && shown && !deletedStatus(status) {
		return []string{name + " is still shown: the client did not wait until it was gone"}
	}
	return nil
}

// deletedStatus reports whether a status says that an image is gone.
func deletedStatus(s scenarios.Status) bool {
	return s == scenarios.Deleted || s == scenarios.PendingDelete
}

// tooManyTries says which images were tried to delete too often.
func (w *world) tooManyTries() []string {
	limit := w.script.scenario.Outcome.Tries
	if limit == 0 {
		return nil
	}
	var problems []string
	tries := make(map[string]int)
	for _, r := range w.journal.requests() {
		if r.Operation == scenarios.DeleteImage {
			id := r.subject.ImageID
			if tries[id]++; tries[id] == limit+1 {
				problems = append(problems, fmt.Sprintf("image %s was tried to delete more than %d times", id, limit))
			}
		}
	}
	return problems
}
