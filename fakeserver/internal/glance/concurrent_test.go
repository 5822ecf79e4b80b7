package glance_test

import (
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"

	"github.com/fakeglance/fakeglance/fakeserver/internal/registry"
	"github.com/fakeglance/fakeglance/scenarios"
)

// changes returns calls that each change the image "image". Changes with different
// numbers do not conflict.
func changes(n int) []call {
	return []call{
		{who: alice, op: scenarios.ModifyImage, image: "image", kind: patch21, body: fmt.Sprintf(`[{"op": "add", "path": "/p%d", "value": "x"}]`, n)},
		{who: alice, op: scenarios.AddImageTag, image: "image", item: fmt.Sprint("t", n)},
		{who: alice, op: scenarios.AddMember, image: "image", body: fmt.Sprintf(`{"member": "m%d"}`, n)},
	}
}

// TestChangesAndDeletion has many clients change an image while another one deletes
// it: after that nobody finds the image, and no change brings it back.
func TestChangesAndDeletion(t *testing.T) {
	t.Parallel()
	for range 20 {
		api := newAPI(&registry.Image{ID: "image"})
		var clients sync.WaitGroup
		start := make(chan struct{})
		for n := range 16 {
			for _, a := range changes(n) {
				clients.Go(func() {
					<-start
					if got := oneLine(a.send(api)); !strings.HasPrefix(got, "20") && !strings.HasPrefix(got, "404 ") {
						t.Errorf("%s: %s", a.op, got)
					}
				})
			}
		}
		clients.Go(func() {
			<-start
			remove := call{who: alice, op: scenarios.DeleteImage, image: "image"}
			check(t, oneLine(remove.send(api)), "204")
			tag := call{who: alice, op: scenarios.AddImageTag, image: "image", item: "late"}
			check(t, oneLine(tag.send(api)), "404 Image image not found.")
		})
		close(start)
		clients.Wait()
		if _, ok := api.Images.Get("image"); ok {
			t.Fatal("the image exists again")
		}
	}
}

// TestConcurrentChanges has many clients change one image: no change is lost.
func TestConcurrentChanges(t *testing.T) {
	t.Parallel()
	api := newAPI(&registry.Image{ID: "image"})
	const each = 40
	var clients sync.WaitGroup
	for n := range each {
		for _, a := range changes(n) {
			clients.Go(func() { check(t, oneLine(a.send(api)), "20") })
		}
	}
	clients.Wait()
	img := getImage(t, api, "image")
	if len(img.Properties) != each || len(img.Tags) != each || len(img.Members) != each {
		t.Errorf("%d properties, %d tags, %d members, want %d of each", len(img.Properties), len(img.Tags), len(img.Members), each)
	}
}

// TestConcurrentCreation has many clients create an image with the same id: exactly
// one succeeds.
func TestConcurrentCreation(t *testing.T) {
	t.Parallel()
	api := newAPI()
	var clients sync.WaitGroup
	results := make(chan error, 50)
	for range cap(results) {
		clients.Go(func() {
			_, err := call{who: alice, op: scenarios.AddImage, body: `{"id": "` + uuid + `"}`}.send(api)
			results <- err
		})
	}
	clients.Wait()
	close(results)
	n := 0
	for err := range results {
		if err == nil {
			n++
		} else if !errors.Is(err, problemOf(err)) || problemOf(err).Status != 409 {
			t.Error(err)
		}
	}
	if n != 1 {
		t.Errorf("%d clients created the image, want 1", n)
	}
}
