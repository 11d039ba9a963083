// Package clock computes the targets of one case: which target runs, from
// when, to which deadline, and what a change of priority would do to it.
//
// It owns the rules of the section "Priority has two sides and one clock" of
// the semantics: provisional claims, the earlier of two deadlines, verdicts
// that latch. It is pure: it reads no clock and touches no store. What it
// decides is written into the case's history by the caller and is never
// decided again.
//
// Start reading at [Open] (a contact opens a case) and [Move] (somebody's
// view of the priority changes).
package clock

import (
	"time"

	"madoguchi/terms/cases"
	"madoguchi/terms/contract"
	"madoguchi/terms/worktime"
)

// Decision is a target with the clauses that it rests on.
type Decision struct {
	Target  cases.TargetSet
	Clauses []contract.ClauseID
}

// Open returns the target of a case that a contact at the given reception
// opens at priority p. The contract must have a first-response target for
// the priority in that region; otherwise the error is [fault.NotFound].
func Open(con *contract.Contract, channel contract.ChannelID, region contract.RegionID, p contract.PriorityID, reception time.Time) (Decision, error) {
	return due(con, channel, region, p, reception, cases.CauseOpened, false)
}

// due is the plain rule: the target's business time, counted from the instant
// at which support of the contact begins.
func due(con *contract.Contract, channel contract.ChannelID, region contract.RegionID, p contract.PriorityID, from time.Time, cause cases.Cause, agreed bool) (Decision, error) {
	d, err := con.DeadlineAt(moment(agreed), p, channel, region, from)
	if err != nil {
		return Decision{}, err
	}
	name := d.Target.CalendarName
	if d.Target.Runs(moment(agreed)) {
		name = AroundClock
	}
	readings := make(map[string]string, len(d.Readings))
	for _, u := range d.Readings {
		readings[u.Name] = u.Chosen
	}
	return Decision{
		Target: cases.TargetSet{
			Metric:   cases.FirstResponse,
			Priority: string(p),
			Cause:    cause,
			From:     from.UTC(),
			Starts:   d.Starts.UTC(),
			Deadline: d.At.UTC(),
			Business: d.Target.Business,
			Calendar: name,
			Segments: segments(d.Calendar, from, d.At),
			Readings: readings,
			ZoneData: worktime.ZoneDataVersion(),
		},
		Clauses: d.Clauses,
	}, nil
}

// moment is where in its life a case stands for the reading response.high.clock.
func moment(agreed bool) contract.Moment {
	if agreed {
		return contract.FromAgreement
	}
	return contract.FromClaim
}

// AroundClock is the calendar name recorded for a target that runs at any hour.
const AroundClock = "around-the-clock"

// Calendar returns the calendar that a recorded target counts on.
func Calendar(con *contract.Contract, c *cases.Case) *worktime.Calendar {
	if c.First != nil {
		if c.First.Calendar == AroundClock {
			return con.AroundClock()
		}
		if cal, ok := con.Calendar(c.First.Calendar); ok {
			return cal
		}
	}
	return con.Hours(contract.RegionID(c.Region))
}

func segments(cal *worktime.Calendar, from, to time.Time) []cases.Segment {
	stretches := cal.Explain(from, to)
	out := make([]cases.Segment, 0, len(stretches))
	for _, s := range stretches {
		out = append(out, cases.Segment{
			From: s.From.UTC(), To: s.To.UTC(), Counted: s.Counts(),
			Reason: s.Reason.String(), NameJA: s.Name.JA, NameEN: s.Name.EN,
		})
	}
	return out
}

func join(lists ...[]contract.ClauseID) []contract.ClauseID {
	var out []contract.ClauseID
	seen := map[contract.ClauseID]bool{}
	for _, l := range lists {
		for _, id := range l {
			if !seen[id] {
				seen[id] = true
				out = append(out, id)
			}
		}
	}
	return out
}
