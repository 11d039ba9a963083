package store

import (
	"context"
	"time"

	"madoguchi/terms/fault"
)

// Snippet is a text that people of the desk put into their replies.
type Snippet struct {
	ID      string // UUIDv7
	Owner   string // the agent whose it is; empty: everybody's
	Name    string
	BodyJA  string // Markdown with variables; empty: not in this language
	BodyEN  string
	Created time.Time
	Updated time.Time
}

// Body is the text in a language.
func (s Snippet) Body(lang string) string { return fault.Text{JA: s.BodyJA, EN: s.BodyEN}.In(lang) }

const snippetColumns = `id, owner, name, body_ja, body_en, created_at, updated_at`

var putSnippet = insert("snippets", snippetColumns) + ` ON CONFLICT (id) DO UPDATE SET
	owner = excluded.owner, name = excluded.name, body_ja = excluded.body_ja, body_en = excluded.body_en, updated_at = excluded.updated_at`

func noSnippet() *fault.Error {
	return notFound("定型文が見つかりません。", "There is no such text.")
}

// PutSnippet adds a text or replaces it; Created counts only when it is added.
func (tx *Tx) PutSnippet(s Snippet) error {
	return tx.exec(putSnippet, s.ID, s.Owner, s.Name, s.BodyJA, s.BodyEN, micros(s.Created), micros(s.Updated))
}

// DropSnippet forgets a text.
func (tx *Tx) DropSnippet(id string) error { return tx.exec(`DELETE FROM snippets WHERE id = $1`, id) }

// Snippet returns one text, or [fault.NotFound].
func (s *Store) Snippet(ctx context.Context, id string) (Snippet, error) {
	return one(ctx, s.db.Readers(), noSnippet(), scanSnippet, `SELECT `+snippetColumns+` FROM snippets WHERE id = $1`, id)
}

// ListSnippets returns everybody's texts and an agent's own, by name.
func (s *Store) ListSnippets(ctx context.Context, agent string) ([]Snippet, error) {
	return all(ctx, s.db.Readers(), scanSnippet, `SELECT `+snippetColumns+` FROM snippets WHERE owner IN ('', $1) ORDER BY name, id`, agent)
}

func scanSnippet(row scanner) (Snippet, error) {
	var s Snippet
	var created, updated int64
	err := row.Scan(&s.ID, &s.Owner, &s.Name, &s.BodyJA, &s.BodyEN, &created, &updated)
	s.Created, s.Updated = instant(created), instant(updated)
	return s, err
}
