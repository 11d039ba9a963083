package desk

import (
	"cmp"
	"context"
	"slices"
	"strings"

	"madoguchi/internal/phonenumber"
	"madoguchi/internal/records/store"
	"madoguchi/terms/cases"
	"madoguchi/terms/fault"
)

// Customers returns a page of the registry's organizations by name, of those
// that the viewer sees, whatever scope the query says.
func (d *Desk) Customers(ctx context.Context, who Viewer, q store.OrganizationQuery) ([]store.Organization, store.Name, error) {
	if err := who.May(WorkCases); err != nil {
		return nil, store.Name{}, err
	}
	q.Scope = who.Scope()
	return d.store.ListOrganizations(ctx, q)
}

// Customer returns one organization.
func (d *Desk) Customer(ctx context.Context, who Viewer, id string) (store.Organization, error) {
	if err := who.May(WorkCases); err != nil {
		return store.Organization{}, err
	}
	return d.organizationFor(ctx, who, id)
}

// CustomerNames returns how the organizations with some ids are called that the
// viewer sees, by id.
func (d *Desk) CustomerNames(ctx context.Context, who Viewer, ids []string) (map[string]store.OrganizationName, error) {
	return d.store.OrganizationNames(ctx, who.Scope(), ids)
}

// NamedCustomer returns the one customer that a person typed: by the number, by
// the whole name, or by what only one of them has.
func (d *Desk) NamedCustomer(ctx context.Context, who Viewer, typed string) (store.Organization, error) {
	if err := who.May(WorkCases); err != nil {
		return store.Organization{}, err
	}
	typed = strings.TrimSpace(typed)
	if typed == "" {
		return store.Organization{}, fault.New(fault.Invalid, "お客様を選んでください。", "Please choose a customer.")
	}
	known, err := d.importKnown(ctx, who)
	if err != nil {
		return store.Organization{}, err
	}
	o, err := known.find(typed, "")
	if fault.Is(err, fault.NotFound) {
		o, err = known.find("", typed)
	}
	if err == nil {
		return d.organizationFor(ctx, who, o.ID)
	}
	if !fault.Is(err, fault.NotFound) {
		return store.Organization{}, err
	}
	list, _, failed := d.store.ListOrganizations(ctx, store.OrganizationQuery{Scope: who.Scope(), Search: typed, Limit: 2})
	if failed != nil {
		return store.Organization{}, failed
	}
	switch len(list) {
	case 1:
		return list[0], nil
	case 2:
		return store.Organization{}, fault.New(fault.Invalid, "「"+typed+"」に当てはまるお客様が複数あります。会社名またはお客様番号で指定してください。", "Several customers fit “"+typed+"”. Please give the whole name or the number.")
	}
	said := fault.Public(err)
	return store.Organization{}, fault.New(fault.Invalid, said.JA, said.EN)
}

// Contacts returns a page of the people of an organization by name.
func (d *Desk) Contacts(ctx context.Context, who Viewer, q store.ContactQuery) ([]store.Contact, store.Name, error) {
	if err := who.May(WorkCases); err != nil {
		return nil, store.Name{}, err
	}
	q.Scope = who.Scope()
	return d.store.ListContacts(ctx, q)
}

// NamedContact returns the one person of a customer that somebody typed: by a
// mail address, by the whole name, or by what only one of them has.
func (d *Desk) NamedContact(ctx context.Context, who Viewer, organization, typed string) (store.Contact, error) {
	list, next, err := d.Contacts(ctx, who, store.ContactQuery{Organization: organization, Search: typed, Limit: 100})
	if err != nil || len(list) == 1 {
		return append(list, store.Contact{})[0], err
	}
	named := slices.DeleteFunc(slices.Clone(list), func(c store.Contact) bool {
		is := func(a store.ContactAddress) bool { return store.FoldName(a.Addr) == store.FoldName(typed) }
		return store.FoldName(c.Name) != store.FoldName(typed) && !slices.ContainsFunc(c.Addresses, is)
	})
	switch {
	case len(named) == 1 && next.End():
		return named[0], nil
	case len(list) == 0:
		return store.Contact{}, fault.New(fault.Invalid, "「"+typed+"」に当てはまるご担当者は登録されていません。", "No contact of the customer fits “"+typed+"”.")
	}
	return store.Contact{}, fault.New(fault.Invalid, "「"+typed+"」に当てはまるご担当者が複数います。メールアドレスで指定してください。", "Several contacts fit “"+typed+"”. Please give the mail address.")
}

// peopleFound is how many people a search shows.
const peopleFound = 20

// FindPeople finds persons of all customers by a part of their name, its
// reading or an address, or by a telephone number however it is written.
func (d *Desk) FindPeople(ctx context.Context, who Viewer, typed string) ([]store.Contact, error) {
	if err := who.May(WorkCases); err != nil {
		return nil, err
	}
	if n, err := phonenumber.Parse(typed); err == nil {
		return d.store.ContactsByPhone(ctx, who.Scope(), n.E164)
	}
	people, _, err := d.store.ListContacts(ctx, store.ContactQuery{Scope: who.Scope(), Search: typed, Limit: peopleFound})
	return people, err
}

