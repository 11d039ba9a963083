package desk_test

import (
	"testing"

	"github.com/google/uuid"

	"madoguchi/internal/desk"
	"madoguchi/internal/records/store"
	"madoguchi/terms/cases"
	"madoguchi/terms/fault"
)

// some opens cases of Aoba and returns their ids.
func (b *bench) some(n int) []cases.ID {
	b.t.Helper()
	var ids []cases.ID
	for range n {
		b.mail("yamada@aoba.example", "質問", "本文")
		ids = append(ids, b.last().ID)
	}
	return ids
}

// bulk asks for an act on cases and returns what became of it.
func (b *bench) bulk(who desk.Viewer, act desk.BulkAct, ids ...cases.ID) desk.BatchView {
	b.t.Helper()
	id := uuid.NewString()
	if err := b.Bulk(b.ctx, who, id, act, ids); err != nil {
		b.t.Fatal(err)
	}
	return b.batch(who, id)
}

func (b *bench) batch(who desk.Viewer, id string) desk.BatchView {
	b.t.Helper()
	v, err := b.Batch(b.ctx, who, id)
	if err != nil {
		b.t.Fatal(err)
	}
	return v
}

func (b *bench) of(id cases.ID) *cases.Case {
	b.t.Helper()
	c, _, err := b.store.Case(b.ctx, id)
	if err != nil {
		b.t.Fatal(err)
	}
	return c
}

func TestSeveralCasesGetAPersonAtOnceAndGoBackAsTheyWere(t *testing.T) {
	b := newBench(t, "11-20 10:00:00")
	ito, mori := b.hire("ito", desk.Agent), b.hire("mori", desk.Agent)
	ids := b.some(3)
	_, err := b.Assign(b.ctx, ito, ids[0], mori.ID)
	b.must(err)
	b.set("11-20 10:30:00")
	v := b.bulk(ito, desk.BulkAct{Kind: desk.BulkAssign, Agent: ito.ID}, ids...)
	if v.State != store.BatchDone || v.Done != 3 || v.Refused != 0 {
		t.Fatalf("the batch: %+v", v)
	}
	for _, id := range ids {
		if c := b.of(id); c.Assignee.ID != ito.ID || c.Status != cases.Open {
			t.Errorf("%d: %+v %s", c.Number, c.Assignee, c.Status)
		}
	}
	// One is changed again, one gets a mail that changes nothing of it.
	b.set("11-20 10:32:00")
	_, err = b.Assign(b.ctx, mori, ids[1], mori.ID)
	b.must(err)
	b.mail("yamada@aoba.example", "Re: 質問", "追加です。", "In-Reply-To: <"+b.of(ids[2]).MessageIDs[0]+">")
	b.set("11-20 10:35:00")
	b.must(b.UndoBatch(b.ctx, ito, v.ID))
	after := b.batch(ito, v.ID)
	if after.State != store.BatchUndone || after.Undone != 2 || after.Kept != 1 || len(after.Why) != 1 || after.Why[0].Case != ids[1] {
		t.Fatalf("undone: %+v", after)
	}
	for i, want := range []string{mori.ID, mori.ID, ""} {
		if c := b.of(ids[i]); c.Assignee.ID != want {
			t.Errorf("case %d is %+v's", c.Number, c.Assignee)
		}
	}
	if c := b.of(ids[2]); c.Status != cases.New {
		t.Errorf("the state is %s", c.Status)
	}
	var said []string
	for _, e := range b.history(ids[0]) {
		if e.Actor.ID == ito.ID {
			said = append(said, e.Data.Type())
		}
	}
	if len(said) != 6 || said[2] != "bulk.acted/1" || said[4] != "bulk.undone/1" {
		t.Errorf("the history says %v", said)
	}
	// Undoing again is asking once; after ten minutes it is too late.
	b.must(b.UndoBatch(b.ctx, ito, v.ID))
	late := b.bulk(ito, desk.BulkAct{Kind: desk.BulkTeam}, ids[0]) // has none: refused, nothing to undo
	if late.Refused != 1 || !late.UndoUntil.IsZero() {
		t.Errorf("nothing was done, and it can be undone: %+v", late)
	}
	v = b.bulk(ito, desk.BulkAct{Kind: desk.BulkAssign, Agent: ito.ID}, ids[2])
	b.set("11-20 10:46:00")
	if err := b.UndoBatch(b.ctx, ito, v.ID); !fault.Is(err, fault.Conflict) {
		t.Errorf("undone late: %v", err)
	}
}

