package store

import "context"

// PutSights says which organizations an agent or a team may see, for people
// whose role does not see all. It replaces what was said before.
func (tx *Tx) PutSights(holder string, organizations []string) error {
	if err := tx.exec(`DELETE FROM sights WHERE holder = $1`, holder); err != nil {
		return err
	}
	for _, o := range organizations {
		if err := tx.exec(`INSERT INTO sights (holder, organization) VALUES ($1, $2) ON CONFLICT DO NOTHING`, holder, o); err != nil {
			return err
		}
	}
	return nil
}

// Sights returns the organizations that an agent or a team was given itself.
func (s *Store) Sights(ctx context.Context, holder string) ([]string, error) {
	return all(ctx, s.db.Readers(), text, `SELECT organization FROM sights WHERE holder = $1 ORDER BY organization`, holder)
}

// SeenBy returns the agents who were given an organization to see, or of whom a
// team was that is not dissolved.
func (s *Store) SeenBy(ctx context.Context, organization string) ([]string, error) {
	return all(ctx, s.db.Readers(), text, `SELECT holder FROM sights WHERE organization = $1 UNION
		SELECT m.agent FROM sights s JOIN team_members m ON m.team = s.holder JOIN teams t ON t.id = m.team WHERE s.organization = $1 AND NOT t.dissolved`, organization)
}

// Seen returns the organizations that an agent was given, or a team of theirs
// that is not dissolved.
func (s *Store) Seen(ctx context.Context, agent string) ([]string, error) {
	return all(ctx, s.db.Readers(), text, `SELECT DISTINCT organization FROM sights WHERE holder = $1
		OR holder IN (SELECT m.team FROM team_members m JOIN teams t ON t.id = m.team WHERE m.agent = $1 AND NOT t.dissolved) ORDER BY organization`, agent)
}
