package store

import (
	"bytes"
	"context"
	"fmt"

	"madoguchi/terms/cases"
	"madoguchi/terms/fault"
)

// verifyPage is how many events a check holds in memory at a time.
const verifyPage = 1000

// VerifyHistory checks the whole history: every digest and hash, that each
// case counts 1, 2, 3 …, and that positions have no gap. It fails with
// [fault.Internal] and names the first event that is not as it was written.
func (s *Store) VerifyHistory(ctx context.Context) error {
	return verifyHistory(ctx, s.db.Readers())
}

// VerifyHistory is [Store.VerifyHistory] of records that are only read.
func (r *Reading) VerifyHistory(ctx context.Context) error { return verifyHistory(ctx, r.db) }

func verifyHistory(ctx context.Context, q querier) error {
	chains := map[cases.ID]*record{}
	last := int64(0)
	for {
		batch, err := all(ctx, q, scanRecord,
			`SELECT `+eventColumns+` FROM events WHERE position > $1 ORDER BY position LIMIT $2`, last, verifyPage)
		if err != nil {
			return err
		}
		if len(batch) == 0 {
			break
		}
		for _, r := range batch {
			if r.Position != last+1 {
				return broken(last+1, "it is missing")
			}
			why, err := r.verify(ctx, q, chains[r.Case])
			if err != nil {
				return err
			}
			if why != "" {
				return broken(r.Position, why)
			}
			last = r.Position
			// Only what the next event of the case is checked against is kept.
			chains[r.Case] = &record{Stored: Stored{Event: cases.Event{Seq: r.Seq}}, hash: r.hash}
		}
	}
	counted, err := position(ctx, q)
	if err != nil {
		return err
	}
	if counted > last {
		// Events stored since the last page are not lost ones.
		later, err := tally(ctx, q, `SELECT COUNT(*) FROM events WHERE position = $1`, last+1)
		if err != nil {
			return err
		}
		if later == 0 {
			return broken(last+1, "it was counted and is missing")
		}
	}
	return nil
}

// follows says what is wrong with r as the next event after before; "" when
// nothing is. before is nil for the first event of a case.
func (r *record) follows(before *record) string {
	seq, prev := 0, []byte(nil)
	if before != nil {
		seq, prev = before.Seq, before.hash
	}
	if r.Seq != seq+1 {
		return fmt.Sprintf("case %s counts %d after %d", r.Case, r.Seq, seq)
	}
	again := *r
	again.seal(prev)
	switch {
	case r.erased > 0:
		again.digest = r.digest
		again.chain(prev)
		// In form 1 the envelope holds a customer's name, which may be erased
		// too: the event that says so vouches for the hash.
		if !bytes.Equal(again.hash, r.hash) && (r.form > 1 || r.Actor.Kind != cases.Customer) {
			return fmt.Sprintf("the envelope of event %d of case %s, or the history before it, was changed", r.Seq, r.Case)
		}
	case !bytes.Equal(again.digest, r.digest):
		return fmt.Sprintf("the content of event %d of case %s was changed", r.Seq, r.Case)
	case !bytes.Equal(again.hash, r.hash):
		return fmt.Sprintf("the envelope of event %d of case %s, or the history before it, was changed", r.Seq, r.Case)
	}
	return ""
}

func broken(position int64, why string) error {
	return fault.New(fault.Internal,
		fmt.Sprintf("経過の検証に失敗しました（%d 番目の記録）。", position),
		fmt.Sprintf("The history does not verify at position %d: %s.", position, why))
}
