package desk

import (
	"context"
	"time"

	"madoguchi/internal/records/store"
	"madoguchi/terms/cases"
	"madoguchi/terms/contract"
	"madoguchi/terms/fault"
	"madoguchi/terms/worktime"
)

// HoldCommand puts a case on hold.
type HoldCommand struct {
	Case   cases.ID
	Wait   cases.Wait // for whom its clocks rest; empty: for nobody
	Reason string
	Until  worktime.Date // the day on which it comes back, when the desk opens; zero: until somebody takes it up
}

// Hold puts a case on hold; see [cases.Case.Hold]. It comes back at the first
// open instant of the day named, in the hours of its own contract: on a day
// off that is the next business day's opening.
func (d *Desk) Hold(ctx context.Context, who Viewer, h HoldCommand) (*cases.Case, error) {
	return d.do(ctx, who, h.Case, holding(h), nil)
}

func holding(h HoldCommand) step {
	return func(_ *store.Tx, p *pen) error {
		until := time.Time{}
		if h.Until != (worktime.Date{}) {
			var err error
			if until, err = p.opens(h.Until); err != nil {
				return err
			}
		}
		return p.hold(h, until)
	}
}

// hold puts the case on hold until an instant, and the clocks follow.
func (p *pen) hold(h HoldCommand, until time.Time) error {
	facts, err := p.c.Hold(h.Wait, h.Reason, until, p.at)
	return p.writeOr(err, facts)
}

// opens is the first open instant of a day, or after it.
func (p *pen) opens(day worktime.Date) (time.Time, error) {
	midnight := time.Date(day.Year, day.Month, day.Day, 0, 0, 0, 0, p.con.Zone())
	at, err := p.con.Hours(contract.RegionID(p.c.Region)).NextOpen(midnight)
	if err != nil {
		return time.Time{}, fault.Wrap(fault.Invalid, err, "その日の営業時間が分かりません。別の日を指定してください。", "The hours of that day are not known. Please choose another day.").At("until")
	}
	return at, nil
}

// endHolds brings back what was on hold until now, each at the instant that
// was named, and closes what has been resolved for as many days as the desk's
// settings say. It returns how many cases it wrote into.
func (d *Desk) endHolds(ctx context.Context) (int, error) {
	now := d.settled()
	held, err := d.store.DueHolds(ctx, now, sweepBatch)
	if err != nil {
		return 0, err
	}
	n := 0
	for _, id := range held {
		_, err := d.change(ctx, id, itself, now, func(_ *store.Tx, p *pen) error {
			facts, at, ok := p.c.Return(now)
			if !ok {
				return nil // somebody took it up meanwhile
			}
			return p.writeAt(at, system, nil, facts...)
		})
		if err != nil {
			return n, err
		}
		n++
	}
	days := d.Site().CloseAfter
	if days <= 0 {
		return n, nil
	}
	before := now.AddDate(0, 0, -days)
	old, err := d.store.ResolvedBefore(ctx, before, sweepBatch)
	if err != nil {
		return n, err
	}
	for _, id := range old {
		_, err := d.change(ctx, id, itself, now, func(_ *store.Tx, p *pen) error {
			facts, ok := p.c.Expire(before)
			if !ok {
				return nil
			}
			return p.write(nil, facts...)
		})
		if err != nil {
			return n, err
		}
		n++
	}
	return n, nil
}