func TestABatchDoesWhatItMayAndListsTheRest(t *testing.T) {
	b := newBench(t, "11-20 10:00:00")
	ids := b.some(2)
	_, err := b.reply(b.of(ids[0]), cases.InitialResponse, "yamada@aoba.example")
	b.must(err)
	b.mail("jane@kestrel.example", "A question", "text")
	foreign := b.last().ID
	_, west := b.role("west", desk.WorkCases)
	b.must(b.SetSights(b.ctx, b.sato, west.ID, []string{b.organization("Aoba").ID}))
	west = b.again(west)
	v := b.bulk(west, desk.BulkAct{Kind: desk.BulkStatus, Status: cases.Resolved}, ids[0], ids[1], foreign)
	if v.Done != 1 || v.Refused != 2 || len(v.Why) != 2 {
		t.Fatalf("the batch: %+v", v)
	}
	if w := v.Why[0]; w.Case != ids[1] || w.Why.JA != "理由を入力してください。" {
		t.Errorf("the case that owes its answer: %+v", w)
	}
	if w := v.Why[1]; w.Number != "" || w.Subject != "" || w.Why.JA != "ケースが見つかりません。" {
		t.Errorf("a case of another customer is told of: %+v", w)
	}
	if c := b.of(foreign); c.Done() {
		t.Error("a case of another customer was closed")
	}
	if err := b.Bulk(b.ctx, west, uuid.NewString(), desk.BulkAct{Kind: desk.BulkMerge, Into: ids[0], Reason: "x"}, ids); !fault.Is(err, fault.Forbidden) {
		t.Errorf("merged without the permission: %v", err)
	}
	if _, err := b.Batch(b.ctx, b.hire("ito", desk.Agent), v.ID); !fault.Is(err, fault.NotFound) {
		t.Errorf("a colleague sees the batch: %v", err)
	}
}

func TestABatchThatIsSentTwiceIsDoneOnce(t *testing.T) {
	b := newBench(t, "11-20 10:00:00")
	ids := b.some(2)
	m := b.macro(desk.MacroActs{Note: "一括", Status: cases.Open})
	id := uuid.NewString()
	for range 2 {
		b.must(b.Bulk(b.ctx, b.sato, id, desk.BulkAct{Kind: desk.BulkMacro, Macro: m.ID}, ids))
	}
	b.must(b.RunBatch(b.ctx, id, desk.MaxBulk))
	notes := 0
	for _, e := range b.history(ids[0]) {
		if _, ok := e.Data.(cases.Noted); ok {
			notes++
		}
	}
	if notes != 1 {
		t.Errorf("the note was written %d times", notes)
	}
	ito := b.hire("ito", desk.Agent)
	if err := b.Bulk(b.ctx, ito, id, desk.BulkAct{Kind: desk.BulkAssign, Agent: ito.ID}, ids); !fault.Is(err, fault.NotFound) {
		t.Errorf("another person's batch: %v", err)
	}
}

func TestALongBatchIsBroughtToItsEndAlsoByAnotherProcess(t *testing.T) {
	b := newBench(t, "11-20 10:00:00")
	ids := b.some(30)
	v := b.bulk(b.sato, desk.BulkAct{Kind: desk.BulkTags, New: "一斉"}, ids...)
	if v.State != store.BatchRunning || v.Done != 25 || v.Left != 5 || !v.UndoUntil.IsZero() {
		t.Fatalf("after the request: %+v", v)
	}
	other := b.node()
	if err := other.RunBatch(b.ctx, v.ID, desk.MaxBulk); err != nil {
		t.Fatal(err)
	}
	v = b.batch(b.sato, v.ID)
	if v.State != store.BatchDone || v.Done != 30 || v.UndoUntil.IsZero() {
		t.Errorf("at its end: %+v", v)
	}
	tags := b.of(ids[29]).Tags
	if len(tags) != 1 {
		t.Fatalf("tags: %v", tags)
	}
	b.must(b.UndoBatch(b.ctx, b.sato, v.ID))
	b.must(other.RunBatch(b.ctx, v.ID, desk.MaxBulk))
	if v = b.batch(b.sato, v.ID); v.Undone != 30 || len(b.of(ids[0]).Tags)+len(b.of(ids[29]).Tags) != 0 {
		t.Errorf("undone: %+v", v)
	}
}

