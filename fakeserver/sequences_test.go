package fakeserver_test

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"os"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/fakeglance/fakeglance/fakeserver/internal/ids"
)

// TestRandomSequences sends the same random requests to two services, a real Glance
// (REPLAY_AUTH_URL, REPLAY_IMAGE_URL) and another one (DIFFER_AUTH_URL,
// DIFFER_IMAGE_URL; by default a fake server for each sequence), and compares the
// answers. SEQUENCES is the number of sequences, SEED the seed of the first; by
// default it is taken from the clock, and logged. All images of the services are
// deleted.
func TestRandomSequences(t *testing.T) {
	truth := remoteTarget("REPLAY")
	if truth == nil {
		t.Skip("no service to compare with: see testdata/oracle/check")
	}
	other := remoteTarget("DIFFER")
	sequences, seed := number("SEQUENCES", 200), number("SEED", uint64(time.Now().UnixNano()))
	t.Logf("SEED=%d SEQUENCES=%d", seed, sequences)
	different := 0
	for n := range sequences {
		ok := t.Run(strconv.FormatUint(n, 10), func(t *testing.T) {
			at := other
			if at == nil {
				at = ownTarget(t)
			}
			compareTargets(t, truth, at, seed, n)
		})
		if !ok {
			different++
		}
	}
	t.Logf("%d sequences, %d differ", sequences, different)
}

func number(name string, fallback uint64) uint64 {
	if n, err := strconv.ParseUint(os.Getenv(name), 10, 64); err == nil {
		return n
	}
	return fallback
}

func compareTargets(t *testing.T, truth, other *target, seed, n uint64) {
	their, our := newReplay(t, truth, n), newReplay(t, other, n)
	their.wipe()
	our.wipe()
	theirNames, ourNames := newNames(their), newNames(our)
	gen := &sequence{Rand: rand.New(rand.NewPCG(seed, n)), salt: truth.salt}
	for i := range 14 {
		s := gen.step(i)
		resp, body := their.send(s)
		s.Expect = theirNames.observe(s.Method, resp, body)
		resp, body = our.send(s)
		if differ := differences(s, ourNames.observe(s.Method, resp, body)); len(differ) > 0 {
			t.Errorf("step %d: %s %s %s %s %v\n\t%s", i+1, s.As, s.Method, s.Path, s.JSON, s.Headers, strings.Join(differ, "\n\t"))
			return // later steps would only differ as a consequence
		}
	}
}

// A sequence generates random requests: the first ones create images, the others
// use them, even after they are deleted.
type sequence struct {
	*rand.Rand
	salt uint64 // for new image ids, since a deleted image's id cannot be used again
}

const imagesOfSequence = 3

func (g *sequence) image(i int) string {
	return ids.UUID(g.salt, ids.Image, uint64(i))
}

func pick[T any](g *sequence, from ...T) T { return from[g.IntN(len(from))] }

func (g *sequence) step(i int) step {
	s := step{As: pick(g, "alice", "alice", "alice", "bob", "rita", "admin")}
	image := "/v2/images/" + g.image(g.IntN(imagesOfSequence))
	if i < imagesOfSequence {
		s.As = pick(g, "alice", "alice", "bob", "admin")
		s.Method, s.Path = "POST", "/v2/images"
		s.JSON = g.newImage(i)
		return s
	}
	switch g.IntN(20) {
	case 0, 1, 2:
		s.Method, s.Path = "DELETE", image
	case 3, 4:
		s.Method, s.Path = "GET", image
	case 5, 6, 7:
		s.Method, s.Path, s.JSON = "PATCH", image, g.patch()
		s.Headers = map[string]string{"Content-Type": "application/openstack-images-v2.1-json-patch"}
	case 8, 9:
		data := strings.Repeat(pick(g, "a", "b"), g.IntN(50))
		s.Method, s.Path, s.Body = "PUT", image+pick(g, "/file", "/file", "/stage"), &data
		s.Headers = map[string]string{"Content-Type": "application/octet-stream"}
	case 10:
		s.Method, s.Path = "GET", image+"/file"
		if g.IntN(2) == 0 {
			s.Headers = map[string]string{"Range": fmt.Sprintf("bytes=%d-%d", g.IntN(20), g.IntN(40))}
		}
	case 11:
		s.Method, s.Path = "POST", image+"/actions/"+pick(g, "deactivate", "reactivate")
	case 12:
		s.Method, s.Path = pick(g, "PUT", "PUT", "DELETE"), image+"/tags/"+pick(g, "one", "two", "three%20four")
	case 13:
		s.Method, s.Path = "POST", image+"/members"
		s.JSON = json.RawMessage(fmt.Sprintf(`{"member": "%s"}`, pick(g, "${beta_id}", "${beta_id}", "${alpha_id}", "nobody")))
	case 14:
		s.Method, s.Path = pick(g, "GET", "DELETE"), image+"/members/${beta_id}"
	case 15:
		s.Method, s.Path = "PUT", image+"/members/${beta_id}"
		s.JSON = json.RawMessage(fmt.Sprintf(`{"status": "%s"}`, pick(g, "accepted", "rejected", "pending", "perhaps")))
	case 16:
		s.Method, s.Path = "GET", image+"/members"
	default:
		s.Method, s.Path = "GET", "/v2/images"+g.query()
	}
	return s
}

