package desk

import (
	"context"
	"errors"
	"fmt"
	"time"

	"madoguchi/terms/fault"
)

// lookAfter is how often a desk looks for work that the process which took
// it on did not bring to its end.
const lookAfter = 5 * time.Second

// RunFollowing keeps this process up with others on the same records until
// ctx ends: browsers here hear what was done there, and settings, contracts
// and the registry are read again when they change.
func (d *Desk) RunFollowing(ctx context.Context) error {
	if !d.store.Shared() {
		<-ctx.Done()
		return nil
	}
	go d.lookForLeft(ctx)
	retry := time.NewTimer(0)
	defer retry.Stop()
	for {
		select {
		case <-ctx.Done():
			return nil
		case <-retry.C:
		}
		for {
			others, err := d.store.AwaitOthers(ctx)
			if err == nil && others.Changed {
				err = d.reload(ctx)
			}
			if err != nil {
				if !errors.Is(err, context.Canceled) && !fault.Is(err, fault.Unavailable) {
					d.log.Error("following other nodes", "error", err)
				}
				break
			}
			if others.Changed {
				d.live.Publish("")
			}
			d.live.Publish(others.Cases...)
			d.live.Hint(others.Hints...)
			wake(d.outgoing) // the node that sends may be this one
		}
		retry.Reset(time.Second)
	}
}

// lookForLeft wakes the filing for mails that another process accepted and
// did not file, since it ended.
func (d *Desk) lookForLeft(ctx context.Context) {
	tick := time.NewTicker(lookAfter)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
			wake(d.accepted)
		}
	}
}

// catchUp reads again at once what another node changed, where that must not
// be missed by the moment that the news takes.
func (d *Desk) catchUp(ctx context.Context) error {
	if !d.store.Shared() {
		return nil
	}
	n, err := d.store.Changes(ctx)
	if err != nil || n == d.caughtUp.Load() {
		return err
	}
	if err := d.reload(ctx); err != nil {
		return err
	}
	d.caughtUp.Store(n)
	return nil
}

// reload reads again what a desk holds in memory.
func (d *Desk) reload(ctx context.Context) error {
	if err := errors.Join(d.loadContracts(ctx), d.loadSite(ctx), d.loadMailTrust(ctx), d.loadDKIM(ctx), d.mailboxesChanged(ctx), d.sendersChanged(ctx)); err != nil {
		return fmt.Errorf("read again what another node changed: %w", err)
	}
	return nil
}
