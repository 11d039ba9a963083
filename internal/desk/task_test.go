package desk_test

import (
	"testing"

	"madoguchi/internal/desk"
	"madoguchi/internal/records/store"
	"madoguchi/terms/cases"
	"madoguchi/terms/fault"
)

func (b *bench) task(who desk.Viewer, c *cases.Case, f desk.TaskForm) cases.Task {
	b.t.Helper()
	after, err := b.SetTask(b.ctx, who, c.ID, f)
	if err != nil {
		b.t.Fatal(err)
	}
	return after.Tasks[len(after.Tasks)-1]
}

func (b *bench) wantDue(t cases.Task, want string) {
	b.t.Helper()
	if got := t.Due.In(b.zone).Format("01-02 15:04"); got != want {
		b.t.Errorf("due %s, want %s", got, want)
	}
}

func TestATaskIsDueByTheCalendarOfItsCase(t *testing.T) {
	b := newBench(t, "11-20 16:42:00") // Friday; Monday is a holiday
	b.mail("yamada@aoba.example", "質問", "本文")
	c := b.last()
	for choice, want := range map[string]string{
		desk.DueHour: "11-20 17:42", desk.DueClose: "11-20 17:30", desk.DueNext: "11-24 10:00", desk.DueThree: "11-26 10:00", desk.DueWeek: "11-30 10:00",
	} {
		b.wantDue(b.task(b.sato, c, desk.TaskForm{Text: "確認する", Choice: choice}), want)
	}
	b.set("11-20 17:45:00")
	b.wantDue(b.task(b.sato, c, desk.TaskForm{Text: "確認する", Choice: desk.DueHour}), "11-24 10:45")
	for name, f := range map[string]desk.TaskForm{
		"text": {Choice: desk.DueNext}, "due": {Text: "x", Due: b.clock}, "none": {Text: "x"}, "past": {Text: "x", Choice: desk.DueClose},
	} {
		if _, err := b.SetTask(b.ctx, b.sato, c.ID, f); !fault.Is(err, fault.Invalid) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestATaskRemindsOnceAndSurvivesARestart(t *testing.T) {
	b := newBench(t, "11-20 10:00:00")
	ito := b.hire("伊藤", desk.Agent)
	b.mail("yamada@aoba.example", "質問", "本文")
	c := b.last()
	task := b.task(b.sato, c, desk.TaskForm{Text: "折り返しの電話", Choice: desk.DueHour, Agent: ito.ID})
	b.wantTold(ito, "tasked")
	remind := func(d *desk.Desk, want int) {
		t.Helper()
		if n, err := d.Remind(b.ctx); n != want || err != nil {
			t.Errorf("%s: reminded of %d, want %d: %v", b.clock.Format("15:04"), n, want, err)
		}
	}
	remind(b.Desk, 0)
	b.set("11-20 11:00:00")
	again := b.reopen()
	remind(again, 1)
	remind(b.Desk, 0)
	b.wantTold(ito, "reminder tasked")
	if n, err := b.TasksDue(b.ctx, ito); n != 1 || err != nil {
		t.Errorf("due: %d %v", n, err)
	}
	page, err := b.Notices(b.ctx, ito, desk.NoticeQuery{})
	if err != nil || page.Rows[0].What != "折り返しの電話" {
		t.Errorf("the reminder says %+v: %v", page.Rows, err)
	}

	// Put off, it reminds again; done, it does not.
	if _, err := b.SnoozeTask(b.ctx, ito, c.ID, task.Task, desk.DueHour); err != nil {
		t.Fatal(err)
	}
	b.wantTold(ito, "") // who acts has seen
	b.set("11-20 12:00:00")
	remind(b.Desk, 1)
	b.wantTold(ito, "reminder")
	for _, done := range []bool{true, false, true} {
		if _, err := b.FinishTask(b.ctx, ito, c.ID, task.Task, done); err != nil {
			t.Fatal(err)
		}
	}
	mine, _, err := b.Tasks(b.ctx, ito, false, store.Since{})
	if err != nil || len(mine) != 0 {
		t.Errorf("after it is done: %+v %v", mine, err)
	}
	before, err := b.store.ProjectionDigest(b.ctx)
	if err != nil {
		t.Fatal(err)
	}
	if err := b.store.Rebuild(b.ctx, nil); err != nil {
		t.Fatal(err)
	}
	if after, err := b.store.ProjectionDigest(b.ctx); err != nil || after != before {
		t.Errorf("a rebuild gives other rows: %v", err)
	}
}

func TestATaskIsDoneAlsoInAMergedCase(t *testing.T) {
	b := newBench(t, "11-20 10:00:00")
	b.mail("yamada@aoba.example", "質問", "本文")
	first := b.last()
	task := b.task(b.sato, first, desk.TaskForm{Text: "確認する", Choice: desk.DueNext})
	b.mail("yamada@aoba.example", "同じ質問", "本文")
	if _, err := b.Merge(b.ctx, b.sato, desk.Merging{Case: first.ID, Into: b.last().ID, Reason: "同じ内容"}); err != nil {
		t.Fatal(err)
	}
	if _, err := b.SetTask(b.ctx, b.sato, first.ID, desk.TaskForm{Text: "もう一つ", Choice: desk.DueNext}); !fault.Is(err, fault.Conflict) {
		t.Errorf("a task was set in a merged case: %v", err)
	}
	if _, err := b.FinishTask(b.ctx, b.sato, first.ID, task.Task, true); err != nil {
		t.Error(err)
	}
}
