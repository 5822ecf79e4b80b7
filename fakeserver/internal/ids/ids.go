// Package ids makes identifiers that look random but follow from a seed: the
// same seed, kind and number give the same identifier on every machine.
package ids

import (
	"encoding/binary"
	"encoding/hex"
)

// A Kind separates the numbering of different things, so that an image and a
// request of the same number have different identifiers.
type Kind uint64

// The kinds of things that have an identifier.
const (
	Image Kind = iota + 1
	Request
	Task
	Job
)

// UUID returns the n-th identifier of a kind, in the form of a random UUID.
func UUID(seed uint64, kind Kind, n uint64) string {
	var buf [36]byte
	return string(AppendUUID(buf[:0], seed, kind, n))
}

// AppendUUID appends UUID(seed, kind, n) to dst.
func AppendUUID(dst []byte, seed uint64, kind Kind, n uint64) []byte {
	var raw [16]byte
	state := Mix(Mix(seed) ^ uint64(kind)<<56 ^ n)
	binary.BigEndian.PutUint64(raw[:8], Mix(state+1))
	binary.BigEndian.PutUint64(raw[8:], Mix(state+2))
	raw[6] = raw[6]&0x0f | 0x40 // version 4
	raw[8] = raw[8]&0x3f | 0x80 // variant 1
	var text [36]byte
	hex.Encode(text[:8], raw[:4])
	hex.Encode(text[9:13], raw[4:6])
	hex.Encode(text[14:18], raw[6:8])
	hex.Encode(text[19:23], raw[8:10])
	hex.Encode(text[24:], raw[10:])
	text[8], text[13], text[18], text[23] = '-', '-', '-', '-'
	return append(dst, text[:]...)
}

// Mix is one step of SplitMix64: a function of x alone whose results look
// random. Flipping one bit of x flips about half the bits of the result.
func Mix(x uint64) uint64 {
	x += 0x9e3779b97f4a7c15
	x = (x ^ x>>30) * 0xbf58476d1ce4e5b9
	x = (x ^ x>>27) * 0x94d049bb133111eb
	return x ^ x>>31
}
