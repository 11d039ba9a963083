package desk

import (
	"context"

	"madoguchi/internal/desk/notify"
	"madoguchi/internal/records/store"
	"madoguchi/terms/cases"
	"madoguchi/terms/clock"
	"madoguchi/terms/contract"
)

// PriorityPreview is what a change of priority would do, and what the customer
// would hear of it.
type PriorityPreview struct {
	clock.Effect
	Clocks   Forecast      // what becomes of each clock
	Tells    bool          // they hear of it by a mail of the desk's own
	To       cases.Address // who gets it; empty: nobody of them may be written to by the desk itself
	Sentence string        // what it says of the judgement, in their language
}

// PreviewPriority says what a change of priority would do to the clock,
// without making it.
func (d *Desk) PreviewPriority(ctx context.Context, who Viewer, cmd PriorityCommand) (PriorityPreview, error) {
	if err := who.May(ChangePriority); err != nil {
		return PriorityPreview{}, err
	}
	c, events, err := d.caseFor(ctx, who, cmd.Case)
	if err != nil {
		return PriorityPreview{}, err
	}
	con, err := d.contracts.Version(c.Contract)
	if err != nil {
		return PriorityPreview{}, err
	}
	var out PriorityPreview
	out.Clocks, err = rehearse(con, c, events, who, d.now(), func(p *pen) error {
		return p.view(cmd.at(p.at), func(ch clock.Change, e clock.Effect) (cases.Data, error) {
			out.Effect = e
			var l notify.Lowered
			if l, out.Tells = lowered(p.c, ch, e); out.Tells {
				person, _ := d.toTell(p.c)
				out.To, out.Sentence = person.Person, l.Sentence(con, c.Language)
			}
			switch cmd.Side {
			case clock.Claim:
				return claimed(cmd, e), nil
			case clock.Agreement:
				return agreed(cmd, e, who, cases.Participant{}), nil
			}
			return judged(cmd, e), nil
		})
	})
	return out, err
}

// PreviewObjection says what an objection would do to the clocks.
func (d *Desk) PreviewObjection(ctx context.Context, who Viewer, id cases.ID) (Forecast, error) {
	if err := who.May(ChangePriority); err != nil {
		return nil, err
	}
	c, events, err := d.caseFor(ctx, who, id)
	if err != nil {
		return nil, err
	}
	con, err := d.contracts.Version(c.Contract)
	if err != nil {
		return nil, err
	}
	return rehearse(con, c, events, who, d.now(), func(p *pen) error { return p.object(unsaid) })
}

// lowered says of a judgement on a case, as it was before, what the customer
// is to hear: that their claim is not followed, or that the priority goes down
// after an investigation. Every other view they have stated themselves, or are
// told by the person who writes to them.
func lowered(c *cases.Case, ch clock.Change, e clock.Effect) (notify.Lowered, bool) {
	l := notify.Lowered{To: ch.Priority, Criterion: ch.Criterion, Reason: ch.Reason, Reassessed: e.Reassessed}
	switch {
	case ch.Side != clock.Judgement:
		return l, false
	case e.Declines:
		l.From = contract.PriorityID(c.Claim.Priority)
	case e.Reassessed:
		l.From = contract.PriorityID(c.Priority)
	default:
		return l, false
	}
	return l, true
}

// toTell is the person of the customer's side who hears of a judgement: whoever
// claimed, else who wrote; never somebody whom nobody has confirmed, nor a
// mailbox of the desk's.
func (d *Desk) toTell(c *cases.Case) (cases.Participant, bool) {
	p, ok := c.Reachable(c.Claim)
	if !ok || d.Own(p.Person.Addr) {
		return cases.Participant{}, false
	}
	return p, true
}

// tellLowered writes the notice into the history and the outbox, in the act of
// the judgement. It is no answer to a mail, so it is marked as generated (RFC
// 3834, 5), and it comes back when it does not arrive.
func (d *Desk) tellLowered(tx *store.Tx, p *pen, l notify.Lowered) error {
	person, ok := d.toTell(p.c)
	if !ok {
		return nil
	}
	l.Person = person.Person
	text := notify.TellLowered(p.con, p.c, d.number(p.c), l, d.Site().sender(), p.at)
	told := cases.PriorityTold{
		Message: newID(), To: []cases.Address{l.Person}, From: string(l.From), Priority: string(l.To),
		Subject: text.Subject, Text: text.Body, Said: text.Said,
	}
	told.MessageID = d.tokens.MessageID(d.number(p.c), told.Message, d.domain())
	mail, err := d.addressed(tx, p, told.To, nil, told.Subject, told.Text, told.MessageID, p.at)
	if err != nil {
		return err
	}
	mail.Automatic, mail.Returns, mail.References = true, true, threadOf(p)
	if err := p.writeAt(p.at, system, clauseIDs(text.Said), told); err != nil {
		return err
	}
	return d.post(tx, p.c, told.Message, mail, p.at, p.at)
}
