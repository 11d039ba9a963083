package cases

import (
	"slices"
	"time"

	"madoguchi/terms/fault"
)

// ConfirmationAsked asks a customer's person, by a link that only their
// mailbox gets, to confirm what a mail in their name said, or what the desk
// proposes. Until they do, nothing of it counts.
type ConfirmationAsked struct {
	Confirmation string    `json:"confirmation"`      // its id
	Message      string    `json:"message,omitempty"` // our id of the mail whose sender is not proven; empty: the desk proposes by itself
	Person       Address   `json:"person"`
	Contact      string    `json:"contact"`
	Priority     string    `json:"priority,omitempty"` // that is agreed to by confirming; empty: only the mail is confirmed
	Criterion    string    `json:"criterion,omitempty"`
	Desk         Actor     `json:"desk,omitzero"` // who agrees for the desk
	Expires      time.Time `json:"expires"`
	Mail         string    `json:"mail"` // our id of the mail that carries the link
	MessageID    string    `json:"message_id"`
	Subject      string    `json:"subject"`
	Text         string    `json:"text"` // without the link, which is its receiver's alone
}

// Type implements [Data].
func (ConfirmationAsked) Type() string { return "confirmation.asked/1" }

// ConfirmationGiven says that the person confirmed by the link.
type ConfirmationGiven struct {
	Confirmation string  `json:"confirmation"`
	Message      string  `json:"message,omitempty"`
	Person       Address `json:"person"`
}

// Type implements [Data].
func (ConfirmationGiven) Type() string { return "confirmation.given/1" }

// ConfirmationDeclined says that the person answered by the link that it was
// not them, or that they do not agree.
type ConfirmationDeclined struct {
	Confirmation string  `json:"confirmation"`
	Message      string  `json:"message,omitempty"`
	Person       Address `json:"person"`
}

// Type implements [Data].
func (ConfirmationDeclined) Type() string { return "confirmation.declined/1" }

// Answer is what a person answered to a confirmation.
type Answer string

// The answers. The zero value means that they have not answered.
const (
	Unanswered Answer = ""
	Given      Answer = "given"
	Declined   Answer = "declined"
)

// Confirmation is one that was asked for, with its answer.
type Confirmation struct {
	ConfirmationAsked
	Seq      int // of the event that asked
	Asked    time.Time
	Answer   Answer
	Answered time.Time
}

// Open reports whether the link can still be answered at an instant.
func (k Confirmation) Open(at time.Time) bool { return k.Answer == Unanswered && at.Before(k.Expires) }

func (c *Case) applyConfirmation(e Event) {
	switch d := e.Data.(type) {
	case ConfirmationAsked:
		c.Confirmations = append(c.Confirmations, Confirmation{ConfirmationAsked: d, Seq: e.Seq, Asked: e.At})
		c.MessageIDs = append(c.MessageIDs, d.MessageID)
	case ConfirmationGiven:
		c.answered(d.Confirmation, Given, e.At)
		if d.Message != "" && !slices.Contains(c.Proven, d.Message) {
			c.Proven = append(c.Proven, d.Message)
		}
	case ConfirmationDeclined:
		c.answered(d.Confirmation, Declined, e.At)
	}
}

// decided notes what makes an older proposal void.
func (c *Case) decided(e Event) {
	switch e.Data.(type) {
	case PriorityJudged, PriorityAgreed, ContractRebased:
		c.DecidedSeq = e.Seq
	}
}

// prove notes a mail that came from its sender's own domain.
func (c *Case) prove(m MessageReceived) {
	if m.Auto == "" && m.Verified && m.Auth.Sure() {
		c.Proven = append(c.Proven, m.Message)
	}
}

func (c *Case) answered(id string, a Answer, at time.Time) {
	for i := range c.Confirmations {
		if k := &c.Confirmations[i]; k.Confirmation == id {
			k.Answer, k.Answered = a, at
		}
	}
}

