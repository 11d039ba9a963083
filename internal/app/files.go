package app

import (
	"context"
	"time"

	"madoguchi/terms/fault"
)

// lookAfterFiles says at the start when the object store of the files does not
// do what the desk needs, and has the files of erasures deleted that were left
// because it was away.
func (a *App) lookAfterFiles(ctx context.Context) error {
	if !a.Store.Blobs().Remote() {
		return nil
	}
	if _, err := a.Store.Blobs().Probe(ctx, time.Now); err != nil && ctx.Err() == nil {
		a.log.Error("large mails and files cannot be kept; see madoguchi doctor", "error", err)
	}
	tick, stop := every(time.Minute)
	defer stop()
	for {
		select {
		case <-ctx.Done():
			return nil
		case <-tick:
		}
		if err := a.Desk.FinishErasures(ctx); err != nil && ctx.Err() == nil && !fault.Is(err, fault.Unavailable) {
			a.log.Error("files of an erasure are still there", "error", err)
		}
	}
}