func TestAHoldForManyNamesReasonAndDayAndUndoingBringsTheFormerHoldBack(t *testing.T) {
	b := newBench(t, "11-20 10:00:00")
	ids := b.some(2)
	day := desk.HoldCommand{Case: ids[0], Reason: "他社の回答待ち", Wait: cases.WaitThirdParty}
	_, err := b.Hold(b.ctx, b.sato, day)
	b.must(err)
	if err := b.Bulk(b.ctx, b.sato, uuid.NewString(), desk.BulkAct{Kind: desk.BulkHold}, ids); !fault.Is(err, fault.Invalid) {
		t.Errorf("held without a reason: %v", err)
	}
	b.set("11-20 10:10:00")
	v := b.bulk(b.sato, desk.BulkAct{Kind: desk.BulkHold, Reason: "年末の作業", Until: "2026-11-23"}, ids...)
	for _, id := range ids {
		if c := b.of(id); c.Status != cases.OnHold || c.StatusReason != "年末の作業" || c.HoldUntil.In(b.Zone()).Format("01-02 15:04") != "11-24 10:00" {
			t.Errorf("%+v until %v", c.Status, c.HoldUntil)
		}
	}
	b.set("11-20 10:12:00")
	b.must(b.UndoBatch(b.ctx, b.sato, v.ID))
	c := b.of(ids[0])
	if w, _ := c.WaitsFor(); c.Status != cases.OnHold || c.StatusReason != "他社の回答待ち" || !c.HoldUntil.IsZero() || w != cases.WaitThirdParty {
		t.Errorf("the former hold: %s %s until %v for %s", c.Status, c.StatusReason, c.HoldUntil, w)
	}
	if c := b.of(ids[1]); c.Status != cases.New {
		t.Errorf("the other is %s", c.Status)
	}
}

func TestManyAreMergedIntoOneAndTakenApartAgain(t *testing.T) {
	b := newBench(t, "11-20 10:00:00")
	b.colleague("鈴木", "suzuki@aoba.example")
	b.mail("suzuki@aoba.example", "一", "本文")
	first := b.last().ID
	b.set("11-20 11:00:00")
	ids := append([]cases.ID{first}, b.some(2)...)
	into := ids[2]
	b.deadline(b.of(into), "11-20 17:00:00")
	b.set("11-20 11:30:00")
	v := b.bulk(b.sato, desk.BulkAct{Kind: desk.BulkMerge, Into: into, Reason: "同じ障害"}, ids...)
	if v.Done != 2 || v.Of != 2 {
		t.Fatalf("merged: %+v", v)
	}
	b.deadline(b.of(into), "11-20 16:00:00") // from the earliest reception
	b.set("11-20 11:31:00")
	b.must(b.UndoBatch(b.ctx, b.sato, v.ID))
	if v = b.batch(b.sato, v.ID); v.Undone != 2 || v.Kept != 0 {
		t.Fatalf("taken apart: %+v", v)
	}
	b.deadline(b.of(into), "11-20 17:00:00")
	for _, id := range ids[:2] {
		if c := b.of(id); c.Merged != nil || c.First.Verdict != cases.Undecided {
			t.Errorf("%d: %+v", c.Number, c.Merged)
		}
	}
	if c := b.of(into); len(c.Absorbed) != 0 {
		t.Errorf("what was merged: %+v", c.Absorbed)
	}
}

func TestAViewIsSelectedWhole(t *testing.T) {
	b := newBench(t, "11-20 10:00:00")
	ids := b.some(4)
	_, err := b.Assign(b.ctx, b.sato, ids[1], b.sato.ID)
	b.must(err)
	sel, err := b.Select(b.ctx, b.sato, map[string][]string{"assignee": {"none"}})
	b.must(err)
	got, more, err := b.SelectAll(b.ctx, b.sato, sel)
	if err != nil || more || len(got) != 3 {
		t.Errorf("%v, %v, %v", got, more, err)
	}
}
