// Package slafold folds the events of one service-level metric into its state
// on a business clock.
//
// It is the plain fold that other desks also have: a target by priority, pauses,
// stop and reopen, with every priority change counted from the start. It refuses
// what a contract adds to it (verdicts that stay once given, readings of a clause,
// provisional priorities); those are the clock's of a case. Start reading at [Fold].
package slafold

import (
	"fmt"
	"slices"
	"time"

	"madoguchi/terms/fault"
	"madoguchi/terms/worktime"
)

// Metric says what is measured.
type Metric string

// The metrics. A first response is final; a resolution can be reopened.
const (
	FirstResponse Metric = "first_response"
	Resolution    Metric = "resolution"
)

// Kind is what an event does to the clock.
type Kind string

// The kinds of event.
const (
	Pause    Kind = "pause"
	Resume   Kind = "resume"
	Priority Kind = "priority"
	Stop     Kind = "stop"
	Reopen   Kind = "reopen"
)

// Event is one thing that happened. Priority names the new one, for that kind only.
type Event struct {
	At       time.Time
	Kind     Kind
	Priority string
}

// Target is the business time allowed, on a calendar.
type Target struct {
	Time     time.Duration
	Calendar *worktime.Calendar
}

// History is what is known of a metric.
type History struct {
	Metric   Metric
	OpenedAt time.Time
	Priority string
	Targets  map[string]Target // by priority
	Events   []Event           // in any order; of the same instant, as listed
}

// State is where the clock stands.
type State string

// The states.
const (
	Running  State = "running"
	Paused   State = "paused"
	Met      State = "met"
	Breached State = "breached"
)

// Status is a metric at one instant.
type Status struct {
	State        State
	Deadline     time.Time // zero while none is in force: paused before the target was used up
	Elapsed      time.Duration
	Remaining    time.Duration // negative when over
	Breached     bool
	EverBreached bool // past the deadline then in force, at some instant so far
	Priority     string
}

// Fold returns the metric's status at now. Events after now are ignored; events
// before the opening act at it; events that change nothing (a second pause, a
// resume while running) are ignored. It fails on an unknown metric, kind or
// priority, and when a deadline does not exist ([worktime.ErrNeverOpen]).
func Fold(h History, now time.Time) (Status, error) {
	if err := h.check(); err != nil {
		return Status{}, err
	}
	events := slices.Clone(h.Events)
	slices.SortStableFunc(events, func(a, b Event) int { return a.At.Compare(b.At) })
	c := clock{history: h, priority: h.Priority, since: h.OpenedAt, running: true}
	for _, e := range events {
		if e.At.After(now) {
			break
		}
		if e.At.Before(h.OpenedAt) {
			e.At = h.OpenedAt
		}
		if err := c.apply(e); err != nil {
			return Status{}, err
		}
	}
	return c.status(now)
}

func (h History) check() error {
	if h.Metric != FirstResponse && h.Metric != Resolution {
		return unknown("metric", string(h.Metric))
	}
	if _, ok := h.Targets[h.Priority]; !ok {
		return unknown("priority", h.Priority)
	}
	for p, t := range h.Targets {
		if t.Time < 0 || t.Calendar == nil {
			return fault.New(fault.Invalid, fmt.Sprintf("優先度 %q の目標が正しくありません。", p),
				fmt.Sprintf("the target of priority %q needs a calendar and a time that is not negative", p)).At("targets." + p)
		}
	}
	for i, e := range h.Events {
		field := fmt.Sprintf("events[%d]", i)
		switch e.Kind {
		case Pause, Resume, Stop, Reopen:
		case Priority:
			if _, ok := h.Targets[e.Priority]; !ok {
				return unknown(field+".priority", e.Priority)
			}
		default:
			return unknown(field+".type", string(e.Kind))
		}
	}
	return nil
}

func unknown(field, value string) error {
	return fault.New(fault.Invalid, fmt.Sprintf("%s の値 %q は使用できません。", field, value),
		fmt.Sprintf("%s: unknown value %q", field, value)).At(field)
}

// run is a stretch during which the clock ran.
type run struct{ from, to time.Time }

// clock is the fold's state. While it runs, since is when it last began to.
type clock struct {
	history  History
	priority string
	runs     []run
	since    time.Time
	running  bool
	stopped  bool
	verdict  Status // once stopped
	ever     bool
}

func (c *clock) apply(e Event) error {
	if c.stopped {
		if e.Kind == Reopen && c.history.Metric == Resolution {
			c.stopped, c.running, c.since = false, true, e.At
		}
		return nil
	}
	if err := c.noticeBreach(e.At); err != nil {
		return err
	}
	switch e.Kind {
	case Pause:
		c.halt(e.At)
	case Resume:
		if !c.running {
			c.running, c.since = true, e.At
		}
	case Priority:
		c.priority = e.Priority
	case Stop:
		v, err := c.status(e.At)
		if err != nil {
			return err
		}
		v.State = Met
		if v.Breached {
			v.State = Breached
		}
		c.halt(e.At)
		c.stopped, c.verdict = true, v
	case Reopen: // of what is not stopped
	}
	return nil
}

func (c *clock) halt(at time.Time) {
	if c.running {
		c.runs = append(c.runs, run{c.since, at})
		c.running = false
	}
}

func (c *clock) noticeBreach(at time.Time) error {
	deadline, ok, err := c.deadline()
	if err == nil && ok && at.After(deadline) {
		c.ever = true
	}
	return err
}

// elapsed returns the business time used at now, by the present priority's calendar.
func (c *clock) elapsed(now time.Time) time.Duration {
	cal := c.history.Targets[c.priority].Calendar
	var sum time.Duration
	for _, r := range c.runs {
		sum += cal.Between(r.from, r.to)
	}
	if c.running && now.After(c.since) {
		sum += cal.Between(c.since, now)
	}
	return sum
}

// deadline returns the earliest instant at which the target is used up, or
// false while the clock stands still before that.
func (c *clock) deadline() (time.Time, bool, error) {
	t := c.history.Targets[c.priority]
	left := t.Time
	for _, r := range c.runs {
		used := t.Calendar.Between(r.from, r.to)
		if used >= left {
			at, err := t.Calendar.Add(r.from, left)
			return at, true, err
		}
		left -= used
	}
	if !c.running {
		return time.Time{}, false, nil
	}
	at, err := t.Calendar.Add(c.since, left)
	return at, true, err
}

func (c *clock) status(now time.Time) (Status, error) {
	if c.stopped {
		return c.verdict, nil
	}
	deadline, ok, err := c.deadline()
	if err != nil {
		return Status{}, err
	}
	s := Status{State: Running, Elapsed: c.elapsed(now), Priority: c.priority}
	s.Remaining = c.history.Targets[c.priority].Time - s.Elapsed
	if ok {
		s.Deadline = deadline
		s.Breached = now.After(deadline)
	}
	switch {
	case s.Breached:
		s.State = Breached
	case !c.running:
		s.State = Paused
	}
	c.ever = c.ever || s.Breached
	s.EverBreached = c.ever
	return s, nil
}
