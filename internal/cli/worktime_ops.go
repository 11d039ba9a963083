package cli

import (
	"encoding/json"
	"fmt"
	"time"

	"madoguchi/internal/calendarfile"
	"madoguchi/terms/worktime"
	"madoguchi/terms/worktime/slafold"
)

// testCase is one case: an operation on a calendar with its input.
type testCase struct {
	ID       json.RawMessage `json:"id"`
	Calendar string          `json:"calendar"`
	Op       string          `json:"op"`
	Input    json.RawMessage `json:"input"`
}

// evaluator answers cases against the calendars of a library, each compiled
// when it is first named.
type evaluator struct {
	library  *calendarfile.Library
	targets  map[string]time.Duration // of a first response, by priority
	compiled map[string]compiled
}

type compiled struct {
	calendar *worktime.Calendar
	err      error
}

func newEvaluator(l *calendarfile.Library, targets map[string]time.Duration) *evaluator {
	return &evaluator{library: l, targets: targets, compiled: map[string]compiled{}}
}

func (e *evaluator) calendar(name string) (*worktime.Calendar, error) {
	c, ok := e.compiled[name]
	if !ok {
		var spec worktime.Spec
		if spec, c.err = e.library.Spec(name); c.err == nil {
			spec.AllowNeverOpen = true // a case may ask just that
			c.calendar, c.err = worktime.Compile(spec)
		}
		e.compiled[name] = c
	}
	return c.calendar, c.err
}

// answer returns the result of a case in the form of the vectors.
func (e *evaluator) answer(c testCase) (any, error) {
	if c.Op == "sla" {
		return e.sla(c.Input)
	}
	op, ok := operations[c.Op]
	if !ok {
		return nil, wrong("op", "there is no operation %q", c.Op)
	}
	cal, err := e.calendar(c.Calendar)
	if err != nil {
		return nil, wrong(fmt.Sprintf("calendar %q", c.Calendar), "%s", inWords(err))
	}
	return op(e, cal, c.Input)
}

// operations are what a case may ask of one calendar.
var operations = map[string]func(*evaluator, *worktime.Calendar, json.RawMessage) (any, error){
	"add_business":       func(_ *evaluator, c *worktime.Calendar, in json.RawMessage) (any, error) { return span(c.Add, in) },
	"sub_business":       func(_ *evaluator, c *worktime.Calendar, in json.RawMessage) (any, error) { return span(c.Sub, in) },
	"between":            between,
	"next_open":          nextOpen,
	"is_open":            isOpen,
	"add_business_days":  addBusinessDays,
	"reception_start":    receptionStart,
	"first_response_due": firstResponseDue,
	"support_plus_due":   supportPlusDue,
}

func span(move func(time.Time, time.Duration) (time.Time, error), raw json.RawMessage) (any, error) {
	var in struct {
		Start    *instant `json:"start"`
		Duration *millis  `json:"duration_ms"`
	}
	if err := decode(raw, &in); err != nil {
		return nil, err
	}
	if in.Start == nil || in.Duration == nil {
		return nil, missing("start", "duration_ms")
	}
	return stamped(move(in.Start.Time, time.Duration(*in.Duration)))
}

func between(_ *evaluator, c *worktime.Calendar, raw json.RawMessage) (any, error) {
	var in struct {
		Start *instant `json:"start"`
		End   *instant `json:"end"`
	}
	if err := decode(raw, &in); err != nil {
		return nil, err
	}
	if in.Start == nil || in.End == nil {
		return nil, missing("start", "end")
	}
	return inMillis(c.Between(in.Start.Time, in.End.Time)), nil
}

func nextOpen(_ *evaluator, c *worktime.Calendar, raw json.RawMessage) (any, error) {
	at, err := single(raw, "at")
	if err != nil {
		return nil, err
	}
	return stamped(c.NextOpen(at))
}

func isOpen(_ *evaluator, c *worktime.Calendar, raw json.RawMessage) (any, error) {
	at, err := single(raw, "at")
	return c.IsOpen(at), err
}

func receptionStart(_ *evaluator, c *worktime.Calendar, raw json.RawMessage) (any, error) {
	at, err := single(raw, "received_at")
	if err != nil {
		return nil, err
	}
	return stamped(c.NextOpen(at))
}

