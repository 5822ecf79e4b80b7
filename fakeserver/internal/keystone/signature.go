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
	"time"
)

const (
	algorithm   = "SDK-HMAC-SHA256"
	contentHash = "X-Sdk-Content-Sha256" // the signer's own word for the hash of the body
	dateLayout  = "20060102T150405Z"
)

// A signature is what stands in the Authorization header of a signed request.
//
// There are two forms. Access=KEY is signed with the secret key itself;
// Credential=KEY/DATE/REGION/SERVICE/sdk_request, which older clients use, with
// a key derived from it and all the rest.
type signature struct {
	access  string
	scope   string // DATE/REGION/SERVICE/sdk_request; empty: the newer form
	headers []string
	value   string
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
		return sig, refused("want %s Access=…, SignedHeaders=…, Signature=…", algorithm)
	}
	return sig, nil
}

// made is when the request was signed, as the signer says.
func (sig signature) made(r *http.Request) (time.Time, error) {
	date, err := time.Parse(dateLayout, r.Header.Get("X-Sdk-Date"))
	if err != nil || !slices.Contains(sig.headers, "x-sdk-date") {
		return date, refused("want a header X-Sdk-Date such as %s, and it signed", dateLayout)
	}
	return date, nil
}

// canonical is the request in the form that is signed.
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

// canonicalHeaders has a line for each signed header, and an empty one.
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

// fits reports whether the signature is that of a canonical request.
func (sig signature) fits(canonical, secret string, made time.Time) bool {
	key, lines := []byte(secret), []string{algorithm, made.Format(dateLayout)}
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

// escape is a text as RFC 3986 has it in a URL: all but letters, digits and -._~ escaped.
func escape(s string) string {
	return strings.ReplaceAll(strings.ReplaceAll(url.QueryEscape(s), "+", "%20"), "%7E", "~")
}
