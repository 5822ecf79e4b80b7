package main

import (
	"errors"
	"flag"
	"io"
	"log/slog"
	"math"
	"net"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/fakeglance/fakeglance/fakeserver"
	"github.com/fakeglance/fakeglance/scenarios"
)

// options is what serve is asked to do.
type options struct {
	scenarios    []string
	listen       string
	dialect      scenarios.Dialect // empty: the scenario's
	strict       *bool             // nil: as the scenario says
	log          func(io.Writer) slog.Handler
	urlFile      string // empty: none
	journal      int    // requests
	journalBody  int    // bytes
	journalBytes int    // bytes
	bodyTimeout  time.Duration
	journalFile  string // empty: none
	coverDir     string // empty: none
	publicURL    string // empty: as the calls say
	sandboxes    int    // at the same time
	sandboxIdle  time.Duration
	only         bool // sandboxes
	watch        bool

	tlsSelfSigned   bool
	tlsCert, tlsKey string   // paths; empty: none
	controlHosts    []string // beside the server's own
	controlToken    string   // empty: none
}

// A flagRow is a row of the table of flags of a command, whose options are an O.
type flagRow[O any] struct {
	name     string
	value    string // name of the value in the usage; empty: the flag has no value
	about    string
	fallback string // value if none is given; empty: none
	set      func(*O, string) error
}

// define adds the flag to others. If it is given, set is called.
func (f flagRow[O]) define(flags *flag.FlagSet, set func(text string) error) {
	if f.value == "" {
		flags.BoolFunc(f.name, "", set)
	} else {
		flags.Func(f.name, "", set)
	}
}

// usage is the flag as the usage shows it, and what it is about.
func (f flagRow[O]) usage() (shown, about string) {
	shown, about = strings.TrimSpace("--"+f.name+" "+f.value), f.about
	if f.fallback != "" {
		about += "; default " + f.fallback
	}
	return shown, about
}

// A setting is a flag for serving. For each of them there is an environment variable.
type setting = flagRow[options]

var settings = []setting{
	{"listen", "ADDRESS", "HOST:PORT to listen on; with port 0, any free port; without HOST, everywhere; or unix:PATH", "127.0.0.1:9292", setListen},
	{"dialect", "NAME", "native, glance or ims; overrides the scenario", "", setDialect},
	{"strict-auth", "", "accept only tokens that were issued or are listed; overrides the scenario", "", setStrict},
	{"log", "FORMAT", "text, json or off: one line per request, on standard error", "text", setLog},
	{"url-file", "PATH", "file to write the server's URL to while it listens", "", setURLFile},
	{"journal", "N", "how many requests the journal keeps", strconv.Itoa(fakeserver.DefaultJournal), setJournal},
	{"journal-body", "SIZE", "how many bytes of each body the journal keeps, such as 1MiB", strconv.Itoa(fakeserver.DefaultJournalBody), setJournalBody},
	{"journal-bytes", "SIZE", "how many bytes of headers and bodies the journal keeps in all", strconv.Itoa(fakeserver.DefaultJournalBytes), setJournalBytes},
	{"journal-file", "PATH", "file to append each request to, as a line of JSON, as it is answered", "", setJournalFile},
	{"coverdir", "DIR", "folder in which to note through which answers clients are driven, for fakeglance coverage", "", setCoverDir},
	{"body-timeout", "TIME", "how long to wait for more of a request's body before a 400, such as 5s; 0: no limit", fakeserver.DefaultBodyTimeout.String(), setBodyTimeout},
	{"public-url", "URL", "how clients reach the server, where a proxy is in between; the URLs in answers begin with it", "", setPublicURL},
	{"control-host", "NAMES", "names, separated by commas, to which the control API answers, too; *: all", "", setControlHost},
	{"control-token", "TOKEN", "token that calls of the control API must send, as Authorization: Bearer TOKEN", "", setControlToken},
	{"sandboxes", "N", "how many sandboxes there may be at the same time", strconv.Itoa(fakeserver.DefaultSandboxes), setSandboxes},
	{"sandbox-idle", "TIME", "how long a sandbox may go without a call before it is removed, such as 10m; 0: no limit", fakeserver.DefaultSandboxIdle.String(), setSandboxIdle},
	{"sandboxes-only", "", "refuse calls that name no sandbox, other than those of the control API", "", setSandboxesOnly},
	{"watch", "", "play a scenario again when its file changes", "", setWatch},
	{"tls-self-signed", "", "serve HTTPS with a certificate made at the start; prints the path of what clients have to trust", "", setTLSSelfSigned},
	{"tls-cert", "PATH", "certificate to serve HTTPS with, in PEM; with --tls-self-signed, the file to write", "", setTLSCert},
	{"tls-key", "PATH", "key of that certificate, in PEM", "", setTLSKey},
}

