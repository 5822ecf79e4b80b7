// Package eachscenario deletes images as one should, and as one should not, and
// shows how fakeserver.EachScenario tells the two apart.
package eachscenario

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"time"
)

// A Cloud is an image service and a user of it.
type Cloud struct {
	URL, AuthURL            string // of the image service and of Keystone, without /v2 and with /v3
	User, Password, Project string
	HTTP                    *http.Client

	// Sleep waits between two tries. Nil: real time passes.
	Sleep func(context.Context, time.Duration) error

	token string
}

// An answer is what came of a request. Err says that none came.
type answer struct {
	Status  int
	Code    string // of an error: IMG.0027, APIGW.0101; empty: it has none
	Message string // of an error, or its whole body
	Header  http.Header
	Body    []byte
	Err     error
}

func (a answer) Error() string {
	if a.Err != nil {
		return a.Err.Error()
	}
	return strings.TrimSpace(fmt.Sprintf("%d %s %s", a.Status, a.Code, a.Message))
}

// ask sends a request with the token, and gets a new one, once, if the service
// does not take it.
func (c *Cloud) ask(ctx context.Context, method, path string) answer {
	if c.token == "" {
		if err := c.signIn(ctx); err != nil {
			return answer{Err: err}
		}
	}
	a := c.send(ctx, method, c.URL+"/v2/"+path, nil)
	if !a.refusesToken() {
		return a
	}
	if err := c.signIn(ctx); err != nil {
		return answer{Err: err}
	}
	return c.send(ctx, method, c.URL+"/v2/"+path, nil)
}

// refusesToken reports whether another token may help. Some services say 403 of
// a token that has expired.
func (a answer) refusesToken() bool {
	return a.Status == http.StatusUnauthorized ||
		a.Status == http.StatusForbidden && strings.Contains(strings.ToLower(a.Message), "token")
}

func (c *Cloud) signIn(ctx context.Context) error {
	domain := map[string]string{"id": "default"}
	body, err := json.Marshal(map[string]any{"auth": map[string]any{
		"identity": map[string]any{
			"methods":  []string{"password"},
			"password": map[string]any{"user": map[string]any{"name": c.User, "password": c.Password, "domain": domain}},
		},
		"scope": map[string]any{"project": map[string]any{"name": c.Project, "domain": domain}},
	}})
	if err != nil {
		return err
	}
	a := c.send(ctx, http.MethodPost, c.AuthURL+"/auth/tokens", body)
	if a.Err != nil || a.Status != http.StatusCreated {
		return fmt.Errorf("sign in: %w", a)
	}
	c.token = a.Header.Get("X-Subject-Token")
	return nil
}

func (c *Cloud) send(ctx context.Context, method, url string, body []byte) (a answer) {
	req, err := http.NewRequestWithContext(ctx, method, url, bytes.NewReader(body))
	if err != nil {
		return answer{Err: err}
	}
	if body != nil {
		req.Header.Set("Content-Type", "application/json")
	} else {
		req.Header.Set("X-Auth-Token", c.token)
	}
	resp, err := c.HTTP.Do(req)
	if err != nil {
		return answer{Err: err}
	}
	defer resp.Body.Close()
	a = answer{Status: resp.StatusCode, Header: resp.Header}
	if a.Body, a.Err = io.ReadAll(resp.Body); a.Status >= 400 {
		a.Code, a.Message = explain(a.Body)
	}
	return a
}

// explain finds code and message in the body of an error, whoever sent it:
// Glance, Keystone, IMS, the API gateway, or a load balancer, whose page has no
// code.
func explain(body []byte) (code, message string) {
	var flat struct {
		Message     string `json:"message"`
		GatewayCode string `json:"error_code"`
		Gateway     string `json:"error_msg"`
		Error       struct {
			Message string `json:"message"`
			Code    any    `json:"code"` // a text of IMS, a number of Keystone
		} `json:"error"`
	}
	if json.Unmarshal(body, &flat) != nil {
		return "", string(body)
	}
	code, _ = flat.Error.Code.(string)
	return flat.GatewayCode + code, flat.Gateway + flat.Error.Message + flat.Message
}

// An image is what there is to know of an image here.
type image struct {
	ID, Name, Status string
	Protected        bool
}

// page is a page of the list, after the image called marker.
func (c *Cloud) page(ctx context.Context, marker string, limit int) ([]image, answer) {
	query := url.Values{"limit": {fmt.Sprint(limit)}}
	if marker != "" {
		query.Set("marker", marker)
	}
	a := c.ask(ctx, http.MethodGet, "images?"+query.Encode())
	var list struct{ Images []image }
	if a.Err == nil && a.Status == http.StatusOK {
		a.Err = json.Unmarshal(a.Body, &list)
	}
	return list.Images, a
}
