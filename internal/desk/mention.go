package desk

import (
	"context"
	"slices"

	"madoguchi/internal/records/store"
	"madoguchi/terms/cases"
)

// Mentionable lists whom a note can name: the people who can sign in, then the
// teams under their Japanese names and, where they differ, their English ones.
func (d *Desk) Mentionable(ctx context.Context) ([]cases.Mention, error) {
	people, err := d.Agents(ctx)
	if err != nil {
		return nil, err
	}
	teams, err := d.Teams(ctx)
	if err != nil {
		return nil, err
	}
	var out []cases.Mention
	for _, a := range people {
		if !a.Disabled {
			out = append(out, cases.Mention{Agent: a.ID, Name: a.Name})
		}
	}
	for _, t := range teams {
		out = append(out, cases.Mention{Team: t.ID, Name: t.NameJA})
		if t.NameEN != t.NameJA {
			out = append(out, cases.Mention{Team: t.ID, Name: t.NameEN})
		}
	}
	return out, nil
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
