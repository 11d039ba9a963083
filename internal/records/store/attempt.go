package store

import (
	"context"
	"time"

	"github.com/google/uuid"
)

// AddAttempt counts an attempt against a key (an account that failed to sign
// in, an address that was answered by a machine) and forgets the key's
// attempts before keep; a zero keep forgets none.
func (tx *Tx) AddAttempt(key string, at, keep time.Time) error {
	id, err := uuid.NewV7()
	if err != nil {
		return err
	}
	if !keep.IsZero() {
		if err := tx.later(`DELETE FROM attempts WHERE name = $1 AND at < $2`, key, micros(keep)); err != nil {
			return err
		}
	}
	return tx.later(`INSERT INTO attempts (name, at, id) VALUES ($1, $2, $3)`, key, micros(at), id.String())
}

// ClearAttempts forgets a key's attempts, after it signed in.
func (tx *Tx) ClearAttempts(key string) error {
	return tx.later(`DELETE FROM attempts WHERE name = $1`, key)
}

// PruneAttempts forgets every attempt before an instant.
func (tx *Tx) PruneAttempts(before time.Time) error {
	return tx.later(`DELETE FROM attempts WHERE at < $1`, micros(before))
}

// Attempts counts a key's attempts at or after an instant.
func (s *Store) Attempts(ctx context.Context, key string, since time.Time) (int, error) {
	return attempts(ctx, s.db.Readers(), key, since)
}

// Attempts counts a key's attempts at or after an instant, as the act sees them.
func (tx *Tx) Attempts(key string, since time.Time) (int, error) {
	return attempts(background(), tx.q, key, since)
}

func attempts(ctx context.Context, q querier, key string, since time.Time) (int, error) {
	n, err := tally(ctx, q, `SELECT COUNT(*) FROM attempts WHERE name = $1 AND at >= $2`, key, micros(since))
	return int(n), err
}
