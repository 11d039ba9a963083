package desk_test

import (
	"testing"

	"madoguchi/internal/desk"
	"madoguchi/terms/cases"
	"madoguchi/terms/fault"
)

// mailsOf are our ids of the customer's mails of a case.
func (b *bench) mailsOf(id cases.ID) (ids []string) {
	for _, e := range b.history(id) {
		if m, ok := e.Data.(cases.MessageReceived); ok {
			ids = append(ids, m.Message)
		}
	}
	return ids
}

func TestASecondMatterOfACaseBecomesACaseOfItsOwn(t *testing.T) {
	b := newBench(t, "11-20 10:00:00")
	b.colleague("鈴木", "suzuki@aoba.example")
	b.mail("yamada@aoba.example", "画面が開かない", "最初の件です。") // m1
	old := b.last().ID
	b.set("11-20 11:00:00")
	b.mail("suzuki@aoba.example", "別の質問", "料金のことです。", "In-Reply-To: <"+b.of(old).MessageIDs[0]+">") // m2
	_, err := b.reply(b.of(old), cases.ReceptionOnly, "suzuki@aoba.example")
	b.must(err)
	answer := b.mails[len(b.mails)-1]
	mails := len(b.mails)
	b.set("11-20 11:30:00")
	ids := b.mailsOf(old)

	cmd := desk.SplitCommand{Case: old, Messages: ids[1:], Subject: "料金について", Reason: "別件のため"}
	plan, err := b.PlanSplit(b.ctx, b.sato, cmd)
	if err != nil || len(plan.Clocks) != 1 || plan.Clocks[0].What != desk.ClockBegins || plan.Clocks[0].After.Deadline.In(b.Zone()).Format("01-02 15:04") != "11-20 17:00" || plan.Subject != "料金について" {
		t.Fatalf("the plan: %+v, %v", plan, err)
	}
	if len(b.mailsOf(old)) != 2 || b.numbered(1).Version != b.of(old).Version {
		t.Error("a plan has changed the case")
	}
	fresh, err := b.Split(b.ctx, b.sato, cmd)
	b.must(err)
	b.deadline(fresh, "11-20 17:00:00") // from the reception of the mail, not from the split
	if fresh.Subject != "料金について" || fresh.Person.Addr != "suzuki@aoba.example" || fresh.Organization != b.of(old).Organization || fresh.Number != 2 {
		t.Errorf("the new case: %+v", fresh)
	}
	for _, addr := range []string{"yamada@aoba.example", "suzuki@aoba.example"} {
		if p, ok := fresh.Participant(addr); !ok || !p.Verified {
			t.Errorf("%s does not keep receiving: %+v", addr, p)
		}
	}
	if len(b.mails) != mails {
		t.Error("the split wrote to somebody")
	}
	if c := b.of(old); !c.Moved(ids[1]) || c.Moved(ids[0]) || c.Links[0].Case != fresh.ID {
		t.Errorf("the old case: %+v %+v", c.Splits, c.Links)
	}

	// An answer to the mail, and to what the desk answered to it, goes to the new
	// case though it carries the old case's address; all else stays where it was.
	at := func(id cases.ID, want int, text string) {
		t.Helper()
		if got := len(b.mailsOf(id)); got != want {
			t.Errorf("%s: case %d has %d mails, want %d", text, b.of(id).Number, got, want)
		}
	}
	b.set("11-20 11:40:00")
	b.mail("suzuki@aoba.example", "Re: 別の質問", "自分のメールへの追記です。", "In-Reply-To: <m2@customer.example>")
	at(fresh.ID, 2, "an answer to the mail")
	b.mail("suzuki@aoba.example", "Re: 別の質問", "ご返信へのお答えです。", "In-Reply-To: <"+answer.MessageID+">")
	at(fresh.ID, 3, "an answer to the desk's answer")
	b.mail("yamada@aoba.example", "Re: 画面が開かない", "最初の件の続きです。", "In-Reply-To: <m1@customer.example>")
	at(old, 3, "an answer to the first mail")

	// Back again: the clock of the one that goes on is the earliest reception's.
	b.set("11-20 11:50:00")
	back, err := b.Merge(b.ctx, b.sato, desk.Merging{Case: fresh.ID, Into: old, Reason: "分割の取り消し"})
	b.must(err)
	b.deadline(back, "11-20 16:00:00")
	b.mail("suzuki@aoba.example", "Re: 別の質問", "統合のあとです。", "In-Reply-To: <m2@customer.example>")
	at(old, 4, "after merging back")
}

func TestWhatCannotBeSplit(t *testing.T) {
	b := newBench(t, "11-20 10:00:00")
	b.mail("yamada@aoba.example", "一", "本文")
	c := b.last()
	all := b.mailsOf(c.ID)
	for name, cmd := range map[string]desk.SplitCommand{
		"all mails":        {Messages: all, Reason: "x"},
		"no mail":          {Reason: "x"},
		"an unknown mail":  {Messages: []string{"x"}, Reason: "x"},
		"without a reason": {Messages: all},
	} {
		cmd.Case = c.ID
		if _, err := b.Split(b.ctx, b.sato, cmd); !fault.Is(err, fault.Invalid) {
			t.Errorf("%s: %v", name, err)
		}
	}
	_, may := b.role("maynot", desk.WorkCases, desk.SeeAllOrganizations)
	if _, err := b.Split(b.ctx, may, desk.SplitCommand{Case: c.ID, Messages: all, Reason: "x"}); !fault.Is(err, fault.Forbidden) {
		t.Errorf("without the permission: %v", err)
	}
	_, west := b.role("west", desk.WorkCases, desk.MergeCases)
	if _, err := b.Split(b.ctx, west, desk.SplitCommand{Case: c.ID, Messages: all, Reason: "x"}); !fault.Is(err, fault.NotFound) {
		t.Errorf("of a customer whom they do not see: %v", err)
	}
}

func TestASplitMailThatClaimsHighRunsFromItsReception(t *testing.T) {
	b := newBench(t, "11-20 10:00:00")
	b.mail("yamada@aoba.example", "質問", "本文")
	old := b.last().ID
	b.set("11-20 13:00:00")
	b.mail("yamada@aoba.example", "緊急", "全社で停止しています。業務が停止しています。", "In-Reply-To: <m1@customer.example>")
	b.set("11-20 14:00:00")
	fresh, err := b.Split(b.ctx, b.sato, desk.SplitCommand{Case: old, Messages: b.mailsOf(old)[1:], Reason: "別件"})
	b.must(err)
	if fresh.Claim == nil || !fresh.Provisional {
		t.Fatalf("the claim: %+v", fresh.Claim)
	}
	b.deadline(fresh, "11-20 15:00:00")
}
