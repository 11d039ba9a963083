package slafold

import (
	"errors"
	"testing"
	"time"

	"pgregory.net/rapid"

	"madoguchi/terms/fault"
	"madoguchi/terms/worktime"
)

// calendar returns an office (10:00–18:00 on weekdays) or a desk around the clock, in Japan.
func calendar(tb testing.TB, hours worktime.Hours, days ...time.Weekday) *worktime.Calendar {
	tb.Helper()
	s := worktime.Spec{Zone: "Asia/Tokyo", Weekly: map[time.Weekday][]worktime.Hours{}}
	for _, d := range days {
		s.Weekly[d] = []worktime.Hours{hours}
	}
	c, err := worktime.Compile(s)
	if err != nil {
		tb.Fatal(err)
	}
	return c
}

func office(tb testing.TB) *worktime.Calendar {
	return calendar(tb, worktime.Hours{From: worktime.At(10, 0, 0), To: worktime.At(18, 0, 0)},
		time.Monday, time.Tuesday, time.Wednesday, time.Thursday, time.Friday)
}

func always(tb testing.TB) *worktime.Calendar {
	return calendar(tb, worktime.Hours{From: 0, To: worktime.At(24, 0, 0)},
		time.Sunday, time.Monday, time.Tuesday, time.Wednesday, time.Thursday, time.Friday, time.Saturday)
}

// at reads a time of the week that begins on Monday 3 June 2024, in Japan.
func at(tb testing.TB, s string) time.Time {
	tb.Helper()
	if s == "" {
		return time.Time{}
	}
	days := map[string]int{"Mon": 3, "Tue": 4, "Wed": 5, "Thu": 6, "Fri": 7, "Sat": 8, "Sun": 9}
	clock, err := time.Parse("15:04", s[4:])
	if err != nil {
		tb.Fatal(err)
	}
	return time.Date(2024, 6, days[s[:3]], clock.Hour(), clock.Minute(), 0, 0, time.FixedZone("JST", 9*3600))
}

func history(tb testing.TB, metric Metric, opened, priority string, events ...Event) History {
	return History{
		Metric: metric, OpenedAt: at(tb, opened), Priority: priority, Events: events,
		Targets: map[string]Target{
			"high": {2 * time.Hour, office(tb)}, "medium": {6 * time.Hour, office(tb)}, "low": {8 * time.Hour, office(tb)},
			"emergency": {2 * time.Hour, always(tb)},
		},
	}
}

