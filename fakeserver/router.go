package fakeserver

import (
	"net/http"
	"strings"

	"github.com/gorilla/mux"

	"github.com/fakeglance/fakeglance/fakeserver/internal/wire"
)

// A router finds the row of a table that a request is for. It is built once and
// never changes.
type router[T any] struct {
	mux   *mux.Router
	paths map[string]*methods[T] // by path, which is the name of its route too
}

// anyMethod is the method of a row that is for all methods which have no row of
// their own.
const anyMethod = "*"

// methods are the rows of one path, by method.
type methods[T any] struct {
	pattern pattern
	rows    map[string]T
	allow   []string // in the order of the table
}

// newRouter makes a router of a table's rows. Paths that stand first are tried first.
func newRouter[T any](rows []T, at func(T) (method, path string)) *router[T] {
	r := &router[T]{mux: mux.NewRouter().SkipClean(true), paths: make(map[string]*methods[T])}
	for _, row := range rows {
		method, path := at(row)
		m := r.paths[path]
		if m == nil {
			m = &methods[T]{pattern: newPattern(path), rows: make(map[string]T)}
			r.paths[path] = m
			r.mux.MatcherFunc(m.pattern.match).Name(path)
		}
		m.rows[method] = row
		m.allow = append(m.allow, method)
	}
	return r
}

// find is the row for a request and the variables of its path. Without a row,
// allow holds the methods that the path does have: none if there is no such path.
func (r *router[T]) find(req *http.Request) (row T, vars wire.Vars, allow []string, ok bool) {
	var m mux.RouteMatch
	if !r.mux.Match(req, &m) {
		return row, vars, nil, false
	}
	path := r.paths[m.Route.GetName()]
	if row, ok = path.rows[req.Method]; !ok {
		row, ok = path.rows[anyMethod]
	}
	if ok {
		return row, path.pattern.vars(req.URL.Path), nil, true
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
