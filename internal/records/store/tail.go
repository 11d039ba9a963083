package store

import (
	"context"
	"sync"
)

// tail lets followers of the history sleep until there is more of it.
type tail struct {
	mu       sync.Mutex
	position int64
	changes  int64
	grown    chan struct{} // closed when one of them grows
}

func newTail() *tail { return &tail{grown: make(chan struct{})} }

// reach is told the position of events that are durable now.
func (t *tail) reach(position, changes int64) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if position <= t.position && changes <= t.changes {
		return
	}
	t.position, t.changes = max(position, t.position), max(changes, t.changes)
	close(t.grown)
	t.grown = make(chan struct{})
}

func (t *tail) now() (position, changes int64, grown <-chan struct{}) {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.position, t.changes, t.grown
}

// Await returns as soon as an event with a position above the one given is
// durable, with the newest position; or with the context's error. A follower
// calls it between two [Store.EventsAfter].
func (s *Store) Await(ctx context.Context, position int64) (int64, error) {
	for {
		newest, _, grown := s.tail.now()
		if newest > position {
			return newest, nil
		}
		select {
		case <-grown:
		case <-ctx.Done():
			return newest, ctx.Err()
		}
	}
}
