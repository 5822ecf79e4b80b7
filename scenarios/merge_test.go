package scenarios_test

import (
	"reflect"
	"testing"
	"time"

	"github.com/fakeglance/fakeglance/scenarios"
)

func TestCloneSharesNothing(t *testing.T) {
	t.Parallel()
	full := func() *scenarios.Scenario {
		return &scenarios.Scenario{
			Name:   "full",
			Source: []string{"synthetic"},
			Auth:   scenarios.Auth{Users: []scenarios.User{{Name: "ann", Roles: []string{"admin"}}}},
			Images: []scenarios.Image{{
				Name: "a", Tags: []string{"one"}, Properties: map[string]string{"k": "v"},
				Members: []scenarios.Member{{Project: "p"}}, CreatedAt: time.Unix(1, 0).UTC(),
			}},
			Faults: []scenarios.Fault{{
				Match: scenarios.Match{Operation: []scenarios.Operation{scenarios.GetImage}, Headers: map[string]string{"A": "b"}},
				Inject: scenarios.Injection{
					Status: 500, Headers: map[string]string{"A": "b"},
					Body:   map[string]any{"list": []any{1, map[string]any{"x": nil}}},
					Linger: &scenarios.Linger{Reads: 1, In: []scenarios.Operation{scenarios.GetImage}},
				},
				Place: "x.yaml:1",
			}},
			Limits: []scenarios.Limit{{Match: scenarios.Match{Query: map[string]string{"a": "b"}}}},
		}
	}
	original := full()
	c := original.Clone()
	if !reflect.DeepEqual(c, original) {
		t.Fatalf("the clone differs:\n%+v\n%+v", c, original)
	}
	c.Source[0] = ""
	c.Auth.Users[0].Roles[0] = ""
	c.Images[0].Tags[0] = ""
	c.Images[0].Properties["k"] = ""
	c.Images[0].Members[0].Project = ""
	c.Faults[0].Match.Operation[0] = ""
	c.Faults[0].Match.Headers["A"] = ""
	c.Faults[0].Inject.Headers["A"] = ""
	c.Faults[0].Inject.Body.(map[string]any)["list"].([]any)[1].(map[string]any)["x"] = 1
	c.Faults[0].Inject.Linger.Reads = 2
	c.Faults[0].Inject.Linger.In[0] = ""
	c.Limits[0].Match.Query["a"] = ""
	if !reflect.DeepEqual(original, full()) {
		t.Errorf("a change of the clone changed the original:\n%+v", original)
	}
	if empty := (&scenarios.Scenario{}).Clone(); !reflect.DeepEqual(empty, &scenarios.Scenario{}) {
		t.Errorf("the clone of an empty scenario is %+v", empty)
	}
}

func TestMerge(t *testing.T) {
	t.Parallel()
	mine := []scenarios.Image{{Name: "a"}, {Name: "b"}}
	s := &scenarios.Scenario{Name: "first", Seed: 5, Auth: scenarios.Auth{Strict: true, TokenTTL: time.Hour}}
	s.Merge(&scenarios.Scenario{Images: mine[:1]})
	s.Merge(&scenarios.Scenario{
		Seed: 7, Dialect: scenarios.IMS,
		Auth:   scenarios.Auth{TokenTTL: time.Minute, Users: []scenarios.User{{Name: "ann"}}},
		Images: []scenarios.Image{{Name: "c"}},
		Limits: []scenarios.Limit{{Burst: 1}},
	})
	want := &scenarios.Scenario{
		Name: "first", Seed: 7, Dialect: scenarios.IMS,
		Auth:   scenarios.Auth{Strict: true, TokenTTL: time.Minute, Users: []scenarios.User{{Name: "ann"}}},
		Images: []scenarios.Image{{Name: "a"}, {Name: "c"}},
		Limits: []scenarios.Limit{{Burst: 1}},
	}
	if !reflect.DeepEqual(s, want) {
		t.Errorf("got\n%+v\nwant\n%+v", s, want)
	}
	if mine[1].Name != "b" {
		t.Errorf("merging wrote %q behind a list that was merged", mine[1].Name)
	}
}
