package store

import "context"

// Distribution says how the cases of a team are given to its people.
type Distribution struct {
	Team    string
	How     string // of the desk's; empty: by hand
	Most    int    // cases that one person has at once and has to act on; 0: no limit
	Skilled bool   // those with the skills that a case asks for come first
	Fresh   bool   // new cases become this team's
	Last    string // whom the last case went to
}

const distributionColumns = `team, how, most, skilled, fresh, last_who`

var putDistribution = insert("team_distribution", distributionColumns) + ` ON CONFLICT (team) DO UPDATE SET
	how = excluded.how, most = excluded.most, skilled = excluded.skilled, fresh = excluded.fresh, last_who = excluded.last_who`

// PutDistribution replaces how a team's cases are given out. New cases become
// one team's at most: where this one says so, no other does any more.
func (tx *Tx) PutDistribution(d Distribution) error {
	if d.Fresh {
		if err := tx.exec(`UPDATE team_distribution SET fresh = $1 WHERE team <> $2`, false, d.Team); err != nil {
			return err
		}
	}
	return tx.exec(putDistribution, d.Team, d.How, d.Most, d.Skilled, d.Fresh, d.Last)
}

// Distributions returns those of all teams that have one.
func (s *Store) Distributions(ctx context.Context) ([]Distribution, error) {
	return distributions(ctx, s.db.Readers())
}

// Distributions is [Store.Distributions] as the act sees it.
func (tx *Tx) Distributions() ([]Distribution, error) { return distributions(background(), tx.q) }

func distributions(ctx context.Context, q querier) ([]Distribution, error) {
	return all(ctx, q, func(row scanner) (Distribution, error) {
		var d Distribution
		err := row.Scan(&d.Team, &d.How, &d.Most, &d.Skilled, &d.Fresh, &d.Last)
		return d, err
	}, `SELECT `+distributionColumns+` FROM team_distribution ORDER BY team`)
}

// Acting counts, for each of some people, the unfinished cases on which the
// desk has to act, as the act sees them.
func (tx *Tx) Acting(agents ...string) (map[string]int, error) {
	out := map[string]int{}
	for _, agent := range agents {
		n, err := tally(background(), tx.q, `SELECT COUNT(*) FROM cases WHERE assignee_id = $1 AND bucket < $2`, agent, int64(Awaiting))
		if err != nil {
			return nil, err
		}
		out[agent] = int(n)
	}
	return out, nil
}
