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

// Sums are the checksums of an image's data. A nil *Sums has none. Some are
// computed only when they are needed, because that takes a second for 300 MB.
type Sums struct{ compute func() sums }

type sums struct{ checksum, algo, value string } // in hex; empty: null

// NewSums returns sums that need not be computed. Empty texts are null.
func NewSums(checksum, algo, value string) *Sums {
	return &Sums{func() sums { return sums{checksum, algo, value} }}
}

// Checksum returns the MD5, in hex; empty: null.
func (s *Sums) Checksum() string { return s.get().checksum }

// HashAlgo returns the algorithm of HashValue, such as sha512; empty: null.
func (s *Sums) HashAlgo() string { return s.get().algo }

// HashValue returns the hash by HashAlgo, in hex; empty: null.
func (s *Sums) HashValue() string { return s.get().value }

func (s *Sums) get() sums {
	if s == nil {
		return sums{}
	}
	return s.compute()
}

// sumsOfZeros returns the sums of that many zero bytes.
func sumsOfZeros(size int64) *Sums {
	return &Sums{sync.OnceValue(func() sums {
		h := newHasher()
		_, _ = io.CopyN(h, zeros{}, size)
		return h.sums().get()
	})}
}

// scenarioSums returns the sums that a scenario gives for an image. Those that it
// does not give are computed from the data.
func scenarioSums(in scenarios.Image, data *Data) *Sums {
	var computed *Sums
	if data != nil {
		computed = data.Sums
	}
	given := sums{in.Checksum, in.OSHashAlgo, in.OSHashValue}
	if given == (sums{}) {
		return computed
	}
	return &Sums{sync.OnceValue(func() sums {
		s := given
		if s.checksum == "" {
			s.checksum = computed.Checksum()
		}
		if s.value == "" {
			s.value = computed.HashValue()
		}
		if s.value != "" {
			setDefault(&s.algo, "sha512")
		}
		return s
	})}
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
