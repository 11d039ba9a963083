package store

import (
	"context"
	"time"

	"github.com/google/uuid"
)

// AddSignInAttempt counts a failed attempt to sign in against a key (an
// account or a peer's address) and forgets the key's attempts before keep.
func (tx *Tx) AddSignInAttempt(key string, at, keep time.Time) error {
	id, err := uuid.NewV7()
	if err != nil {
		return err
	}
	if err := tx.exec(`DELETE FROM signin_attempts WHERE name = $1 AND at < $2`, key, micros(keep)); err != nil {
		return err
	}
	return tx.exec(`INSERT INTO signin_attempts (name, at, id) VALUES ($1, $2, $3)`, key, micros(at), id.String())
}

// ClearSignInAttempts forgets a key's attempts, after it signed in.
func (tx *Tx) ClearSignInAttempts(key string) error {
	return tx.exec(`DELETE FROM signin_attempts WHERE name = $1`, key)
}

// PruneSignInAttempts forgets every attempt before an instant.
func (tx *Tx) PruneSignInAttempts(before time.Time) error {
	return tx.exec(`DELETE FROM signin_attempts WHERE at < $1`, micros(before))
}

// SignInAttempts counts a key's failed attempts at or after an instant.
func (s *Store) SignInAttempts(ctx context.Context, key string, since time.Time) (int, error) {
	n, err := tally(ctx, s.db.Readers(),
		`SELECT COUNT(*) FROM signin_attempts WHERE name = $1 AND at >= $2`, key, micros(since))
	return int(n), err
}
