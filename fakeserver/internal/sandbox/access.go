package sandbox

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/fakeglance/fakeglance/fakeserver/internal/keystone"
)

// An Access is what a client has to know of a sandbox.
type Access struct {
	Name    string            `json:"name"`
	URL     string            `json:"url"`
	AuthURL string            `json:"auth_url"`
	Token   string            `json:"token"`  // that is always valid
	Header  map[string]string `json:"header"` // that names the sandbox in calls to the server's URL
	Env     map[string]string `json:"env"`    // what OpenStack's commands and libraries read, and FAKEGLANCE_… for tests
}

// Access is what a client has to know that reaches the sandbox at a URL.
func (b *Sandbox) Access(url string) Access {
	login := b.World().keystone.Login()
	a := Access{Name: b.name, URL: url, AuthURL: url + keystone.Path, Token: b.Token(), Header: map[string]string{Header: b.name}}
	a.Env = map[string]string{
		"OS_AUTH_URL":             a.AuthURL,
		"OS_IDENTITY_API_VERSION": "3",
		"OS_USERNAME":             login.User,
		"OS_PASSWORD":             login.Password,
		"OS_USER_DOMAIN_ID":       login.Domain,
		"OS_PROJECT_NAME":         login.Project,
		"OS_PROJECT_DOMAIN_ID":    login.Domain,
		"OS_REGION_NAME":          login.Region,
		"FAKEGLANCE_URL":          a.URL,
		"FAKEGLANCE_SANDBOX":      a.Name,
		"FAKEGLANCE_TOKEN":        a.Token,
	}
	return a
}

// Script is the environment as a shell takes it by eval.
func (a *Access) Script() string {
	var b strings.Builder
	for _, name := range slices.Sorted(maps.Keys(a.Env)) {
		fmt.Fprintf(&b, "export %s='%s'\n", name, strings.ReplaceAll(a.Env[name], "'", `'\''`))
	}
	return b.String()
}
