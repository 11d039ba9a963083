package agent

import (
	"context"
	"net/http"
	"time"

	"github.com/a-h/templ"

	"madoguchi/internal/desk"
	"madoguchi/internal/doors/web/ui"
	"madoguchi/internal/records/store"
	"madoguchi/terms/cases"
	"madoguchi/terms/fault"
)

// TaskRow is one task as it is shown.
type TaskRow struct {
	ID, Case, Text, Who  string
	Due                  time.Time
	Late, Done           bool
	Number, Subject, Org string // in a list over all cases
}

// sideTasks are the tasks of a case: the open ones by their time, then those
// done today.
func sideTasks(v desk.CaseView) []TaskRow {
	var open, done []TaskRow
	for _, t := range v.Case.Tasks {
		row := TaskRow{ID: t.Task, Case: string(v.Case.ID), Text: t.Text, Who: t.Name, Due: t.Due, Late: !t.Due.After(v.Now), Done: !t.Done.IsZero()}
		switch {
		case !row.Done:
			open = append(open, row)
		case v.Now.Sub(t.Done) < 24*time.Hour:
			done = append(done, row)
		}
	}
	for i := range open { // few: an insertion sort keeps those of one time in their order
		for j := i; j > 0 && open[j].Due.Before(open[j-1].Due); j-- {
			open[j], open[j-1] = open[j-1], open[j]
		}
	}
	return append(open, done...)
}

// TaskForm is the panel that sets a task.
type TaskForm struct {
	CaseID, Number, Subject string
	Text, Choice, Due       string
	Agent                   string
	Choices                 []ui.Option // times, by the calendar of the case
	Agents                  []ui.Option
	Errors                  map[string]string
}

// NewTask shows the panel that sets a task.
func (p *Pages) NewTask(w http.ResponseWriter, r *http.Request, who desk.Viewer) error {
	v, err := p.taskForm(r, who, nil)
	if err != nil {
		return err
	}
	if ui.IsFragment(r) {
		return ui.Render(w, r, http.StatusOK, TaskPanel(v, true))
	}
	return p.taskPage(w, r, http.StatusOK, v)
}

func (p *Pages) taskPage(w http.ResponseWriter, r *http.Request, status int, v TaskForm) error {
	return p.show(w, r, status, ui.T(r.Context(), "task.add"), "queue", func(page ui.Page) templ.Component { return TaskPage(page, v) })
}

func (p *Pages) taskForm(r *http.Request, who desk.Viewer, problems map[string]string) (TaskForm, error) {
	v, err := p.desk.View(r.Context(), who, caseID(r))
	if err != nil {
		return TaskForm{}, err
	}
	f := TaskForm{
		CaseID: string(v.Case.ID), Number: v.Number, Subject: v.Case.Subject, Text: r.FormValue("text"), Choice: r.FormValue("when"), Due: r.FormValue("due"),
		Agent: r.FormValue("agent"), Errors: problems,
	}
	if f.Agent == "" {
		f.Agent = who.ID
	}
	f.Choices = dueOptions(r.Context(), p.desk, v)
	if f.Choice == "" && f.Due == "" && len(f.Choices) > 0 {
		f.Choice = f.Choices[0].Value
	}
	for _, a := range v.Agents {
		f.Agents = append(f.Agents, ui.Option{Value: a.ID, Label: a.Name})
	}
	return f, nil
}

// dueOptions are the times that can be chosen now, each with what it comes to.
func dueOptions(ctx context.Context, d *desk.Desk, v desk.CaseView) []ui.Option {
	var out []ui.Option
	for _, c := range desk.DueChoices {
		if at, ok := d.DueOf(v, c); ok {
			out = append(out, ui.Option{Value: c, Label: ui.T(ctx, "task.due."+c, ui.Near(ctx, at))})
		}
	}
	return out
}

