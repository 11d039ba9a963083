package store

import (
	"context"
	"time"

	"madoguchi/terms/fault"
)

// APIToken is what a program identifies itself with. The token itself is kept
// nowhere.
type APIToken struct {
	ID           string // UUIDv7
	Name         string
	Hash         string // sha256 of the token, lower-case hex
	Hint         string // its first characters
	Organization string // whose cases it sees; empty: those of all
	Scopes       []string
	PerSecond    int // requests that one node answers in a second
	Created      time.Time
	CreatedBy    string // agent id
	Used         time.Time
	Revoked      time.Time
	RevokedBy    string
}

const apiTokenColumns = `id, name, hash, hint, organization, scopes, per_second, created_at, created_by, used_at, revoked_at, revoked_by`

var insertAPIToken = insert("api_tokens", apiTokenColumns)

func noToken() *fault.Error {
	return notFound("API トークンが見つかりません。", "There is no such API token.")
}

// AddAPIToken keeps a new token.
func (tx *Tx) AddAPIToken(t APIToken) error {
	scopes, err := encodeList(t.Scopes)
	if err != nil {
		return err
	}
	return tx.exec(insertAPIToken, t.ID, t.Name, t.Hash, t.Hint, t.Organization, scopes, t.PerSecond, micros(t.Created), t.CreatedBy,
		micros(t.Used), micros(t.Revoked), t.RevokedBy)
}

// RevokeAPIToken ends a token; one that is revoked already stays as it is.
func (tx *Tx) RevokeAPIToken(id, by string, at time.Time) error {
	return tx.change(noToken(), `UPDATE api_tokens SET revoked_at = CASE WHEN revoked_at = 0 THEN $1 ELSE revoked_at END,
		revoked_by = CASE WHEN revoked_by = '' THEN $2 ELSE revoked_by END WHERE id = $3`, micros(at), by, id)
}

// UseAPIToken notes when a token was last used.
func (tx *Tx) UseAPIToken(id string, at time.Time) error {
	return tx.later(`UPDATE api_tokens SET used_at = $1 WHERE id = $2 AND used_at < $1`, micros(at), id)
}

// APITokenByHash returns a token, revoked or not, or [fault.NotFound].
func (s *Store) APITokenByHash(ctx context.Context, hash string) (APIToken, error) {
	return one(ctx, s.db.Readers(), noToken(), scanAPIToken, `SELECT `+apiTokenColumns+` FROM api_tokens WHERE hash = $1`, hash)
}

// ListAPITokens returns all tokens, those in use first, the newest first.
func (s *Store) ListAPITokens(ctx context.Context) ([]APIToken, error) {
	return all(ctx, s.db.Readers(), scanAPIToken, `SELECT `+apiTokenColumns+` FROM api_tokens ORDER BY revoked_at > 0, created_at DESC, id DESC`)
}

func scanAPIToken(row scanner) (APIToken, error) {
	var t APIToken
	var scopes string
	var created, used, revoked int64
	err := row.Scan(&t.ID, &t.Name, &t.Hash, &t.Hint, &t.Organization, &scopes, &t.PerSecond, &created, &t.CreatedBy, &used, &revoked, &t.RevokedBy)
	if err != nil {
		return APIToken{}, err
	}
	t.Created, t.Used, t.Revoked = instant(created), instant(used), instant(revoked)
	t.Scopes, err = decodeList(scopes)
	return t, err
}

// APIAnswer is what a request with a key was answered.
type APIAnswer struct {
	Token, Key string
	Digest     string // of what was asked
	Answer     []byte
	At         time.Time
}

// PutAPIAnswer keeps an answer in the act that it tells of. A second one for
// the same token and key is [fault.Conflict].
func (tx *Tx) PutAPIAnswer(a APIAnswer) error {
	return tx.later(`INSERT INTO api_answers (token, key, digest, answer, at) VALUES ($1, $2, $3, $4, $5)`, a.Token, a.Key, a.Digest, a.Answer, micros(a.At))
}

// APIAnswer returns the answer to a token's request with a key, or [fault.NotFound].
func (tx *Tx) APIAnswer(token, key string) (APIAnswer, error) {
	return one(background(), tx.q, notFound("記録がありません。", "There is no such answer."), func(row scanner) (APIAnswer, error) {
		a := APIAnswer{Token: token, Key: key}
		var at int64
		err := row.Scan(&a.Digest, &a.Answer, &at)
		a.At = instant(at)
		return a, err
	}, `SELECT digest, answer, at FROM api_answers WHERE token = $1 AND key = $2`, token, key)
}

// PruneAPIAnswers forgets the answers given before an instant.
func (tx *Tx) PruneAPIAnswers(before time.Time) error {
	return tx.exec(`DELETE FROM api_answers WHERE at < $1`, micros(before))
}
