package desk

import (
	"context"

	"madoguchi/internal/records/store"
)

// TeamName is a team as lists name it.
type TeamName struct{ ID, Name string }

// TeamNames are the teams of the desk, as the viewer reads their names.
func (d *Desk) TeamNames(ctx context.Context, who Viewer) ([]TeamName, error) {
	if err := who.May(WorkCases); err != nil {
		return nil, err
	}
	teams, err := d.Teams(ctx)
	return teamNames(teams, who.Language), err
}

func teamNames(teams []store.Team, lang string) []TeamName {
	var out []TeamName
	for _, t := range teams {
		out = append(out, TeamName{ID: t.ID, Name: t.Name(lang)})
	}
	return out
}

// teamsOf are the teams that the viewer belongs to, by id.
func (d *Desk) teamsOf(ctx context.Context, who Viewer) ([]string, error) {
	teams, err := d.TeamsOf(ctx, who.ID)
	var ids []string
	for _, t := range teams {
		ids = append(ids, t.ID)
	}
	return ids, err
}
