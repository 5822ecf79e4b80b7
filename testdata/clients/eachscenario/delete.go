package eachscenario

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"time"
)

const (
	timeout  = 5 * time.Minute // total of the pauses for one image
	maxPause = time.Minute
)

// DeleteAll deletes all images that the list shows.
func (c *Cloud) DeleteAll(ctx context.Context) error {
	images, err := c.list(ctx)
	if err != nil {
		return err
	}
	ids := make([]string, len(images))
	for i, img := range images {
		ids[i] = img.ID
	}
	return c.Delete(ctx, ids...)
}

// Delete deletes images, and returns when no answer shows them any more. If one of
// them cannot be deleted, it goes on with the others; the error names all of these.
func (c *Cloud) Delete(ctx context.Context, ids ...string) error {
	var errs []error
	var accepted []string
	for _, id := range ids {
		if err := c.tryDelete(ctx, id); err != nil {
			errs = append(errs, fmt.Errorf("delete image %s: %w", id, err))
		} else {
			accepted = append(accepted, id)
		}
	}
	for _, id := range accepted {
		if err := c.waitGone(ctx, id); err != nil {
			errs = append(errs, fmt.Errorf("delete image %s: %w", id, err))
		}
	}
	return errors.Join(errs...)
}

// tryDelete sends DELETE until it is accepted, until the error is permanent, or until
// the timeout.
func (c *Cloud) tryDelete(ctx context.Context, id string) error {
	p := pauses{cloud: c}
	for {
		a := c.call(ctx, http.MethodDelete, "images/"+id)
		switch {
		case a.Err == nil && a.Status < 300, a.saysGone():
			return nil
		case !a.temporary() && !c.unprotected(ctx, id, a):
			return a
		}
		if err := p.pause(ctx, a); err != nil {
			return errors.Join(a, err)
		}
	}
}

// waitGone waits until neither a lookup nor the list shows the image. If several
// lookups still show it, it is deleted again: the first deletion may not have worked.
func (c *Cloud) waitGone(ctx context.Context, id string) error {
	p := pauses{cloud: c}
	for looks := 1; ; looks++ {
		exists, err := c.sees(ctx, id)
		if err == nil && !exists {
			return nil
		}
		if exists && looks%4 == 0 {
			if err := c.tryDelete(ctx, id); err != nil {
				return err
			}
		}
		if pause := p.pause(ctx, answer{}); pause != nil {
			return errors.Join(errors.New("the image still exists"), err, pause)
		}
	}
}

// sees reports whether a lookup or the list shows the image, other than as deleted.
func (c *Cloud) sees(ctx context.Context, id string) (bool, error) {
	img, a := c.get(ctx, id)
	if a.Err == nil && a.Status == http.StatusOK {
		return !img.deleted(), nil
	}
	if !a.saysGone() {
		return false, a
	}
	images, err := c.list(ctx)
	for _, img := range images {
		if img.ID == id && !img.deleted() {
			return true, nil
		}
	}
	return false, err
}

func (c *Cloud) get(ctx context.Context, id string) (img image, a answer) {
	a = c.call(ctx, http.MethodGet, "images/"+id)
	if a.Err == nil && a.Status == http.StatusOK {
		a.Err = json.Unmarshal(a.Body, &img)
	}
	return img, a
}

func (i image) deleted() bool { return i.Status == "deleted" || i.Status == "pending_delete" }

// list reads all pages of the list. It does not follow their links, which may be
// wrong: the last image of a full page is the marker for the next page.
func (c *Cloud) list(ctx context.Context) ([]image, error) {
	const limit = 10
	var all []image
	for marker := ""; ; {
		images, a := c.page(ctx, marker, limit)
		if a.Err != nil || a.Status != http.StatusOK {
			return nil, a
		}
		all = append(all, images...)
		if len(images) < limit {
			return all, nil
		}
		marker = images[limit-1].ID
	}
}

// saysGone reports whether the answer means that there is no such image. A 404 of the
// gateway means something else: that there is no such route.
func (a answer) saysGone() bool {
	switch {
	case a.Err != nil:
		return false
	case a.Status == http.StatusNotFound:
		return !strings.HasPrefix(a.Code, "APIG")
	}
	return a.Status == http.StatusBadRequest && (a.Code == "IMG.0027" || a.Code == "IMG.0144")
}

// temporary reports whether the same request may succeed later. For some temporary
// errors IMS answers 400.
func (a answer) temporary() bool {
	switch {
	case a.Err != nil:
		return true
	case a.Status == http.StatusBadRequest:
		switch a.Code {
		case "IMG.0060", "IMG.0061", "IMG.0064", "IMG.0065", "IMG.0090":
			return true
		}
	}
	return a.Status == http.StatusConflict || a.Status == http.StatusTooManyRequests || a.Status >= 500
}

// unprotected reports whether an image that could not be deleted because it was
// protected is no longer protected.
func (c *Cloud) unprotected(ctx context.Context, id string, a answer) bool {
	if a.Status != http.StatusForbidden || !strings.Contains(a.Message, "protected") {
		return false
	}
	img, a := c.get(ctx, id)
	return a.Err == nil && a.Status == http.StatusOK && !img.Protected
}

// pauses makes the growing pauses between attempts, until the timeout.
type pauses struct {
	cloud     *Cloud
	last, sum time.Duration
}

// pause waits as long as the answer asks for, or else twice as long as the last time.
func (p *pauses) pause(ctx context.Context, a answer) error {
	p.last = min(max(2*p.last, time.Second), maxPause)
	d := p.last
	if asked := retryAfter(a.Header.Get("Retry-After")); asked > 0 {
		d = min(asked, maxPause)
	}
	if p.sum += d; p.sum > timeout {
		return fmt.Errorf("gave up after %s", p.sum-d)
	}
	if p.cloud.Sleep != nil {
		return p.cloud.Sleep(ctx, d)
	}
	select {
	case <-time.After(d):
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// retryAfter parses both forms of the header. It returns 0 if the header is invalid or
// its time has passed.
func retryAfter(text string) time.Duration {
	if seconds, err := strconv.Atoi(text); err == nil {
		return time.Duration(min(max(seconds, 0), 3600)) * time.Second
	}
	if at, err := http.ParseTime(text); err == nil {
		return max(time.Until(at), 0)
	}
	return 0
}
