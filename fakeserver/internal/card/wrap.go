package card

import (
	"fmt"
	"strings"
	"unicode/utf8"
)

// width is how many columns a line of text has at most.
const width = 100

// columns is how many columns of a terminal a text takes, or more: of the characters
// above the alphabets of Europe and Asia Minor, each may take two.
func columns(s string) int {
	n := 0
	for _, r := range s {
		if n++; r >= 0x1100 {
			n++
		}
	}
	return n
}

// wrap breaks a text into lines of at most so many columns: between words where that
// is possible. Lines of the text stay lines.
func wrap(text string, most int) []string {
	var lines []string
	for line := range strings.SplitSeq(text, "\n") {
		indent := line[:len(line)-len(strings.TrimLeft(line, " "))]
		if len(indent) > most/2 {
			indent = ""
		}
		now, empty := indent, true
		for _, word := range strings.Fields(line) {
			if !empty && columns(now)+1+columns(word) > most {
				lines, now, empty = append(lines, now), indent, true
			}
			if !empty {
				now += " "
			}
			now, empty = now+word, false
			for columns(now) > most {
				head := fit(now, most)
				lines, now = append(lines, head), indent+now[len(head):]
			}
		}
		lines = append(lines, strings.TrimRight(now, " "))
	}
	return lines
}

// fit is the beginning of a text that takes at most so many columns.
func fit(s string, most int) string {
	n := 0
	for i, r := range s {
		if n += columns(string(r)); n > most {
			return s[:i]
		}
	}
	return s
}

// wrapCommand breaks a shell's command into lines that the shell takes as one: between
// words that are not quoted. A word that is too long makes a line that is too long.
func wrapCommand(command string, most int) []string {
	var lines []string
	now := ""
	for _, word := range words(command) {
		switch {
		case now == "":
			now = word
		case columns(now)+1+columns(word)+len(` \`) > most:
			lines, now = append(lines, now+` \`), "  "+word
		default:
			now += " " + word
		}
	}
	return append(lines, now)
}

// words splits a command at the spaces outside of quotes, which it keeps.
func words(command string) []string {
	var all []string
	start, quote := 0, rune(0)
	escaped := false
	for i, r := range command {
		switch {
		case escaped:
			escaped = false
		case r == '\\' && quote != '\'':
			escaped = true
		case quote != 0:
			if r == quote {
				quote = 0
			}
		case r == '\'' || r == '"':
			quote = r
		case r == ' ':
			if i > start {
				all = append(all, command[start:i])
			}
			start = i + utf8.RuneLen(r)
		}
	}
	if start < len(command) {
		all = append(all, command[start:])
	}
	return all
}

// span is a number of milliseconds, as a reader needs it.
func span(ms float64) string {
	switch {
	case ms <= 0:
		return "0 s"
	case ms < 1:
		return "<1 ms"
	case ms < 999.5:
		return fmt.Sprintf("%.0f ms", ms)
	case ms < 9_950:
		return fmt.Sprintf("%.1f s", ms/1000)
	case ms < 119_500:
		return fmt.Sprintf("%.0f s", ms/1000)
	case ms < 7_170_000:
		return fmt.Sprintf("%.0f min", ms/60_000)
	}
	return fmt.Sprintf("%.1f h", ms/3_600_000)
}

// number is a count of things: 1 incident, 2 incidents.
func number(n int, thing string) string {
	if n != 1 {
		thing += "s"
	}
	return fmt.Sprintf("%d %s", n, thing)
}
