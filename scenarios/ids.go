package scenarios

import (
	"crypto/md5"
	"encoding/hex"
	"strings"
)

// ProjectID returns the id of the project with this name. A name that already is
// an id (32 hexadecimal digits, or a UUID) is returned unchanged.
func ProjectID(name string) string {
	if name == DefaultProject {
		return defaultProjectID
	}
	return stableID("project", name)
}

// UserID returns the id of the user with this name. A name that already is an id
// (32 hexadecimal digits, or a UUID) is returned unchanged.
func UserID(name string) string {
	if name == DefaultUser {
		return defaultUserID
	}
	return stableID("user", name)
}

// Every server needs these, and most servers need no others.
var (
	defaultProjectID = stableID("project", DefaultProject)
	defaultUserID    = stableID("user", DefaultUser)
)

func stableID(kind, name string) string {
	if isHexID(name) {
		return name
	}
	sum := md5.Sum([]byte(kind + " " + name))
	return hex.EncodeToString(sum[:])
}

// isHexID reports whether s has the form of Keystone's ids, with or without the
// dashes of a UUID.
func isHexID(s string) bool {
	s = strings.ReplaceAll(s, "-", "")
	if len(s) != 32 {
		return false
	}
	for i := range len(s) {
		if c := s[i]; (c < '0' || c > '9') && (c < 'a' || c > 'f') {
			return false
		}
	}
	return true
}

// IsUUID reports whether s has the form of an image's id: groups of 8, 4, 4, 4 and
// 12 hexadecimal digits, joined by dashes.
func IsUUID(s string) bool {
	if len(s) != 36 {
		return false
	}
	if s[8] != '-' || s[13] != '-' || s[18] != '-' || s[23] != '-' {
		return false
	}
	return isHex(s[:8]) && isHex(s[9:13]) && isHex(s[14:18]) && isHex(s[19:23]) && isHex(s[24:])
}

func isHex(s string) bool {
	for i := range len(s) {
		if !hexDigits[s[i]] {
			return false
		}
	}
	return true
}

// hexDigits is true for hexadecimal digits of both cases. The table takes a fifth
// of the time of comparisons, which the processor's branch prediction gets wrong.
var hexDigits = func() (is [256]bool) {
	for _, c := range []byte("0123456789abcdefABCDEF") {
		is[c] = true
	}
	return is
}()
