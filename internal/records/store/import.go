package store

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"time"

	"madoguchi/terms/fault"
)

// ImportState says how far an import is.
type ImportState string

// The states of an import.
const (
	ImportDraft    ImportState = "draft"    // its file waits
	ImportApplying ImportState = "applying" // it is being taken in
	ImportApplied  ImportState = "applied"
	ImportUndone   ImportState = "undone"
	ImportDropped  ImportState = "dropped" // its file was forgotten
)

// Import is a file of customers or of their people.
type Import struct {
	ID, Kind, Name string
	Options        string // JSON: opaque here
	State          ImportState
	MadeAt         time.Time
	MadeBy         string // agent id; "system" for the command line
	MadeName       string
	Total, Done    int // rows
	Counts         ImportCounts
	AppliedAt      time.Time
	UndoneAt       time.Time
	UndoneName     string
}

// ImportCounts is what became of the rows.
type ImportCounts struct {
	New       int `json:"new"`
	Changed   int `json:"changed"`
	Unchanged int `json:"unchanged"`
	Refused   int `json:"refused"`
}

// ImportRow is a row of an import that did something, or was refused.
type ImportRow struct {
	Import    string
	Line      int // of the file
	State     string
	Record    string    // id of the organization or the contact
	Was       string    // JSON: the record before; empty for a new one
	Wrote     time.Time // its time of change, as the import wrote it
	Amendment string    // id of the amendment that the row made; empty for none
	Problems  string    // JSON: opaque here
}

const (
	importColumns    = `id, kind, name, options, state, made_at, made_by, made_name, total, done, counts, applied_at, undone_at, undone_name`
	importRowColumns = `import_id, line, state, record, was, wrote_at, amendment, problems`
)

var (
	addImport    = insert("imports", importColumns+", file")
	addImportRow = insert("import_rows", importRowColumns)
	putImport    = `UPDATE imports SET options = $1, state = $2, total = $3, done = $4, counts = $5, applied_at = $6, undone_at = $7, undone_name = $8 WHERE id = $9`
)

func noImport() *fault.Error {
	return notFound("取り込みが見つかりません。", "There is no such import.")
}

// AddImport keeps a file that is to be taken in.
func (tx *Tx) AddImport(i Import, file []byte) error {
	counts, err := json.Marshal(i.Counts)
	if err != nil {
		return fmt.Errorf("encode counts: %w", err)
	}
	return tx.exec(addImport, i.ID, i.Kind, i.Name, i.Options, string(i.State), micros(i.MadeAt), i.MadeBy, i.MadeName,
		i.Total, i.Done, string(counts), micros(i.AppliedAt), micros(i.UndoneAt), i.UndoneName, file)
}

// PutImport writes how far an import is.
func (tx *Tx) PutImport(i Import) error {
	counts, err := json.Marshal(i.Counts)
	if err != nil {
		return fmt.Errorf("encode counts: %w", err)
	}
	return tx.change(noImport(), putImport, i.Options, string(i.State), i.Total, i.Done, string(counts), micros(i.AppliedAt), micros(i.UndoneAt), i.UndoneName, i.ID)
}

// PutImportRow keeps what became of a row.
func (tx *Tx) PutImportRow(r ImportRow) error {
	return tx.exec(addImportRow, r.Import, r.Line, r.State, r.Record, r.Was, micros(r.Wrote), r.Amendment, r.Problems)
}

// ForgetImportFile drops the bytes of an import's file.
func (tx *Tx) ForgetImportFile(id string) error {
	return tx.exec(`UPDATE imports SET file = $1 WHERE id = $2`, []byte{}, id)
}

// PruneImports drops the files that have waited since before an instant, those
// of commands that ended before they were through, and what the rows of imports taken in before another one were.
func (tx *Tx) PruneImports(waiting, applied time.Time) error {
	if err := tx.exec(`UPDATE imports SET state = $1, file = $2 WHERE (state = $3 OR state = $4 AND made_by = 'system') AND made_at < $5`,
		string(ImportDropped), []byte{}, string(ImportDraft), string(ImportApplying), micros(waiting)); err != nil {
		return err
	}
	return tx.exec(`DELETE FROM import_rows WHERE import_id IN (SELECT id FROM imports WHERE state IN ('applied', 'undone') AND applied_at < $1)`, micros(applied))
}

// EraseImports drops every file that waits, and what imports remember of some
// records: they may hold the data of whoever is erased.
func (tx *Tx) EraseImports(records []string) error {
	if err := tx.exec(`UPDATE imports SET state = $1, file = $2 WHERE state = $3`, string(ImportDropped), []byte{}, string(ImportDraft)); err != nil {
		return err
	}
	for _, id := range records {
		if err := tx.exec(`DELETE FROM import_rows WHERE record = $1`, id); err != nil {
			return err
		}
	}
	return tx.exec(`UPDATE import_rows SET problems = '[]' WHERE state = 'refused'`)
}

