package agent

import (
	"context"
	"strconv"
	"time"

	"madoguchi/internal/desk"
	"madoguchi/internal/doors/web/ui"
	"madoguchi/internal/records/store"
)

// QueueView is the list of what the contract asks next.
type QueueView struct {
	View     ViewChoice
	Query    string // what the address asks beside the view; empty: what the view asks
	Order    store.Order
	Chips    []FilterChip
	Day      ui.Day
	Groups   []Group
	Count    ui.Amount // of all pages
	Part     bool      // this page is not full, and goes on all the same
	From     string    // cursor of this page; empty for the first
	After    string    // cursor of the following page; empty at the end
	Selected string    // id of the open case
	Begin    *Begin    // what a desk without customers has to do first; nil once it has one

	selection desk.Selection
}

// ViewChoice is the view that the queue shows.
type ViewChoice struct {
	ID, Name string
	Changed  bool // the address asks something else than the view
	May      bool // the viewer may keep the change in it
}

// FilterChip is one thing that the queue is narrowed by, and the queue
// without it.
type FilterChip struct{ Label, Value, Without string }

// Begin is what the empty queue of a fresh desk teaches.
type Begin struct {
	Mail    string // the desk's address
	MaySite bool   // the viewer may change the settings
	MayAdd  bool   // the viewer may register customers
}

// at is the end of an address that shows the same queue.
func (q QueueView) at() string {
	u := "view=" + q.View.ID
	if q.Query != "" {
		u += "&" + q.Query
	}
	return u
}

// listURL is where the page asks for this part of the queue again.
func (q QueueView) listURL() string {
	u := "/queue/list?" + q.at()
	if q.From != "" {
		u += "&after=" + q.From
	}
	return u
}

// next says what has to be done with the case.
func (r *Row) next(ctx context.Context) string {
	if r.Asks != "" {
		return r.Asks
	}
	return ui.T(ctx, r.Next)
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
	Section      string // overdue, today, day, no-clock, held, waiting, done
	Next         string // key of what has to be done: next.first, status.waiting, …
	Asks         string // the same as the contract calls it; empty: by the key
	Assignee     string // empty: nobody
	Unread       bool   // the customer wrote after the desk's last word
	Pending      bool   // a reply waits for an approval
	Reception    time.Time
	Updated      time.Time
	Facts        []string // what the chosen columns show, in their order
	Tags         []TagView
	Who          bool // the assignee is shown
}

// GroupRows puts the rows, which come in their order, under headings.
func GroupRows(ctx context.Context, rows []Row, order store.Order) []Group {
	var groups []Group
	for i := range rows {
		r := &rows[i]
		key := groupOf(ctx, r, order)
		if n := len(groups); n == 0 || groups[n-1].Key != key {
			groups = append(groups, Group{Key: key, Late: order == store.ByDeadline && r.Section == "overdue", Rows: rows[i:i]})
		}
		g := &groups[len(groups)-1]
		g.Rows = g.Rows[:len(g.Rows)+1] // the next of the same rows
	}
	for i := range groups {
		g := &groups[i]
		switch title := "queue.group." + g.Key; {
		case order == store.ByPriority:
			g.Title = ui.T(ctx, "queue.group.priority", ui.PriorityName(ctx, g.Key), len(g.Rows))
		case order != store.ByDeadline:
			g.Title = ui.T(ctx, "queue.group.on."+string(order), g.Key, len(g.Rows))
		case ui.Has(title):
			g.Title = ui.T(ctx, title, len(g.Rows))
		default:
			g.Title = ui.T(ctx, "queue.group.day", g.Key, len(g.Rows))
		}
		g.Key = strconv.Itoa(i)
	}
	return groups
}

func groupOf(ctx context.Context, r *Row, order store.Order) string {
	switch {
	case order == store.ByPriority:
		return r.Priority
	case order == store.ByUpdated:
		return ui.Date(ctx, r.Updated)
	case order != store.ByDeadline:
		return ui.Date(ctx, r.Reception)
	case r.Section == "day":
		return ui.Date(ctx, r.Clock.Deadline)
	}
	return r.Section
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
