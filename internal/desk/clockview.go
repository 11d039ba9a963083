package desk

import (
	"slices"
	"time"

	"madoguchi/terms/cases"
	"madoguchi/terms/clock"
	"madoguchi/terms/contract"
	"madoguchi/terms/worktime"
)

// ClockOf computes the clock that a case is shown with: the most urgent one
// that runs, else the nearest that rests for somebody, else that of the
// initial response.
func ClockOf(con *contract.Contract, c *cases.Case, now time.Time) Clock {
	t := c.Foremost()
	if t == nil {
		return Clock{State: ClockNone}
	}
	return clockOf(con, c, t, now)
}

// ClocksOf computes every clock of a case, in the order in which they are
// shown: the foremost, then those that are still owed by their deadline, then
// the decided ones.
func ClocksOf(con *contract.Contract, c *cases.Case, now time.Time) []Clock {
	first := c.Foremost()
	all := c.Targets()
	slices.SortStableFunc(all, func(a, b *cases.Target) int {
		order := func(t *cases.Target) int {
			switch {
			case t == first:
				return 0
			case t.Owed() && !t.Paused():
				return 1
			case t.Paused():
				return 2
			}
			return 3
		}
		if d := order(a) - order(b); d != 0 {
			return d
		}
		return a.Deadline.Compare(b.Deadline)
	})
	out := make([]Clock, len(all))
	for i, t := range all {
		out[i] = clockOf(con, c, t, now)
	}
	return out
}

func clockOf(con *contract.Contract, c *cases.Case, t *cases.Target, now time.Time) Clock {
	k := Clock{Metric: t.Metric, Priority: t.Priority, Deadline: t.Deadline, Business: t.Business, Label: con.MetricLabel(contract.Metric(t.Metric))}
	if late := lateAnswer(c, t); !late.IsZero() {
		k.State, k.At = ClockMissed, late
		k.Used, k.Left = clock.Progress(con, c.Region, t, late)
		return k
	}
	switch clock.StateOf(t, now) {
	case clock.Met:
		k.State, k.Left, k.Used, k.At = ClockMet, t.Spare, t.Used, t.Decided
		return k
	case clock.Cancelled:
		k.State, k.Cancelled, k.At = ClockCancelled, t.Cancelled, t.Decided
		return k
	case clock.Paused:
		k.State, k.Wait, k.Since = ClockPaused, t.Rest.Wait, t.Rest.Since
		if wait, _ := c.WaitsFor(); wait != "" {
			k.Wait = wait // for whom now: the clock may have come to rest for another
		}
		k.Used, k.Left = t.Rest.Used, t.Rest.Left
		return k
	case clock.Missed:
		k.State = ClockLate
	}
	k.Used, k.Left = clock.Progress(con, c.Region, t, now)
	resting, resumes := clock.Resting(con, c.Region, t, now)
	switch {
	case k.State == ClockLate:
	case resting:
		k.State, k.Resumes = ClockResting, resumes
	case k.Left*4 <= t.Business:
		k.State = ClockSoon
	default:
		k.State = ClockRunning
	}
	k.Open = openUntil(clock.Calendar(con, c.Region, &t.TargetSet), now, t.Deadline)
	return k
}

// lateAnswer is when what a missed target measures was done all the same.
func lateAnswer(c *cases.Case, t *cases.Target) time.Time {
	if t.Verdict == cases.Met || t.Verdict == cases.Cancelled {
		return time.Time{}
	}
	if t == c.First && c.Response != nil {
		return c.Response.At
	}
	return t.Late
}

// maxOpen is how many stretches of open hours a screen gets to count down by.
const maxOpen = 12

func openUntil(cal *worktime.Calendar, from, to time.Time) []Open {
	if to.Before(from) {
		to = from.Add(48 * time.Hour) // how the overrun grows
	}
	var out []Open
	// A minute earlier, since a screen's clock may be a little behind ours: it
	// must not think for a moment that the desk is closed.
	for i := range cal.Intervals(from.Add(-time.Minute), to) {
		if len(out) == maxOpen {
			break
		}
		out = append(out, Open{From: i.From, To: i.To})
	}
	return out
}
