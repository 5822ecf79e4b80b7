package registry

import (
	"crypto/md5"
	"crypto/sha512"
	"encoding/hex"
	"hash"
	"io"
	"sync"
	"sync/atomic"
)

// Sums are the checksums of an image's data. A nil *Sums has none. Some are
// computed only when they are needed, because that takes a second for 300 MB.
type Sums struct {
	known   sums
	compute func() sums // nil: they are known
	of      *Sums       // which compute needs; nil: none
	stopped atomic.Bool
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

// stop ends the computing, for a server that closes. Sums that are not known by then
// are null.
func (s *Sums) stop() {
	if s != nil && s.compute != nil {
		s.stopped.Store(true)
		s.of.stop()
	}
}

// sumsOfZeros returns the sums of that many zero bytes.
func sumsOfZeros(size int64) *Sums {
	s := new(Sums)
	s.compute = sync.OnceValue(func() sums {
		h := newHasher()
		for left := size; left > 0; left -= chunkSize {
			if s.stopped.Load() {
				return sums{}
			}
			_, _ = io.CopyN(h, zeros{}, min(left, chunkSize))
		}
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
	return &Sums{of: of, compute: sync.OnceValue(func() sums {
		whole := s
		setDefault(&whole.checksum, of.Checksum())
		setDefault(&whole.value, of.HashValue())
		whole.setAlgo()
		return whole
	})}
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
