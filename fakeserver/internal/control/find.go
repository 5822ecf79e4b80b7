package control

import (
	"bytes"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"sync"

	"github.com/fakeglance/fakeglance/fakeserver/internal/router"
	"github.com/fakeglance/fakeglance/fakeserver/internal/wire"
	"github.com/fakeglance/fakeglance/scenarios"
)

var routes = sync.OnceValue(func() *router.Router[Row] {
	return router.New(Table, func(r Row) (string, string) { return r.Method, r.Path })
})

// find returns the row for a request, as a router does. HEAD is answered as GET is, and
// a name in the path may have a slash that is escaped.
func find(r *http.Request) (row Row, vars wire.Vars, allow []string, ok bool) {
	asked, at := *r, *r.URL
	asked.URL = &at
	if at.RawPath != "" && at.EscapedPath() == at.RawPath {
		at.Path = at.RawPath
	}
	if r.Method == http.MethodHead {
		asked.Method = http.MethodGet
	}
	row, vars, allow, ok = routes().Find(&asked)
	for i := range vars {
		if value, err := url.PathUnescape(vars[i].Value); err == nil && at.Path != r.URL.Path {
			vars[i].Value = value
		}
	}
	return row, vars, allow, ok
}

// noPath is the error of a path that is not in the table.
func noPath(path string) error {
	var known, all []string
	for _, row := range Table {
		known = append(known, strings.TrimPrefix(row.Path, Prefix))
		all = append(all, row.Method+" "+row.Path)
	}
	if near := scenarios.Guess(strings.TrimPrefix(path, Prefix), known); near != "" {
		return errorf(http.StatusNotFound, "the control API has no %s (did you mean %s?)", path, Prefix+near)
	}
	return errorf(http.StatusNotFound, "the control API has no %s; it has %s", path, strings.Join(all, ", "))
}

// query returns the parameters of a request's URL, which may be those of the row.
func (row *Row) query(r *http.Request) (url.Values, error) {
	query, err := url.ParseQuery(r.URL.RawQuery)
	if err != nil {
		return nil, errorf(http.StatusBadRequest, "the query is malformed: %v", err)
	}
	for _, key := range slices.Sorted(maps.Keys(query)) {
		once := slices.Contains(row.params, key)
		switch {
		case !once && !slices.Contains(row.params, key+"*"):
			known := slices.Clone(row.params)
			for i := range known {
				known[i] = strings.TrimSuffix(known[i], "*")
			}
			return nil, errorf(http.StatusBadRequest, "%s %s: unknown parameter %q%s", row.Method, row.Path, key, guess(key, known))
		case once && len(query[key]) > 1:
			return nil, errorf(http.StatusBadRequest, "%s is given %d times", key, len(query[key]))
		case slices.Contains(query[key], ""):
			return nil, errorf(http.StatusBadRequest, "%s is empty: want a value, or leave it out", key)
		}
	}
	return query, nil
}

// takesBody is an error if a call has a body, and its row takes none: whoever sends one
// expects something of it.
func (c call) takesBody(row *Row) error {
	if bodies[row.Method+" "+row.Path] != "" || c.ContentLength == 0 {
		return nil
	}
	body, err := c.body()
	switch text := string(bytes.TrimSpace(body)); {
	case err != nil:
		return err
	case text == "" || text == "{}":
		return nil
	case len(row.params) > 0:
		return errorf(http.StatusBadRequest, "%s %s takes no body, only these parameters in its URL: %s", row.Method, row.Path, strings.Join(row.params, ", "))
	}
	return errorf(http.StatusBadRequest, "%s %s takes no body", row.Method, row.Path)
}
