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
	notices  int64
	grown    chan struct{} // closed when one of them grows
}

func newTail() *tail { return &tail{grown: make(chan struct{})} }

// reach is told how far what is durable now has come.
func (t *tail) reach(to counted) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if to.position <= t.position && to.changes <= t.changes && to.notices <= t.notices {
		return
	}
	t.position, t.changes, t.notices = max(to.position, t.position), max(to.changes, t.changes), max(to.notices, t.notices)
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

// AwaitNotices returns as soon as somebody was told something, by any process,
// since the number given; or with the context's error. It returns the number
// to go on from.
func (s *Store) AwaitNotices(ctx context.Context, since int64) (int64, error) {
	for {
		newest, grown := s.tail.told()
		if newest > since {
			return newest, nil
		}
		select {
		case <-grown:
		case <-ctx.Done():
			return newest, ctx.Err()
		}
	}
}

func (t *tail) told() (notices int64, grown <-chan struct{}) {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.notices, t.grown
}
