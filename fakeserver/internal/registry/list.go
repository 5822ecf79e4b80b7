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
	Order  func(a, b *Image) int        // nil: newest first. It must tell any two images apart
	Past   func(img, marker *Image) int // how an image compares with the marker; nil: by Order
	Oldest bool                         // without Order: oldest first
	Marker string                       // the id of the image that the page comes after; empty: from the start
	// MayMark says whether the marker may be used, with gone for one that was
	// deleted. Nil: it may if it is not gone.
	MayMark func(img *Image, gone bool) bool
	Limit   int       // images at the most; negative: all
	Now     time.Time // what time it is, for lingering images
}

// List is a page of images, or ErrUnknown if the marker may not be used.
func (r *Registry) List(q Query) ([]*Image, error) {
	unlock := r.lockFor(q)
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
		page = r.walk(q, after)
	} else {
		page = r.pick(q, after)
	}
	images := make([]*Image, len(page))
	for i, rec := range page {
		images[i] = rec.view()
		if rec.gone {
			r.shown(rec)
		}
	}
	return images, nil
}

// lockFor locks for writing only where showing an image is counted.
func (r *Registry) lockFor(q Query) (unlock func()) {
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
		return !rec.gone
	}
	return q.MayMark(rec.img, rec.gone)
}

// view is the image that a record shows.
func (rec *record) view() *Image {
	if rec.gone {
		return rec.linger.img
	}
	return rec.img
}

func (q Query) wants(rec *record) bool {
	if rec.gone && !rec.shows(scenarios.GetImages, q.Now) {
		return false
	}
	return q.Match == nil || q.Match(rec.view())
}

// walk takes a page from the order in which images came: it touches no image
// beyond the last one it needs.
func (r *Registry) walk(q Query, after *Image) []*record {
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
		end, _ = r.find(after)
	}
	for i := end - 1; i >= 0 && take(r.order[i]); i-- {
	}
	return page
}

// pick takes a page in another order: one pass over the images, holding no more
// than the page.
func (r *Registry) pick(q Query, after *Image) []*record {
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
