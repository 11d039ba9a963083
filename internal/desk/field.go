package desk

import (
	"context"
	"regexp"
	"slices"
	"strings"

	"madoguchi/internal/records/store"
	"madoguchi/terms/cases"
	"madoguchi/terms/fault"
)

// Fields are those that the desk added to its cases, archived ones included.
func (d *Desk) Fields(ctx context.Context, who Viewer) ([]store.Field, error) {
	if err := who.May(WorkCases); err != nil {
		return nil, err
	}
	return d.store.ListFields(ctx)
}

var fieldWord = regexp.MustCompile(`^[a-z][a-z0-9-]{0,30}$`)

// FieldKinds are the kinds of fields as they are offered.
var FieldKinds = []cases.FieldKind{cases.TextField, cases.ChoiceField, cases.DateField, cases.NumberField, cases.FlagField}

// PutField adds a field or changes it. What cases hold stays, whatever becomes
// of the field: its kind never changes, and a choice that is taken off the
// list is still shown where it was chosen.
func (d *Desk) PutField(ctx context.Context, who Viewer, f store.Field) (store.Field, error) {
	if err := who.May(ManageSite); err != nil {
		return f, err
	}
	all, err := d.store.ListFields(ctx)
	if err != nil {
		return f, err
	}
	act := "field.changed"
	if i := slices.IndexFunc(all, func(o store.Field) bool { return o.ID == f.ID }); i >= 0 {
		f.Created, f.Place, f.Kind = all[i].Created, all[i].Place, all[i].Kind
	} else if f.ID == "" {
		f.ID, f.Created, f.Place, act = newID(), d.now(), len(all), "field.added"
	} else {
		return f, fault.New(fault.NotFound, "その項目はありません。", "There is no such field.")
	}
	f.NameJA, f.NameEN, f.Word, f.Updated = strings.TrimSpace(f.NameJA), strings.TrimSpace(f.NameEN), strings.TrimSpace(f.Word), d.now()
	if err := checkField(&f); err != nil {
		return f, err
	}
	if f.Product != "" {
		products, err := d.store.ListProducts(ctx)
		if err != nil {
			return f, err
		}
		if !slices.ContainsFunc(products, func(p store.Product) bool { return p.ID == f.Product }) {
			return f, noProduct().At("product")
		}
	}
	return f, d.store.Write(ctx, func(tx *store.Tx) error {
		if err := tx.PutField(f); err != nil {
			return err
		}
		return tx.PutAudit(d.audit(who, act, f.ID, f.Word+" "+f.NameJA+" / "+f.NameEN))
	})
}

func checkField(f *store.Field) error {
	switch {
	case f.NameJA == "" && f.NameEN == "" || len(f.NameJA)+len(f.NameEN) > 300:
		return fault.New(fault.Invalid, "項目の名前を入力してください。", "Please give the field's name.").At("name_ja")
	case !fieldWord.MatchString(f.Word):
		return fault.New(fault.Invalid, "識別名は、英小文字で始まる英小文字・数字・ハイフン（31 文字以内）で入力してください。", "The word must start with a small letter and have at most 31 small letters, digits and hyphens.").At("word")
	case !slices.Contains(FieldKinds, f.Kind):
		return fault.New(fault.Invalid, "項目の種類を選んでください。", "Please choose the kind of field.").At("kind")
	}
	if f.Kind != cases.ChoiceField {
		f.Choices = nil
		return nil
	}
	if len(f.Choices) == 0 || len(f.Choices) > 100 {
		return fault.New(fault.Invalid, "選択肢を 1 行に 1 つ、「識別名 | 日本語 | English」の形で入力してください（100 個まで）。", "Please write the choices one a line, in the form word | Japanese | English (100 at most).").At("choices")
	}
	seen := map[string]bool{}
	for i, c := range f.Choices {
		if !fieldWord.MatchString(c.Key) || seen[c.Key] || c.JA == "" && c.EN == "" {
			return fault.New(fault.Invalid, "選択肢「"+c.Key+"」を見直してください。識別名は英小文字・数字・ハイフンで、重複できません。", "Please look at the choice "+c.Key+": its word must have small letters, digits and hyphens, and be there once.").At("choices")
		}
		seen[c.Key] = true
		f.Choices[i].JA, f.Choices[i].EN = orOther(c.JA, c.EN), orOther(c.EN, c.JA)
	}
	return nil
}

func orOther(a, b string) string {
	if a == "" {
		return b
	}
	return a
}

// MoveField changes the order of the fields: one place up or down.
func (d *Desk) MoveField(ctx context.Context, who Viewer, id string, up bool) error {
	if err := who.May(ManageSite); err != nil {
		return err
	}
	return d.store.Write(ctx, func(tx *store.Tx) error {
		all, err := tx.ListFields()
		if err != nil {
			return err
		}
		at := slices.IndexFunc(all, func(f store.Field) bool { return f.ID == id })
		to := at + 1
		if up {
			to = at - 1
		}
		if at < 0 || to < 0 || to >= len(all) {
			return nil // it is the first or the last already
		}
		all[at], all[to] = all[to], all[at]
		for i, f := range all {
			f.Place = i
			if err := tx.PutField(f); err != nil {
				return err
			}
		}
		return tx.PutAudit(d.audit(who, "field.moved", id, all[to].Word))
	})
}

// SetFields fills fields of a case, by their ids, in one act. What has the
// value already is left out.
func (d *Desk) SetFields(ctx context.Context, who Viewer, id cases.ID, values map[string]string) (*cases.Case, error) {
	all, err := d.Fields(ctx, who)
	if err != nil {
		return nil, err
	}
	return d.work(ctx, who, id, func(c *cases.Case) ([]cases.Data, error) {
		var facts []cases.Data
		for _, f := range all {
			value, asked := values[f.ID]
			if !asked {
				continue
			}
			fact, err := c.SetField(f.Rule(), value)
			if err != nil && !fault.Is(err, fault.Conflict) {
				return nil, err
			}
			facts = append(facts, fact...)
		}
		return facts, nil
	})
}

// rules are what the fields in use ask of a case, as an act sees them.
func (d *Desk) rules(tx *store.Tx) ([]cases.FieldRule, error) {
	all, err := tx.ListFields()
	var out []cases.FieldRule
	for _, f := range all {
		if !f.Archived {
			out = append(out, f.Rule())
		}
	}
	return out, err
}

// finishable refuses to finish a case while a field that is required for that
// is empty.
func (d *Desk) finishable(tx *store.Tx, c *cases.Case, to cases.Status) error {
	if to != cases.Resolved && to != cases.Closed {
		return nil
	}
	rules, err := d.rules(tx)
	if err != nil {
		return err
	}
	return c.Finishable(to, rules)
}
