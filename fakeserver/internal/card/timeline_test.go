package card

import (
	"fmt"
	"slices"
	"strings"
	"testing"
)

func TestPicture(t *testing.T) {
	t.Parallel()
	requests := []Request{
		{1, 0, 5, "create_token", "", "POST", "/v3/auth/tokens", "201", ""},
		deletion(2, ubuntu, 10, 2, "503", "busy"), deletion(3, strings.ToUpper(ubuntu), 1012, 2, "503", "busy"), deletion(4, ubuntu, 5014, 3000, "204", ""),
		deletion(5, rocky, 6000, -1, "pending", ""),
	}
	p := newPicture("x", "title", requests)
	var names []string
	for _, l := range p.Lanes {
		names = append(names, l.Name)
	}
	if want := []string{"calls about no image", "image " + ubuntu, "image " + rocky}; !slices.Equal(names, want) {
		t.Fatalf("the lanes are %q, want %q", names, want)
	}
	l := p.Lanes[1]
	x, y := l.Marks[1].X-l.Marks[0].X, l.Marks[2].X-l.Marks[1].X
	if len(l.Marks) != 3 || x < 10 || y < x*3/2 || y > x*3 {
		t.Errorf("the pauses of 1 and 4 seconds are %v and %v wide", x, y)
	}
	var texts []string
	for _, one := range l.Labels {
		texts = append(texts, one.Text)
	}
	slices.Sort(texts)
	if want := []string{"1.0 s", "204", "3.0 s", "4.0 s", "503", "503"}; !slices.Equal(texts, want) {
		t.Errorf("the labels are %q, want %q", texts, want)
	}
	if len(l.Pauses) != 2 || l.Pauses[0].X.String() != l.Bars[0].End().String() || l.Pauses[0].End().String() != l.Marks[1].X.String() {
		t.Errorf("the pauses are %+v, the bars %+v", l.Pauses, l.Bars)
	}
	if l.Bars[2].Width < 5*l.Bars[1].Width {
		t.Errorf("answers of 2 ms and 3 s are %v and %v wide", l.Bars[1].Width, l.Bars[2].Width)
	}
	if open := p.Lanes[2].Bars[0]; open.End() != 100 || open.Class != classOpen {
		t.Errorf("what has no answer ends at %v", open.End())
	}
	want := "calls about no image: create_token 201. image " + ubuntu + ": 503; pause of 1.0 s; 503; pause of 4.0 s; 204 after 3.0 s. image " + rocky + ": pending."
	if p.About != want {
		t.Errorf("in words it is %q, want %q", p.About, want)
	}
	if got := l.Marks[0]; got.About != "request 2: DELETE /v2/images/"+ubuntu+": 503 after 2 ms, by fault busy" || got.Small || !p.Lanes[0].Marks[0].Small {
		t.Errorf("the mark is %+v", got)
	}
	if newPicture("x", "", nil) != nil {
		t.Error("there is a picture of nothing")
	}
}

// Whatever the requests are, everything is within the picture, time runs from left to
// right, and no label stands on another.
func TestPictureOfMany(t *testing.T) {
	t.Parallel()
	results := []string{"204", "503", "404", "dropped", "pending", "client left", "204 truncated"}
	many := func(n, images int, gap float64) []Request {
		var all []Request
		for i := range n {
			all = append(all, deletion(i+1, fmt.Sprintf("image-%d", i%images), float64(i)*gap, float64(i%13)*gap/4, results[i%len(results)], ""))
		}
		return all
	}
	for _, requests := range [][]Request{many(1, 1, 0), many(5, 1, 0), many(5, 5, 0), many(40, 2, 1), many(MaxRequests, 1, 1000), many(MaxRequests, 30, 0.01), many(20, 20, 3_600_000), polls()} {
		p := newPicture("x", "", requests)
		for _, l := range p.Lanes {
			last := percent(-1)
			for i, m := range l.Marks {
				if m.X < last || m.X < 0 || m.X > 100 || l.Bars[i].Width < 0 || l.Bars[i].End() > 100.001 {
					t.Errorf("mark %d of %d is at %v after %v, its bar ends at %v", i, len(l.Marks), m.X, last, l.Bars[i].End())
				}
				last = m.X
			}
			for wide, width := range pictureWidths {
				for _, level := range []bool{false, true} {
					var rooms [][2]float64
					for _, one := range l.Labels {
						if from, to := one.room(width); one.Length == level && one.Wide <= wide {
							rooms = append(rooms, [2]float64{from, to})
							if from < -7 || to > float64(width)+7 {
								t.Errorf("%q reaches from %v to %v of %d pixels", one.Text, from, to, width)
							}
						}
					}
					slices.SortFunc(rooms, func(a, b [2]float64) int { return int(a[0]*100 - b[0]*100) })
					for i := 1; i < len(rooms); i++ {
						if rooms[i][0] < rooms[i-1][1]-0.01 {
							t.Errorf("labels overlap at %d pixels: %v", width, rooms[i-1:i+1])
						}
					}
				}
			}
		}
	}
	if p := newPicture("x", "", many(MaxRequests, 30, 1)); len(p.Lanes) != maxLanes || p.Left != 18 || len(p.Lanes[0].Marks) != 7 {
		t.Errorf("of 30 images %d have a lane, the first of %d requests, %d have none", len(p.Lanes), len(p.Lanes[0].Marks), p.Left)
	}
	if p := newPicture("x", "", many(MaxRequests, 1, 1)); p.Width != MaxRequests*markSpace {
		t.Errorf("%d marks have %d pixels", MaxRequests, p.Width)
	}
	if p := newPicture("x", "", polls()); len(p.Lanes[0].Marks) != 4 || p.Width != 0 || !strings.Contains(p.About, "58 more, the last GET 200; pause of 2.0 s; GET 404") {
		t.Errorf("of 62 requests, most of them alike, %d are drawn: %s", len(p.Lanes[0].Marks), p.About)
	}
}

// Each way to end has a shape of its own, not only a colour.
func TestClass(t *testing.T) {
	t.Parallel()
	for result, want := range map[string]string{
		"204": classOK, "200": classOK, "404": classRefused, "429": classRefused, "500": classError, "503": classError, "300": classOther, "101": classOther,
		"dropped": classLost, "204 truncated": classLost, "pending": classOpen, "client left": classOpen, "": classLost,
	} {
		if got := (&Request{Result: result}).class(); got != want {
			t.Errorf("%q is %s, want %s", result, got, want)
		}
	}
	shapes := make(map[string]string)
	for _, class := range []string{classOK, classRefused, classError, classLost, classOpen, classOther} {
		var b strings.Builder
		if err := pageTemplate.ExecuteTemplate(&b, "shape", class); err != nil {
			t.Fatal(err)
		}
		shape := strings.Replace(b.String(), `class="`+class+`"`, "", 1)
		if shape == b.String() || shapes[shape] != "" || !strings.Contains(pageCSS, "svg ."+class+" {") {
			t.Errorf("%s is drawn as %s, as is %q", class, b.String(), shapes[shape])
		}
		shapes[shape] = class
	}
}
