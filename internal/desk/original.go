package desk

import (
	"context"
	"strings"

	"madoguchi/internal/mailtext"
	"madoguchi/terms/cases"
	"madoguchi/terms/fault"
)

// Original returns the kept raw mail behind a message of a case. A message of
// another case is not found.
func (d *Desk) Original(ctx context.Context, who Viewer, id cases.ID, message string) ([]byte, error) {
	_, raw, err := d.original(ctx, who, id, message)
	return raw, err
}

// original returns what was recorded of a message of this case, with its mail.
func (d *Desk) original(ctx context.Context, who Viewer, id cases.ID, message string) (cases.MessageReceived, []byte, error) {
	if err := who.May(Agent); err != nil {
		return cases.MessageReceived{}, nil, err
	}
	_, events, err := d.store.Case(ctx, id)
	if err != nil {
		return cases.MessageReceived{}, nil, err
	}
	for _, e := range cases.AsRead(events) {
		if m, ok := e.Data.(cases.MessageReceived); ok && m.Message == message {
			raw, err := d.store.InboundRaw(ctx, m.Source)
			return m, raw, err
		}
	}
	return cases.MessageReceived{}, nil, fault.New(fault.NotFound, "メールが見つかりません。", "There is no such mail.")
}

// File is one file that came with a mail.
type File struct {
	Name string // as sent, never a path to write to; may be empty
	Type string // media type as the sender claims, lower case
	Data []byte // decoded; must not be changed
}

// Attachment returns the n-th file of a message, counted from 1 in the order
// in which the history lists them. The history names each by its digest, so a
// later way of reading mail that finds them in another order hands out the
// same file.
func (d *Desk) Attachment(ctx context.Context, who Viewer, id cases.ID, message string, n int) (File, error) {
	m, raw, err := d.original(ctx, who, id, message)
	if err != nil {
		return File{}, err
	}
	missing := fault.New(fault.NotFound, "添付ファイルが見つかりません。", "There is no such attachment.")
	if n < 1 || n > len(m.Attachments) {
		return File{}, missing
	}
	mail, err := mailtext.Read(raw)
	if err != nil {
		return File{}, err
	}
	want := m.Attachments[n-1]
	for _, a := range mail.Attachments {
		if strings.EqualFold(a.SHA256, want.SHA256) {
			return File{Name: want.Name, Type: want.Type, Data: a.Data}, nil
		}
	}
	return File{}, missing
}
