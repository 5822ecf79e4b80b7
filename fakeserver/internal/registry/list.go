package registry

import (
	"slices"
	"sort"
	"time"

	"github.com/fakeglance/fakeglance/scenarios"
)

// A Query asks for a page of images.
type Query struct {
	Match  func(*Image) bool            // which images; nil: all
	Order  func(a, b *Image) int        // never 0 for two different images; nil: by age, the newest first
	Past   func(img, marker *Image) int // positive if the image comes after the marker; nil: Order
	Oldest bool                         // if Order is nil: the oldest first
	Marker string                       // id of the image after which the page starts; empty: from the first image
	// MayMark reports whether img may be the marker; deleted says whether it was
	// deleted. Nil: any image may that was not deleted.
	MayMark func(img *Image, deleted bool) bool
	Limit   int       // maximum number of images; negative: no maximum
	Now     time.Time // decides which deleted images linger
}

// List returns a page of images. It returns ErrUnknown if there is no image with
// the id of the marker, or it may not be used.
func (r *Registry) List(q Query) ([]*Image, error) {
	r.Settle()
	unlock := r.lockForList()
	defer unlock()
	var after *Image
	if q.Marker != "" {
		rec := r.byID.find(q.Marker)
		if rec == nil || !q.mayMark(rec) {
			return nil, ErrUnknown
		}
		after = rec.marker()
	}
	if q.Limit == 0 {
		return nil, nil
	}
	var page []*record
	if q.Order == nil {
		page = r.pageByAge(q, after)
	} else {
		page = r.pageByOrder(q, after)
	}
	images := make([]*Image, len(page))
	for i, rec := range page {
		images[i] = rec.view()
		if rec.deleted {
			r.countRead(rec)
		}
	}
	return images, nil
}

// lockForList takes the lock: for writing if there are lingering images, because
// showing one is counted.
func (r *Registry) lockForList() (unlock func()) {
	r.mu.RLock()
	if r.lingering == 0 {
		return r.mu.RUnlock
	}
	r.mu.RUnlock()
	r.mu.Lock()
	return r.mu.Unlock
}

func (q Query) mayMark(rec *record) bool {
	if q.MayMark == nil {
		return !rec.deleted
	}
	return q.MayMark(rec.img, rec.deleted)
}

// view returns the image as clients see it.
func (rec *record) view() *Image {
	if rec.deleted {
		return rec.linger.img
	}
	return rec.img
}

// wants reports whether the record may be on a page, wherever the page starts.
func (q Query) wants(rec *record) bool {
	if rec.deleted && !rec.lingersIn(scenarios.GetImages, q.Now) {
		return false
	}
	return q.Match == nil || q.Match(rec.view())
}

// pageByAge returns a page of images ordered by age. It looks at no image beyond
// the last one of the page.
func (r *Registry) pageByAge(q Query, after *Image) []*record {
	var page []*record
	take := func(rec *record) (more bool) {
		if q.wants(rec) {
			page = append(page, rec)
		}
		return q.Limit < 0 || len(page) < q.Limit
	}
	if q.Oldest {
		start := 0
		if after != nil {
			start = sort.Search(len(r.order), func(i int) bool { return byAge(r.order[i].img, after) > 0 })
		}
		for i := start; i < len(r.order) && take(r.order[i]); i++ {
		}
		return page
	}
	end := len(r.order)
	if after != nil {
		end, _ = r.position(after)
	}
	for i := end - 1; i >= 0 && take(r.order[i]); i-- {
	}
	return page
}

// pageByOrder returns a page of images ordered by q.Order. It goes through all
// images once, and keeps no more of them than the page.
func (r *Registry) pageByOrder(q Query, after *Image) []*record {
	byOrder := func(a, b *record) int { return q.Order(a.view(), b.view()) }
	past := q.Past
	if past == nil {
		past = q.Order
	}
	var page []*record
	for _, rec := range r.order {
		if !q.wants(rec) || after != nil && past(rec.view(), after) <= 0 {
			continue
		}
		if q.Limit < 0 {
			page = append(page, rec)
			continue
		}
		if len(page) == q.Limit {
			if byOrder(rec, page[len(page)-1]) > 0 {
				continue
			}
			page = page[:len(page)-1]
		}
		at, _ := slices.BinarySearchFunc(page, rec, byOrder)
		page = slices.Insert(page, at, rec)
	}
	if q.Limit < 0 {
		slices.SortFunc(page, byOrder)
	}
	return page
}
