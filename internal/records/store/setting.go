package store

import "context"

// Setting returns what is set under a name, or [fault.NotFound].
func (s *Store) Setting(ctx context.Context, name string) (string, error) {
	return setting(ctx, s.db.Readers(), name)
}

// Setting returns what is set under a name as the act sees it, or [fault.NotFound].
func (tx *Tx) Setting(name string) (string, error) { return setting(background(), tx.q, name) }

func setting(ctx context.Context, q querier, name string) (string, error) {
	return one(ctx, q, notFound("設定されていません。", "There is no setting "+name+"."), text, `SELECT value FROM settings WHERE name = $1`, name)
}

// PutSetting sets a value that desks hold in memory: other processes are told.
func (tx *Tx) PutSetting(name, value string) error {
	tx.changed = true
	return tx.PutMark(name, value)
}

// PutMark sets a value that nobody holds in memory, such as how far a mailbox
// has been read.
func (tx *Tx) PutMark(name, value string) error {
	return tx.exec(`INSERT INTO settings (name, value) VALUES ($1, $2)
		ON CONFLICT (name) DO UPDATE SET value = excluded.value`, name, value)
}

// Settings returns everything that is set.
func (s *Store) Settings(ctx context.Context) (map[string]string, error) {
	set := map[string]string{}
	_, err := all(ctx, s.db.Readers(), func(row scanner) (struct{}, error) {
		var name, value string
		err := row.Scan(&name, &value)
		set[name] = value
		return struct{}{}, err
	}, `SELECT name, value FROM settings`)
	return set, err
}
