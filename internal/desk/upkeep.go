package desk

import (
	"context"
	"errors"
	"time"

	"madoguchi/internal/records/store"
)

// longestWindow is longer than any stretch of time within which attempts are
// counted.
const longestWindow = 48 * time.Hour

// RunUpkeep does each second what is due but promised to nobody: it warns of
// deadlines that are near, reminds of tasks, mails notices, and forgets every
// hour what nobody needs. It is no part of the sweep, which thousands of
// warnings of one instant would keep from judging. Of several nodes one does.
func (d *Desk) RunUpkeep(ctx context.Context) error {
	return d.store.Alone(ctx, "upkeep", d.keepUp)
}

func (d *Desk) keepUp(ctx context.Context) error {
	_, err := d.SetMissingWarnings(ctx)
	d.report("set warnings of deadlines", err)
	var tidied time.Time
	for goesOn := ctx.Err() == nil; goesOn; goesOn = rest(ctx, time.Second) {
		if now := d.now(); now.Sub(tidied) >= time.Hour {
			tidied = now
			d.report("forget what nobody needs", d.tidy(ctx))
		}
		_, err := d.Warn(ctx)
		d.report("warnings of deadlines", err)
		_, err = d.Remind(ctx)
		d.report("tasks", err)
		_, err = d.MailNotices(ctx)
		d.report("mails of notices", err)
	}
	return nil
}

// tidy forgets the attempts that nobody counts any more, the answers that no
// program asks for again, and files of customers that nobody took in.
func (d *Desk) tidy(ctx context.Context) error {
	before := d.now().Add(-longestWindow)
	return d.store.Write(ctx, func(tx *store.Tx) error {
		return errors.Join(tx.PruneAttempts(before), tx.PruneAPIAnswers(before), d.pruneImports(tx, d.now()))
	})
}
