package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"sync/atomic"
	"time"

	"madoguchi/contracts"
	"madoguchi/internal/app"
	"madoguchi/internal/records/store"
	"madoguchi/terms/contract"
)

// sweeps measures how long after an instant all deadlines of that instant are
// judged durably: 10,000 and 100,000 mails of one moment that nobody answered.
func sweeps(ctx context.Context, scratch string) error {
	for _, many := range []int{10_000, 100_000} {
		var took []time.Duration
		for i := range *runs {
			one, err := sweepOf(ctx, scratch, fmt.Sprintf("sweep-%d-%d", many, i), many)
			if err != nil {
				return err
			}
			took = append(took, one)
		}
		fmt.Printf("%6d deadlines at one instant, all judged after %v (%.0f a second)\n", many, median(took).Round(10*time.Millisecond), float64(many)/median(took).Seconds())
	}
	return nil
}

// sweepOf lets the deadlines of a new desk pass while it runs. The time from
// their instant to the last durable verdict is the machine's. Until the desk
// has indexed the mails and warned of their deadlines, as one that received
// them hours before has long done, its clock stands still before that instant.
func sweepOf(ctx context.Context, scratch, name string, many int) (time.Duration, error) {
	h, err := furnished(ctx, scratch, name)
	if err != nil {
		return 0, err
	}
	deadline, err := unanswered(ctx, h, many)
	if err != nil {
		return 0, err
	}
	const until = 2 * time.Second
	still := deadline.Add(-until)
	var begun atomic.Pointer[time.Time]
	now := func() time.Time {
		if b := begun.Load(); b != nil {
			return still.Add(time.Since(*b))
		}
		return still
	}
	a, err := app.Start(ctx, app.Config{Dir: h.data, Database: h.database, Contract: contracts.Default, Now: now, Log: slog.New(slog.DiscardHandler)})
	if err != nil {
		return 0, err
	}
	running, stop := context.WithCancel(ctx)
	ended := make(chan error, 1)
	go func() { ended <- a.Run(running) }()
	err = prepared(ctx, a, still)
	runs := time.Now()
	begun.Store(&runs)
	var took time.Duration
	if err == nil {
		took, err = judged(ctx, a.Store, deadline, runs.Add(until))
	}
	stop()
	return took, errors.Join(err, <-ended)
}

// prepared waits until everything that came before is indexed and every
// target's warning was set and given.
func prepared(ctx context.Context, a *app.App, now time.Time) error {
	for warning := false; ; {
		pulse, err := a.Desk.Pulse(ctx)
		if err != nil {
			return err
		}
		due, err := a.Store.DueWarnings(ctx, now, 1)
		if err != nil {
			return err
		}
		if warning && len(due) == 0 && pulse.Search.Events == 0 {
			return nil
		}
		warning = warning || len(due) > 0
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(50 * time.Millisecond):
		}
	}
}

// judged waits until no target with that deadline runs any more.
func judged(ctx context.Context, s *store.Store, deadline, passed time.Time) (time.Duration, error) {
	position := int64(0)
	for {
		newest, err := s.Await(ctx, position)
		if err != nil {
			return 0, err
		}
		position = newest
		left, err := s.DueDeadlines(ctx, deadline.Add(time.Microsecond), store.Deadline{}, 1)
		if err != nil {
			return 0, err
		}
		if len(left) == 0 {
			return time.Since(passed), nil
		}
	}
}

// unanswered writes mails of one moment and returns their common deadline.
func unanswered(ctx context.Context, h home, many int) (_ time.Time, err error) {
	s, err := store.Open(ctx, store.Config{Dir: h.data, Database: h.database, BatchTime: time.Second})
	if err != nil {
		return time.Time{}, err
	}
	defer func() { err = errors.Join(err, s.Close()) }()
	known, err := registered(ctx, s)
	if err != nil {
		return time.Time{}, err
	}
	name, file, err := contracts.Read(contracts.Default)
	if err != nil {
		return time.Time{}, err
	}
	con, err := contract.Load(name, file)
	if err != nil {
		return time.Time{}, err
	}
	r := recorder{con: con, id: newID, known: known}
	at := time.Date(2026, 11, 20, 2, 0, 0, 0, time.UTC)
	const batch = 500
	for from := 0; from < many; from += batch {
		err := s.Write(ctx, func(tx *store.Tx) error {
			for range min(batch, many-from) {
				number, err := tx.NextNumber()
				if err != nil {
					return err
				}
				history, err := r.record(story{number: number, reception: at}, at)
				if err != nil {
					return err
				}
				if _, err := tx.Append(nil, history...); err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			return time.Time{}, err
		}
	}
	first, err := s.NextDeadline(ctx)
	return first.Deadline, err
}
