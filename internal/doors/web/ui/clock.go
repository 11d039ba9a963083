package ui

import (
	"context"
	"fmt"
	"strconv"
	"strings"
	"time"
)

// ClockState is what a clock shows; each has a ring, a figure and words.
type ClockState string

// The states of a clock.
const (
	ClockNone    ClockState = "none" // no target runs
	ClockRunning ClockState = "run"
	ClockSoon    ClockState = "soon" // a quarter of the target or less is left
	ClockLate    ClockState = "late" // past the deadline, not answered yet
	ClockMet     ClockState = "met"  // answered in time: the verdict
	ClockMissed  ClockState = "miss" // the verdict: the target was missed
	ClockWaiting ClockState = "wait" // stopped: the customer is to answer
	ClockResting ClockState = "rest" // out of business hours
)

// Span is one stretch of open business time, From inclusive, To exclusive.
type Span struct{ From, To time.Time }

// Clock is one target of one case at the viewer's present.
type Clock struct {
	State    ClockState
	Deadline time.Time
	Target   time.Duration // business time the contract gives
	Left     time.Duration // business time left; negative past the deadline
	Taken    time.Duration // met or missed by an answer: business time it took
	Reopens  time.Time     // resting: when business time goes on
	Open     []Span        // open business time from now on, for the script that ticks
	Metric   string        // what is measured; empty: the initial response
	Wait     string        // waiting: for whom, "customer" when empty
	Ended    string        // no target runs any more: why; empty normally
}

// other reports whether the clock measures something else than the initial
// response, whose words name it.
func (c Clock) other() bool { return c.Metric != "" && c.Metric != "first_response" }

// Percent returns how much of the ring is drawn, 0 to 100.
func (c Clock) Percent() int {
	switch c.State {
	case ClockLate, ClockMet, ClockMissed:
		return 100
	case ClockNone:
		return 0
	}
	if c.Target <= 0 {
		return 0
	}
	return int(min(max(c.Left, 0), c.Target) * 100 / c.Target)
}

// Dash is the ring's stroke-dasharray over a path length of 100.
func (c Clock) Dash() string { return strconv.Itoa(c.Percent()) + " 100" }

// Ticks reports whether the figure changes with time.
func (c Clock) Ticks() bool {
	switch c.State {
	case ClockRunning, ClockSoon, ClockLate, ClockResting:
		return !c.Deadline.IsZero()
	}
	return false
}

// Figure is the clock's large text.
func (c Clock) Figure(ctx context.Context) string {
	switch c.State {
	case ClockMet:
		return T(ctx, "clock.met")
	case ClockMissed:
		return T(ctx, "clock.missed")
	case ClockWaiting:
		return T(ctx, "clock.stopped")
	case ClockNone:
		return "—"
	}
	return HM(c.Left)
}

// Words is the clock's small text: the state in words.
func (c Clock) Words(ctx context.Context) string {
	switch c.State {
	case ClockRunning:
		return T(ctx, "clock.words.run")
	case ClockSoon:
		return T(ctx, "clock.words.soon")
	case ClockLate:
		return T(ctx, "clock.words.late")
	case ClockMet:
		if c.other() {
			return T(ctx, "clock.words.done", HM(c.Taken))
		}
		if c.Taken == 0 {
			return T(ctx, "clock.words.answered") // a row of the queue does not keep how long it took
		}
		return T(ctx, "clock.words.met", HM(c.Taken))
	case ClockMissed:
		if c.other() && c.Taken > 0 {
			return T(ctx, "clock.words.done", HM(c.Taken))
		}
		if c.Taken > 0 {
			return T(ctx, "clock.words.missed", HM(c.Taken))
		}
		return T(ctx, "clock.words.late")
	case ClockWaiting:
		if c.Wait != "" && c.Wait != "customer" {
			return T(ctx, "clock.words.wait."+c.Wait)
		}
		return T(ctx, "clock.words.wait")
	case ClockResting:
		return T(ctx, "clock.words.rest", restText(ctx, c.Reopens))
	}
	if c.Ended != "" {
		return T(ctx, "clock.words.ended."+c.Ended)
	}
	return T(ctx, "clock.words.none")
}

func restText(ctx context.Context, t time.Time) string {
	if t.IsZero() {
		return "—"
	}
	return Near(ctx, t)
}

// spans writes the open spans for the script: from-to in Unix milliseconds.
func (c Clock) spans() string {
	b := make([]byte, 0, len(c.Open)*len("1795791600000-1795824000000 "))
	for i, s := range c.Open {
		if i > 0 {
			b = append(b, ' ')
		}
		b = strconv.AppendInt(b, s.From.UnixMilli(), 10)
		b = append(b, '-')
		b = strconv.AppendInt(b, s.To.UnixMilli(), 10)
	}
	return string(b)
}

// Day is the business day the strip draws, with the deadlines in it.
type Day struct {
	From, To time.Time
	Marks    []Mark
}

// Mark is one deadline of the day.
type Mark struct {
	At    time.Time
	Class string // h, m, l, late; "done" when met
}

// at returns where an instant lies in the day, as an SVG percentage.
func (d Day) at(t time.Time) string { return fmt.Sprintf("%.1f%%", d.share(t)) }

func (d Day) share(t time.Time) float64 {
	whole := d.To.Sub(d.From)
	if whole <= 0 {
		return 0
	}
	return min(max(float64(t.Sub(d.From))/float64(whole)*100, 0), 100)
}

func (d Day) label(ctx context.Context) string {
	var due []string
	for _, m := range d.Marks {
		if m.Class != "done" {
			due = append(due, Clk(ctx, m.At))
		}
	}
	now := Clk(ctx, Of(ctx).Now)
	if len(due) == 0 {
		return T(ctx, "strip.none", now)
	}
	return T(ctx, "strip.label", strings.Join(due, T(ctx, "list.sep")), now)
}
