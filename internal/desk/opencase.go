package desk

import (
	"cmp"
	"slices"
	"strings"
	"time"
	"unicode"

	"madoguchi/internal/desk/notify"
	"madoguchi/internal/records/store"
	"madoguchi/terms/cases"
	"madoguchi/terms/clock"
	"madoguchi/terms/contract"
	"madoguchi/terms/fault"
)

// channelMail is the contract's channel for mail.
const channelMail contract.ChannelID = "mail"

// sender is what the registry knows of somebody who wrote.
type sender struct {
	contact *store.Contact
	org     *store.Organization
}

func (s sender) known() bool { return s.contact != nil && s.org != nil }

// registered reports whether it is a contact of the registry, and not just
// somebody of a customer that is known.
func (s sender) registered() bool { return s.known() && s.contact.ID != "" }

func (d *Desk) sender(tx *store.Tx, addr string) (sender, error) {
	contact, org, err := tx.Writer(addr)
	if fault.Is(err, fault.NotFound) {
		return sender{}, nil
	}
	if err != nil {
		return sender{}, err
	}
	return sender{contact: &contact, org: &org}, nil
}

// openCase opens a case for a mail that belongs to none. A registered
// contact's gets the contract in force at the reception and its clock; any
// other waits in the unidentified queue. A machine's report of no customer
// starts no clock and is not answered.
func (d *Desk) openCase(tx *store.Tx, l letter, m cases.MessageReceived, s sender, link *cases.Linked) (cases.ID, error) {
	c, err := d.openNew(tx, l, m, s, link)
	if err != nil {
		return "", err
	}
	return c.ID, nil
}

func (d *Desk) openNew(tx *store.Tx, l letter, m cases.MessageReceived, s sender, link *cases.Linked) (*cases.Case, error) {
	d.nameSender(&m, s)
	con, err := d.contractOf(s, l.ReceivedAt)
	if err != nil {
		return nil, err
	}
	number, err := tx.NextNumber()
	if err != nil {
		return nil, err
	}
	p := &pen{con: con, c: &cases.Case{}, at: l.ReceivedAt, channel: string(l.channelOf()), by: customer(m.From, s), telling: &telling{desk: d, tx: tx}}
	p.c.ID = cases.ID(newID())
	opened := cases.Opened{
		Number: number, Subject: subjectOf(m), Person: m.From, Region: string(con.HomeRegion()),
		Language: d.languageOf(s, l.EnvelopeTo, m), Reception: l.ReceivedAt, Priority: string(con.InitialPriority()),
	}
	if s.known() && !isNoise(m.Auto) {
		opened.Organization, opened.OrgName, opened.Contact = s.org.ID, s.org.Name(opened.Language), s.contact.ID
	}
	m.Verified = s.registered()
	channel, _ := con.Channel(l.channelOf())
	if err := p.write(slices.Concat(channel.Clauses, con.SayClauses(contract.SayAckReceived)), opened); err != nil {
		return nil, err
	}
	if err := p.write(nil, m, cases.ParticipantJoined{Person: m.From, Contact: opened.Contact, Verified: s.registered()}); err != nil {
		return nil, err
	}
	if link != nil {
		if err := p.writeAt(p.at, system, nil, *link); err != nil {
			return nil, err
		}
	}
	if err := d.nameProductOf(tx, p, l.EnvelopeTo); err != nil {
		return nil, err
	}
	if err := p.startClock(); err != nil {
		return nil, err
	}
	if err := d.distributeNew(tx, p); err != nil {
		return nil, err
	}
	claim, _, err := p.takeClaim(m)
	if err != nil {
		return nil, err
	}
	if m.Auto == "" {
		if err := d.acknowledge(tx, p, m, s, claim); err != nil {
			return nil, err
		}
	}
	return p.close(tx)
}

// startClock sets the first targets of a case whose customer is known.
func (p *pen) startClock() error {
	facts, err := clock.Start(p.con, p.c, p.at)
	if err != nil {
		return err
	}
	if err := p.writeFacts(p.by, facts); err != nil {
		return err
	}
	return p.judgeOverdue()
}

// takeClaim records the customer's claim of a priority that a mail makes in
// the words of the contract, and the clock's move. It reports whether there
// was one: who is no registered contact claims nothing.
func (p *pen) takeClaim(m cases.MessageReceived) (contract.Claim, bool, error) {
	if m.Auto != "" || !m.Verified || p.c.Organization == "" {
		return contract.Claim{}, false, nil
	}
	claim, ok := p.con.Recognise(m.Subject + "\n" + cmp.Or(m.New, m.Text))
	if !ok || standing(p.c, claim) {
		return contract.Claim{}, false, nil
	}
	ch := clock.Change{Side: clock.Claim, Priority: claim.Priority, Criterion: claim.Criterion, At: m.Received, Reason: claim.Words}
	effect, err := clock.Move(p.con, p.c, ch)
	if err != nil {
		return contract.Claim{}, false, err
	}
	err = p.write(effect.Clauses, cases.PriorityClaimed{
		Priority: string(claim.Priority), Criterion: string(claim.Criterion), Reason: claim.Words,
		Applied: string(effect.Priority), Provisional: effect.Provisional,
	})
	if err != nil {
		return contract.Claim{}, false, err
	}
	return claim, true, p.retarget(effect)
}

