package desk

import (
	"context"
	"errors"
	"time"

	"madoguchi/internal/records/store"
	"madoguchi/terms/clock"
	"madoguchi/terms/fault"
)

// settle is how long after a deadline its miss is judged, so that a reply
// released at the very second is in the history first. The verdict carries
// the deadline's instant all the same.
const settle = 2 * time.Second

// sweepBatch is how many deadlines are judged in one transaction.
const sweepBatch = 200

// Sweep judges every deadline that has passed and returns how many.
func (d *Desk) Sweep(ctx context.Context) (int, error) {
	total := 0
	for {
		now := d.now()
		due, err := d.store.DueDeadlines(ctx, now.Add(-settle), sweepBatch)
		if err != nil || len(due) == 0 {
			return total, err
		}
		var touched []string
		err = d.store.Write(ctx, func(tx *store.Tx) error {
			touched = touched[:0]
			for _, row := range due {
				p, err := d.open(tx, row.Case, system, now)
				if err != nil {
					return err
				}
				if len(clock.Overdue(p.c, now)) == 0 {
					continue // another target of the same case came first, or nothing is due any more
				}
				if err := p.judgeOverdue(); err != nil {
					return err
				}
				if _, err := p.close(tx); err != nil {
					return err
				}
				touched = append(touched, string(row.Case))
			}
			return nil
		})
		if err != nil {
			return total, err
		}
		d.live.Publish(touched...)
		total += len(touched)
		if len(due) < sweepBatch || len(touched) == 0 {
			return total, nil
		}
	}
}

// RunSweep judges deadlines every second until ctx ends. Of several nodes one
// does; when it ends or loses the database, another goes on.
func (d *Desk) RunSweep(ctx context.Context) error {
	return d.store.Alone(ctx, "sweep", d.sweepOn)
}

func (d *Desk) sweepOn(ctx context.Context) error {
	tick := time.NewTicker(time.Second)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return nil
		case <-tick.C:
			if _, err := d.Sweep(ctx); err != nil && !errors.Is(err, context.Canceled) && !fault.Is(err, fault.Unavailable) {
				d.log.Error("sweep", "error", err)
			}
		}
	}
}
