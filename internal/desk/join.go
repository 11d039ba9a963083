package desk

import (
	"time"

	"madoguchi/internal/records/store"
	"madoguchi/terms/cases"
)

// outside reports why a mail opens a case of its own, linked to the one it
// answers: a registered contact of another organization must never be shown
// that case, and a case that a newer build wrote into cannot be changed.
func outside(c *cases.Case, s sender) (cases.LinkReason, bool) {
	switch {
	case s.known() && c.Organization != "" && s.org.ID != c.Organization:
		return cases.LinkOtherCustomer, true
	case c.Frozen != "":
		return cases.LinkFrozen, true
	}
	return "", false
}

// join files a mail into the case it belongs to, or into the one that this was
// merged into. It reports false where it must stay outside.
func (d *Desk) join(tx *store.Tx, id cases.ID, l letter, m cases.MessageReceived, s sender) (placed, error) {
	p, err := d.openSurvivor(tx, id, customer(m.From, s), l.ReceivedAt)
	if err != nil {
		return placed{}, err
	}
	if why, apart := outside(p.c, s); apart {
		return placed{link: &cases.Linked{Case: p.c.ID, Number: p.c.Number, Why: why}}, nil
	}
	p.channel = string(l.channelOf())
	d.nameSender(&m, s)
	who := cases.Participant{Person: m.From, Verified: s.registered() && s.org.ID == p.c.Organization}
	if s.known() {
		who.Contact = s.contact.ID
	}
	if have, ok := p.c.Participant(m.From.Addr); ok && have.Verified {
		who = have // confirmed by a person of the desk earlier
	}
	m.Verified = who.Verified
	facts, err := p.c.Receive(m, who)
	if err != nil {
		return placed{}, err
	}
	if err := p.write(nil, facts...); err != nil {
		return placed{}, err
	}
	claim, claimed, err := p.takeClaim(m)
	if err != nil {
		return placed{}, err
	}
	if err := d.takeAgreement(tx, p, l, m); err != nil {
		return placed{}, err
	}
	if claimed {
		// Something urgent was said: the customer is told what now runs and,
		// out of hours, asked to phone (`mail.urgent-by-phone`).
		if err := d.acknowledge(tx, p, m, s, claim); err != nil {
			return placed{}, err
		}
	}
	_, err = p.close(tx)
	return placed{id: p.c.ID}, err
}

// placed is where a mail went: into a case, or to one of its own with a link.
type placed struct {
	id   cases.ID
	link *cases.Linked
}

// openSurvivor loads a case for writing, or the one that it was merged into.
func (d *Desk) openSurvivor(tx *store.Tx, id cases.ID, by cases.Actor, at time.Time) (*pen, error) {
	p, err := d.open(tx, id, by, at)
	for hops := 0; err == nil && p.c.Merged != nil && hops < maxMerges; hops++ {
		p, err = d.open(tx, p.c.Merged.Into, by, at)
	}
	return p, err
}

// maxMerges bounds how many merges after each other are followed.
const maxMerges = 20