// standing reports whether a claim says nothing new: the same one stands.
func standing(c *cases.Case, claim contract.Claim) bool {
	return c.Claim != nil && c.Claim.Priority == string(claim.Priority) && c.Claim.Criterion == string(claim.Criterion)
}

// acknowledge writes the automatic answer, if this sender may have one.
func (d *Desk) acknowledge(tx *store.Tx, p *pen, m cases.MessageReceived, s sender, claim contract.Claim) error {
	if m.From.Addr == "" || d.Own(m.From.Addr) {
		return nil
	}
	if m.Silent {
		return nil
	}
	ok, withheld, err := d.mayAcknowledge(tx, p, m.From.Addr, claim.Priority != "", s.known())
	if err != nil || !ok {
		if withheld && err == nil {
			return p.withhold(m.From)
		}
		return err
	}
	decision := p.con.Decide(contactOf(p, m, s, claim))
	text := notify.Acknowledge(p.con, p.c, d.number(p.c), decision, d.Site().sender(), p.at)
	ack := cases.Acknowledged{
		Message: newID(), To: []cases.Address{m.From}, Subject: text.Subject, Text: text.Body, Said: text.Said,
	}
	ack.MessageID = d.tokens.MessageID(d.number(p.c), ack.Message, d.domain())
	mail, err := d.addressed(tx, p, ack.To, nil, ack.Subject, ack.Text, ack.MessageID, p.at)
	if err != nil {
		return err
	}
	mail.Automatic = true
	if !strings.HasSuffix(m.MessageID, withoutID) {
		mail.InReplyTo, mail.References = m.MessageID, append(m.References, m.MessageID)
	}
	if err := p.writeAt(p.at, system, union(decision.Because, clauseIDs(text.Said)), ack); err != nil {
		return err
	}
	return d.post(tx, p.c, ack.Message, mail, p.at, p.at)
}

func contactOf(p *pen, m cases.MessageReceived, s sender, claim contract.Claim) contract.Contact {
	in := contract.Contact{Channel: contract.ChannelID(p.channel), At: m.Received, Region: contract.RegionID(p.c.Region), Known: s.known()}
	in.Claim, in.ClaimCriterion = claim.Priority, claim.Criterion
	if p.c.Judgement != nil {
		in.Judgement = contract.PriorityID(p.c.Judgement.Priority)
	}
	return in
}

// contractOf returns what applies to what somebody sends at an instant. It is
// never without an answer for a known contract: amendments were checked when
// they were attached, and when the version was published.
func (d *Desk) contractOf(s sender, at time.Time) (*contract.Contract, error) {
	if !s.known() {
		return d.contracts.InForce(d.defaultContract, at)
	}
	return d.TermsOf(*s.org, at)
}

// languageOf is the language to write to somebody in: their own, else that of
// the mailbox that they wrote to, else that of the mail.
func (d *Desk) languageOf(s sender, to []string, m cases.MessageReceived) string {
	if s.known() {
		if lang := cmp.Or(s.contact.Language, s.org.Language); lang != "" {
			return lang
		}
	}
	if box, ok := d.mailboxFor(to); ok && box.Language != "" {
		return box.Language
	}
	for _, r := range m.Subject + m.Text {
		if unicode.In(r, unicode.Hiragana, unicode.Katakana, unicode.Han) {
			return "ja"
		}
	}
	return "en"
}

// nameSender gives a registered person the name of the registry.
func (d *Desk) nameSender(m *cases.MessageReceived, s sender) {
	if s.known() && s.contact.Name != "" {
		m.From.Name = s.contact.Name
	}
}

func customer(a cases.Address, s sender) cases.Actor {
	by := cases.Actor{Kind: cases.Customer, Name: cmp.Or(a.Name, a.Addr)}
	if s.known() {
		by.ID = s.contact.ID
	}
	return by
}

func subjectOf(m cases.MessageReceived) string {
	if s := strings.TrimSpace(m.Subject); s != "" {
		return cut(s, 300)
	}
	for line := range strings.Lines(m.Text) {
		if line = strings.TrimSpace(line); line != "" {
			return cut(line, 120)
		}
	}
	return "（件名なし / no subject）"
}

// isNoise reports whether a mail is a machine's report about other mail, so
// that it is no customer's contact even when a registered address sent it.
func isNoise(auto string) bool {
	switch auto {
	case "bounce", "auto-reply", "report", "own", "unreadable":
		return true
	}
	return false
}

func clauseIDs(ids []string) []contract.ClauseID {
	out := make([]contract.ClauseID, len(ids))
	for i, id := range ids {
		out[i] = contract.ClauseID(id)
	}
	return out
}

// union is what a decision rests on and what was said of it, each clause once.
func union(because, said []contract.ClauseID) []contract.ClauseID {
	out := slices.Clone(because)
	for _, id := range said {
		if !slices.Contains(out, id) {
			out = append(out, id)
		}
	}
	return out
}
