package worktime

import "time"

// Day is what a calendar says about one date.
type Day struct {
	Date     Date
	Business bool       // a business day: it has hours of its own
	Open     []Interval // when it is open, on the date of the calendar's zone
	Reason   Reason     // Open or SpecialHours on a business day, else why not
	Closures []Closure  // the holidays and closures of that date, even when special hours win
}

// Day returns what the calendar says about a date. Outside the covered years a
// date is OutOfHours.
func (c *Calendar) Day(d Date) Day {
	n := d.number()
	out := Day{Date: d, Business: c.IsBusinessDay(d), Reason: OutOfHours}
	if !inRange(n) {
		return out
	}
	out.Open = c.dayIntervals(n)
	for _, p := range c.leaves() {
		look, closures := p.rules.look(n)
		out.Closures = append(out.Closures, closures...)
		if reason := look.reason(closures); out.Reason == OutOfHours || (reason <= SpecialHours && out.Reason > SpecialHours) {
			out.Reason = reason
		}
	}
	return out
}

// Closures returns the closures of the dates from..to (both included), in order
// of date, public holidays first: what a published list of days off holds. Dates
// that special hours keep open are left out; those that they close are company
// closures. Regular days off are not closures.
func (c *Calendar) Closures(from, to Date) []Closure {
	var out []Closure
	for n := max(from.number(), firstDay); n <= min(to.number(), lastDay); n++ {
		d := dateOf(n)
		if c.IsBusinessDay(d) {
			continue
		}
		day := c.Day(d)
		if day.Reason == SpecialClosed && len(day.Closures) == 0 {
			day.Closures = []Closure{{Date: d, Name: Name{SpecialClosed.In("ja"), SpecialClosed.In("en")}, Kind: CompanyClosure}}
		}
		out = append(out, day.Closures...)
	}
	return out
}

// reason says in one word what the date is.
func (d day) reason(closures []Closure) Reason {
	switch {
	case d.kind == specialDay && d.business:
		return SpecialHours
	case d.kind == specialDay:
		return SpecialClosed
	case d.kind == closedDay && closures[0].Kind == CompanyClosure:
		return CompanyHoliday
	case d.kind == closedDay:
		return Holiday
	case d.business:
		return Open
	}
	return Weekend
}

// dayIntervals returns the open runs while the wall clock shows day n. A clock
// set back over midnight shows it twice.
func (c *Calendar) dayIntervals(n int64) []Interval {
	var out []Interval
	const span = 2 * secondsPerDay // no zone is further from UTC
	begin, end := n*secondsPerDay, (n+1)*secondsPerDay
	lo, hi := max(begin-span, c.open.base), min(end+span, c.open.base+c.open.limit)
	for _, run := range stretches(c.loc, lo, hi) {
		from, to := max(begin-run.offset, run.from), min(end-run.offset, run.to)
		for r := range c.open.runs(from, to) {
			i := Interval{c.instant(max(r.from, from)), c.instant(min(r.to, to))}
			if k := len(out); k > 0 && out[k-1].To.Equal(i.From) {
				out[k-1].To = i.To
				continue
			}
			out = append(out, i)
		}
	}
	return out
}

// ClosingTime returns when a business day's own hours end: 18:00 on an ordinary
// day, the next morning when they cross midnight, 24:00 around the clock. Breaks
// do not move it. It fails with [ErrNotBusinessDay] on any other date.
func (c *Calendar) ClosingTime(d Date) (time.Time, error) {
	n := d.number()
	if !inRange(n) {
		return time.Time{}, ErrOutOfRange
	}
	if !c.IsBusinessDay(d) {
		return time.Time{}, ErrNotBusinessDay
	}
	var latest time.Time
	for _, p := range c.leaves() {
		if !p.IsBusinessDay(d) {
			continue
		}
		if at := p.closing(n); at.After(latest) {
			latest = at
		}
	}
	return latest.In(c.loc), nil
}

// leaves returns the calendars with rules of their own: a union's parts, or the
// calendar itself.
func (c *Calendar) leaves() []*Calendar {
	if c.rules != nil {
		return []*Calendar{c}
	}
	return c.parts
}

// closing returns when the own hours of a business day end.
func (c *Calendar) closing(n int64) time.Time {
	hours, ok := find(c.rules.special, n)
	if !ok {
		hours = c.rules.regular[weekdayOf(n)]
	}
	last := 0 // wall-clock seconds after the day's midnight
	for _, h := range hours {
		end := int(h.To)
		if h.To <= h.From {
			end += secondsPerDay
		}
		last = max(last, end)
	}
	d := dateOf(n)
	return time.Date(d.Year, d.Month, d.Day, 0, 0, last, 0, c.loc)
}
