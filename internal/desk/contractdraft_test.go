package desk_test

import (
	"strings"
	"testing"

	"madoguchi/internal/desk"
	"madoguchi/internal/records/store"
	"madoguchi/terms/cases"
	"madoguchi/terms/contract"
	"madoguchi/terms/fault"
)

func (b *bench) hire(name string, role desk.Role) desk.Viewer {
	b.t.Helper()
	v, err := b.AddAgent(b.ctx, b.sato, desk.NewAgent{Name: name, Email: name + "@desk.example", Role: role, Language: "ja", Password: "correct horse battery"})
	if err != nil {
		b.t.Fatal(err)
	}
	return v
}

// draft begins the next version with a day off.
func (b *bench) draft(from string, edits ...contract.Edit) store.ContractDraft {
	b.t.Helper()
	row, err := b.StartDraft(b.ctx, b.sato, "hennge-one")
	if err != nil {
		b.t.Fatal(err)
	}
	edits = append(edits, contract.Set("contract.effective", from))
	v, err := b.EditDraft(b.ctx, b.sato, row.ID, row.Revision, edits...)
	if err != nil {
		b.t.Fatal(err)
	}
	return v.ContractDraft
}

func (b *bench) closed(s string) contract.Edit {
	return contract.AddClosure("business", contract.NamedDay{Date: day(b.t, s), Name: contract.Text{JA: "臨時休業", EN: "Closed"}})
}

func TestAVersionIsPublishedByASecondPersonAndTakesOverByItself(t *testing.T) {
	b := newBench(t, "11-20 16:00:00")
	watanabe := b.hire("watanabe", desk.Supervisor)
	kobayashi := b.hire("kobayashi", desk.Administrator)
	row := b.draft("2026-11-24", b.closed("2026-11-25"))
	if !strings.HasPrefix(row.YAML[strings.Index(row.YAML, "version:"):], "version: 2026-11-21\n") || !strings.Contains(row.YAML, "# ── Hours") {
		t.Error("the draft lost its comments, or has no version of its own")
	}
	// Only what waits for approval can be approved, and not by who wrote it.
	if _, err := b.ApproveDraft(b.ctx, watanabe, row.ID, row.Revision, ""); !fault.Is(err, fault.Conflict) {
		t.Errorf("approved before it was submitted: %v", err)
	}
	if err := b.SubmitDraft(b.ctx, watanabe, row.ID, ""); !fault.Is(err, fault.Forbidden) {
		t.Errorf("a supervisor submitted: %v", err)
	}
	if err := b.SubmitDraft(b.ctx, b.sato, row.ID, "台風のため"); err != nil {
		t.Fatal(err)
	}
	if _, err := b.EditDraft(b.ctx, b.sato, row.ID, row.Revision+1, b.closed("2026-11-26")); !fault.Is(err, fault.Conflict) {
		t.Errorf("edited while it waits: %v", err)
	}
	v, err := b.ContractDraft(b.ctx, b.sato, row.ID)
	if err != nil || v.MayJudge || len(v.Changes) == 0 || len(v.Hinders) != 0 {
		t.Errorf("%+v, %v", v.Hinders, err)
	}
	if _, err := b.ApproveDraft(b.ctx, b.sato, row.ID, v.Revision, ""); !fault.Is(err, fault.Forbidden) {
		t.Errorf("approved by its author: %v", err)
	}
	if err := b.ReturnDraft(b.ctx, watanabe, row.ID, " "); !fault.Is(err, fault.Invalid) {
		t.Errorf("returned without a word: %v", err)
	}
	if err := b.ReturnDraft(b.ctx, watanabe, row.ID, "日付を確認してください"); err != nil {
		t.Fatal(err)
	}
	// Another administrator who mends it is no second person either.
	if v, err = b.ContractDraft(b.ctx, kobayashi, row.ID); err != nil || v.State != store.DraftReturned {
		t.Fatalf("%s, %v", v.State, err)
	}
	if v, err = b.EditDraft(b.ctx, kobayashi, row.ID, v.Revision, b.closed("2026-11-26")); err != nil {
		t.Fatal(err)
	}
	if err := b.SubmitDraft(b.ctx, kobayashi, row.ID, ""); err != nil {
		t.Fatal(err)
	}
	if _, err := b.ApproveDraft(b.ctx, kobayashi, row.ID, v.Revision+1, ""); !fault.Is(err, fault.Forbidden) {
		t.Errorf("approved by one who wrote in it: %v", err)
	}
	con, err := b.ApproveDraft(b.ctx, watanabe, row.ID, v.Revision+1, "")
	if err != nil {
		t.Fatal(err)
	}

	b.mail("yamada@aoba.example", "前日", "設定を教えてください。")
	friday := b.last()
	b.deadline(friday, "11-24 14:00:00")
	b.set("11-23 23:59:59")
	b.mail("yamada@aoba.example", "直前", "設定を教えてください。")
	before := b.last()
	b.set("11-24 00:00:00")
	b.mail("yamada@aoba.example", "直後", "設定を教えてください。")
	after := b.last()
	if before.Contract != "hennge-one@2026-04-01" || after.Contract != con.Ref() {
		t.Errorf("before midnight %s, after %s", before.Contract, after.Contract)
	}
	again := b.reopen()
	if now, err := again.Contracts().InForce("hennge-one", b.clock); err != nil || now.Ref() != con.Ref() {
		t.Errorf("after a restart: %v", err)
	}
	if v, err = again.ContractDraft(b.ctx, watanabe, row.ID); err != nil || v.State != store.DraftPublished || v.Version != con.Ref() || len(v.Steps) != 5 {
		t.Errorf("after a restart the draft is %s, %d steps: %v", v.State, len(v.Steps), err)
	}
}

