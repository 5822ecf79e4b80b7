package main

import (
	"bytes"
	"crypto/x509"
	"encoding/pem"
	"os"

	"github.com/fakeglance/fakeglance/fakeserver"
)

// certificateFile writes what clients have to trust to a file for as long as the server
// listens: to a path, or without one to a new file among those of the system that are
// temporary.
func certificateFile(path string, srv *fakeserver.Server) (*ownFile, error) {
	if path == "" {
		temp, err := os.CreateTemp("", "fakeglance-*.pem")
		if err != nil {
			return nil, err
		}
		path = temp.Name()
		if err := temp.Close(); err != nil {
			return nil, err
		}
	}
	own := srv.CertificatePEM()
	file, err := newOwnFile(path, "certificate", func(text []byte) bool { return sameSubject(text, own) })
	if err != nil {
		return nil, err
	}
	return file, file.write(string(own))
}

// sameSubject reports whether two texts are certificates, in PEM, of the same
// authority.
func sameSubject(a, b []byte) bool {
	var subjects [2][]byte
	for i, text := range [...][]byte{a, b} {
		block, rest := pem.Decode(text)
		if block == nil || len(rest) > 0 {
			return false
		}
		parsed, err := x509.ParseCertificate(block.Bytes)
		if err != nil {
			return false
		}
		subjects[i] = parsed.RawSubject
	}
	return bytes.Equal(subjects[0], subjects[1])
}
