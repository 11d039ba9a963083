// Package clock computes the targets of one case: which clocks run, from
// when, to which deadlines, and what everything that happens does to them.
//
// It owns the rules of the section "Priority has two sides and one clock" of
// the semantics: provisional claims, the earlier of two deadlines, verdicts
// that latch; and what starts, stops and rests the clock of each metric. It is
// pure: it reads no clock and touches no store. What it decides is written
// into the case's history by the caller and is never decided again.
//
// Start reading at [Start] (a contact opens a case), [Follow] (something
// happened) and [Move] (somebody's view of the priority changes); [Fold] tells
// a whole history.
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

// Fact is something that follows from an event, to be written after it.
type Fact struct {
	At      time.Time
	Data    cases.Data
	Clauses []contract.ClauseID
}

// Open returns the initial-response target of a case that a contact at the
// given reception opens at priority p. The contract must have one for the
// priority in that region; otherwise the error is [fault.NotFound].
func Open(con *contract.Contract, channel contract.ChannelID, region contract.RegionID, p contract.PriorityID, reception time.Time) (Decision, error) {
	return counting{con: con, metric: contract.FirstResponse, channel: channel, region: region, priority: p, from: reception, cause: cases.CauseOpened}.due()
}

// Start returns the targets that a case has from its reception on, that of the
// initial response first; none while nobody knows whose case it is. at is now:
// a case may be identified long after its reception.
func Start(con *contract.Contract, c *cases.Case, at time.Time) ([]Fact, error) {
	if c.Organization == "" || c.First != nil {
		return nil, nil
	}
	f := follower{con: con, c: c, at: at}
	cause := cases.CauseOpened
	if !at.Equal(c.Reception) {
		cause = cases.CauseIdentified
	}
	for _, m := range []contract.Metric{contract.FirstResponse, contract.Restoration, contract.Resolution, contract.UpdateInterval} {
		if _, ok := con.Target(m, contract.PriorityID(c.Priority), contract.RegionID(c.Region)); !ok && m != contract.FirstResponse {
			continue
		}
		if c.Done() && m != contract.FirstResponse {
			continue
		}
		q := f.counting(m, cause)
		q.from, q.channel = c.Reception, contract.ChannelID(c.Channel)
		d, err := q.due()
		if err != nil {
			return nil, err
		}
		f.set(d)
	}
	return f.facts, nil
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

// Calendar returns the calendar that a recorded target of a region counts on.
func Calendar(con *contract.Contract, region string, t *cases.TargetSet) *worktime.Calendar {
	if t != nil {
		if t.Calendar == AroundClock {
			return con.AroundClock()
		}
		if cal, ok := con.Calendar(t.Calendar); ok {
			return cal
		}
	}
	return con.Hours(contract.RegionID(region))
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