// Contact returns one person of the registry.
func (d *Desk) Contact(ctx context.Context, who Viewer, id string) (store.Contact, error) {
	if err := who.May(WorkCases); err != nil {
		return store.Contact{}, err
	}
	c, err := d.store.Contact(ctx, id)
	if err != nil {
		return store.Contact{}, err
	}
	return c, who.seesContact(c)
}

// seesContact is [Viewer.SeesCase] for a person of the registry.
func (v Viewer) seesContact(c store.Contact) error {
	if !v.Scope().Has(c.Organization) {
		return fault.New(fault.NotFound, "ご担当者が見つかりません。", "There is no such contact.")
	}
	return nil
}

// CasesOf returns an organization's latest cases, finished ones included.
func (d *Desk) CasesOf(ctx context.Context, who Viewer, organization string) ([]store.CaseRow, error) {
	if err := who.May(WorkCases); err != nil {
		return nil, err
	}
	rows, _, err := d.store.CasesOfOrganization(ctx, who.Scope(), organization, 50, store.Since{})
	return rows, err
}

// Done is an act on a customer or a person of one, with its doer's name.
type Done struct {
	store.Audit
	By string
}

// historyShown is how many acts a page shows of one customer or person.
const historyShown = 30

// history returns what was done to some subjects that the caller may see, the
// newest first.
func (d *Desk) history(ctx context.Context, subjects ...string) ([]Done, error) {
	lines, err := d.store.AuditOf(ctx, subjects, historyShown)
	if err != nil {
		return nil, err
	}
	agents, err := d.store.ListAgents(ctx)
	if err != nil {
		return nil, err
	}
	names := map[string]string{}
	for _, a := range agents {
		names[a.ID] = a.Name
	}
	var out []Done
	for _, l := range lines {
		out = append(out, Done{l, cmp.Or(names[l.Actor], l.Actor)})
	}
	return out, nil
}

// CustomerHistory returns what was done to an organization, the newest first.
func (d *Desk) CustomerHistory(ctx context.Context, who Viewer, organization string) ([]Done, error) {
	if _, err := d.Customer(ctx, who, organization); err != nil {
		return nil, err
	}
	return d.history(ctx, organization)
}

// ContactHistory returns what was done to a person, the newest first.
func (d *Desk) ContactHistory(ctx context.Context, who Viewer, contact string) ([]Done, error) {
	if _, err := d.Contact(ctx, who, contact); err != nil {
		return nil, err
	}
	ids, err := d.store.MergedContacts(ctx, contact)
	if err != nil {
		return nil, err
	}
	return d.history(ctx, ids...)
}

// Sent is a mail that left the desk, or is to.
type Sent struct {
	store.Outbound
	Bounced bool   // it came back after the relay had taken it
	Delayed bool   // a mail system on the way has not been able to hand it on yet
	Said    string // the relay's or the bounce's last words, as they came
}

// SentMail returns a page of the mails that left the desk, newest first.
// Supervisors may; in a demonstration, whose mail reaches nobody, everyone.
func (d *Desk) SentMail(ctx context.Context, who Viewer, demo bool, limit int, after store.Since) ([]Sent, store.Since, error) {
	if err := maySeeMail(who, demo); err != nil {
		return nil, store.Since{}, err
	}
	mails, next, err := d.store.ListOutbound(ctx, store.OutboundQuery{Organization: who.Scope(), Limit: limit, After: after})
	if err != nil {
		return nil, store.Since{}, err
	}
	out, err := d.withBounces(ctx, mails)
	return out, next, err
}

// SentOne returns one of them with its bytes as they went out.
func (d *Desk) SentOne(ctx context.Context, who Viewer, demo bool, id string) (Sent, []byte, error) {
	if err := maySeeMail(who, demo); err != nil {
		return Sent{}, nil, err
	}
	mail, err := d.store.Outbound(ctx, who.Scope(), id)
	if err != nil {
		return Sent{}, nil, err
	}
	out, err := d.withBounces(ctx, []store.Outbound{mail})
	if err != nil {
		return Sent{}, nil, err
	}
	raw, err := d.store.OutboundRaw(ctx, id)
	return out[0], raw, err
}

// withBounces adds what came back since each mail was queued; the outbox knows
// only what the relay said. A mail that is sent again is queued anew, so that
// an earlier bounce is none of it.
func (d *Desk) withBounces(ctx context.Context, mails []store.Outbound) ([]Sent, error) {
	var of []string
	for _, m := range mails {
		if m.Case != "" && !slices.Contains(of, string(m.Case)) {
			of = append(of, string(m.Case))
		}
	}
	lost, err := d.store.Undelivered(ctx, of)
	if err != nil {
		return nil, err
	}
	out := make([]Sent, len(mails))
	for i, m := range mails {
		out[i] = Sent{Outbound: m, Said: m.LastReply}
		for _, e := range lost {
			if e.At.Before(m.CreatedAt) {
				continue
			}
			switch f := e.Data.(type) {
			case cases.DeliveryFailed:
				if f.Bounce && f.Message == m.Message {
					out[i].Bounced, out[i].Said = true, f.Reply
				}
			case cases.DeliveryDelayed:
				if f.Message == m.Message && !out[i].Bounced {
					out[i].Delayed, out[i].Said = true, f.Reply
				}
			}
		}
	}
	return out, nil
}

func maySeeMail(who Viewer, demo bool) error {
	if demo {
		return who.May(WorkCases)
	}
	return who.May(SeeSentMail)
}
