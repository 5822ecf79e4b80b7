package registry

import (
	"crypto/md5"
	"crypto/sha512"
	"encoding/hex"
	"hash"
	"io"
	"sync"

	"github.com/fakeglance/fakeglance/scenarios"
)

// Sums are the checksums of an image's data. Nil has none. They may be worked
// out only when they are asked for, which takes a second for 300 MB.
type Sums struct{ all func() sums }

type sums struct{ checksum, algo, value string } // in hex; empty: null

// NewSums are sums that are known. Empty texts are null.
func NewSums(checksum, algo, value string) *Sums {
	return known(sums{checksum, algo, value})
}

func known(s sums) *Sums { return &Sums{func() sums { return s }} }

// Checksum is the MD5, in hex. Empty: null.
func (s *Sums) Checksum() string { return s.get().checksum }

// HashAlgo is how HashValue was made, such as sha512. Empty: null.
func (s *Sums) HashAlgo() string { return s.get().algo }

// HashValue is the hash by HashAlgo, in hex. Empty: null.
func (s *Sums) HashValue() string { return s.get().value }

func (s *Sums) get() sums {
	if s == nil {
		return sums{}
	}
	return s.all()
}

// sumsOfZeros are the sums of so many zero bytes.
func sumsOfZeros(size int64) *Sums {
	return &Sums{sync.OnceValue(func() sums {
		h := newHasher()
		_, _ = io.CopyN(h, zeros{}, size)
		return h.sums()
	})}
}

// scenarioSums are the sums that an image of a scenario says it has, and for the
// rest those of its data.
func scenarioSums(in scenarios.Image, data *Data) *Sums {
	var of *Sums
	if data != nil {
		of = data.Sums
	}
	given := sums{in.Checksum, in.OSHashAlgo, in.OSHashValue}
	if given == (sums{}) {
		return of
	}
	return &Sums{sync.OnceValue(func() sums {
		s := given
		if s.checksum == "" {
			s.checksum = of.Checksum()
		}
		if s.value == "" {
			s.value = of.HashValue()
		}
		if s.value != "" {
			setDefault(&s.algo, "sha512")
		}
		return s
	})}
}

// A hasher makes the sums of what is written to it.
type hasher struct {
	io.Writer
	md5, sha512 hash.Hash
}

func newHasher() *hasher {
	h := &hasher{md5: md5.New(), sha512: sha512.New()}
	h.Writer = io.MultiWriter(h.md5, h.sha512)
	return h
}

func (h *hasher) sums() sums {
	return sums{hex.EncodeToString(h.md5.Sum(nil)), "sha512", hex.EncodeToString(h.sha512.Sum(nil))}
}

// zeros reads as zero bytes without end.
type zeros struct{}

func (zeros) Read(p []byte) (int, error) {
	clear(p)
	return len(p), nil
}
