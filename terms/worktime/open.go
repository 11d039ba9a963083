package worktime

import (
	"iter"
	"time"
)

// Interval is a half-open run [From, To) of instants.
type Interval struct{ From, To time.Time }

// Duration returns the real time in the interval.
func (i Interval) Duration() time.Duration { return i.To.Sub(i.From) }

// NextOpen returns t if the calendar is open then, else the next instant at
// which it is. Errors as [Calendar.Add].
func (c *Calendar) NextOpen(t time.Time) (time.Time, error) {
	sec, tab := t.Unix(), &c.open
	if !tab.covers(sec) {
		return time.Time{}, ErrOutOfRange
	}
	amount, open := tab.measure(sec)
	if open {
		return t.Round(0).In(c.loc), nil
	}
	if amount >= tab.total {
		return time.Time{}, tab.endless(sec)
	}
	at := tab.place(amount)
	if tab.waits(sec, at) {
		return time.Time{}, ErrNeverOpen
	}
	return c.instant(at), nil
}

// NextClose returns the first instant at or after t at which the calendar is
// closed: t itself if it is closed then.
func (c *Calendar) NextClose(t time.Time) (time.Time, error) {
	sec := t.Unix()
	if !c.open.covers(sec) {
		return time.Time{}, ErrOutOfRange
	}
	if _, open := c.open.measure(sec); !open {
		return t.Round(0).In(c.loc), nil
	}
	to := c.open.runEnd(sec)
	if to >= c.open.base+c.open.limit {
		return time.Time{}, ErrOutOfRange
	}
	return c.instant(to), nil
}

// PrevOpen returns the latest opening at or before t: the start of the open
// run that t lies in, or of the last one before t.
func (c *Calendar) PrevOpen(t time.Time) (time.Time, error) {
	sec, tab := t.Unix(), &c.open
	if !tab.covers(sec) {
		return time.Time{}, ErrOutOfRange
	}
	amount, open := tab.measure(sec)
	if open {
		return c.instant(tab.runStart(sec)), nil
	}
	if amount == 0 {
		return time.Time{}, tab.bottomless(sec)
	}
	from := tab.place(amount - 1)
	if tab.waited(from, sec) {
		return time.Time{}, ErrNeverOpen
	}
	return c.instant(tab.runStart(from)), nil
}

// PrevClose returns the latest closing at or before t: the end of the last open
// run that is over at t.
func (c *Calendar) PrevClose(t time.Time) (time.Time, error) {
	sec, tab := t.Unix(), &c.open
	if !tab.covers(sec) {
		return time.Time{}, ErrOutOfRange
	}
	amount, open := tab.measure(sec)
	if open {
		start := tab.runStart(sec)
		amount, _ = tab.measure(start)
		sec = start
	}
	if amount == 0 {
		return time.Time{}, tab.bottomless(sec)
	}
	last := tab.place(amount - 1)
	if tab.waited(last, sec) {
		return time.Time{}, ErrNeverOpen
	}
	return c.instant(last + 1), nil
}

// Intervals yields the open runs within [from, to), clipped to it, in order.
// Runs that touch, at midnight say, are one.
func (c *Calendar) Intervals(from, to time.Time) iter.Seq[Interval] {
	return func(yield func(Interval) bool) {
		for run := range c.open.runs(from.Unix(), to.Unix()+1) {
			i := Interval{c.instant(run.from), c.instant(run.to)}
			if i.From.Before(from) {
				i.From = from.Round(0).In(c.loc)
			}
			if i.To.After(to) {
				i.To = to.Round(0).In(c.loc)
			}
			if i.From.Before(i.To) && !yield(i) {
				return
			}
		}
	}
}

func (c *Calendar) instant(sec int64) time.Time { return time.Unix(sec, 0).In(c.loc) }

// runs yields the open runs that meet [from, to), whole, in Unix seconds.
func (t *table) runs(from, to int64) iter.Seq[seconds] {
	return func(yield func(seconds) bool) {
		at := max(from, t.base)
		to := min(to, t.base+t.limit)
		for at < to {
			amount, open := t.measure(at)
			if !open {
				if amount >= t.total {
					return
				}
				if at = t.place(amount); at >= to {
					return
				}
			}
			run := seconds{t.runStart(at), t.runEnd(at)}
			if !yield(run) {
				return
			}
			at = run.to
		}
	}
}

// runEnd returns the end of the open run that covers second sec, across weeks.
func (t *table) runEnd(sec int64) int64 {
	end := t.base + t.limit
	for sec < end {
		w := (sec - t.base) / secondsPerWeek
		start := t.base + w*secondsPerWeek
		i, _ := t.spanAt(int(w), uint32(sec-start))
		if s := t.spans[i]; uint32(sec-start) < s.from {
			return sec
		} else if sec = start + int64(s.to); s.to < secondsPerWeek {
			return sec
		}
	}
	return end
}

// runStart returns the start of the open run that covers second sec.
func (t *table) runStart(sec int64) int64 {
	for {
		w := (sec - t.base) / secondsPerWeek
		start := t.base + w*secondsPerWeek
		i, _ := t.spanAt(int(w), uint32(sec-start))
		s := t.spans[i]
		if s.from > 0 || w == 0 {
			return start + int64(s.from)
		}
		if _, open := t.measure(start - 1); !open {
			return start
		}
		sec = start - 1
	}
}
