package desk

import "context"

// TeamName is a team as lists name it.
type TeamName struct{ ID, Name string }

// TeamNames are the teams of the desk, as the viewer reads their names.
func (d *Desk) TeamNames(ctx context.Context, who Viewer) ([]TeamName, error) {
	if err := who.May(WorkCases); err != nil {
		return nil, err
	}
	teams, err := d.Teams(ctx)
	var out []TeamName
	for _, t := range teams {
		out = append(out, TeamName{ID: t.ID, Name: t.Name(who.Language)})
	}
	return out, err
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
