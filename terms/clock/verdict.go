package clock

import (
	"slices"
	"time"

	"madoguchi/terms/cases"
	"madoguchi/terms/contract"
)

// Overdue returns the verdicts that the passing of deadlines brings: the
// running targets whose deadline lies before now, the earliest first. A clock
// that rests is never overdue. A closed or resolved case that never got its
// initial response is judged too: closing does not hide a missed target.
func Overdue(c *cases.Case, now time.Time) []cases.TargetMissed {
	var out []cases.TargetMissed
	if overdue(c.First, now) && c.Response == nil {
		out = append(out, cases.TargetMissed{Metric: cases.FirstResponse, Deadline: c.First.Deadline})
	}
	for i := range c.Others {
		if t := &c.Others[i]; overdue(t, now) {
			out = append(out, cases.TargetMissed{Metric: t.Metric, Deadline: t.Deadline})
		}
	}
	if len(out) > 1 {
		slices.SortStableFunc(out, func(a, b cases.TargetMissed) int { return a.Deadline.Compare(b.Deadline) })
	}
	return out
}

func overdue(t *cases.Target, now time.Time) bool {
	return t != nil && t.Running() && now.After(t.Deadline)
}

// Judges reports whether a fact may stop, move or rest a clock, so that what
// is overdue must be judged before it is written.
func Judges(d cases.Data) bool {
	switch d.(type) {
	case cases.Replied, cases.DeliveryRetried, cases.StatusChanged, cases.ServiceRestored, cases.PriorityClaimed, cases.PriorityJudged, cases.PriorityAgreed, cases.ContractRebased:
		return true
	}
	return false
}

// verdict is what a fact at an instant makes of an open target that it
// fulfils. At the very instant of the deadline it is in time (semantics,
// clock 3); of a clock that rests it always is.
func verdict(con *contract.Contract, region string, t *cases.Target, at time.Time, message string) cases.Data {
	if overdue(t, at) {
		return cases.TargetMissed{Metric: t.Metric, Deadline: t.Deadline}
	}
	used, left := Progress(con, region, t, at)
	return cases.TargetMet{Metric: t.Metric, Deadline: t.Deadline, At: at, Spare: left, Used: used, Answer: message}
}

// Progress returns how much of a target's business time had passed at an
// instant, and how much was left; left is negative after the deadline. Of a
// clock that rests both are those of when it stopped.
func Progress(con *contract.Contract, region string, t *cases.Target, at time.Time) (used, left time.Duration) {
	if t.Paused() {
		return t.Rest.Used, t.Rest.Left
	}
	left = Calendar(con, region, &t.TargetSet).Between(at, t.Deadline)
	return t.Business - left, left
}

// Resting reports whether the calendar of a target is closed at an instant,
// and when it opens again; the zero time if it never does.
func Resting(con *contract.Contract, region string, t *cases.Target, at time.Time) (bool, time.Time) {
	cal := Calendar(con, region, &t.TargetSet)
	if cal.IsOpen(at) {
		return false, time.Time{}
	}
	next, err := cal.NextOpen(at)
	if err != nil {
		return true, time.Time{}
	}
	return true, next
}

// State is where one clock stands, in a word.
type State string

// The states.
const (
	Running    State = "running"    // counting to its deadline, in or out of hours
	Paused     State = "paused"     // the case waits for somebody: no deadline
	Superseded State = "superseded" // counting again: a verdict that was given no longer stands
	Met        State = "met"
	Missed     State = "missed"    // and what it measures is still owed
	MadeGood   State = "made_good" // missed, and done since
	Cancelled  State = "cancelled" // no longer owed
)

// StateOf returns where a clock stands at an instant. Before anybody has
// judged it, a deadline that has passed is missed already.
func StateOf(t *cases.Target, at time.Time) State {
	switch {
	case t.Verdict == cases.Met:
		return Met
	case t.Verdict == cases.Cancelled:
		return Cancelled
	case t.Verdict == cases.Missed && !t.Late.IsZero():
		return MadeGood
	case t.Verdict == cases.Missed || overdue(t, at):
		return Missed
	case t.Paused():
		return Paused
	case t.Superseded > 0:
		return Superseded
	}
	return Running
}
