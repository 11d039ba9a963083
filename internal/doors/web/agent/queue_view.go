package agent

import (
	"context"
	"strconv"
	"time"

	"madoguchi/internal/doors/web/ui"
)

// QueueView is the list of what the contract asks next.
type QueueView struct {
	View     string // all, mine, unassigned
	Day      ui.Day
	Groups   []Group
	From     string // cursor of this page; empty for the first
	After    string // cursor of the following page; empty at the end
	Selected string // id of the open case
	Begin    *Begin // what a desk without customers has to do first; nil once it has one
}

// Begin is what the empty queue of a fresh desk teaches.
type Begin struct {
	Mail    string // the desk's address
	MaySite bool   // the viewer may change the settings
	MayAdd  bool   // the viewer may register customers
}

// listURL is where the page asks for this part of the queue again.
func (q QueueView) listURL() string {
	u := "/queue/list?view=" + q.View
	if q.From != "" {
		u += "&after=" + q.From
	}
	return u
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
	Section      string // overdue, today, day, no-clock, waiting, done
	Next         string // key of what has to be done: next.first, status.waiting, …
	Assignee     string // empty: nobody
	Unread       bool   // the customer wrote after the desk's last word
}

// GroupRows puts the rows, which come in the queue's order, under headings.
func GroupRows(ctx context.Context, rows []Row) []Group {
	var groups []Group
	for _, r := range rows {
		key := r.Section
		if key == "day" {
			key = ui.Date(ctx, r.Clock.Deadline)
		}
		if n := len(groups); n == 0 || groups[n-1].Key != key {
			groups = append(groups, Group{Key: key, Late: r.Section == "overdue"})
		}
		g := &groups[len(groups)-1]
		g.Rows = append(g.Rows, r)
	}
	for i := range groups {
		g := &groups[i]
		if title := "queue.group." + g.Key; ui.Has(title) {
			g.Title = ui.T(ctx, title, len(g.Rows))
		} else {
			g.Title = ui.T(ctx, "queue.group.day", g.Key, len(g.Rows))
		}
		g.Key = strconv.Itoa(i)
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
