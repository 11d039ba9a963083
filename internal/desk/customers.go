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

// AddOrganization adds a customer to the registry, with what its contract
// says of it as its first amendment. Supervisors and administrators may.
func (d *Desk) AddOrganization(ctx context.Context, who Viewer, o store.Organization, opening Opening) (store.Organization, error) {
	o.ID = ""
	return d.putOrganization(ctx, who, o, opening)
}

// PutOrganization adds (empty id) or changes a customer of the registry.
// Supervisors and administrators may. Running cases keep what they were
// opened with.
func (d *Desk) PutOrganization(ctx context.Context, who Viewer, o store.Organization) (store.Organization, error) {
	return d.putOrganization(ctx, who, o, Opening{})
}

func (d *Desk) putOrganization(ctx context.Context, who Viewer, o store.Organization, opening Opening) (store.Organization, error) {
	if err := who.May(Supervisor); err != nil {
		return o, err
	}
	if err := d.tidyOrganization(&o); err != nil {
		return o, err
	}
	con, err := d.contracts.InForce(o.Contract, d.now())
	if err != nil {
		return o, err
	}
	cmd := AmendmentCommand{Parts: contract.AmendmentParts{Name: contract.Text{JA: "ご契約条件", EN: "Terms of the contract"}}}
	if opening.Region != "" && opening.Region != con.HomeRegion() {
		if _, ok := con.Region(opening.Region); !ok {
			return o, fault.New(fault.Invalid, "契約の地域を選んでください。", "Please choose the region of the contract.").At("region")
		}
		cmd.Parts.Region = opening.Region
	}
	if opening.SupportPlus {
		cmd.Parts.Plus = "true"
	}
	act := "organization.changed"
	if o.ID == "" {
		o.ID, o.Created, act = newID(), d.now(), "organization.added"
	}
	o.Updated = d.now()
	var attached *contract.Attached
	err = d.store.Write(ctx, func(tx *store.Tx) error {
		if err := d.sameContract(tx, o); err != nil {
			return err
		}
		if err := tx.PutOrganization(o); err != nil {
			return err
		}
		if err := tx.PutAudit(d.audit(who, act, o.ID, o.NameJA)); err != nil {
			return err
		}
		attached = nil
		if cmd.Parts.Empty() {
			return nil
		}
		a, err := d.attach(tx, who, o, cmd)
		attached = &a
		return err
	})
	if err != nil {
		return o, err
	}
	if attached != nil {
		d.contracts.Attach(*attached)
	}
	d.live.Publish("")
	return o, nil
}

// sameContract refuses to give a customer with amendments another contract:
// they were agreed over the one it has.
func (d *Desk) sameContract(tx *store.Tx, o store.Organization) error {
	have, err := tx.Organization(o.ID)
	if fault.Is(err, fault.NotFound) {
		return nil
	}
	if err != nil || have.Contract == o.Contract {
		return err
	}
	for _, a := range d.contracts.Attached(o.ID) {
		if a.Amendment.Base() != o.Contract && (a.Until.IsZero() || a.Until.After(d.now())) {
			return fault.New(fault.Conflict, "契約を変更する前に、個別条件「"+a.Amendment.Name().JA+"」を終了してください。",
				"Please end the amendment “"+a.Amendment.Name().EN+"” before the contract is changed.").At("contract")
		}
	}
	return nil
}

func (d *Desk) tidyOrganization(o *store.Organization) error {
	o.NameJA, o.NameEN = strings.TrimSpace(o.NameJA), strings.TrimSpace(o.NameEN)
	o.NameJA, o.NameEN = cmp.Or(o.NameJA, o.NameEN), cmp.Or(o.NameEN, o.NameJA)
	if o.NameJA == "" {
		return fault.New(fault.Invalid, "お客様の名称を入力してください。", "Please give the customer's name.").At("name")
	}
	o.Contract = cmp.Or(o.Contract, d.defaultContract)
	if o.Language != "ja" && o.Language != "en" {
		return fault.New(fault.Invalid, "言語を選んでください。", "Please choose a language.").At("language")
	}
	for i, dom := range o.Domains {
		o.Domains[i] = strings.ToLower(strings.TrimPrefix(strings.TrimSpace(dom), "@"))
		if strings.ContainsAny(o.Domains[i], " @/") || !strings.Contains(o.Domains[i], ".") {
			return fault.New(fault.Invalid, "ドメイン「"+dom+"」は example.co.jp の形で入力してください。", "Please give the domain "+dom+" in the form example.com.").At("domains")
		}
	}
	return nil
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
