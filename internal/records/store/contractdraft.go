package store

import (
	"context"
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

// ContractDraft is a contract version that is being written.
type ContractDraft struct {
	ID       string // UUIDv7
	Contract string // id of the contract
	Base     string // "id@version" that it was begun from
	YAML     string // as it was last saved, right or wrong
	State    DraftState
	Revision int64    // counts up with every change
	Editors  []string // agent ids of everybody who has written in it
	Steps    []ContractDraftStep
	Version  string // "id@version" that it was published as
	Created  time.Time
	Updated  time.Time
}

// ContractDraftStep is one thing that happened to a draft.
type ContractDraftStep struct {
	At      time.Time `json:"at"`
	By      string    `json:"by"` // agent id
	Name    string    `json:"name"`
	Act     string    `json:"act"` // "started", "submitted", "returned", "withdrawn", "approved", "discarded"
	Comment string    `json:"comment,omitempty"`
}

// Open reports whether the draft can still become a version.
func (d ContractDraft) Open() bool { return d.State != DraftPublished && d.State != DraftDiscarded }

// EditedBy reports whether a person has written in it.
func (d ContractDraft) EditedBy(agent string) bool { return slices.Contains(d.Editors, agent) }

const contractDraftColumns = `id, contract, base, yaml, state, revision, editors, steps, version, created_at, updated_at`

var putContractDraft = insert("contract_drafts", contractDraftColumns) + ` ON CONFLICT (id) DO UPDATE SET
	yaml = excluded.yaml, state = excluded.state, revision = excluded.revision, editors = excluded.editors,
	steps = excluded.steps, version = excluded.version, updated_at = excluded.updated_at`

func noContractDraft() *fault.Error {
	return notFound("その下書きはありません。", "There is no such draft.")
}

// PutContractDraft adds a draft or replaces it.
func (tx *Tx) PutContractDraft(d ContractDraft) error {
	editors, err := json.Marshal(d.Editors)
	if err != nil {
		return err
	}
	steps, err := json.Marshal(d.Steps)
	if err != nil {
		return err
	}
	return tx.exec(putContractDraft, d.ID, d.Contract, d.Base, d.YAML, string(d.State), d.Revision, string(editors), string(steps), d.Version, micros(d.Created), micros(d.Updated))
}

// ContractDraft returns a draft, or [fault.NotFound].
func (s *Store) ContractDraft(ctx context.Context, id string) (ContractDraft, error) {
	return contractDraft(ctx, s.db.Readers(), id)
}

// ContractDraft returns a draft as the act sees it, or [fault.NotFound].
func (tx *Tx) ContractDraft(id string) (ContractDraft, error) {
	return contractDraft(background(), tx.q, id)
}

func contractDraft(ctx context.Context, q querier, id string) (ContractDraft, error) {
	return one(ctx, q, noContractDraft(), scanContractDraft, `SELECT `+contractDraftColumns+` FROM contract_drafts WHERE id = $1`, id)
}

// ListContractDrafts returns the latest drafts, those that are still open first.
func (s *Store) ListContractDrafts(ctx context.Context, limit int) ([]ContractDraft, error) {
	return all(ctx, s.db.Readers(), scanContractDraft, `SELECT `+contractDraftColumns+` FROM contract_drafts
		ORDER BY CASE WHEN state IN ('published', 'discarded') THEN 1 ELSE 0 END, updated_at DESC, id DESC LIMIT $1`, page(limit))
}

func scanContractDraft(row scanner) (ContractDraft, error) {
	var d ContractDraft
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
