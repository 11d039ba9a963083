package store

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"madoguchi/terms/cases"
	"madoguchi/terms/fault"
)

// Field is one that the desk added to its cases.
type Field struct {
	ID       string // UUIDv7
	Word     string // by which addresses name it; unique
	Kind     cases.FieldKind
	NameJA   string
	NameEN   string
	Choices  []Choice // of a choice
	Product  string   // of which product's cases; empty: of every case
	Required bool     // before a case is resolved or closed
	Place    int      // order in lists
	Archived bool     // shown where it is filled, and asked for no more
	Created  time.Time
	Updated  time.Time
}

// Choice is one value of a field of choices.
type Choice struct {
	Key string `json:"key"`
	JA  string `json:"ja"`
	EN  string `json:"en"`
}

// Name is the field's name in a language.
func (f Field) Name(lang string) string { return fault.Text{JA: f.NameJA, EN: f.NameEN}.In(lang) }

// Rule is what the field asks of its values.
func (f Field) Rule() cases.FieldRule {
	r := cases.FieldRule{ID: f.ID, Name: fault.Text{JA: f.NameJA, EN: f.NameEN}, Kind: f.Kind, Product: f.Product, Required: f.Required && !f.Archived}
	for _, c := range f.Choices {
		r.Choices = append(r.Choices, c.Key)
	}
	return r
}

const fieldColumns = `id, word, kind, name_ja, name_en, choices, product, required, place, archived, created_at, updated_at`

var putField = insert("fields", fieldColumns) + ` ON CONFLICT (id) DO UPDATE SET word = excluded.word, name_ja = excluded.name_ja, name_en = excluded.name_en,
	choices = excluded.choices, product = excluded.product, required = excluded.required, place = excluded.place, archived = excluded.archived, updated_at = excluded.updated_at`

// PutField adds a field or replaces it; its kind and Created count only when
// it is added. A word that another has is [fault.Conflict].
func (tx *Tx) PutField(f Field) error {
	choices, err := json.Marshal(f.Choices)
	if err != nil {
		return fmt.Errorf("encode choices: %w", err)
	}
	err = tx.exec(putField, f.ID, f.Word, string(f.Kind), f.NameJA, f.NameEN, string(choices), f.Product, f.Required, f.Place, f.Archived, micros(f.Created), micros(f.Updated))
	if fault.Is(err, fault.Conflict) {
		return fault.Wrap(fault.Conflict, err, "その識別名の項目は既にあります。", "There is a field with that word already.").At("word")
	}
	return err
}

// ListFields returns all fields in their order, archived ones included.
func (s *Store) ListFields(ctx context.Context) ([]Field, error) {
	return listFields(ctx, s.db.Readers())
}

// ListFields returns all fields as the act sees them.
func (tx *Tx) ListFields() ([]Field, error) { return listFields(background(), tx.q) }

func listFields(ctx context.Context, q querier) ([]Field, error) {
	return all(ctx, q, func(row scanner) (Field, error) {
		var f Field
		var choices string
		var created, updated int64
		if err := row.Scan(&f.ID, &f.Word, &f.Kind, &f.NameJA, &f.NameEN, &choices, &f.Product, &f.Required, &f.Place, &f.Archived, &created, &updated); err != nil {
			return f, err
		}
		f.Created, f.Updated = instant(created), instant(updated)
		if err := json.Unmarshal([]byte(choices), &f.Choices); err != nil {
			return f, fmt.Errorf("decode choices: %w", err)
		}
		return f, nil
	}, `SELECT `+fieldColumns+` FROM fields ORDER BY place, id`)
}

// FieldValues returns what fields of cases hold, by case and field.
func (s *Store) FieldValues(ctx context.Context, ids []cases.ID) (map[cases.ID]map[string]string, error) {
	values := map[cases.ID]map[string]string{}
	if len(ids) == 0 {
		return values, nil
	}
	var w where
	w.inCases("case_id", ids)
	_, err := all(ctx, s.db.Readers(), func(row scanner) (struct{}, error) {
		var id cases.ID
		var field, value string
		err := row.Scan(&id, &field, &value)
		if values[id] == nil {
			values[id] = map[string]string{}
		}
		values[id][field] = value
		return struct{}{}, err
	}, `SELECT case_id, field, value FROM case_fields`+w.text, w.args...)
	return values, err
}
