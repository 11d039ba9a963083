package store

import (
	"context"
	"slices"
	"sync"
)

// others keeps apart what this process wrote from what other processes wrote.
type others struct {
	mu    sync.Mutex
	seen  reach   // looked at up to here
	spans []span  // of positions that this process appended
	own   []int64 // changes that this process made
	given []span  // of hints that this process gave
}

type span struct{ first, last int64 }

func newOthers() *others { return &others{} }

func (o *others) begin(r reach) {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.seen = r
}

// mine notes what an act of this process wrote.
func (o *others) mine(tx *Tx) {
	o.mu.Lock()
	defer o.mu.Unlock()
	if tx.appended > 0 {
		o.spans = append(o.spans, span{tx.position - tx.appended + 1, tx.position})
	}
	if tx.told > 0 {
		o.own = append(o.own, tx.told)
	}
	if tx.hints > 0 {
		o.given = append(o.given, span{tx.hinted - tx.hints + 1, tx.hinted})
	}
}

// unknown reports whether a place is outside of all spans: somebody else's.
func unknown(spans []span, place int64) bool {
	return !slices.ContainsFunc(spans, func(s span) bool { return s.first <= place && place <= s.last })
}

// pass moves on and forgets what lies behind.
func (o *others) pass(r reach) {
	o.seen = o.seen.and(r)
	o.spans = slices.DeleteFunc(o.spans, func(s span) bool { return s.last <= o.seen.position })
	o.given = slices.DeleteFunc(o.given, func(s span) bool { return s.last <= o.seen.hints })
	o.own = slices.DeleteFunc(o.own, func(n int64) bool { return n <= o.seen.changes })
}

// Others is what other processes did on the same database.
type Others struct {
	Cases   []string // ids of cases with new events, each once
	Hints   []string // topics of hints, each once; see [Tx.Hint]
	Changed bool     // settings, contracts or the registry are to be read again
}

// othersPage is how many events are looked at for one answer.
const othersPage = 1000

// AwaitOthers returns when another process has written something since the
// last call (or since the store was opened), or with the context's error. On
// SQLite there is no other. One goroutine at a time may call it.
func (s *Store) AwaitOthers(ctx context.Context) (Others, error) {
	for {
		newest, grown := s.tail.now()
		found, err := s.foreign(ctx, newest)
		if err != nil || len(found.Cases) > 0 || len(found.Hints) > 0 || found.Changed {
			return found, err
		}
		select {
		case <-grown:
		case <-ctx.Done():
			return Others{}, ctx.Err()
		}
	}
}

// foreign looks at what was written up to a place.
func (s *Store) foreign(ctx context.Context, newest reach) (Others, error) {
	if !s.db.Shared() {
		return Others{}, nil
	}
	var found Others
	from := s.other.at()
	for at := from.position; at < newest.position; {
		list, err := all(ctx, s.db.Readers(), scanForeign,
			`SELECT position, case_id FROM events WHERE position > $1 AND position <= $2 ORDER BY position LIMIT $3`, at, newest.position, othersPage)
		if err != nil {
			return Others{}, err
		}
		if len(list) == 0 {
			break
		}
		s.other.mu.Lock()
		for _, p := range list {
			if unknown(s.other.spans, p.at) && !slices.Contains(found.Cases, p.id) {
				found.Cases = append(found.Cases, p.id)
			}
		}
		s.other.mu.Unlock()
		at = list[len(list)-1].at
	}
	var hints []foreignPlace
	if from.hints < newest.hints {
		var err error
		if hints, err = all(ctx, s.db.Readers(), scanForeign, `SELECT n, topic FROM hints WHERE n > $1 AND n <= $2 ORDER BY n`, from.hints, newest.hints); err != nil {
			return Others{}, err
		}
	}
	s.other.mu.Lock()
	defer s.other.mu.Unlock()
	for _, h := range hints {
		if unknown(s.other.given, h.at) {
			found.Hints = append(found.Hints, h.id)
		}
	}
	if n := newest.changes - s.other.seen.changes; n > 0 {
		mine := 0
		for _, c := range s.other.own {
			if c > s.other.seen.changes && c <= newest.changes {
				mine++
			}
		}
		found.Changed = int64(mine) < n
	}
	s.other.pass(newest)
	return found, nil
}

// foreignPlace is something that another process may have written.
type foreignPlace struct {
	at int64 // position of an event, number of a hint
	id string
}

func scanForeign(row scanner) (foreignPlace, error) {
	var p foreignPlace
	err := row.Scan(&p.at, &p.id)
	return p, err
}

func (o *others) at() reach {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.seen
}

// look is called when other processes may have written something.
func (s *Store) look(ctx context.Context) {
	if seen, err := s.counted(ctx); err == nil { // otherwise it is looked again in a second
		s.tail.reach(seen)
	}
}

// counted reads how far the records have come.
func (s *Store) counted(ctx context.Context) (reach, error) {
	type counter struct {
		name  string
		value int64
	}
	list, err := all(ctx, s.db.Readers(), func(row scanner) (counter, error) {
		var c counter
		err := row.Scan(&c.name, &c.value)
		return c, err
	}, `SELECT name, value FROM counters WHERE name IN ('position', 'changes', 'hints', 'notices')`)
	var r reach
	for _, c := range list {
		switch c.name {
		case "position":
			r.position = c.value
		case "changes":
			r.changes = c.value
		case "notices":
			r.notices = c.value
		default:
			r.hints = c.value
		}
	}
	return r, err
}

// Changes counts the changes of what desks hold in memory.
func (s *Store) Changes(ctx context.Context) (int64, error) {
	r, err := s.counted(ctx)
	return r.changes, err
}

// countChange numbers a change of what desks hold in memory, and that somebody
// was told something.
func (tx *Tx) countChange() error {
	var err error
	if tx.noticed {
		if tx.notices, err = tx.count("notices", 1); err != nil {
			return err
		}
	}
	if tx.changed {
		tx.told, err = tx.count("changes", 1)
	}
	return err
}

// Shared reports whether other processes may work on the same records.
func (s *Store) Shared() bool { return s.db.Shared() }

// Asked is how many statements were run to read the records; see [engine.DB.Asked].
func (s *Store) Asked() int64 { return s.db.Asked() }

// Alone runs work while this process, of all that share the records, has a
// role; see [engine.DB.Alone].
func (s *Store) Alone(ctx context.Context, role string, work func(context.Context) error) error {
	return s.db.Alone(ctx, role, work)
}
