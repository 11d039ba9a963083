// Package staff says when a person of the desk is at work: hours of the week
// in their own zone, days off, and whether they are away just now.
//
// It owns that reckoning and its written forms. It refuses to know who the
// people are, and it does not count business time: these hours decide who is
// asked, never a deadline.
//
// Start reading at [Person.At].
package staff

import (
	"slices"
	"time"

	"madoguchi/terms/worktime"
)

// Span is a stretch of one day's wall clock. To is later than From, at most 24:00.
type Span struct{ From, To worktime.Clock }

// Week is the hours of each day, by [time.Weekday]; Sunday is 0. Spans of a
// day are in order and do not touch.
type Week [7][]Span

// Empty reports whether nobody works at any time of the week.
func (w Week) Empty() bool {
	return !slices.ContainsFunc(w[:], func(day []Span) bool { return len(day) > 0 })
}

// Off is a stretch of days off, both included, by the person's own calendar.
type Off struct{ From, To worktime.Date }

// covers reports whether a date lies in it.
func (o Off) covers(d worktime.Date) bool { return !d.Before(o.From) && !o.To.Before(d) }

// Person is what is known of when somebody works.
type Person struct {
	Zone *time.Location // whose wall clock; required
	Week Week           // their own hours; nil where Own is false
	Own  bool           // they have hours of their own, else the desk's hold
	Desk *worktime.Calendar
	Off  []Off

	AwaySince time.Time // zero: not away
	AwayUntil time.Time // zero: until they say that they are back
}

// State is what somebody does at an instant.
type State string

// The states.
const (
	AtWork State = "at-work"
	Away   State = "away"      // they said so
	DayOff State = "day-off"   // a vacation
	Closed State = "off-hours" // outside of their hours
)

// At says what the person does at t.
func (p Person) At(t time.Time) State {
	switch {
	case p.away(t):
		return Away
	case p.off(worktime.DateOf(t, p.Zone)):
		return DayOff
	case p.open(t):
		return AtWork
	}
	return Closed
}

// Works reports whether a date of the person's own calendar is one on which
// they work.
func (p Person) Works(d worktime.Date) bool {
	switch {
	case p.off(d):
		return false
	case p.Own:
		return len(p.Week[d.Weekday()]) > 0
	case p.Desk != nil:
		return p.Desk.IsBusinessDay(d)
	}
	return true
}

// farthest is how far [Person.Next] looks ahead.
const farthest = 400 * 24 * time.Hour

// Next returns the earliest instant from t on at which the person is at work:
// t itself if they are. ok is false when none is known, since they are away
// without an end or have no hours within a year.
func (p Person) Next(t time.Time) (at time.Time, ok bool) {
	end := t.Add(farthest)
	for t.Before(end) {
		switch p.At(t) {
		case AtWork:
			return t, true
		case Away:
			if p.AwayUntil.IsZero() {
				return time.Time{}, false
			}
			t = p.AwayUntil
		case DayOff:
			t = p.midnight(worktime.DateOf(t, p.Zone).AddDays(1))
		default:
			t = p.opening(t)
		}
	}
	return time.Time{}, false
}

// opening is a later instant at which something may begin: an opening of this
// day, or the next midnight.
func (p Person) opening(t time.Time) time.Time {
	day := worktime.DateOf(t, p.Zone)
	next := p.midnight(day.AddDays(1))
	if !p.Own {
		if p.Desk == nil {
			return next
		}
		if at, err := p.Desk.NextOpen(t); err == nil && at.After(t) {
			return at
		}
		return next
	}
	for _, s := range p.Week[day.Weekday()] {
		if at := p.wall(day, s.From); at.After(t) {
			return at
		}
	}
	return next
}

func (p Person) midnight(d worktime.Date) time.Time { return p.wall(d, 0) }

// wall is the instant at which the person's wall clock shows a time of a day.
func (p Person) wall(d worktime.Date, c worktime.Clock) time.Time {
	return time.Date(d.Year, d.Month, d.Day, 0, 0, int(c), 0, p.Zone)
}

func (p Person) away(t time.Time) bool {
	return !p.AwaySince.IsZero() && !t.Before(p.AwaySince) && (p.AwayUntil.IsZero() || t.Before(p.AwayUntil))
}

func (p Person) off(d worktime.Date) bool {
	return slices.ContainsFunc(p.Off, func(o Off) bool { return o.covers(d) })
}

func (p Person) open(t time.Time) bool {
	if !p.Own {
		return p.Desk == nil || p.Desk.IsOpen(t)
	}
	local := t.In(p.Zone)
	now := worktime.At(local.Clock())
	return slices.ContainsFunc(p.Week[local.Weekday()], func(s Span) bool { return s.From <= now && now < s.To })
}
