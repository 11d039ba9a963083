package store

import (
	"context"

	"madoguchi/terms/cases"
)

// WriteAsForm1 writes the whole history as builds before form 2 wrote it.
func (s *Store) WriteAsForm1(ctx context.Context) error {
	return s.Write(ctx, func(tx *Tx) error {
		list, err := all(ctx, tx.q, scanRecord, `SELECT `+eventColumns+` FROM events ORDER BY position`)
		if err != nil {
			return err
		}
		last := map[cases.ID][]byte{}
		for _, r := range list {
			r.form = 1
			r.seal(last[r.Case])
			last[r.Case] = r.hash
			if err := tx.exec(`UPDATE events SET form = 1, digest = $1, hash = $2 WHERE position = $3`, r.digest, r.hash, r.Position); err != nil {
				return err
			}
		}
		return nil
	})
}
