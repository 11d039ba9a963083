package store

import (
	"context"
	"time"

	"madoguchi/terms/fault"
)

// Passkey is one passkey of a person.
type Passkey struct {
	ID      string // of the credential, base64url
	Agent   string
	Name    string
	Record  string // JSON
	Copied  bool   // its counter did not go on once
	Created time.Time
	Used    time.Time // zero: never yet
}

const passkeyColumns = `id, agent, name, record, copied, created_at, used_at`

func noPasskey() *fault.Error {
	return notFound("そのパスキーは登録されていません。", "There is no such passkey.")
}

// AddPasskey keeps a new passkey; one that is registered already is [fault.Conflict].
func (tx *Tx) AddPasskey(p Passkey) error {
	return tx.exec(insert("passkeys", passkeyColumns), p.ID, p.Agent, p.Name, p.Record, p.Copied, micros(p.Created), micros(p.Used))
}

// SetPasskey keeps the name, the record and the use of a passkey.
func (tx *Tx) SetPasskey(p Passkey) error {
	return tx.change(noPasskey(), `UPDATE passkeys SET name = $1, record = $2, copied = $3, used_at = $4 WHERE id = $5 AND agent = $6`,
		p.Name, p.Record, p.Copied, micros(p.Used), p.ID, p.Agent)
}

// DropPasskey forgets one passkey of a person, or [fault.NotFound].
func (tx *Tx) DropPasskey(agent, id string) error {
	return tx.change(noPasskey(), `DELETE FROM passkeys WHERE agent = $1 AND id = $2`, agent, id)
}

// DropPasskeys forgets all passkeys of a person.
func (tx *Tx) DropPasskeys(agent string) error {
	return tx.exec(`DELETE FROM passkeys WHERE agent = $1`, agent)
}

// Passkeys returns a person's, the oldest first.
func (s *Store) Passkeys(ctx context.Context, agent string) ([]Passkey, error) {
	return passkeys(ctx, s.db.Readers(), agent)
}

// Passkeys returns a person's as the act sees them.
func (tx *Tx) Passkeys(agent string) ([]Passkey, error) { return passkeys(background(), tx.q, agent) }

func passkeys(ctx context.Context, q querier, agent string) ([]Passkey, error) {
	return all(ctx, q, func(row scanner) (Passkey, error) {
		var p Passkey
		var created, used int64
		err := row.Scan(&p.ID, &p.Agent, &p.Name, &p.Record, &p.Copied, &created, &used)
		p.Created, p.Used = instant(created), instant(used)
		return p, err
	}, `SELECT `+passkeyColumns+` FROM passkeys WHERE agent = $1 ORDER BY created_at, id`, agent)
}

// Question is what a browser was asked at sign-in, until it answers.
type Question struct {
	Token   string // what the browser holds; kept as its hash only
	Purpose string
	Data    string // JSON
	Expires time.Time
}

// mostQuestions are kept at a time: whoever asks for more in vain pushes the
// oldest out, and fills no disk.
const mostQuestions = 10_000

// PutQuestion keeps a question, and forgets those that have expired.
func (tx *Tx) PutQuestion(q Question, now time.Time) error {
	if err := tx.exec(`DELETE FROM sign_in_questions WHERE expires <= $1`, micros(now)); err != nil {
		return err
	}
	n, err := tally(background(), tx.q, `SELECT COUNT(*) FROM sign_in_questions`)
	if err != nil {
		return err
	}
	if n >= mostQuestions {
		err := tx.exec(`DELETE FROM sign_in_questions WHERE token IN (SELECT token FROM sign_in_questions ORDER BY expires LIMIT $1)`, n-mostQuestions+1)
		if err != nil {
			return err
		}
	}
	return tx.exec(insert("sign_in_questions", `token, purpose, data, expires`), hashed(q.Token), q.Purpose, q.Data, micros(q.Expires))
}

// TakeQuestion returns a question and forgets it: it is answered once. An
// unknown one and one of another purpose are [fault.NotFound]; whether it has
// expired is the caller's to see.
func (tx *Tx) TakeQuestion(token, purpose string) (Question, error) {
	missing := notFound("確認の有効期限が切れました。もう一度お試しください。", "That took too long. Please try again.")
	q, err := one(background(), tx.q, missing, func(row scanner) (Question, error) {
		q := Question{Token: token, Purpose: purpose}
		var expires int64
		err := row.Scan(&q.Data, &expires)
		q.Expires = instant(expires)
		return q, err
	}, `SELECT data, expires FROM sign_in_questions WHERE token = $1 AND purpose = $2`, hashed(token), purpose)
	if err != nil {
		return Question{}, err
	}
	return q, tx.change(missing, `DELETE FROM sign_in_questions WHERE token = $1`, hashed(token))
}

// SomePasskeys reports whether anybody has a passkey.
func (s *Store) SomePasskeys(ctx context.Context) (bool, error) {
	n, err := tally(ctx, s.db.Readers(), `SELECT COUNT(*) FROM (SELECT 1 FROM passkeys LIMIT 1) AS one`)
	return n > 0, err
}
