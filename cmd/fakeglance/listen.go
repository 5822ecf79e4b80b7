package main

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io/fs"
	"net"
	"os"
	"strings"
	"syscall"
	"time"

	"github.com/fakeglance/fakeglance/fakeserver"
)

// unixPrefix is before the path of a Unix socket, where otherwise an address would be.
const unixPrefix = "unix:"

// listen listens on an address, as --listen has it.
func listen(ctx context.Context, address string) (net.Listener, error) {
	path, unix := strings.CutPrefix(address, unixPrefix)
	if unix {
		return listenUnix(ctx, path)
	}
	var config net.ListenConfig
	config.SetMultipathTCP(false) // so that a reset ends the connection
	listener, err := config.Listen(ctx, "tcp", address)
	if errors.Is(err, syscall.EADDRINUSE) {
		return nil, fmt.Errorf("%w (--listen 127.0.0.1:0 takes a free port)", err)
	}
	return listener, err
}

// listenUnix listens on a socket, whose file is removed when the listener closes. It
// takes the place of a socket that nobody listens on, because its server was killed,
// and of no other file.
func listenUnix(ctx context.Context, path string) (net.Listener, error) {
	var config net.ListenConfig
	listener, err := config.Listen(ctx, "unix", path)
	switch {
	case errors.Is(err, syscall.EADDRINUSE):
	case errors.Is(err, syscall.EINVAL):
		return nil, fmt.Errorf("%w (the path of a socket may have about 100 bytes)", err)
	default:
		return listener, err
	}
	info, statErr := os.Lstat(path)
	if statErr != nil {
		return nil, err
	}
	if info.Mode().Type() != fs.ModeSocket {
		return nil, fmt.Errorf("cannot listen on %s: it is there already, and no socket", path)
	}
	var dialer net.Dialer
	conn, dialErr := dialer.DialContext(ctx, "unix", path)
	if dialErr == nil {
		_ = conn.Close()
	}
	if !errors.Is(dialErr, syscall.ECONNREFUSED) {
		return nil, fmt.Errorf("cannot listen on %s: another process does", path)
	}
	if err := os.Remove(path); err != nil {
		return nil, err
	}
	return config.Listen(ctx, "unix", path)
}

// A reach is how clients reach the server.
type reach struct {
	name string // that is printed and written to the URL file: https://127.0.0.1:9292, unix:/run/fake.sock
	url  string // that requests begin with
	curl string // the command that makes them, with its options
}

// reachOf says how to reach a server that listens on addr; on loopback if it listens
// on all addresses. Over a Unix socket the host of a URL means nothing, but clients
// want one. Trust is the path of what clients have to trust; empty: it is not known.
func reachOf(addr net.Addr, secure bool, trust string) reach {
	scheme, curl := "http://", "curl -i"
	if secure {
		scheme = "https://"
		if trust != "" {
			curl += " --cacert " + quote(trust)
		} else {
			curl += " -k"
		}
	}
	if addr.Network() == "unix" {
		return reach{name: unixPrefix + addr.String(), url: scheme + "localhost", curl: curl + " --unix-socket " + quote(addr.String())}
	}
	if everywhere(addr) {
		addr = &net.TCPAddr{IP: net.IPv4(127, 0, 0, 1), Port: addr.(*net.TCPAddr).Port}
	}
	url := scheme + addr.String()
	return reach{name: url, url: url, curl: curl}
}

// everywhere reports whether who listens on addr is reached by all of the machine's
// addresses.
func everywhere(addr net.Addr) bool {
	tcp, ok := addr.(*net.TCPAddr)
	return ok && tcp.IP.IsUnspecified()
}

// isReach reports whether a text is what a server writes to its URL file: a line with
// the IP address and the port, or the socket, that it listens on.
func isReach(text []byte) bool {
	line, ended := strings.CutSuffix(string(text), "\n")
	if !ended || strings.Contains(line, "\n") {
		return false
	}
	if strings.HasPrefix(line, unixPrefix) {
		return true
	}
	_, address, _ := strings.Cut(line, "://")
	host, _, err := net.SplitHostPort(address)
	return err == nil && net.ParseIP(host) != nil
}

// checkAlone is an error if the URL file is that of a server that is running.
func (o *options) checkAlone(ctx context.Context) error {
	text, err := readShort(o.urlFile)
	if err != nil || !isReach(text) {
		return nil // newOwnFile says what is wrong with it
	}
	to, err := parseReach(strings.TrimSpace(string(text)), o.isSecure())
	if err != nil {
		return nil
	}
	ctx, cancel := context.WithTimeout(ctx, time.Second)
	defer cancel()
	if _, err := askHealth(ctx, to); err != nil {
		return nil // it was killed, or is about to end
	}
	return fmt.Errorf("cannot write the URL to %s: the server that has written it is running on %s", o.urlFile, to.name)
}

// quote writes a word as a shell takes it.
func quote(word string) string {
	if word != "" && strings.Trim(word, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789/._-+,:@%") == "" {
		return word
	}
	return "'" + strings.ReplaceAll(word, "'", `'\''`) + "'"
}

// secure returns how the server speaks TLS; nil: it does not.
func (o *options) secure(srv *fakeserver.Server) (*tls.Config, error) {
	if o.tlsSelfSigned || o.tlsCert == "" {
		return srv.TLSConfig(), nil
	}
	pair, err := tls.LoadX509KeyPair(o.tlsCert, o.tlsKey)
	if err != nil {
		return nil, fmt.Errorf("--tls-cert, --tls-key: %w", err)
	}
	return &tls.Config{Certificates: []tls.Certificate{pair}, MinVersion: tls.VersionTLS12}, nil
}

// hosts are the names that a certificate made by the server is for, besides the usual
// ones: that of the machine, which in a container is how others reach it, and the one
// to listen on.
func (o *options) hosts() []string {
	var hosts []string
	if name, err := os.Hostname(); err == nil {
		hosts = append(hosts, name)
	}
	if host, _, err := net.SplitHostPort(o.listen); err == nil && host != "" && !strings.HasPrefix(o.listen, unixPrefix) {
		hosts = append(hosts, host)
	}
	return hosts
}
