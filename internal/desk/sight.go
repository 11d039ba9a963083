package desk

import (
	"context"

	"madoguchi/internal/records/store"
	"madoguchi/terms/cases"
)

// caseFor loads a case for somebody who may see it. Every act and question of
// a person comes to a case through this, [Desk.change] or a list within
// [Viewer.Scope].
func (d *Desk) caseFor(ctx context.Context, who Viewer, id cases.ID) (*cases.Case, []cases.Event, error) {
	c, events, err := d.store.Case(ctx, id)
	if err != nil {
		return nil, nil, err
	}
	return c, events, who.SeesCase(c.Organization)
}

// SeesCaseID returns nil when the viewer may see the case, and otherwise
// [fault.NotFound], as for one that does not exist.
func (d *Desk) SeesCaseID(ctx context.Context, who Viewer, id cases.ID) error {
	_, err := d.store.CaseRow(ctx, who.Scope(), id)
	return err
}

// Visible returns those of the cases that the viewer may see, for notices that
// name cases.
func (d *Desk) Visible(ctx context.Context, who Viewer, ids []string) ([]string, error) {
	scope := who.Scope()
	if scope.Everyone() || len(ids) == 0 {
		return ids, nil
	}
	return d.store.CasesWithin(ctx, scope, ids)
}

// organizationFor returns a customer that the viewer may see.
func (d *Desk) organizationFor(ctx context.Context, who Viewer, id string) (store.Organization, error) {
	if err := who.SeesCustomer(id); err != nil {
		return store.Organization{}, err
	}
	return d.store.Organization(ctx, id)
}
