package desk

import (
	"time"

	"madoguchi/terms/cases"
	"madoguchi/terms/clock"
	"madoguchi/terms/contract"
)

// ClockOf computes a case's first-response clock at an instant.
func ClockOf(con *contract.Contract, c *cases.Case, now time.Time) Clock {
	t := c.First
	if t == nil {
		return Clock{State: ClockNone}
	}
	k := Clock{Deadline: t.Deadline, Business: t.Business}
	switch {
	case t.Verdict == cases.Met:
		k.State, k.Left, k.Used = ClockMet, t.Spare, t.Used
		return k
	case c.Response != nil:
		k.State = ClockMissed
		k.Used, k.Left = clock.Progress(con, c, c.Response.At)
		return k
	}
	k.Used, k.Left = clock.Progress(con, c, now)
	resting, resumes := clock.Resting(con, c, now)
	switch {
	case t.Verdict == cases.Missed || now.After(t.Deadline):
		k.State = ClockLate
	case resting:
		k.State, k.Resumes = ClockResting, resumes
	case k.Left*4 <= t.Business:
		k.State = ClockSoon
	default:
		k.State = ClockRunning
	}
	k.Open = openUntil(con, c, now, t.Deadline)
	return k
}

// maxOpen is how many stretches of open hours a screen gets to count down by.
const maxOpen = 12

func openUntil(con *contract.Contract, c *cases.Case, from, to time.Time) []Open {
	if to.Before(from) {
		to = from.Add(48 * time.Hour) // how the overrun grows
	}
	var out []Open
	// A minute earlier, since a screen's clock may be a little behind ours: it
	// must not think for a moment that the desk is closed.
	for i := range clock.Calendar(con, c).Intervals(from.Add(-time.Minute), to) {
		if len(out) == maxOpen {
			break
		}
		out = append(out, Open{From: i.From, To: i.To})
	}
	return out
}
