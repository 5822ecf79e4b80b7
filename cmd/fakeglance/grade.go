package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"runtime"
	"strconv"
	"strings"
	"time"

	"github.com/fakeglance/fakeglance/fakeserver"
	"github.com/fakeglance/fakeglance/scenarios"
)

// gradeOptions is what grade is asked to do.
type gradeOptions struct {
	topics, incidents []string
	dialect           scenarios.Dialect // empty: that of each scenario
	alreadyGone       string            // ok or error
	limit             time.Duration
	parallel          int
	driver, batch     bool
	json, junit, html string // paths; empty: none
	command           []string
}

// gradeFlags are the flags of grade.
var gradeFlags = []flagRow[gradeOptions]{
	{"topic", "NAMES", "only incidents of these topics, separated by commas; the others do not apply", "", func(o *gradeOptions, text string) error { return setWords(&o.topics, text) }},
	{"incident", "NAMES", "only these incidents, separated by commas", "", func(o *gradeOptions, text string) error { return setWords(&o.incidents, text) }},
	{"dialect", "NAME", "native, glance or ims for all incidents; those about another one do not apply", "", func(o *gradeOptions, text string) error {
		o.dialect = scenarios.Dialect(text)
		return setDialect(new(options), text)
	}},
	{"already-gone", "ok|error", "what to say of an image that was gone before the client came", "ok", func(o *gradeOptions, text string) error {
		if o.alreadyGone = text; text != "ok" && text != "error" {
			return errors.New("want ok or error")
		}
		return nil
	}},
	{"time-limit", "TIME", "how long a run of COMMAND may take", fakeserver.DefaultTimeLimit.String(), func(o *gradeOptions, text string) (err error) {
		if o.limit, err = time.ParseDuration(text); err != nil || o.limit <= 0 {
			return errors.New("want a duration, such as 60s")
		}
		return nil
	}},
	{"parallel", "N", "how many incidents at the same time; default: the number of CPUs", "", func(o *gradeOptions, text string) (err error) {
		if o.parallel, err = strconv.Atoi(text); err != nil || o.parallel < 1 {
			return errors.New("want a number of incidents, at least 1")
		}
		return nil
	}},
	{"batch", "", "one run of COMMAND for all images of an incident", "", func(o *gradeOptions, text string) error { return setBool(&o.batch, text) }},
	{"driver", "", "COMMAND stays, and is asked for each image by a line of JSON", "", func(o *gradeOptions, text string) error { return setBool(&o.driver, text) }},
	{"json", "FILE", "file to write the card to, as JSON", "", func(o *gradeOptions, text string) error { return setPath(&o.json, text) }},
	{"junit", "FILE", "the same, as XML that CI systems read", "", func(o *gradeOptions, text string) error { return setPath(&o.junit, text) }},
	{"html", "FILE", "the same, as a page", "", func(o *gradeOptions, text string) error { return setPath(&o.html, text) }},
}

func setWords(to *[]string, text string) error {
	for word := range strings.SplitSeq(text, ",") {
		*to = append(*to, strings.TrimSpace(word))
	}
	return nil
}

func setPath(to *string, text string) error {
	if *to = text; text == "" {
		return errors.New("want the path of a file")
	}
	return nil
}

// gradeOptions parses the flags, up to the command.
func (p *program) gradeOptions(args []string) (*gradeOptions, error) {
	o, flags := &gradeOptions{alreadyGone: "ok", limit: fakeserver.DefaultTimeLimit, parallel: runtime.NumCPU()}, newFlags()
	for _, f := range gradeFlags {
		f.define(flags, func(text string) error { return f.set(o, text) })
	}
	if err := flags.Parse(args); err != nil {
		return nil, explain(flags, err)
	}
	o.command = flags.Args()
	switch {
	case len(o.command) == 0:
		return nil, usageErrorf("grade needs the COMMAND that deletes an image, after --: fakeglance grade -- openstack image delete {image_id}")
	case o.driver && o.batch:
		return nil, usageErrorf("--driver and --batch: want only one of them; a driver is asked to delete one image at a time")
	}
	return o, nil
}

// flags are the options that change what is found, as they are typed.
func (o *gradeOptions) flags() []string {
	var flags []string
	add := func(on bool, words ...string) {
		if on {
			flags = append(flags, words...)
		}
	}
	add(o.alreadyGone != "ok", "--already-gone", o.alreadyGone)
	add(o.limit != fakeserver.DefaultTimeLimit, "--time-limit", o.limit.String())
	add(o.dialect != "", "--dialect", string(o.dialect))
	add(o.driver, "--driver")
	add(o.batch, "--batch")
	return flags
}

