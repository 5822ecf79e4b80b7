package card

import (
	_ "embed"
	"encoding/json"
	"io"
	"slices"

	"github.com/fakeglance/fakeglance/fakeserver/internal/report"
)

//go:embed schema.json
var schema []byte

// Schema is the JSON Schema (2020-12) of what WriteJSON writes.
func Schema() []byte { return slices.Clone(schema) }

// WriteJSON writes the card as JSON. Its texts are as they came, but for bytes that
// are not UTF-8. A list that is always there is [] where it has nothing.
func (c *Card) WriteJSON(w io.Writer) error {
	whole := *c
	whole.Controls, whole.Incidents = listed(c.Controls), listed(c.Incidents)
	whole.Topics, whole.Rules = append([]Topic{}, c.Topics...), append([]report.Rule{}, c.Rules...)
	if c.Cleanup != nil {
		whole.Cleanup = &listed([]Row{*c.Cleanup})[0]
	}
	if c.Outage != nil {
		outage := *c.Outage
		outage.Findings = told(outage.Findings)
		whole.Outage = &outage
	}
	enc := json.NewEncoder(w)
	enc.SetIndent("", "  ")
	enc.SetEscapeHTML(false)
	return enc.Encode(&whole)
}

// listed is a copy of rows with no list that would be null.
func listed(rows []Row) []Row {
	all := append([]Row{}, rows...)
	for i := range all {
		all[i].Findings = told(all[i].Findings)
		all[i].Said = slices.Clone(all[i].Said)
		for j := range all[i].Said {
			all[i].Said[j].Images = append([]string{}, all[i].Said[j].Images...)
		}
	}
	return all
}

func told(findings []report.Finding) []report.Finding {
	all := slices.Clone(findings)
	for i := range all {
		all[i].Evidence = append([]string{}, all[i].Evidence...)
	}
	return all
}
