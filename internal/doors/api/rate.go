package api

import (
	"sync"
	"time"

	"madoguchi/internal/desk"
	"madoguchi/terms/fault"
)

// rates count what each token asked of this node: a second's worth may come at
// once, and is given back evenly.
type rates struct {
	now func() time.Time
	mu  sync.Mutex
	of  map[string]*rate
}

type rate struct {
	left float64
	at   time.Time
}

func newRates(now func() time.Time) *rates { return &rates{now: now, of: map[string]*rate{}} }

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
	if b.left < 1 {
		return fault.New(fault.RateLimited, "このトークンのリクエスト数の上限に達しました。少し待ってから再度お試しください。", "This token has reached its rate of requests. Please wait a moment and try again.")
	}
	b.left--
	return nil
}
