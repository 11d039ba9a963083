package desk

import (
	"sync"
	"time"
)

// requests remembers the acts whose instant is taken and that may still wait
// for their turn. An act counts at the instant of its request; whoever judges
// what did not happen in time must not run ahead of it.
type requests struct {
	mu   sync.Mutex
	last int
	open map[int]time.Time
}

// begin takes the instant of a request. Call end when its act is over.
func (d *Desk) begin() (at time.Time, end func()) { return d.requests.begin(d.now) }

// elsewhere is how long an act of another node, whose clock may differ a
// little, may wait for its turn.
const elsewhere = 2 * time.Second

// settled is an instant before which no act can come into the history any
// more: that of the oldest request under way, or now.
func (d *Desk) settled() time.Time {
	if d.store.Shared() {
		return d.requests.settled(d.now, elsewhere)
	}
	return d.requests.settled(d.now, 0)
}

// The clock is read under the lock: a request that begins later has a later
// instant than what settled has answered.
func (r *requests) begin(now func() time.Time) (at time.Time, end func()) {
	r.mu.Lock()
	defer r.mu.Unlock()
	at = now()
	r.last++
	key := r.last
	if r.open == nil {
		r.open = map[int]time.Time{}
	}
	r.open[key] = at
	return at, func() {
		r.mu.Lock()
		defer r.mu.Unlock()
		delete(r.open, key)
	}
}

func (r *requests) settled(now func() time.Time, margin time.Duration) time.Time {
	r.mu.Lock()
	defer r.mu.Unlock()
	at := now().Add(-margin)
	for _, begun := range r.open {
		if begun.Before(at) {
			at = begun
		}
	}
	return at
}
