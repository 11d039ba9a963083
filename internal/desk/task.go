package desk

import (
	"context"
	"slices"
	"time"

	"madoguchi/internal/records/store"
	"madoguchi/terms/cases"
	"madoguchi/terms/contract"
	"madoguchi/terms/fault"
	"madoguchi/terms/notice"
	"madoguchi/terms/worktime"
)

// When a task may be due, counted on the calendar of its case.
const (
	DueHour  = "hour"  // one business hour from now
	DueClose = "close" // half an hour before today's closing
	DueNext  = "next"  // the opening of the next business day
	DueThree = "three" // the opening of the third
	DueWeek  = "week"  // the opening of the fifth
)

// DueChoices lists them, in the order of the form.
var DueChoices = []string{DueHour, DueClose, DueNext, DueThree, DueWeek}

// beforeClosing is how long before the closing [DueClose] is.
const beforeClosing = 30 * time.Minute

// DueAt computes a choice for a case. ok is false for one that means nothing
// now: an hour before a closing that is past.
func DueAt(con *contract.Contract, region, choice string, now time.Time) (at time.Time, ok bool) {
	cal := con.Hours(contract.RegionID(region))
	today := worktime.DateOf(now, cal.Location())
	var err error
	switch choice {
	case DueHour:
		at, err = cal.Add(now, time.Hour)
	case DueClose:
		if at, err = cal.ClosingTime(today); err == nil {
			at = at.Add(-beforeClosing)
		}
	case DueNext, DueThree, DueWeek:
		days := map[string]int{DueNext: 1, DueThree: 3, DueWeek: 5}[choice]
		var day worktime.Date
		if day, err = cal.AddBusinessDays(today, days); err == nil {
			if open := cal.Day(day).Open; len(open) > 0 {
				at = open[0].From
			}
		}
	}
	return at, err == nil && at.After(now)
}

// DueOf is [DueAt] for a case as it is read.
func (d *Desk) DueOf(v CaseView, choice string) (time.Time, bool) {
	return DueAt(v.Contract, v.Case.Region, choice, v.Now)
}

// TaskForm is a task as a person writes it.
type TaskForm struct {
	Task   string // empty: a new one
	Text   string
	Choice string    // one of [DueChoices]; empty: Due holds
	Due    time.Time // zero where it was not written
	Agent  string    // empty: the writer
}

// SetTask adds a task to a case, or changes it.
func (d *Desk) SetTask(ctx context.Context, who Viewer, id cases.ID, f TaskForm) (*cases.Case, error) {
	if f.Agent == "" {
		f.Agent = who.ID
	}
	a, err := d.store.Agent(ctx, f.Agent)
	if err != nil {
		return nil, err
	}
	if a.Disabled {
		return nil, fault.New(fault.Invalid, "その方は現在利用停止中です。", "That person's account is disabled.").At("agent")
	}
	return d.tasked(ctx, who, id, func(p *pen) ([]cases.Data, error) {
		due, err := dueOf(p, f)
		if err != nil {
			return nil, err
		}
		s := cases.TaskSet{Task: f.Task, Text: f.Text, Due: due.UTC().Truncate(time.Second), Agent: a.ID, Name: a.Name}
		if s.Task == "" {
			s.Task = newID()
		} else if _, ok := p.c.Task(s.Task); !ok {
			return nil, fault.New(fault.NotFound, "タスクが見つかりません。", "There is no such task.")
		}
		return p.c.SetTask(s, p.at)
	})
}

func dueOf(p *pen, f TaskForm) (time.Time, error) {
	if f.Choice == "" {
		return f.Due, nil
	}
	at, ok := DueAt(p.con, p.c.Region, f.Choice, p.at)
	if !ok {
		return at, fault.New(fault.Invalid, "その期限は、今は選べません。ほかの期限を選んでください。", "That time cannot be chosen now. Please choose another.").At("due")
	}
	return at, nil
}

// SnoozeTask puts a task off to a choice of [DueChoices].
func (d *Desk) SnoozeTask(ctx context.Context, who Viewer, id cases.ID, task, choice string) (*cases.Case, error) {
	return d.tasked(ctx, who, id, func(p *pen) ([]cases.Data, error) {
		t, ok := p.c.Task(task)
		if !ok {
			return nil, fault.New(fault.NotFound, "タスクが見つかりません。", "There is no such task.")
		}
		due, err := dueOf(p, TaskForm{Choice: choice})
		if err != nil {
			return nil, err
		}
		s := t.TaskSet
		s.Due = due.UTC().Truncate(time.Second)
		return p.c.SetTask(s, p.at)
	})
}

