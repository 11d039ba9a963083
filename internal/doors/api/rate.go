package api

import (
	"sync"
	"time"

	"madoguchi/internal/desk"
	"madoguchi/terms/fault"
)

// Uses tells what the other nodes answered, and them what this one did.
type Uses interface {
	Take(name string)
	Spent(name string) int // by others, since it was last asked
}

// rates count what each token asked of all nodes: a second's worth may come at
// once, and is given back evenly. What others answered is heard of with a
// delay of a quarter of a second.
type rates struct {
	now  func() time.Time
	uses Uses
	mu   sync.Mutex
	of   map[string]*rate
}

type rate struct {
	left float64
	at   time.Time
}

func newRates(now func() time.Time, uses Uses) *rates {
	return &rates{now: now, uses: uses, of: map[string]*rate{}}
}

func (r *rates) take(c desk.Client) error {
	most, now := float64(c.PerSecond()), r.now()
	r.mu.Lock()
	defer r.mu.Unlock()
	b := r.of[c.ID()]
	if b == nil {
		b = &rate{left: most, at: now}
		r.of[c.ID()] = b
	}
	b.left, b.at = min(most, b.left+max(0, now.Sub(b.at).Seconds())*most), now
	// A token that was busy elsewhere waits here for a second at most.
	b.left = max(-most, b.left-float64(r.uses.Spent("token "+c.ID())))
	if b.left < 1 {
		return fault.New(fault.RateLimited, "このトークンのリクエスト数の上限に達しました。少し待ってから再度お試しください。", "This token has reached its rate of requests. Please wait a moment and try again.")
	}
	b.left--
	r.uses.Take("token " + c.ID())
	return nil
}
