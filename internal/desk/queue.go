package desk

import (
	"context"
	"slices"
	"strings"
	"time"

	"madoguchi/internal/records/store"
	"madoguchi/terms/cases"
	"madoguchi/terms/contract"
	"madoguchi/terms/worktime"
)

// QueueQuery selects a page of the queue for a viewer.
type QueueQuery struct {
	Selection
	Limit int
	After store.Cursor
}

// QueueRow is a case as the queue shows it, with its clock computed at Now.
type QueueRow struct {
	store.CaseRow
	Number  string
	Clock   Clock
	Section Section
	Tagged  []store.Tag       // the tags as they stand today
	Fields  map[string]string // what fields of the desk's own hold, by id; only where a column shows them
	Pending bool              // a reply waits for an approval
}

// QueuePage is a page of the queue in its order (semantics, "The queue"): by
// deadline, overdue first; then cases without a running target; last those
// whose next step is the customer's.
type QueuePage struct {
	Rows []QueueRow
	Next store.Cursor
	Now  time.Time
	Zone *time.Location // in which sections and hours are told
}

// Section is the heading under which a row stands.
type Section struct {
	Kind SectionKind
	Date worktime.Date // of the deadline, for SectionDay
}

// SectionKind groups the queue.
type SectionKind string

// The sections, in their order.
const (
	SectionOverdue SectionKind = "overdue"
	SectionToday   SectionKind = "today"
	SectionDay     SectionKind = "day"
	SectionNoClock SectionKind = "no-clock"
	SectionHeld    SectionKind = "held"
	SectionWaiting SectionKind = "waiting"
	SectionDone    SectionKind = "done"
)

// ClockState is the word beside the ring.
type ClockState string

// The states of a clock.
const (
	ClockNone    ClockState = "none"    // no target runs
	ClockRunning ClockState = "running" // counting
	ClockSoon    ClockState = "soon"    // counting, a quarter or less is left
	ClockLate    ClockState = "late"    // missed, and no response yet
	ClockResting ClockState = "resting" // out of hours; resumes at Resumes
	ClockMet     ClockState = "met"
	ClockMissed  ClockState = "missed" // missed, answered since

	ClockPaused    ClockState = "paused"    // the case waits for Wait, and no deadline holds
	ClockCancelled ClockState = "cancelled" // no longer owed
)

// Clock is one target of a case at an instant.
type Clock struct {
	Metric    string
	Label     contract.Text // what the contract calls it
	Priority  string        // whose target it is
	State     ClockState
	Left      time.Duration // business time to the deadline; negative after it; for ClockMet what was spare
	Used      time.Duration // business time since the start
	Business  time.Duration // the target
	Deadline  time.Time
	Resumes   time.Time  // for ClockResting
	Wait      cases.Wait // for ClockPaused: for whom
	Since     time.Time  // for ClockPaused
	At        time.Time  // for a clock that is decided: when what it measures was done, or it was cancelled
	Cancelled cases.CancelReason
	Open      []Open // the open hours from now to the deadline, so that a screen can count down by itself
}

// Open is a stretch of open hours.
type Open struct{ From, To time.Time }

// Fraction is how much of the target's time is left, 0 to 1.
func (c Clock) Fraction() float64 {
	if c.Business <= 0 {
		return 0
	}
	f := float64(c.Left) / float64(c.Business)
	return min(max(f, 0), 1)
}

// Queue returns a page of the queue for a viewer, of the customers whom they
// see.
func (d *Desk) Queue(ctx context.Context, who Viewer, q QueueQuery) (QueuePage, error) {
	if err := who.May(WorkCases); err != nil {
		return QueuePage{}, err
	}
	scope := who.Scope()
	page := QueuePage{Now: d.now(), Zone: d.Zone()}
	rows, next, err := d.store.Queue(ctx, store.QueueQuery{
		Filter: q.Filter, Order: q.Order, Priorities: d.ranked(), Now: page.Now, Organization: scope, Limit: q.Limit, After: q.After,
	})
	if err != nil {
		return QueuePage{}, err
	}
	page.Next = next
	names, err := d.store.OrganizationNames(ctx, scope, organizationsOf(rows))
	if err != nil {
		return QueuePage{}, err
	}
	marks, err := d.marks(ctx, rows, q.Columns())
	if err != nil {
		return QueuePage{}, err
	}
	page.Rows = make([]QueueRow, len(rows))
	for i := range rows {
		r, row := &rows[i], &page.Rows[i]
		if org, ok := names[r.Organization]; ok {
			r.OrgName = org.Name(who.Language) // as the viewer reads it today
		}
		*row = QueueRow{CaseRow: *r, Number: d.Number(r.Number), Tagged: tagsOf(marks.tags, r.Tags), Fields: marks.fields[r.ID], Pending: slices.Contains(marks.pending, r.ID)}
		row.Clock = d.rowClock(r, page.Now)
		row.Section = section(row, page.Now, page.Zone)
	}
	return page, nil
}

// marks are what rows show beside what they hold themselves: of the registries
// each is read only where a row has something of it.
func (d *Desk) marks(ctx context.Context, rows []store.CaseRow, columns []string) (m struct {
	tags    []store.Tag
	fields  map[cases.ID]map[string]string
	pending []cases.ID // with a reply that waits for an approval
}, err error,
) {
	ids := make([]cases.ID, len(rows))
	for i, r := range rows {
		ids[i] = r.ID
	}
	if m.pending, err = d.store.PendingAmong(ctx, ids); err != nil {
		return m, err
	}
	if slices.ContainsFunc(rows, func(r store.CaseRow) bool { return len(r.Tags) > 0 }) {
		if m.tags, err = d.store.ListTags(ctx); err != nil {
			return m, err
		}
	}
	if slices.ContainsFunc(columns, func(c string) bool { return strings.HasPrefix(c, "field.") }) {
		m.fields, err = d.store.FieldValues(ctx, ids)
	}
	return m, err
}