// ConfirmationOf returns a confirmation by its id.
func (c *Case) ConfirmationOf(id string) (Confirmation, bool) {
	for _, k := range c.Confirmations {
		if k.Confirmation == id {
			return k, true
		}
	}
	return Confirmation{}, false
}

// Trusts reports whether a received message may be taken for its sender's
// word: its sender is a registered contact of the customer, and either the
// mail was shown to come from their domain or they confirmed it by a link. An
// agreement on a priority and an instruction need that.
func (c *Case) Trusts(message string) bool { return slices.Contains(c.Proven, message) }

// AskConfirmation asks a person to confirm. They must be a registered contact
// that the desk may write to, and be asked about one thing once at a time.
func (c *Case) AskConfirmation(k ConfirmationAsked, at time.Time) ([]Data, error) {
	if err := c.check(); err != nil {
		return nil, err
	}
	p, ok := c.Participant(k.Person.Addr)
	if !ok || !p.Verified || p.Contact == "" || p.Contact != k.Contact {
		return nil, fault.New(fault.Invalid, "確認をお願いできるのは、登録済みのお客様ご担当者のみです。", "Only a registered contact of the customer can be asked to confirm.").At("person")
	}
	if k.Message == "" && k.Priority == "" {
		return nil, fault.New(fault.Invalid, "確認いただくメールか、合意いただく優先度を選んでください。", "Please choose the mail to be confirmed, or the priority to agree on.").At("message")
	}
	if k.Message != "" && k.Priority == "" && c.Trusts(k.Message) {
		return nil, fault.New(fault.Conflict, "このメールは、ご本人からのものと確認済みです。", "That mail is known to be its sender’s own already.").At("message")
	}
	for _, have := range c.Confirmations {
		if have.Open(at) && !c.Void(have) && have.Person.Addr == k.Person.Addr && have.Message == k.Message && have.Priority == k.Priority {
			return nil, fault.New(fault.Conflict, "同じ内容の確認メールを送信済みです。回答をお待ちください。", "That person has been asked already. Please wait for their answer.").At("person")
		}
	}
	return []Data{k}, nil
}

// AnswerConfirmation takes a person's answer. It counts once, in time, and
// only while what was asked still stands: a later judgement or agreement makes
// an older proposal void.
func (c *Case) AnswerConfirmation(id string, a Answer, at time.Time) ([]Data, error) {
	if err := c.check(); err != nil {
		return nil, err
	}
	k, ok := c.ConfirmationOf(id)
	if !ok {
		return nil, fault.New(fault.NotFound, "この確認用リンクは無効です。", "This link is not valid.")
	}
	switch {
	case k.Answer != Unanswered:
		return nil, fault.New(fault.Conflict, "この確認用リンクは使用済みです。", "This link has been used already.")
	case !at.Before(k.Expires):
		return nil, fault.New(fault.Conflict, "この確認用リンクは有効期限が切れています。お手数ですが、窓口までご連絡ください。", "This link has expired. Please contact the desk.")
	case c.Void(k):
		return nil, fault.New(fault.Conflict, "確認をお願いした内容がその後変更されたため、このリンクは無効になりました。お手数ですが、窓口までご連絡ください。",
			"What this link asked about has changed since, so it is no longer valid. Please contact the desk.")
	}
	if a == Declined {
		return []Data{ConfirmationDeclined{Confirmation: id, Message: k.Message, Person: k.Person}}, nil
	}
	return []Data{ConfirmationGiven{Confirmation: id, Message: k.Message, Person: k.Person}}, nil
}

// Void reports whether what a confirmation asks no longer stands: its person
// is no confirmed contact any more, the case went into another one, or the
// priority that it proposes was judged or agreed otherwise.
func (c *Case) Void(k Confirmation) bool {
	p, ok := c.Participant(k.Person.Addr)
	if !ok || !p.Verified || p.Contact != k.Contact || c.Merged != nil {
		return true
	}
	return k.Priority != "" && c.DecidedSeq > k.Seq
}
