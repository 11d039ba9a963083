package desk

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"time"

	"madoguchi/internal/records/store"
	"madoguchi/terms/cases"
	"madoguchi/terms/fault"
)

// undoBulkFor is for how long after its end a batch can be undone.
const undoBulkFor = 10 * time.Minute

// RunBatches brings batches to their end until ctx does: those that are longer
// than a request waits, and those that a process left when it ended.
func (d *Desk) RunBatches(ctx context.Context) error {
	tick := time.NewTicker(lookAfter)
	defer tick.Stop()
	for {
		ids, err := d.store.UnfinishedBatches(ctx)
		for _, id := range ids {
			err = errors.Join(err, d.RunBatch(ctx, id, MaxBulk))
		}
		if err != nil && ctx.Err() == nil {
			d.log.Error("bringing bulk acts to their end", "error", err)
		}
		select {
		case <-ctx.Done():
			return nil
		case <-tick.C:
		case <-d.batches:
		}
	}
}

// batchRun is a batch that is being done or undone.
type batchRun struct {
	store.Batch
	act    BulkAct
	who    Viewer // with the rights of now
	step   step
	broken error // why no case of it can be done any more
}

func (d *Desk) batchRun(ctx context.Context, id string) (r batchRun, err error) {
	if r.Batch, err = d.store.Batch(ctx, id); err != nil {
		return r, err
	}
	if err := json.Unmarshal([]byte(r.Act), &r.act); err != nil {
		return r, fmt.Errorf("read the act of batch %s: %w", id, err)
	}
	r.who, r.broken = d.Viewer(ctx, r.Agent)
	if r.broken == nil && r.State == store.BatchRunning {
		r.step, r.broken = d.bulkStep(ctx, r.who, r.act)
	}
	return r, nil
}

// RunBatch does what is left of a batch, up to some cases of it. Several may
// run it at once: each case is done once.
func (d *Desk) RunBatch(ctx context.Context, id string, most int) error {
	r, err := d.batchRun(ctx, id)
	if err != nil {
		return err
	}
	from := store.BatchWaiting
	if r.State == store.BatchUndoing {
		from = store.BatchActed
	}
	list, err := d.store.BatchCases(ctx, id)
	if err != nil {
		return err
	}
	if r.State == store.BatchUndoing { // what was merged last comes out first
		slices.Reverse(list)
	}
	left := 0
	var touched []string
	for _, c := range list {
		if c.State != from {
			continue
		}
		if left++; left > most {
			break
		}
		if err := d.runBatchCase(ctx, r, c, from); err != nil {
			return err
		}
		touched = append(touched, string(c.Case))
	}
	if r.act.Into != "" {
		touched = append(touched, string(r.act.Into))
	}
	d.live.Publish(touched...)
	if left > most {
		return nil
	}
	return d.endBatch(ctx, r)
}

// endBatch says that nothing of a batch is left.
func (d *Desk) endBatch(ctx context.Context, r batchRun) error {
	return d.store.Write(ctx, func(tx *store.Tx) error {
		now, err := tx.Batch(r.ID)
		if err != nil || now.State != r.State || now.State == store.BatchDone || now.State == store.BatchUndone {
			return err
		}
		now.State = store.BatchDone
		if r.State == store.BatchUndoing {
			now.State = store.BatchUndone
		}
		now.Finished = d.now()
		return tx.PutBatch(now)
	})
}

// runBatchCase does or undoes one case. A refusal is kept with the case; what
// is no refusal is returned, and the case is left for the next time.
func (d *Desk) runBatchCase(ctx context.Context, r batchRun, c store.BatchCase, from store.BatchCaseState) error {
	to, refused := store.BatchActed, store.BatchRefused
	if r.State == store.BatchUndoing {
		to, refused = store.BatchTaken, store.BatchKept
	}
	at, end := d.begin()
	defer end()
	err := r.broken
	if err == nil {
		err = d.store.Write(ctx, func(tx *store.Tx) error {
			now, err := tx.BatchCase(r.ID, c.Case)
			if err != nil || now.State != from {
				return err // another has done it
			}
			if err := d.batchStep(tx, r, c.Case, at); err != nil {
				return err
			}
			now.State = to
			return tx.PutBatchCase(now)
		})
	}
	switch fault.KindOf(err) {
	case fault.Unavailable:
		return err
	case fault.Internal:
		if err == nil {
			return nil
		}
		if ctx.Err() != nil {
			return err
		}
		d.log.Error("a case of a bulk act", "batch", r.ID, "case", c.Case, "error", err)
	}
	return d.store.Write(ctx, func(tx *store.Tx) error {
		now, ferr := tx.BatchCase(r.ID, c.Case)
		if ferr != nil || now.State != from {
			return ferr
		}
		now.State, now.Why = refused, fault.Public(err)
		return tx.PutBatchCase(now)
	})
}