// grade has a command delete images in every incident, and prints its card.
func (p *program) grade(ctx context.Context, args []string) error {
	o, err := p.gradeOptions(args)
	if err != nil {
		return err
	}
	if _, err := exec.LookPath(o.command[0]); err != nil {
		return cannotJudge{fmt.Errorf("the command cannot be started: %w", err)}
	}
	files, err := o.create()
	if err != nil {
		return cannotJudge{err}
	}
	defer files.close()
	srv, err := fakeserver.Start()
	if err != nil {
		return cannotJudge{err}
	}
	defer srv.Close()
	ctx, abort := context.WithCancelCause(ctx)
	defer abort(nil)
	client, stop := p.commandClient(o)
	if o.driver {
		drivers := newDrivers(p, o, abort)
		client, stop = drivers.delete, drivers.stop
	}
	card, err := srv.Grade(ctx, client, p.gradingOf(o)...)
	stop() // before the card is printed: nobody may read it
	if cause := context.Cause(ctx); cause != nil {
		err = fmt.Errorf("stopped: %w", cause)
	}
	if err != nil {
		return cannotJudge{err}
	}
	if err := files.write(card); err != nil {
		return cannotJudge{err}
	}
	if err := card.WriteText(p.stdout); err != nil {
		return cannotJudge{err}
	}
	switch {
	case card.Failed():
		return errReported
	case !card.Judged():
		return cannotJudge{errors.New("no incident was driven, so that nothing can be said of the client")}
	}
	return nil
}

func (p *program) gradingOf(o *gradeOptions) []fakeserver.IncidentOption {
	opts := []fakeserver.IncidentOption{
		fakeserver.WithTimeLimit(o.limit), fakeserver.WithParallel(o.parallel), fakeserver.WithIncidents(o.incidents...),
		fakeserver.WithClient(quoted(o.command), func(incident string) string {
			words := append([]string{"fakeglance", "grade", "--incident", incident}, o.flags()...)
			return quoted(append(append(words, "--"), o.command...))
		}),
		fakeserver.WithProgress(p.progress()),
	}
	for _, topic := range o.topics {
		opts = append(opts, scenarios.Topic(topic))
	}
	if o.dialect != "" {
		opts = append(opts, fakeserver.WithDialect(o.dialect))
	}
	if o.alreadyGone == "error" {
		opts = append(opts, fakeserver.WithAlreadyGoneError())
	}
	if o.batch {
		opts = append(opts, fakeserver.WithBatch())
	}
	return opts
}

// progress prints each result: over the last one on a terminal, else in lines.
func (p *program) progress() func(name, result string, done, all int) {
	terminal := false
	if f, ok := p.stderr.(*os.File); ok {
		info, err := f.Stat()
		terminal = err == nil && info.Mode()&os.ModeCharDevice != 0
	}
	return func(name, result string, done, all int) {
		line := fmt.Sprintf("%d/%d %s: %s", done, all, name, result)
		switch {
		case !terminal:
			fmt.Fprintln(p.stderr, line)
		case done == all:
			fmt.Fprintf(p.stderr, "\r%-78.78s\r", "")
		default:
			fmt.Fprintf(p.stderr, "\r%-78.78s", line)
		}
	}
}

// cannotJudge is why a client could not be judged: exit code 2.
type cannotJudge struct{ error }

func (e cannotJudge) Unwrap() error { return e.error }

// quoted is a command as a shell takes it.
func quoted(words []string) string {
	var out []string
	for _, w := range words {
		if w == "" || strings.ContainsFunc(w, func(c rune) bool {
			return !strings.ContainsRune("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_./:=@%+,{}", c)
		}) {
			w = "'" + strings.ReplaceAll(w, "'", `'\''`) + "'"
		}
		out = append(out, w)
	}
	return strings.Join(out, " ")
}

// cardFiles are the files that a card is written to. They are made before the client
// is judged: a path that is wrong is told at once. Where no card comes, none is left,
// not one of an earlier client either.
type cardFiles []*cardFile

type cardFile struct {
	file    *os.File
	info    os.FileInfo
	write   func(*fakeserver.Card, io.Writer) error
	written bool // as a whole
}

func (o *gradeOptions) create() (cardFiles, error) {
	var files cardFiles
	for _, f := range []struct {
		path  string
		write func(*fakeserver.Card, io.Writer) error
	}{{o.json, (*fakeserver.Card).WriteJSON}, {o.junit, (*fakeserver.Card).WriteJUnit}, {o.html, (*fakeserver.Card).WriteHTML}} {
		if f.path == "" {
			continue
		}
		file, err := os.Create(f.path)
		if err != nil {
			files.close()
			return nil, err
		}
		one := &cardFile{file: file, write: f.write}
		files = append(files, one)
		if one.info, err = file.Stat(); err != nil {
			files.close()
			return nil, err
		}
		for _, other := range files[:len(files)-1] {
			if os.SameFile(one.info, other.info) && one.info.Mode().IsRegular() {
				files.close()
				return nil, usageErrorf("--json, --junit and --html: want a file for each, not %s for two", f.path)
			}
		}
	}
	return files, nil
}

func (files cardFiles) write(card *fakeserver.Card) error {
	var errs []error
	for _, f := range files {
		err := f.write(card, f.file)
		f.written = err == nil
		errs = append(errs, err)
	}
	return errors.Join(errs...)
}

func (files cardFiles) close() {
	for _, f := range files {
		_ = f.file.Close()
		if !f.written && f.info != nil && f.info.Mode().IsRegular() {
			_ = os.Remove(f.file.Name())
		}
	}
}