// Import returns one import as the act sees it, or [fault.NotFound].
func (tx *Tx) Import(id string) (Import, error) {
	return one(background(), tx.q, noImport(), scanImport, `SELECT `+importColumns+` FROM imports WHERE id = $1`, id)
}

// Import returns one import, or [fault.NotFound].
func (s *Store) Import(ctx context.Context, id string) (Import, error) {
	return one(ctx, s.db.Readers(), noImport(), scanImport, `SELECT `+importColumns+` FROM imports WHERE id = $1`, id)
}

// ImportFile returns the file of an import; one that was forgotten is
// [fault.NotFound].
func (s *Store) ImportFile(ctx context.Context, id string) ([]byte, error) {
	raw, err := one(ctx, s.db.Readers(), noImport(), func(row scanner) ([]byte, error) {
		var b []byte
		err := row.Scan(&b)
		return b, err
	}, `SELECT file FROM imports WHERE id = $1`, id)
	if err == nil && len(raw) == 0 {
		return nil, notFound("取り込むファイルは削除されました。もう一度ファイルを選んでください。", "The file is not kept any more. Please choose it again.")
	}
	return raw, err
}

// ListImports returns the newest imports; only of one person unless by is
// empty, and only in a state unless that is empty.
func (s *Store) ListImports(ctx context.Context, by string, state ImportState, limit int) ([]Import, error) {
	var w where
	if by != "" {
		w.and("made_by = ", by)
	}
	if state != "" {
		w.and("state = ", string(state))
	}
	return all(ctx, s.db.Readers(), scanImport, `SELECT `+importColumns+` FROM imports`+w.text+` ORDER BY made_at DESC, id DESC`+limitTo(page(limit)), w.args...)
}

// ImportRows returns the rows of an import in a state after a line; all states
// when it is empty.
func (s *Store) ImportRows(ctx context.Context, id, state string, after, limit int) ([]ImportRow, error) {
	return importRows(ctx, s.db.Readers(), id, state, after, page(limit))
}

// ImportRows returns every row of an import as the act sees it.
func (tx *Tx) ImportRows(id string) ([]ImportRow, error) {
	return importRows(background(), tx.q, id, "", 0, 1<<30)
}

func importRows(ctx context.Context, q querier, id, state string, after, limit int) ([]ImportRow, error) {
	var w where
	w.and("import_id = ", id)
	w.and("line > ", after)
	if state != "" {
		w.and("state = ", state)
	}
	return all(ctx, q, func(row scanner) (ImportRow, error) {
		var r ImportRow
		var wrote int64
		err := row.Scan(&r.Import, &r.Line, &r.State, &r.Record, &r.Was, &wrote, &r.Amendment, &r.Problems)
		r.Wrote = instant(wrote)
		return r, err
	}, `SELECT `+importRowColumns+` FROM import_rows`+w.text+` ORDER BY line`+limitTo(limit), w.args...)
}

func scanImport(row scanner) (Import, error) {
	var i Import
	var state, counts string
	var made, applied, undone int64
	err := row.Scan(&i.ID, &i.Kind, &i.Name, &i.Options, &state, &made, &i.MadeBy, &i.MadeName, &i.Total, &i.Done, &counts, &applied, &undone, &i.UndoneName)
	if err != nil {
		return Import{}, err
	}
	i.State, i.MadeAt, i.AppliedAt, i.UndoneAt = ImportState(state), instant(made), instant(applied), instant(undone)
	return i, json.Unmarshal([]byte(counts), &i.Counts)
}

// askedAtOnce is how many values one question names.
const askedAtOnce = 400

// anyOf are values as arguments.
func anyOf(values []string) []any {
	out := make([]any, len(values))
	for i, v := range values {
		out[i] = v
	}
	return out
}

// each asks in parts of [askedAtOnce].
func each[T any](values []string, ask func([]string) ([]T, error)) ([]T, error) {
	var out []T
	for len(values) > 0 {
		n := min(askedAtOnce, len(values))
		part, err := ask(values[:n])
		if err != nil {
			return nil, err
		}
		out, values = append(out, part...), values[n:]
	}
	return out, nil
}

// OrganizationNamed is how an organization is known in a file.
type OrganizationNamed struct {
	ID, NameJA, NameEN, Code string
	Archived                 bool
}

// OrganizationsNamed returns every organization of a scope that was not
// erased, by its id.
func (s *Store) OrganizationsNamed(ctx context.Context, scope Scope) ([]OrganizationNamed, error) {
	var w where
	if err := scope.where(&w, "id"); err != nil {
		return nil, err
	}
	w.plain("erased_at = 0")
	return all(ctx, s.db.Readers(), func(row scanner) (OrganizationNamed, error) {
		var o OrganizationNamed
		err := row.Scan(&o.ID, &o.NameJA, &o.NameEN, &o.Code, &o.Archived)
		return o, err
	}, `SELECT id, name_ja, name_en, code, archived FROM organizations`+w.text+` ORDER BY id`, w.args...)
}

