package demo

import (
	"sync"
	"time"
)

// Clock is the desk's clock in a demonstration: it stands still at an instant
// while the week is played, and then runs on at the machine's pace.
type Clock struct {
	machine func() time.Time

	mu     sync.Mutex
	still  time.Time     // where it stands; zero: it runs
	offset time.Duration // how far it is ahead of the machine while it runs
}

// NewClock returns a clock that runs with the machine's.
func NewClock(machine func() time.Time) *Clock { return &Clock{machine: machine} }

// Now is the instant, in UTC.
func (c *Clock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	if !c.still.IsZero() {
		return c.still
	}
	return c.machine().Add(c.offset).UTC()
}

// Stand stops the clock at an instant.
func (c *Clock) Stand(at time.Time) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.still = at.UTC()
}

// Resume lets a clock that stands still run again, as if it had never stood.
func (c *Clock) Resume() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.still = time.Time{}
}

// Run lets the clock run on from an instant.
func (c *Clock) Run(from time.Time) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.still, c.offset = time.Time{}, from.Sub(c.machine())
}
