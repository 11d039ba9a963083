package desk

import (
	"context"
	"time"

	"madoguchi/terms/cases"
	"madoguchi/terms/contract"
)

// Forecast is what an act would do to each clock of a case that is owed, shown
// before it is made.
type Forecast []ClockChange

// ClockChange is what an act would do to one clock.
type ClockChange struct {
	What    ClockEffect
	Before  Clock // as it stands; without a metric for a clock that begins
	After   Clock // as the act leaves it
	Verdict cases.Verdict
	Clauses []contract.ClauseID // on which that rests; those of the target for a clock that stays
}

// ClockEffect says in a word what an act does to a clock.
type ClockEffect string

// The effects.
const (
	ClockStays    ClockEffect = "stays"    // the deadline stays
	ClockMoves    ClockEffect = "moves"    // to another deadline
	ClockBegins   ClockEffect = "begins"   // there was none, or the one before is decided
	ClockRenews   ClockEffect = "renews"   // it gets Verdict, and the next round begins
	ClockPauses   ClockEffect = "pauses"   // it comes to rest for somebody
	ClockResumes  ClockEffect = "resumes"  // it goes on
	ClockRests    ClockEffect = "rests"    // it rests for somebody, as before
	ClockMeets    ClockEffect = "meets"    // the target is met
	ClockBreaches ClockEffect = "breaches" // the target is missed at once
	ClockOverdue  ClockEffect = "overdue"  // it was missed before, and is owed as before
	ClockMakes    ClockEffect = "makes"    // what was missed is done, late
	ClockEnds     ClockEffect = "ends"     // it is no longer owed
)

// Changes reports whether any clock would not stay as it is.
func (f Forecast) Changes() bool {
	for _, c := range f {
		if c.Changes() {
			return true
		}
	}
	return false
}

// Changes reports whether the clock would not stay as it is.
func (c ClockChange) Changes() bool {
	switch c.What {
	case ClockStays, ClockRests, ClockOverdue:
		return false
	}
	return true
}

// rehearse makes an act on a copy of a case, which nobody gets to see, at an
// instant, and tells what became of the clocks. It is made with the very
// function with which the act itself writes.
func rehearse(con *contract.Contract, c *cases.Case, past []cases.Event, by hand, at time.Time, act func(*pen) error) (Forecast, error) {
	p := &pen{con: con, before: c, past: past, c: c.Clone(), at: at, by: by.Actor()}
	return p.watch(func() error { return act(p) })
}

// watch tells what an act does to the clocks of the pen's case. What is overdue
// before it is judged by itself: it is nothing that the act does.
func (p *pen) watch(act func() error) (Forecast, error) {
	was := &pen{con: p.con, past: p.past, c: p.c.Clone(), at: p.at, by: p.by}
	if err := was.judgeOverdue(); err != nil {
		return nil, err
	}
	written := len(p.events)
	if err := act(); err != nil {
		return nil, err
	}
	if err := p.judgeOverdue(); err != nil {
		return nil, err
	}
	return forecast(p.con, was.c, p.c, p.events[written:], p.at), nil
}

// forecast compares the clocks of a case before and after an act's events.
func forecast(con *contract.Contract, before, after *cases.Case, events []cases.Event, at time.Time) Forecast {
	var out Forecast
	for _, a := range after.Targets() {
		b := before.Target(a.Metric)
		facts := factsOf(events, a.Metric)
		if len(facts.clauses) == 0 {
			facts.clauses = con.TargetClauses(contract.Metric(a.Metric))
		}
		change := ClockChange{After: clockOf(con, after, a, at), Verdict: facts.verdict, Clauses: facts.clauses}
		if b != nil {
			change.Before = clockOf(con, before, b, at)
		}
		var told bool
		if change.What, told = effectOf(b, a, facts); told {
			out = append(out, change)
		}
	}
	return out
}

// clockFacts is what an act's events say of one clock.
type clockFacts struct {
	verdict cases.Verdict // that a running round got
	set     bool          // another deadline followed
	clauses []contract.ClauseID
}

func factsOf(events []cases.Event, metric string) clockFacts {
	var f clockFacts
	for _, e := range events {
		of := ""
		switch d := e.Data.(type) {
		case cases.TargetSet:
			of = d.Metric
			f.set = f.set || of == metric
		case cases.TargetPaused:
			of = d.Metric
		case cases.TargetCancelled:
			of = d.Metric
		case cases.TargetMet:
			if of = d.Metric; of == metric {
				f.verdict = cases.Met
			}
		case cases.TargetMissed:
			if of = d.Metric; of == metric {
				f.verdict = cases.Missed
			}
		}
		if of != metric {
			continue
		}
		for _, id := range e.Clauses {
			f.clauses = joined(f.clauses, contract.ClauseID(id))
		}
	}
	return f
}

