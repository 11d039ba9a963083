package desk

import (
	"context"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"regexp"
	"strings"
	"time"

	"madoguchi/internal/desk/notify"
	"madoguchi/internal/records/store"
	"madoguchi/terms/cases"
	"madoguchi/terms/clock"
	"madoguchi/terms/contract"
	"madoguchi/terms/fault"
)

// Only a mail whose sender is proven may agree to a priority or give an
// instruction. Whoever cannot be proven is asked: by a link that only their
// mailbox gets, for one case, one person and one thing, once, for a while.
const (
	confirmationLife   = 3 * 24 * time.Hour
	confirmationPerDay = 6 // to one person
	purposeLink        = "confirmation link"
	purposeMail        = "confirmation mail"
	attemptAsked       = "confirmation:"
)

// ConfirmationCommand asks a customer's person to confirm.
type ConfirmationCommand struct {
	Case      cases.ID
	Person    string // their address
	Message   string // our id of the mail that is to be confirmed; empty: none
	Priority  contract.PriorityID
	Criterion contract.ClauseID
}

// AskConfirmation sends a person of the customer the link. With a priority it
// asks for their agreement, for which who stands on the desk's side.
func (d *Desk) AskConfirmation(ctx context.Context, who Viewer, cmd ConfirmationCommand) (*cases.Case, error) {
	if err := who.May(WorkCases); err != nil {
		return nil, err
	}
	c, err := d.change(ctx, cmd.Case, who, d.now(), func(tx *store.Tx, p *pen) error {
		addr := strings.ToLower(strings.TrimSpace(cmd.Person))
		person, _ := p.c.Participant(addr)
		ask := cases.ConfirmationAsked{
			Message: cmd.Message, Person: cases.Address{Name: person.Person.Name, Addr: addr}, Contact: person.Contact,
			Priority: string(cmd.Priority), Criterion: string(cmd.Criterion),
		}
		if cmd.Message != "" {
			m, ok := p.message(cmd.Message)
			if !ok || m.From.Addr != addr {
				return fault.New(fault.Invalid, "確認いただくメールを選んでください。", "Please choose the mail to be confirmed.").At("message")
			}
		}
		if cmd.Priority != "" {
			ask.Desk = who.Actor()
			if err := mayAgree(tx, person.Contact); err != nil {
				return err
			}
			// What could not be agreed on is not asked for.
			if _, err := clock.Move(p.con, p.c, clock.Change{Side: clock.Agreement, Priority: cmd.Priority, Criterion: cmd.Criterion, At: p.at}); err != nil {
				return err
			}
		}
		n, err := tx.Attempts(attemptAsked+addr, p.at.Add(-24*time.Hour))
		if err != nil {
			return err
		}
		if n >= confirmationPerDay {
			return fault.New(fault.RateLimited, "この方への確認メールは、1 日の上限に達しました。お電話などでご確認ください。", "That person has been asked too often today. Please phone them.").At("person")
		}
		return d.ask(tx, p, ask, false)
	})
	if err == nil {
		wake(d.outgoing)
	}
	return c, err
}

// ask writes the question and its mail. The history and the outbox have the
// mail without the link; the one with it is sealed until it has left.
func (d *Desk) ask(tx *store.Tx, p *pen, k cases.ConfirmationAsked, automatic bool) error {
	base := strings.TrimSuffix(d.Site().Web, "/")
	if base == "" {
		return fault.New(fault.Conflict, "確認用リンクを送信するには、管理者が「窓口の設定」で窓口の Web アドレスを登録する必要があります。", "An administrator must give the desk's web address in the desk settings before links can be sent.").At("person")
	}
	k.Confirmation, k.Mail, k.Expires = newID(), newID(), p.at.Add(confirmationLife).UTC().Truncate(time.Microsecond)
	token, err := d.linkToken(k.Confirmation)
	if err != nil {
		return err
	}
	about := notify.Asked{Person: k.Person, Priority: k.Priority, Clause: k.Criterion, Expires: k.Expires}
	if m, ok := p.message(k.Message); ok {
		about.Mail = m.Received
	}
	about.Link = contract.Text(withheld).In(p.c.Language)
	shown := notify.Confirm(p.con, p.c, d.number(p.c), about, d.Site().sender(), p.at)
	about.Link = base + "/confirm/" + token
	real := notify.Confirm(p.con, p.c, d.number(p.c), about, d.Site().sender(), p.at)
	k.MessageID = d.tokens.MessageID(d.number(p.c), k.Mail, d.domain())
	k.Subject, k.Text = shown.Subject, shown.Body
	facts, err := p.c.AskConfirmation(k, p.at)
	if err != nil {
		return err
	}
	mail, err := d.addressed(tx, p, []cases.Address{k.Person}, nil, k.Subject, shown.Body, k.MessageID, p.at)
	if err != nil {
		return err
	}
	mail.Automatic, mail.References = automatic, threadOf(p)
	if n := len(mail.References); n > 0 {
		mail.InReplyTo = mail.References[n-1]
	}
	if err := p.write(clauseIDs(shown.Said), facts...); err != nil {
		return err
	}
	if err := d.post(tx, p.c, k.Mail, mail, p.at, p.at); err != nil {
		return err
	}
	mail.Body = real.Body
	raw, err := d.compose(mail)
	if err != nil {
		return fmt.Errorf("compose %s: %w", mail.MessageID, err)
	}
	sealed, err := d.secrets.Seal(purposeMail, raw)
	if err != nil {
		return err
	}
	if err := tx.AddAttempt(attemptAsked+k.Person.Addr, p.at, p.at.Add(-24*time.Hour)); err != nil {
		return err
	}
	return tx.PutConfirmation(store.Confirmation{ID: k.Confirmation, Case: p.c.ID, Hash: linkHash(token), Message: k.Mail, Mail: sealed, Expires: k.Expires}, p.at)
}

