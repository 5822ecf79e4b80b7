package keystone

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/fakeglance/fakeglance/fakeserver/internal/wire"
	"github.com/fakeglance/fakeglance/scenarios"
)

// How Huawei's API gateway protects access keys, by its documentation.
const (
	maxShown    = 4 << 10          // bytes of a canonical request that an error shows
	maxFailures = 5                // wrong signatures in a row that lock a key
	lockTime    = 5 * time.Minute  // for which the key is then locked
	maxSkew     = 15 * time.Minute // between the signer's clock and the server's
)

// A key is an access key that the scenario declares, with its secret key.
type key struct {
	secret string
	caller wire.Caller
	user   *user

	mu       sync.Mutex
	failures int       // wrong signatures in a row
	locked   time.Time // until when the key is locked; zero: it is not
}

func (a *API) addKeys(keys []scenarios.Key) {
	if len(keys) > 0 {
		a.keys = make(map[string]*key, len(keys))
	}
	for _, k := range keys {
		u, p, roles := a.directory.resolve(scenarios.Token{User: k.User, Project: k.Project, Roles: k.Roles})
		a.keys[k.Access] = &key{
			secret: k.Secret, user: u,
			caller: wire.Caller{UserID: u.id, User: u.name, ProjectID: p.id, Project: p.name, Roles: roles},
		}
	}
}

// Signed reports whether a request has a signature instead of a token.
func Signed(r *http.Request) bool {
	given := r.Header["Authorization"]
	return len(given) > 0 && strings.HasPrefix(given[0], "SDK-") && r.Header.Get("X-Auth-Token") == ""
}

// SignsBody reports whether verifying the signature of a request takes its whole
// body.
func (a *API) SignsBody(r *http.Request) bool {
	if !Signed(r) || r.Header.Get(contentHash) != "" {
		return false
	}
	sig, err := parseSignature(r)
	return err == nil && a.keys[sig.access] != nil
}

// Verify returns who sent a signed request. The error is why the request is
// refused, in the words of a gateway.
func (a *API) Verify(r *http.Request, body []byte, now time.Time) (wire.Caller, error) {
	sig, err := parseSignature(r)
	if err != nil {
		return wire.Caller{}, err
	}
	k := a.keys[sig.access]
	switch {
	case k != nil:
		if err := k.verify(sig, r, body, now); err != nil {
			return wire.Caller{}, err
		}
		return a.inProject(k, r)
	case a.strict:
		return wire.Caller{}, refused("there is no access key %s", sig.access)
	}
	return a.unverified(r), nil
}

// verify checks a signature, and counts wrong ones.
func (k *key) verify(sig signature, r *http.Request, body []byte, now time.Time) error {
	k.mu.Lock()
	defer k.mu.Unlock()
	if now.Before(k.locked) {
		return refused("access key %s is locked until %s after %d wrong signatures", sig.access, k.locked.Format(time.RFC3339), maxFailures)
	}
	signed, err := sig.signedAt(r)
	if err != nil {
		return err
	}
	if off := now.Sub(signed).Abs(); off > maxSkew {
		return refused("X-Sdk-Date %s is off by %s, more than %s", signed.Format(dateLayout), off.Round(time.Second), maxSkew)
	}
	canonical := sig.canonical(r, body)
	if sig.matches(canonical, k.secret, signed) {
		k.failures = 0
		return nil
	}
	k.failures++
	if k.failures == maxFailures {
		k.failures, k.locked = 0, now.Add(lockTime)
	}
	shown, more := canonical, ""
	if over := len(canonical) - maxShown; over > 0 {
		shown, more = canonical[:maxShown], fmt.Sprintf(" and %d more bytes", over)
	}
	return refused("the signature does not match the canonical request %s%s", strings.ReplaceAll(shown, "\n", "|"), more)
}

