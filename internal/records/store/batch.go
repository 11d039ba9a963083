package store

import (
	"context"
	"time"

	"madoguchi/terms/cases"
	"madoguchi/terms/fault"
)

// BatchState is how far a batch has come.
type BatchState string

// The states of a batch.
const (
	BatchRunning BatchState = "running"
	BatchDone    BatchState = "done"
	BatchUndoing BatchState = "undoing"
	BatchUndone  BatchState = "undone"
)

// Batch is an act that was asked for several cases at once.
type Batch struct {
	ID       string
	Agent    string // who asked
	Act      string // JSON of the desk's
	State    BatchState
	Of       int // cases
	Created  time.Time
	Finished time.Time // zero: not yet
}

// BatchCaseState is what became of one case of a batch.
type BatchCaseState string

// What becomes of a case of a batch.
const (
	BatchWaiting BatchCaseState = "waiting"
	BatchActed   BatchCaseState = "done"
	BatchRefused BatchCaseState = "refused"
	BatchTaken   BatchCaseState = "undone"
	BatchKept    BatchCaseState = "kept" // it could not be undone
)

// BatchCase is one case of a batch. Why is of those that were refused or kept.
type BatchCase struct {
	Batch string
	Case  cases.ID
	Place int
	State BatchCaseState
	Why   fault.Text
}

const (
	batchColumns     = `id, agent, act, state, of_cases, created_at, finished_at`
	batchCaseColumns = `batch, case_id, place, state, why_ja, why_en`
)

var (
	putBatch = insert("batches", batchColumns) + ` ON CONFLICT (id) DO UPDATE SET
		state = excluded.state, finished_at = excluded.finished_at`
	putBatchCase = insert("batch_cases", batchCaseColumns) + ` ON CONFLICT (batch, case_id) DO UPDATE SET
		state = excluded.state, why_ja = excluded.why_ja, why_en = excluded.why_en`
)

func noBatch() *fault.Error {
	return notFound("その一括操作は見つかりません。", "There is no such bulk act.")
}

// PutBatch adds a batch, or moves one to another state.
func (tx *Tx) PutBatch(b Batch) error {
	return tx.exec(putBatch, b.ID, b.Agent, b.Act, string(b.State), b.Of, micros(b.Created), micros(b.Finished))
}

// PutBatchCase adds a case to a batch, or says what became of it.
func (tx *Tx) PutBatchCase(c BatchCase) error {
	return tx.exec(putBatchCase, c.Batch, string(c.Case), c.Place, string(c.State), c.Why.JA, c.Why.EN)
}

// Batch returns a batch as an act sees it, or [fault.NotFound].
func (tx *Tx) Batch(id string) (Batch, error) {
	return one(background(), tx.q, noBatch(), scanBatch, `SELECT `+batchColumns+` FROM batches WHERE id = $1`, id)
}

// BatchCase returns what became of one case, or [fault.NotFound].
func (tx *Tx) BatchCase(batch string, id cases.ID) (BatchCase, error) {
	return one(background(), tx.q, noBatch(), scanBatchCase, `SELECT `+batchCaseColumns+` FROM batch_cases WHERE batch = $1 AND case_id = $2`, batch, string(id))
}

// Batch returns a batch, or [fault.NotFound].
func (s *Store) Batch(ctx context.Context, id string) (Batch, error) {
	return one(ctx, s.db.Readers(), noBatch(), scanBatch, `SELECT `+batchColumns+` FROM batches WHERE id = $1`, id)
}

// BatchCases returns the cases of a batch in their order.
func (s *Store) BatchCases(ctx context.Context, batch string) ([]BatchCase, error) {
	return all(ctx, s.db.Readers(), scanBatchCase, `SELECT `+batchCaseColumns+` FROM batch_cases WHERE batch = $1 ORDER BY place`, batch)
}

// UnfinishedBatches returns the ids of batches that somebody has to bring to
// their end, the oldest first.
func (s *Store) UnfinishedBatches(ctx context.Context) ([]string, error) {
	return all(ctx, s.db.Readers(), text, `SELECT id FROM batches WHERE state IN ('running', 'undoing') ORDER BY created_at, id`)
}

func scanBatch(row scanner) (Batch, error) {
	var b Batch
	var created, finished int64
	err := row.Scan(&b.ID, &b.Agent, &b.Act, &b.State, &b.Of, &created, &finished)
	b.Created, b.Finished = instant(created), instant(finished)
	return b, err
}

func scanBatchCase(row scanner) (BatchCase, error) {
	var c BatchCase
	err := row.Scan(&c.Batch, &c.Case, &c.Place, &c.State, &c.Why.JA, &c.Why.EN)
	return c, err
}
