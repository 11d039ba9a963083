package store

import (
	"context"
	"io"
	"time"

	"madoguchi/terms/cases"
)

// Draft is what a person of the desk is writing and has not sent. It is
// theirs alone: every question and act names them.
type Draft struct {
	Agent   string
	Case    cases.ID
	Kind    string // "reply" or "note"
	Text    string
	Form    string // JSON: the other fields of the form
	Seen    int    // version of the case that they had read
	Updated time.Time
}

// Drafts returns a person's drafts on a case: at most one of each kind.
func (s *Store) Drafts(ctx context.Context, agent string, id cases.ID) ([]Draft, error) {
	return drafts(ctx, s.db.Readers(), agent, id)
}

// Drafts is [Store.Drafts] as the act sees it.
func (tx *Tx) Drafts(agent string, id cases.ID) ([]Draft, error) {
	return drafts(background(), tx.q, agent, id)
}

func drafts(ctx context.Context, q querier, agent string, id cases.ID) ([]Draft, error) {
	return all(ctx, q, func(row scanner) (Draft, error) {
		d := Draft{Agent: agent, Case: id}
		var at int64
		err := row.Scan(&d.Kind, &d.Text, &d.Form, &d.Seen, &at)
		d.Updated = instant(at)
		return d, err
	}, `SELECT kind, body, form, seen, updated_at FROM drafts WHERE agent = $1 AND case_id = $2 ORDER BY kind`, agent, string(id))
}

// PutDraft keeps a draft in place of an earlier one of its kind.
func (tx *Tx) PutDraft(d Draft) error {
	return tx.exec(`INSERT INTO drafts (agent, case_id, kind, body, form, seen, updated_at) VALUES ($1, $2, $3, $4, $5, $6, $7)
		ON CONFLICT (agent, case_id, kind) DO UPDATE SET body = excluded.body, form = excluded.form, seen = excluded.seen, updated_at = excluded.updated_at`,
		d.Agent, string(d.Case), d.Kind, d.Text, d.Form, d.Seen, micros(d.Updated))
}

// DropDraft forgets a draft; none there is no error.
func (tx *Tx) DropDraft(agent string, id cases.ID, kind string) error {
	return tx.exec(`DELETE FROM drafts WHERE agent = $1 AND case_id = $2 AND kind = $3`, agent, string(id), kind)
}

// DraftFile is a file that a reply is to take along.
type DraftFile struct {
	ID     string // UUIDv7
	Agent  string
	Case   cases.ID
	Name   string
	Type   string // media type by its first bytes
	Size   int64  // bytes
	SHA256 string // of the blob, lower-case hex
	Added  time.Time
}

const draftFiles = `SELECT id, name, type, size, sha256, added_at FROM draft_files WHERE agent = $1 AND case_id = $2 ORDER BY added_at, id`

// DraftFiles returns the files of a person's draft on a case, oldest first.
func (s *Store) DraftFiles(ctx context.Context, agent string, id cases.ID) ([]DraftFile, error) {
	return all(ctx, s.db.Readers(), scanDraftFile(agent, id), draftFiles, agent, string(id))
}

// DraftFiles is [Store.DraftFiles] as the act sees it.
func (tx *Tx) DraftFiles(agent string, id cases.ID) ([]DraftFile, error) {
	return all(background(), tx.q, scanDraftFile(agent, id), draftFiles, agent, string(id))
}

func scanDraftFile(agent string, id cases.ID) func(scanner) (DraftFile, error) {
	return func(row scanner) (DraftFile, error) {
		f := DraftFile{Agent: agent, Case: id}
		var at int64
		err := row.Scan(&f.ID, &f.Name, &f.Type, &f.Size, &f.SHA256, &at)
		f.Added = instant(at)
		return f, err
	}
}

// PutDraftFile adds a file whose bytes [Store.KeepFile] has made durable.
func (tx *Tx) PutDraftFile(f DraftFile) error {
	return tx.exec(insert("draft_files", "id, agent, case_id, name, type, size, sha256, added_at"),
		f.ID, f.Agent, string(f.Case), f.Name, f.Type, f.Size, f.SHA256, micros(f.Added))
}

// DropDraftFile takes one file off a person's draft, or is [fault.NotFound].
func (tx *Tx) DropDraftFile(agent string, id cases.ID, file string) error {
	return tx.change(notFound("添付ファイルが見つかりません。", "There is no such attachment."),
		`DELETE FROM draft_files WHERE agent = $1 AND case_id = $2 AND id = $3`, agent, string(id), file)
}

// KeepFile makes a file's bytes durable and returns their sha256 in lower-case
// hex and their number.
func (s *Store) KeepFile(ctx context.Context, r io.Reader) (sum string, size int64, err error) {
	return s.blobs.Put(ctx, r)
}

// File returns the bytes that [Store.KeepFile] kept, checked against their hash.
func (s *Store) File(ctx context.Context, sum string) ([]byte, error) { return s.blobs.Bytes(ctx, sum) }
