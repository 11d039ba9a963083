package desk

import (
	"context"
	"time"

	"madoguchi/internal/records/store"
	"madoguchi/terms/cases"
	"madoguchi/terms/contract"
	"madoguchi/terms/fault"
)

// Limits on links that lead nowhere, from one address.
const (
	linkWindow     = 15 * time.Minute
	linkPerAddress = 30
	attemptLink    = "link:"
)

// Question is what the page of a link shows to its receiver. Once answered,
// expired or void it has no more than its state.
type Question struct {
	State    QuestionState
	Answered time.Time
	Expires  time.Time
	Desk     fault.Text // the desk's name
	Phone    string
	Language string // in which the desk writes to them

	Number, Subject string
	Person, Company string
	Mail            string // what the mail that is to be confirmed said
	MailAt          time.Time
	Priority        contract.Text // to be agreed on; empty: only the mail is confirmed
	Clause          contract.Clause
}

// QuestionState says what can be done with a link.
type QuestionState string

// The states of a link.
const (
	QuestionOpen     QuestionState = "open"
	QuestionGiven    QuestionState = "given"
	QuestionDeclined QuestionState = "declined"
	QuestionExpired  QuestionState = "expired"
	QuestionVoid     QuestionState = "void"
)

// mailShown is how much of a mail the page shows, in bytes.
const mailShown = 6000

// Question returns what a link asks. A token that is none is [fault.NotFound],
// too many of them from one address are [fault.RateLimited]. Looking changes
// nothing: mail scanners look at every link.
func (d *Desk) Question(ctx context.Context, token, remote string) (Question, error) {
	k, err := d.link(ctx, token, remote)
	if err != nil {
		return Question{}, err
	}
	c, events, err := d.store.Case(ctx, k.Case)
	if err != nil {
		return Question{}, err
	}
	asked, ok := c.ConfirmationOf(k.ID)
	if !ok {
		return Question{}, fault.New(fault.NotFound, "この確認用リンクは無効です。", "This link is not valid.")
	}
	site := d.Site()
	q := Question{State: stateOf(c, asked, d.now()), Answered: asked.Answered, Expires: asked.Expires, Desk: site.Name, Phone: site.Phone, Language: c.Language}
	if q.State != QuestionOpen {
		return q, nil
	}
	con, err := d.contracts.Version(c.Contract)
	if err != nil {
		return Question{}, err
	}
	q.Number, q.Subject, q.Company, q.Person = d.number(c), c.Subject, c.OrgName, asked.Person.Name
	if q.Person == "" {
		q.Person = asked.Person.Addr
	}
	for _, e := range cases.AsRead(events) {
		if m, ok := e.Data.(cases.MessageReceived); ok && m.Message == asked.Message && asked.Message != "" {
			q.MailAt, q.Mail = m.Received, cut(m.New, mailShown)
		}
	}
	if pr, ok := con.Priority(contract.PriorityID(asked.Priority)); ok {
		q.Priority = pr.Label
		q.Clause, _ = con.Clause(contract.ClauseID(asked.Criterion))
	}
	return q, nil
}

func stateOf(c *cases.Case, k cases.Confirmation, now time.Time) QuestionState {
	switch {
	case k.Answer == cases.Given:
		return QuestionGiven
	case k.Answer == cases.Declined:
		return QuestionDeclined
	case !now.Before(k.Expires):
		return QuestionExpired
	case c.Void(k):
		return QuestionVoid
	}
	return QuestionOpen
}

// AnswerQuestion takes the answer of a link's receiver. An agreement holds
// from this instant; the clock moves as for any other.
func (d *Desk) AnswerQuestion(ctx context.Context, token, remote string, a cases.Answer) error {
	k, err := d.link(ctx, token, remote)
	if err != nil {
		return err
	}
	_, err = d.change(ctx, k.Case, itself, d.now(), func(tx *store.Tx, p *pen) error {
		facts, err := p.c.AnswerConfirmation(k.ID, a, p.at)
		if err != nil {
			return err
		}
		asked, _ := p.c.ConfirmationOf(k.ID)
		if err := sameCustomer(tx, p.c, asked); err != nil {
			return err
		}
		p.by = cases.Actor{Kind: cases.Customer, ID: asked.Contact, Name: personOf(asked.Person)}
		p.channel = string(channelMail)
		if err := p.write(nil, facts...); err != nil {
			return err
		}
		if a != cases.Given || asked.Priority == "" {
			return nil
		}
		if err := mayAgree(tx, asked.Contact); err != nil {
			return err
		}
		return p.agree(cases.PriorityAgreed{Priority: asked.Priority, Desk: asked.Desk, Person: asked.Person, How: "link", Where: k.ID}, contract.ClauseID(asked.Criterion))
	})
	return err
}

// sameCustomer refuses a link whose person has left the customer of the case
// since, or was archived.
func sameCustomer(tx *store.Tx, c *cases.Case, k cases.Confirmation) error {
	contact, err := tx.ContactNow(k.Contact)
	if err != nil && !fault.Is(err, fault.NotFound) {
		return err
	}
	if err != nil || contact.Archived || contact.Organization != c.Organization {
		return fault.New(fault.Conflict, "この確認用リンクは無効になりました。お手数ですが、窓口までご連絡ください。", "This link is no longer valid. Please contact the desk.")
	}
	return nil
}

func personOf(a cases.Address) string {
	if a.Name != "" {
		return a.Name
	}
	return a.Addr
}

// link finds a link by its token.
func (d *Desk) link(ctx context.Context, token, remote string) (store.Confirmation, error) {
	key, now := attemptLink+remote, d.now()
	n, err := d.store.Attempts(ctx, key, now.Add(-linkWindow))
	if err != nil {
		return store.Confirmation{}, err
	}
	if n >= linkPerAddress {
		return store.Confirmation{}, fault.New(fault.RateLimited, "無効なリンクへのアクセスが続いたため、一時的に受け付けていません。15 分ほどおいてお試しください。",
			"Too many links that are not valid. Please wait 15 minutes and try again.")
	}
	k, err := d.store.ConfirmationByHash(ctx, linkHash(token))
	if !fault.Is(err, fault.NotFound) {
		return k, err
	}
	if werr := d.store.Write(ctx, func(tx *store.Tx) error { return tx.AddAttempt(key, now, now.Add(-linkWindow)) }); werr != nil {
		return k, werr
	}
	return k, err
}
