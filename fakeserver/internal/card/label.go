package card

import "slices"

// A label is a text, centred at X unless it begins or ends there.
type label struct {
	X      percent
	Text   string
	Anchor string // start, middle or end
	Length bool   // of a pause or an answer, on the line of a lane; false: above it
	Wide   int    // 0: there is room for it in any picture; 1, 2: only in wider ones
}

// pictureWidths are the widths in pixels, for each of which labels are chosen.
var pictureWidths = []int{280, 600, 1000}

// fitting are the labels for which there is room beside the others and the obstacles.
func fitting(labels []label, obstacles []mark) []label {
	var chosen []label
	left := labels
	for wide, width := range pictureWidths {
		var rest []label
		for _, l := range left {
			l.Wide = wide
			if !l.Length {
				l.anchor(width)
			}
			from, to := l.room(width)
			taken := slices.ContainsFunc(chosen, func(other label) bool {
				a, b := other.room(width)
				return from < b && a < to
			}) || slices.ContainsFunc(obstacles, func(m mark) bool {
				x := float64(m.X) / 100 * float64(width)
				return from < x+8 && x-8 < to
			})
			if taken {
				rest = append(rest, l)
			} else {
				chosen = append(chosen, l)
			}
		}
		left = rest
	}
	return chosen
}

// letter is how many pixels wide a letter is.
const letter = 6.6

// anchor chooses how the label stays within a picture so wide.
func (l *label) anchor(width int) {
	half, x := letter*float64(len([]rune(l.Text)))/2, float64(l.X)/100*float64(width)
	switch {
	case x < half:
		l.Anchor = "start"
	case x > float64(width)-half:
		l.Anchor = "end"
	default:
		l.Anchor = "middle"
	}
}

// room is from where to where the label reaches in a picture so wide.
func (l *label) room(width int) (from, to float64) {
	long, x := letter*float64(len([]rune(l.Text))), float64(l.X)/100*float64(width)
	switch l.Anchor {
	case "start":
		return x - 6, x + long + 6
	case "end":
		return x - long - 6, x + 6
	}
	return x - long/2 - 4, x + long/2 + 4
}
