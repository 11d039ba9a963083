package store

import (
	"context"
<<<<<<< HEAD
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
func (s *Store) File(_ context.Context, sum string) ([]byte, error) { return s.blobs.Bytes(sum) }
=======
	"encoding/json"
	"slices"
	"time"

	"madoguchi/terms/fault"
)

// DraftState is how far a draft of a contract version has come.
type DraftState string

// The states of a draft.
const (
	DraftOpen      DraftState = "draft"     // being written
	DraftSubmitted DraftState = "submitted" // waits for a second person
	DraftReturned  DraftState = "returned"  // came back with a comment
	DraftPublished DraftState = "published"
	DraftDiscarded DraftState = "discarded"
)

// Draft is a contract version that is being written.
type Draft struct {
	ID       string // UUIDv7
	Contract string // id of the contract
	Base     string // "id@version" that it was begun from
	YAML     string // as it was last saved, right or wrong
	State    DraftState
	Revision int64    // counts up with every change
	Editors  []string // agent ids of everybody who has written in it
	Steps    []DraftStep
	Version  string // "id@version" that it was published as
	Created  time.Time
	Updated  time.Time
}

// DraftStep is one thing that happened to a draft.
type DraftStep struct {
	At      time.Time `json:"at"`
	By      string    `json:"by"` // agent id
	Name    string    `json:"name"`
	Act     string    `json:"act"` // "started", "submitted", "returned", "withdrawn", "approved", "discarded"
	Comment string    `json:"comment,omitempty"`
}

// Open reports whether the draft can still become a version.
func (d Draft) Open() bool { return d.State != DraftPublished && d.State != DraftDiscarded }

// EditedBy reports whether a person has written in it.
func (d Draft) EditedBy(agent string) bool { return slices.Contains(d.Editors, agent) }

const draftColumns = `id, contract, base, yaml, state, revision, editors, steps, version, created_at, updated_at`

var putDraft = insert("contract_drafts", draftColumns) + ` ON CONFLICT (id) DO UPDATE SET
	yaml = excluded.yaml, state = excluded.state, revision = excluded.revision, editors = excluded.editors,
	steps = excluded.steps, version = excluded.version, updated_at = excluded.updated_at`

func noDraft() *fault.Error {
	return notFound("その下書きはありません。", "There is no such draft.")
}

// PutDraft adds a draft or replaces it.
func (tx *Tx) PutDraft(d Draft) error {
	editors, err := json.Marshal(d.Editors)
	if err != nil {
		return err
	}
	steps, err := json.Marshal(d.Steps)
	if err != nil {
		return err
	}
	return tx.exec(putDraft, d.ID, d.Contract, d.Base, d.YAML, string(d.State), d.Revision, string(editors), string(steps), d.Version, micros(d.Created), micros(d.Updated))
}

// Draft returns a draft, or [fault.NotFound].
func (s *Store) Draft(ctx context.Context, id string) (Draft, error) {
	return draft(ctx, s.db.Readers(), id)
}

// Draft returns a draft as the act sees it, or [fault.NotFound].
func (tx *Tx) Draft(id string) (Draft, error) { return draft(background(), tx.q, id) }

func draft(ctx context.Context, q querier, id string) (Draft, error) {
	return one(ctx, q, noDraft(), scanDraft, `SELECT `+draftColumns+` FROM contract_drafts WHERE id = $1`, id)
}

// ListDrafts returns the latest drafts, those that are still open first.
func (s *Store) ListDrafts(ctx context.Context, limit int) ([]Draft, error) {
	return all(ctx, s.db.Readers(), scanDraft, `SELECT `+draftColumns+` FROM contract_drafts
		ORDER BY CASE WHEN state IN ('published', 'discarded') THEN 1 ELSE 0 END, updated_at DESC, id DESC LIMIT $1`, page(limit))
}

func scanDraft(row scanner) (Draft, error) {
	var d Draft
	var state, editors, steps string
	var created, updated int64
	if err := row.Scan(&d.ID, &d.Contract, &d.Base, &d.YAML, &state, &d.Revision, &editors, &steps, &d.Version, &created, &updated); err != nil {
		return d, err
	}
	d.State, d.Created, d.Updated = DraftState(state), instant(created), instant(updated)
	if err := json.Unmarshal([]byte(editors), &d.Editors); err != nil {
		return d, err
	}
	return d, json.Unmarshal([]byte(steps), &d.Steps)
}
>>>>>>> e0aba48 (Publish a contract version by draft and a second person's approval)
