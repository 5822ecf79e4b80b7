package fakeserver

import (
	"net/http"
	"strings"

	"github.com/gorilla/mux"
)

// A router finds the row of a table that a request is for. It is built once and
// never changes.
type router[T any] struct {
	mux   *mux.Router
	paths map[string]*methods[T] // by path, which is the name of its route too
}

// methods are the rows of one path, by method.
type methods[T any] struct {
	rows  map[string]T
	allow []string // in the order of the table
}

// newRouter makes a router of a table's rows. Paths that stand first are tried first.
func newRouter[T any](rows []T, at func(T) (method, path string)) *router[T] {
	r := &router[T]{mux: mux.NewRouter().SkipClean(true), paths: make(map[string]*methods[T])}
	for _, row := range rows {
		method, path := at(row)
		m := r.paths[path]
		if m == nil {
			m = &methods[T]{rows: make(map[string]T)}
			r.paths[path] = m
			r.mux.MatcherFunc(newPattern(path).match).Name(path)
		}
		m.rows[method] = row
		m.allow = append(m.allow, method)
	}
	return r
}

// find is the row for a request and the variables of its path. Without a row,
// allow holds the methods that the path does have: none if there is no such path.
func (r *router[T]) find(req *http.Request) (row T, vars map[string]string, allow []string, ok bool) {
	var m mux.RouteMatch
	if !r.mux.Match(req, &m) {
		return row, nil, nil, false
	}
	path := r.paths[m.Route.GetName()]
	if row, ok = path.rows[req.Method]; ok {
		return row, m.Vars, nil, true
	}
	return row, nil, path.allow, false
}

// A pattern is a path of a table, segment by segment. A segment in braces is a
// variable. mux would make a regular expression of it, which costs a request
// more than all the rest of finding its route.
type pattern []string

func newPattern(path string) pattern {
	return strings.Split(strings.TrimPrefix(path, "/"), "/")
}

// match is a mux.MatcherFunc.
func (p pattern) match(req *http.Request, m *mux.RouteMatch) bool {
	rest := strings.TrimPrefix(req.URL.Path, "/")
	if strings.Count(rest, "/") != len(p)-1 {
		return false
	}
	var vars map[string]string
	for _, want := range p {
		var segment string
		segment, rest, _ = strings.Cut(rest, "/")
		name, isVar := variable(want)
		switch {
		case !isVar && segment != want, isVar && segment == "":
			return false
		case isVar:
			if vars == nil {
				vars = make(map[string]string, 2)
			}
			vars[name] = segment
		}
	}
	m.Vars = vars
	return true
}

// variable is the name in the braces of a segment.
func variable(segment string) (name string, ok bool) {
	if !strings.HasPrefix(segment, "{") {
		return "", false
	}
	return segment[1 : len(segment)-1], true
}
