package desk

import (
	"context"
	"fmt"
	"strings"

	"madoguchi/internal/records/store"
	"madoguchi/terms/cases"
	"madoguchi/terms/fault"
)

// Rereading is what reading a kept mail again came to.
type Rereading struct {
	Case    cases.ID
	Number  string // of the case, as people read it
	Inbound string // the mail's id
	Parts   []cases.Part
	Before  cases.MessageReceived
	Now     cases.MessageReread
}

// RereadResult counts what a pass over the kept mails came to.
type RereadResult struct {
	Read       int // mails read
	Differ     int // of them read differently now
	Readable   int // of them could not be read before
	Unreadable int // still cannot be read
	Frozen     int // of cases that a newer build wrote into: left as they are
}

// Reread reads every kept mail again, as after an improvement of the reader,
// and records in its case how it is read now. Nothing is decided again: no
// case is opened, joined or reopened, no target moves, nobody is written to.
// With dry nothing is recorded either. tell is called for each difference.
func (d *Desk) Reread(ctx context.Context, dry bool, tell func(Rereading)) (RereadResult, error) {
	var result RereadResult
	for _, state := range []store.InboundState{store.InboundFiled, store.InboundQuarantined} {
		var after store.Since
		for {
			page, next, err := d.store.ListInbound(ctx, store.Everyone(), state, 100, after)
			if err != nil {
				return result, err
			}
			for _, in := range page {
				if err := d.rereadOne(ctx, in, dry, tell, &result); err != nil {
					return result, fmt.Errorf("mail %s: %w", in.ID, err)
				}
			}
			if next.End() {
				break
			}
			after = next
		}
	}
	return result, nil
}

func (d *Desk) rereadOne(ctx context.Context, in store.Inbound, dry bool, tell func(Rereading), result *RereadResult) error {
	if in.Case == "" || in.Raw.SHA256 == "" {
		return nil // a letter's bounce, or erased
	}
	result.Read++
	raw, err := d.store.InboundRaw(ctx, in.ID)
	l := read(store.Waiting{Inbound: in, Bytes: raw, Err: err})
	switch {
	case fault.Is(l.err, fault.Unavailable):
		return l.err
	case l.err != nil:
		result.Unreadable++
		return nil
	}
	r, err := d.compare(ctx, l)
	if err != nil || len(r.Parts) == 0 {
		return err
	}
	if !dry {
		err := d.recordReading(ctx, l, r)
		if fault.Is(err, fault.Conflict) {
			result.Frozen++
			return nil
		}
		if err != nil {
			return err
		}
	}
	result.Differ++
	if in.State == store.InboundQuarantined {
		result.Readable++
	}
	tell(r)
	return nil
}

// compare reads a mail's case and says what of the mail is read differently
// from what the history has.
func (d *Desk) compare(ctx context.Context, l letter) (Rereading, error) {
	c, events, err := d.store.Case(ctx, l.Case)
	if err != nil {
		return Rereading{}, err
	}
	was, ok := sourced(events, l.ID)
	if !ok {
		return Rereading{}, nil
	}
	r := Rereading{Case: c.ID, Number: d.number(c), Inbound: l.ID, Before: was, Now: d.reading(l, was)}
	r.Parts = r.Now.Differs(was)
	r.Now.Parts = r.Parts
	return r, nil
}

// sourced returns a mail of a history, as read last, by the id of its bytes.
func sourced(events []cases.Event, source string) (cases.MessageReceived, bool) {
	for _, e := range cases.AsRead(events) {
		if m, ok := e.Data.(cases.MessageReceived); ok && m.Source == source {
			return m, true
		}
	}
	return cases.MessageReceived{}, false
}

// reading is the mail as read now. A registered person keeps the registry's
// name; who sent it is a matter of its first reading, unless there was none.
func (d *Desk) reading(l letter, was cases.MessageReceived) cases.MessageReread {
	m := d.received(l)
	now := cases.MessageReread{
		Message: was.Message, From: was.From, Subject: m.Subject, Text: m.Text, New: m.New, Truncated: m.Truncated,
		HTML: m.HTML, Attachments: m.Attachments, Received: was.Received,
	}
	switch {
	case strings.HasSuffix(was.MessageID, quarantineDomain):
		now.From, now.MessageID, now.References = m.From, m.MessageID, m.References
	case !was.Verified && was.From.Addr == m.From.Addr:
		now.From.Name = m.From.Name
	}
	return now
}

func (d *Desk) recordReading(ctx context.Context, l letter, r Rereading) error {
	_, err := d.change(ctx, r.Case, itself, d.now(), func(tx *store.Tx, p *pen) error {
		facts, err := p.c.Reread(r.Before, r.Now)
		if err != nil {
			return err
		}
		p.channel = string(channelMail)
		if err := p.write(nil, facts...); err != nil {
			return err
		}
		mark := store.InboundMark{State: store.InboundFiled, Case: r.Case, MessageID: l.MessageID, Fingerprint: l.mark}
		if r.Now.MessageID != "" {
			mark.MessageID = r.Now.MessageID
		}
		if twin, err := tx.FiledInbound(mark.MessageID, mark.Fingerprint); err == nil && twin.ID != l.ID {
			return nil // another copy was read in the meantime: that one stands for the mail
		} else if err != nil && !fault.Is(err, fault.NotFound) {
			return err
		}
		return tx.MarkInbound(l.ID, mark)
	})
	return err
}
