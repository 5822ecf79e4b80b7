package card

import (
	"fmt"
	"math"
	"net/http"
	"slices"
	"strings"
)

// A picture shows the requests of a case: a lane for each image, on which time runs
// from left to right. Places across are in percent of the width, so that the picture
// fits any page; those down are in pixels.
type picture struct {
	ID     string // for what refers to its parts
	Title  string
	About  string // the same in words
	Height int
	Width  int // pixels that it needs; 0: it fits anywhere
	Lanes  []lane
	Left   int // images that have no lane
}

type lane struct {
	Name   string
	Words  []string // what happened, for who cannot see it
	Marks  []mark
	Bars   []bar
	Pauses []bar
	Labels []label

	all   []*Request
	drawn []drawn
}

// A mark is a request, where it arrived.
type mark struct {
	X     percent
	Class string // how it ended: see class
	Small bool   // it was no DELETE
	About string
}

// A bar is a span of time.
type bar struct {
	X, Width percent
	Class    string
}

// End is where the bar ends.
func (b bar) End() percent { return b.X + b.Width }

// A percent is a place from 0 to 100.
type percent float64

func (p percent) String() string { return fmt.Sprintf("%.2f%%", float64(p)) }

// How requests end. Each has a colour and a shape of its own.
const (
	classOK      = "ok"      // 2xx
	classRefused = "refused" // 4xx
	classError   = "error"   // 5xx
	classLost    = "lost"    // no answer, or half of one
	classOpen    = "open"    // no answer yet, or the client left before
	classOther   = "other"   // 1xx, 3xx
)

// class is how the request ended.
func (r *Request) class() string {
	switch {
	case r.Result == "pending", r.Result == "client left":
		return classOpen
	case len(r.Result) != 3:
		return classLost
	}
	switch r.Result[0] {
	case '2':
		return classOK
	case '4':
		return classRefused
	case '5':
		return classError
	}
	return classOther
}

func (r *Request) isDelete() bool { return r.Method == http.MethodDelete }

// A drawn is a request that the picture shows, and how many that are like it are not
// shown after it.
type drawn struct {
	*Request
	more int
}

// How much a picture shows.
const (
	maxLanes  = 12
	fewMarks  = 40 // up to which all are shown
	shortRun  = 4  // requests alike in a row, of which all are shown
	laneSpace = 52
	markSpace = 9 // pixels that a mark needs

	longAnswer = 100 // milliseconds from which the picture says how long an answer took
)

// newPicture draws the requests; nil: there is none.
func newPicture(id, title string, requests []Request) *picture {
	if len(requests) == 0 {
		return nil
	}
	p := &picture{ID: id, Title: title}
	at := make(map[string]int)
	for i := range requests {
		r := &requests[i]
		n, ok := at[strings.ToLower(r.Image)]
		switch {
		case !ok && len(p.Lanes) == maxLanes:
			p.Left++
			n = -1
		case !ok:
			n = len(p.Lanes)
			name := "image " + r.Image
			if r.Image == "" {
				name = "calls about no image"
			}
			p.Lanes = append(p.Lanes, lane{Name: name})
		}
		at[strings.ToLower(r.Image)] = n
		if n >= 0 {
			p.Lanes[n].all = append(p.Lanes[n].all, r)
		}
	}
	var words []string
	for i := range p.Lanes {
		l := &p.Lanes[i]
		l.drawn = shown(l.all, len(requests) > fewMarks)
		p.Width = max(p.Width, len(l.drawn)*markSpace)
	}
	if p.Width <= pictureWidths[0] {
		p.Width = 0
	}
	place := p.scale()
	for i := range p.Lanes {
		p.Lanes[i].draw(place)
		words = append(words, p.Lanes[i].Name+": "+strings.Join(p.Lanes[i].Words, "; ")+".")
	}
	p.About = strings.Join(words, " ")
	p.Height = len(p.Lanes) * laneSpace
	return p
}

// shown are the requests to draw: all, or of those alike in a row the first and the
// last.
func shown(all []*Request, short bool) []drawn {
	var some []drawn
	for i := 0; i < len(all); {
		n := i + 1
		for n < len(all) && all[n].Method == all[i].Method && all[n].Operation == all[i].Operation && all[n].Result == all[i].Result {
			n++
		}
		if short && n-i > shortRun {
			some = append(some, drawn{all[i], n - i - 2}, drawn{all[n-1], 0})
		} else {
			for _, r := range all[i:n] {
				some = append(some, drawn{r, 0})
			}
		}
		i = n
	}
	return some
}