func joined(list []contract.ClauseID, id contract.ClauseID) []contract.ClauseID {
	for _, have := range list {
		if have == id {
			return list
		}
	}
	return append(list, id)
}

// effectOf names what happened to a clock; false when it was decided before
// and still is.
func effectOf(b, a *cases.Target, f clockFacts) (ClockEffect, bool) {
	if b == nil || !b.Owed() {
		switch {
		case !a.Owed():
			return "", false
		case a.Verdict == cases.Missed:
			return ClockBreaches, true
		}
		return ClockBegins, true
	}
	switch {
	case a.Verdict == cases.Cancelled:
		return ClockEnds, true
	case b.Verdict == cases.Missed && !a.Owed():
		return ClockMakes, true
	case b.Verdict == cases.Missed && a.Verdict == cases.Missed:
		return ClockOverdue, true
	case b.Verdict == cases.Missed:
		return ClockBegins, true
	case a.Verdict == cases.Met:
		return ClockMeets, true
	case a.Verdict == cases.Missed:
		return ClockBreaches, true
	case f.verdict != cases.Undecided && f.set:
		return ClockRenews, true
	case a.Paused() && b.Paused():
		return ClockRests, true
	case a.Paused():
		return ClockPauses, true
	case b.Paused():
		return ClockResumes, true
	case !a.Deadline.Equal(b.Deadline):
		return ClockMoves, true
	}
	return ClockStays, true
}

// StatusForecast is what one of the acts of the menu of states would do.
type StatusForecast struct {
	Act    StatusAct
	Clocks Forecast
}

// StatusAct is what the menu of states offers.
type StatusAct struct {
	To      cases.Status
	Wait    cases.Wait // on hold: for whom
	Restore bool       // the service works again, and the case goes on
}

// PreviewStatus says what each of the acts would do to the clocks, leaving out
// those that cannot be made.
func (d *Desk) PreviewStatus(ctx context.Context, who Viewer, id cases.ID, acts []StatusAct) ([]StatusForecast, error) {
	if err := who.May(WorkCases); err != nil {
		return nil, err
	}
	c, events, err := d.caseFor(ctx, who, id)
	if err != nil {
		return nil, err
	}
	con, err := d.contracts.Version(c.Contract)
	if err != nil {
		return nil, err
	}
	at := d.now()
	var out []StatusForecast
	for _, a := range acts {
		f, err := rehearse(con, c, events, who, at, func(p *pen) error { return p.moveBy(a) })
		if err == nil {
			out = append(out, StatusForecast{a, f})
		}
	}
	return out, nil
}

// unsaid stands for what a person has not written yet; it moves no clock.
const unsaid = "-"

func (p *pen) moveBy(a StatusAct) error {
	switch {
	case a.Restore:
		facts, err := p.c.Restore(cases.ServiceRestored{Workaround: true, Reason: unsaid})
		return p.writeOr(err, facts)
	case a.To == cases.OnHold:
		return p.hold(HoldCommand{Wait: a.Wait, Reason: unsaid}, time.Time{})
	}
	return p.moveTo(a.To, unsaid)
}

// ReplyForecast says what a reply of a kind, released now, and the state after
// it would do to the clocks. It is empty where no reply can be made.
func (d *Desk) ReplyForecast(v CaseView, who Viewer, kind cases.ReplyKind, next cases.Status) Forecast {
	r := cases.Replied{Message: unsaid, Kind: kind, Text: unsaid, Counts: counts(v.Case, v.Contract, kind)}
	for _, m := range v.Case.Participants {
		if m.Verified {
			r.To = []cases.Address{m.Person}
			break
		}
	}
	f, err := rehearse(v.Contract, v.Case, v.Events, who, d.now(), func(p *pen) error {
		facts, err := p.c.Reply(r, next)
		if err != nil {
			return err
		}
		return p.answer(facts)
	})
	if err != nil {
		return nil
	}
	return f
}

// counts reports whether a bare reception is an initial response under the
// terms, as far as the case still owes one.
func counts(c *cases.Case, con *contract.Contract, kind cases.ReplyKind) bool {
	return kind == cases.ReceptionOnly && c.Response == nil && con.Reading(contract.ReadReception) == contract.ReceptionYes
}

// newly are the clocks of a case that an act opens.
func newly(con *contract.Contract, c *cases.Case, events []cases.Event, at time.Time) Forecast {
	return forecast(con, &cases.Case{}, c, events, at)
}
