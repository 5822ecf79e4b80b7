package registry

import "hash/maphash"

// An index finds records by their ids. Since ids are never freed it only grows,
// and needs a pointer where a map keeps the id as well: with a million images
// that is a tenth of all.
type index struct {
	seed  maphash.Seed
	slots []*record // as many as a power of two, some of them nil
	len   int
}

// newIndex is an index with room for n records.
func newIndex(n int) index {
	size := 8
	for n > size/4*3 {
		size *= 2
	}
	return index{seed: maphash.MakeSeed(), slots: make([]*record, size)}
}

// find is the record with the id, or nil.
func (x *index) find(id string) *record { return x.slots[x.place(id)] }

// place is the slot with the id's record, or else the one to put it in.
func (x *index) place(id string) int {
	mask := len(x.slots) - 1
	i := int(maphash.String(x.seed, id)) & mask
	for x.slots[i] != nil && x.slots[i].img.ID != id {
		i = (i + 1) & mask
	}
	return i
}

// add puts in a record whose id is not there yet.
func (x *index) add(rec *record) {
	if x.len++; x.len > len(x.slots)/4*3 {
		old := x.slots
		x.slots = make([]*record, 2*len(old))
		for _, rec := range old {
			if rec != nil {
				x.slots[x.place(rec.img.ID)] = rec
			}
		}
	}
	x.slots[x.place(rec.img.ID)] = rec
}
