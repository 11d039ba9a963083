package search

import (
	"context"
	"errors"
	"time"

	"madoguchi/internal/records/store"
)

const (
	// eventPage is how many events are read at a time.
	eventPage = 500
	// maxBatch is how many events one write may hold while the index is far
	// behind; a new event then waits at most for one such write.
	maxBatch = 2000
	// retry is how long the loop rests after a failure.
	retry = time.Second
	// gatherFor is how long events are gathered before they are indexed.
	gatherFor = 100 * time.Millisecond
	// MaxLag is how far the index may be behind the events in operation.
	MaxLag = 2 * time.Second
)

// RunIndexing follows the events until ctx ends: whatever is new is in the
// index within moments, and after a start it goes on where it was. Of several
// processes on one database a single one writes; another takes over when it
// ends. A failure is logged and tried again; it never reaches an act.
func (x *Index) RunIndexing(ctx context.Context) error { return x.db.Alone(ctx, "index", x.index) }

func (x *Index) index(ctx context.Context) error {
	x.write(true)
	defer x.write(false)
	begun := false
	pause := time.NewTimer(0)
	defer pause.Stop()
	late := false
	for {
		select {
		case <-ctx.Done():
			return nil
		case <-pause.C:
		}
		for ctx.Err() == nil {
			if !begun {
				if err := x.start(ctx); err != nil {
					if ctx.Err() == nil {
						x.log.Error("the search index waits", "error", err)
					}
					break
				}
				begun = true
			}
			more, err := x.step(ctx)
			if err == nil && !more {
				err = x.await(ctx)
				gather(ctx)
			}
			if err != nil {
				if ctx.Err() == nil {
					x.log.Error("the search index waits", "error", err)
				}
				break
			}
			if now := x.behind() > MaxLag; now != late {
				late = now
				x.log.Warn("search index", "late", late, "position", x.position())
			}
		}
		pause.Reset(retry)
	}
}

// gather lets more events come, so that one write takes them together: FTS5
// does much of its work once for each write.
func gather(ctx context.Context) {
	pause := time.NewTimer(gatherFor)
	defer pause.Stop()
	select {
	case <-ctx.Done():
	case <-pause.C:
	}
}

// CatchUp indexes everything that is there. progress (may be nil) is told the
// position reached and the newest one.
func (x *Index) CatchUp(ctx context.Context, progress func(done, total int64)) error {
	if err := x.start(ctx); err != nil {
		return err
	}
	for {
		more, err := x.step(ctx)
		if err != nil {
			return err
		}
		newest, err := x.store.Position(ctx)
		if err != nil {
			return err
		}
		if progress != nil {
			progress(x.position(), newest)
		}
		if !more {
			return nil
		}
	}
}

// Rebuild empties the index and makes it anew from the events.
func (x *Index) Rebuild(ctx context.Context, progress func(done, total int64)) error {
	return errors.Join(x.clear(ctx), x.CatchUp(ctx, progress))
}

// step indexes the next events and reports whether there may be more.
func (x *Index) step(ctx context.Context) (more bool, err error) {
	looked := x.now()
	var events []store.Stored
	from := x.position()
	at := from
	for len(events) < maxBatch {
		page, err := x.store.EventsOf(ctx, indexed, at, eventPage)
		if err != nil {
			return false, err
		}
		events = append(events, page...)
		if len(page) < eventPage {
			break
		}
		at = page[len(page)-1].Position
	}
	if len(events) > 0 {
		err := x.apply(ctx, from, events)
		if errors.Is(err, errMoved) {
			return true, x.look(ctx)
		}
		if err != nil {
			return false, err
		}
		x.reach(events[len(events)-1].Position)
	}
	if len(events) < maxBatch {
		x.caughtUp(looked)
	}
	return len(events) >= maxBatch, nil
}

// await returns when there is an event to index.
func (x *Index) await(ctx context.Context) error {
	at := x.position()
	newest, err := x.store.Position(ctx)
	if err != nil || newest > at {
		return err // written while the last batch was: the lag counts from then
	}
	if _, err := x.store.Await(ctx, at); err != nil {
		return err
	}
	x.caughtUp(x.now())
	return nil
}

func (x *Index) write(now bool) {
	x.mu.Lock()
	defer x.mu.Unlock()
	x.writing = now
}

func (x *Index) reach(position int64) {
	x.mu.Lock()
	defer x.mu.Unlock()
	x.reached = position
}

func (x *Index) position() int64 {
	x.mu.Lock()
	defer x.mu.Unlock()
	return x.reached
}

func (x *Index) caughtUp(at time.Time) {
	x.mu.Lock()
	defer x.mu.Unlock()
	x.current = at
}

func (x *Index) behind() time.Duration {
	x.mu.Lock()
	defer x.mu.Unlock()
	return x.now().Sub(x.current)
}

// Lag is how far the index is behind the history.
type Lag struct {
	Events int64         // not indexed yet
	Behind time.Duration // since when at most the oldest of them has waited; 0 when there is none
}

// Lag measures how far the index is behind, for the desk's metrics. A process
// that does not write the index knows since when it waits from the last time
// that it measured.
func (x *Index) Lag(ctx context.Context) (Lag, error) {
	at, err := x.state(ctx, "position")
	if err != nil {
		return Lag{}, err
	}
	newest, err := x.store.Position(ctx)
	if err != nil {
		return Lag{}, err
	}
	l := Lag{Events: max(0, newest-at)}
	if l.Events > 0 {
		l.Behind = max(0, x.waiting(at, newest))
	}
	return l, nil
}

// waiting says since when what was written last has waited at most, as far as
// this process knows.
func (x *Index) waiting(at, newest int64) time.Duration {
	x.mu.Lock()
	defer x.mu.Unlock()
	if !x.writing && x.db.Shared() { // another process writes
		if x.seen.position <= at {
			x.seen = seen{newest, x.now()}
		}
		return x.now().Sub(x.seen.at)
	}
	return x.now().Sub(x.current)
}

// seen is a position of the history and when this process first knew of it.
type seen struct {
	position int64
	at       time.Time
}