// scale is where in the picture each time of its requests is. A span of time takes
// room by the square root of its length: a pause of a second stays small beside one of
// a minute, but can be seen. What is over at once does not fill the picture.
func (p *picture) scale() func(millis float64) percent {
	var times []float64
	starts := make(map[float64]bool)
	for i := range p.Lanes {
		for _, d := range p.Lanes[i].drawn {
			times = append(times, d.AtMillis, d.end())
			starts[d.AtMillis] = true
		}
	}
	slices.Sort(times)
	times = slices.Compact(times)
	const short = 250 // milliseconds
	whole := math.Sqrt(short)
	total := 0.0
	for i := 1; i < len(times); i++ {
		total += math.Sqrt(times[i] - times[i-1])
	}
	// Marks stay apart, if there are not too many.
	apart := max(total, whole) * min(0.04, 0.5/float64(len(times)))
	places := make([]float64, len(times))
	mark := 0.0
	for i := 1; i < len(times); i++ {
		places[i] = places[i-1] + max(math.Sqrt(times[i]-times[i-1]), apart/4)
		if starts[times[i]] {
			places[i] = max(places[i], mark+apart)
			mark = places[i]
		}
	}
	whole = max(whole, places[len(places)-1])
	return func(millis float64) percent {
		i, _ := slices.BinarySearch(times, millis)
		return percent(100 * places[i] / whole)
	}
}

// draw places what happened on the lane.
func (l *lane) draw(place func(millis float64) percent) {
	var results, lengths []label
	for i, d := range l.drawn {
		x, end, class := place(d.AtMillis), place(d.end()), d.class()
		if class == classOpen && d.Millis <= 0 {
			end = 100
		}
		l.Bars = append(l.Bars, bar{x, end - x, class})
		l.Marks = append(l.Marks, mark{x, class, !d.isDelete(), d.about()})
		results = append(results, label{X: x, Text: d.short()})
		words := d.short()
		if d.Millis >= longAnswer {
			words += " after " + span(d.Millis)
			lengths = append(lengths, label{X: (x + end) / 2, Text: span(d.Millis), Length: true, Anchor: "middle"})
		}
		if i > 0 {
			last := l.drawn[i-1]
			pause := d.AtMillis - last.end()
			from := place(last.end())
			switch {
			case last.more > 0:
				text := fmt.Sprintf("%d more", last.more)
				l.Pauses = append(l.Pauses, bar{from, x - from, "run"})
				lengths = append(lengths, label{X: (from + x) / 2, Text: text, Length: true, Anchor: "middle"})
				words = text + ", the last " + words
			case pause > 0 && last.class() != classOpen || pause > 0 && last.Millis > 0:
				l.Pauses = append(l.Pauses, bar{from, x - from, "pause"})
				lengths = append(lengths, label{X: (from + x) / 2, Text: span(pause), Length: true, Anchor: "middle"})
				words = "pause of " + span(pause) + "; " + words
			}
		}
		l.Words = append(l.Words, words)
	}
	const most = 20
	if n := len(l.Words) - most; n > 0 {
		l.Words = append(l.Words[:most], fmt.Sprintf("and %d more", n))
	}
	// Those of DELETE requests come first, where there is not room for all.
	slices.SortStableFunc(results, func(a, b label) int {
		return strings.Count(a.Text, " ") - strings.Count(b.Text, " ")
	})
	l.Labels = append(fitting(results, nil), fitting(lengths, l.Marks)...)
}

// short is the request in a few words: of a DELETE only what came of it.
func (r *Request) short() string {
	switch {
	case r.isDelete():
		return r.Result
	case r.Image == "" && r.Operation != "":
		return r.Operation + " " + r.Result
	}
	return r.Method + " " + r.Result
}

// about is the request in a sentence.
func (r *Request) about() string {
	text := fmt.Sprintf("request %d: %s %s: %s", r.Seq, r.Method, r.Path, r.Result)
	if r.Millis > 0 {
		text += " after " + span(r.Millis)
	}
	if r.Fault != "" {
		text += ", by fault " + r.Fault
	}
	return text
}
