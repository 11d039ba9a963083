package desk

import (
	"context"
	"regexp"
	"slices"
	"strconv"

	"madoguchi/internal/notation"
	"madoguchi/internal/records/search"
	"madoguchi/internal/records/store"
	"madoguchi/terms/cases"
	"madoguchi/terms/fault"
)

// LookedUp is what the first letters of something lead to.
type LookedUp struct {
	Cases     []store.CaseRow // the one with that number first, then the latest written in
	Customers []store.Organization
	Contacts  []FoundContact
	Words     []string // words in kanji that sound as typed
}

// FoundContact is a person of a customer.
type FoundContact struct {
	store.Contact
	Company store.Organization
}

// lookedUp is how many of each kind are returned.
const lookedUp = 6

// LookUp finds what a person of the desk goes to while they type: cases by
// number, subject, customer and people; customers and their people by name (in
// kanji, kana or Latin letters), domain, address and telephone number.
func (d *Desk) LookUp(ctx context.Context, who Viewer, typed string) (LookedUp, error) {
	if err := who.May(WorkCases); err != nil {
		return LookedUp{}, err
	}
	out := LookedUp{Words: notation.Words(typed)}
	entries, err := d.store.LookUp(ctx, who.Scope(), typed, 2*lookedUp)
	if err != nil {
		return LookedUp{}, err
	}
	for _, e := range entries {
		if err := d.addEntry(ctx, &out, e); err != nil && !fault.Is(err, fault.NotFound) {
			return LookedUp{}, err
		}
	}
	out.Cases, err = d.casesTyped(ctx, who, append([]string{typed}, out.Words...))
	return out, err
}

func (d *Desk) addEntry(ctx context.Context, out *LookedUp, e store.Entry) error {
	o, err := d.store.Organization(ctx, e.Organization)
	if err != nil {
		return err
	}
	if e.Kind == store.RecentCustomer {
		if len(out.Customers) < lookedUp {
			out.Customers = append(out.Customers, o)
		}
		return nil
	}
	c, err := d.store.Contact(ctx, e.ID)
	if err == nil && len(out.Contacts) < lookedUp {
		out.Contacts = append(out.Contacts, FoundContact{c, o})
	}
	return err
}

// CaseRow returns what a list shows of a case.
func (d *Desk) CaseRow(ctx context.Context, who Viewer, id cases.ID) (store.CaseRow, error) {
	if err := who.May(WorkCases); err != nil {
		return store.CaseRow{}, err
	}
	return d.store.CaseRow(ctx, who.Scope(), id)
}

var typedNumber = regexp.MustCompile(`^(?:\[?[a-z][a-z0-9]{0,7}-?)?([0-9]{1,15})\]?$`)

// casesTyped finds cases by the first of some words that leads to any.
func (d *Desk) casesTyped(ctx context.Context, who Viewer, words []string) (list []store.CaseRow, err error) {
	if m := typedNumber.FindStringSubmatch(notation.Fold(words[0])); m != nil {
		n, err := strconv.ParseInt(m[1], 10, 64)
		if err != nil {
			return nil, err
		}
		id, err := d.store.CaseByNumber(ctx, n)
		if err == nil {
			list, err = d.addCase(ctx, who, list, id)
		}
		if err != nil && !fault.Is(err, fault.NotFound) {
			return nil, err
		}
	}
	if d.index == nil {
		return list, nil
	}
	for _, word := range words {
		q, err := search.Parse(word, search.Options{Now: d.now(), Zone: d.Zone(), Prefix: d.Site().Prefix, Typing: true})
		if err != nil || q.Empty() || len(q.Terms) == 0 {
			continue // not enough yet, or the beginning of a filter
		}
		found, err := d.index.Find(ctx, search.Ask{Query: search.Query{Terms: q.Terms}, Scope: who.Scope(), Limit: lookedUp})
		if err != nil {
			return nil, err
		}
		for _, h := range found.Hits {
			if list, err = d.addCase(ctx, who, list, h.Case); err != nil {
				return nil, err
			}
		}
		if len(list) >= lookedUp {
			return list[:lookedUp], nil
		}
	}
	return list, nil
}

func (d *Desk) addCase(ctx context.Context, who Viewer, list []store.CaseRow, id cases.ID) ([]store.CaseRow, error) {
	if slices.ContainsFunc(list, func(r store.CaseRow) bool { return r.ID == id }) {
		return list, nil
	}
	row, err := d.store.CaseRow(ctx, who.Scope(), id)
	if fault.Is(err, fault.NotFound) {
		return list, nil
	}
	return append(list, row), err
}

// Caller is whose a telephone number is, with their cases.
type Caller struct {
	Contacts  []FoundContact
	Customers []store.Organization // whose own number it is
	Own       []store.CaseRow      // of the people, the latest changed first, finished ones included
	Company   []store.CaseRow      // of their companies, without those
}

// callerCases is how many cases of a person and of a company are shown.
const callerCases = 20

// CasesOfNumber returns whose a telephone number is, in whatever notation it
// is given or kept, and their cases.
func (d *Desk) CasesOfNumber(ctx context.Context, who Viewer, number string) (Caller, error) {
	if err := who.May(WorkCases); err != nil {
		return Caller{}, err
	}
	entries, err := d.store.ByPhone(ctx, who.Scope(), number)
	if err != nil {
		return Caller{}, err
	}
	var found LookedUp
	for _, e := range entries {
		if err := d.addEntry(ctx, &found, e); err != nil && !fault.Is(err, fault.NotFound) {
			return Caller{}, err
		}
	}
	out := Caller{Contacts: found.Contacts, Customers: found.Customers}
	companies := found.Customers
	for _, c := range out.Contacts {
		companies = append(companies, c.Company)
		own, err := d.casesOfContact(ctx, c.Contact)
		if err != nil {
			return Caller{}, err
		}
		out.Own = append(out.Own, own...)
	}
	seen := map[string]bool{}
	for _, o := range companies {
		if seen[o.ID] {
			continue
		}
		seen[o.ID] = true
		rows, _, err := d.store.CasesOfOrganization(ctx, store.Only(o.ID), o.ID, callerCases, store.Since{})
		if err != nil {
			return Caller{}, err
		}
		for _, r := range rows {
			if !slices.ContainsFunc(out.Own, func(own store.CaseRow) bool { return own.ID == r.ID }) {
				out.Company = append(out.Company, r)
			}
		}
	}
	return out, nil
}

// casesOfContact returns the latest cases in which a person of a customer
// takes part, by their addresses, finished ones included.
func (d *Desk) casesOfContact(ctx context.Context, c store.Contact) (list []store.CaseRow, err error) {
	for _, a := range c.Addresses {
		rows, _, err := d.store.CasesOfAddress(ctx, store.Only(c.Organization), a.Addr, callerCases, store.Since{})
		if err != nil {
			return nil, err
		}
		for _, r := range rows {
			if !slices.ContainsFunc(list, func(l store.CaseRow) bool { return l.ID == r.ID }) {
				list = append(list, r)
			}
		}
	}
	slices.SortFunc(list, func(a, b store.CaseRow) int { return b.Updated.Compare(a.Updated) })
	return list[:min(len(list), callerCases)], nil
}
