package eachscenario

import (
	"context"
	"encoding/json"
	"net/http"
)

// NaiveDelete deletes images as clients often do: with one request for each. It stops
// at the first answer that is not a 204.
func (c *Cloud) NaiveDelete(ctx context.Context, ids ...string) error {
	if err := c.signIn(ctx); err != nil {
		return err
	}
	for _, id := range ids {
		a := c.send(ctx, http.MethodDelete, c.URL+"/v2/images/"+id, nil)
		if a.Err != nil || a.Status != http.StatusNoContent {
			return a
		}
	}
	return nil
}

// NaiveDeleteAll follows the links of the list from page to page, and deletes the
// images of each page.
func (c *Cloud) NaiveDeleteAll(ctx context.Context) error {
	if err := c.signIn(ctx); err != nil {
		return err
	}
	for next := "/v2/images"; next != ""; {
		a := c.send(ctx, http.MethodGet, c.URL+next, nil)
		if a.Err != nil || a.Status != http.StatusOK {
			return a
		}
		var page struct {
			Images []image
			Next   string
		}
		if err := json.Unmarshal(a.Body, &page); err != nil {
			return err
		}
		next = page.Next
		for _, img := range page.Images {
			if err := c.NaiveDelete(ctx, img.ID); err != nil {
				return err
			}
		}
	}
	return nil
}
