package desk_test

import (
	"testing"

	"madoguchi/internal/desk"
	"madoguchi/internal/records/store"
	"madoguchi/terms/cases"
	"madoguchi/terms/fault"
)

func (b *bench) macro(acts desk.MacroActs) desk.Macro {
	b.t.Helper()
	m, err := b.PutMacro(b.ctx, b.sato, desk.Macro{Macro: store.Macro{NameJA: "情報待ち", NameEN: "Waiting for details"}, MacroActs: acts})
	if err != nil {
		b.t.Fatal(err)
	}
	return m
}

func TestAMacroSaysWhatItWillDoDoesItAndIsUndone(t *testing.T) {
	b := newBench(t, "11-20 10:00:00")
	ito := b.hire("ito", desk.Agent)
	text, err := b.PutSnippet(b.ctx, b.sato, store.Snippet{Name: "ログのお願い", BodyJA: "{{contact.name}} 様のログをお送りください。"}, true)
	if err != nil {
		t.Fatal(err)
	}
	m := b.macro(desk.MacroActs{Snippet: text.ID, Note: "{{case.number}} を確認中", Assign: desk.AssignMe, Status: cases.Waiting})
	b.mail("yamada@aoba.example", "質問", "本文")
	c := b.last()

	plan, err := b.PlanMacro(b.ctx, ito, c.ID, m.ID)
	if err != nil {
		t.Fatal(err)
	}
	var types []string
	for _, e := range plan.Events {
		types = append(types, e.Data.Type())
	}
	if len(types) != 4 || types[0] != "macro.run/1" || plan.Text != "山田 様のログをお送りください。" {
		t.Errorf("the plan is %v, %q", types, plan.Text)
	}
	if now := b.last(); now.Version != c.Version {
		t.Error("a plan has changed the case")
	}

	after, err := b.RunMacro(b.ctx, ito, c.ID, m.ID)
	if err != nil {
		t.Fatal(err)
	}
	if after.Assignee.ID != ito.ID || after.Status != cases.Waiting || after.Response != nil || after.First.Verdict != cases.Undecided {
		t.Errorf("after the macro: %+v", after)
	}
	b.set("11-20 10:05:00")
	after, err = b.UndoMacro(b.ctx, ito, c.ID)
	if err != nil {
		t.Fatal(err)
	}
	if after.Assignee.ID != "" || after.Status != cases.New {
		t.Errorf("after undoing: %s %+v", after.Status, after.Assignee)
	}
	if _, err := b.UndoMacro(b.ctx, ito, c.ID); !fault.Is(err, fault.Conflict) {
		t.Errorf("undone twice: %v", err)
	}

	if _, err := b.RunMacro(b.ctx, ito, c.ID, m.ID); err != nil {
		t.Fatal(err)
	}
	b.set("11-20 10:10:00")
	if _, err := b.Note(b.ctx, ito, c.ID, "続き"); err != nil {
		t.Fatal(err)
	}
	if _, err := b.UndoMacro(b.ctx, ito, c.ID); !fault.Is(err, fault.Conflict) {
		t.Errorf("undone after something else: %v", err)
	}
}

func TestAMacroIsDoneWholeOrNotAtAll(t *testing.T) {
	b := newBench(t, "11-20 10:00:00")
	ito := b.hire("ito", desk.Agent)
	m := b.macro(desk.MacroActs{Assign: ito.ID, Status: cases.Resolved}) // a case that owes its answer needs a reason
	b.mail("yamada@aoba.example", "質問", "本文")
	c := b.last()
	if _, err := b.PlanMacro(b.ctx, ito, c.ID, m.ID); !fault.Is(err, fault.Invalid) {
		t.Errorf("the plan: %v", err)
	}
	if _, err := b.RunMacro(b.ctx, ito, c.ID, m.ID); !fault.Is(err, fault.Invalid) {
		t.Errorf("run: %v", err)
	}
	if now := b.last(); now.Version != c.Version {
		t.Errorf("half of a macro was done: version %d, was %d", now.Version, c.Version)
	}
}

func TestAMacroJudgesThePriorityAsAPersonDoes(t *testing.T) {
	b := newBench(t, "11-20 10:00:00")
	m := b.macro(desk.MacroActs{Priority: "low", Criterion: "priority.low.how-to", Why: "一般的なご質問のため"})
	b.mail("yamada@aoba.example", "質問", "本文")
	c, err := b.RunMacro(b.ctx, b.sato, b.last().ID, m.ID)
	if err != nil {
		t.Fatal(err)
	}
	if c.Priority != "low" || c.Judgement == nil || c.Judgement.By.ID != b.sato.ID {
		t.Errorf("priority %s, judgement %+v", c.Priority, c.Judgement)
	}
	if _, err := b.UndoMacro(b.ctx, b.sato, c.ID); !fault.Is(err, fault.Conflict) {
		t.Errorf("a judgement was undone: %v", err)
	}
}

