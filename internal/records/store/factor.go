package store

import (
	"context"
	"time"

	"madoguchi/terms/fault"
)

// TOTP is a person's time-based one-time password.
type TOTP struct {
	Agent     string
	Sealed    string // the secret, sealed
	Confirmed bool   // it is asked for at sign-in
	Step      int64  // of the last code that was taken
	Created   time.Time
}

func noFactor() *fault.Error {
	return notFound("認証アプリは登録されていません。", "There is no authenticator app.")
}

// PutTOTP keeps a person's secret, in place of an earlier one.
func (tx *Tx) PutTOTP(t TOTP) error {
	return tx.exec(insert("totp", totpColumns)+` ON CONFLICT (agent) DO UPDATE SET sealed = excluded.sealed, confirmed = excluded.confirmed,
		step = excluded.step, created_at = excluded.created_at`, t.Agent, t.Sealed, t.Confirmed, t.Step, micros(t.Created))
}

const totpColumns = `agent, sealed, confirmed, step, created_at`

// TOTP returns a person's, or [fault.NotFound].
func (s *Store) TOTP(ctx context.Context, agent string) (TOTP, error) {
	return totp(ctx, s.db.Readers(), agent)
}

// TOTP returns a person's as the act sees it, or [fault.NotFound].
func (tx *Tx) TOTP(agent string) (TOTP, error) { return totp(background(), tx.q, agent) }

func totp(ctx context.Context, q querier, agent string) (TOTP, error) {
	return one(ctx, q, noFactor(), func(row scanner) (TOTP, error) {
		var t TOTP
		var created int64
		err := row.Scan(&t.Agent, &t.Sealed, &t.Confirmed, &t.Step, &created)
		t.Created = instant(created)
		return t, err
	}, `SELECT `+totpColumns+` FROM totp WHERE agent = $1`, agent)
}

// DropTOTP forgets a person's one-time passwords.
func (tx *Tx) DropTOTP(agent string) error {
	return tx.exec(`DELETE FROM totp WHERE agent = $1`, agent)
}

// PutRecoveryCodes keeps the hashes of a person's recovery codes, in place of
// all earlier ones.
func (tx *Tx) PutRecoveryCodes(agent string, hashes []string) error {
	if err := tx.exec(`DELETE FROM recovery_codes WHERE agent = $1`, agent); err != nil {
		return err
	}
	for _, h := range hashes {
		if err := tx.exec(`INSERT INTO recovery_codes (agent, hash) VALUES ($1, $2)`, agent, h); err != nil {
			return err
		}
	}
	return nil
}

// UseRecoveryCode takes a code away; [fault.NotFound] when there is none.
func (tx *Tx) UseRecoveryCode(agent, hash string) error {
	return tx.change(noFactor(), `DELETE FROM recovery_codes WHERE agent = $1 AND hash = $2`, agent, hash)
}

// RecoveryCodes counts those that are left.
func (s *Store) RecoveryCodes(ctx context.Context, agent string) (int, error) {
	return recoveryCodes(ctx, s.db.Readers(), agent)
}

// RecoveryCodes counts those that are left, as the act sees them.
func (tx *Tx) RecoveryCodes(agent string) (int, error) {
	return recoveryCodes(background(), tx.q, agent)
}

func recoveryCodes(ctx context.Context, q querier, agent string) (int, error) {
	n, err := tally(ctx, q, `SELECT COUNT(*) FROM recovery_codes WHERE agent = $1`, agent)
	return int(n), err
}
