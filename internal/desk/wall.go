package desk

import (
	"context"
	"maps"
	"net/url"
	"slices"
	"strings"
	"time"

	"madoguchi/internal/records/store"
	"madoguchi/terms/cases"
	"madoguchi/terms/contract"
	"madoguchi/terms/fault"
	"madoguchi/terms/worktime"
)

// Wall is what those who look after the desk see at one glance.
type Wall struct {
	Now        time.Time
	Zone       *time.Location
	Overdue    store.Tally // owed, and past the deadline
	AtRisk     store.Tally
	Unassigned store.Tally
	Open       store.Tally // unfinished
	Received   store.Tally // today
	Finished   store.Tally
	Hours      []WallHour   // the business hours ahead
	Risk       []QueueRow   // overdue and at risk, the most urgent first
	Missed     []WallMiss   // today
	People     []WallPerson // at work first
	Mail       []WallMail
	Day        worktime.Date // of today, in the desk's zone
}

// WallHour is one business hour ahead, with the targets that end in it.
type WallHour struct {
	From, To time.Time
	By       map[string]int // by priority
	Total    int
}

// WallMiss is a target missed today.
type WallMiss struct {
	store.Miss
	Number, Subject, Org, Label, Assignee, Priority string
}

// WallPerson is who is on what.
type WallPerson struct {
	Colleague
	store.Load
	At   []WallCase // what they have open, what they write in first
	More int        // how many more than those
}

// WallCase is a case that somebody has open.
type WallCase struct {
	ID     cases.ID
	Number string
	Writes bool // the reply or a note
}

// WallMail is how one way of mail fares.
type WallMail struct {
	Name    string // of the mailbox; empty: mail that goes out, or waits to be filed
	Out     bool
	Broken  bool
	Waiting int
	Problem fault.Text
}

// How much a wall shows.
const (
	wallHours = 10
	wallRows  = 12
	wallOpen  = 3 // cases beside a person
)

// Wall returns it for a viewer, of one team or (empty) of all.
func (d *Desk) Wall(ctx context.Context, who Viewer, team string) (Wall, error) {
	if err := who.May(SeeReports); err != nil {
		return Wall{}, err
	}
	w := Wall{Now: d.now(), Zone: d.Zone()}
	w.Day = worktime.DateOf(w.Now, w.Zone)
	midnight := time.Date(w.Day.Year, w.Day.Month, w.Day.Day, 0, 0, 0, 0, w.Zone)
	q := store.WallQuery{Organization: who.Scope(), Team: team}
	for _, fill := range []func() error{
		func() error { return d.wallCounts(ctx, who, team, &w) },
		func() error { return d.wallHours(ctx, q, &w) },
		func() error { return d.wallPeople(ctx, q, team, &w) },
		func() error { return d.wallMisses(ctx, who, q, midnight, &w) },
		func() error { return d.wallMail(ctx, &w) },
		func() (err error) { w.Received, w.Finished, err = d.store.Today(ctx, q, midnight); return err },
	} {
		if err := fill(); err != nil {
			return w, err
		}
	}
	return w, nil
}

// WallSelection is the address of the queue behind one of a wall's numbers.
func WallSelection(team string, pairs ...string) url.Values {
	v := url.Values{}
	for i := 0; i+1 < len(pairs); i += 2 {
		v.Set(pairs[i], pairs[i+1])
	}
	if team != "" {
		v.Set("team", team)
	}
	return v
}

// HourSelection is the address of the queue behind one of the hours ahead.
func (w Wall) HourSelection(team string, i int) url.Values {
	v := w.aheadSelection(team, w.Hours[i].To)
	if i+1 < len(w.Hours) {
		v = w.aheadSelection(team, w.Hours[i+1].From)
	}
	if i > 0 {
		v.Set("due-after", w.Hours[i].From.In(w.Zone).Format(MinuteForm))
	}
	return v
}

// PrioritySelection is the address behind the count of a priority in all of them.
func (w Wall) PrioritySelection(team, priority string) url.Values {
	v := w.aheadSelection(team, w.Hours[len(w.Hours)-1].To)
	v.Set("priority", priority)
	return v
}

func (w Wall) aheadSelection(team string, until time.Time) url.Values {
	return WallSelection(team, "target", string(store.TargetAtRisk)+","+string(store.TargetRunning), "due-by", until.In(w.Zone).Format(MinuteForm))
}

func (d *Desk) wallCounts(ctx context.Context, who Viewer, team string, w *Wall) error {
	for _, n := range []struct {
		into  *store.Tally
		pairs []string
	}{
		{&w.Overdue, []string{"target", string(store.TargetBreached)}},
		{&w.AtRisk, []string{"target", string(store.TargetAtRisk)}},
		{&w.Unassigned, []string{"assignee", wordNone, "status", "new,open"}},
		{&w.Open, []string{"status", "new,open,waiting,on_hold"}},
	} {
		s, err := d.Select(ctx, who, WallSelection(team, n.pairs...))
		if err != nil {
			return err
		}
		if *n.into, err = d.Count(ctx, who, s); err != nil {
			return err
		}
	}
	s, err := d.Select(ctx, who, WallSelection(team, "target", strings.Join([]string{string(store.TargetBreached), string(store.TargetAtRisk)}, ",")))
	if err != nil {
		return err
	}
	page, err := d.Queue(ctx, who, QueueQuery{Selection: s, Limit: wallRows})
	w.Risk = page.Rows
	return err
}

