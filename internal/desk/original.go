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
	listed, raw, err := d.original(ctx, who, id, message)
	if err != nil {
		return nil, err
	}
	if err := d.clearMail(ctx, listed); err != nil {
		return nil, err
	}
	return raw, nil
}

// original returns the files that were recorded of a message of this case, one
// that came or one of ours, with its mail.
func (d *Desk) original(ctx context.Context, who Viewer, id cases.ID, message string) ([]cases.Attachment, []byte, error) {
	if err := who.May(WorkCases); err != nil {
		return nil, nil, err
	}
	_, events, err := d.caseFor(ctx, who, id)
	if err != nil {
		return nil, nil, err
	}
	for _, e := range cases.AsRead(events) {
		switch m := e.Data.(type) {
		case cases.MessageReceived:
			if m.Message == message {
				raw, err := d.store.InboundRaw(ctx, m.Source)
				return m.Attachments, raw, err
			}
		case cases.Replied:
			if m.Message == message {
				sent, err := d.store.OutboundByMessage(ctx, message)
				if err != nil {
					return nil, nil, err
				}
				raw, err := d.store.OutboundRaw(ctx, sent.ID)
				return m.Attachments, raw, err
			}
		}
	}
	return nil, nil, fault.New(fault.NotFound, "メールが見つかりません。", "There is no such mail.")
}

// File is one file that came with a mail.
type File struct {
	Name string // as sent, never a path to write to; may be empty
	Type string // media type as the sender claims, lower case
	Data []byte // decoded; must not be changed

	SHA256 string // of Data, in hexadecimal
}

func noAttachment() error {
	return fault.New(fault.NotFound, "添付ファイルが見つかりません。", "There is no such attachment.")
}

// Attachment returns the n-th file of a message, counted from 1 in the order
// in which the history lists them. The history names each by its digest, so a
// later way of reading mail that finds them in another order hands out the
// same file.
//
// One that is infected is [fault.Forbidden]; see [Desk.TakeInfected].
func (d *Desk) Attachment(ctx context.Context, who Viewer, id cases.ID, message string, n int) (File, error) {
	f, err := d.attachment(ctx, who, id, message, n)
	if err != nil {
		return File{}, err
	}
	if err := d.clear(ctx, id, f); err != nil {
		return File{}, err
	}
	return f, nil
}

func (d *Desk) attachment(ctx context.Context, who Viewer, id cases.ID, message string, n int) (File, error) {
	listed, raw, err := d.original(ctx, who, id, message)
	if err != nil {
		return File{}, err
	}
	if n < 1 || n > len(listed) {
		return File{}, noAttachment()
	}
	mail, err := mailtext.Read(raw)
	if err != nil {
		return File{}, err
	}
	want := listed[n-1]
	for _, a := range mail.Attachments {
		if strings.EqualFold(a.SHA256, want.SHA256) {
			return File{Name: want.Name, Type: want.Type, SHA256: a.SHA256, Data: a.Data}, nil
		}
	}
	return File{}, noAttachment()
}