func TestMacrosAreForThoseWhoManageTemplates(t *testing.T) {
	b := newBench(t, "11-20 10:00:00")
	ito := b.hire("ito", desk.Agent)
	if _, err := b.PutMacro(b.ctx, ito, desk.Macro{Macro: store.Macro{NameJA: "x"}, MacroActs: desk.MacroActs{Status: cases.Open}}); !fault.Is(err, fault.Forbidden) {
		t.Errorf("an agent's macro: %v", err)
	}
	for name, acts := range map[string]desk.MacroActs{
		"nothing to do": {Reason: "x"}, "a priority without its reason": {Priority: "low", Criterion: "priority.low.how-to"},
		"a hold without its reason": {Status: cases.OnHold}, "an unknown variable": {Note: "{{moon}}"},
	} {
		if _, err := b.PutMacro(b.ctx, b.sato, desk.Macro{Macro: store.Macro{NameJA: "x"}, MacroActs: acts}); !fault.Is(err, fault.Invalid) {
			t.Errorf("%s: %v", name, err)
		}
	}
	m := b.macro(desk.MacroActs{Status: cases.Open})
	if err := b.RemoveMacro(b.ctx, b.sato, m.ID); err != nil {
		t.Fatal(err)
	}
	if _, err := b.Macro(b.ctx, ito, m.ID); !fault.Is(err, fault.NotFound) {
		t.Errorf("removed: %v", err)
	}
}

func TestAMacroPutsTagsOnAndTakesThemOff(t *testing.T) {
	b := newBench(t, "11-20 10:00:00")
	tag := func(name string) store.Tag {
		t.Helper()
		one, err := b.PutTag(b.ctx, b.sato, store.Tag{Name: name, Colour: "ai"})
		b.must(err)
		return one
	}
	often, ask, billing := tag("再発"), tag("要確認"), tag("請求")
	m := b.macro(desk.MacroActs{Tags: []string{often.ID, billing.ID}, Untag: []string{ask.ID}})
	b.mail("yamada@aoba.example", "質問", "本文")
	c := b.last()
	_, err := b.Tag(b.ctx, b.sato, desk.TagCommand{Case: c.ID, Add: []string{ask.ID, billing.ID}})
	b.must(err)
	plan, err := b.PlanMacro(b.ctx, b.sato, c.ID, m.ID)
	b.must(err)
	d, ok := plan.Events[len(plan.Events)-1].Data.(cases.Tagged)
	if !ok || len(d.Added) != 1 || d.Added[0].Name != "再発" || len(d.Removed) != 1 || d.Removed[0].Name != "要確認" {
		t.Errorf("the plan: %+v", plan.Events)
	}
	tagged := func(id cases.ID) string {
		tags, err := b.TagsOf(b.ctx, b.of(id).Tags)
		b.must(err)
		names := ""
		for _, t := range tags {
			names += t.Name + " "
		}
		return names
	}
	b.set("11-20 10:05:00")
	_, err = b.RunMacro(b.ctx, b.sato, c.ID, m.ID)
	b.must(err)
	if got := tagged(c.ID); got != "請求 再発 " {
		t.Errorf("after the macro: %s", got)
	}
	b.set("11-20 10:06:00")
	_, err = b.UndoMacro(b.ctx, b.sato, c.ID)
	b.must(err)
	if got := tagged(c.ID); got != "請求 要確認 " {
		t.Errorf("after undoing: %s", got)
	}

	// On several cases at once; what is so already is left out, and a tag that
	// became another is that one.
	b.must(b.MergeTags(b.ctx, b.sato, often.ID, billing.ID))
	v := b.bulk(b.sato, desk.BulkAct{Kind: desk.BulkMacro, Macro: m.ID}, c.ID)
	if v.Done != 1 || tagged(c.ID) != "請求 " {
		t.Errorf("in a batch: %+v %s", v, tagged(c.ID))
	}
	b.must(b.UndoBatch(b.ctx, b.sato, v.ID))
	if got := tagged(c.ID); got != "請求 要確認 " {
		t.Errorf("after undoing the batch: %s", got)
	}
	if _, err := b.PutMacro(b.ctx, b.sato, desk.Macro{Macro: store.Macro{NameJA: "x"}, MacroActs: desk.MacroActs{Tags: []string{ask.ID}, Untag: []string{ask.ID}}}); !fault.Is(err, fault.Invalid) {
		t.Errorf("a tag both on and off: %v", err)
	}
}
