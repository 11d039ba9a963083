package desk

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"madoguchi/internal/desk/notify"
	"madoguchi/internal/records/store"
	"madoguchi/terms/cases"
	"madoguchi/terms/contract"
	"madoguchi/terms/fault"
)

// The letter that tells a customer the desk's number and address when the
// service starts (`phone.number-at-onboarding`, `mail.address-at-onboarding`),
// and again when they change. A person sends it, by mail or on paper.

// The ways of a letter.
const (
	LetterMail  = "mail"
	LetterPaper = "paper"
)

// LetterShown is how many people a preview lists.
const LetterShown = 20

// maxLetter is how many people one letter may go to.
const maxLetter = 50

// LetterCommand sends a letter to people of one customer.
type LetterCommand struct {
	Organization string
	Contacts     []string // ids; for a letter on paper none is needed
	Language     string   // "ja" or "en"; empty: that of the organization
	Way          string   // [LetterMail] or [LetterPaper]
	Phone, Mail  string   // as the preview showed them; another now is [fault.Conflict]
}

// LetterPreview is a letter before it is sent.
type LetterPreview struct {
	Organization store.Organization
	Language     string
	Phone, Mail  string // what is told
	Text         notify.Text
	Contract     *contract.Contract
	Contacts     []store.Contact // whom it can go to, the first by name
	More         bool            // there are more of them
	Due          LetterState
	Past         []store.Letter // sent before, the newest first
}

// LetterState says whether a customer knows how the desk is reached.
type LetterState string

// The states.
const (
	LetterNever    LetterState = "never"    // nothing was told
	LetterChanged  LetterState = "changed"  // number or address are others than those told
	LetterReturned LetterState = "returned" // the last letter came back
	LetterTold     LetterState = "told"
)

// LetterDue says whether a letter is due, by what was told last. A contract
// that has ended needs none.
func (d *Desk) LetterDue(t store.Told) LetterState {
	phone, address := d.Disclosed(t.Organization)
	switch {
	case t.Organization.Ended != "" && t.Organization.Ended < d.now().In(d.Zone()).Format(time.DateOnly):
		return LetterTold
	case t.At.IsZero():
		return LetterNever
	case t.Returned != "":
		return LetterReturned
	case t.Phone != phone || t.Mail != address:
		return LetterChanged
	}
	return LetterTold
}

// DueLetter is a customer whose letter is due.
type DueLetter struct {
	store.Told
	State       LetterState
	Phone, Mail string // what is to be told now
}

// LettersDue lists the customers whose letter is due, by name, and says where
// the next page begins. Whoever works cases may look.
func (d *Desk) LettersDue(ctx context.Context, who Viewer, limit int, after store.Name) ([]DueLetter, store.Name, error) {
	if err := who.May(WorkCases); err != nil {
		return nil, store.Name{}, err
	}
	site := d.Site()
	told, next, err := d.store.DueLetters(ctx, store.DueQuery{
		Scope: who.Scope(), Today: d.now().In(d.Zone()).Format(time.DateOnly), Phone: site.Phone, Mail: site.Mail, Limit: limit, After: after,
	})
	if err != nil {
		return nil, store.Name{}, err
	}
	var out []DueLetter
	for _, t := range told {
		if state := d.LetterDue(t); state != LetterTold {
			phone, address := d.Disclosed(t.Organization)
			out = append(out, DueLetter{t, state, phone, address})
		}
	}
	return out, next, nil
}