// variable returns the name of the environment variable of a setting.
func (f flagRow[O]) variable() string {
	return variablePrefix + strings.ToUpper(strings.ReplaceAll(f.name, "-", "_"))
}

// options parses the flags for serving, and the variables of those not given.
func (p *program) options(args []string) (*options, error) {
	o, flags, given := new(options), newFlags(), make(map[string]bool)
	for _, s := range settings {
		s.define(flags, func(text string) error {
			given[s.name] = true
			return s.set(o, text)
		})
	}
	var err error
	if o.scenarios, err = parse(flags, args); err != nil {
		return nil, err
	}
	if len(o.scenarios) == 0 {
		o.scenarios = p.scenarioNames()
	}
	if len(o.scenarios) == 0 {
		o.scenarios = []string{"demo"}
	}
	if err := p.checkEnvironment(); err != nil {
		return nil, err
	}
	for _, s := range settings {
		if given[s.name] {
			continue
		}
		text, from := p.env(s.variable()), s.variable()
		if text == "" {
			text, from = s.fallback, "--"+s.name
		}
		if text == "" {
			continue
		}
		if err := s.set(o, text); err != nil {
			return nil, usageErrorf("invalid value %q for %s: %v", text, from, err)
		}
	}
	return o, nil
}

// check is an error if options contradict each other.
func (o *options) check() error {
	switch {
	case o.tlsSelfSigned && o.tlsKey != "":
		return usageErrorf("--tls-self-signed makes a key itself: leave out --tls-key")
	case !o.tlsSelfSigned && (o.tlsCert == "") != (o.tlsKey == ""):
		return usageErrorf("--tls-cert and --tls-key are given together")
	case o.watch && !slices.ContainsFunc(o.scenarios, scenarios.IsPath):
		return usageErrorf("--watch: there is no file of a scenario to watch")
	}
	return nil
}

func setListen(o *options, text string) error {
	path, unix := strings.CutPrefix(text, unixPrefix)
	if _, _, err := net.SplitHostPort(text); err != nil && !unix || unix && path == "" {
		return errors.New("want HOST:PORT, :PORT for every address, or unix:PATH")
	}
	o.listen = text
	return nil
}

func setDialect(o *options, text string) error {
	o.dialect = scenarios.Dialect(text)
	err := (&scenarios.Scenario{Dialect: o.dialect}).Validate()
	if problems := (scenarios.Problems)(nil); errors.As(err, &problems) {
		return errors.New(problems[0].Message)
	}
	return err
}

func setStrict(o *options, text string) error {
	strict, err := strconv.ParseBool(text)
	if err != nil {
		return errors.New("want true or false")
	}
	o.strict = &strict
	return nil
}

func setLog(o *options, text string) error {
	switch text {
	case "text":
		o.log = func(w io.Writer) slog.Handler { return slog.NewTextHandler(w, nil) }
	case "json":
		o.log = func(w io.Writer) slog.Handler { return slog.NewJSONHandler(w, nil) }
	case "off":
		o.log = func(io.Writer) slog.Handler { return slog.DiscardHandler }
	default:
		return errors.New("want text, json or off")
	}
	return nil
}

