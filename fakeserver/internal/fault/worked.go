package fault

import "strings"

// waitsFor reports whether the calls that the rule holds wait for a call, if they are
// about the same image.
func (r *rule) waitsFor(s *subject) bool {
	return r.until != nil && r.until.compare(s) == mismatch{}
}

// waitsFor reports whether the call waits for another one.
func (h *Held) waitsFor(s *subject) bool {
	return h.rule.waitsFor(s) && (!h.sameImage() || s.ImageID == "" || strings.EqualFold(h.subject.ImageID, s.ImageID))
}

// sameImage reports whether the call waits for one about its own image, or about none.
func (h *Held) sameImage() bool { return h.subject.ImageID != "" && h.rule.until.image == "" }

// A worked is the calls that have done their work, of those that a rule's calls wait for.
type worked struct {
	all     some
	byImage map[string]some // by id in lower case; empty: about no image
}

// maxWorked is how many images are remembered, so that a client that makes up ids takes
// no memory for ever.
const maxWorked = 10_000

func (w *worked) add(image string, seq int) {
	w.all.add(seq)
	image = strings.ToLower(image)
	of, known := w.byImage[image]
	if !known && len(w.byImage) == maxWorked {
		return
	}
	if w.byImage == nil {
		w.byImage = make(map[string]some)
	}
	of.add(seq)
	w.byImage[image] = of
}

// has reports whether a call that h waits for is among them.
func (w *worked) has(h *Held) bool {
	switch {
	case h.rule.until == nil:
		return false
	case !h.sameImage():
		return w.all.other(h.seq)
	}
	return w.byImage[strings.ToLower(h.subject.ImageID)].other(h.seq) || w.byImage[""].other(h.seq)
}

// some is two of several calls, if there are two.
type some struct{ first, last int }

func (s *some) add(seq int) {
	if s.first == 0 {
		s.first = seq
	}
	s.last = seq
}

// other reports whether there is a call that is not the one with a number.
func (s some) other(seq int) bool { return s.first != 0 && (s.first != seq || s.last != seq) }
