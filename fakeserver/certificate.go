package fakeserver

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"math/big"
	"net"
	"slices"
	"time"
)

// WithTLS serves HTTPS, with HTTP/2 for clients that speak it. The certificate is made
// for the server: it is for localhost, the loopback addresses, the host of
// WithPublicURL, and for further hosts, which are names or IP addresses. Client trusts
// it; for other clients there is [Server.CertificatePEM].
func WithTLS(hosts ...string) Option {
	return func(c *config) {
		c.server("WithTLS")
		c.secure = true
		c.hosts = append(c.hosts, hosts...)
	}
}

// CertificatePEM is what other clients than Client have to trust to reach the server,
// in PEM: the authority that has signed its certificate, and signs no other. Nil:
// the server was made without WithTLS.
func (s *Server) CertificatePEM() []byte {
	if s.certificate == nil {
		return nil
	}
	return slices.Clone(s.certificate.authority)
}

// TLSConfig is for whoever listens for a server made by New with WithTLS. Nil: it was
// made without.
func (s *Server) TLSConfig() *tls.Config {
	if s.certificate == nil {
		return nil
	}
	return &tls.Config{
		Certificates: []tls.Certificate{s.certificate.pair},
		NextProtos:   []string{"h2", "http/1.1"},
		MinVersion:   tls.VersionTLS12,
	}
}

// certificate makes the server's certificate; nil: it needs none.
func (c *config) certificate() (*certificate, error) {
	if !c.secure {
		return nil, nil
	}
	hosts := append([]string{"localhost", "127.0.0.1", "::1"}, c.hosts...)
	if c.public != nil {
		hosts = append(hosts, c.public.Hostname())
	}
	return newCertificate(hosts)
}

// A certificate is what a server shows to its clients, and how they know it.
type certificate struct {
	pair      tls.Certificate
	authority []byte // in PEM
}

// pool has what clients have to trust.
func (c *certificate) pool() *x509.CertPool {
	pool := x509.NewCertPool()
	pool.AppendCertsFromPEM(c.authority)
	return pool
}

// certificateTime is how long a certificate is valid. Some systems refuse one that is
// valid for more than 825 days.
const certificateTime = 365 * 24 * time.Hour

// newCertificate makes an authority and has it sign a certificate for hosts. Some
// clients take no certificate that has signed itself.
func newCertificate(hosts []string) (*certificate, error) {
	now := time.Now()
	authority := &x509.Certificate{
		SerialNumber: big.NewInt(now.UnixNano()), // some clients refuse two with one number
		Subject:      pkix.Name{CommonName: "fakeglance, for tests only"},
		NotBefore:    now.Add(-time.Hour), NotAfter: now.Add(certificateTime), // a client's clock may be late
		IsCA: true, BasicConstraintsValid: true, KeyUsage: x509.KeyUsageCertSign | x509.KeyUsageDigitalSignature,
	}
	authorityKey, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return nil, err
	}
	authorityDER, err := x509.CreateCertificate(rand.Reader, authority, authority, &authorityKey.PublicKey, authorityKey)
	if err != nil {
		return nil, err
	}
	if authority, err = x509.ParseCertificate(authorityDER); err != nil {
		return nil, err
	}
	own := &x509.Certificate{
		SerialNumber: big.NewInt(now.UnixNano() + 1),
		Subject:      pkix.Name{CommonName: "fakeglance"},
		NotBefore:    authority.NotBefore, NotAfter: authority.NotAfter,
		BasicConstraintsValid: true, KeyUsage: x509.KeyUsageDigitalSignature, ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth},
	}
	for _, host := range hosts {
		if ip := net.ParseIP(host); ip != nil {
			own.IPAddresses = append(own.IPAddresses, ip)
		} else {
			own.DNSNames = append(own.DNSNames, host)
		}
	}
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return nil, err
	}
	der, err := x509.CreateCertificate(rand.Reader, own, authority, &key.PublicKey, authorityKey)
	if err != nil {
		return nil, err
	}
	return &certificate{
		pair:      tls.Certificate{Certificate: [][]byte{der, authorityDER}, PrivateKey: key},
		authority: pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: authorityDER}),
	}, nil
}
