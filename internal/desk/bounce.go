package desk

import (
	"slices"
	"strings"

	"madoguchi/internal/mailtext"
	"madoguchi/internal/records/store"
	"madoguchi/terms/cases"
	"madoguchi/terms/contract"
	"madoguchi/terms/fault"
)

// fileBounce attaches a bounce to the message that came back. A failure for
// good warns the desk that the customer has not got the answer; a warning of
// delay is said at the message and changes nothing else.
func (d *Desk) fileBounce(tx *store.Tx, l letter, m cases.MessageReceived) (cases.ID, bool, error) {
	if l.mail.Kind != mailtext.Bounce {
		return "", false, nil
	}
	for _, returned := range returnedBy(l.mail) {
		seen, err := tx.CaseByMessageID(returned)
		if err != nil {
			return "", false, err
		}
		if len(seen) > 0 {
			return seen[0].Case, true, d.bounced(tx, seen[0].Case, returned, l, m)
		}
		if found, err := d.letterReturned(tx, returned, failures(l.mail, "")); err != nil || found {
			return "", found, err
		}
	}
	return d.bouncedByToken(tx, l, m)
}

// bouncedByToken finds the mail that a bounce in prose is about by the keyed
// token in the subject that it quotes: the newest one of that case to the
// recipient that it names.
func (d *Desk) bouncedByToken(tx *store.Tx, l letter, m cases.MessageReceived) (cases.ID, bool, error) {
	key, ok := d.tokens.FromSubject(cut(l.mail.Subject+"\n"+l.mail.Text, 64<<10))
	if !ok {
		return "", false, nil
	}
	id, _, err := d.known(tx, key, "subject")
	if err != nil || id == "" {
		return "", false, err
	}
	_, past, err := tx.Case(id)
	if err != nil {
		return "", false, err
	}
	for _, e := range slices.Backward(past) {
		r, ok := e.Data.(cases.Replied)
		if ok && slices.ContainsFunc(slices.Concat(r.To, r.Cc), func(a cases.Address) bool { return bouncesOf(l.mail, a.Addr) }) {
			return id, true, d.bounced(tx, id, r.MessageID, l, m)
		}
	}
	return "", false, nil
}

// bouncesOf reports whether a bounce names an address.
func bouncesOf(m *mailtext.Mail, addr string) bool {
	return slices.ContainsFunc(m.Bounces, func(b mailtext.BounceRecipient) bool { return strings.EqualFold(b.Recipient, addr) })
}

func (d *Desk) bounced(tx *store.Tx, id cases.ID, returned string, l letter, m cases.MessageReceived) error {
	p, err := d.open(tx, id, system, l.ReceivedAt)
	if err != nil {
		return err
	}
	p.channel = string(channelMail)
	m.Joined = "message-id"
	if err := p.write(nil, m); err != nil {
		return err
	}
	sent, err := tx.OutboundByMessageID(returned)
	if fault.Is(err, fault.NotFound) {
		_, err = p.close(tx) // the customer's own mail, quoted in somebody's bounce
		return err
	}
	if err != nil {
		return err
	}
	if err := p.judgeOverdue(); err != nil {
		return err
	}
	for _, f := range delays(l.mail, sent.Message) {
		if err := p.write(nil, f); err != nil {
			return err
		}
	}
	lost := failures(l.mail, sent.Message)
	for _, f := range lost {
		if err := p.write(p.con.TargetClauses(contract.FirstResponse), p.c.Undeliverable(f)...); err != nil {
			return err
		}
	}
	if err := p.judgeOverdue(); err != nil {
		return err
	}
	if _, err = p.close(tx); err != nil || p.c.Merged == nil || len(lost) == 0 {
		return err
	}
	// Nobody looks at a merged case any more: the one that goes on warns.
	on, err := d.openSurvivor(tx, id, system, l.ReceivedAt)
	if err != nil {
		return err
	}
	for _, f := range lost {
		if err := on.write(nil, f); err != nil {
			return err
		}
	}
	_, err = on.close(tx)
	return err
}

// failures lists the recipients whom a mail did not reach for good.
func failures(m *mailtext.Mail, message string) []cases.DeliveryFailed {
	var out []cases.DeliveryFailed
	for _, b := range m.Bounces {
		if strings.EqualFold(b.Action, "failed") || b.Action == "" && strings.HasPrefix(b.Status, "5") {
			out = append(out, cases.DeliveryFailed{Message: message, Recipient: strings.ToLower(b.Recipient), Reply: b.Diagnostic, Bounce: true})
		}
	}
	return out
}

// delays lists the recipients for whom a mail system goes on trying.
func delays(m *mailtext.Mail, message string) []cases.DeliveryDelayed {
	var out []cases.DeliveryDelayed
	for _, b := range m.Bounces {
		if strings.EqualFold(b.Action, "delayed") {
			out = append(out, cases.DeliveryDelayed{Message: message, Recipient: strings.ToLower(b.Recipient), Reply: b.Diagnostic})
		}
	}
	return out
}
