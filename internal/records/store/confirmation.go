package store

import (
	"context"
	"time"

	"madoguchi/terms/cases"
	"madoguchi/terms/fault"
)

// Confirmation is how a one-time link is found: what it asks is in the
// history of its case.
type Confirmation struct {
	ID      string // UUIDv7
	Case    cases.ID
	Hash    string // hex sha256 of the link's token, never the token
	Message string // our id of the mail that carries the link
	Mail    string // that mail, sealed by the caller
	Expires time.Time
}

const confirmationColumns = `id, case_id, hash, message, mail, expires`

var insertConfirmation = insert("confirmations", confirmationColumns)

func noConfirmation() *fault.Error {
	return notFound("この確認用リンクは無効です。", "This link is not valid.")
}

// keptLinks is for how long an expired link still says that it has expired.
const keptLinks = 60 * 24 * time.Hour

// PutConfirmation keeps a link, in the act that asks, and forgets those that
// expired long before at.
func (tx *Tx) PutConfirmation(c Confirmation, at time.Time) error {
	if err := tx.later(`DELETE FROM confirmations WHERE expires < $1`, micros(at.Add(-keptLinks))); err != nil {
		return err
	}
	return tx.later(insertConfirmation, c.ID, string(c.Case), c.Hash, c.Message, c.Mail, micros(c.Expires))
}

// ConfirmationByHash finds a link, or [fault.NotFound].
func (s *Store) ConfirmationByHash(ctx context.Context, hash string) (Confirmation, error) {
	return one(ctx, s.db.Readers(), noConfirmation(), scanConfirmation, `SELECT `+confirmationColumns+` FROM confirmations WHERE hash = $1`, hash)
}

// SealedMail returns the mail of a link as it was sealed; empty for every
// other mail.
func (s *Store) SealedMail(ctx context.Context, message string) (string, error) {
	c, err := one(ctx, s.db.Readers(), noConfirmation(), scanConfirmation, `SELECT `+confirmationColumns+` FROM confirmations WHERE message = $1`, message)
	if fault.Is(err, fault.NotFound) {
		return "", nil
	}
	return c.Mail, err
}

// ForgetSealedMail drops the sealed mail of a link when it has left.
func (tx *Tx) ForgetSealedMail(message string) error {
	return tx.later(`UPDATE confirmations SET mail = '' WHERE message = $1 AND mail <> ''`, message)
}

func scanConfirmation(row scanner) (Confirmation, error) {
	var c Confirmation
	var expires int64
	err := row.Scan(&c.ID, &c.Case, &c.Hash, &c.Message, &c.Mail, &expires)
	c.Expires = instant(expires)
	return c, err
}