func (d *Desk) batchStep(tx *store.Tx, r batchRun, id cases.ID, at time.Time) error {
	undoing := r.State == store.BatchUndoing
	mark := cases.BulkActed{Batch: r.ID, Of: r.Of}
	if r.act.Kind == BulkMerge {
		if undoing {
			_, err := d.bothIn(tx, r.act.Into, id, r.who, at, func(into, from *pen) error {
				if err := unmerging(into, from); err != nil {
					return err
				}
				return from.write(nil, cases.BulkUndone{Batch: r.ID})
			})
			return err
		}
		_, err := d.bothIn(tx, id, r.act.Into, r.who, at, func(from, into *pen) error {
			if _, _, err := from.c.Merge(into.c, r.act.Reason); err != nil {
				return err
			}
			if err := from.write(nil, mark); err != nil {
				return err
			}
			return merging(r.act.Reason)(from, into)
		})
		return err
	}
	p, err := d.openFor(tx, id, r.who, at)
	if err != nil {
		return err
	}
	if undoing {
		facts, err := p.c.UndoBulk(p.past, r.ID)
		if err := p.writeOr(err, facts); err != nil {
			return err
		}
	} else {
		if err := p.write(nil, mark); err != nil {
			return err
		}
		if err := r.step(tx, p); err != nil {
			return err
		}
	}
	_, err = p.close(tx)
	return err
}

// BatchView is a batch as it is shown.
type BatchView struct {
	store.Batch
	Does                              BulkAct
	Done, Refused, Left, Undone, Kept int
	Why                               []BatchRefusal // of those that were refused or kept, as far as they are shown
	UndoUntil                         time.Time      // zero: it cannot be undone any more
}

// BatchRefusal is a case that was left as it was.
type BatchRefusal struct {
	Case            cases.ID
	Number, Subject string
	Why             fault.Text
}

// refusalsShown is how many refusals of a batch are listed.
const refusalsShown = 100

// Batch returns a batch to who asked for it, or to a supervisor.
func (d *Desk) Batch(ctx context.Context, who Viewer, id string) (BatchView, error) {
	if err := who.May(WorkCases); err != nil {
		return BatchView{}, err
	}
	b, err := d.store.Batch(ctx, id)
	if err != nil {
		return BatchView{}, err
	}
	if b.Agent != who.ID && !who.Can(Supervise) {
		return BatchView{}, noBatch()
	}
	v := BatchView{Batch: b}
	if err := json.Unmarshal([]byte(b.Act), &v.Does); err != nil {
		return v, fmt.Errorf("read the act of batch %s: %w", id, err)
	}
	list, err := d.store.BatchCases(ctx, id)
	if err != nil {
		return v, err
	}
	for _, c := range list {
		switch c.State {
		case store.BatchWaiting:
			v.Left++
		case store.BatchActed:
			v.Done++
		case store.BatchTaken:
			v.Undone++
		case store.BatchRefused:
			v.Refused++
		case store.BatchKept:
			v.Kept++
		}
		if (c.Why == fault.Text{}) || len(v.Why) == refusalsShown {
			continue
		}
		row, err := d.store.CaseRow(ctx, who.Scope(), c.Case)
		if fault.Is(err, fault.NotFound) { // not theirs to see: the number would tell of it
			v.Why = append(v.Why, BatchRefusal{Why: c.Why})
			continue
		}
		if err != nil {
			return v, err
		}
		v.Why = append(v.Why, BatchRefusal{Case: c.Case, Number: d.Number(row.Number), Subject: row.Subject, Why: c.Why})
	}
	if b.State == store.BatchDone && v.Done > 0 {
		if until := b.Finished.Add(undoBulkFor); d.now().Before(until) {
			v.UndoUntil = until
		}
	}
	return v, nil
}

// UndoBatch gives every case of a batch its former values back, as acts of
// their own. A case whose value was changed again since is left as it is, and
// listed. Asking twice is asking once.
func (d *Desk) UndoBatch(ctx context.Context, who Viewer, id string) error {
	v, err := d.Batch(ctx, who, id)
	if err != nil {
		return err
	}
	if v.State == store.BatchUndoing || v.State == store.BatchUndone {
		return nil
	}
	if v.Agent != who.ID {
		return fault.New(fault.Forbidden, "一括操作を取り消せるのは、操作した本人だけです。", "Only who asked for a bulk act can undo it.")
	}
	if v.UndoUntil.IsZero() {
		return fault.New(fault.Conflict, "この一括操作は、取り消せる時間を過ぎているか、まだ終わっていません。", "This bulk act is not finished yet, or the time in which it can be undone is over.")
	}
	err = d.store.Write(ctx, func(tx *store.Tx) error {
		b, err := tx.Batch(id)
		if err != nil || b.State != store.BatchDone {
			return err
		}
		b.State = store.BatchUndoing
		if err := tx.PutBatch(b); err != nil {
			return err
		}
		return tx.PutAudit(d.audit(who, "bulk.undone", id, fmt.Sprintf("%s × %d", b.Act, v.Done)))
	})
	if err != nil {
		return err
	}
	err = d.RunBatch(ctx, id, bulkAtOnce)
	wake(d.batches)
	return err
}
