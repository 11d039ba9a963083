package store

import (
	"context"
	"time"

	"madoguchi/terms/fault"
)

// Team is some people of the desk who work together.
type Team struct {
	ID        string // UUIDv7
	NameJA    string
	NameEN    string
	Lead      string   // an agent, who need not be a member; empty: nobody
	Members   []string // agents, by id
	Dissolved bool     // kept for the histories that name it; it gives nobody anything
	Created   time.Time
	Updated   time.Time
}

// Name is the team's name in a language.
func (t Team) Name(lang string) string { return fault.Text{JA: t.NameJA, EN: t.NameEN}.In(lang) }

const teamColumns = `id, name_ja, name_en, lead_agent, dissolved, created_at, updated_at`

var putTeam = insert("teams", teamColumns) + ` ON CONFLICT (id) DO UPDATE SET name_ja = excluded.name_ja, name_en = excluded.name_en,
	lead_agent = excluded.lead_agent, dissolved = excluded.dissolved, updated_at = excluded.updated_at`

func noTeam() *fault.Error {
	return notFound("チームが見つかりません。", "There is no such team.")
}

// PutTeam adds a team or replaces it with its members; Created counts only
// when it is added.
func (tx *Tx) PutTeam(t Team) error {
	if err := tx.exec(putTeam, t.ID, t.NameJA, t.NameEN, t.Lead, t.Dissolved, micros(t.Created), micros(t.Updated)); err != nil {
		return err
	}
	if err := tx.exec(`DELETE FROM team_members WHERE team = $1`, t.ID); err != nil {
		return err
	}
	for _, m := range t.Members {
		if err := tx.exec(`INSERT INTO team_members (team, agent) VALUES ($1, $2) ON CONFLICT DO NOTHING`, t.ID, m); err != nil {
			return err
		}
	}
	return nil
}

// Team returns one team, or [fault.NotFound].
func (s *Store) Team(ctx context.Context, id string) (Team, error) {
	return teamOf(ctx, s.db.Readers(), id)
}

// Team returns one team as the act sees it, or [fault.NotFound].
func (tx *Tx) Team(id string) (Team, error) { return teamOf(background(), tx.q, id) }

func teamOf(ctx context.Context, q querier, id string) (Team, error) {
	list, err := teams(ctx, q, ` WHERE id = $1`, id)
	if err == nil && len(list) == 0 {
		err = noTeam()
	}
	if err != nil {
		return Team{}, err
	}
	return list[0], nil
}

// ListTeams returns all teams by name, the dissolved ones included.
func (s *Store) ListTeams(ctx context.Context) ([]Team, error) {
	return teams(ctx, s.db.Readers(), ``)
}

// ListTeams is [Store.ListTeams] as the act sees them.
func (tx *Tx) ListTeams() ([]Team, error) {
	return teams(background(), tx.q, ``)
}

// TeamsOf returns the teams that an agent belongs to by name, without the
// dissolved ones.
func (s *Store) TeamsOf(ctx context.Context, agent string) ([]Team, error) {
	return teams(ctx, s.db.Readers(), ` WHERE NOT dissolved AND id IN (SELECT team FROM team_members WHERE agent = $1)`, agent)
}

func teams(ctx context.Context, q querier, condition string, args ...any) ([]Team, error) {
	list, err := all(ctx, q, scanTeam, `SELECT `+teamColumns+` FROM teams`+condition+` ORDER BY name_ja, id`, args...)
	if err != nil {
		return nil, err
	}
	for i, t := range list {
		if list[i].Members, err = all(ctx, q, text, `SELECT agent FROM team_members WHERE team = $1 ORDER BY agent`, t.ID); err != nil {
			return nil, err
		}
	}
	return list, nil
}

func scanTeam(row scanner) (Team, error) {
	var t Team
	var created, updated int64
	err := row.Scan(&t.ID, &t.NameJA, &t.NameEN, &t.Lead, &t.Dissolved, &created, &updated)
	t.Created, t.Updated = instant(created), instant(updated)
	return t, err
}
