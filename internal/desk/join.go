package desk

import (
	"madoguchi/internal/records/store"
	"madoguchi/terms/cases"
)

// join files a mail into the case it belongs to. It reports false where the
// sender must not see that case: a registered contact of another
// organization, whose mail opens a case of its own.
func (d *Desk) join(tx *store.Tx, id cases.ID, l letter, m cases.MessageReceived, s sender) (bool, error) {
	p, err := d.open(tx, id, customer(m.From, s), l.ReceivedAt)
	if err != nil {
		return false, err
	}
	if s.known() && p.c.Organization != "" && s.org.ID != p.c.Organization {
		return false, nil
	}
	p.channel = string(channelMail)
	d.nameSender(&m, s)
	who := cases.Participant{Person: m.From, Verified: s.known() && s.org.ID == p.c.Organization}
	if s.known() {
		who.Contact = s.contact.ID
	}
	if have, ok := p.c.Participant(m.From.Addr); ok && have.Verified {
		who = have // confirmed by a person of the desk earlier
	}
	m.Verified = who.Verified
	facts, err := p.c.Receive(m, who)
	if err != nil {
		return false, err
	}
	if err := p.write(nil, facts...); err != nil {
		return false, err
	}
	claim, claimed, err := p.takeClaim(m)
	if err != nil {
		return false, err
	}
	if claimed {
		// Something urgent was said: the customer is told what now runs and,
		// out of hours, asked to phone (`mail.urgent-by-phone`).
		if err := d.acknowledge(tx, p, m, s, claim); err != nil {
			return false, err
		}
	}
	_, err = p.close(tx)
	return true, err
}