// wallHours cuts the business time ahead into hours of the wall clock.
func (d *Desk) wallHours(ctx context.Context, q store.WallQuery, w *Wall) error {
	con, err := d.contracts.InForce(d.defaultContract, w.Now)
	if err != nil {
		return err
	}
	cal := con.Hours(con.Regions()[0].ID)
	for i := range cal.Intervals(w.Now, w.Now.AddDate(0, 0, 14)) {
		for at := i.From; at.Before(i.To) && len(w.Hours) < wallHours; {
			to := at.In(w.Zone).Truncate(time.Hour).Add(time.Hour)
			if to.After(i.To) {
				to = i.To
			}
			w.Hours = append(w.Hours, WallHour{From: at, To: to, By: map[string]int{}})
			at = to
		}
		if len(w.Hours) == wallHours {
			break
		}
	}
	if len(w.Hours) == 0 {
		return nil
	}
	due, err := d.store.DueUntil(ctx, q, w.Now, w.Hours[len(w.Hours)-1].To.Add(time.Microsecond))
	for _, t := range due {
		// A target that ends while the desk is closed counts to the hour before it.
		i := slices.IndexFunc(w.Hours, func(h WallHour) bool { return t.At.Before(h.From) })
		if i < 0 {
			i = len(w.Hours)
		}
		if i > 0 {
			i--
		}
		if i > 0 && t.At.Equal(w.Hours[i].From) {
			i-- // a deadline at 18:00 is that of the hour that ends then
		}
		w.Hours[i].By[t.Priority]++
		w.Hours[i].Total++
	}
	return err
}

func (d *Desk) wallPeople(ctx context.Context, q store.WallQuery, team string, w *Wall) error {
	all, err := d.Colleagues(ctx, w.Now)
	if err != nil {
		return err
	}
	ids := make([]string, len(all))
	for i, c := range all {
		ids[i] = c.ID
	}
	loads, err := d.store.Loads(ctx, q, ids)
	if err != nil {
		return err
	}
	open, err := d.attended(ctx, q, w.Now)
	if err != nil {
		return err
	}
	for _, c := range all {
		p := WallPerson{Colleague: c, Load: loads[c.ID], At: open[c.ID]}
		if n := len(p.At) - wallOpen; n > 0 {
			p.At, p.More = p.At[:wallOpen], n
		}
		if !p.None() || len(p.At) > 0 || team == "" && c.AtWork() {
			w.People = append(w.People, p)
		}
	}
	slices.SortStableFunc(w.People, func(a, b WallPerson) int {
		if c := compareBool(!a.AtWork(), !b.AtWork()); c != 0 {
			return c
		}
		return b.Load.Open.N - a.Load.Open.N
	})
	return nil
}

// attended lists for each person which cases of a wall they have open.
func (d *Desk) attended(ctx context.Context, q store.WallQuery, now time.Time) (map[string][]WallCase, error) {
	list, err := d.store.Attended(ctx, q, now.Add(-presenceLapse), now.Add(-d.Site().idle()))
	out := map[string][]WallCase{}
	for _, a := range list {
		out[a.Agent] = append(out[a.Agent], WallCase{a.Case, d.Number(a.Number), a.Writes})
	}
	return out, err
}

func (d *Desk) wallMisses(ctx context.Context, who Viewer, q store.WallQuery, midnight time.Time, w *Wall) error {
	list, err := d.store.Misses(ctx, q, midnight, wallRows)
	if err != nil {
		return err
	}
	var ids []cases.ID
	for _, m := range list {
		if !slices.Contains(ids, m.Case) {
			ids = append(ids, m.Case)
		}
	}
	rows, err := d.store.CaseRows(ctx, who.Scope(), ids)
	if err != nil {
		return err
	}
	names, err := d.store.OrganizationNames(ctx, who.Scope(), organizationsOf(slices.Collect(maps.Values(rows))))
	if err != nil {
		return err
	}
	for _, m := range list {
		c := rows[m.Case]
		v := WallMiss{Miss: m, Number: d.Number(c.Number), Subject: c.Subject, Org: c.OrgName, Assignee: c.AssigneeName, Priority: c.Priority, Label: m.Metric}
		if org, ok := names[c.Organization]; ok {
			v.Org = org.Name(who.Language) // as the viewer reads it today
		}
		if con, err := d.contracts.Version(c.Contract); err == nil {
			v.Label = con.MetricLabel(contract.Metric(m.Metric)).In(who.Language)
		}
		w.Missed = append(w.Missed, v)
	}
	return nil
}

func (d *Desk) wallMail(ctx context.Context, w *Wall) error {
	for _, m := range d.WatchedMailboxes() {
		s := d.MailboxState(m.ID)
		w.Mail = append(w.Mail, WallMail{Name: m.Name, Broken: s.Problem != (fault.Text{}), Problem: s.Problem, Waiting: s.Waiting})
	}
	b, err := d.store.Backlog(ctx, w.Now)
	w.Mail = append(w.Mail,
		WallMail{Waiting: b.Unfiled + b.Quarantined, Broken: b.Quarantined > 0},
		WallMail{Out: true, Waiting: b.Queued, Broken: !b.QueuedSince.IsZero() && w.Now.Sub(b.QueuedSince) >= outboxPatience})
	return err
}

// ExplainMiss notes why a target was missed.
func (d *Desk) ExplainMiss(ctx context.Context, who Viewer, id cases.ID, metric string, deadline time.Time, reason string) error {
	if err := who.May(Supervise); err != nil {
		return err
	}
	at, end := d.begin()
	defer end()
	_, err := d.change(ctx, id, who, at, func(_ *store.Tx, p *pen) error {
		facts, err := p.c.ExplainMiss(metric, deadline, reason)
		if err != nil {
			return err
		}
		return p.write(p.con.TargetClauses(contract.Metric(metric)), facts...)
	})
	return err
}
