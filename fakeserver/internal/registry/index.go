package registry

import "hash/maphash"

// An index finds records by their ids. It is a hash table with linear probing
// whose slots never become fewer. Unlike a map it does not store the ids a second
// time: with a million images that saves a tenth of the memory.
type index struct {
	seed  maphash.Seed
	slots []slot // a power of two, at most three quarters of them in use
	len   int    // slots in use
}

// A slot stores the hash of its record's id, so that a search reads no other
// record on its way: each read would be a cache miss.
type slot struct {
	hash uint64
	rec  *record // nil: the slot is free
}

// newIndex returns an index with room for n records.
func newIndex(n int) index {
	size := 8
	for n > size/4*3 {
		size *= 2
	}
	return index{seed: maphash.MakeSeed(), slots: make([]slot, size)}
}

// find returns the record with the id, or nil.
func (x *index) find(id string) *record {
	hash := maphash.String(x.seed, id)
	for i := hash; ; i++ {
		s := &x.slots[int(i)&(len(x.slots)-1)]
		if s.rec == nil || s.hash == hash && s.rec.img.ID == id {
			return s.rec
		}
	}
}

// add adds a record whose id is not in the index yet.
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

// put stores s in the first free slot from that of its hash on.
func (x *index) put(s slot) {
	i := s.hash
	for x.slots[int(i)&(len(x.slots)-1)].rec != nil {
		i++
	}
	x.slots[int(i)&(len(x.slots)-1)] = s
}

// remove removes a record that is in the index.
func (x *index) remove(rec *record) {
	mask := len(x.slots) - 1
	free := int(maphash.String(x.seed, rec.img.ID)) & mask
	for x.slots[free].rec != rec {
		free = (free + 1) & mask
	}
	// What comes after it moves up, unless it would stand before the slot of its hash.
	for i := (free + 1) & mask; x.slots[i].rec != nil; i = (i + 1) & mask {
		if own := int(x.slots[i].hash) & mask; (i-own)&mask >= (i-free)&mask {
			x.slots[free] = x.slots[i]
			free = i
		}
	}
	x.slots[free] = slot{}
	x.len--
}