// LetterPreview writes the letter to a customer in a language (empty: theirs),
// as the first of the contacts given, or whoever is in charge, would get it.
func (d *Desk) LetterPreview(ctx context.Context, who Viewer, organization, lang, contact string) (LetterPreview, error) {
	org, err := d.Customer(ctx, who, organization)
	if err != nil {
		return LetterPreview{}, err
	}
	v := LetterPreview{Organization: org, Language: cmp.Or(lang, org.Language)}
	if v.Language != "en" {
		v.Language = "ja"
	}
	if v.Past, err = d.store.ListLetters(ctx, store.Only(org.ID), 50); err != nil {
		return v, err
	}
	people, next, err := d.Contacts(ctx, who, store.ContactQuery{Organization: org.ID, Limit: LetterShown})
	if err != nil {
		return v, err
	}
	v.Contacts, v.More = people, !next.End()
	if v.Contract, err = d.TermsOf(org, d.now()); err != nil {
		return v, err
	}
	v.Phone, v.Mail = d.Disclosed(org)
	told := store.Told{Organization: org}
	if len(v.Past) > 0 {
		last := v.Past[0]
		told.At, told.Phone, told.Mail, told.Returned = last.At, last.Phone, last.Mail, last.Returned
	}
	v.Due = d.LetterDue(told)
	var to cases.Address
	if contact != "" {
		c, err := d.Contact(ctx, who, contact)
		if err != nil {
			return v, err
		}
		if c.Organization == org.ID {
			to = cases.Address{Name: c.Name, Addr: c.MainAddress().Addr}
		}
	}
	v.Text = d.letter(v, to)
	return v, nil
}

func (d *Desk) letter(v LetterPreview, to cases.Address) notify.Text {
	o := notify.Onboarding{Company: v.Organization.Name(v.Language), Person: to, Phone: v.Phone, Mail: v.Mail, Again: len(v.Past) > 0 && v.Due == LetterChanged}
	if web := d.Site().Web; web != "" {
		o.Closures = web + "/closures"
	}
	return notify.Onboard(v.Contract, v.Language, o, d.Site().sender(), d.now())
}

// SendLetter sends the letter, one mail to each person, or records that it was
// handed over on paper. Who edits customers may. What is told must be what the preview
// showed.
func (d *Desk) SendLetter(ctx context.Context, who Viewer, cmd LetterCommand) (store.Letter, error) {
	if err := who.May(EditCustomers); err != nil {
		return store.Letter{}, err
	}
	v, err := d.LetterPreview(ctx, who, cmd.Organization, cmd.Language, "")
	if err != nil {
		return store.Letter{}, err
	}
	if err := checkLetter(v, cmd); err != nil {
		return store.Letter{}, err
	}
	people, err := d.letterTo(ctx, who, v.Organization.ID, cmd.Contacts)
	if err != nil {
		return store.Letter{}, err
	}
	l := store.Letter{
		ID: newID(), Organization: v.Organization.ID, At: d.now(), By: who.ID, ByName: who.Name, Way: cmd.Way, Language: v.Language,
		Contract: v.Contract.Ref(), Phone: v.Phone, Mail: v.Mail, Subject: v.Text.Subject, Body: v.Text.Body,
	}
	err = d.store.Write(ctx, func(tx *store.Tx) error {
		l.Recipients = nil
		for _, c := range people {
			to := store.LetterRecipient{Contact: c.ID, Name: c.Name}
			if cmd.Way == LetterMail {
				to.Addr, to.Message = c.MainAddress().Addr, newID()
				if to.Addr == "" {
					return fault.New(fault.Invalid, c.Name+" 様にはメールアドレスが登録されていません。", c.Name+" has no mail address.").At("contacts")
				}
				text := d.letter(v, cases.Address{Name: c.Name, Addr: to.Addr})
				if len(l.Recipients) == 0 {
					l.Subject, l.Body = text.Subject, text.Body
				}
				if err := d.postLetter(tx, v, to, text); err != nil {
					return err
				}
			}
			l.Recipients = append(l.Recipients, to)
		}
		if err := tx.PutLetter(l); err != nil {
			return err
		}
		return tx.PutAudit(d.audit(who, "letter."+cmd.Way, l.Organization, l.Phone+" "+l.Mail+" ("+l.Contract+")"))
	})
	if err != nil {
		return l, err
	}
	wake(d.outgoing)
	d.live.Publish("")
	return l, nil
}