// FinishTask marks a task as done; again with done false takes that back.
func (d *Desk) FinishTask(ctx context.Context, who Viewer, id cases.ID, task string, done bool) (*cases.Case, error) {
	return d.tasked(ctx, who, id, func(p *pen) ([]cases.Data, error) {
		if done {
			return p.c.FinishTask(task)
		}
		return p.c.ReopenTask(task)
	})
}

func (d *Desk) tasked(ctx context.Context, who Viewer, id cases.ID, decide func(*pen) ([]cases.Data, error)) (*cases.Case, error) {
	if err := who.May(WorkCases); err != nil {
		return nil, err
	}
	at, end := d.begin()
	defer end()
	return d.change(ctx, id, who, at, func(_ *store.Tx, p *pen) error {
		facts, err := decide(p)
		if err != nil {
			return err
		}
		return p.write(nil, facts...)
	})
}

// Remind tells people of their tasks whose time has come, and returns how many
// it was. That they were told is an event of the case, so that nobody is told
// twice, on whichever node and after whichever restart.
func (d *Desk) Remind(ctx context.Context) (int, error) {
	now, told := d.now(), 0
	for {
		due, err := d.store.DueTasks(ctx, now, warningsAtOnce)
		if err != nil || len(due) == 0 {
			return told, err
		}
		var touched []string
		err = d.store.Write(ctx, func(tx *store.Tx) error {
			for _, row := range due {
				p, err := d.open(tx, row.Case, system, now)
				if err != nil {
					return err
				}
				t, ok := p.c.Task(row.ID)
				if !ok || !t.Done.IsZero() || !t.Told.IsZero() || t.Due.After(now) {
					continue
				}
				if err := p.writeAt(now, system, nil, cases.TaskDue{Task: row.ID}); err != nil {
					return err
				}
				if _, err := p.close(tx); err != nil {
					return err
				}
				touched = append(touched, string(row.Case))
			}
			return nil
		})
		if err != nil {
			return told, err
		}
		d.live.Publish(touched...)
		told += len(touched)
		if len(due) < warningsAtOnce || len(touched) == 0 {
			return told, nil
		}
	}
}

// newsOfTask is what an event of a task is to whom.
func (p *pen) newsOfTask(c *cases.Case, e cases.Event) []Notice {
	n := Notice{Kind: notice.Reminder, Case: c.ID, By: e.Actor, At: p.at}
	switch f := e.Data.(type) {
	case cases.TaskDue:
		t, _ := c.Task(f.Task)
		n.To, n.Ref, n.Matter = []string{t.Agent}, f.Task, "task/"+f.Task
	case cases.TaskSet:
		if e.Actor.ID == f.Agent {
			return nil
		}
		n.Kind, n.To, n.Ref, n.Matter = notice.Tasked, []string{f.Agent}, f.Task, "tasked/"+f.Task
	}
	return []Notice{n}
}

// TaskView is a task in a list.
type TaskView struct {
	store.TaskRow
	Number, Subject, Org string
	Name                 string // who does it
	Late                 bool
}

// Tasks returns a page of open tasks, the nearest first: the viewer's own, or
// everybody's.
func (d *Desk) Tasks(ctx context.Context, who Viewer, everybody bool, after store.Since) ([]TaskView, store.Since, error) {
	if err := who.May(WorkCases); err != nil {
		return nil, store.Since{}, err
	}
	q := store.TaskQuery{Organization: who.Scope(), Agent: who.ID, Limit: 50, After: after}
	if everybody {
		q.Agent = ""
	}
	rows, next, err := d.store.Tasks(ctx, q)
	if err != nil {
		return nil, next, err
	}
	var ids []cases.ID
	for _, r := range rows {
		if !slices.Contains(ids, r.Case) {
			ids = append(ids, r.Case)
		}
	}
	shown, err := d.store.CaseRows(ctx, who.Scope(), ids)
	if err != nil {
		return nil, next, err
	}
	names, now := map[string]string{}, d.now()
	out := make([]TaskView, 0, len(rows))
	for _, r := range rows {
		c := shown[r.Case]
		v := TaskView{TaskRow: r, Number: d.Number(c.Number), Subject: c.Subject, Org: c.OrgName, Late: !r.Due.After(now)}
		if v.Name, err = d.agentName(ctx, names, r.Agent); err != nil {
			return nil, next, err
		}
		out = append(out, v)
	}
	return out, next, nil
}

// TasksDue counts the viewer's tasks whose time has come.
func (d *Desk) TasksDue(ctx context.Context, who Viewer) (int, error) {
	return d.store.TasksDue(ctx, who.ID, d.now())
}
