package store

import (
	"context"
	"time"

	"madoguchi/terms/cases"
)

// TaskRow is a task as lists show it.
type TaskRow struct {
	ID    string
	Case  cases.ID
	Text  string
	Agent string // who does it
	Due   time.Time
	Done  time.Time // zero: open
	Told  bool      // its time had come, and they were told
}

const taskColumns = `id, case_id, body, agent, due, done_at, told`

var upsertTask = insert("tasks", taskColumns) + " ON CONFLICT (id) DO UPDATE SET " + assignments(taskColumns)

// projectTasks keeps the tasks that events of the case touched.
func (tx *Tx) projectTasks(c *cases.Case, events []cases.Event) error {
	touched := false
	for _, e := range events {
		switch e.Data.(type) {
		case cases.TaskSet, cases.TaskDone, cases.TaskReopened, cases.TaskDue:
			touched = true
		}
	}
	if !touched {
		return nil
	}
	for _, t := range c.Tasks {
		if err := tx.later(upsertTask, t.Task, string(c.ID), t.Text, t.Agent, micros(t.Due), micros(t.Done), !t.Told.IsZero()); err != nil {
			return err
		}
	}
	return nil
}

// TaskQuery selects open tasks.
type TaskQuery struct {
	Organization Scope  // of their cases; required
	Agent        string // whose; empty: everybody's
	Limit        int
	After        Since // where the page before ended
}

// Tasks returns a page of open tasks, the nearest first.
func (s *Store) Tasks(ctx context.Context, q TaskQuery) ([]TaskRow, Since, error) {
	var w where
	if err := q.Organization.where(&w, `(SELECT organization FROM cases WHERE cases.id = tasks.case_id)`); err != nil {
		return nil, Since{}, err
	}
	w.plain("done_at = 0")
	if q.Agent != "" {
		w.and("agent = ", q.Agent)
	}
	if !q.After.End() {
		w.after("due, id", ">", micros(q.After.At), q.After.ID)
	}
	n := page(q.Limit)
	rows, err := all(ctx, s.db.Readers(), scanTask, `SELECT `+taskColumns+` FROM tasks`+w.text+` ORDER BY due, id`+limitTo(n+1), w.args...)
	return newest(rows, n, err, func(t TaskRow) Since { return Since{t.Due, t.ID} })
}

// TasksByID returns tasks by their ids.
func (s *Store) TasksByID(ctx context.Context, ids []string) (map[string]TaskRow, error) {
	out := map[string]TaskRow{}
	if len(ids) == 0 {
		return out, nil
	}
	args := make([]any, len(ids))
	for i, id := range ids {
		args[i] = id
	}
	rows, err := all(ctx, s.db.Readers(), scanTask, `SELECT `+taskColumns+` FROM tasks WHERE id IN (`+placeholders(1, len(ids))+`)`, args...)
	for _, t := range rows {
		out[t.ID] = t
	}
	return out, err
}

// DueTasks returns up to limit open tasks whose time has come at now and of
// which nobody was told, the oldest first.
func (s *Store) DueTasks(ctx context.Context, now time.Time, limit int) ([]TaskRow, error) {
	return all(ctx, s.db.Readers(), scanTask, `SELECT `+taskColumns+` FROM tasks WHERE told = $1 AND done_at = 0 AND due <= $2 ORDER BY due, id LIMIT $3`, false, micros(now), page(limit))
}

// TasksDue counts the open tasks of a person whose time has come at now.
func (s *Store) TasksDue(ctx context.Context, agent string, now time.Time) (int, error) {
	n, err := tally(ctx, s.db.Readers(), `SELECT COUNT(*) FROM (SELECT 1 FROM tasks WHERE agent = $1 AND done_at = 0 AND due <= $2 LIMIT 100) AS due`, agent, micros(now))
	return int(n), err
}

func scanTask(row scanner) (TaskRow, error) {
	var t TaskRow
	var due, done int64
	err := row.Scan(&t.ID, &t.Case, &t.Text, &t.Agent, &due, &done, &t.Told)
	t.Due, t.Done = instant(due), instant(done)
	return t, err
}
