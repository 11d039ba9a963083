package desk_test

import (
	"testing"

	"madoguchi/internal/desk"
	"madoguchi/internal/records/store"
	"madoguchi/terms/cases"
	"madoguchi/terms/fault"
	"madoguchi/terms/worktime"
)

// A case on hold until a day off comes back when the desk opens next, at that
// very instant, whenever the sweep looks.
func TestAHoldEndsByItselfWhenTheDeskOpensOnThatDay(t *testing.T) {
	b := newBench(t, "11-20 15:00:00")
	b.mail("yamada@aoba.example", "設定について", "教えてください。")
	c := b.last()
	if _, err := b.Hold(b.ctx, b.sato, desk.HoldCommand{Case: c.ID, Until: worktime.Date{Year: 2026, Month: 11, Day: 23}}); !fault.Is(err, fault.Invalid) {
		t.Errorf("a hold without a reason: %v", err)
	}
	if _, err := b.Hold(b.ctx, b.sato, desk.HoldCommand{Case: c.ID, Reason: "開発へ確認", Until: worktime.Date{Year: 2026, Month: 11, Day: 19}}); !fault.Is(err, fault.Invalid) {
		t.Errorf("a hold that ended yesterday: %v", err)
	}
	// Monday the 23rd is a holiday.
	c, err := b.Hold(b.ctx, b.sato, desk.HoldCommand{Case: c.ID, Reason: "開発へ確認", Until: worktime.Date{Year: 2026, Month: 11, Day: 23}})
	if err != nil {
		t.Fatal(err)
	}
	if got := c.HoldUntil.In(b.zone).Format("01-02 15:04"); got != "11-24 10:00" {
		t.Errorf("held until %s", got)
	}
	b.set("11-24 09:59:59")
	if _, err := b.Sweep(b.ctx); err != nil {
		t.Fatal(err)
	}
	if c = b.last(); c.Status != cases.OnHold {
		t.Fatalf("%s before the day", c.Status)
	}
	b.set("11-24 10:07:00")
	if _, err := b.Sweep(b.ctx); err != nil {
		t.Fatal(err)
	}
	if c = b.last(); c.Status != cases.Open || c.StatusAt.In(b.zone).Format("01-02 15:04") != "11-24 10:00" || !c.HoldUntil.IsZero() {
		t.Errorf("%s since %s", c.Status, c.StatusAt.In(b.zone))
	}
	b.same()
}

// same holds that the rows say what the events say.
func (b *bench) same() {
	b.t.Helper()
	before, err := b.store.ProjectionDigest(b.ctx)
	if err != nil {
		b.t.Fatal(err)
	}
	if err := b.store.Rebuild(b.ctx, nil); err != nil {
		b.t.Fatal(err)
	}
	if after, err := b.store.ProjectionDigest(b.ctx); err != nil || after != before {
		b.t.Errorf("a rebuild changed the rows (%v)", err)
	}
}

func TestACaseIsClosedSomeDaysAfterItWasResolvedAndReopenedByTheCustomer(t *testing.T) {
	b := newBench(t, "11-20 15:00:00")
	site := b.Site()
	site.CloseAfter = 7
	if err := b.SetSite(b.ctx, b.sato, site); err != nil {
		t.Fatal(err)
	}
	b.mail("yamada@aoba.example", "設定について", "教えてください。")
	if _, err := b.reply(b.last(), cases.InitialResponse, "yamada@aoba.example"); err != nil {
		t.Fatal(err)
	}
	if _, err := b.SetStatus(b.ctx, b.sato, b.last().ID, cases.Resolved, ""); err != nil {
		t.Fatal(err)
	}
	b.set("11-27 14:59:59")
	if _, err := b.Sweep(b.ctx); err != nil || b.last().Status != cases.Resolved {
		t.Errorf("%s a second too early (%v)", b.last().Status, err)
	}
	b.set("11-27 15:01:00") // of several nodes one may be a little behind
	if _, err := b.Sweep(b.ctx); err != nil || b.last().Status != cases.Closed {
		t.Errorf("%s after seven days (%v)", b.last().Status, err)
	}
	b.same()
}

