package store

import "time"

// Clock is the clock that all processes on the same records share: the
// machine's, moved by how far the database's is ahead of it. A lease that one
// machine gives does not seem over to another whose clock is fast, and what is
// compared across machines (receptions, deadlines, expiries) is of one clock.
// On SQLite it is the machine's.
func (s *Store) Clock(machine func() time.Time) func() time.Time {
	if !s.db.Shared() {
		return machine
	}
	return func() time.Time { return machine().Add(s.db.Offset()) }
}
