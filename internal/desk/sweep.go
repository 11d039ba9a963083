package desk

import (
	"context"
	"errors"
	"runtime"
	"time"

	"golang.org/x/sync/errgroup"

	"madoguchi/internal/records/store"
	"madoguchi/terms/cases"
	"madoguchi/terms/clock"
)

// sweepBatch is how many deadlines are judged in one transaction.
const sweepBatch = 250

// Sweep judges every deadline that has passed, brings back what was on hold
// until now, and returns how many cases it wrote into. A deadline is left for the next time while a request that began
// before it is under way. A case that cannot be judged keeps no other from it:
// the error that is returned names it, after all others.
//
// The verdict carries the deadline's instant, whenever it is judged.
func (d *Desk) Sweep(ctx context.Context) (int, error) {
	until, whole := d.settled(), ctx
	g, ctx := errgroup.WithContext(ctx)
	ready := make(chan []ahead, 1) // the next batch is read while one is written
	var unreadable []error
	g.Go(func() error {
		defer close(ready)
		for after, more := (store.Deadline{}), true; more; {
			due, err := d.store.DueDeadlines(ctx, until, after, sweepBatch)
			if err != nil || len(due) == 0 {
				return err
			}
			batch, bad := d.loadOverdue(ctx, due)
			unreadable = append(unreadable, bad...)
			select {
			case ready <- batch:
			case <-ctx.Done():
				return ctx.Err()
			}
			after, more = due[len(due)-1], len(due) == sweepBatch
		}
		return nil
	})
	total := 0
	g.Go(func() error {
		for batch := range ready {
			n, err := d.judgeOverdue(ctx, batch, until)
			if err != nil {
				return err
			}
			total += n
		}
		return nil
	})
	if err := g.Wait(); err != nil {
		return total, errors.Join(append([]error{err}, unreadable...)...)
	}
	// The context of the group has ended: what follows has the caller's.
	n, err := d.endHolds(whole)
	return total + n, errors.Join(append([]error{err}, unreadable...)...)
}

// loadOverdue reads the cases of some deadlines, each once, beside the writer.
func (d *Desk) loadOverdue(ctx context.Context, due []store.Deadline) (batch []ahead, bad []error) {
	seen := map[cases.ID]bool{}
	for _, row := range due {
		if !seen[row.Case] {
			seen[row.Case] = true
			batch = append(batch, ahead{id: row.Case})
		}
	}
	errs := make([]error, len(batch))
	var g errgroup.Group
	g.SetLimit(max(1, runtime.GOMAXPROCS(0)-1)) // one processor is the writer's, who would wait for it after each sync
	for i := range batch {
		g.Go(func() error {
			batch[i].c, batch[i].past, errs[i] = d.store.Case(ctx, batch[i].id)
			return nil
		})
	}
	_ = g.Wait() // each case has its own error
	var good []ahead
	for i, one := range batch {
		if errs[i] == nil {
			good = append(good, one)
		} else {
			bad = append(bad, errs[i])
		}
	}
	return good, bad
}

// judgeOverdue writes the misses of one batch in one act.
func (d *Desk) judgeOverdue(ctx context.Context, batch []ahead, until time.Time) (int, error) {
	var touched []string
	err := d.store.Write(ctx, func(tx *store.Tx) error {
		touched = touched[:0]
		ids := make([]cases.ID, len(batch))
		for i, one := range batch {
			ids[i] = one.id
		}
		if err := tx.Foresee(ids); err != nil {
			return err
		}
		tell := &telling{desk: d, tx: tx}
		for _, one := range batch {
			p, err := d.reopen(tx, one, system, until)
			if err != nil {
				return err
			}
			p.telling = tell
			if p.c.Frozen != "" || len(clock.Overdue(p.c, until)) == 0 {
				continue // only a newer build may judge it, or an answer came meanwhile
			}
			if err := p.judgeOverdue(); err != nil {
				return err
			}
			if _, err := p.close(tx); err != nil {
				return err
			}
			touched = append(touched, string(one.id))
		}
		return nil
	})
	if err != nil {
		return 0, err
	}
	d.live.Publish(touched...)
	return len(touched), nil
}

// RunSweep releases scheduled replies when their instant comes and judges
// deadlines as they pass, in this order, and looks every second anyway, until
// ctx ends. Of several nodes one does; when it ends or loses the database,
// another goes on. What is due but promised to nobody is done beside it, by
// [Desk.RunUpkeep].
func (d *Desk) RunSweep(ctx context.Context) error {
	return d.store.Alone(ctx, "sweep", d.sweepOn)
}

func (d *Desk) sweepOn(ctx context.Context) error {
	for rest(ctx, d.nextSweep(ctx)) {
		_, err := d.ReleaseDue(ctx)
		d.report("release scheduled replies", err)
		_, err = d.Sweep(ctx)
		d.report("sweep", err)
	}
	return nil
}

// nextSweep is how long to wait: until the next deadline has passed, at most a
// second, and never so short that one deadline that cannot be judged yet keeps
// the machine busy.
func (d *Desk) nextSweep(ctx context.Context) time.Duration {
	const most, least = time.Second, 20 * time.Millisecond
	wait := most // none runs; or the next sweep meets the same error and reports it
	sooner := func(at time.Time) {
		if left := at.Sub(d.now()); left >= 0 { // what is past was tried just now
			wait = min(wait, max(least, left))
		}
	}
	if next, err := d.store.NextDeadline(ctx); err == nil {
		sooner(next.Deadline.Add(time.Millisecond))
	}
	if next, err := d.store.NextRelease(ctx); err == nil {
		sooner(next)
	}
	return wait
}
