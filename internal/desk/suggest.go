package desk

import (
	"context"
	"slices"

	"madoguchi/internal/records/store"
	"madoguchi/terms/cases"
	"madoguchi/terms/fault"
)

// Hint says why an unidentified sender may belong to an organization.
type Hint string

// The hints, the stronger one first.
const (
	HintEarlier Hint = "earlier" // earlier mail of the address was in cases of theirs
	HintDomain  Hint = "domain"  // the mail domain is one of theirs
)

// Suggestion is an organization that an unidentified sender may belong to.
type Suggestion struct {
	store.Organization
	Hints []Hint
}

// earlierCases is how many earlier cases of an unidentified sender are shown.
const earlierCases = 5

// suggest says whom an unidentified sender may belong to, and lists the
// earlier cases in which the address took part.
func (d *Desk) suggest(ctx context.Context, who Viewer, c *cases.Case) ([]Suggestion, []store.CaseRow, error) {
	if c.Person.Addr == "" {
		return nil, nil, nil
	}
	rows, _, err := d.store.CasesOfAddress(ctx, who.Scope(), c.Person.Addr, 50, store.Since{})
	if err != nil {
		return nil, nil, err
	}
	rows = slices.DeleteFunc(rows, func(r store.CaseRow) bool { return r.ID == c.ID })
	var out []Suggestion
	add := func(o store.Organization, h Hint) {
		if i := slices.IndexFunc(out, func(s Suggestion) bool { return s.ID == o.ID }); i >= 0 {
			out[i].Hints = append(out[i].Hints, h)
			return
		}
		out = append(out, Suggestion{o, []Hint{h}})
	}
	for _, r := range rows {
		if r.Organization == "" || slices.ContainsFunc(out, func(s Suggestion) bool { return s.ID == r.Organization }) {
			continue
		}
		o, err := d.store.Organization(ctx, r.Organization)
		if fault.Is(err, fault.NotFound) || err == nil && o.Archived {
			continue
		}
		if err != nil {
			return nil, nil, err
		}
		add(o, HintEarlier)
	}
	theirs, err := d.store.OrganizationsByDomain(ctx, domainOf(c.Person.Addr))
	if err != nil {
		return nil, nil, err
	}
	for _, o := range theirs {
		if who.Scope().Has(o.ID) {
			add(o, HintDomain)
		}
	}
	return out, rows[:min(len(rows), earlierCases)], nil
}
