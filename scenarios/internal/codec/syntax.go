package codec

import (
	"bytes"
	"regexp"
	"strconv"
	"strings"
)

// syntaxProblem is an error of yaml.v3 with its position and its usual cause, which
// the error itself seldom names. The patterns are compiled here so that no program
// that imports the package has to wait for them.
func syntaxProblem(file string, src []byte, err error) Problem {
	syntaxError := regexp.MustCompile(`^yaml: (?:line (\d+): )?`)
	// The parser of yaml.v3 counts lines from 0, its scanner from 1; these are the
	// parser's messages.
	parserError := regexp.MustCompile(`^did not find expected (<|node content|key|'-' indicator|',' or)`)
	// Errors in the first line have no line number, and neither have these anywhere.
	noLine := regexp.MustCompile(`^unknown anchor|^input error|UTF|Unicode|surrogate|control characters`)
	text := err.Error()
	m := syntaxError.FindStringSubmatch(text)
	if m == nil {
		return Problem{File: file, Message: "bad YAML: " + text}
	}
	message := strings.TrimPrefix(text, m[0])
	line, _ := strconv.Atoi(m[1])
	if name, ok := strings.CutPrefix(message, "unknown anchor '"); ok {
		line = lineOfAlias(src, strings.TrimSuffix(name, "' referenced"))
	}
	if line == 0 && !noLine.MatchString(message) || parserError.MatchString(message) {
		line++
	}
	p := Problem{File: file, Line: line, Message: "bad YAML: " + message}
	if lines := bytes.Split(src, []byte("\n")); 0 < line && line <= len(lines) {
		cause, at := causeOf(message, string(lines[line-1]))
		if cause != "" {
			p.Message += ": " + cause
		}
		p.Column = at + 1
	}
	return p
}

// lineOfAlias returns the number of the first line with the alias; 0: none.
func lineOfAlias(src []byte, name string) int {
	alias := regexp.MustCompile(start + `\*` + regexp.QuoteMeta(name) + `(?:[\s,\]}]|$)`)
	for i, line := range bytes.Split(src, []byte("\n")) {
		if alias.Match(line) {
			return i + 1
		}
	}
	return 0
}

// start matches what comes before a value.
const start = `(?:^|[:,\[{-]) *`

// causeOf returns the usual cause of an error of yaml.v3 in a line, and the index
// of where it stands; empty and -1: unknown.
func causeOf(message, line string) (string, int) {
	find := func(pattern string) int {
		at := regexp.MustCompile(pattern).FindStringSubmatchIndex(line)
		if at == nil {
			return -1
		}
		return at[2]
	}
	if at := find(`^ *(\t)`); at >= 0 {
		return "lines are indented by spaces, not by a tab", at
	}
	const brackets = "quote a text with brackets or braces in it"
	switch {
	case strings.HasPrefix(message, "found character that cannot start"),
		strings.HasPrefix(message, "did not find expected alphabetic or numeric"),
		strings.HasPrefix(message, "unknown anchor"):
		if at := find(`([^\s,:\[\]{}"']+\[)\*`); at >= 0 {
			return brackets, at
		}
		if at := find(start + "([*&%@`])"); at >= 0 {
			return "quote a text that begins with " + line[at:at+1], at
		}
	case strings.HasPrefix(message, "mapping values are not allowed"):
		values := regexp.MustCompile(`\{[^{}]*\}|"[^"]*"|'[^']*'`)
		line = values.ReplaceAllStringFunc(line, func(v string) string { return strings.Repeat("_", len(v)) })
		if at := find(`^[^:]*:(?:\s.*?)?\s([^\s:]+:)(?:\s|$)`); at >= 0 {
			return "a new line was lost before this key, or a text with a colon is not quoted", at
		}
	case strings.HasPrefix(message, "block sequence entries are not allowed"):
		if at := find(`:\s+(-)\s`); at >= 0 {
			return "a new line was lost before this -", at
		}
	case strings.HasPrefix(message, "did not find expected '-'"), strings.HasPrefix(message, "did not find expected key"):
		return "the keys of a mapping, and the entries of a list, are indented alike", find(`(\S)`)
	case strings.HasPrefix(message, "did not find expected ',' or"):
		line = regexp.MustCompile(`"[^"]*"|'[^']*'`).ReplaceAllStringFunc(line, func(v string) string { return strings.Repeat(" ", len(v)) })
		if at := find(`([^\s,:\[\]{}"']+[\[{])`); at >= 0 {
			return brackets, at
		}
		return "a comma or the closing bracket is missing", find(`([\[{][^\[{]*)$`)
	case strings.HasPrefix(message, "found unexpected end of stream"):
		return "a quote is not closed", find(`(["'])[^"']*$`)
	}
	return "", -1
}