// A field that is required of a resolved case keeps it from being resolved
// until somebody has filled it, by whichever act.
func TestARequiredFieldIsFilledBeforeACaseIsResolved(t *testing.T) {
	b := newBench(t, "11-20 15:00:00")
	product, err := b.PutProduct(b.ctx, b.sato, store.Product{NameJA: "DLP", NameEN: "DLP"})
	if err != nil {
		t.Fatal(err)
	}
	field, err := b.PutField(b.ctx, b.sato, store.Field{
		Word: "cause", Kind: cases.ChoiceField, NameJA: "原因", NameEN: "Cause", Required: true, Product: product.ID,
		Choices: []store.Choice{{Key: "bug", JA: "不具合", EN: "Bug"}, {Key: "setting", JA: "設定"}},
	})
	if err != nil {
		t.Fatal(err)
	}
	b.mail("yamada@aoba.example", "設定について", "教えてください。")
	c := b.last()
	if _, err := b.SetFields(b.ctx, b.sato, c.ID, map[string]string{field.ID: "bug"}); !fault.Is(err, fault.Invalid) {
		t.Errorf("a field of another product was filled: %v", err)
	}
	if _, err := b.NameProduct(b.ctx, b.sato, c.ID, product.ID); err != nil {
		t.Fatal(err)
	}
	if _, err := b.reply(c, cases.InitialResponse, "yamada@aoba.example"); err != nil {
		t.Fatal(err)
	}
	if _, err := b.SetStatus(b.ctx, b.sato, c.ID, cases.Resolved, ""); !fault.Is(err, fault.Invalid) {
		t.Errorf("resolved without the cause: %v", err)
	}
	_, err = b.Reply(b.ctx, b.sato, desk.ReplyCommand{Case: c.ID, Seen: b.last().Version, Kind: cases.FollowUp, To: []string{"yamada@aoba.example"}, Text: "完了いたしました。", Next: cases.Resolved})
	if !fault.Is(err, fault.Invalid) {
		t.Errorf("resolved by a reply without the cause: %v", err)
	}
	if _, err := b.SetFields(b.ctx, b.sato, c.ID, map[string]string{field.ID: "weather"}); !fault.Is(err, fault.Invalid) {
		t.Errorf("a choice that there is not: %v", err)
	}
	if _, err := b.SetFields(b.ctx, b.sato, c.ID, map[string]string{field.ID: "bug"}); err != nil {
		t.Fatal(err)
	}
	if _, err := b.SetStatus(b.ctx, b.sato, c.ID, cases.Resolved, ""); err != nil {
		t.Error(err)
	}
	if _, err := b.SetFields(b.ctx, b.sato, c.ID, map[string]string{field.ID: ""}); !fault.Is(err, fault.Invalid) {
		t.Errorf("emptied in a resolved case: %v", err)
	}
	b.same()
}

// Cases are found by the tag that another became, and by every name's width.
func TestATagThatWasMergedIsFoundByTheOther(t *testing.T) {
	b := newBench(t, "11-20 15:00:00")
	b.mail("yamada@aoba.example", "設定について", "教えてください。")
	c := b.last()
	if _, err := b.Tag(b.ctx, b.sato, desk.TagCommand{Case: c.ID, New: "ＳＳＯ"}); err != nil {
		t.Fatal(err)
	}
	if _, err := b.Tag(b.ctx, b.sato, desk.TagCommand{Case: c.ID, New: "sso"}); !fault.Is(err, fault.Conflict) {
		t.Errorf("the same tag twice: %v", err)
	}
	other, err := b.PutTag(b.ctx, b.sato, store.Tag{Name: "シングルサインオン", Colour: "ai"})
	if err != nil {
		t.Fatal(err)
	}
	if err := b.MergeTags(b.ctx, b.sato, b.last().Tags[0], other.ID); err != nil {
		t.Fatal(err)
	}
	for name, want := range map[string]int{"シングルサインオン": 1, other.ID: 1, "SSO": 0} {
		sel, err := b.Select(b.ctx, b.sato, map[string][]string{"tag": {name}})
		if err != nil {
			t.Fatal(err)
		}
		page, err := b.Queue(b.ctx, b.sato, desk.QueueQuery{Selection: sel})
		if err != nil || len(page.Rows) != want {
			t.Errorf("by %s %d cases, want %d (%v)", name, len(page.Rows), want, err)
		}
		if want == 1 && (len(page.Rows[0].Tagged) != 1 || page.Rows[0].Tagged[0].Name != "シングルサインオン") {
			t.Errorf("shown with %+v", page.Rows[0].Tagged)
		}
	}
	if _, err := b.Tag(b.ctx, b.sato, desk.TagCommand{Case: c.ID, Remove: []string{other.ID}}); err != nil || len(b.last().Tags) != 0 {
		t.Errorf("the tag is still there: %v %v", b.last().Tags, err)
	}
	b.same()
}
