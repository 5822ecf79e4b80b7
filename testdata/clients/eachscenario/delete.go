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
	patience = 5 * time.Minute // how long one image is tried, or waited for
	longest  = time.Minute     // the longest pause
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

// Delete deletes images and returns when no answer shows them any more. It goes
// on with the others when one stays, and reports all that stay.
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

// tryDelete sends DELETE until it is accepted, refused for good, or patience ends.
func (c *Cloud) tryDelete(ctx context.Context, id string) error {
	p := pauses{cloud: c}
	for {
		a := c.ask(ctx, http.MethodDelete, "images/"+id)
		switch {
		case a.Err == nil && a.Status < 300, a.saysGone():
			return nil
		case !a.mayPass() && !c.unprotected(ctx, id, a):
			return a
		}
		if err := p.pause(ctx, a); err != nil {
			return errors.Join(a, err)
		}
	}
}

// waitGone looks for the image until neither call shows it. An image that stays
// for several looks is deleted again: the first time may not have worked.
func (c *Cloud) waitGone(ctx context.Context, id string) error {
	p := pauses{cloud: c}
	for seen := 1; ; seen++ {
		there, err := c.sees(ctx, id)
		if err == nil && !there {
			return nil
		}
		if there && seen%4 == 0 {
			if err := c.tryDelete(ctx, id); err != nil {
				return err
			}
		}
		if pause := p.pause(ctx, answer{}); pause != nil {
			return errors.Join(errors.New("it is still there"), err, pause)
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
	a = c.ask(ctx, http.MethodGet, "images/"+id)
	if a.Err == nil && a.Status == http.StatusOK {
		a.Err = json.Unmarshal(a.Body, &img)
	}
	return img, a
}

func (i image) deleted() bool { return i.Status == "deleted" || i.Status == "pending_delete" }

// list reads the list to its end. It does not follow links, which may lead
// anywhere: the last image of a full page says where the next one begins.
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

// saysGone reports whether the answer says that there is no such image. The
// gateway's 404 says something else: that there is no such address.
func (a answer) saysGone() bool {
	switch {
	case a.Err != nil:
		return false
	case a.Status == http.StatusNotFound:
		return !strings.HasPrefix(a.Code, "APIG")
	}
	return a.Status == http.StatusBadRequest && (a.Code == "IMG.0027" || a.Code == "IMG.0144")
}

// mayPass reports whether the same request may work later. IMS says of some
// passing troubles that the request was bad.
func (a answer) mayPass() bool {
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

// unprotected reports whether an image that could not be deleted for being
// protected is not protected any more.
func (c *Cloud) unprotected(ctx context.Context, id string, a answer) bool {
	if a.Status != http.StatusForbidden || !strings.Contains(a.Message, "protected") {
		return false
	}
	img, a := c.get(ctx, id)
	return a.Err == nil && a.Status == http.StatusOK && !img.Protected
}

// Pauses grow, and end when patience does.
type pauses struct {
	cloud     *Cloud
	last, sum time.Duration
}

// pause waits: as long as the answer asks for, or twice as long as before.
func (p *pauses) pause(ctx context.Context, a answer) error {
	p.last = min(max(2*p.last, time.Second), longest)
	d := p.last
	if asked := retryAfter(a.Header.Get("Retry-After")); asked > 0 {
		d = min(asked, longest)
	}
	if p.sum += d; p.sum > patience {
		return fmt.Errorf("given up after %s", p.sum-d)
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

// retryAfter reads both forms of the header. 0: it makes no sense, or is over.
func retryAfter(text string) time.Duration {
	if seconds, err := strconv.Atoi(text); err == nil {
		return time.Duration(min(max(seconds, 0), 3600)) * time.Second
	}
	if at, err := http.ParseTime(text); err == nil {
		return max(time.Until(at), 0)
	}
	return 0
}
