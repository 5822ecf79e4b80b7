package control

import (
	"net/http"

	"github.com/fakeglance/fakeglance/fakeserver/internal/sandbox"
	"github.com/fakeglance/fakeglance/scenarios"
)

func getFaults(b *sandbox.Sandbox, _ call) (any, error) {
	return map[string]any{"faults": b.Faults(), "limits": b.Limits()}, nil
}

func addFault(b *sandbox.Sandbox, c call) (any, error) {
	var f scenarios.Fault
	if err := c.read(&f); err != nil {
		return nil, err
	}
	name, _, err := b.Inject(f)
	if err == nil {
		c.note("added the fault %s", name)
	}
	return map[string]any{"name": name}, err
}

func replaceFault(b *sandbox.Sandbox, c call) (any, error) {
	var f scenarios.Fault
	if err := c.read(&f); err != nil {
		return nil, err
	}
	name := c.vars.Get("name")
	if f.Name != "" && f.Name != name {
		return nil, errorf(http.StatusBadRequest, "name: the path names the fault %q, and the body %q", name, f.Name)
	}
	f.Name = name
	_, err := b.Replace(f)
	if err == nil {
		c.note("set the fault %s", name)
	}
	return map[string]any{"name": name}, err
}

func removeFault(b *sandbox.Sandbox, c call) (any, error) {
	if !b.RemoveFault(c.vars.Get("name")) {
		return nil, errorf(http.StatusNotFound, "no fault is called %q", c.vars.Get("name"))
	}
	c.note("removed the fault %s", c.vars.Get("name"))
	return nil, nil
}

func addLimit(b *sandbox.Sandbox, c call) (any, error) {
	var l scenarios.Limit
	if err := c.read(&l); err != nil {
		return nil, err
	}
	name, _, err := b.Limit(l)
	if err == nil {
		c.note("added the limit %s", name)
	}
	return map[string]any{"name": name}, err
}

func replaceLimit(b *sandbox.Sandbox, c call) (any, error) {
	var l scenarios.Limit
	if err := c.read(&l); err != nil {
		return nil, err
	}
	name := c.vars.Get("name")
	if !b.HasLimit(name) {
		return nil, errorf(http.StatusNotFound, "no limit is called %q", name)
	}
	err := b.ReplaceLimit(name, l)
	if err == nil {
		c.note("replaced the limit %s", name)
	}
	return map[string]any{"name": name}, err
}

func removeLimit(b *sandbox.Sandbox, c call) (any, error) {
	if !b.RemoveLimit(c.vars.Get("name")) {
		return nil, errorf(http.StatusNotFound, "no limit is called %q", c.vars.Get("name"))
	}
	c.note("removed the limit %s", c.vars.Get("name"))
	return nil, nil
}