// inProject returns the caller with the key, in the project that the request names.
func (a *API) inProject(k *key, r *http.Request) (wire.Caller, error) {
	caller := k.caller
	id := requestedProject(r)
	if id == "" || id == caller.ProjectID {
		return caller, nil
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	if p := a.directory.projectByID(id); p != nil {
		if g, ok := k.user.grant(p); ok {
			caller.ProjectID, caller.Project, caller.Roles = p.id, p.name, g.roles
			return caller, nil
		}
	}
	return wire.Caller{}, refused("user %s has no role in project %s", caller.User, id)
}

// unverified returns the caller with a key that the scenario does not declare: the
// default user, in the project that the request names.
func (a *API) unverified(r *http.Request) wire.Caller {
	caller := a.unknown.caller
	id := requestedProject(r)
	if id == "" || id == caller.ProjectID {
		return caller
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	caller.ProjectID, caller.Project = id, id
	if p := a.directory.projectByID(id); p != nil {
		caller.Project = p.name
	}
	return caller
}

// requestedProject returns the id of the project that a signed request names;
// empty: it names none.
func requestedProject(r *http.Request) string {
	name := r.Header.Get("X-Project-Id")
	if name == "" {
		return ""
	}
	return scenarios.ProjectID(name)
}

const (
	algorithm   = "SDK-HMAC-SHA256"
	contentHash = "X-Sdk-Content-Sha256" // the hash of the body, or whatever the signer puts in its place
	dateLayout  = "20060102T150405Z"
)

// A signature is the Authorization header of a signed request.
//
// It has two forms. With Access=KEY the request is signed with the secret key
// itself; with Credential=KEY/DATE/REGION/SERVICE/sdk_request, which older clients
// use, with a key that is derived from the secret key and the other parts.
type signature struct {
	access  string
	scope   string   // DATE/REGION/SERVICE/sdk_request; empty: the newer form
	headers []string // names of the signed headers, in lower case
	value   string   // in hex
}

func refused(format string, args ...any) error {
	return fmt.Errorf("Incorrect authentication information: "+format, args...)
}

func parseSignature(r *http.Request) (signature, error) {
	var sig signature
	parts, ok := strings.CutPrefix(r.Header.Get("Authorization"), algorithm+" ")
	if !ok {
		return sig, refused("the algorithm is not %s", algorithm)
	}
	for part := range strings.SplitSeq(parts, ",") {
		name, value, _ := strings.Cut(strings.TrimSpace(part), "=")
		switch name {
		case "Access":
			sig.access = value
		case "Credential":
			sig.access, sig.scope, _ = strings.Cut(value, "/")
		case "SignedHeaders":
			sig.headers = strings.Split(strings.ToLower(value), ";")
		case "Signature":
			sig.value = value
		}
	}
	if sig.access == "" || sig.value == "" {
		return sig, refused("the Authorization header has to be %s Access=…, SignedHeaders=…, Signature=…", algorithm)
	}
	return sig, nil
}

// signedAt returns when the request was signed, by the signer's clock.
func (sig signature) signedAt(r *http.Request) (time.Time, error) {
	date, err := time.Parse(dateLayout, r.Header.Get("X-Sdk-Date"))
	if err != nil || !slices.Contains(sig.headers, "x-sdk-date") {
		return date, refused("there has to be a signed header X-Sdk-Date, such as %s", dateLayout)
	}
	return date, nil
}

// canonical returns the request in the form that is signed.
func (sig signature) canonical(r *http.Request, body []byte) string {
	hash := r.Header.Get(contentHash)
	if hash == "" {
		hash = hashOf(body)
	}
	return strings.Join([]string{
		r.Method, canonicalPath(r.URL.Path), canonicalQuery(r.URL.Query()), sig.canonicalHeaders(r), strings.Join(sig.headers, ";"), hash,
	}, "\n")
}

func canonicalPath(path string) string {
	parts := strings.Split(path, "/")
	for i, part := range parts {
		parts[i] = escape(part)
	}
	return strings.TrimSuffix(strings.Join(parts, "/"), "/") + "/"
}

func canonicalQuery(query url.Values) string {
	var all []string
	for name, values := range query {
		for _, value := range values {
			all = append(all, escape(name)+"="+escape(value))
		}
	}
	slices.Sort(all)
	return strings.Join(all, "&")
}

// canonicalHeaders returns a line for each signed header.
func (sig signature) canonicalHeaders(r *http.Request) string {
	var b strings.Builder
	for _, name := range sig.headers {
		values := slices.Clone(r.Header.Values(name))
		if name == "host" {
			values = []string{r.Host}
		}
		slices.Sort(values)
		for _, value := range values {
			if value = strings.TrimSpace(value); sig.scope != "" {
				value = strings.Join(strings.Fields(value), " ")
			}
			b.WriteString(name + ":" + value + "\n")
		}
	}
	return b.String()
}

// matches reports whether the signature is that of a canonical request.
func (sig signature) matches(canonical, secret string, signed time.Time) bool {
	key, lines := []byte(secret), []string{algorithm, signed.Format(dateLayout)}
	if sig.scope != "" {
		key = []byte("SDK" + secret)
		for part := range strings.SplitSeq(sig.scope, "/") {
			key = mac(key, part)
		}
		lines = append(lines, sig.scope)
	}
	want := mac(key, strings.Join(append(lines, hashOf([]byte(canonical))), "\n"))
	got, err := hex.DecodeString(sig.value)
	return err == nil && hmac.Equal(got, want)
}

func mac(key []byte, text string) []byte {
	h := hmac.New(sha256.New, key)
	h.Write([]byte(text))
	return h.Sum(nil)
}

func hashOf(text []byte) string {
	sum := sha256.Sum256(text)
	return hex.EncodeToString(sum[:])
}

// escape escapes everything in a text but letters, digits and -._~, by RFC 3986.
func escape(s string) string {
	return strings.ReplaceAll(strings.ReplaceAll(url.QueryEscape(s), "+", "%20"), "%7E", "~")
}
