package store

import "context"

// Choices returns what a person chose of how they work, by name. What they
// never chose is not in it.
func (s *Store) Choices(ctx context.Context, agent string) (map[string]string, error) {
	return choices(ctx, s.db.Readers(), agent)
}

// Choices is [Store.Choices] as the act sees it.
func (tx *Tx) Choices(agent string) (map[string]string, error) {
	return choices(background(), tx.q, agent)
}

func choices(ctx context.Context, q querier, agent string) (map[string]string, error) {
	chosen := map[string]string{}
	_, err := all(ctx, q, func(row scanner) (struct{}, error) {
		var name, value string
		err := row.Scan(&name, &value)
		chosen[name] = value
		return struct{}{}, err
	}, `SELECT name, value FROM choices WHERE agent = $1`, agent)
	return chosen, err
}

// PutChoice records a person's choice in place of an earlier one.
func (tx *Tx) PutChoice(agent, name, value string) error {
	return tx.exec(`INSERT INTO choices (agent, name, value) VALUES ($1, $2, $3)
		ON CONFLICT (agent, name) DO UPDATE SET value = excluded.value`, agent, name, value)
}
