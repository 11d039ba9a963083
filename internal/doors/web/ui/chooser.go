package ui

import "context"

// Chooser chooses one or several out of many: what is typed is looked for by
// the server, and what was chosen stands above as boxes that are ticked. In a
// browser without scripts the text itself goes along, as [Typed] of the name.
type Chooser struct {
	Name, Label, Hint string
	From              string   // the address that answers with [ChooserList]; empty: all are in First
	Words             string   // key of what can be typed
	Many              bool     // several, as ticked boxes; otherwise one
	First             []Choice // offered without a search: everybody, nobody
	Chosen            []Option
	Typed, Error      string
	Bare, Required    bool // the label is said elsewhere on the page; one must be chosen
}

// Choice is a thing that is offered from the start.
type Choice struct {
	Value, Label string
	On           bool
}

// Typed is the field in which the text of a chooser arrives.
func Typed(name string) string { return name + "_find" }

func (c Chooser) box() string {
	if c.Many {
		return "checkbox"
	}
	return "radio"
}

func (c Chooser) describedBy() string {
	switch {
	case c.Error != "":
		return "e-" + c.Name
	case c.Hint != "":
		return "h-" + c.Name
	}
	return ""
}

// Found is a page of what a chooser looked for.
type Found struct {
	Options []FoundOption
	More    string // address of the next page; empty: there is none
	Further bool   // it is not the first
}

// FoundOption is one of them.
type FoundOption struct{ Value, Label, Note string }

func (f Found) said(ctx context.Context) string {
	switch {
	case len(f.Options) == 0:
		return T(ctx, "chooser.none")
	case f.More != "" && !f.Further:
		return T(ctx, "chooser.said.more", len(f.Options))
	}
	return T(ctx, "chooser.said", len(f.Options))
}