func TestTheClockOfOneMetric(t *testing.T) {
	ev := func(when string, kind Kind, priority ...string) Event {
		e := Event{At: at(t, when), Kind: kind}
		if len(priority) > 0 {
			e.Priority = priority[0]
		}
		return e
	}
	for _, tt := range []struct {
		name     string
		metric   Metric
		opened   string
		priority string
		events   []Event
		now      string
		state    State
		deadline string
		elapsed  time.Duration
		ever     bool
	}{
		{"counts from the next opening", FirstResponse, "Mon 19:00", "high", nil, "Tue 11:00", Running, "Tue 12:00", time.Hour, false},
		{"is in time on the dot", FirstResponse, "Mon 16:00", "high", []Event{ev("Mon 18:00", Stop)}, "Tue 11:00", Met, "Mon 18:00", 2 * time.Hour, false},
		{"is late at night after a deadline at closing time", FirstResponse, "Mon 16:00", "high", []Event{ev("Mon 22:00", Stop)}, "Tue 11:00", Breached, "Mon 18:00", 2 * time.Hour, true},
		{"stands still in a pause", Resolution, "Mon 10:00", "high", []Event{ev("Mon 11:00", Pause)}, "Wed 12:00", Paused, "", time.Hour, false},
		{"goes on after a pause", Resolution, "Mon 10:00", "high", []Event{ev("Mon 11:00", Pause), ev("Mon 14:00", Resume)}, "Mon 14:30", Running, "Mon 15:00", 90 * time.Minute, false},
		{"loses nothing by a pause at night", Resolution, "Mon 17:00", "high", []Event{ev("Mon 20:00", Pause), ev("Tue 08:00", Resume)}, "Tue 10:30", Running, "Tue 11:00", 90 * time.Minute, false},
		{"keeps a deadline at which the pause begins", Resolution, "Mon 10:00", "high", []Event{ev("Mon 12:00", Pause)}, "Mon 13:00", Breached, "Mon 12:00", 2 * time.Hour, true},
		{"is met when stopped in a pause", FirstResponse, "Mon 10:00", "high", []Event{ev("Mon 11:00", Pause), ev("Fri 12:00", Stop)}, "Fri 13:00", Met, "", time.Hour, false},
		{"is counted anew from the start by another priority", Resolution, "Mon 10:00", "medium", []Event{ev("Mon 13:00", Priority, "high")}, "Mon 13:00", Breached, "Mon 12:00", 3 * time.Hour, true},
		{"comes back within time by a lower priority, which is remembered", Resolution, "Mon 10:00", "high", []Event{ev("Mon 13:00", Priority, "low")}, "Mon 14:00", Running, "Mon 18:00", 4 * time.Hour, true},
		{"takes the calendar of the priority for the whole history", Resolution, "Mon 19:00", "medium", []Event{ev("Mon 20:00", Priority, "emergency")}, "Mon 20:30", Running, "Mon 21:00", 90 * time.Minute, false},
		{"does not hear of priorities once stopped", FirstResponse, "Mon 10:00", "medium", []Event{ev("Mon 13:00", Stop), ev("Mon 14:00", Priority, "high"), ev("Mon 15:00", Pause)}, "Tue 11:00", Met, "Mon 16:00", 3 * time.Hour, false},
		{"excludes the time until it is reopened", Resolution, "Mon 10:00", "high", []Event{ev("Mon 11:00", Stop), ev("Mon 15:00", Reopen)}, "Mon 15:30", Running, "Mon 16:00", 90 * time.Minute, false},
		{"runs when reopened, though paused before", Resolution, "Mon 10:00", "high", []Event{ev("Mon 10:30", Pause), ev("Mon 11:00", Stop), ev("Mon 15:00", Reopen)}, "Mon 15:30", Running, "Mon 16:30", time.Hour, false},
		{"never reopens a first response", FirstResponse, "Mon 10:00", "high", []Event{ev("Mon 11:00", Stop), ev("Mon 15:00", Reopen)}, "Fri 15:30", Met, "Mon 12:00", time.Hour, false},
		{"ignores what changes nothing", Resolution, "Mon 10:00", "high", []Event{ev("Mon 10:10", Resume), ev("Mon 10:20", Reopen), ev("Mon 10:30", Pause), ev("Mon 10:40", Pause), ev("Mon 11:00", Resume)}, "Mon 11:30", Running, "Mon 12:30", time.Hour, false},
		{"ignores what is still to come", Resolution, "Mon 10:00", "high", []Event{ev("Mon 11:00", Stop)}, "Mon 10:30", Running, "Mon 12:00", 30 * time.Minute, false},
		{"takes earlier events at the opening", Resolution, "Tue 10:00", "low", []Event{ev("Mon 11:00", Priority, "high")}, "Tue 11:00", Running, "Tue 12:00", time.Hour, false},
		{"has used nothing before it opens", Resolution, "Tue 10:00", "high", nil, "Mon 12:00", Running, "Tue 12:00", 0, false},
	} {
		t.Run(tt.name, func(t *testing.T) {
			s, err := Fold(history(t, tt.metric, tt.opened, tt.priority, tt.events...), at(t, tt.now))
			if err != nil {
				t.Fatal(err)
			}
			if s.State != tt.state || !s.Deadline.Equal(at(t, tt.deadline)) || s.Elapsed != tt.elapsed || s.EverBreached != tt.ever || s.Breached != (tt.state == Breached) {
				t.Errorf("got %+v", s)
			}
		})
	}
}