// withheld stands where the link was.
var withheld = fault.Text{JA: "（確認用リンク：宛先の方にのみ表示されます）", EN: "(the link is shown to its receiver only)"}

// linkToken is the secret of a link: nobody can make one without the desk's
// key, and it is not stored anywhere.
func (d *Desk) linkToken(confirmation string) (string, error) {
	if d.secrets == nil {
		return "", fault.New(fault.Unavailable, "鍵ファイルがないため、確認用リンクを作成できません。", "There is no key file, so no links can be made.")
	}
	mac, err := d.secrets.MAC(purposeLink, confirmation)
	return base64.RawURLEncoding.EncodeToString(mac), err
}

// DemoLinks are the links that a case's customers got, by confirmation. Only
// for a demonstration, where nobody else can open them: whoever has a link
// answers in its receiver's name.
func (d *Desk) DemoLinks(c *cases.Case) map[string]string {
	out := map[string]string{}
	for _, k := range c.Confirmations {
		if token, err := d.linkToken(k.Confirmation); err == nil {
			out[k.Confirmation] = "/confirm/" + token
		}
	}
	return out
}

func linkHash(token string) string {
	sum := sha256.Sum256([]byte(token))
	return hex.EncodeToString(sum[:])
}

// links are found in what customers quote back, so that nobody of the desk
// can answer in their place.
var links = regexp.MustCompile(`https?://[^\s<>"]*/confirm/[A-Za-z0-9_-]{20,}`)

// withoutLinks is a received text without links to confirm.
func withoutLinks(s string) string { return links.ReplaceAllString(s, "(…)") }

// message returns a received message of the case as it is read now.
func (p *pen) message(id string) (cases.MessageReceived, bool) {
	if id == "" {
		return cases.MessageReceived{}, false
	}
	for _, e := range cases.AsRead(append(p.past[:len(p.past):len(p.past)], p.events...)) {
		if m, ok := e.Data.(cases.MessageReceived); ok && m.Message == id {
			return m, true
		}
	}
	return cases.MessageReceived{}, false
}

// takeAgreement lets a mail agree to what the desk proposed: at once when its
// sender is proven, else by the link that is sent to them. A mail that cannot
// be asked about changes nothing; a person of the desk sees it unproven.
func (d *Desk) takeAgreement(tx *store.Tx, p *pen, l letter, m cases.MessageReceived) error {
	j, ok := p.proposal()
	if !ok || m.Auto != "" || !m.Verified || !p.con.Agrees(contract.ClauseID(j.Criterion), m.New) {
		return nil
	}
	if by, ok := p.c.Participant(m.From.Addr); ok && by.Contact != "" {
		if err := mayAgree(tx, by.Contact); fault.Is(err, fault.Conflict) {
			return nil // a person of the desk sees the mail, and asks who may
		} else if err != nil {
			return err
		}
	}
	if p.c.Trusts(m.Message) {
		return p.agree(cases.PriorityAgreed{Priority: j.Priority, Desk: j.By, Person: m.From, How: "mail", Where: m.Message}, contract.ClauseID(j.Criterion))
	}
	person, ok := p.c.Participant(m.From.Addr)
	if !ok || person.Contact == "" || d.Site().Web == "" || d.secrets == nil || l.mail != nil && silent(l.mail) {
		return nil
	}
	for _, k := range p.c.Confirmations {
		if k.Open(p.at) && !p.c.Void(k) && k.Person.Addr == m.From.Addr && k.Priority == j.Priority {
			return nil // they have a link already
		}
	}
	n, err := tx.Attempts(attemptAsked+m.From.Addr, p.at.Add(-24*time.Hour))
	if err != nil || n >= confirmationPerDay {
		return err
	}
	by := p.by
	defer func() { p.by = by }()
	p.by = system
	return d.ask(tx, p, cases.ConfirmationAsked{
		Message: m.Message, Person: person.Person, Contact: person.Contact, Priority: j.Priority, Criterion: j.Criterion, Desk: j.By,
	}, true)
}

// proposal is the desk's judgement that waits for the customer's agreement.
func (p *pen) proposal() (cases.View, bool) { return Proposal(p.con, p.c) }

// Proposal returns the desk's judgement that waits for the customer's
// agreement: its criterion needs one, and the case does not run at it yet.
func Proposal(con *contract.Contract, c *cases.Case) (cases.View, bool) {
	j := c.Judgement
	if j == nil || j.Priority == c.Priority {
		return cases.View{}, false
	}
	k, ok := con.Criterion(contract.ClauseID(j.Criterion))
	return *j, ok && k.NeedsAgreement
}

// agree writes the agreement of both sides and moves the clock from here.
func (p *pen) agree(a cases.PriorityAgreed, criterion contract.ClauseID) error {
	effect, err := clock.Move(p.con, p.c, clock.Change{Side: clock.Agreement, Priority: contract.PriorityID(a.Priority), Criterion: criterion, At: p.at})
	if err != nil {
		return err
	}
	a.Applied = string(effect.Priority)
	if err := p.write(effect.Clauses, a); err != nil {
		return err
	}
	return p.retarget(effect)
}
