package control

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/fakeglance/fakeglance/fakeserver/internal/journal"
	"github.com/fakeglance/fakeglance/fakeserver/internal/sandbox"
	"github.com/fakeglance/fakeglance/scenarios"
)

func getRequests(b *sandbox.Sandbox, c call) (any, error) {
	var err error
	query := c.query
	filter := journal.Filter{
		Operation: query.Get("operation"), Image: query.Get("image"), Project: query.Get("project"), Fault: query.Get("fault"),
	}
	if err = b.CheckFilter(filter); err != nil {
		return nil, err
	}
	n, timeout := 0, 30*time.Second
	for key, number := range map[string]*int{"status": &filter.Status, "after": &filter.After, "wait": &n} {
		if !query.Has(key) {
			continue
		}
		if *number, err = strconv.Atoi(query.Get(key)); err != nil || *number < 0 {
			return nil, errorf(http.StatusBadRequest, "%s: %q is not a whole number of 0 or more", key, query.Get(key))
		}
	}
	if query.Has("since") {
		if filter.Since, err = time.Parse(time.RFC3339Nano, query.Get("since")); err != nil {
			return nil, errorf(http.StatusBadRequest, "since: %q is not a time such as 2026-01-31T12:00:00Z", query.Get("since"))
		}
	}
	if query.Has("timeout") {
		if timeout, err = time.ParseDuration(query.Get("timeout")); err != nil || timeout < 0 {
			return nil, errorf(http.StatusBadRequest, "timeout: %q is not a duration such as 10s", query.Get("timeout"))
		}
	}
	if query.Has("wait") {
		ctx, cancel := context.WithTimeout(c.Context(), timeout)
		defer cancel()
		if err := b.WaitRequests(ctx, n, filter); errors.Is(err, sandbox.ErrOver) {
			return nil, errorf(http.StatusServiceUnavailable, "%v", err)
		} else if err != nil {
			return nil, errorf(http.StatusRequestTimeout, "only %d of %d requests were answered within %s", b.Decided(filter), n, timeout)
		}
	}
	return streamed(b.View(filter)), nil
}

// streamed writes requests one by one, so that a full journal is not in memory again
// as text.
func streamed(v *journal.View) writer {
	return func(rw http.ResponseWriter) {
		rw.Header().Set("Content-Type", "application/json")
		out := bufio.NewWriter(rw)
		fmt.Fprintf(out, `{"dropped":%d,"requests":[`, v.Dropped)
		between := ""
		for r := range v.Records() {
			text, err := json.Marshal(&r)
			if err == nil {
				_, err = fmt.Fprintf(out, "%s%s", between, text)
			}
			if err != nil {
				return // the client has gone
			}
			between = ","
		}
		fmt.Fprintf(out, "],\"total\":%d}\n", v.Arrived)
		_ = out.Flush()
	}
}

func getRequest(b *sandbox.Sandbox, c call) (any, error) {
	seq, err := strconv.Atoi(c.vars.Get("seq"))
	if err != nil {
		return nil, errorf(http.StatusBadRequest, "seq: %q is not a whole number", c.vars.Get("seq"))
	}
	r, ok := b.World().Journal().Record(seq)
	if !ok {
		return nil, errorf(http.StatusNotFound, "the journal has no request %d: it has dropped it, or there was none", seq)
	}
	return r, nil
}

func clearRequests(b *sandbox.Sandbox, c call) (any, error) {
	b.ClearRequests()
	c.note("emptied the journal")
	return nil, nil
}

// guess ends a message about a wrong word: with the one that was probably meant,
// or else with all of them, if they are not too many.
func guess(wrong string, known []string) string {
	if near := scenarios.Guess(wrong, known); near != "" {
		return fmt.Sprintf(" (did you mean %q?)", near)
	}
	if len(known) == 0 || len(known) > 12 {
		return ""
	}
	return "; there are " + strings.Join(known, ", ")
}