// Count says how many cases a selection has.
func (d *Desk) Count(ctx context.Context, who Viewer, s Selection) (store.Tally, error) {
	if err := who.May(WorkCases); err != nil {
		return store.Tally{}, err
	}
	return d.store.QueueCount(ctx, store.QueueQuery{Filter: s.Filter, Now: d.now(), Organization: who.Scope()})
}

// Counts are the figures beside every page.
type Counts struct {
	Overdue      store.Tally // owed by a deadline that has passed
	Unidentified store.Tally // whose customer nobody knows
}

// Counts returns the figures beside every page.
func (d *Desk) Counts(ctx context.Context, who Viewer) (n Counts, err error) {
	if n.Overdue, err = d.Count(ctx, who, Selection{Filter: store.Filter{Target: []store.TargetState{store.TargetBreached}}}); err != nil {
		return n, err
	}
	n.Unidentified, err = d.Count(ctx, who, Unidentified())
	return n, err
}

// Unidentified selects the cases whose customer nobody knows.
func Unidentified() Selection { return Selection{Filter: store.Filter{Customer: []string{""}}} }

// ranked are the priorities of all contracts, each contract's highest first: the
// desk's own before others.
func (d *Desk) ranked() []string {
	var ids []string
	all := d.contracts.All()
	slices.SortStableFunc(all, func(a, b *contract.Contract) int {
		return compareBool(a.ID() != d.defaultContract, b.ID() != d.defaultContract)
	})
	for _, con := range all {
		for _, p := range con.Priorities() {
			if !slices.Contains(ids, string(p.ID)) {
				ids = append(ids, string(p.ID))
			}
		}
	}
	return ids
}

// organizationsOf lists the organizations of rows, each once.
func organizationsOf(rows []store.CaseRow) []string {
	var ids []string
	for _, r := range rows {
		if r.Organization != "" && !slices.Contains(ids, r.Organization) {
			ids = append(ids, r.Organization)
		}
	}
	return ids
}

func section(r *QueueRow, now time.Time, zone *time.Location) Section {
	switch r.Bucket {
	case store.Owed:
		if r.Clock.State == ClockLate {
			return Section{Kind: SectionOverdue}
		}
		day := worktime.DateOf(r.Clock.Deadline, zone)
		if day == worktime.DateOf(now, zone) {
			return Section{Kind: SectionToday, Date: day}
		}
		return Section{Kind: SectionDay, Date: day}
	case store.DesksAct:
		return Section{Kind: SectionNoClock}
	case store.Held:
		return Section{Kind: SectionHeld}
	case store.Awaiting:
		return Section{Kind: SectionWaiting}
	}
	return Section{Kind: SectionDone}
}

// rowClock computes the clock of a row from what was recorded and the
// calendar of the contract version that the case is pinned to.
func (d *Desk) rowClock(r *store.CaseRow, now time.Time) Clock {
	t := r.Foremost
	if t.Metric == "" {
		return Clock{State: ClockNone}
	}
	con, err := d.contracts.Version(r.Contract)
	if err != nil {
		return Clock{State: ClockNone, Deadline: t.Deadline}
	}
	return clockOf(con, &cases.Case{Region: r.Region}, &t, now)
}

// Zone is the zone of the default contract, in which the desk's own screens
// tell the time.
func (d *Desk) Zone() *time.Location {
	if con, err := d.contracts.InForce(d.defaultContract, d.now()); err == nil {
		return con.Zone()
	}
	return time.UTC
}

// Hours says whether the desk is open, for the chip at the top of every screen.
type Hours struct {
	Open        bool
	Until       time.Time // closes (when open) or opens (when closed)
	Left        time.Duration
	NextDay     worktime.Date // the next business day after today
	Day         []Open        // today's hours; empty on a day off
	Zone        *time.Location
	Contract    *contract.Contract
	ClosedToday worktime.Name // why today is a day off; empty otherwise
}

func closureName(day worktime.Day) worktime.Name {
	if day.Business || len(day.Closures) == 0 {
		return worktime.Name{}
	}
	return day.Closures[0].Name
}

// Hours returns the opening hours of the default contract's first region now.
func (d *Desk) Hours() (Hours, error) {
	now := d.now()
	con, err := d.contracts.InForce(d.defaultContract, now)
	if err != nil {
		return Hours{}, err
	}
	cal := con.Hours(con.Regions()[0].ID)
	h := Hours{Open: cal.IsOpen(now), Zone: con.Zone(), Contract: con}
	today := worktime.DateOf(now, con.Zone())
	if h.NextDay, err = cal.AddBusinessDays(today, 1); err != nil {
		return h, err
	}
	if h.Open {
		h.Until, err = cal.NextClose(now)
	} else {
		h.Until, err = cal.NextOpen(now)
	}
	if err != nil {
		return h, err
	}
	h.Left = h.Until.Sub(now)
	day := cal.Day(today)
	for _, i := range day.Open {
		h.Day = append(h.Day, Open{From: i.From, To: i.To})
	}
	h.ClosedToday = closureName(day)
	return h, nil
}
