package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"os"
	"strings"
	"syscall"
	"time"

	"github.com/gorilla/handlers"

	"github.com/fakeglance/fakeglance/fakeserver"
	"github.com/fakeglance/fakeglance/scenarios"
)

// drainTime is how long running requests may take when the server is told to stop:
// enough for most uploads to end, and short enough to exit within five seconds.
const drainTime = 4 * time.Second

// serve serves scenarios until ctx is done.
func (p *program) serve(ctx context.Context, args []string) error {
	o, err := p.options(args)
	if err != nil {
		return err
	}
	file, err := newURLFile(o.urlFile)
	if err != nil {
		return err
	}
	names := o.scenarios
	if len(names) == 0 {
		names = []string{"demo"}
	}
	sc, err := scenarios.Load(names...)
	if err != nil {
		return err
	}
	logger := slog.New(o.log(p.stderr))
	opts := append(o.server(), fakeserver.WithLog(logger))
	if o.journalFile != "" {
		file, err := os.OpenFile(o.journalFile, os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o644)
		if err != nil {
			return fmt.Errorf("--journal-file: %w", err)
		}
		defer file.Close()
		opts = append(opts, fakeserver.WithJournalTo(file))
	}
	srv, err := fakeserver.New(opts...)
	if err != nil {
		return err
	}
	defer srv.Close()
	if err := srv.StartFrom(sc); err != nil {
		return err
	}
	var config net.ListenConfig
	config.SetMultipathTCP(false) // so that a reset ends the connection
	listener, err := config.Listen(ctx, "tcp", o.listen)
	if err != nil {
		return busy(err)
	}
	defer listener.Close()
	srv.URL = urlOf(listener.Addr())
	calls, err := suggest(o, sc, srv.URL)
	if err != nil {
		return err
	}
	defer file.remove()
	if err := file.write(srv.URL); err != nil {
		return err
	}
	lines := append([]string{"fakeglance: listening on " + srv.URL}, calls...)
	lines = append(lines, "what happens is shown at "+srv.URL+"/_fake/")
	fmt.Fprintln(p.stdout, strings.Join(lines, "\n"))
	return answerCalls(ctx, srv, listener, logger)
}

// answerCalls serves the listener until ctx is done. Then hanging answers are cut,
// and the other requests have drainTime to finish.
func answerCalls(ctx context.Context, srv *fakeserver.Server, listener net.Listener, logger *slog.Logger) error {
	web := &http.Server{
		// Behind a proxy the catalog must have the address that the client used.
		Handler: handlers.ProxyHeaders(srv),
		// No other time limits: faults and uploads may take long.
		ReadHeaderTimeout: 10 * time.Second,
		MaxHeaderBytes:    64 << 10,
		ErrorLog:          slog.NewLogLogger(logger.Handler(), slog.LevelWarn),
	}
	defer web.Close()
	failed := make(chan error, 1)
	go func() { failed <- web.Serve(listener) }()
	select {
	case err := <-failed:
		return err
	case <-ctx.Done():
	}
	srv.Close()
	late, cancel := context.WithTimeout(context.WithoutCancel(ctx), drainTime)
	defer cancel()
	_ = web.Shutdown(late) // Close cuts what has not finished by then
	return nil
}

// server is the options of the server itself.
func (o *options) server() []fakeserver.Option {
	opts := []fakeserver.Option{
		fakeserver.WithDialect(o.dialect),
		fakeserver.WithJournal(o.journal, o.journalBody),
		fakeserver.WithJournalBytes(o.journalBytes),
		fakeserver.WithBodyTimeout(o.bodyTimeout),
		fakeserver.WithSandboxes(o.sandboxes, o.sandboxIdle),
	}
	if o.publicURL != "" {
		opts = append(opts, fakeserver.WithPublicURL(o.publicURL))
	}
	if o.only {
		opts = append(opts, fakeserver.WithSandboxesOnly())
	}
	if o.strict != nil {
		opts = append(opts, fakeserver.WithStrictAuth(*o.strict))
	}
	return opts
}

// urlOf returns the URL of a server that listens on addr; the loopback address if it
// listens on all.
func urlOf(addr net.Addr) string {
	if tcp, ok := addr.(*net.TCPAddr); ok && tcp.IP.IsUnspecified() {
		addr = &net.TCPAddr{IP: net.IPv4(127, 0, 0, 1), Port: tcp.Port}
	}
	return "http://" + addr.String()
}

// busy adds to the error of a port in use what to do about it.
func busy(err error) error {
	if errors.Is(err, syscall.EADDRINUSE) {
		return fmt.Errorf("%w (--listen 127.0.0.1:0 takes a free port)", err)
	}
	return err
}
