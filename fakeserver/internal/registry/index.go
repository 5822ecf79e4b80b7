package registry

import "hash/maphash"

// An index finds records by their ids. Since ids are never freed it only grows,
// and needs a pointer where a map keeps the id as well: with a million images
// that is a tenth of all.
type index struct {
	seed  maphash.Seed
	slots []slot // as many as a power of two, some of them empty
	len   int
}

// A slot knows the hash of its record's id, so that no other record is looked
// at on the way to one: each would have to be fetched from memory.
type slot struct {
	hash uint64
	rec  *record // nil: empty
}

// newIndex is an index with room for n records.
func newIndex(n int) index {
	size := 8
	for n > size/4*3 {
		size *= 2
	}
	return index{seed: maphash.MakeSeed(), slots: make([]slot, size)}
}

// find is the record with the id, or nil.
func (x *index) find(id string) *record {
	hash := maphash.String(x.seed, id)
	for i := hash; ; i++ {
		s := &x.slots[int(i)&(len(x.slots)-1)]
		if s.rec == nil || s.hash == hash && s.rec.img.ID == id {
			return s.rec
		}
	}
}

// add puts in a record whose id is not there yet.
func (x *index) add(rec *record) {
	if x.len++; x.len > len(x.slots)/4*3 {
		old := x.slots
		x.slots = make([]slot, 2*len(old))
		for _, s := range old {
			if s.rec != nil {
				x.put(s)
			}
		}
	}
	x.put(slot{maphash.String(x.seed, rec.img.ID), rec})
}

func (x *index) put(s slot) {
	i := s.hash
	for x.slots[int(i)&(len(x.slots)-1)].rec != nil {
		i++
	}
	x.slots[int(i)&(len(x.slots)-1)] = s
}
