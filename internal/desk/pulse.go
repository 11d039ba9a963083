package desk

import (
	"context"

	"madoguchi/internal/records/search"
	"madoguchi/internal/records/store"
)

// Pulse is how a running desk is doing, in numbers that name no customer.
type Pulse struct {
	store.Backlog
	Search   search.Lag // zero where nothing can be searched
	Events   int64      // in the history
	Browsers int        // that listen for changes on this node
	Renewing int64      // cases whose rows in lists an earlier version made, not made anew yet
}

// Pulse measures the desk. It costs a few short reads, however much it holds.
func (d *Desk) Pulse(ctx context.Context) (Pulse, error) {
	backlog, err := d.store.Backlog(ctx, d.now())
	if err != nil {
		return Pulse{}, err
	}
	p := Pulse{Backlog: backlog, Browsers: d.live.Listeners()}
	if r, due := d.store.Renewal(); due {
		p.Renewing = max(1, r.Total-r.Done)
	}
	if p.Events, err = d.store.Position(ctx); err != nil {
		return Pulse{}, err
	}
	if d.index != nil {
		if p.Search, err = d.index.Lag(ctx); err != nil {
			return Pulse{}, err
		}
	}
	return p, nil
}

// Ready says whether the desk can take responsibility for something new: it
// commits a small act. The error tells what is wrong.
func (d *Desk) Ready(ctx context.Context) error { return d.store.Ready(ctx) }

// Renewing says how far the rows of lists are made anew after an upgrade;
// false when nothing is.
func (d *Desk) Renewing() (store.Renewal, bool) { return d.store.Renewal() }
