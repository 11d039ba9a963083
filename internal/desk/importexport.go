package desk

import (
	"context"
	"io"

	"madoguchi/internal/records/store"
	"madoguchi/internal/sheet"
	"madoguchi/terms/fault"
)

// ImportTemplate writes an empty file of a kind in a language: its columns, and
// a row that shows how each is filled in.
func ImportTemplate(kind ImportKind, lang string, w io.Writer) error {
	out := sheet.NewWriter(w)
	var head, example []string
	for _, c := range exported(kind) {
		head = append(head, c.Name.In(lang))
		said, own := importExample[string(kind)+" "+c.Key]
		if !own {
			said = importExample[c.Key]
		}
		example = append(example, said.In(lang))
	}
	if err := out.Row(head...); err != nil {
		return err
	}
	if err := out.Row(example...); err != nil {
		return err
	}
	return out.Flush()
}

// importExample is the row of the template; the domains are nobody's (RFC 2606).
var importExample = map[string]fault.Text{
	"code":              {JA: "C-0001", EN: "C-0001"},
	"organization_code": {JA: "C-0001", EN: "C-0001"},
	"organization":      {JA: "株式会社サンプル", EN: "Sample Ltd."},
	"name":              {JA: "株式会社サンプル", EN: "Sample Ltd."},
	"name_en":           {JA: "Sample Ltd.", EN: ""},
	"kana":              {JA: "さんぷる", EN: ""},
	"language":          {JA: "日本語", EN: "English"},
	"plus":              {JA: "いいえ", EN: "no"},
	"domains":           {JA: "sample.example", EN: "sample.example"},
	"phone":             {JA: "03-0000-0000", EN: "+44 20 7946 0000"},
	"started":           {JA: "2026-04-01", EN: "2026-04-01"},
	"mail.work":         {JA: "taro@sample.example", EN: "jane@sample.example"},
	"phone.work":        {JA: "03-0000-0000 内線 12", EN: "+44 20 7946 0000 ext 12"},
	"phone.mobile":      {JA: "090-0000-0000", EN: "+44 7700 900000"},
	"agree":             {JA: "はい", EN: "yes"},
	"instruct":          {JA: "はい", EN: "yes"},
	"archived":          {JA: "いいえ", EN: "no"},
	"contacts code":     {JA: "P-0001", EN: "P-0001"},
	"contacts name":     {JA: "見本 太郎", EN: "Jane Sample"},
	"contacts kana":     {JA: "みほん たろう", EN: ""},
	"title":             {JA: "情報システム部", EN: "IT"},
}

// exported are the columns of the desk's own files: family and given name are
// one.
func exported(kind ImportKind) []ImportColumn {
	var out []ImportColumn
	for _, c := range ImportColumns(kind) {
		if c.Key != "family_name" && c.Key != "given_name" {
			out = append(out, c)
		}
	}
	return out
}

// ExportRegistry writes the customers, or their people, that the viewer sees as
// a file that can be imported again. Who was erased or merged is not in it. How
// and when an address was verified is not either: what is imported elsewhere
// counts as registered there. The audit keeps that it was done.
func (d *Desk) ExportRegistry(ctx context.Context, who Viewer, kind ImportKind, lang string, w io.Writer) error {
	for _, p := range []Permission{WorkCases, Export} {
		if err := who.May(p); err != nil {
			return err
		}
	}
	known, err := d.importKnown(ctx, who)
	if err != nil {
		return err
	}
	err = d.store.Write(ctx, func(tx *store.Tx) error {
		return tx.PutAudit(d.audit(who, "registry.exported", "", string(kind)))
	})
	if err != nil {
		return err
	}
	out := sheet.NewWriter(w)
	columns := exported(kind)
	put := func(cells func(ImportColumn) string) error {
		row := make([]string, len(columns))
		for i, c := range columns {
			row[i] = cells(c)
		}
		return out.Row(row...)
	}
	if err := put(func(c ImportColumn) string { return c.Name.In(lang) }); err != nil {
		return err
	}
	if kind == ImportContacts {
		err = d.eachContact(ctx, store.ContactQuery{Scope: who.Scope(), Archived: true}, func(c store.Contact) error {
			if !c.Erased.IsZero() || c.MergedInto != "" {
				return nil
			}
			cells := contactCells(lang, c, known)
			return put(func(col ImportColumn) string { return cells[col.Key] })
		})
	} else {
		err = d.eachOrganization(ctx, who, func(o store.Organization) error {
			cells := d.organizationCells(lang, o, known)
			return put(func(col ImportColumn) string { return cells[col.Key] })
		})
	}
	if err != nil {
		return err
	}
	return out.Flush()
}

// eachContact hands out every contact of a query.
func (d *Desk) eachContact(ctx context.Context, q store.ContactQuery, do func(store.Contact) error) error {
	for q.Limit, q.After = 500, (store.Name{}); ; {
		list, next, err := d.store.ListContacts(ctx, q)
		if err != nil {
			return err
		}
		for _, c := range list {
			if err := do(c); err != nil {
				return err
			}
		}
		if q.After = next; next.End() {
			return nil
		}
	}
}

// eachOrganization hands out every current customer that the viewer sees.
func (d *Desk) eachOrganization(ctx context.Context, who Viewer, do func(store.Organization) error) error {
	for q := (store.OrganizationQuery{Scope: who.Scope(), Limit: 500}); ; {
		list, next, err := d.store.ListOrganizations(ctx, q)
		if err != nil {
			return err
		}
		for _, o := range list {
			if err := do(o); err != nil {
				return err
			}
		}
		if q.After = next; next.End() {
			return nil
		}
	}
}