func TestAHistoryThatMeansNothingIsRefused(t *testing.T) {
	good := history(t, Resolution, "Mon 10:00", "high")
	for name, tt := range map[string]struct {
		change func(*History)
		field  string
	}{
		"unknown metric":        {func(h *History) { h.Metric = "mood" }, "metric"},
		"unknown priority":      {func(h *History) { h.Priority = "urgent" }, "priority"},
		"unknown event":         {func(h *History) { h.Events = []Event{{Kind: "explode"}} }, "events[0].type"},
		"a change to nowhere":   {func(h *History) { h.Events = []Event{{Kind: Stop}, {Kind: Priority, Priority: "x"}} }, "events[1].priority"},
		"a target without time": {func(h *History) { h.Targets = map[string]Target{"high": {-1, office(t)}} }, "targets.high"},
		"no calendar":           {func(h *History) { h.Targets = map[string]Target{"high": {1, nil}} }, "targets.high"},
	} {
		h := good
		tt.change(&h)
		_, err := Fold(h, at(t, "Mon 11:00"))
		if f, ok := errors.AsType[*fault.Error](err); !ok || f.Field != tt.field {
			t.Errorf("%s: %v, want a fault at %q", name, err, tt.field)
		}
	}
	h := good
	h.OpenedAt = time.Date(2150, 1, 1, 0, 0, 0, 0, time.UTC)
	if _, err := Fold(h, h.OpenedAt); !errors.Is(err, worktime.ErrOutOfRange) {
		t.Errorf("out of range: %v", err)
	}
}

// Whatever happens, used and remaining time make up the target; a running clock
// that nobody touches reaches its deadline exactly when the target is used up;
// and a breach once seen is not forgotten later.
func TestLawsOfTheFold(t *testing.T) {
	base := history(t, Resolution, "Mon 10:00", "high")
	rapid.Check(t, func(t *rapid.T) {
		h := base
		h.Metric = rapid.SampledFrom([]Metric{FirstResponse, Resolution}).Draw(t, "metric")
		h.Priority = rapid.SampledFrom([]string{"high", "medium", "low", "emergency"}).Draw(t, "priority")
		minute := func(label string) time.Time {
			return h.OpenedAt.Add(time.Duration(rapid.IntRange(-60, 6*24*60).Draw(t, label)) * time.Minute)
		}
		for range rapid.IntRange(0, 8).Draw(t, "events") {
			h.Events = append(h.Events, Event{
				At: minute("at"), Kind: rapid.SampledFrom([]Kind{Pause, Resume, Priority, Stop, Reopen}).Draw(t, "kind"),
				Priority: rapid.SampledFrom([]string{"high", "medium", "low", "emergency"}).Draw(t, "to"),
			})
		}
		now := minute("now")
		s, err := Fold(h, now)
		if err != nil {
			t.Fatal(err)
		}
		if s.Elapsed+s.Remaining != h.Targets[s.Priority].Time || s.Elapsed < 0 {
			t.Fatalf("%s used and %s remaining", s.Elapsed, s.Remaining)
		}
		if s.Breached && !s.EverBreached || s.Breached != (s.State == Breached) {
			t.Fatalf("%+v", s)
		}
		later, err := Fold(h, now.Add(time.Duration(rapid.IntRange(0, 3*24*60).Draw(t, "later"))*time.Minute))
		if err != nil {
			t.Fatal(err)
		}
		if s.EverBreached && !later.EverBreached {
			t.Fatal("a breach was forgotten")
		}
		if s.State == Running {
			calm := h
			calm.Events = nil
			for _, e := range h.Events {
				if !e.At.After(now) {
					calm.Events = append(calm.Events, e)
				}
			}
			due, err := Fold(calm, s.Deadline)
			if err != nil || due.Remaining != 0 || due.State != Running {
				t.Fatalf("at its deadline %s: %+v, %v", s.Deadline, due, err)
			}
			past, err := Fold(calm, s.Deadline.Add(1))
			if err != nil || past.State != Breached {
				t.Fatalf("after its deadline: %+v, %v", past, err)
			}
		}
	})
}
