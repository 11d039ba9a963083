package cases

import (
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"madoguchi/terms/fault"
)

// maxTask is how long a task's text may be, in characters, and maxTasks how
// many open ones a case may have.
const (
	maxTask  = 500
	maxTasks = 100
)

// TaskSet adds a task to the case, or changes one: its words, its time, or who does it.
type TaskSet struct {
	Task  string    `json:"task"` // our id of it
	Text  string    `json:"text"`
	Due   time.Time `json:"due"`
	Agent string    `json:"agent"` // who does it
	Name  string    `json:"name"`
}

// Type implements [Data].
func (TaskSet) Type() string { return "task.set/1" }

// TaskDone says that a task was done.
type TaskDone struct {
	Task string `json:"task"`
}

// Type implements [Data].
func (TaskDone) Type() string { return "task.done/1" }

// TaskReopened takes that back.
type TaskReopened struct {
	Task string `json:"task"`
}

// Type implements [Data].
func (TaskReopened) Type() string { return "task.reopened/1" }

// TaskDue says that a task's time has come, and whoever does it was told.
type TaskDue struct {
	Task string `json:"task"`
}

// Type implements [Data].
func (TaskDue) Type() string { return "task.due/1" }

// Task is something that a person of the desk is to do for the case.
type Task struct {
	TaskSet
	By   Actor     // who set it
	Done time.Time // zero: open
	Told time.Time // when its time had come; zero: not yet
}

// Task returns the one with an id.
func (c *Case) Task(id string) (Task, bool) {
	i := slices.IndexFunc(c.Tasks, func(t Task) bool { return t.Task == id })
	if i < 0 {
		return Task{}, false
	}
	return c.Tasks[i], true
}

func (c *Case) applyTask(e Event) {
	find := func(id string) *Task {
		for i := range c.Tasks {
			if c.Tasks[i].Task == id {
				return &c.Tasks[i]
			}
		}
		return nil
	}
	switch d := e.Data.(type) {
	case TaskSet:
		t := find(d.Task)
		if t == nil {
			c.Tasks = append(slices.Clip(c.Tasks), Task{})
			t = &c.Tasks[len(c.Tasks)-1]
		}
		*t = Task{TaskSet: d, By: e.Actor}
	case TaskDone:
		if t := find(d.Task); t != nil {
			t.Done = e.At
		}
	case TaskReopened:
		if t := find(d.Task); t != nil {
			t.Done = time.Time{}
		}
	case TaskDue:
		if t := find(d.Task); t != nil {
			t.Told = e.At
		}
	}
}

// SetTask adds a task, or changes an open one. Its time lies after now.
func (c *Case) SetTask(s TaskSet, now time.Time) ([]Data, error) {
	if err := c.check(); err != nil {
		return nil, err
	}
	s.Text = strings.TrimSpace(s.Text)
	switch n := utf8.RuneCountInString(s.Text); {
	case n == 0:
		return nil, fault.New(fault.Invalid, "タスクの内容を入力してください。", "Please write what is to be done.").At("text")
	case n > maxTask:
		return nil, fault.New(fault.Invalid, "タスクの内容は 500 文字以内で入力してください。", "Please keep it to 500 characters.").At("text")
	}
	if s.Agent == "" {
		return nil, fault.New(fault.Invalid, "担当する人を選んでください。", "Please choose who does it.").At("agent")
	}
	if !s.Due.After(now) {
		return nil, fault.New(fault.Invalid, "期限には、今より後の日時を入力してください。", "Please give a time later than now.").At("due")
	}
	open := 0
	for _, t := range c.Tasks {
		if t.Done.IsZero() && t.Task != s.Task {
			open++
		}
	}
	if open >= maxTasks {
		return nil, fault.New(fault.Conflict, "1 つのケースに置けるタスクは 100 件までです。終わったものを完了にしてください。", "A case may have 100 open tasks at most. Please finish some first.").At("text")
	}
	if have, ok := c.Task(s.Task); ok && !have.Done.IsZero() {
		return nil, finishedTask()
	}
	return []Data{s}, nil
}

// FinishTask marks a task as done, also in a case that was merged into another.
func (c *Case) FinishTask(id string) ([]Data, error) {
	t, err := c.taskToChange(id)
	if err != nil {
		return nil, err
	}
	if !t.Done.IsZero() {
		return nil, finishedTask()
	}
	return []Data{TaskDone{Task: id}}, nil
}

// ReopenTask takes that back.
func (c *Case) ReopenTask(id string) ([]Data, error) {
	t, err := c.taskToChange(id)
	if err != nil {
		return nil, err
	}
	if t.Done.IsZero() {
		return nil, fault.New(fault.Conflict, "このタスクは完了していません。", "This task is not done.")
	}
	return []Data{TaskReopened{Task: id}}, nil
}

func (c *Case) taskToChange(id string) (Task, error) {
	if c.Frozen != "" {
		return Task{}, c.check()
	}
	t, ok := c.Task(id)
	if !ok {
		return Task{}, fault.New(fault.NotFound, "タスクが見つかりません。", "There is no such task.")
	}
	return t, nil
}

func finishedTask() *fault.Error {
	return fault.New(fault.Conflict, "このタスクは既に完了しています。", "This task is done already.")
}
