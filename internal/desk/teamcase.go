package desk

import (
	"context"
	"slices"

	"madoguchi/internal/records/store"
	"madoguchi/terms/cases"
	"madoguchi/terms/fault"
)

// AssignTeam gives the case to a team, or with an empty id to none. Who of the
// team has it stays as it is; a case that nobody has is given out as the team says.
func (d *Desk) AssignTeam(ctx context.Context, who Viewer, id cases.ID, team string) (*cases.Case, error) {
	s, err := d.teaming(ctx, team)
	return d.do(ctx, who, id, s, err)
}

func (d *Desk) teaming(ctx context.Context, team string) (step, error) {
	name := ""
	if team != "" {
		teams, err := d.Teams(ctx)
		if err != nil {
			return nil, err
		}
		i := slices.IndexFunc(teams, func(t store.Team) bool { return t.ID == team })
		if i < 0 {
			return nil, fault.New(fault.NotFound, "そのチームはありません。", "There is no such team.").At("team")
		}
		name = teams[i].Name("ja")
	}
	return func(tx *store.Tx, p *pen) error {
		facts, err := p.c.AssignTeam(team, name)
		if err := p.writeOr(err, facts); err != nil {
			return err
		}
		return d.distribute(tx, p)
	}, nil
}
