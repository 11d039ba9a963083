package demo

import (
	"context"
	"fmt"
	"hash/fnv"
	"math/rand/v2"
	"slices"
	"time"

	"madoguchi/terms/worktime"
)

// happening is one act of the week at its instant.
type happening struct {
	at  time.Time
	who string // the story's id, for errors
	act func(context.Context) error
}

// timetable puts the acts of all stories into the order of their instants.
// What would happen after now has not happened yet, and is left out.
func timetable(cal *worktime.Calendar, now time.Time, plots []*plot) ([]happening, error) {
	var all []happening
	for _, p := range plots {
		at, err := p.story.reception(cal, now)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", p.story.ID, err)
		}
		seconds := jitter(p.story.ID)
		at = at.Add(-seconds())
		all = append(all, happening{at, p.story.ID, p.arrive})
		for i, st := range p.story.Steps {
			if at, err = cal.Add(at, time.Duration(st.In)); err != nil {
				return nil, fmt.Errorf("%s, step %d: %w", p.story.ID, i+1, err)
			}
			if settled := at.Add(seconds()); cal.IsOpen(settled) {
				at = settled
			}
			all = append(all, happening{at, p.story.ID, func(ctx context.Context) error { return p.step(ctx, st) }})
		}
	}
	all = slices.DeleteFunc(all, func(h happening) bool { return !h.at.Before(now) })
	slices.SortStableFunc(all, func(a, b happening) int { return a.at.Compare(b.at) })
	return all, nil
}

// jitter gives a story its own seconds, so that instants look like those of
// people, and the same at every playing.
func jitter(id string) func() time.Duration {
	h := fnv.New64a()
	_, _ = h.Write([]byte(id)) // a hash never fails
	r := rand.New(rand.NewPCG(h.Sum64(), 1))
	return func() time.Duration { return time.Duration(r.IntN(41_000)) * time.Millisecond }
}

// reception says when a story's mail came, seen from now.
func (s story) reception(cal *worktime.Calendar, now time.Time) (time.Time, error) {
	if s.Ago > 0 {
		return cal.Sub(now, time.Duration(s.Ago))
	}
	clock, err := worktime.ParseClock(s.At)
	if err != nil {
		return time.Time{}, err
	}
	zone := cal.Location()
	business, left := true, s.Evening
	if s.DayOff > 0 {
		business, left = false, s.DayOff
	}
	if left == 0 {
		return time.Time{}, fmt.Errorf("say when the mail came: ago, evening or day-off")
	}
	day := worktime.DateOf(now, zone)
	for range 60 {
		at := time.Date(day.Year, day.Month, day.Day, 0, 0, 0, 0, zone).Add(time.Duration(clock) * time.Second)
		if cal.IsBusinessDay(day) == business && at.Before(now) {
			if left--; left == 0 {
				return at, nil
			}
		}
		day = day.AddDays(-1)
	}
	return time.Time{}, fmt.Errorf("the calendar has no such day in the last 60")
}