func checkLetter(v LetterPreview, cmd LetterCommand) error {
	switch {
	case cmd.Way != LetterMail && cmd.Way != LetterPaper:
		return fault.New(fault.Invalid, "ご案内の方法を選んでください。", "Please choose how it is sent.").At("way")
	case v.Phone == "":
		return fault.New(fault.Conflict, "窓口の電話番号が登録されていません。「窓口の設定」またはお客様の編集画面で登録してください。", "The desk has no telephone number. Please give one in the desk settings or with the customer.").At("phone")
	case v.Phone != cmd.Phone || v.Mail != cmd.Mail:
		return fault.New(fault.Conflict, "ご案内する電話番号またはメールアドレスが変更されました。内容をもう一度ご確認ください。", "The number or address to be told has changed. Please look at the letter again.").At("phone")
	case cmd.Way == LetterMail && len(cmd.Contacts) == 0:
		return fault.New(fault.Invalid, "送信するご担当者を 1 名以上選んでください。", "Please choose at least one person.").At("contacts")
	case len(cmd.Contacts) > maxLetter:
		return fault.New(fault.TooLarge, fmt.Sprintf("一度に送信できるのは %d 名までです。", maxLetter), fmt.Sprintf("At most %d people at a time.", maxLetter))
	}
	return nil
}

// letterTo are the people of a customer with some ids.
func (d *Desk) letterTo(ctx context.Context, who Viewer, organization string, ids []string) ([]store.Contact, error) {
	var out []store.Contact
	for i, id := range ids {
		if slices.Contains(ids[:i], id) {
			continue
		}
		c, err := d.Contact(ctx, who, id)
		if err == nil && c.Organization == organization && !c.Archived {
			out = append(out, c)
			continue
		}
		if err != nil && !fault.Is(err, fault.NotFound) {
			return nil, err
		}
		return nil, fault.New(fault.Invalid, "ご担当者を選び直してください。", "Please choose the people again.").At("contacts")
	}
	return out, nil
}

// postLetter puts the mail to one person into the outbox. It belongs to no
// case: an answer to it opens one.
func (d *Desk) postLetter(tx *store.Tx, v LetterPreview, to store.LetterRecipient, text notify.Text) error {
	from, via := d.writerTo(v.Organization.ID, v.Language)
	m := Outgoing{
		From: from, ReplyTo: cases.Address{Name: from.Name, Addr: v.Mail}, Via: via,
		To: []cases.Address{{Name: to.Name, Addr: to.Addr}}, Subject: text.Subject, Body: text.Body, Language: v.Language,
		MessageID: to.Message + "@" + d.domain(), Date: d.now(),
	}
	return d.post(tx, &cases.Case{}, to.Message, m, d.now(), d.now())
}

// writerTo is as whom the desk writes to an organization outside of any case.
func (d *Desk) writerTo(organization, lang string) (from cases.Address, via string) {
	s, ok := d.SenderByID(d.OrganizationSender(organization))
	if !ok {
		s, ok = d.UsualSender()
	}
	if ok {
		return cases.Address{Name: s.Name(lang), Addr: s.Address}, s.ID
	}
	site := d.Site()
	return cases.Address{Name: site.Name.In(lang), Addr: site.Mail}, ""
}

// letterReturned records that a letter came back for good; found is false for
// a mail that was none.
func (d *Desk) letterReturned(tx *store.Tx, returned string, lost []cases.DeliveryFailed) (found bool, err error) {
	out, err := tx.OutboundByMessageID(returned)
	if fault.Is(err, fault.NotFound) || err == nil && out.Case != "" {
		return false, nil
	}
	if err != nil || len(lost) == 0 {
		return err == nil, err
	}
	return true, tx.ReturnLetterOf(out.Message, strings.TrimSpace(lost[0].Recipient+" "+lost[0].Reply))
}
