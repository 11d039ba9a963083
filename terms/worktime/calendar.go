package worktime

import (
	"time"
)

// Calendar is a compiled [Spec]. It never changes and is safe for any number
// of goroutines. All results are in the calendar's zone.
type Calendar struct {
	loc   *time.Location
	open  table
	days  businessDays
	rules *rules      // nil for a union
	parts []*Calendar // of a union
}

// Compile checks a Spec and builds its tables. It refuses, as a fault of kind
// Invalid that names the place in Field: an unknown zone, times that no clock
// shows, dates that do not exist or lie outside 1948–2099, unknown holiday
// laws, and a calendar that is never open (as [ErrNeverOpen]; see
// Spec.AllowNeverOpen). Hours that are unsorted, touch, overlap or cross
// midnight are meant as written and accepted.
func Compile(s Spec) (*Calendar, error) {
	loc, err := LoadZone(s.Zone)
	if err != nil {
		return nil, err
	}
	if err := s.check(); err != nil {
		return nil, err
	}
	c := &Calendar{loc: loc, rules: newRules(s)}
	c.open, c.days, err = c.rules.buildTable(loc)
	if err != nil {
		return nil, err
	}
	if c.open.total == 0 && !s.AllowNeverOpen {
		return nil, ErrNeverOpen
	}
	return c, nil
}

// Location returns the calendar's zone.
func (c *Calendar) Location() *time.Location { return c.loc }

// Add returns the earliest instant T at or after t for which [t, T) holds
// exactly d of business time. A d that runs out at closing time gives closing
// time, not the next opening; Add(t, 0) is t. It fails with [ErrNegative],
// with [ErrOutOfRange] when t or T lies outside the covered years, and with
// [ErrNeverOpen] when a closure of more than twelve years stands between.
func (c *Calendar) Add(t time.Time, d time.Duration) (time.Time, error) {
	sec, tab := t.Unix(), &c.open
	if d <= 0 || !tab.covers(sec) {
		return c.still(t, d)
	}
	target := tab.elapsed(t, sec) + int64(d)
	if target < 0 || target > tab.total*nanos {
		return time.Time{}, c.open.endless(sec)
	}
	// The last nanosecond counted lies inside an open second; T follows it.
	q := (target - 1) / nanos
	at := tab.place(q)
	if len(tab.gaps) > 0 && tab.waits(sec, at) {
		return time.Time{}, ErrNeverOpen
	}
	return time.Unix(at, target-q*nanos).In(c.loc), nil
}

// Sub returns the latest instant T at or before t for which [T, t) holds
// exactly d of business time: the mirror image of [Calendar.Add].
func (c *Calendar) Sub(t time.Time, d time.Duration) (time.Time, error) {
	sec, tab := t.Unix(), &c.open
	if d <= 0 || !tab.covers(sec) {
		return c.still(t, d)
	}
	target := tab.elapsed(t, sec) - int64(d)
	if target < 0 {
		return time.Time{}, c.open.bottomless(sec)
	}
	q := target / nanos
	at := tab.place(q)
	if len(tab.gaps) > 0 && tab.waited(at, sec) {
		return time.Time{}, ErrNeverOpen
	}
	return time.Unix(at, target-q*nanos).In(c.loc), nil
}

// still answers Add and Sub where nothing is to be looked up.
func (c *Calendar) still(t time.Time, d time.Duration) (time.Time, error) {
	switch {
	case d < 0:
		return time.Time{}, ErrNegative
	case !c.open.covers(t.Unix()):
		return time.Time{}, ErrOutOfRange
	}
	return t.Round(0).In(c.loc), nil
}

// Between returns the business time in [a, b), and minus that of [b, a) when b
// is earlier. Time outside the covered years counts as closed.
func (c *Calendar) Between(a, b time.Time) time.Duration {
	return time.Duration(c.open.elapsed(b, b.Unix()) - c.open.elapsed(a, a.Unix()))
}

// IsOpen reports whether the calendar is open at t: at opening time it is, at
// closing time it is not.
func (c *Calendar) IsOpen(t time.Time) bool {
	sec := t.Unix()
	if !c.open.covers(sec) {
		return false
	}
	_, open := c.open.measure(sec)
	return open
}
