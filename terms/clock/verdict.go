package clock

import (
	"time"

	"madoguchi/terms/cases"
	"madoguchi/terms/contract"
)

// Answered returns the verdict that an initial response at the given instant
// brings, and nil where none is open: no target, or one that is decided. A
// response at the very instant of the deadline meets it (semantics, clock 3).
func Answered(con *contract.Contract, c *cases.Case, at time.Time, message string) cases.Data {
	if c.First == nil || c.First.Verdict != cases.Undecided {
		return nil
	}
	if at.After(c.First.Deadline) {
		return cases.TargetMissed{Metric: cases.FirstResponse, Deadline: c.First.Deadline}
	}
	used, left := Progress(con, c, at)
	return cases.TargetMet{
		Metric: cases.FirstResponse, Deadline: c.First.Deadline, At: at,
		Spare: left, Used: used, Answer: message,
	}
}

// Overdue returns the verdict that the passing of the deadline brings, and
// nil where the deadline has not passed at now or is decided already. A
// closed or resolved case that never got its response is judged too: closing
// does not hide a missed target.
func Overdue(c *cases.Case, now time.Time) cases.Data {
	if c.First == nil || c.First.Verdict != cases.Undecided || c.Response != nil || !now.After(c.First.Deadline) {
		return nil
	}
	return cases.TargetMissed{Metric: cases.FirstResponse, Deadline: c.First.Deadline}
}

// Progress returns how much of the running target's business time had passed
// at an instant, and how much was left; left is negative after the deadline.
// Both are zero for a case without a target.
func Progress(con *contract.Contract, c *cases.Case, at time.Time) (used, left time.Duration) {
	if c.First == nil {
		return 0, 0
	}
	cal := Calendar(con, c)
	left = cal.Between(at, c.First.Deadline)
	return c.First.Business - left, left
}

// Resting reports whether the calendar of the running target is closed at an
// instant, and when it opens again; the zero time if it never does.
func Resting(con *contract.Contract, c *cases.Case, at time.Time) (bool, time.Time) {
	cal := Calendar(con, c)
	if cal.IsOpen(at) {
		return false, time.Time{}
	}
	next, err := cal.NextOpen(at)
	if err != nil {
		return true, time.Time{}
	}
	return true, next
}
