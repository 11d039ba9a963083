package desk

import (
	"context"
	"fmt"
	"runtime/debug"
	"slices"
	"time"

	"madoguchi/internal/records/store"
	"madoguchi/terms/cases"
)

// Outgoing is a mail to be composed: what a door needs to make its bytes.
// The same Outgoing gives the same bytes, so that a repeated attempt repeats
// the very mail.
type Outgoing struct {
	From       cases.Address
	ReplyTo    cases.Address // carries the case's token
	To, Cc     []cases.Address
	Subject    string
	Body       string // plain text with Markdown
	Language   string
	MessageID  string // fixed before the first attempt, without angle brackets
	InReplyTo  string
	References []string
	Date       time.Time
	Automatic  bool // carries the headers that stop others' robots (RFC 3834)
	Returns    bool // comes back when it does not arrive, although it is automatic: a person's act made it, so no two robots talk
	Quote      *Quote
	Via        string // id of the sender whose way it goes; empty: the usual way
	Files      []Attached
}

// Quote is the mail that a reply answers, quoted below it.
type Quote struct {
	From cases.Address
	Date time.Time
	Text string
}

// Compose makes the bytes of an outgoing mail.
type Compose func(Outgoing) ([]byte, error)

// addressed is a mail of a case, from the sender that the case has.
func (d *Desk) addressed(tx *store.Tx, p *pen, to, cc []cases.Address, subject, body, messageID string, at time.Time) (Outgoing, error) {
	c := p.c
	who, err := d.identityOf(tx, c, slices.Concat(p.past, p.events))
	return Outgoing{
		From: who.from, ReplyTo: who.replyTo, Via: who.via,
		To: to, Cc: cc, Subject: subject, Body: body, Language: c.Language, MessageID: messageID, Date: at,
	}, err
}

// post composes a mail and puts it into the outbox in the act's transaction,
// to be sent from an instant on. It is composed beside the act, which goes on
// with its rows meanwhile, and takes its place there when the act ends.
func (d *Desk) post(tx *store.Tx, c *cases.Case, message string, m Outgoing, at, from time.Time) error {
	var rcpts []string
	for _, a := range append(append([]cases.Address(nil), m.To...), m.Cc...) {
		rcpts = append(rcpts, a.Addr)
	}
	sender := m.From.Addr
	if m.Automatic && !m.Returns {
		sender = "" // the null sender: a bounce of a robot's mail goes nowhere (RFC 3834, 3.3)
	}
	out := store.Outbound{
		ID: newID(), Message: message, Case: c.ID, MessageIDHeader: m.MessageID, From: sender, Recipients: rcpts,
		Subject: m.Subject, Via: m.Via, NextAt: from, CreatedAt: at,
	}
	kept := beside(func() (store.Raw, error) { return d.keep(m) })
	tx.Finally(func() (err error) {
		if out.Raw, err = kept(); err != nil {
			return err
		}
		return tx.PutOutbound(out)
	})
	return nil
}

// keep composes a mail and keeps its bytes.
func (d *Desk) keep(m Outgoing) (store.Raw, error) {
	raw, err := d.compose(m)
	if err != nil {
		return store.Raw{}, fmt.Errorf("compose %s: %w", m.MessageID, err)
	}
	return d.store.KeepRaw(context.Background(), raw)
}

// beside runs something on another processor until its outcome is asked for.
func beside[T any](work func() (T, error)) (outcome func() (T, error)) {
	type ended struct {
		made T
		err  error
	}
	done := make(chan ended, 1)
	go func() {
		var e ended
		defer func() {
			if v := recover(); v != nil {
				e.err = fmt.Errorf("panicked: %v\n%s", v, debug.Stack())
			}
			done <- e
		}()
		e.made, e.err = work()
	}()
	return func() (T, error) { e := <-done; return e.made, e.err }
}

// LeaseOutgoing takes mails that are due for an attempt.
func (d *Desk) LeaseOutgoing(ctx context.Context, limit int, lease time.Duration) ([]store.Outbound, error) {
	var out []store.Outbound
	now := d.now()
	err := d.store.Write(ctx, func(tx *store.Tx) error {
		var err error
		out, err = tx.LeaseOutbound(now, limit, lease, d.hasWay())
		return err
	})
	return out, err
}

// ReleaseOutgoing gives back every mail that an earlier process was sending
// when it ended: its next attempt is now. The caller is the only process that
// sends.
func (d *Desk) ReleaseOutgoing(ctx context.Context) error {
	now := d.now()
	return d.store.Write(ctx, func(tx *store.Tx) error { return tx.ReleaseOutbound(now) })
}

// OutgoingDue reports whether a mail waits whose attempt has come due.
func (d *Desk) OutgoingDue(ctx context.Context) (bool, error) {
	return d.store.OutboundDue(ctx, d.now(), d.hasWay())
}

// OutgoingReady receives a value when a mail was put into the outbox.
func (d *Desk) OutgoingReady() <-chan struct{} { return d.outgoing }