func TestADraftSurvivesWrongAndSaysWhere(t *testing.T) {
	b := newBench(t, "11-20 16:00:00")
	row := b.draft("2026-11-24", b.closed("2026-11-25"))
	wrong := strings.Replace(row.YAML, "within: 6h", "within: soon", 1)
	v, err := b.SaveContractDraft(b.ctx, b.sato, row.ID, row.Revision, wrong)
	if err != nil {
		t.Fatal(err)
	}
	if len(v.Problems) != 1 || v.Problems[0].Line == 0 || v.Problems[0].Column == 0 || v.Contract != nil {
		t.Errorf("problems %v", v.Problems)
	}
	if again, err := b.reopen().ContractDraft(b.ctx, b.sato, row.ID); err != nil || again.YAML != wrong {
		t.Errorf("the wrong draft was lost: %v", err)
	}
	if err := b.SubmitDraft(b.ctx, b.sato, row.ID, ""); !fault.Is(err, fault.Invalid) {
		t.Errorf("a wrong draft was submitted: %v", err)
	}
	if _, err := b.SaveContractDraft(b.ctx, b.sato, row.ID, row.Revision, row.YAML); !fault.Is(err, fault.Conflict) {
		t.Errorf("another person's text was overwritten: %v", err)
	}
	same := b.draft("2026-11-24")
	if err := b.SubmitDraft(b.ctx, b.sato, same.ID, ""); !fault.Is(err, fault.Invalid) {
		t.Errorf("a draft that changes nothing was submitted: %v", err)
	}
	past := b.draft("2026-11-19", b.closed("2026-11-25"))
	if err := b.SubmitDraft(b.ctx, b.sato, past.ID, ""); !fault.Is(err, fault.Invalid) {
		t.Errorf("a past date was submitted: %v", err)
	}
	if err := b.DiscardDraft(b.ctx, b.sato, past.ID); err != nil {
		t.Fatal(err)
	}
	if err := b.SubmitDraft(b.ctx, b.sato, past.ID, ""); !fault.Is(err, fault.Conflict) {
		t.Errorf("a discarded draft was submitted: %v", err)
	}
	agent := b.hire("ito", desk.Agent)
	for name, err := range map[string]error{
		"lists":    second(b.ContractDrafts(b.ctx, agent)),
		"reads":    second(b.ContractDraft(b.ctx, agent, row.ID)),
		"starts":   second(b.StartDraft(b.ctx, agent, "hennge-one")),
		"saves":    second(b.SaveContractDraft(b.ctx, agent, row.ID, 9, "x")),
		"returns":  b.ReturnDraft(b.ctx, agent, row.ID, "x"),
		"approves": second(b.ApproveDraft(b.ctx, agent, row.ID, 9, "")),
		"discards": b.DiscardDraft(b.ctx, agent, row.ID),
		"rebases":  second(b.Rebase(b.ctx, agent, desk.RebaseCommand{})),
	} {
		if !fault.Is(err, fault.Forbidden) {
			t.Errorf("an agent %s: %v", name, err)
		}
	}
}

func second[T any](_ T, err error) error { return err }

