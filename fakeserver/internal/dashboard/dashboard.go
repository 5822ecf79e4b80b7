// Package dashboard is the page at /_fake/, on which people see what a server has
// done. Its files are served as they are: HTML, style sheets and JavaScript modules,
// which use the control API like any other client, and nothing from elsewhere.
package dashboard

import (
	"bytes"
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"net/http"
	"path"
	"time"
)

//go:embed page
var files embed.FS

// index is the file that is the page itself.
const index = "index.html"

// policy lets the page use its own files and its own server only. Nothing that a
// request contains can become a program, whatever a mistake in the page does.
const policy = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; " +
	"base-uri 'none'; form-action 'none'; frame-ancestors 'none'"

// A File is one file of the page.
type File struct {
	name    string
	content []byte
}

// Find returns the file with a name; empty: the page itself.
func Find(name string) (File, bool) {
	if name == "" {
		name = index
	}
	content, err := files.ReadFile("page/" + name)
	return File{name, content}, err == nil
}

// types are the content types of the files: those of a system may be wrong.
var types = map[string]string{
	".html": "text/html; charset=utf-8",
	".css":  "text/css; charset=utf-8",
	".js":   "text/javascript; charset=utf-8",
	".svg":  "image/svg+xml",
}

// Serve answers a request for the file.
func (f File) Serve(rw http.ResponseWriter, r *http.Request) {
	sum := sha256.Sum256(f.content)
	h := rw.Header()
	h.Set("Content-Type", types[path.Ext(f.name)])
	h.Set("Etag", `"`+hex.EncodeToString(sum[:8])+`"`)
	h.Set("Cache-Control", "no-cache") // ask whether it has changed: another version may listen here now
	h.Set("Content-Security-Policy", policy)
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Referrer-Policy", "no-referrer")
	http.ServeContent(rw, r, f.name, time.Time{}, bytes.NewReader(f.content))
}
