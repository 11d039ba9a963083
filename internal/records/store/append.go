package store

import (
	"crypto/rand"
	"fmt"
	"time"

	"madoguchi/terms/cases"
	"madoguchi/terms/fault"
)

// Append stores the next events of a case and updates everything projected
// from them. c is the state that the events were decided on, nil for a new
// case (whose first event names its Case and holds [cases.Opened]); it stays
// as it was, and the state after the events is returned.
//
// Append assigns Case, Seq, position and hashes, and cuts At to microseconds.
// When the case has moved on since c was read, it fails with
// [fault.Conflict] and nothing of the act is stored.
func (tx *Tx) Append(c *cases.Case, events ...cases.Event) (*cases.Case, error) {
	if len(events) == 0 {
		return nil, fmt.Errorf("append: no events")
	}
	next, prev, err := tx.start(c, events[0])
	if err != nil {
		return nil, err
	}
	position, err := tx.count("position", int64(len(events)))
	if err != nil {
		return nil, err
	}
	stored := make([]cases.Event, len(events))
	for i, e := range events {
		r, err := newRecord(next, e, position-int64(len(events)-1-i))
		if err != nil {
			return nil, err
		}
		if err := next.Apply(r.Event); err != nil {
			return nil, err
		}
		r.seal(prev)
		// One row a statement: several would make SQLite keep a journal of the
		// statement within that of the act.
		if err := tx.later(insertEvent, r.values()...); err != nil {
			return nil, err
		}
		prev, stored[i] = r.hash, r.Event
	}
	if err := tx.project(c, next, stored); err != nil {
		return nil, err
	}
	tx.keepEnd(next.ID, historyEnd{next.Version, prev})
	tx.position = position
	tx.appended += int64(len(events))
	return next, nil
}

// start returns the state to fold further and the hash to chain to.
func (tx *Tx) start(c *cases.Case, first cases.Event) (*cases.Case, []byte, error) {
	if c == nil {
		if first.Case == "" {
			return nil, nil, fmt.Errorf("append: the first event names no case")
		}
		return &cases.Case{ID: first.Case}, nil, nil
	}
	moved := fault.New(fault.Conflict,
		"このケースはほかの操作で更新されました。画面を更新して、もう一度お試しください。",
		"Somebody else changed this case meanwhile. Please reload the page and try again.")
	last, err := tx.historyEnd(c.ID, moved)
	if err != nil {
		return nil, nil, err
	}
	if last.seq != c.Version {
		return nil, nil, moved
	}
	return c.Clone(), last.hash, nil
}

// historyEnd is the last event of a case.
type historyEnd struct {
	seq  int
	hash []byte
}

// historyEnd is where a case's history ends as the act sees it; the act asks once.
func (tx *Tx) historyEnd(id cases.ID, missing *fault.Error) (historyEnd, error) {
	if last, known := tx.ends[id]; known {
		return last, nil
	}
	last, err := one(background(), tx.q, missing, func(row scanner) (historyEnd, error) {
		var e historyEnd
		err := row.Scan(&e.seq, &e.hash)
		return e, err
	}, `SELECT seq, hash FROM events WHERE case_id = $1 ORDER BY seq DESC LIMIT 1`, string(id))
	if err == nil {
		tx.keepEnd(id, last)
	}
	return last, err
}

func (tx *Tx) keepEnd(id cases.ID, end historyEnd) {
	if tx.ends == nil {
		tx.ends = map[cases.ID]historyEnd{}
	}
	tx.ends[id] = end
}

// Foresee reads at once where the histories of many cases end that the act
// will go on with: it is the same without, and slower.
func (tx *Tx) Foresee(ids []cases.ID) error {
	if len(ids) == 0 {
		return nil
	}
	args := make([]any, len(ids))
	for i, id := range ids {
		args[i] = string(id)
	}
	_, err := all(background(), tx.q, func(row scanner) (struct{}, error) {
		var id cases.ID
		var e historyEnd
		err := row.Scan(&id, &e.seq, &e.hash)
		tx.keepEnd(id, e)
		return struct{}{}, err
	}, `SELECT c.id, e.seq, e.hash FROM cases c JOIN events e ON e.case_id = c.id AND e.seq = c.version WHERE c.id IN (`+placeholders(1, len(ids))+`)`, args...)
	return err
}

// newRecord prepares an event for storing. Its payload is read back from its
// stored form, so that what is folded now is what a rebuild will fold.
func newRecord(c *cases.Case, e cases.Event, position int64) (*record, error) {
	if e.Case != "" && e.Case != c.ID {
		return nil, fmt.Errorf("append: an event of case %s among those of %s", e.Case, c.ID)
	}
	if e.Data == nil {
		return nil, fmt.Errorf("append: an event of case %s holds nothing", c.ID)
	}
	r := &record{Stored: Stored{Position: position, Event: e}, name: e.Data.Type(), salt: make([]byte, 16), form: currentForm}
	r.Case, r.Seq, r.At = c.ID, c.Version+1, e.At.UTC().Truncate(time.Microsecond)
	var err error
	if r.clauses, err = encodeList(e.Clauses); err != nil {
		return nil, err
	}
	if r.payload, err = cases.Encode(e.Data); err != nil {
		return nil, err
	}
	if r.Data, err = cases.Decode(r.name, r.payload); err != nil {
		return nil, err
	}
	if _, err := rand.Read(r.salt); err != nil {
		return nil, fmt.Errorf("salt: %w", err)
	}
	return r, nil
}
