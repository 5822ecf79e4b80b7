package keystone_test

import (
	"errors"
	"net/http/httptest"
	"testing"

	"github.com/fakeglance/fakeglance/fakeserver/internal/dialect"
	"github.com/fakeglance/fakeglance/fakeserver/internal/wire"
)

func FuzzCreateToken(f *testing.F) {
	for _, body := range []string{
		"", "{}", `{"auth": {}}`, scope(inAlpha), scope(inSystem), scope(inDomain), scope(`{}`), scope(`null`),
		withToken("x", inAlpha), withToken("", `"unscoped"`), user(`"id": "x"`), identity(`{"methods": []}`),
		identity(`{"methods": ["application_credential"], "application_credential": {"id": "x", "secret": "x"}}`),
		identity(`{"methods": ["application_credential"], "application_credential": null}`),
		identity(`{"methods": ["application_credential"], "application_credential": {"name": "x", "user": {"name": "x", "domain": {"id": "default"}}}}`),
		identity(`{"methods": ["password", "token"], "password": {"user": {}}, "token": {"id": "x"}}`),
	} {
		f.Add(body, "application/json", true)
		f.Add(body, "", false)
	}
	f.Fuzz(func(t *testing.T, body, contentType string, declared bool) {
		v := openCloud(t)
		if declared {
			v = cloud(t)
		}
		call := &wire.Call{Request: httptest.NewRequest("POST", base, nil), Now: v.clk.Now(), Body: []byte(body)}
		call.Request.Header.Set("Content-Type", contentType)
		rep, err := v.api.CreateToken(call)
		var e *dialect.Error
		switch {
		case errors.As(err, &e):
			if e.Status < 400 || e.Status > 404 || e.Message == "" {
				t.Errorf("%d %q", e.Status, e.Message)
			}
		case err != nil:
			t.Errorf("the error is %T: %v", err, err)
		case rep.Status == 201:
			if token := rep.Header.Get("X-Subject-Token"); !v.api.Identify(request(token)).Known() {
				t.Errorf("the new token %s is invalid", token)
			}
		case rep.Status != 401:
			t.Errorf("%d %s", rep.Status, rep.Body)
		}
	})
}
