package store

import (
	"context"
	"sync"
)

// tail lets followers of the history sleep until there is more of it.
type tail struct {
	mu    sync.Mutex
	newer reach
	grown chan struct{} // closed when a part of it grows
}

// reach is how far the records have come.
type reach struct {
	position int64 // of the newest event
	changes  int64 // of what desks hold in memory
	hints    int64 // see [Tx.Hint]
	notices  int64 // how often somebody was told something
}

// within reports whether nothing of r is beyond o.
func (r reach) within(o reach) bool {
	return r.position <= o.position && r.changes <= o.changes && r.hints <= o.hints && r.notices <= o.notices
}

func (r reach) and(o reach) reach {
	return reach{max(r.position, o.position), max(r.changes, o.changes), max(r.hints, o.hints), max(r.notices, o.notices)}
}

func newTail() *tail { return &tail{grown: make(chan struct{})} }

// reach is told how far what is durable now goes.
func (t *tail) reach(r reach) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if r.within(t.newer) {
		return
	}
	t.newer = t.newer.and(r)
	close(t.grown)
	t.grown = make(chan struct{})
}

func (t *tail) now() (reach, <-chan struct{}) {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.newer, t.grown
}

// Await returns as soon as an event with a position above the one given is
// durable, with the newest position; or with the context's error. A follower
// calls it between two [Store.EventsAfter].
func (s *Store) Await(ctx context.Context, position int64) (int64, error) {
	for {
		newest, grown := s.tail.now()
		if newest.position > position {
			return newest.position, nil
		}
		select {
		case <-grown:
		case <-ctx.Done():
			return newest.position, ctx.Err()
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
	return t.newer.notices, t.grown
}
