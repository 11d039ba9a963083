package desk

import (
	"cmp"
	"context"
	"slices"
	"strings"
	"time"

	"madoguchi/internal/records/store"
	"madoguchi/terms/cases"
	"madoguchi/terms/contract"
	"madoguchi/terms/fault"
)

// Submission is what a program brings of a customer.
type Submission struct {
	Key     string // of the request; the same key with the same Digest is done once
	Digest  string // of what was asked
	Channel contract.ChannelID
	From    cases.Address // the customer's person
	Subject string        // of a new case
	Text    string
}

// Saying makes what a program is told of a case. It is kept with the act when
// the request has a key.
type Saying func(*cases.Case) ([]byte, error)

// Submit opens a case as a mail of the same person would, and returns when it
// is durable. repeated says that the same request was carried out before:
// then the answer is that one's.
func (d *Desk) Submit(ctx context.Context, c Client, s Submission, say Saying) (answer []byte, repeated bool, err error) {
	return d.once(ctx, c, s, say, func(tx *store.Tx, l letter, m cases.MessageReceived, who sender) (*cases.Case, error) {
		m.Joined = "new"
		return d.openBy(tx, l, m, who)
	})
}

// SubmitMessage adds a message of the customer to a case that the program sees.
func (d *Desk) SubmitMessage(ctx context.Context, c Client, id cases.ID, s Submission, say Saying) (answer []byte, repeated bool, err error) {
	return d.once(ctx, c, s, say, func(tx *store.Tx, l letter, m cases.MessageReceived, who sender) (*cases.Case, error) {
		before, _, err := tx.Case(id)
		if err != nil {
			return nil, err
		}
		if !c.scope().Has(before.Organization) {
			return nil, noCaseFor()
		}
		m.Joined, m.Subject = "address", before.Subject
		into, err := d.join(tx, id, l, m, who)
		if err != nil {
			return nil, err
		}
		if into.link != nil {
			return nil, fault.New(fault.Conflict, "このケースには追加できません。新しいケースを作成してください。", "Nothing can be added to this case. Please open another one.")
		}
		after, _, err := tx.Case(into.id)
		return after, err
	})
}

func noCaseFor() error {
	return fault.New(fault.NotFound, "ケースが見つかりません。", "There is no such case.")
}

// once carries out a request, or answers as it was answered before.
func (d *Desk) once(ctx context.Context, c Client, s Submission, say Saying, act func(*store.Tx, letter, cases.MessageReceived, sender) (*cases.Case, error)) (answer []byte, repeated bool, err error) {
	if err := c.May(ScopeWriteCases); err != nil {
		return nil, false, err
	}
	s.From.Addr = strings.ToLower(strings.TrimSpace(s.From.Addr))
	if _, _, ok := cutAddress(s.From.Addr); !ok {
		return nil, false, fault.New(fault.Invalid, "メールアドレスを name@example.jp の形で指定してください。", "Give the mail address in the form name@example.com.").At("from.address")
	}
	if strings.TrimSpace(s.Text) == "" {
		return nil, false, fault.New(fault.Invalid, "本文を指定してください。", "Give the text.").At("text")
	}
	at, end := d.begin()
	defer end()
	at = at.UTC().Truncate(time.Microsecond)
	var touched *cases.Case
	err = d.store.WriteFirst(ctx, func(tx *store.Tx) error {
		touched, repeated = nil, false
		if s.Key != "" {
			before, err := tx.APIAnswer(c.token.ID, s.Key)
			switch {
			case err == nil && before.Digest != s.Digest:
				return fault.New(fault.Conflict, "この Idempotency-Key は、別の内容のリクエストで使用済みです。", "This Idempotency-Key was used for another request.").At("Idempotency-Key")
			case err == nil:
				answer, repeated = before.Answer, true
				return nil
			case !fault.Is(err, fault.NotFound):
				return err
			}
		}
		who, err := d.submitter(tx, c, s.From)
		if err != nil {
			return err
		}
		m := cases.MessageReceived{
			Message: newID(), From: s.From, Subject: cut(strings.TrimSpace(s.Subject), 1000), Text: cut(s.Text, keptText), New: cut(s.Text, keptText),
			Truncated: len(s.Text) > keptText, Received: at,
		}
		m.MessageID = m.Message + "@api." + d.domain()
		l := letter{Inbound: store.Inbound{ReceivedAt: at}, channel: s.Channel}
		if touched, err = act(tx, l, m, who); err != nil {
			return err
		}
		if answer, err = say(touched); err != nil || s.Key == "" {
			return err
		}
		return tx.PutAPIAnswer(store.APIAnswer{Token: c.token.ID, Key: s.Key, Digest: s.Digest, Answer: answer, At: at})
	})
	if err != nil {
		return nil, false, err
	}
	if !repeated {
		d.live.Publish(string(touched.ID))
		wake(d.outgoing)
	}
	return answer, repeated, nil
}

// submitter is whom a program speaks for. A program of one customer speaks for
// nobody else's people; whoever is not registered with that customer is theirs
// all the same, and claims nothing.
func (d *Desk) submitter(tx *store.Tx, c Client, from cases.Address) (sender, error) {
	who, err := d.sender(tx, from.Addr)
	if err != nil || c.token.Organization == "" {
		return who, err
	}
	if who.known() {
		if who.org.ID != c.token.Organization {
			return sender{}, fault.New(fault.Invalid, "このトークンのお客様のご担当者ではありません。", "This is no person of the token's customer.").At("from.address")
		}
		return who, nil
	}
	org, err := tx.Organization(c.token.Organization)
	return sender{contact: &store.Contact{Organization: org.ID, Name: from.Name, Language: org.Language}, org: &org}, err
}

// openBy opens a case by the contract's channel of a submission.
func (d *Desk) openBy(tx *store.Tx, l letter, m cases.MessageReceived, who sender) (*cases.Case, error) {
	con, err := d.contractOf(who, l.ReceivedAt)
	if err != nil {
		return nil, err
	}
	if ch, ok := con.Channel(l.channel); !ok || !ch.Enabled {
		return nil, fault.New(fault.Conflict,
			"このお客様の契約では、受付方法「"+string(l.channel)+"」が有効になっていません。メールで届いた内容を登録する場合は channel に mail を指定してください。",
			"The contract of this customer does not open the channel "+string(l.channel)+". To hand over what came by mail, give mail as channel.").At("channel")
	}
	return d.openNew(tx, l, m, who, nil)
}

// ClientCase returns a case with its history, if the program may see it.
func (d *Desk) ClientCase(ctx context.Context, c Client, id cases.ID) (*cases.Case, []cases.Event, error) {
	if err := c.May(ScopeReadCases); err != nil {
		return nil, nil, err
	}
	one, events, err := d.store.Case(ctx, id)
	if err != nil {
		return nil, nil, err
	}
	if !c.scope().Has(one.Organization) {
		return nil, nil, noCaseFor()
	}
	return one, slices.Clone(events), nil
}

// ClientCases returns a page of the cases that a program sees, the latest
// received first.
func (d *Desk) ClientCases(ctx context.Context, c Client, limit int, after store.Since) ([]store.CaseRow, store.Since, error) {
	if err := c.May(ScopeReadCases); err != nil {
		return nil, store.Since{}, err
	}
	return d.store.CasesReceived(ctx, c.scope(), limit, after)
}

// channelOf is the contract's channel by which a letter came.
func (l letter) channelOf() contract.ChannelID { return cmp.Or(l.channel, channelMail) }
