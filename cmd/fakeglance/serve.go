package main

import (
	"bytes"
	"context"
	"crypto/tls"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"os"
	"os/signal"
	"strings"
	"sync"
	"syscall"
	"time"

	"github.com/gorilla/handlers"

	"github.com/fakeglance/fakeglance/fakeserver"
	"github.com/fakeglance/fakeglance/scenarios"
)

// drainTime is how long running requests may take when the server is told to stop:
// enough for most uploads to end, and short enough to exit within five seconds.
const drainTime = 3 * time.Second

// cutTime is how long requests may take, then, to notice that they were cut.
const cutTime = 500 * time.Millisecond

// serve serves scenarios until ctx is done.
func (p *program) serve(ctx context.Context, args []string) error {
	o, err := p.options(args)
	if err == nil {
		err = o.check()
	}
	if err != nil {
		return err
	}
	urlFile := new(ownFile)
	if o.urlFile != "" {
		if err := o.checkAlone(ctx); err != nil {
			return err
		}
		if urlFile, err = newOwnFile(o.urlFile, "URL", isReach); err != nil {
			return err
		}
	}
	watched := look(o.scenarios)
	sc, err := scenarios.Load(o.scenarios...)
	if err != nil {
		return err
	}
	defer ignoreBrokenPipes()()
	stderr := newOutput(p.stderr, o.dropped)
	defer stderr.Close()
	logger := slog.New(o.log(stderr))
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
	listener, err := listen(ctx, o.listen)
	if err != nil {
		return err
	}
	defer listener.Close()
	secure, err := o.secure(srv)
	if err != nil {
		return err
	}
	trust := new(ownFile)
	if o.tlsSelfSigned {
		if trust, err = certificateFile(o.tlsCert, srv); err != nil {
			return err
		}
		defer trust.remove()
	}
	to := reachOf(listener.Addr(), secure != nil, trust.path)
	srv.URL = to.url
	calls, err := suggest(o, sc, to)
	if err != nil {
		return err
	}
	if o.urlFile != "" {
		if err := urlFile.write(to.name + "\n"); err != nil {
			return err
		}
		defer urlFile.remove()
	}
	stdout := newOutput(p.stdout, o.dropped)
	defer stdout.Close()
	announce(stdout, to, listener.Addr(), trust.path, calls)
	if o.watch {
		ctx, stop := context.WithCancel(ctx)
		defer stop()
		go watch(ctx, p.ticks(ctx), o.scenarios, watched, srv, logger)
	}
	return answerCalls(ctx, srv, listener, secure, logger)
}

// announce prints how to reach the server.
func announce(stdout io.Writer, to reach, addr net.Addr, trust string, calls []string) {
	lines := []string{"fakeglance: listening on " + to.name}
	if everywhere(addr) {
		lines = append(lines, "fakeglance: every machine that can reach this one can reach it, too: it listens on all addresses")
	}
	if trust != "" {
		lines = append(lines, "fakeglance: clients have to trust "+trust)
	}
	lines = append(lines, calls...)
	if to.name == to.url { // a browser can ask for it
		lines = append(lines, "what happens is shown at "+to.url+"/_fake/")
	}
	fmt.Fprintln(stdout, strings.Join(lines, "\n"))
}

// answerCalls serves the listener until ctx is done. Then hanging answers are cut,
// and the other requests have drainTime to finish.
func answerCalls(ctx context.Context, srv *fakeserver.Server, listener net.Listener, secure *tls.Config, logger *slog.Logger) error {
	proxied := srv.Behind(handlers.ProxyHeaders)
	var running sync.RWMutex // locked for reading by each call
	web := &http.Server{
		Handler: http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
			running.RLock()
			defer running.RUnlock()
			// Behind a proxy the catalog must have the address that the client used.
			proxied.ServeHTTP(rw, r)
		}),
		TLSConfig: secure,
		// No other time limits: faults and uploads may take long.
		ReadHeaderTimeout: 10 * time.Second,
		MaxHeaderBytes:    64 << 10,
		ErrorLog:          slog.NewLogLogger(logger.Handler(), slog.LevelWarn),
	}
	defer web.Close()
	failed := make(chan error, 1)
	go func() {
		if secure == nil {
			failed <- web.Serve(listener)
		} else {
			failed <- web.ServeTLS(listener, "", "")
		}
	}()
	select {
	case err := <-failed:
		return err
	case <-ctx.Done():
	}
	srv.Close()
	late, cancel := context.WithTimeout(context.WithoutCancel(ctx), drainTime)
	defer cancel()
	if web.Shutdown(late) == nil {
		return nil
	}
	_ = web.Close() // cuts what has not finished, which is journaled yet
	finished := make(chan struct{})
	go func() { running.Lock(); close(finished) }()
	select {
	case <-finished:
	case <-time.After(cutTime):
	}
	return nil
}

// ignoreBrokenPipes lets writing to standard output and error fail if nobody reads
// them any more, which would otherwise end the process. The function that it returns
// ends that.
func ignoreBrokenPipes() (end func()) {
	broken := make(chan os.Signal, 1) // Notify, not Ignore: the state is not inherited
	signal.Notify(broken, syscall.SIGPIPE)
	return func() { signal.Stop(broken) }
}

// dropped is the line of the log that says how many lines of output were dropped.
func (o *options) dropped(lines int) []byte {
	var b bytes.Buffer
	slog.New(o.log(&b)).Warn("lines of output were dropped: nobody read them", "lines", lines)
	return b.Bytes()
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
	if o.coverDir != "" {
		opts = append(opts, fakeserver.WithCoverage(o.coverDir))
	}
	if len(o.controlHosts) > 0 {
		opts = append(opts, fakeserver.WithControlHosts(o.controlHosts...))
	}
	if o.controlToken != "" {
		opts = append(opts, fakeserver.WithControlToken(o.controlToken))
	}
	if o.only {
		opts = append(opts, fakeserver.WithSandboxesOnly())
	}
	if o.tlsSelfSigned {
		opts = append(opts, fakeserver.WithTLS(o.hosts()...))
	}
	if o.strict != nil {
		opts = append(opts, fakeserver.WithStrictAuth(*o.strict))
	}
	return opts
}
