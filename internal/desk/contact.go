package desk

import (
	"cmp"
	"context"
	"net/mail"
	"slices"
	"strings"
	"time"

	"madoguchi/internal/phonenumber"
	"madoguchi/internal/records/store"
	"madoguchi/terms/fault"
	"madoguchi/terms/worktime"
)

// How it was found out that an address or a number is a person's.
const (
	VerifiedRegistered = "registered" // the desk's own people said so
	VerifiedMail       = "mail"       // mail from there was proven to be its domain's
	VerifiedLink       = "link"       // they answered by a link that only they got
	VerifiedPhone      = "phone"      // they were called back
)

// The kinds of addresses and numbers.
var (
	AddressKinds = []string{"work", "private", "shared"}
	PhoneKinds   = []string{"work", "mobile", "direct", "fax"}
)

// PutContact adds (empty id) or changes a person of a customer.
// An address belongs to one contact only: [fault.Conflict] names the address.
// Of a number only Shown need be given, as people write it.
func (d *Desk) PutContact(ctx context.Context, who Viewer, c store.Contact) (store.Contact, error) {
	if err := who.May(EditContacts); err != nil {
		return c, err
	}
	if err := d.tidyContact(who, &c); err != nil {
		return c, err
	}
	err := d.store.Write(ctx, func(tx *store.Tx) error { return d.putContact(tx, who, &c) })
	return c, err
}

// putContact writes a contact that is tidy, with its line in the audit.
func (d *Desk) putContact(tx *store.Tx, who Viewer, c *store.Contact) error {
	act, was := "contact.changed", store.Contact{}
	if c.ID == "" {
		c.ID, c.Created, act = newID(), d.now(), "contact.added"
	} else {
		var err error
		if was, err = tx.Contact(c.ID); err != nil {
			return err
		}
		if err := who.seesContact(was); err != nil {
			return err
		}
		if was.MergedInto != "" || !was.Erased.IsZero() {
			return fault.New(fault.Conflict, "このご担当者は統合または削除されているため、変更できません。", "This contact was merged or erased and cannot be changed.")
		}
	}
	c.Updated = d.now()
	if err := who.SeesCustomer(c.Organization); err != nil {
		return err
	}
	if _, err := tx.Organization(c.Organization); err != nil {
		return err
	}
	for _, a := range c.Addresses {
		have, err := tx.ContactByAddress(a.Addr)
		if err == nil && have.ID != c.ID {
			return fault.New(fault.Conflict, "メールアドレス "+a.Addr+" は、別のご担当者に登録されています。", "The mail address "+a.Addr+" belongs to another contact.").At("addresses")
		}
		if err != nil && !fault.Is(err, fault.NotFound) {
			return err
		}
	}
	if err := tx.PutContact(*c); err != nil {
		return err
	}
	return tx.PutAudit(d.audit(who, act, c.ID, contactChanges(was, *c)))
}

// contactChanges says what of a contact is new, for their history: a line for
// each, "what: before → after".
func contactChanges(was, now store.Contact) string {
	var out []string
	say := func(what, before, after string) {
		if before != after {
			out = append(out, what+": "+before+" → "+after)
		}
	}
	yes := func(not bool) string {
		if not {
			return "no"
		}
		return "yes"
	}
	say("name", was.Name, now.Name)
	say("code", was.Code, now.Code)
	say("kana", was.Kana, now.Kana)
	say("title", was.Title, now.Title)
	say("language", was.Language, now.Language)
	say("zone", was.Zone, now.Zone)
	say("addresses", addressWords(was), addressWords(now))
	say("phones", phoneWords(was), phoneWords(now))
	say("may agree", yes(was.MayNotAgree), yes(now.MayNotAgree))
	say("may instruct", yes(was.MayNotInstruct), yes(now.MayNotInstruct))
	say("archived", yes(!was.Archived), yes(!now.Archived))
	if was.Note != now.Note {
		out = append(out, "note")
	}
	return strings.Join(out, "\n")
}

func addressWords(c store.Contact) string {
	var out []string
	for _, a := range c.Addresses {
		w := a.Addr
		if !a.Verified {
			w += " (not verified)"
		}
		out = append(out, w)
	}
	return strings.Join(out, ", ")
}

func phoneWords(c store.Contact) string {
	var out []string
	for _, p := range c.Phones {
		out = append(out, strings.TrimSpace(p.Shown+" "+p.Ext))
	}
	return strings.Join(out, ", ")
}

