package contract

import (
	"slices"
	"time"

	"madoguchi/terms/fault"
	"madoguchi/terms/worktime"
)

// Deadline is what a target gives for one instant, with the reasons.
type Deadline struct {
	Target   Target
	Received time.Time          // reception, or where else the target counts from, in the calendar's zone
	Starts   time.Time          // when the clock begins to count
	At       time.Time          // the earliest instant at which the target's time has elapsed; a response at it is in time
	Calendar *worktime.Calendar // on which it was counted: explain it with Explain(Starts, At)
	Clauses  []ClauseID
	Readings []ReadingUse
}

// Deadline returns the initial-response deadline of a contact received at an
// instant at priority p, before anything else happens to its case. The error
// is a fault of kind NotFound for a priority or region that the contract does
// not have, and Invalid beyond the years that calendars cover.
func (c *Contract) Deadline(p PriorityID, ch ChannelID, r RegionID, at time.Time) (Deadline, error) {
	return c.DeadlineAt(FromClaim, p, ch, r, at)
}

// DeadlineAt is Deadline at a later moment of the case's life: a target that
// runs around the clock from [FromAgreement] on does so only there (reading
// response.high.clock).
func (c *Contract) DeadlineAt(m Moment, p PriorityID, ch ChannelID, r RegionID, at time.Time) (Deadline, error) {
	return c.DeadlineOf(FirstResponse, m, p, ch, r, at)
}

// DeadlineOf is DeadlineAt for any metric. A contact that comes out of hours
// starts every clock alike: at the next opening of the target's own calendar,
// for a call by the reading phone.after-hours-start. The error is a fault of
// kind NotFound for a metric that the contract sets no target for.
func (c *Contract) DeadlineOf(metric Metric, m Moment, p PriorityID, ch ChannelID, r RegionID, at time.Time) (Deadline, error) {
	t, ok := c.Target(metric, p, r)
	if !ok {
		return Deadline{}, fault.New(fault.NotFound,
			"優先度「"+string(p)+"」・地域「"+string(r)+"」の目標（"+string(metric)+"）は、この契約にありません。",
			"the contract has no "+string(metric)+" target for priority "+string(p)+" in region "+string(r))
	}
	d := Deadline{Target: t, Received: at.In(t.Calendar.Location()), Calendar: t.Calendar, Readings: t.Readings}
	if t.Runs(m) {
		d.Calendar, d.Starts, d.Clauses = t.AroundClock, d.Received, t.Clauses
	} else {
		starts, clauses, readings := c.startOn(t.CalendarName, p, ch, r, at)
		d.Starts, d.Clauses = starts.In(t.Calendar.Location()), merge(t.Clauses, clauses)
		d.Readings = readings
		if len(t.Readings) > 0 {
			d.Readings = slices.Concat(t.Readings, readings)
		}
	}
	due, err := d.Calendar.Add(d.Starts, t.Business)
	if err != nil {
		return Deadline{}, err
	}
	d.At = due
	return d, nil
}

// Explain says of every stretch from the reception to the deadline whether it
// counts and why, see [worktime.Calendar.Explain]. Hours before support of the
// contact starts do not count.
func (d Deadline) Explain() []worktime.Segment {
	if !d.Starts.After(d.Received) {
		return d.Calendar.Explain(d.Received, d.At)
	}
	before := d.Calendar.Explain(d.Received, d.Starts)
	for i := range before {
		if before[i].Counts() {
			before[i].Reason, before[i].Name = worktime.OutOfHours, worktime.Name{}
		}
	}
	out := before[:0]
	for _, s := range before { // neighbours with one reason are one
		if n := len(out); n > 0 && out[n-1].Reason == s.Reason && out[n-1].Name == s.Name {
			out[n-1].To = s.To
			continue
		}
		out = append(out, s)
	}
	return append(out, d.Calendar.Explain(d.Starts, d.At)...)
}

// Runs reports whether the target runs around the clock at a moment of the
// case's life: from the claim on, or only once both sides agree.
func (t Target) Runs(m Moment) bool {
	switch t.Continuous {
	case FromClaim:
		return t.AroundClock != nil
	case FromAgreement:
		return t.AroundClock != nil && m == FromAgreement
	}
	return false
}

// merge returns the ids of both lists, each once.
func merge(a, b []ClauseID) []ClauseID {
	out := make([]ClauseID, 0, len(a)+len(b))
	out = append(out, a...)
	for _, id := range b {
		if !slices.Contains(out, id) {
			out = append(out, id)
		}
	}
	return out
}