func addBusinessDays(_ *evaluator, c *worktime.Calendar, raw json.RawMessage) (any, error) {
	var in struct {
		Date *worktime.Date `json:"date"`
		N    *int           `json:"n"`
	}
	if err := decode(raw, &in); err != nil {
		return nil, err
	}
	if in.Date == nil || in.N == nil {
		return nil, missing("date", "n")
	}
	d, err := c.AddBusinessDays(*in.Date, *in.N)
	return d.String(), err
}

func firstResponseDue(e *evaluator, c *worktime.Calendar, raw json.RawMessage) (any, error) {
	at, err := single(raw, "received_at")
	if err != nil {
		return nil, err
	}
	var in struct {
		Priority string `json:"priority"`
	}
	if err := decode(raw, &in); err != nil {
		return nil, err
	}
	target, ok := e.targets[in.Priority]
	if !ok {
		return nil, wrong("input.priority", "there is no priority %q: it is high, medium or low", in.Priority)
	}
	return stamped(c.Add(at, target))
}

type plusDue struct {
	Day0    worktime.Date `json:"day0"`
	DueDate worktime.Date `json:"due_date"`
	DueAt   string        `json:"due_at"`
}

// supportPlusDue counts from the date of the first open instant at or after the
// reception, which itself is not counted, to closing time of the last day.
func supportPlusDue(_ *evaluator, c *worktime.Calendar, raw json.RawMessage) (any, error) {
	at, err := single(raw, "received_at")
	if err != nil {
		return nil, err
	}
	var in struct {
		Days *int `json:"business_days"`
	}
	if err := decode(raw, &in); err != nil {
		return nil, err
	}
	if in.Days == nil {
		return nil, missing("business_days")
	}
	start, err := c.NextOpen(at)
	if err != nil {
		return nil, err
	}
	var due plusDue
	due.Day0 = worktime.DateOf(start, c.Location())
	if due.DueDate, err = c.AddBusinessDays(due.Day0, *in.Days); err != nil {
		return nil, err
	}
	closing, err := c.ClosingTime(due.DueDate)
	due.DueAt = stamp(closing)
	return due, err
}

// sla answers the plain service-level fold.
func (e *evaluator) sla(raw json.RawMessage) (any, error) {
	var in slaInput
	if err := decode(raw, &in); err != nil {
		return nil, err
	}
	if in.OpenedAt == nil || in.Now == nil {
		return nil, missing("opened_at", "now")
	}
	h := slafold.History{Metric: in.Metric, OpenedAt: in.OpenedAt.Time, Priority: in.Priority, Targets: map[string]slafold.Target{}}
	for priority, t := range in.Targets {
		cal, err := e.calendar(t.Calendar)
		if err != nil {
			return nil, wrong(fmt.Sprintf("input.targets.%s: calendar %q", priority, t.Calendar), "%s", inWords(err))
		}
		h.Targets[priority] = slafold.Target{Time: time.Duration(t.Millis), Calendar: cal}
	}
	for i, ev := range in.Events {
		if ev.At == nil {
			return nil, missing(fmt.Sprintf("events[%d].at", i))
		}
		h.Events = append(h.Events, slafold.Event{At: ev.At.Time, Kind: ev.Type, Priority: ev.Priority})
	}
	s, err := slafold.Fold(h, in.Now.Time)
	if err != nil {
		return nil, err
	}
	out := slaStatus{s.State, nil, inMillis(s.Elapsed), inMillis(s.Remaining), s.Breached, s.EverBreached, s.Priority}
	if !s.Deadline.IsZero() {
		at := stamp(s.Deadline)
		out.Deadline = &at
	}
	return out, nil
}

type slaInput struct {
	Metric   slafold.Metric `json:"metric"`
	OpenedAt *instant       `json:"opened_at"`
	Priority string         `json:"priority"`
	Targets  map[string]struct {
		Millis   millis `json:"ms"`
		Calendar string `json:"calendar"`
	} `json:"targets"`
	Events []struct {
		At       *instant     `json:"at"`
		Type     slafold.Kind `json:"type"`
		Priority string       `json:"priority"`
	} `json:"events"`
	Now *instant `json:"now"`
}

type slaStatus struct {
	State        slafold.State `json:"state"`
	Deadline     *string       `json:"deadline"`
	Elapsed      json.Number   `json:"elapsed_ms"`
	Remaining    json.Number   `json:"remaining_ms"`
	Breached     bool          `json:"breached"`
	EverBreached bool          `json:"ever_breached"`
	Priority     string        `json:"priority"`
}
