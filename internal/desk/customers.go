package desk

import (
	"cmp"
	"context"
	"net/mail"
	"slices"
	"strings"

	"madoguchi/internal/records/store"
	"madoguchi/terms/contract"
	"madoguchi/terms/fault"
)

// PutOrganization adds (empty id) or changes a customer of the registry.
// Supervisors and administrators may. Running cases keep what they were
// opened with.
func (d *Desk) PutOrganization(ctx context.Context, who Viewer, o store.Organization) (store.Organization, error) {
	if err := who.May(Supervisor); err != nil {
		return o, err
	}
	o.NameJA, o.NameEN = strings.TrimSpace(o.NameJA), strings.TrimSpace(o.NameEN)
	o.NameJA, o.NameEN = cmp.Or(o.NameJA, o.NameEN), cmp.Or(o.NameEN, o.NameJA)
	if o.NameJA == "" {
		return o, fault.New(fault.Invalid, "お客様の名称を入力してください。", "Please give the customer's name.").At("name")
	}
	o.Contract = cmp.Or(o.Contract, d.defaultContract)
	con, err := d.contracts.InForce(o.Contract, d.now())
	if err != nil {
		return o, err
	}
	if _, ok := con.Region(contract.RegionID(o.Region)); !ok {
		return o, fault.New(fault.Invalid, "契約の地域を選んでください。", "Please choose the region of the contract.").At("region")
	}
	if o.Language != "ja" && o.Language != "en" {
		return o, fault.New(fault.Invalid, "言語を選んでください。", "Please choose a language.").At("language")
	}
	for i, dom := range o.Domains {
		o.Domains[i] = strings.ToLower(strings.TrimPrefix(strings.TrimSpace(dom), "@"))
		if strings.ContainsAny(o.Domains[i], " @/") || !strings.Contains(o.Domains[i], ".") {
			return o, fault.New(fault.Invalid, "ドメイン「"+dom+"」は example.co.jp の形で入力してください。", "Please give the domain "+dom+" in the form example.com.").At("domains")
		}
	}
	act := "organization.changed"
	if o.ID == "" {
		o.ID, o.Created, act = newID(), d.now(), "organization.added"
	}
	o.Updated = d.now()
	err = d.store.Write(ctx, func(tx *store.Tx) error {
		if err := tx.PutOrganization(o); err != nil {
			return err
		}
		return tx.PutAudit(d.audit(who, act, o.ID, o.NameJA))
	})
	if err == nil {
		d.live.Publish("")
	}
	return o, err
}

// PutContact adds (empty id) or changes a person of a customer. Agents may.
// An address belongs to one contact only: [fault.Conflict] names the address.
func (d *Desk) PutContact(ctx context.Context, who Viewer, c store.Contact) (store.Contact, error) {
	if err := who.May(Agent); err != nil {
		return c, err
	}
	c.Name = strings.TrimSpace(c.Name)
	if c.Name == "" {
		return c, fault.New(fault.Invalid, "お名前を入力してください。", "Please give a name.").At("name")
	}
	if c.Language != "" && c.Language != "ja" && c.Language != "en" {
		return c, fault.New(fault.Invalid, "言語を選んでください。", "Please choose a language.").At("language")
	}
	var list []store.ContactAddress
	for _, have := range c.Addresses {
		a := strings.ToLower(strings.TrimSpace(have.Addr))
		if a == "" || slices.ContainsFunc(list, func(l store.ContactAddress) bool { return l.Addr == a }) {
			continue
		}
		if p, err := mail.ParseAddress(a); err != nil || p.Address != a {
			return c, fault.New(fault.Invalid, "メールアドレス「"+a+"」の形が正しくありません。", "The mail address "+a+" is not well formed.").At("addresses")
		}
		if d.Own(a) {
			return c, fault.New(fault.Invalid, a+" は窓口自身のアドレスです。", a+" is the desk's own address.").At("addresses")
		}
		list = append(list, store.ContactAddress{Addr: a, Verified: have.Verified})
	}
	c.Addresses = list
	act := "contact.changed"
	if c.ID == "" {
		c.ID, c.Created, act = newID(), d.now(), "contact.added"
	}
	err := d.store.Write(ctx, func(tx *store.Tx) error {
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
		if err := tx.PutContact(c); err != nil {
			return err
		}
		return tx.PutAudit(d.audit(who, act, c.ID, c.Name))
	})
	return c, err
}