func setURLFile(o *options, text string) error {
	o.urlFile = text
	return nil
}

func setJournal(o *options, text string) error {
	n, err := strconv.Atoi(text)
	if err != nil || n < 0 {
		return errors.New("want a number of requests")
	}
	o.journal = n
	return nil
}

func setJournalBody(o *options, text string) error {
	n, err := parseSize(text)
	if err != nil {
		return err
	}
	o.journalBody = n
	return nil
}

func setJournalBytes(o *options, text string) error {
	n, err := parseSize(text)
	if err != nil {
		return err
	}
	o.journalBytes = n
	return nil
}

func setJournalFile(o *options, text string) error {
	o.journalFile = text
	return nil
}

func setCoverDir(o *options, text string) error {
	o.coverDir = text
	return nil
}

func setBodyTimeout(o *options, text string) error {
	d, err := time.ParseDuration(text)
	if err != nil || d < 0 {
		return errors.New("want a duration, such as 30s")
	}
	o.bodyTimeout = d
	return nil
}

func setPublicURL(o *options, text string) error {
	_, err := fakeserver.New(fakeserver.WithPublicURL(text))
	o.publicURL = text
	return err
}

func setControlHost(o *options, text string) error {
	o.controlHosts = nil
	for name := range strings.SplitSeq(text, ",") {
		if name = strings.TrimSpace(name); name == "" || strings.ContainsAny(name, "/: ") {
			return errors.New("want names of hosts without ports, such as fakeglance,images.example")
		}
		o.controlHosts = append(o.controlHosts, name)
	}
	return nil
}

func setControlToken(o *options, text string) error {
	if text == "" {
		return errors.New("it is empty, which would demand none: leave the flag out for that")
	}
	if strings.TrimSpace(text) != text || strings.ContainsFunc(text, func(c rune) bool { return c < ' ' || c > '~' }) {
		return errors.New("want a token that can be sent in a header")
	}
	o.controlToken = text
	return nil
}

func setSandboxes(o *options, text string) error {
	n, err := strconv.Atoi(text)
	if err != nil || n < 0 {
		return errors.New("want a number of sandboxes")
	}
	o.sandboxes = n
	return nil
}

func setSandboxIdle(o *options, text string) error {
	d, err := time.ParseDuration(text)
	if err != nil || d < 0 {
		return errors.New("want a duration, such as 10m")
	}
	o.sandboxIdle = d
	return nil
}

func setSandboxesOnly(o *options, text string) error { return setBool(&o.only, text) }

func setWatch(o *options, text string) error { return setBool(&o.watch, text) }

func setTLSSelfSigned(o *options, text string) error { return setBool(&o.tlsSelfSigned, text) }

func setBool(to *bool, text string) error {
	on, err := strconv.ParseBool(text)
	if err != nil {
		return errors.New("want true or false")
	}
	*to = on
	return nil
}

func setTLSCert(o *options, text string) error {
	o.tlsCert = text
	return nil
}

func setTLSKey(o *options, text string) error {
	o.tlsKey = text
	return nil
}

// units are the units of sizes.
var units = []struct {
	name  string
	bytes uint64
}{{"KiB", 1 << 10}, {"MiB", 1 << 20}, {"GiB", 1 << 30}, {"B", 1}, {"", 1}}

// parseSize parses a number of bytes, such as 64KiB.
func parseSize(text string) (int, error) {
	for _, u := range units {
		digits, ok := strings.CutSuffix(text, u.name)
		n, err := strconv.ParseUint(digits, 10, 31)
		if ok && err == nil && n*u.bytes <= math.MaxInt32 {
			return int(n * u.bytes), nil
		}
	}
	return 0, errors.New("want bytes, such as 65536 or 64KiB, less than 2GiB")
}
