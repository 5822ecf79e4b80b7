// Package router finds the row of a table that a request is for.
package router

import (
	"net/http"
	"strings"

	"github.com/gorilla/mux"

	"github.com/fakeglance/fakeglance/fakeserver/internal/wire"
	"github.com/fakeglance/fakeglance/scenarios"
)

// A Router finds the row of a table that a request is for. It never changes.
type Router[T any] struct {
	mux   *mux.Router
	paths map[*mux.Route]*methods[T]
}

// methods are the rows of one path, in the order of the table.
type methods[T any] struct {
	pattern pattern
	rows    []T
	allow   []string // the method of each
}

// New returns a router for the rows of a table, which at says the method and
// path of. A segment of a path in braces is a variable. Earlier paths are tried
// first.
func New[T any](rows []T, at func(T) (method, path string)) *Router[T] {
	r := &Router[T]{mux: mux.NewRouter().SkipClean(true), paths: make(map[*mux.Route]*methods[T])}
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
// have no variables, so nothing is written to it.
var noVars = map[string]string{}

// Find returns the row for a request and the variables of its path. If there is
// none, row is the first one of the path, and allow has the methods of all of them;
// nil: there is no such path.
func (r *Router[T]) Find(req *http.Request) (row T, vars wire.Vars, allow []string, ok bool) {
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
	return path.rows[0], vars, path.allow, false
}

// A pattern is the segments of a path in a table. mux would make a regular
// expression of each variable, which costs more than the rest of the routing.
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

// vars are the variables of a path that matches the pattern.
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
