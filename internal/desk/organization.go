package desk

import (
	"cmp"
	"context"
	"errors"
	"net/mail"
	"slices"
	"strings"
	"time"

	"madoguchi/internal/phonenumber"
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
	if err := who.May(EditCustomers); err != nil {
		return o, err
	}
	if o.ID != "" {
		if err := who.SeesCustomer(o.ID); err != nil {
			return o, err
		}
	} else if !who.Can(SeeAllOrganizations) { // they would not find it again
		return o, fault.New(fault.Forbidden, "お客様の追加は、すべてのお客様を見られる方に依頼してください。", "Please ask somebody who sees all customers to add one.")
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
	var attached *contract.Attached
	err = d.store.Write(ctx, func(tx *store.Tx) error {
		attached, err = d.writeOrganization(tx, who, &o, cmd)
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

// writeOrganization writes a customer that is tidy, with its line in the audit
// and what its contract says of it, unless that is empty.
func (d *Desk) writeOrganization(tx *store.Tx, who Viewer, o *store.Organization, cmd AmendmentCommand) (*contract.Attached, error) {
	act, err := "organization.changed", error(nil)
	if o.ID == "" {
		o.ID, o.Created, act = newID(), d.now(), "organization.added"
	}
	o.Updated = d.now()
	if err := d.sameContract(tx, *o); err != nil {
		return nil, err
	}
	if o.Reseller, err = resellerOf(tx, *o); err != nil {
		return nil, err
	}
	if err := tx.PutOrganization(*o); err != nil {
		return nil, err
	}
	if err := tx.PutAudit(d.audit(who, act, o.ID, o.NameJA)); err != nil {
		return nil, err
	}
	var none *contract.Attached
	if cmd.Parts.Empty() {
		return none, nil
	}
	a, err := d.attach(tx, who, *o, cmd)
	return &a, err
}

// resellerOf finds the reseller, given as an id or as a name of the registry.
func resellerOf(tx *store.Tx, o store.Organization) (string, error) {
	named := strings.TrimSpace(o.Reseller)
	if named == "" {
		return "", nil
	}
	r, err := tx.Organization(named)
	if fault.Is(err, fault.NotFound) {
		r, err = tx.OrganizationByName(named)
	}
	if fault.Is(err, fault.NotFound) || err == nil && r.ID == o.ID {
		return "", fault.New(fault.Invalid, "販売店「"+named+"」は登録されていません。先に登録してください。", "There is no registered company called “"+named+"”. Please register it first.").At("reseller")
	}
	return r.ID, err
}

// Resold returns the company through which a customer buys (the zero one for
// none), and those that buy through it.
func (d *Desk) Resold(ctx context.Context, who Viewer, o store.Organization) (store.Organization, []store.Organization, error) {
	var by store.Organization
	if err := who.May(WorkCases); err != nil {
		return by, nil, err
	}
	if o.Reseller != "" {
		var err error
		if by, err = d.organizationFor(ctx, who, o.Reseller); err != nil && !fault.Is(err, fault.NotFound) {
			return by, nil, err
		}
	}
	list, _, err := d.store.ListOrganizations(ctx, store.OrganizationQuery{Scope: who.Scope(), Reseller: o.ID, Limit: 100})
	return by, list, err
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
	if err := tidyPhone(o); err != nil {
		return err
	}
	o.Kana, o.Code, o.Note = strings.TrimSpace(o.Kana), strings.TrimSpace(o.Code), strings.TrimSpace(o.Note)
	o.Products = tidyList(o.Products)
	if err := d.tidyDisclosed(o); err != nil {
		return err
	}
	for i, dom := range o.Domains {
		o.Domains[i] = strings.ToLower(strings.TrimPrefix(strings.TrimSpace(dom), "@"))
		if strings.ContainsAny(o.Domains[i], " @/") || !strings.Contains(o.Domains[i], ".") {
			return fault.New(fault.Invalid, "ドメイン「"+dom+"」は example.co.jp の形で入力してください。", "Please give the domain "+dom+" in the form example.com.").At("domains")
		}
	}
	return nil
}

// tidyPhone reads the customer's own number.
func tidyPhone(o *store.Organization) error {
	if o.Phone = strings.TrimSpace(o.Phone); o.Phone == "" {
		o.Number = ""
		return nil
	}
	n, err := phonenumber.Parse(o.Phone)
	if err != nil {
		return atField(err, "phone")
	}
	o.Phone, o.Number = n.Shown, n.E164
	return nil
}

// tidyDisclosed checks what the customer is told of the desk, and the days of
// the service.
func (d *Desk) tidyDisclosed(o *store.Organization) error {
	if o.DeskPhone = strings.TrimSpace(o.DeskPhone); o.DeskPhone != "" {
		n, err := phonenumber.Parse(o.DeskPhone)
		if err != nil {
			return atField(err, "desk_phone")
		}
		o.DeskPhone = n.Shown
	}
	if o.DeskMail = strings.ToLower(strings.TrimSpace(o.DeskMail)); o.DeskMail != "" {
		if p, err := mail.ParseAddress(o.DeskMail); err != nil || p.Address != o.DeskMail || !d.Recipient(o.DeskMail) {
			return fault.New(fault.Invalid, "この窓口が受信するアドレス（窓口のアドレス、またはメールボックスのアドレス）を入力してください。", "Please give an address that the desk takes mail for: its own, or that of a mailbox.").At("desk_mail")
		}
	}
	for _, day := range []struct {
		field string
		text  *string
	}{{"started", &o.Started}, {"ended", &o.Ended}} {
		if *day.text = strings.TrimSpace(*day.text); *day.text == "" {
			continue
		}
		if _, err := time.Parse(time.DateOnly, *day.text); err != nil {
			return fault.New(fault.Invalid, "日付は 2026-04-01 の形で入力してください。", "Please give the date in the form 2026-04-01.").At(day.field)
		}
	}
	if o.Started != "" && o.Ended != "" && o.Ended < o.Started {
		return fault.New(fault.Invalid, "契約の終了日は開始日以降の日付にしてください。", "The last day must not be before the first.").At("ended")
	}
	return nil
}

func tidyList(list []string) []string {
	var out []string
	for _, s := range list {
		if s = strings.TrimSpace(s); s != "" && !slices.Contains(out, s) {
			out = append(out, s)
		}
	}
	return out
}

// Disclosed is the number and the address of the desk that an organization is
// told when its service starts; its own, else the usual ones. The number may
// be empty.
func (d *Desk) Disclosed(o store.Organization) (phone, address string) {
	site := d.Site()
	return cmp.Or(o.DeskPhone, site.Phone), cmp.Or(o.DeskMail, site.Mail)
}

// fieldOf is the field of a form that an error is about; empty: the whole form.
func fieldOf(err error) string {
	if e, ok := errors.AsType[*fault.Error](err); ok {
		return e.Field
	}
	return ""
}

// atField names the field of a form that an error is about.
func atField(err error, field string) error {
	if e, ok := errors.AsType[*fault.Error](err); ok {
		return fault.Wrap(e.Kind, e.Cause, e.Text.JA, e.Text.EN).At(field)
	}
	return err
}
