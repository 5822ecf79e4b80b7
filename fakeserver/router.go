package fakeserver

import (
	"net/http"
	"strings"

	"github.com/gorilla/mux"

	"github.com/fakeglance/fakeglance/fakeserver/internal/wire"
	"github.com/fakeglance/fakeglance/scenarios"
)

// A router finds the row of a table that a request is for. It is built once and
// never changes.
type router[T any] struct {
	mux   *mux.Router
	paths map[*mux.Route]*methods[T]
}

// methods are the rows of one path, in the order of the table.
type methods[T any] struct {
	pattern pattern
	rows    []T
	allow   []string // the method of each
}

// newRouter makes a router of a table's rows. Paths that stand first are tried first.
func newRouter[T any](rows []T, at func(T) (method, path string)) *router[T] {
	r := &router[T]{mux: mux.NewRouter().SkipClean(true), paths: make(map[*mux.Route]*methods[T])}
	for _, row := range rows {
		method, path := at(row)
		route := r.mux.Get(path) // routes have their paths for names
		if route == nil {
			pattern := newPattern(path)
			route = r.mux.MatcherFunc(pattern.match).Name(path)
			r.paths[route] = &methods[T]{pattern: pattern}
		}
		m := r.paths[route]
		m.rows = append(m.rows, row)
		m.allow = append(m.allow, method)
	}
	return r
}

// noVars keeps mux from making a map of variables for each request. Its routes
// have none, so nothing is written to it.
var noVars = map[string]string{}

// find is the row for a request and the variables of its path. Without a row,
// allow holds the methods that the path does have: none if there is no such path.
func (r *router[T]) find(req *http.Request) (row T, vars wire.Vars, allow []string, ok bool) {
	m := mux.RouteMatch{Vars: noVars}
	if !r.mux.Match(req, &m) {
		return row, vars, nil, false
	}
	path := r.paths[m.Route]
	for i, method := range path.allow {
		if method == req.Method || method == scenarios.AnyMethod {
			return path.rows[i], path.pattern.vars(req.URL.Path), nil, true
		}
	}
	return row, vars, path.allow, false
}

// A pattern is a path of a table, segment by segment. A segment in braces is a
// variable. mux would make a regular expression of it, which costs a request
// more than all the rest of finding its route.
type pattern []string

func newPattern(path string) pattern {
	return strings.Split(strings.TrimPrefix(path, "/"), "/")
}

// match is a mux.MatcherFunc.
func (p pattern) match(req *http.Request, _ *mux.RouteMatch) bool {
	rest := strings.TrimPrefix(req.URL.Path, "/")
	if strings.Count(rest, "/") != len(p)-1 {
		return false
	}
	for _, want := range p {
		var segment string
		segment, rest, _ = strings.Cut(rest, "/")
		if isVariable(want) && segment == "" || !isVariable(want) && segment != want {
			return false
		}
	}
	return true
}

// vars are the variables of a path that the pattern matches.
func (p pattern) vars(path string) (vars wire.Vars) {
	rest, n := strings.TrimPrefix(path, "/"), 0
	for _, want := range p {
		var segment string
		segment, rest, _ = strings.Cut(rest, "/")
		if isVariable(want) {
			vars[n].Name, vars[n].Value = want[1:len(want)-1], segment
			n++
		}
	}
	return vars
}

func isVariable(segment string) bool { return strings.HasPrefix(segment, "{") }