// SetTask adds a task to the case.
func (p *Pages) SetTask(w http.ResponseWriter, r *http.Request, who desk.Viewer) error {
	f := desk.TaskForm{Text: r.PostFormValue("text"), Choice: r.PostFormValue("when"), Agent: r.PostFormValue("agent")}
	var err error
	if f.Choice == "at" {
		f.Choice = ""
		if f.Due, err = time.ParseInLocation("2006-01-02T15:04", r.PostFormValue("due"), ui.Of(r.Context()).Zone); err != nil {
			err = fault.Wrap(fault.Invalid, err, "期限の日時を入力してください。", "Please give the date and time.").At("due")
		}
	}
	if err == nil {
		_, err = p.desk.SetTask(r.Context(), who, caseID(r), f)
	}
	if err == nil {
		return p.acted(w, r, who, "task.added", "")
	}
	problems, ok := ui.FormErrors(r.Context(), err)
	if !ok || ui.IsFragment(r) {
		return err
	}
	v, verr := p.taskForm(r, who, problems)
	if verr != nil {
		return verr
	}
	return p.taskPage(w, r, refused, v)
}

// ChangeTask finishes a task, takes that back, or puts it off.
func (p *Pages) ChangeTask(w http.ResponseWriter, r *http.Request, who desk.Viewer) error {
	id, task, said := caseID(r), r.PathValue("task"), "task.done"
	var err error
	switch act := r.PostFormValue("act"); act {
	case "done", "reopen":
		_, err = p.desk.FinishTask(r.Context(), who, id, task, act == "done")
		if act == "reopen" {
			said = "task.reopened"
		}
	default:
		said = "task.snoozed"
		_, err = p.desk.SnoozeTask(r.Context(), who, id, task, act)
	}
	if err != nil {
		return err
	}
	if r.PostFormValue("from") == "tasks" {
		return p.done(w, r, said, "/tasks")
	}
	return p.acted(w, r, who, said, "")
}

// TasksView lists open tasks.
type TasksView struct {
	Everybody bool
	Groups    []TaskGroup
	After     string
}

// TaskGroup is the tasks under one heading.
type TaskGroup struct {
	Title string
	Late  bool
	Rows  []TaskRow
}

// Tasks lists the person's open tasks, or everybody's.
func (p *Pages) Tasks(w http.ResponseWriter, r *http.Request, who desk.Viewer) error {
	ctx := r.Context()
	var after store.Since
	if err := ui.Unseal(r.FormValue("after"), &after); err != nil {
		return err
	}
	v := TasksView{Everybody: r.FormValue("of") == "all"}
	rows, next, err := p.desk.Tasks(ctx, who, v.Everybody, after)
	if err != nil {
		return err
	}
	for _, t := range rows {
		title := ui.T(ctx, "task.later")
		switch {
		case t.Late:
			title = ui.T(ctx, "task.late")
		case ui.SameDay(t.Due, ui.Of(ctx).Now, ui.Of(ctx).Zone):
			title = ui.T(ctx, "task.today")
		}
		if n := len(v.Groups); n == 0 || v.Groups[n-1].Title != title {
			v.Groups = append(v.Groups, TaskGroup{Title: title, Late: t.Late})
		}
		g := &v.Groups[len(v.Groups)-1]
		g.Rows = append(g.Rows, TaskRow{ID: t.ID, Case: string(t.Case), Text: t.Text, Who: t.Name, Due: t.Due, Late: t.Late, Number: t.Number, Subject: t.Subject, Org: t.Org})
	}
	if !next.End() {
		if v.After, err = ui.Seal(next); err != nil {
			return err
		}
	}
	return p.show(w, r, http.StatusOK, ui.T(ctx, "tasks.title"), "tasks", func(page ui.Page) templ.Component { return TasksPage(page, v) })
}

// taskHappened draws an event of a task.
func taskHappened(ctx context.Context, v desk.CaseView, e cases.Event, en *Entry) bool {
	words := func(id string) string { t, _ := v.Case.Task(id); return t.Text }
	switch d := e.Data.(type) {
	case cases.TaskSet:
		line(en, "history", ui.T(ctx, "timeline.task", d.Name, ui.Near(ctx, d.Due)), d.Text)
	case cases.TaskDone:
		line(en, "check", ui.T(ctx, "timeline.task-done"), words(d.Task))
	case cases.TaskReopened:
		line(en, "history", ui.T(ctx, "timeline.task-reopened"), words(d.Task))
	case cases.TaskDue:
		line(en, "bell", ui.T(ctx, "timeline.task-due"), words(d.Task))
	case cases.MissExplained:
		line(en, "alert", ui.T(ctx, "timeline.miss-reason"), d.Reason)
	default:
		return false
	}
	return true
}
