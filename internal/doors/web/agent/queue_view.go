package agent

import (
	"context"
	"time"

	"madoguchi/internal/doors/web/ui"
	"madoguchi/terms/cases"
)

// QueueView is the list of what the contract asks next.
type QueueView struct {
	View     string // all, mine, unassigned
	Day      ui.Day
	Groups   []Group
	After    string // cursor of the following page; empty at the end
	Selected string // id of the open case
}

// Group is a stretch of the queue under one heading.
type Group struct {
	Key   string
	Title string
	Late  bool
	Rows  []Row
}

// Row is one case in the queue.
type Row struct {
	ID           string
	Number       string // CS-10482
	Subject      string
	Organization string // empty while unidentified
	Priority     string
	Provisional  bool
	Clock        ui.Clock
	Next         string // key of what has to be done: next.first, status.waiting, …
	Assignee     string // empty: nobody
	Unread       bool   // the customer wrote after the desk's last word
}

// group is the heading a row stands under, and its place among headings.
func (r Row) group(ctx context.Context) (key, title string) {
	v := ui.Of(ctx)
	switch r.Clock.State {
	case ui.ClockWaiting:
		return "wait", "queue.group.wait"
	case ui.ClockLate, ui.ClockMissed:
		if r.Next == "next.first" || r.Clock.State == ui.ClockLate {
			return "late", "queue.group.late"
		}
		return "idle", "queue.group.idle"
	case ui.ClockRunning, ui.ClockSoon, ui.ClockResting:
		if ui.SameDay(r.Clock.Deadline, v.Now, v.Zone) {
			return "today", "queue.group.today"
		}
		return ui.Date(ctx, r.Clock.Deadline), "queue.group.day"
	}
	if r.Next == "status.resolved" || r.Next == "status.closed" {
		return "done", "queue.group.done"
	}
	return "idle", "queue.group.idle"
}

// GroupRows puts the rows, which come in the queue's order, under headings.
func GroupRows(ctx context.Context, rows []Row) []Group {
	var groups []Group
	for _, r := range rows {
		key, title := r.group(ctx)
		if n := len(groups); n == 0 || groups[n-1].Key != key {
			groups = append(groups, Group{Key: key, Title: title, Late: key == "late"})
		}
		g := &groups[len(groups)-1]
		g.Rows = append(g.Rows, r)
	}
	for i := range groups {
		g := &groups[i]
		if g.Title == "queue.group.day" {
			g.Title = ui.T(ctx, g.Title, g.Key, len(g.Rows))
		} else {
			g.Title = ui.T(ctx, g.Title, len(g.Rows))
		}
	}
	return groups
}

// DayOf is the strip of a business day with the deadlines of the rows in it.
func DayOf(from, to time.Time, rows []Row) ui.Day {
	d := ui.Day{From: from, To: to}
	for _, r := range rows {
		at := r.Clock.Deadline
		if at.Before(from) || at.After(to) {
			continue
		}
		m := ui.Mark{At: at}
		switch r.Clock.State {
		case ui.ClockMet, ui.ClockMissed, ui.ClockWaiting:
			m.Class = "done"
		case ui.ClockLate:
			m.Class = "late"
		default:
			m.Class = map[string]string{"high": "h", "medium": "m"}[r.Priority]
		}
		d.Marks = append(d.Marks, m)
	}
	return d
}

// nextOf names what has to be done with a case next.
func nextOf(c *cases.Case) string {
	switch {
	case c.Organization == "" && !c.Done():
		return "next.identify"
	case c.Objection != nil && !c.Done():
		return "next.objection"
	case c.Owes():
		return "next.first"
	case c.Provisional && !c.Done():
		return "next.judge"
	case c.Status == cases.Waiting, c.Status == cases.OnHold, c.Done():
		return "status." + string(c.Status)
	case c.LastInbound.After(c.LastOutbound):
		return "next.answer"
	}
	return "status." + string(c.Status)
}
