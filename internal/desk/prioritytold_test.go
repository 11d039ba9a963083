package desk_test

import (
	"strings"
	"testing"

	"madoguchi/internal/desk"
	"madoguchi/internal/records/store"
	"madoguchi/terms/cases"
	"madoguchi/terms/clock"
)

// declined is a case whose claim of High the desk has just not followed.
func declined(t *testing.T) (*bench, *cases.Case) {
	t.Helper()
	b := newBench(t, "11-20 11:00:00")
	b.mail("yamada@aoba.example", "停止", "全社で停止しています。業務が停止しています。")
	c, err := b.Judge(b.ctx, b.sato, desk.PriorityCommand{
		Case: b.last().ID, Priority: "medium", Criterion: "priority.medium.workaround", Reason: "別の経路で*利用*できます。",
	})
	if err != nil {
		t.Fatal(err)
	}
	return b, c
}

// heard lists the notices of a case.
func (b *bench) heard(c *cases.Case) []cases.PriorityTold {
	b.t.Helper()
	_, events, err := b.store.Case(b.ctx, c.ID)
	if err != nil {
		b.t.Fatal(err)
	}
	var out []cases.PriorityTold
	for _, e := range events {
		if d, ok := e.Data.(cases.PriorityTold); ok {
			out = append(out, d)
		}
	}
	return out
}

func TestTheNoticeOfADeclinedClaimIsARobotsMailThatComesBack(t *testing.T) {
	b, c := declined(t)
	list := b.heard(c)
	if len(list) != 1 || list[0].From != "high" || list[0].Priority != "medium" || list[0].To[0].Addr != "yamada@aoba.example" {
		t.Fatalf("told %+v", list)
	}
	m := b.mails[len(b.mails)-1]
	if !m.Automatic || m.InReplyTo != "" || len(m.References) == 0 || m.MessageID != list[0].MessageID {
		t.Errorf("the mail %+v", m)
	}
	if !strings.Contains(m.Body, `別の経路で\*利用\*できます`) {
		t.Errorf("what a person wrote is read as Markdown:\n%s", m.Body)
	}
	out := b.lease(t)
	last := out[len(out)-1]
	if last.MessageIDHeader != m.MessageID || last.From == "" {
		t.Fatalf("in the outbox: %+v", last)
	}
	if c.LastMail == list[0].Message {
		t.Error("the notice counts as the newest word of the matter")
	}

	// It does not arrive: the case shows it, nothing of the clock changes, and it can be sent again.
	before := *c.First
	if err := b.Settle(b.ctx, last, desk.Attempt{Relay: "mx", Failed: []desk.Answer{{Recipient: "yamada@aoba.example", Reply: "550 no such user"}}}); err != nil {
		t.Fatal(err)
	}
	if c = b.last(); c.First.Verdict != before.Verdict || !c.First.Deadline.Equal(before.Deadline) {
		t.Errorf("the clock moved: %+v", c.First)
	}
	if _, err := b.Resend(b.ctx, b.sato, c.ID, list[0].Message); err != nil {
		t.Error(err)
	}
}

func TestAClaimIsDeclinedOnceHoweverOftenTheProcessEnds(t *testing.T) {
	b, c := declined(t)
	b.Desk = b.reopen() // as after a kill: what was written is there, and nothing of it is made again
	if _, err := b.Sweep(b.ctx); err != nil {
		t.Fatal(err)
	}
	if n := len(b.heard(c)); n != 1 {
		t.Errorf("%d notices", n)
	}
	ids := map[string]int{}
	for _, out := range b.lease(t) {
		ids[out.MessageIDHeader]++
	}
	if ids[b.heard(c)[0].MessageID] != 1 {
		t.Errorf("the outbox has %v", ids)
	}
}

func TestNobodyUnconfirmedHearsOfAJudgement(t *testing.T) {
	b := newBench(t, "11-20 11:00:00")
	b.mail("yamada@aoba.example", "停止", "本文")
	reply := b.mails[0]
	b.mail("stranger@elsewhere.example", "Re: 停止", "私にも影響があります。", "In-Reply-To: <"+reply.MessageID+">")
	c := b.last()
	claim := desk.PriorityCommand{Case: c.ID, Side: clock.Claim, Priority: "high", Criterion: "priority.high.interruption", Reason: "止まっています。", Person: "stranger@elsewhere.example"}
	if _, err := b.RecordClaim(b.ctx, b.sato, claim); err != nil {
		t.Fatal(err)
	}
	preview, err := b.PreviewPriority(b.ctx, b.sato, desk.PriorityCommand{Case: c.ID, Side: clock.Judgement, Priority: "low", Criterion: "priority.low.how-to", Reason: "操作方法のご質問です。"})
	if err != nil || !preview.Tells || preview.To.Addr != "yamada@aoba.example" || !strings.Contains(preview.Sentence, "操作方法のご質問です）") {
		t.Fatalf("%+v %v", preview, err)
	}
	c, err = b.Judge(b.ctx, b.sato, desk.PriorityCommand{Case: c.ID, Priority: "low", Criterion: "priority.low.how-to", Reason: "操作方法のご質問です。"})
	if err != nil {
		t.Fatal(err)
	}
	if list := b.heard(c); len(list) != 1 || list[0].To[0].Addr != "yamada@aoba.example" {
		t.Errorf("told %+v", list)
	}
	for _, out := range b.lease(t) {
		for _, to := range out.Recipients {
			if to == "stranger@elsewhere.example" {
				t.Errorf("the stranger was written to: %s", out.Subject)
			}
		}
	}
}

func TestAnAutomaticMailIsThereForEveryNotice(t *testing.T) {
	b := newBench(t, "11-20 11:00:00")
	all, err := b.AutomaticMails(b.ctx, b.sato)
	if err != nil {
		t.Fatal(err)
	}
	want := map[string]string{
		desk.AutoJudged:  "「高」とのお申し出につきまして",
		desk.AutoChanged: "調査の結果、対応優先度を「高」から「中」に変更",
	}
	for _, m := range all.Mails {
		if sentence, ok := want[m.Kind]; ok && strings.Contains(m.JA.Body, sentence) && m.EN.Body != "" {
			delete(want, m.Kind)
		}
	}
	if len(want) > 0 {
		t.Errorf("missing: %v", want)
	}
}

// However the desk lowers a priority, the customer hears of it.
func TestTheCustomerHearsOfAPriorityThatAMacroLowers(t *testing.T) {
	b := newBench(t, "11-20 11:00:00")
	m, err := b.PutMacro(b.ctx, b.sato, desk.Macro{Macro: store.Macro{NameJA: "回避策あり"}, MacroActs: desk.MacroActs{
		Priority: "medium", Criterion: "priority.medium.workaround", Why: "別の経路で利用できます。",
	}})
	if err != nil {
		t.Fatal(err)
	}
	b.mail("yamada@aoba.example", "停止", "全社で停止しています。業務が停止しています。")
	c, err := b.RunMacro(b.ctx, b.sato, b.last().ID, m.ID)
	if err != nil {
		t.Fatal(err)
	}
	if list := b.heard(c); len(list) != 1 || list[0].From != "high" || list[0].Priority != "medium" {
		t.Fatalf("told %+v", list)
	}
	if last := b.mails[len(b.mails)-1]; !strings.Contains(last.Body, "別の経路で利用できます") {
		t.Errorf("the mail says\n%s", last.Body)
	}
}