func TestAVersionOverWhichAnAmendmentDoesNotFitIsNotPublished(t *testing.T) {
	b := newBench(t, "11-20 16:00:00")
	if _, err := b.AddAmendment(b.ctx, b.sato, desk.AmendmentCommand{Organization: b.org("青葉").ID, Parts: contract.AmendmentParts{
		Name:    contract.Text{JA: "覚書", EN: "Memorandum"},
		Targets: []contract.TargetWithin{{Metric: contract.FirstResponse, Priority: "medium", Within: 3 * 3_600_000_000_000}},
	}}); err != nil {
		t.Fatal(err)
	}
	row := b.draft("2026-11-24", contract.Set("targets[first_response].set[high].within", "4h"))
	v, err := b.ContractDraft(b.ctx, b.sato, row.ID)
	if err != nil || len(v.Hinders) != 1 || !strings.Contains(v.Hinders[0].JA, "覚書") {
		t.Errorf("hinders %v, %v", v.Hinders, err)
	}
	if err := b.SubmitDraft(b.ctx, b.sato, row.ID, ""); !fault.Is(err, fault.Invalid) {
		t.Errorf("submitted: %v", err)
	}
}

func TestRunningDeadlinesAreShownAndMovedOnlyWhenAPersonSaysSo(t *testing.T) {
	b := newBench(t, "11-20 16:00:00")
	watanabe := b.hire("watanabe", desk.Supervisor)
	b.mail("yamada@aoba.example", "一件目", "設定を教えてください。") // Tue 24 Nov 14:00
	first := b.last()
	b.mail("jane@kestrel.example", "a second", "A question.")
	other := b.last()
	b.mail("yamada@aoba.example", "答えた", "設定を教えてください。")
	answered, err := b.reply(b.last(), cases.InitialResponse, "yamada@aoba.example")
	if err != nil {
		t.Fatal(err)
	}
	// A typhoon: announced on Friday, closed on Tuesday.
	row := b.draft("2026-11-20", b.closed("2026-11-24"))
	if err := b.SubmitDraft(b.ctx, b.sato, row.ID, ""); err != nil {
		t.Fatal(err)
	}
	v, err := b.ContractDraft(b.ctx, watanabe, row.ID)
	if err != nil {
		t.Fatal(err)
	}
	moves, more, err := b.Moves(b.ctx, watanabe, v.Contract, "")
	if err != nil || more || len(moves) != 2 {
		t.Fatalf("before it is published: %d moves, %v", len(moves), err)
	}
	con, err := b.ApproveDraft(b.ctx, watanabe, row.ID, v.Revision, "")
	if err != nil {
		t.Fatal(err)
	}
	kept, _, err := b.store.Case(b.ctx, first.ID)
	if err != nil {
		t.Fatal(err)
	}
	b.deadline(kept, "11-24 14:00:00") // publishing moves nothing

	shown := map[cases.ID]string{}
	for _, m := range moves {
		if m.Case.ID == first.ID {
			shown[m.Case.ID] = m.Shown()
		}
	}
	if _, err := b.Rebase(b.ctx, watanabe, desk.RebaseCommand{To: con.Ref(), Cases: shown}); !fault.Is(err, fault.Invalid) {
		t.Errorf("moved without a reason: %v", err)
	}
	stale := map[cases.ID]string{first.ID: "something else"}
	if n, err := b.Rebase(b.ctx, watanabe, desk.RebaseCommand{To: con.Ref(), Cases: stale, Reason: "台風"}); err != nil || n != 0 {
		t.Errorf("moved what was not shown: %d, %v", n, err)
	}
	n, err := b.Rebase(b.ctx, watanabe, desk.RebaseCommand{To: con.Ref(), Cases: shown, Reason: "台風のため"})
	if err != nil || n != 1 {
		t.Fatalf("moved %d, %v", n, err)
	}
	moved, events, err := b.store.Case(b.ctx, first.ID)
	if err != nil {
		t.Fatal(err)
	}
	b.deadline(moved, "11-25 14:00:00")
	last := events[len(events)-1]
	if fact, ok := last.Data.(cases.ContractRebased); !ok || fact.Reason != "台風のため" || fact.To != con.Ref() || last.Contract != con.Ref() || len(last.Clauses) == 0 {
		t.Errorf("the history ends with %+v", last)
	}
	stays, _, err := b.store.Case(b.ctx, other.ID)
	if err != nil {
		t.Fatal(err)
	}
	b.deadline(stays, "11-24 14:00:00")
	verdict, _, err := b.store.Case(b.ctx, answered.ID)
	if err != nil || verdict.First.Verdict != cases.Met || verdict.Contract != "hennge-one@2026-04-01" {
		t.Errorf("a verdict moved: %v", err)
	}
}
