package desk

import (
	"context"
	"time"

	"madoguchi/internal/records/store"
	"madoguchi/terms/cases"
	"madoguchi/terms/contract"
	"madoguchi/terms/fault"
)

// UndoWindow is how long a released reply waits in the outbox before its first
// attempt, so that its writer can take it back. The release counts from the
// first instant all the same: the window changes no verdict.
const UndoWindow = 10 * time.Second

// Undo takes back a reply within [UndoWindow] of its release: the mail does not
// leave, a verdict that it met is superseded, and what was written is a draft
// again. All of that is one transaction: there is no instant at which a target
// is met by a mail that will never be sent. Only who released it may, and a
// supervisor; a mail whose sending has begun is [fault.Conflict].
func (d *Desk) Undo(ctx context.Context, who Viewer, id cases.ID, message string) (*cases.Case, error) {
	if err := who.May(WorkCases); err != nil {
		return nil, err
	}
	at := d.now()
	return d.change(ctx, id, who, at, func(tx *store.Tx, p *pen) error {
		release, reply, err := released(p.past, message)
		if err != nil {
			return err
		}
		by := release.Actor
		if by.ID != who.ID && who.May(Supervise) != nil {
			return fault.New(fault.Forbidden, by.Name+" さんが送信した返信です。取り消しは本人か責任者が行えます。", "This reply is "+by.Name+"’s: only they or a supervisor can undo it.")
		}
		facts, err := p.c.Undo(p.past, message)
		if err != nil {
			return err
		}
		if err := tx.UndoOutbound(message, at); err != nil {
			return err
		}
		if err := p.write(p.con.TargetClauses(contract.FirstResponse), facts...); err != nil {
			return err
		}
		if err := p.judgeOverdue(); err != nil {
			return err
		}
		if reply.Writer != nil { // approved by another: the text goes back to who wrote it
			by = *reply.Writer
		}
		if err := redraft(tx, by.ID, id, reply, release.Seq, at); err != nil {
			return err
		}
		if by.ID != who.ID {
			return nil
		}
		_, _, err = d.beginReply(tx, who, id, at)
		return err
	})
}

// released finds a reply in a history.
func released(past []cases.Event, message string) (cases.Event, cases.Replied, error) {
	for _, e := range past {
		if r, ok := e.Data.(cases.Replied); ok && r.Message == message {
			return e, r, nil
		}
	}
	return cases.Event{}, cases.Replied{}, fault.New(fault.NotFound, "返信が見つかりません。", "There is no such reply.")
}

// Resend sends a message again to those whom it did not reach for good. For an
// initial response that nobody had got, this is its release: the target is met
// or missed by this instant.
func (d *Desk) Resend(ctx context.Context, who Viewer, id cases.ID, message string) (*cases.Case, error) {
	if err := who.May(WorkCases); err != nil {
		return nil, err
	}
	at := d.now()
	c, err := d.change(ctx, id, who, at, func(tx *store.Tx, p *pen) error {
		again, err := p.c.Retry(p.past, message)
		if err != nil {
			return err
		}
		if err := tx.ResendOutbound(message, again.Recipients, at); err != nil {
			return err
		}
		return p.write(responseClauses(p), again)
	})
	if err == nil {
		wake(d.outgoing)
	}
	return c, err
}
