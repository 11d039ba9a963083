// Package live tells open browsers that something changed.
//
// It owns the fan-out of small change notices inside one process. It refuses
// to carry customers' data: a notice names a case, and whoever wants to show
// it asks the desk again with their own rights.
//
// Start reading at [Hub].
package live

import (
	"crypto/rand"
	"fmt"
	"sync"
)

// Change says that a case has new events, or hints at what is no event.
type Change struct {
	ID   uint64 // counts up in this process
	Case string // id of the case; empty when the registry or the settings changed
	Hint string // topic of a hint, see [Hub.Hint]; empty for a case
}

// Hub fans changes out to subscribers. The zero value is ready; it is safe
// for concurrent use.
type Hub struct {
	mu   sync.Mutex
	name string // of this hub among those of other processes and earlier runs
	last uint64
	subs map[*Subscription]struct{}
}

// Subscription is one open browser's ear.
type Subscription struct {
	hub  *Hub
	wake chan struct{}

	mu      sync.Mutex
	pending map[key]uint64 // newest change of each case or topic not yet taken
	last    uint64
}

// key is what a notice is about.
type key struct {
	id   string // of a case, or a topic
	hint bool
}

// Publish tells all subscribers. It never waits for one: a slow subscriber's
// notices of one case are folded into the newest.
func (h *Hub) Publish(cases ...string) {
	for _, c := range cases {
		h.tell(key{id: c})
	}
}

// Hint tells all subscribers that something changed which is no event of a
// case: who looks at it, who writes. Topics are such as "case:" and the id.
func (h *Hub) Hint(topics ...string) {
	for _, t := range topics {
		h.tell(key{id: t, hint: true})
	}
}

func (h *Hub) tell(k key) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.last++
	for s := range h.subs {
		s.put(k, h.last)
	}
}

// Position names the newest change. A page that was made from what was read
// after it was asked for has missed nothing while it stays the same; that of
// another process never equals it.
func (h *Hub) Position() string {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.name == "" {
		h.name = rand.Text()
	}
	return fmt.Sprintf("%s-%d", h.name, h.last)
}

// Listeners returns how many ears are open.
func (h *Hub) Listeners() int {
	h.mu.Lock()
	defer h.mu.Unlock()
	return len(h.subs)
}

// Subscribe opens an ear. Close it when done.
func (h *Hub) Subscribe() *Subscription {
	s := &Subscription{hub: h, wake: make(chan struct{}, 1), pending: map[key]uint64{}}
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.subs == nil {
		h.subs = map[*Subscription]struct{}{}
	}
	h.subs[s] = struct{}{}
	return s
}

// Close closes the ear; further changes are not kept for it.
func (s *Subscription) Close() {
	s.hub.mu.Lock()
	defer s.hub.mu.Unlock()
	delete(s.hub.subs, s)
}

// C receives a value when there is something to take.
func (s *Subscription) C() <-chan struct{} { return s.wake }

// Take returns the changes since the last call, one for each case, in no
// particular order, and the number of the newest.
func (s *Subscription) Take() ([]Change, uint64) {
	s.mu.Lock()
	defer s.mu.Unlock()
	out := make([]Change, 0, len(s.pending))
	for k, id := range s.pending {
		c := Change{ID: id, Case: k.id}
		if k.hint {
			c = Change{ID: id, Hint: k.id}
		}
		out = append(out, c)
	}
	clear(s.pending)
	return out, s.last
}

func (s *Subscription) put(k key, id uint64) {
	s.mu.Lock()
	s.pending[k] = id
	s.last = id
	s.mu.Unlock()
	select {
	case s.wake <- struct{}{}:
	default:
	}
}
