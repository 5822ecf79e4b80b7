// Package eachscenario deletes images with good error handling, and with almost none,
// and shows how fakeserver.EachScenario tells the difference.
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

// A Cloud is a client of an image service, acting for one user.
type Cloud struct {
	URL, AuthURL            string // of the image service, without /v2, and of Keystone, with /v3
	User, Password, Project string
	HTTP                    *http.Client

	// Sleep waits between attempts; nil waits in real time.
	Sleep func(context.Context, time.Duration) error

	token string
}

// An answer is the result of a request. Err is set if there was no complete answer.
type answer struct {
	Status  int
	Code    string // of an error, such as IMG.0027 or APIGW.0101; empty if it has none
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

// call sends a request with the token. If the service rejects the token, call gets a
// new one and tries once more.
func (c *Cloud) call(ctx context.Context, method, path string) answer {
	if c.token == "" {
		if err := c.signIn(ctx); err != nil {
			return answer{Err: err}
		}
	}
	a := c.send(ctx, method, c.URL+"/v2/"+path, nil)
	if !a.rejectsToken() {
		return a
	}
	if err := c.signIn(ctx); err != nil {
		return answer{Err: err}
	}
	return c.send(ctx, method, c.URL+"/v2/"+path, nil)
}

// rejectsToken reports whether a new token may help. For an expired token, some
// services answer 403.
func (a answer) rejectsToken() bool {
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

// explain finds the code and the message in the body of an error, which may come from
// Glance, Keystone, IMS, the API gateway or a load balancer (whose page has no code).
func explain(body []byte) (code, message string) {
	var flat struct {
		Message     string `json:"message"`
		GatewayCode string `json:"error_code"`
		Gateway     string `json:"error_msg"`
		Error       struct {
			Message string `json:"message"`
			Code    any    `json:"code"` // IMS sends a string, Keystone a number
		} `json:"error"`
	}
	if json.Unmarshal(body, &flat) != nil {
		return "", string(body)
	}
	code, _ = flat.Error.Code.(string)
	return flat.GatewayCode + code, flat.Gateway + flat.Error.Message + flat.Message
}

// An image has the attributes of an image that the client uses.
type image struct {
	ID, Name, Status string
	Protected        bool
}

// page gets a page of the list: the images after the one whose id is marker.
func (c *Cloud) page(ctx context.Context, marker string, limit int) ([]image, answer) {
	query := url.Values{"limit": {fmt.Sprint(limit)}}
	if marker != "" {
		query.Set("marker", marker)
	}
	a := c.call(ctx, http.MethodGet, "images?"+query.Encode())
	var list struct{ Images []image }
	if a.Err == nil && a.Status == http.StatusOK {
		a.Err = json.Unmarshal(a.Body, &list)
	}
	return list.Images, a
}
