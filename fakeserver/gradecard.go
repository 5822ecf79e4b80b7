package fakeserver

import (
	"io"
	"strings"

	"github.com/fakeglance/fakeglance/fakeserver/internal/card"
)

// A Card says how a client deletes images: how it did in each incident, what was found,
// and how to see it again.
type Card struct{ card card.Card }

// Failed reports whether the client failed in an incident, or deleted a wrong image.
func (c *Card) Failed() bool { return c.card.Failed() }

// Judged reports whether at least one incident was driven: without any, the card says
// nothing of the client.
func (c *Card) Judged() bool { return c.card.Sum.Passed+c.card.Sum.Failed > 0 }

// String is the card as text, up to 100 characters wide.
func (c *Card) String() string {
	var b strings.Builder
	_ = c.card.WriteText(&b)
	return b.String()
}

// WriteText writes the card for a terminal, up to 100 characters wide.
func (c *Card) WriteText(w io.Writer) error { return c.card.WriteText(w) }

// WriteJSON writes the card as JSON, in the form that CardSchema describes.
func (c *Card) WriteJSON(w io.Writer) error { return c.card.WriteJSON(w) }

// WriteJUnit writes the card as the XML of JUnit, as CI systems read it: a test for each
// incident, one that was not driven as skipped.
func (c *Card) WriteJUnit(w io.Writer) error { return c.card.WriteJUnit(w) }

// WriteHTML writes the card as one page that needs nothing else.
func (c *Card) WriteHTML(w io.Writer) error { return c.card.WriteHTML(w) }

// CardSchema is the JSON Schema of a card as WriteJSON writes it.
func CardSchema() []byte { return card.Schema() }
