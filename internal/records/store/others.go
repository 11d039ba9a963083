package store

import (
	"context"
	"slices"
	"sync"
)

// others keeps apart what this process wrote from what other processes wrote.
type others struct {
	mu       sync.Mutex
	position int64 // looked at up to here
	changes  int64
	spans    []span  // of positions that this process appended
	own      []int64 // changes that this process made
}

type span struct{ first, last int64 }

func newOthers() *others { return &others{} }

func (o *others) begin(position, changes int64) {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.position, o.changes = position, changes
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
}

// unknown reports whether somebody else appended the event at a position.
func (o *others) unknown(position int64) bool {
	return !slices.ContainsFunc(o.spans, func(s span) bool { return s.first <= position && position <= s.last })
}

// pass moves on and forgets what lies behind.
func (o *others) pass(position, changes int64) {
	o.position, o.changes = position, changes
	o.spans = slices.DeleteFunc(o.spans, func(s span) bool { return s.last <= position })
	o.own = slices.DeleteFunc(o.own, func(n int64) bool { return n <= changes })
}

// Others is what other processes did on the same database.
type Others struct {
	Cases   []string // ids of cases with new events, each once
	Changed bool     // settings, contracts or the registry are to be read again
}

// othersPage is how many events are looked at for one answer.
const othersPage = 1000

// AwaitOthers returns when another process has written something since the
// last call (or since the store was opened), or with the context's error. On
// SQLite there is no other. One goroutine at a time may call it.
func (s *Store) AwaitOthers(ctx context.Context) (Others, error) {
	for {
		newest, changes, grown := s.tail.now()
		found, err := s.foreign(ctx, newest, changes)
		if err != nil || len(found.Cases) > 0 || found.Changed {
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
func (s *Store) foreign(ctx context.Context, newest, changes int64) (Others, error) {
	if !s.db.Shared() {
		return Others{}, nil
	}
	type place struct {
		position int64
		id       string
	}
	var found Others
	for at := s.other.at(); at < newest; {
		list, err := all(ctx, s.db.Readers(), func(row scanner) (place, error) {
			var p place
			err := row.Scan(&p.position, &p.id)
			return p, err
		}, `SELECT position, case_id FROM events WHERE position > $1 AND position <= $2 ORDER BY position LIMIT $3`, at, newest, othersPage)
		if err != nil {
			return Others{}, err
		}
		if len(list) == 0 {
			break
		}
		s.other.mu.Lock()
		for _, p := range list {
			if s.other.unknown(p.position) && !slices.Contains(found.Cases, p.id) {
				found.Cases = append(found.Cases, p.id)
			}
		}
		s.other.mu.Unlock()
		at = list[len(list)-1].position
	}
	s.other.mu.Lock()
	defer s.other.mu.Unlock()
	if n := changes - s.other.changes; n > 0 {
		mine := 0
		for _, c := range s.other.own {
			if c > s.other.changes && c <= changes {
				mine++
			}
		}
		found.Changed = int64(mine) < n
	}
	s.other.pass(max(newest, s.other.position), max(changes, s.other.changes))
	return found, nil
}

func (o *others) at() int64 {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.position
}

// look is called when other processes may have written something.
func (s *Store) look(ctx context.Context) {
	if reached, err := s.counted(ctx); err == nil { // otherwise it is looked again in a second
		s.tail.reach(reached)
	}
}

// counted is how far what is durable has come.
type counted struct {
	position int64 // of the newest event
	changes  int64 // of what desks hold in memory
	notices  int64 // how often somebody was told something
}

// counted reads it.
func (s *Store) counted(ctx context.Context) (counted, error) {
	type counter struct {
		name  string
		value int64
	}
	list, err := all(ctx, s.db.Readers(), func(row scanner) (counter, error) {
		var c counter
		err := row.Scan(&c.name, &c.value)
		return c, err
	}, `SELECT name, value FROM counters WHERE name IN ('position', 'changes', 'notices')`)
	var out counted
	for _, c := range list {
		switch c.name {
		case "position":
			out.position = c.value
		case "changes":
			out.changes = c.value
		case "notices":
			out.notices = c.value
		}
	}
	return out, err
}

// Changes counts the changes of what desks hold in memory.
func (s *Store) Changes(ctx context.Context) (int64, error) {
	reached, err := s.counted(ctx)
	return reached.changes, err
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

// Alone runs work while this process, of all that share the records, has a
// role; see [engine.DB.Alone].
func (s *Store) Alone(ctx context.Context, role string, work func(context.Context) error) error {
	return s.db.Alone(ctx, role, work)
}
