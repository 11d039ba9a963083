package cases

import "madoguchi/terms/fault"

// TeamAssigned gives the case to a team, or to none. Who of the team has it is
// said by [Assigned].
type TeamAssigned struct {
	Team string `json:"team,omitempty"`
	Name string `json:"name,omitempty"`
}

// Type implements [Data].
func (TeamAssigned) Type() string { return "case.team-assigned/1" }

// AssignTeam gives the case to a team; an empty one takes it from its team.
func (c *Case) AssignTeam(team, name string) ([]Data, error) {
	if err := c.check(); err != nil {
		return nil, err
	}
	if c.Team == team {
		return nil, fault.New(fault.Conflict, "既にそのチームのケースです。", "The case is that team's already.").At("team")
	}
	return []Data{TeamAssigned{Team: team, Name: name}}, nil
}