// Organizations returns the organizations of a scope with some ids.
func (s *Store) Organizations(ctx context.Context, scope Scope, ids []string) ([]Organization, error) {
	return each(ids, func(part []string) ([]Organization, error) {
		var w where
		if err := scope.where(&w, "id"); err != nil {
			return nil, err
		}
		w.plain("id IN (" + w.list(part) + ")")
		return withDomains(ctx, s.db.Readers())(all(ctx, s.db.Readers(), scanOrganization, `SELECT `+organizationColumns+` FROM organizations`+w.text+` ORDER BY id`, w.args...))
	})
}

// ContactsKnown returns the contacts of a scope with one of the codes, one of
// the mail addresses or one of the names, archived ones too; some of them more
// than once.
func (s *Store) ContactsKnown(ctx context.Context, scope Scope, codes, addresses, names []string) ([]Contact, error) {
	ask := func(condition string, values []string) ([]Contact, error) {
		return each(values, func(part []string) ([]Contact, error) {
			var w where
			if err := scope.where(&w, "organization"); err != nil {
				return nil, err
			}
			w.plain("erased_at = 0 AND merged_into = '' AND " + strings.ReplaceAll(condition, "$", w.list(part)))
			return s.completed(ctx)(all(ctx, s.db.Readers(), scanContact, `SELECT `+contactColumns+` FROM contacts`+w.text+` ORDER BY id`, w.args...))
		})
	}
	out, err := ask("code IN ($)", codes)
	if err != nil {
		return nil, err
	}
	by, err := ask("id IN (SELECT contact FROM contact_addresses WHERE addr IN ($))", addresses)
	if err != nil {
		return nil, err
	}
	named, err := ask("name IN ($)", names)
	return append(append(out, by...), named...), err
}

// ContactsByID returns some contacts as the act sees them; who is not there is
// left out.
func (tx *Tx) ContactsByID(ids []string) ([]Contact, error) {
	list, err := each(ids, func(part []string) ([]Contact, error) {
		return all(background(), tx.q, scanContact, `SELECT `+contactColumns+` FROM contacts WHERE id IN (`+placeholders(1, len(part))+`) ORDER BY id`, anyOf(part)...)
	})
	if err != nil {
		return nil, err
	}
	return allReachable(background(), tx.q, list)
}

// DropContacts takes back contacts that were never used, and returns those that
// were: with a case, a merge or a demand to erase them. They stay.
func (tx *Tx) DropContacts(ids []string) (used []string, err error) {
	tx.changed = true
	return each(ids, func(part []string) ([]string, error) {
		in := ` IN (` + placeholders(1, len(part)) + `)`
		used, err := all(background(), tx.q, text, `SELECT id FROM contacts WHERE id`+in+` AND (id IN (SELECT contact FROM cases WHERE contact`+in+`) OR id IN (SELECT contact FROM case_participants WHERE contact`+in+`)
			OR id IN (SELECT from_id FROM contact_merges WHERE from_id`+in+`) OR id IN (SELECT into_id FROM contact_merges WHERE into_id`+in+`) OR id IN (SELECT subject FROM erasures WHERE subject`+in+`)) ORDER BY id`, anyOf(part)...)
		if err != nil || len(used) > 0 {
			return used, err
		}
		for _, q := range []string{
			`DELETE FROM contact_addresses WHERE contact`, `DELETE FROM contact_phones WHERE contact`, `DELETE FROM directory WHERE kind = '` + RecentContact + `' AND id`,
			`DELETE FROM recents WHERE ref`, `DELETE FROM contacts WHERE id`,
		} {
			if err := tx.exec(q+in, anyOf(part)...); err != nil {
				return nil, err
			}
		}
		return used, nil
	})
}

// DropOrganization takes back an organization that was never used: one with a
// contact, a case, a letter or anybody who buys through it is [fault.Conflict].
func (tx *Tx) DropOrganization(id string) error {
	tx.changed = true
	used, err := tally(background(), tx.q, `SELECT (SELECT COUNT(*) FROM cases WHERE organization = $1) + (SELECT COUNT(*) FROM contacts WHERE organization = $1)
		+ (SELECT COUNT(*) FROM letters WHERE organization = $1) + (SELECT COUNT(*) FROM organizations WHERE reseller = $1) + (SELECT COUNT(*) FROM erasures WHERE subject = $1)
		+ (SELECT COUNT(*) FROM sights WHERE organization = $1) + (SELECT COUNT(*) FROM organization_senders WHERE organization = $1)`, id)
	if err != nil {
		return err
	}
	if used > 0 {
		return fault.New(fault.Conflict, "このお客様には既にご担当者やケースなどの記録があります。", "There are contacts, cases or other records of this customer.")
	}
	for _, q := range []string{
		`DELETE FROM amendments WHERE organization = $1`, `DELETE FROM organization_domains WHERE organization = $1`,
		`DELETE FROM directory WHERE kind = '` + RecentCustomer + `' AND id = $1`, `DELETE FROM recents WHERE ref = $1`, `DELETE FROM organizations WHERE id = $1`,
	} {
		if err := tx.exec(q, id); err != nil {
			return err
		}
	}
	return nil
}
