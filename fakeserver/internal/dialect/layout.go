package dialect

import (
	"net/http"
	"strings"
)

// layout is a message as WebOb lays it out: recorded.
func (s Shape) layout(status int, message string) string {
	switch s {
	case ShapeBare:
		return message
	case ShapeMethod:
		return message + " <br /><br />\n"
	case ShapeMedia:
		return message + "\n<br /><br />\n"
	case ShapeDetail:
		return explanation(status) + "<br /><br />\n" + message + "\n\n"
	}
	return message + "<br /><br />\n\n\n"
}

// explanation is what WebOb says of a status by itself.
func explanation(status int) string {
	switch status {
	case http.StatusConflict:
		return "There was a conflict when trying to complete your request."
	case http.StatusRequestedRangeNotSatisfiable:
		return "The Range requested is not available."
	}
	return "Access was denied to this resource."
}

// withoutTags makes plain text of a layout as WebOb does: everything in angle
// brackets goes, whoever wrote it.
func withoutTags(text string) string {
	text = strings.NewReplacer("\n", " ", "\r", "").Replace(text)
	var b strings.Builder
	for {
		before, rest, _ := strings.Cut(text, "<")
		b.WriteString(before)
		tag, after, closed := strings.Cut(rest, ">")
		if !closed {
			b.WriteString(text[len(before):])
			return b.String()
		}
		if strings.HasPrefix(strings.ToLower(tag), "br") {
			b.WriteByte('\n')
		}
		text = after
	}
}