func (d *Desk) tidyContact(who Viewer, c *store.Contact) error {
	c.Name, c.Kana, c.Title, c.Note, c.Zone, c.Code = strings.TrimSpace(c.Name), strings.TrimSpace(c.Kana), strings.TrimSpace(c.Title), strings.TrimSpace(c.Note), strings.TrimSpace(c.Zone), strings.TrimSpace(c.Code)
	if c.Name == "" {
		return fault.New(fault.Invalid, "お名前を入力してください。", "Please give a name.").At("name")
	}
	if c.Language != "" && c.Language != "ja" && c.Language != "en" {
		return fault.New(fault.Invalid, "言語を選んでください。", "Please choose a language.").At("language")
	}
	if c.Zone != "" {
		if _, err := worktime.LoadZone(c.Zone); err != nil {
			return fault.New(fault.Invalid, "タイムゾーン「"+c.Zone+"」は Asia/Tokyo、Europe/Berlin の形で入力してください。", "Please give the time zone "+c.Zone+" in the form Asia/Tokyo or Europe/Berlin.").At("zone")
		}
	}
	if err := d.tidyAddresses(who, c); err != nil {
		return err
	}
	return d.tidyPhones(who, c)
}

func (d *Desk) tidyAddresses(who Viewer, c *store.Contact) error {
	var list []store.ContactAddress
	for _, a := range c.Addresses {
		a.Addr = strings.ToLower(strings.TrimSpace(a.Addr))
		if a.Addr == "" || slices.ContainsFunc(list, func(l store.ContactAddress) bool { return l.Addr == a.Addr }) {
			continue
		}
		if p, err := mail.ParseAddress(a.Addr); err != nil || p.Address != a.Addr {
			return fault.New(fault.Invalid, "メールアドレス「"+a.Addr+"」の形が正しくありません。", "The mail address "+a.Addr+" is not well formed.").At("addresses")
		}
		if d.Own(a.Addr) {
			return fault.New(fault.Invalid, a.Addr+" は窓口自身のアドレスです。", a.Addr+" is the desk's own address.").At("addresses")
		}
		if a.Kind = cmp.Or(a.Kind, "work"); !slices.Contains(AddressKinds, a.Kind) {
			return fault.New(fault.Invalid, "メールアドレスの種類を選んでください。", "Please choose the kind of the address.").At("addresses")
		}
		d.verified(who, a.Verified, &a.How, &a.At, &a.By)
		list = append(list, a)
	}
	first := max(0, slices.IndexFunc(list, func(a store.ContactAddress) bool { return a.Main }))
	for i := range list {
		list[i].Main = i == first
	}
	slices.SortFunc(list, func(a, b store.ContactAddress) int {
		return cmp.Or(compareBool(b.Main, a.Main), strings.Compare(a.Addr, b.Addr))
	})
	c.Addresses = list
	return nil
}

func (d *Desk) tidyPhones(who Viewer, c *store.Contact) error {
	var list []store.ContactPhone
	for _, p := range c.Phones {
		if p.Shown = strings.TrimSpace(p.Shown); p.Shown == "" {
			continue
		}
		n, err := phonenumber.Parse(p.Shown)
		if err != nil {
			return atField(err, "phones")
		}
		p.Number, p.Shown, p.Ext = n.E164, n.Shown, cmp.Or(n.Ext, p.Ext)
		if slices.ContainsFunc(list, func(l store.ContactPhone) bool { return l.Number == p.Number && l.Ext == p.Ext }) {
			continue
		}
		if p.Kind = cmp.Or(p.Kind, "work"); !slices.Contains(PhoneKinds, p.Kind) {
			return fault.New(fault.Invalid, "電話番号の種類を選んでください。", "Please choose the kind of the number.").At("phones")
		}
		d.verified(who, p.Verified, &p.How, &p.At, &p.By)
		list = append(list, p)
	}
	first := max(0, slices.IndexFunc(list, func(p store.ContactPhone) bool { return p.Main }))
	for i := range list {
		list[i].Main = i == first
	}
	slices.SortFunc(list, func(a, b store.ContactPhone) int {
		return cmp.Or(compareBool(b.Main, a.Main), strings.Compare(a.Number, b.Number), strings.Compare(a.Ext, b.Ext))
	})
	c.Phones = list
	return nil
}

// verified fills in how, when and by whom: what is marked without a word of it
// was registered so by a person of the desk.
func (d *Desk) verified(who Viewer, yes bool, how *string, at *time.Time, by *string) {
	switch {
	case !yes:
		*how, *at, *by = "", time.Time{}, ""
	case *how == "" || at.IsZero():
		*how, *at, *by = cmp.Or(*how, VerifiedRegistered), d.now(), cmp.Or(*by, who.ID)
	}
}

// mayAgree refuses the agreement of a contact who may not agree for their
// company.
func mayAgree(tx *store.Tx, contact string) error {
	c, err := tx.ContactNow(contact)
	if fault.Is(err, fault.NotFound) {
		return nil // who is no registered contact is refused elsewhere
	}
	if err == nil && c.MayNotAgree {
		return fault.New(fault.Conflict, "この方は、対応優先度への合意を行う担当者として登録されていません。合意できるご担当者をお選びください。",
			"This person is not registered as one who agrees to priorities for their company. Please choose a contact who does.").At("person")
	}
	return err
}
