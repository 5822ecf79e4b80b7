package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"strings"
	"syscall"
	"time"

	"github.com/gorilla/handlers"

	"github.com/fakeglance/fakeglance/fakeserver"
	"github.com/fakeglance/fakeglance/scenarios"
)

// drainTime is how long requests on their way may take once the server is told
// to stop: enough for an upload's end, and to be gone within five seconds.
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
	srv, err := fakeserver.New(append(o.server(), fakeserver.WithLog(logger))...)
	if err != nil {
		return err
	}
	defer srv.Close()
	if err := srv.Play(sc); err != nil {
		return err
	}
	var config net.ListenConfig
	config.SetMultipathTCP(false) // a connection is one, and a reset ends it
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
	fmt.Fprintln(p.stdout, strings.Join(append([]string{"fakeglance: listening on " + srv.URL}, calls...), "\n"))
	return answerCalls(ctx, srv, listener, logger)
}

// answerCalls answers what comes to the listener until ctx is done; then what
// hangs is cut, and the rest may end.
func answerCalls(ctx context.Context, srv *fakeserver.Server, listener net.Listener, logger *slog.Logger) error {
	web := &http.Server{
		// Behind an ingress the catalog has to show the address that the client used.
		Handler: handlers.ProxyHeaders(srv),
		// There are no other limits: faults and uploads take their time.
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
	_ = web.Shutdown(late) // what is not done by then is cut by Close
	return nil
}

// server is the options of the server itself.
func (o *options) server() []fakeserver.Option {
	opts := []fakeserver.Option{
		fakeserver.WithDialect(o.dialect),
		fakeserver.WithJournal(o.journal, o.journalBody),
		fakeserver.WithJournalBytes(o.journalBytes),
	}
	if o.strict != nil {
		opts = append(opts, fakeserver.WithStrictAuth(*o.strict))
	}
	return opts
}

// urlOf is the URL of a server that listens at addr. One that listens at every
// address is found at loopback, too.
func urlOf(addr net.Addr) string {
	if tcp, ok := addr.(*net.TCPAddr); ok && tcp.IP.IsUnspecified() {
		addr = &net.TCPAddr{IP: net.IPv4(127, 0, 0, 1), Port: tcp.Port}
	}
	return "http://" + addr.String()
}

// busy says what to do about a port that is taken.
func busy(err error) error {
	if errors.Is(err, syscall.EADDRINUSE) {
		return fmt.Errorf("%w (--listen 127.0.0.1:0 takes a free port)", err)
	}
	return err
}
