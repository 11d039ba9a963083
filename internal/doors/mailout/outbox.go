package mailout

import (
	"context"
	"log/slog"
	"time"

	"madoguchi/internal/desk"
	"madoguchi/internal/records/store"
	"madoguchi/terms/cases"
)

// FromDesk is the desk's mail as [Compose] takes it. zone is the one that
// dates are shown in.
func FromDesk(o desk.Outgoing, zone *time.Location) Message {
	m := Message{
		MessageID: o.MessageID, Date: o.Date.In(zone), From: o.From, ReplyTo: o.ReplyTo, To: o.To, Cc: o.Cc,
		Subject: o.Subject, InReplyTo: o.InReplyTo, References: o.References, Language: o.Language, Markdown: o.Body, Auto: o.Automatic,
	}
	if q := o.Quote; q != nil {
		m.Quote = &Quoted{From: q.From, Date: q.Date.In(zone), Text: q.Text}
	}
	for _, f := range o.Files {
		m.Attachments = append(m.Attachments, Attachment{Name: f.Name, Type: f.Type, Content: f.Data})
	}
	return m
}

// DeskOutbox is the desk's outbox for a [Sender].
type DeskOutbox struct {
	desk  *desk.Desk
	lease time.Duration
	log   *slog.Logger
}

// NewDeskOutbox leases mails for as long as a pass of p works at them.
func NewDeskOutbox(d *desk.Desk, p Patience, log *slog.Logger) *DeskOutbox {
	return &DeskOutbox{desk: d, lease: 2*p.withDefaults().Attempt + time.Minute, log: log}
}

// Lease implements [Outbox]. A mail whose bytes cannot be read is put off, so
// that it does not keep the others.
func (o *DeskOutbox) Lease(ctx context.Context, limit int) ([]Mail, error) {
	rows, err := o.desk.LeaseOutgoing(ctx, limit, o.lease)
	if err != nil {
		return nil, err
	}
	mails := make([]Mail, 0, len(rows))
	for _, r := range rows {
		m := Mail{ID: r.ID, Case: string(r.Case), Message: r.Message, From: r.From, To: r.Recipients, Via: r.Via, Attempt: r.Attempts, Queued: r.CreatedAt}
		if m.Raw, err = o.desk.OutgoingBytes(ctx, r); err == nil {
			mails = append(mails, m)
			continue
		}
		o.log.Error("mail out: the bytes of a mail cannot be read", "mail", r.ID, "case", r.Case, "error", err)
		s := Settlement{Results: all(m.To, Result{Outcome: Temporary, Text: "the bytes of this mail cannot be read"}), Next: o.desk.Now().Add(Wait(m.Attempt))}
		if err := o.Settle(ctx, m, s); err != nil {
			return nil, err
		}
	}
	return mails, nil
}

// Settle implements [Outbox].
func (o *DeskOutbox) Settle(ctx context.Context, m Mail, s Settlement) error {
	a := desk.Attempt{Relay: s.Relay, Next: s.Next}
	for _, r := range s.Results {
		answer := desk.Answer{Recipient: r.Recipient, Reply: r.Reply()}
		switch r.Outcome {
		case Accepted:
			a.Accepted = append(a.Accepted, answer)
		case Permanent:
			a.Failed = append(a.Failed, answer)
		case Temporary:
			a.Remaining = append(a.Remaining, answer)
		}
	}
	return o.desk.Settle(ctx, store.Outbound{ID: m.ID, Case: cases.ID(m.Case), Message: m.Message, Attempts: m.Attempt, CreatedAt: m.Queued}, a)
}
