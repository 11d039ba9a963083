package app

import (
	"context"
	"time"

	"madoguchi/internal/records/store"
)

// renew makes the rows of lists anew that an earlier version made, beside all
// other work, and says in the log how far it is. A failure of the database
// makes it begin again after a moment.
func (a *App) renew(ctx context.Context) error {
	tick, stop := every(2 * time.Second)
	defer stop()
	for _, due := a.Store.Renewal(); due && ctx.Err() == nil; _, due = a.Store.Renewal() {
		err := a.renewOnce(ctx)
		if err == nil || ctx.Err() != nil {
			continue
		}
		a.log.Error("renewing the lists paused", "error", err)
		select {
		case <-ctx.Done():
		case <-tick:
		}
	}
	return nil
}

// renewEvery is how many cases apart the log is told.
const renewEvery = 10_000

func (a *App) renewOnce(ctx context.Context) error {
	ctx, done := context.WithCancel(ctx) // the role is given back at the end
	defer done()
	return a.Store.Alone(ctx, "renewal", func(ctx context.Context) error {
		a.log.Info("an earlier version made the rows of the lists: they are made anew while the desk works")
		told := int64(0)
		err := a.Store.Renew(ctx, func(r store.Renewal) {
			if r.Done/renewEvery > told {
				told = r.Done / renewEvery
				a.log.Info("renewing the lists", "cases", r.Done, "of", r.Total)
			}
		})
		if err == nil {
			a.log.Info("the lists are renewed")
			done()
		}
		return err
	})
}

// renewing is how far it is, for probes.
func (a *App) renewing() (done, total int64, due bool) {
	r, due := a.Desk.Renewing()
	return r.Done, r.Total, due
}
