package registry

import (
	"crypto/md5"
	"crypto/sha512"
	"encoding/hex"
	"hash"
	"io"
	"maps"
	"sync"
	"sync/atomic"
)

// Sums are the checksums of an image's data. A nil *Sums has none. Some are
// computed only when they are needed, because that takes a second for 300 MB.
type Sums struct {
	known   sums
	compute func() sums  // nil: they are known
	of      *Sums        // which compute needs; nil: none
	users   atomic.Int64 // sets of sums in use that have it
	ended   atomic.Bool  // it is computed, or nobody uses it any more
}

type sums struct{ checksum, algo, value string } // in hex; empty: null

// NewSums returns sums that need not be computed. Empty texts are null.
func NewSums(checksum, algo, value string) *Sums {
	return &Sums{known: sums{checksum, algo, value}}
}

// Checksum returns the MD5, in hex; empty: null.
func (s *Sums) Checksum() string { return s.get().checksum }

// HashAlgo returns the algorithm of HashValue, such as sha512; empty: null.
func (s *Sums) HashAlgo() string { return s.get().algo }

// HashValue returns the hash by HashAlgo, in hex; empty: null.
func (s *Sums) HashValue() string { return s.get().value }

func (s *Sums) get() sums {
	switch {
	case s == nil:
		return sums{}
	case s.compute != nil:
		return s.compute()
	}
	return s.known
}

// A SumsInUse is the sums that one user of images may ask for. Images may have several
// users, so sums are computed until the last one is done with them. Nil is used by
// nobody: what it is asked for is computed whatever happens.
type SumsInUse struct {
	mu   sync.Mutex
	sums map[*Sums]bool
	room int // how many it may have until those that are computed are left out
	over bool
}

// add adds sums, unless they are known.
func (u *SumsInUse) add(s *Sums) {
	if u == nil || s == nil || s.compute == nil {
		return
	}
	u.mu.Lock()
	defer u.mu.Unlock()
	for ; s != nil && s.compute != nil && !u.over && !u.sums[s] && !s.ended.Load(); s = s.of {
		if len(u.sums) >= u.room {
			maps.DeleteFunc(u.sums, func(s *Sums, _ bool) bool { return s.ended.Load() })
			u.room = 2*len(u.sums) + 16
		}
		if u.sums == nil {
			u.sums = make(map[*Sums]bool)
		}
		u.sums[s] = true
		s.users.Add(1)
	}
}

// Close ends the computing of sums that nobody else uses, for which the answers to
// requests may wait. Those that are not known by then are null.
func (u *SumsInUse) Close() {
	u.mu.Lock()
	defer u.mu.Unlock()
	u.over = true
	for s := range u.sums {
		if s.users.Add(-1) == 0 {
			s.ended.Store(true)
		}
	}
	u.sums = nil
}

// sumsOfZeros returns the sums of that many zero bytes.
func sumsOfZeros(size int64) *Sums {
	s := new(Sums)
	s.compute = sync.OnceValue(func() sums {
		h := newHasher()
		for left := size; left > 0; left -= chunkSize {
			if s.ended.Load() {
				return sums{}
			}
			_, _ = io.CopyN(h, zeros{}, min(left, chunkSize))
		}
		s.ended.Store(true)
		return h.sums().known
	})
	return s
}

// with returns the sums that a scenario gives for an image, and those of the data
// for the ones that it does not give.
func (s sums) with(data *Data) *Sums {
	var of *Sums
	if data != nil {
		of = data.Sums
	}
	switch {
	case s == (sums{}):
		return of
	case of == nil || s.checksum != "" && s.value != "":
		s.setAlgo()
		return &Sums{known: s}
	}
	own := &Sums{of: of}
	own.compute = sync.OnceValue(func() sums {
		whole := s
		setDefault(&whole.checksum, of.Checksum())
		setDefault(&whole.value, of.HashValue())
		whole.setAlgo()
		own.ended.Store(true)
		return whole
	})
	return own
}

func (s *sums) setAlgo() {
	if s.value != "" {
		setDefault(&s.algo, "sha512")
	}
}

// A hasher computes the sums of what is written to it.
type hasher struct {
	io.Writer
	md5, sha512 hash.Hash
}

func newHasher() *hasher {
	h := &hasher{md5: md5.New(), sha512: sha512.New()}
	h.Writer = io.MultiWriter(h.md5, h.sha512)
	return h
}

func (h *hasher) sums() *Sums {
	return NewSums(hex.EncodeToString(h.md5.Sum(nil)), "sha512", hex.EncodeToString(h.sha512.Sum(nil)))
}

// zeros is an endless source of zero bytes.
type zeros struct{}

func (zeros) Read(p []byte) (int, error) {
	clear(p)
	return len(p), nil
}
