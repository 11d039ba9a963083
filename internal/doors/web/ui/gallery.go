package ui

import (
	"time"

	"github.com/a-h/templ"
)

// GallerySample is the example data of the gallery.
type GallerySample struct {
	Clocks   []Clock
	Day      Day
	Timeline templ.Component // entries of a case's timeline, drawn by the package that owns them
	Options  templ.Component // the palette's list, likewise
}

// Sample makes the gallery's data around an instant: a business day of eight
// hours that is 84 % over, and one clock in every state.
func Sample(now time.Time) GallerySample {
	begins := now.Add(-402 * time.Minute).Round(30 * time.Minute)
	day := Span{From: begins, To: begins.Add(8 * time.Hour)}
	next := Span{From: day.From.Add(96 * time.Hour), To: day.To.Add(96 * time.Hour)} // over a long weekend
	open := []Span{day, next}
	return GallerySample{
		Clocks: []Clock{
			{State: ClockRunning, Target: 6 * time.Hour, Left: 260 * time.Minute, Deadline: next.From.Add(182 * time.Minute), Open: open},
			{State: ClockSoon, Target: 2 * time.Hour, Left: 13 * time.Minute, Deadline: now.Add(13 * time.Minute), Open: open},
			{State: ClockLate, Target: 8 * time.Hour, Left: -22 * time.Minute, Deadline: now.Add(-22 * time.Minute), Open: open},
			{State: ClockMet, Target: 2 * time.Hour, Taken: 82 * time.Minute},
			{State: ClockMissed, Target: 2 * time.Hour, Taken: 151 * time.Minute},
			{State: ClockResting, Target: 6 * time.Hour, Left: 200 * time.Minute, Reopens: next.From},
			{State: ClockWaiting, Target: 6 * time.Hour, Left: 200 * time.Minute},
			{State: ClockNone},
		},
		Day: Day{From: day.From, To: day.To, Marks: []Mark{
			{At: now.Add(-200 * time.Minute), Class: "done"},
			{At: now.Add(-22 * time.Minute), Class: "late"},
			{At: now.Add(38 * time.Minute), Class: "h"},
			{At: now.Add(58 * time.Minute), Class: "m"},
		}},
	}
}
