package desk

import (
	"context"
	"slices"

	"madoguchi/internal/records/store"
	"madoguchi/terms/cases"
)

// Marks are what the desk sorted a case by, and what it can be sorted by.
type Marks struct {
	Tagged   []store.Tag     // as they stand today
	Tags     []store.Tag     // that can be put on it
	Products []store.Product // that it can be about; the one that it is about too
	Teams    []TeamName
	Fields   []store.Field // of its product, with archived ones that are filled
}

// marksOf gathers the registries for one case; teams are those that can have it.
func (d *Desk) marksOf(ctx context.Context, who Viewer, c *cases.Case, teams []store.Team) (m Marks, err error) {
	tags, err := d.store.ListTags(ctx)
	if err != nil {
		return m, err
	}
	m.Tagged = tagsOf(tags, c.Tags)
	m.Tags = slices.DeleteFunc(tags, func(t store.Tag) bool { return t.Merged != "" || t.Archived })
	if m.Products, err = d.store.ListProducts(ctx); err != nil {
		return m, err
	}
	m.Products = slices.DeleteFunc(m.Products, func(p store.Product) bool { return p.Archived && p.ID != c.Product })
	if m.Fields, err = d.store.ListFields(ctx); err != nil {
		return m, err
	}
	m.Fields = slices.DeleteFunc(m.Fields, func(f store.Field) bool {
		filled := c.Field(f.ID) != ""
		return !filled && (f.Archived || !f.Rule().Applies(c.Product))
	})
	m.Teams = teamNames(teams, who.Language)
	return m, nil
}
