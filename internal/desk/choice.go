package desk

import (
	"cmp"
	"context"
	"slices"

	"madoguchi/internal/records/store"
	"madoguchi/terms/fault"
)

// Choices are how a person of the desk likes to work with mail.
type Choices struct {
	Mail      string     // how an HTML mail is shown: [MailHTML] or [MailText]
	Signature fault.Text // ends a reply, by its language; empty: the usual one
	Quote     string     // where a reply quotes the mail that it answers: [QuoteBelow], [QuoteInline] or [QuoteNone]
}

// What can be chosen; the first of each is assumed until somebody chooses.
const (
	MailHTML = "html"
	MailText = "text"

	QuoteBelow  = "below"  // in full, under the signature
	QuoteInline = "inline" // in the text field, to be answered between its lines
	QuoteNone   = "none"
)

// choices are the names under which they are kept, with what each may be.
var choices = map[string][]string{
	"mail":  {MailHTML, MailText},
	"quote": {QuoteBelow, QuoteInline, QuoteNone},
}

// Choices returns the viewer's own.
func (d *Desk) Choices(ctx context.Context, who Viewer) (Choices, error) {
	chosen, err := d.store.Choices(ctx, who.ID)
	return Choices{Signature: fault.Text{JA: chosen["signature.ja"], EN: chosen["signature.en"]}, Mail: cmp.Or(chosen["mail"], choices["mail"][0]), Quote: cmp.Or(chosen["quote"], choices["quote"][0])}, err
}

// Choose records one of the viewer's own choices.
func (d *Desk) Choose(ctx context.Context, who Viewer, name, value string) error {
	if err := who.May(WorkCases); err != nil {
		return err
	}
	if !slices.Contains(choices[name], value) {
		return fault.New(fault.Invalid, "選択肢にない値です。画面を更新して、選び直してください。", "There is no such choice. Please reload the page and choose again.").At(name)
	}
	return d.store.Write(ctx, func(tx *store.Tx) error { return tx.PutChoice(who.ID, name, value) })
}
