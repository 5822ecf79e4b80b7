package card

import (
	"bytes"
	_ "embed"
	"fmt"
	"html/template"
	"io"
	"strings"

	"github.com/fakeglance/fakeglance/fakeserver/internal/report"
)

var (
	//go:embed page.html
	pageHTML string
	//go:embed page.css
	pageCSS string

	pageTemplate = template.Must(template.New("page").Funcs(template.FuncMap{
		"number": number, "seconds": func(s float64) string { return span(s * 1000) }, "span": span,
		"down": func(lane, y int) int { return lane*laneSpace + y }, "miniDown": func(lane int) int { return lane*miniSpace + miniSpace/2 },
		"words": func(s string) string { return strings.ReplaceAll(s, "-", " ") },
		"class": func(r Request) string { return r.class() },
		"share": func(part, whole int) float64 { return 100 * float64(part) / float64(max(whole, 1)) },
		"css":   func() template.CSS { return template.CSS(pageCSS) },
	}).Parse(pageHTML))
)

// miniSpace is how many pixels a lane has in a small picture, of at most miniLanes.
const (
	miniSpace = 12
	miniLanes = 5
)

// A view is what the page shows of a card.
type view struct {
	*Card
	Failures, Idle, Good, Left []shownRow // by result
	Tried                      *shownRow  // the clean-up
	Advice                     []advised
	ControlRuns                string
	Legend                     []legend
}

// A shownRow is what the page shows of a row.
type shownRow struct {
	Row
	ID       string
	Hard     []shownFinding
	Advice   []shownFinding
	Picture  *picture
	Mini     []lane
	MiniHigh int
}

// A shownFinding is a finding, and what its verdict stands for.
type shownFinding struct {
	report.Finding
	Meaning string
}

// A legend says what a mark of a picture means.
type legend struct{ Class, Text string }

// WriteHTML writes the card as one page for people, which loads nothing and runs no
// script. All texts are escaped; none becomes a link.
func (c *Card) WriteHTML(w io.Writer) error {
	c = c.cleaned()
	v := &view{Card: c, Advice: c.advice(), ControlRuns: c.controls(), Legend: []legend{
		{classOK, "2xx"}, {classRefused, "4xx"}, {classError, "5xx"}, {classLost, "dropped or cut off"}, {classOpen, "still open, or the client left"}, {classOther, "1xx, 3xx"},
	}}
	for i := range c.Incidents {
		row := c.shown(fmt.Sprintf("i%d", i+1), &c.Incidents[i])
		switch row.Result {
		case Failed:
			v.Failures = append(v.Failures, row)
		case NotDriven:
			v.Idle = append(v.Idle, row)
		case NotApplicable:
			v.Left = append(v.Left, row)
		default:
			v.Good = append(v.Good, row)
		}
	}
	if c.Cleanup != nil {
		row := c.shown("cleanup-row", c.Cleanup)
		v.Tried = &row
	}
	var page bytes.Buffer // so that an error leaves no half of a page
	if err := pageTemplate.Execute(&page, v); err != nil {
		return err
	}
	_, err := page.WriteTo(w)
	return err
}

func (c *Card) shown(id string, row *Row) shownRow {
	r := shownRow{Row: *row, ID: id, Picture: newPicture(id, "The requests of the client in "+row.Name, row.Requests)}
	for _, f := range row.Findings {
		one := shownFinding{f, c.rule(f.Verdict).Meaning}
		if f.Hard {
			r.Hard = append(r.Hard, one)
		} else {
			r.Advice = append(r.Advice, one)
		}
	}
	if r.Picture != nil {
		r.Mini = r.Picture.Lanes[:min(len(r.Picture.Lanes), miniLanes)]
		r.MiniHigh = len(r.Mini) * miniSpace
	}
	return r
}
