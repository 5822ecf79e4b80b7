package main

import (
	"regexp"
	"slices"
	"strings"

	"github.com/fakeglance/fakeglance/scenarios"
)

// Variables with this prefix are ours.
const variablePrefix = "FAKEGLANCE_"

// scenarioVariable names the scenarios to serve, separated by commas, where the
// command line names none.
const scenarioVariable = variablePrefix + "SCENARIO"

// ignored are the variables that are for others than this program: those that
// POST /_fake/sandboxes?format=sh gives to tests.
var ignored = []string{variablePrefix + "URL", variablePrefix + "TOKEN", variablePrefix + "SANDBOX"}

// kubernetes are the variables that Kubernetes gives to each container beside a
// service with the name fakeglance.
var kubernetes = regexp.MustCompile(`^FAKEGLANCE_(SERVICE_(HOST|PORT|PORT_.+)=|PORT(_\d+_.+)?=(tcp|udp|sctp)://|PORT_\d+_[A-Z]+_(PROTO|PORT|ADDR)=)`)

// env is the value of a variable; empty: it is not set.
func (p *program) env(name string) string {
	for _, variable := range slices.Backward(p.environ) {
		if value, ok := strings.CutPrefix(variable, name+"="); ok {
			return value
		}
	}
	return ""
}

// checkEnvironment is an error if there is a variable that looks as if it were for
// this program, and is not: it is misspelt, or no flag has it.
func (p *program) checkEnvironment() error {
	var known []string // without the prefix, which every one has
	for _, s := range settings {
		known = append(known, strings.TrimPrefix(s.variable(), variablePrefix))
	}
	known = append(known, strings.TrimPrefix(scenarioVariable, variablePrefix))
	for _, variable := range slices.Sorted(slices.Values(p.environ)) {
		name, _, _ := strings.Cut(variable, "=")
		rest, ours := strings.CutPrefix(name, variablePrefix)
		if !ours || slices.Contains(known, rest) || slices.Contains(ignored, name) || kubernetes.MatchString(variable) {
			continue
		}
		if near := scenarios.Guess(rest, known); near != "" {
			return usageErrorf("unknown environment variable %s (did you mean %s?)", name, variablePrefix+near)
		}
		return usageErrorf("unknown environment variable %s; see fakeglance help", name)
	}
	return nil
}

// scenarioNames are the scenarios that the environment names; nil: none.
func (p *program) scenarioNames() []string {
	var names []string
	for name := range strings.SplitSeq(p.env(scenarioVariable), ",") {
		if name = strings.TrimSpace(name); name != "" {
			names = append(names, name)
		}
	}
	return names
}
