package desk

import (
	"cmp"
	"context"
	"slices"
	"time"

	"madoguchi/internal/records/store"
	"madoguchi/terms/cases"
	"madoguchi/terms/contract"
)

// Attempt is what one attempt to send a mail came to, recipient by recipient.
type Attempt struct {
	Relay     string
	Accepted  []Answer // the relay answers for these from here on
	Failed    []Answer // trying again is no use
	Remaining []Answer // tried again at Next
	Next      time.Time
}

// Answer is what the relay said about one recipient.
type Answer struct{ Recipient, Reply string }

// Settle records an attempt: the facts in the case's history and the mail's
// place in the outbox, together. An attempt that changes nothing for anybody
// leaves no trace in the history.
//
// When nobody at all got the initial response the customer has no answer, and
// the clock is open again. A copy (Cc) that failed beside a recipient who got
// it is told, and changes no verdict.
func (d *Desk) Settle(ctx context.Context, out store.Outbound, a Attempt) error {
	at, end := d.begin()
	defer end()
	if len(a.Accepted)+len(a.Failed) == 0 {
		return d.store.Write(ctx, func(tx *store.Tx) error { return a.put(tx, out, at) })
	}
	if out.Case == "" { // a letter, or a mail to people of the desk: of no case, so it has no history
		return d.store.Write(ctx, func(tx *store.Tx) error {
			if len(a.Failed) > 0 {
				if err := tx.ReturnLetterOf(out.Message, a.Failed[0].Recipient+" "+a.Failed[0].Reply); err != nil {
					return err
				}
			}
			return a.put(tx, out, at)
		})
	}
	_, err := d.change(ctx, out.Case, itself, at, func(tx *store.Tx, p *pen) error {
		if err := a.put(tx, out, at); err != nil {
			return err
		}
		if len(a.Accepted) > 0 {
			if err := p.write(nil, cases.DeliveryAccepted{Message: out.Message, Relay: a.Relay, Reply: a.Accepted[0].Reply}); err != nil {
				return err
			}
		}
		got := p.reached(out) || len(a.Accepted) > 0 || len(a.Remaining) > 0
		for _, f := range a.Failed {
			fact := cases.DeliveryFailed{Message: out.Message, Recipient: f.Recipient, Reply: f.Reply}
			facts := []cases.Data{fact}
			if !got {
				if err := p.judgeOverdue(); err != nil {
					return err
				}
				facts = p.c.Undeliverable(fact)
			}
			if err := p.write(p.con.TargetClauses(contract.FirstResponse), facts...); err != nil {
				return err
			}
		}
		return p.judgeOverdue()
	})
	return err
}

// put moves the mail in the outbox.
func (a Attempt) put(tx *store.Tx, out store.Outbound, at time.Time) error {
	r := store.OutboundResult{Attempt: out.Attempts, Queued: out.CreatedAt, Relay: a.Relay, Reply: a.reply()}
	if len(a.Remaining) > 0 {
		to := make([]string, len(a.Remaining))
		for i, w := range a.Remaining {
			to[i] = w.Recipient
		}
		return tx.RetryOutbound(out.ID, a.Next, to, r)
	}
	if len(a.Failed) > 0 {
		return tx.MarkOutboundFailed(out.ID, r)
	}
	if err := tx.ForgetSealedMail(out.Message); err != nil {
		return err
	}
	return tx.MarkOutboundSent(out.ID, at, r)
}

// reply is the one that matters most to who looks at the outbox.
func (a Attempt) reply() string {
	for _, list := range [][]Answer{a.Failed, a.Remaining, a.Accepted} {
		if len(list) > 0 {
			return cmp.Or(list[0].Reply, list[0].Recipient)
		}
	}
	return ""
}

// reached reports whether an earlier attempt brought the mail to somebody.
func (p *pen) reached(out store.Outbound) bool {
	return slices.ContainsFunc(p.past, func(e cases.Event) bool {
		d, ok := e.Data.(cases.DeliveryAccepted)
		return ok && d.Message == out.Message
	})
}

// OutgoingBytes returns a mail's bytes as they go out: as they were fixed when
// it was released, below the signatures of the keys that are in use now.
func (d *Desk) OutgoingBytes(ctx context.Context, out store.Outbound) ([]byte, error) {
	sealed, err := d.store.SealedMail(ctx, out.Message)
	if err != nil {
		return nil, err
	}
	var raw []byte
	if sealed != "" {
		raw, err = d.secrets.Open(purposeMail, sealed)
	} else {
		raw, err = d.store.OutboundRaw(ctx, out.ID)
	}
	if err != nil {
		return nil, err
	}
	return d.Sign(raw), nil
}
