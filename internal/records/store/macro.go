package store

import (
	"context"
	"time"

	"madoguchi/terms/fault"
)

// Macro is a named set of acts on a case.
type Macro struct {
	ID      string // UUIDv7
	NameJA  string
	NameEN  string
	Acts    string // JSON of the desk's
	Created time.Time
	Updated time.Time
}

// Name is the macro's name in a language, or in the other one.
func (m Macro) Name(lang string) string {
	if name := (fault.Text{JA: m.NameJA, EN: m.NameEN}).In(lang); name != "" {
		return name
	}
	return m.NameJA + m.NameEN
}

const macroColumns = `id, name_ja, name_en, acts, created_at, updated_at`

var putMacro = insert("macros", macroColumns) + ` ON CONFLICT (id) DO UPDATE SET
	name_ja = excluded.name_ja, name_en = excluded.name_en, acts = excluded.acts, updated_at = excluded.updated_at`

func noMacro() *fault.Error {
	return notFound("マクロが見つかりません。", "There is no such macro.")
}

// PutMacro adds a macro or replaces it; Created counts only when it is added.
func (tx *Tx) PutMacro(m Macro) error {
	return tx.exec(putMacro, m.ID, m.NameJA, m.NameEN, m.Acts, micros(m.Created), micros(m.Updated))
}

// DropMacro forgets a macro, or is [fault.NotFound].
func (tx *Tx) DropMacro(id string) error {
	return tx.change(noMacro(), `DELETE FROM macros WHERE id = $1`, id)
}

// Macro returns one macro, or [fault.NotFound].
func (s *Store) Macro(ctx context.Context, id string) (Macro, error) {
	return one(ctx, s.db.Readers(), noMacro(), scanMacro, `SELECT `+macroColumns+` FROM macros WHERE id = $1`, id)
}

// ListMacros returns all macros by name.
func (s *Store) ListMacros(ctx context.Context) ([]Macro, error) {
	return all(ctx, s.db.Readers(), scanMacro, `SELECT `+macroColumns+` FROM macros ORDER BY name_ja, name_en, id`)
}

func scanMacro(row scanner) (Macro, error) {
	var m Macro
	var created, updated int64
	err := row.Scan(&m.ID, &m.NameJA, &m.NameEN, &m.Acts, &created, &updated)
	m.Created, m.Updated = instant(created), instant(updated)
	return m, err
}
