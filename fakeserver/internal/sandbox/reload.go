package sandbox

import "github.com/fakeglance/fakeglance/scenarios"

// Reload loads another version of what the default sandbox started from. It is played
// from its start, in place of the earlier version, in that sandbox and in those that
// started from the same. A sandbox that plays something else by now goes on with it, and only
// its Reset comes back to the new version. After an error nothing has changed, and
// Problem says why.
func (s *Set) Reload(load func() (*scenarios.Scenario, error)) error {
	s.loading.Lock()
	defer s.loading.Unlock()
	sc, err := load()
	var now *script
	if err == nil {
		now, err = newScript(sc)
	}
	if err != nil {
		s.problem = err.Error()
		return err
	}
	s.problem = ""
	old := s.Default.first.Load()
	for _, b := range append(s.All(), s.Default) {
		b.reload(old, now)
	}
	return nil
}

// Problem is why the latest version that Reload was to load is not played; empty: it
// is, or there was none.
func (s *Set) Problem() string {
	s.loading.RLock()
	defer s.loading.RUnlock()
	return s.problem
}

// reload replaces a script by another version of it.
func (b *Sandbox) reload(old, now *script) {
	if !b.first.CompareAndSwap(old, now) {
		return
	}
	for {
		w := b.World()
		if w.script != old {
			return
		}
		if b.world.CompareAndSwap(w, b.newWorld(now)) {
			w.journal.Retire()
			return
		}
	}
}
