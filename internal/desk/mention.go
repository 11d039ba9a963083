package desk

import (
	"context"
	"slices"

	"madoguchi/internal/records/store"
	"madoguchi/terms/cases"
)

// Mentionable lists whom a note of a case of an organization can name.
func (d *Desk) Mentionable(ctx context.Context, organization string) ([]cases.Mention, error) {
	known, err := d.nameable(ctx, organization)
	return mentions(known), err
}

func mentions(known []Named) []cases.Mention {
	out := make([]cases.Mention, len(known))
	for i, k := range known {
		out[i] = k.Mention
	}
	return out
}

// Named is somebody whom a note can name, with what tells them apart.
type Named struct {
	cases.Mention
	Mail    string // of a person
	Members int    // of a team
}

// Nameable lists whom a note of a case can name.
func (d *Desk) Nameable(ctx context.Context, who Viewer, id cases.ID) ([]Named, error) {
	if err := who.May(WorkCases); err != nil {
		return nil, err
	}
	row, err := d.store.CaseRow(ctx, who.Scope(), id)
	if err != nil {
		return nil, err
	}
	return d.nameable(ctx, row.Organization)
}

func (d *Desk) nameable(ctx context.Context, organization string) ([]Named, error) {
	people, err := d.Agents(ctx)
	if err != nil {
		return nil, err
	}
	if people, err = d.seers(ctx, people, organization); err != nil {
		return nil, err
	}
	teams, err := d.Teams(ctx)
	return namedOf(people, teams), err
}

// namedOf lists people, then the teams under their Japanese names and, where they
// differ, their English ones.
func namedOf(people []store.Agent, teams []store.Team) []Named {
	var out []Named
	for _, a := range people {
		out = append(out, Named{Mention: cases.Mention{Agent: a.ID, Name: a.Name}, Mail: a.Email})
	}
	for _, t := range teams {
		out = append(out, Named{Mention: cases.Mention{Team: t.ID, Name: t.NameJA}, Members: len(t.Members)})
		if t.NameEN != t.NameJA {
			out = append(out, Named{Mention: cases.Mention{Team: t.ID, Name: t.NameEN}, Members: len(t.Members)})
		}
	}
	return out
}

// mentioned returns the ids of the people whom mentions name, those of a team
// included.
func mentioned(tx *store.Tx, list []cases.Mention) ([]string, error) {
	var ids []string
	for _, m := range list {
		if m.Agent != "" {
			ids = append(ids, m.Agent)
		}
		if m.Team == "" {
			continue
		}
		teams, err := tx.ListTeams()
		if err != nil {
			return nil, err
		}
		if i := slices.IndexFunc(teams, func(t store.Team) bool { return t.ID == m.Team && !t.Dissolved }); i >= 0 {
			ids = append(ids, teams[i].Members...)
		}
	}
	return ids, nil
}
