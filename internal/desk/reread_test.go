package desk_test

import (
	"slices"
	"strings"
	"testing"

	"madoguchi/internal/desk"
	"madoguchi/internal/records/store"
	"madoguchi/terms/cases"
)

// misread makes the history say of a case's first mail what an earlier reader
// might have made of it.
func (b *bench) misread(c *cases.Case, wrong func(*cases.MessageReread)) {
	b.t.Helper()
	err := b.store.Write(b.ctx, func(tx *store.Tx) error {
		now, events, err := tx.Case(c.ID)
		if err != nil {
			return err
		}
		for _, e := range events {
			if m, ok := e.Data.(cases.MessageReceived); ok {
				r := cases.MessageReread{Message: m.Message, From: m.From, Subject: m.Subject, Text: m.Text, New: m.New, HTML: m.HTML, Attachments: m.Attachments, Received: m.Received}
				wrong(&r)
				_, err := tx.Append(now, cases.Event{Case: c.ID, Seq: now.Version + 1, At: b.clock.UTC(), Actor: cases.Actor{Kind: cases.System}, Contract: c.Contract, Data: r})
				return err
			}
		}
		return nil
	})
	if err != nil {
		b.t.Fatal(err)
	}
}

func (b *bench) reread(dry bool) (desk.RereadResult, []desk.Rereading) {
	b.t.Helper()
	var list []desk.Rereading
	result, err := b.Reread(b.ctx, dry, func(r desk.Rereading) { list = append(list, r) })
	if err != nil {
		b.t.Fatal(err)
	}
	return result, list
}

// shown returns the first mail of a case as the screen shows it.
func (b *bench) shown(c *cases.Case) cases.MessageReceived {
	b.t.Helper()
	v, err := b.View(b.ctx, b.sato, c.ID)
	if err != nil {
		b.t.Fatal(err)
	}
	for _, e := range v.Events {
		if m, ok := e.Data.(cases.MessageReceived); ok {
			return m
		}
	}
	b.t.Fatal("no mail in the case")
	return cases.MessageReceived{}
}

func TestAMailReadBetterIsShownBetterAndNothingIsDecidedAgain(t *testing.T) {
	b := newBench(t, "11-20 10:00:00")
	b.mail("yamada@aoba.example", "保留解除ができない", "業務が停止しています。")
	b.mail("jane@kestrel.example", "Question", "unchanged")
	id, err := b.store.CaseByNumber(b.ctx, 1)
	if err != nil {
		t.Fatal(err)
	}
	c, _, err := b.store.Case(b.ctx, id)
	if err != nil {
		t.Fatal(err)
	}
	b.misread(c, func(r *cases.MessageReread) { r.Text, r.New = "文字化け", "文字化け" })
	b.set("11-20 19:00:00")
	acks, deadline := len(b.mails), c.First.Deadline

	result, list := b.reread(true)
	if result.Read != 2 || result.Differ != 1 || len(list) != 1 || !slices.Equal(list[0].Parts, []cases.Part{cases.PartText}) || list[0].Number != "CS-1" {
		t.Fatalf("a dry run: %+v %+v", result, list)
	}
	if got := b.shown(c).Text; got != "文字化け" {
		t.Fatalf("a dry run changed the case: %q", got)
	}
	if result, _ = b.reread(false); result.Differ != 1 {
		t.Fatalf("a run: %+v", result)
	}
	if got := b.shown(c).Text; got != "業務が停止しています。" {
		t.Errorf("shown: %q", got)
	}
	after, _, err := b.store.Case(b.ctx, id)
	if err != nil {
		t.Fatal(err)
	}
	if len(b.mails) != acks || !after.First.Deadline.Equal(deadline) || after.First.Verdict != c.First.Verdict || after.Status != c.Status || after.Claim == nil {
		t.Errorf("something was decided again: %d mails, %+v, %s", len(b.mails), after.First, after.Status)
	}
	if b.last().Number != 2 {
		t.Error("a case was opened")
	}
	if result, _ = b.reread(false); result.Differ != 0 {
		t.Errorf("a second run: %+v", result)
	}
}

func TestASubjectReadBetterRenamesOnlyWhatNobodyRenamed(t *testing.T) {
	b := newBench(t, "11-20 10:00:00")
	b.mail("yamada@aoba.example", "保留解除ができない", "本文")
	c := b.last()
	b.misread(c, func(r *cases.MessageReread) { r.Subject = c.Subject + "?" })
	b.reread(false)
	if got := b.last().Subject; got != c.Subject {
		t.Errorf("subject %q", got)
	}
	if _, err := b.Retitle(b.ctx, b.sato, c.ID, "担当が付けた件名"); err != nil {
		t.Fatal(err)
	}
	b.misread(c, func(r *cases.MessageReread) { r.Subject = "?" })
	b.reread(false)
	if got := b.last().Subject; got != "担当が付けた件名" {
		t.Errorf("a person's subject was overwritten: %q", got)
	}
}

func TestAMailThatCouldNotBeReadIsReadLater(t *testing.T) {
	b := newBench(t, "11-20 10:00:00")
	raw := "From: 山田 <new@aoba.example>\r\nTo: support@desk.example\r\nSubject: 障害のご連絡\r\nMessage-ID: <late@aoba.example>\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n画面が開きません。\r\n"
	if err := b.Accept(b.ctx, desk.Mail{From: "new@aoba.example", To: []string{"support@desk.example"}, Raw: []byte(raw), At: b.clock}); err != nil {
		t.Fatal(err)
	}
	if err := b.Quarantine(b.ctx); err != nil {
		t.Fatal(err)
	}
	c := b.last()
	if m := b.shown(c); m.Auto != "unreadable" || m.Text != "" {
		t.Fatalf("before: %+v", m)
	}
	if raw, err := b.Original(b.ctx, b.sato, c.ID, b.shown(c).Message); err != nil || !strings.Contains(string(raw), "late@aoba.example") {
		t.Fatalf("the original is not shown: %v", err)
	}
	result, _ := b.reread(false)
	if result.Readable != 1 || result.Unreadable != 0 {
		t.Fatalf("%+v", result)
	}
	m, c := b.shown(c), b.last()
	if c.Number != 1 || c.Subject != "障害のご連絡" || m.Text != "画面が開きません。" || m.From.Name != "山田" || m.MessageID != "late@aoba.example" {
		t.Errorf("after: case %d %q, %+v", c.Number, c.Subject, m)
	}
	if len(b.mails) != 0 {
		t.Errorf("acknowledged late: %+v", b.mails)
	}
	b.mail("new@aoba.example", "Re: 障害のご連絡", "追加です", "In-Reply-To: <late@aoba.example>")
	if got := b.last(); got.ID != c.ID {
		t.Error("an answer to it opened another case")
	}
	if result, _ = b.reread(false); result.Differ != 0 || result.Read != 2 {
		t.Errorf("a second run: %+v", result)
	}
}