func (g *sequence) newImage(i int) json.RawMessage {
	fields := []string{fmt.Sprintf(`"id": "%s"`, g.image(i))}
	add := func(chance int, values ...string) {
		if g.IntN(100) < chance {
			fields = append(fields, pick(g, values...))
		}
	}
	add(80, `"name": "red"`, `"name": "green"`, `"name": "a name"`)
	add(80, `"disk_format": "raw"`, `"disk_format": "qcow2"`, `"disk_format": "floppy"`)
	add(80, `"container_format": "bare"`, `"container_format": "ovf"`)
	add(50, `"visibility": "private"`, `"visibility": "shared"`, `"visibility": "community"`, `"visibility": "public"`)
	add(25, `"protected": true`, `"protected": "yes"`)
	add(20, `"min_disk": 5`, `"min_disk": -1`, `"min_ram": 512`)
	add(30, `"tags": ["one"]`, `"tags": ["two", "one", "two"]`)
	add(30, `"colour": "blue"`, `"os_distro": "debian"`, `"size": 5`)
	add(15, `"os_hidden": true`, `"owner": "${beta_id}"`)
	return json.RawMessage("{" + strings.Join(fields, ", ") + "}")
}

func (g *sequence) patch() json.RawMessage {
	var edits []string
	for range 1 + g.IntN(2) {
		op := pick(g, "replace", "replace", "add", "remove")
		path := pick(g, "/name", "/name", "/protected", "/visibility", "/colour", "/tags", "/min_disk", "/os_hidden", "/disk_format", "/status", "/owner")
		edit := fmt.Sprintf(`{"op": %q, "path": %q`, op, path)
		if op != "remove" {
			edit += `, "value": ` + map[string]string{
				"/name":        pick(g, `"red"`, `"new name"`, `5`),
				"/protected":   pick(g, `true`, `false`),
				"/visibility":  pick(g, `"private"`, `"shared"`, `"community"`, `"public"`, `"secret"`),
				"/colour":      pick(g, `"red"`, `"blue"`, `null`),
				"/tags":        pick(g, `[]`, `["two"]`, `"two"`),
				"/min_disk":    pick(g, `1`, `-1`, `"x"`),
				"/os_hidden":   pick(g, `true`, `false`),
				"/disk_format": pick(g, `"raw"`, `"qcow2"`),
				"/status":      `"active"`,
				"/owner":       pick(g, `"${beta_id}"`, `"${alpha_id}"`),
			}[path]
		}
		edits = append(edits, edit+"}")
	}
	return json.RawMessage("[" + strings.Join(edits, ", ") + "]")
}

func (g *sequence) query() string {
	var parts []string
	for range g.IntN(3) {
		parts = append(parts, pick(g,
			"limit=1", "limit=2", "limit=0", "name=red", "name=in:red,green", "status=active", "status=queued",
			"visibility=public", "visibility=community", "visibility=all", "visibility=shared", "tag=one", "protected=true",
			"sort=name:asc", "sort_key=size&sort_dir=asc", "sort_key=status", "os_hidden=true", "member_status=all",
			"owner=${beta_id}", "size_min=10", "colour=blue", "marker="+g.image(0), "disk_format=raw", "created_at=gt:2020-01-01T00:00:00Z"))
	}
	if len(parts) == 0 {
		return ""
	}
	return "?" + strings.Join(parts, "&")
}
