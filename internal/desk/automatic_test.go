package desk_test

import (
	"fmt"
	"strings"
	"testing"

	"madoguchi/internal/desk"
	"madoguchi/terms/cases"
)

// flood accepts mails from the senders that from names, then files them all.
func (b *bench) flood(n int, from func(i int) string) {
	b.t.Helper()
	for i := range n {
		raw := fmt.Sprintf("From: <%s>\r\nTo: <support@desk.example>\r\nSubject: again %d\r\nMessage-ID: <flood%d.%d@robot.example>\r\n\r\nhello %d\r\n", from(i), i, b.sent, i, i)
		if err := b.Accept(b.ctx, desk.Mail{From: from(i), To: []string{"support@desk.example"}, Raw: []byte(raw), At: b.clock}); err != nil {
			b.t.Fatal(err)
		}
	}
	b.sent++
	if _, err := b.FileNew(b.ctx); err != nil {
		b.t.Fatal(err)
	}
}

func TestAStormOfMailFromOneAddressIsKeptAndHardlyAnswered(t *testing.T) {
	b := newBench(t, "11-20 10:00:00")
	b.flood(1000, func(int) string { return "robot@loop.example" })
	if c := b.last(); c.Number != 1000 {
		t.Errorf("%d cases for 1000 mails", c.Number)
	}
	if len(b.mails) != 20 {
		t.Errorf("%d automatic answers in an hour", len(b.mails))
	}
	v, err := b.View(b.ctx, b.sato, b.last().ID)
	if err != nil {
		t.Fatal(err)
	}
	if w, ok := v.Events[len(v.Events)-1].Data.(cases.AcknowledgementWithheld); !ok || w.To.Addr != "robot@loop.example" {
		t.Errorf("the case does not say that nothing was sent: %+v", v.Events[len(v.Events)-1].Data)
	}
	b.set("11-21 10:00:01")
	b.mail("robot@loop.example", "next day", "hello")
	if len(b.mails) != 21 {
		t.Error("a day later the address is still not answered")
	}
}

func TestForgedSendersDoNotMakeTheDeskWriteToEverybody(t *testing.T) {
	b := newBench(t, "11-20 10:00:00")
	b.flood(700, func(i int) string { return fmt.Sprintf("someone%d@forged.example", i) })
	if len(b.mails) != 600 {
		t.Errorf("%d strangers were written to in an hour", len(b.mails))
	}
	b.mail("yamada@aoba.example", "保留解除ができない", "手順を教えてください。")
	if got := b.mails[len(b.mails)-1]; len(b.mails) != 601 || got.To[0].Addr != "yamada@aoba.example" {
		t.Error("a registered contact was not acknowledged during the storm")
	}
}

func TestASenderIsAcknowledgedOnceADayInACase(t *testing.T) {
	b := newBench(t, "11-20 10:00:00")
	b.mail("yamada@aoba.example", "質問", "本文")
	c := b.last()
	join := func(text string) {
		b.mail("yamada@aoba.example", "Re: 質問", text, "In-Reply-To: <"+b.mails[0].MessageID+">")
	}
	join("追加です。")
	join("もう一つ追加です。")
	if len(b.mails) != 1 {
		t.Fatalf("%d acknowledgements for three mails of a case", len(b.mails))
	}
	join("業務が停止しています。")
	if len(b.mails) != 2 || !strings.Contains(b.mails[1].Body, "03-0000-0000") && !strings.Contains(b.mails[1].Body, "12:00") {
		t.Fatalf("what was said to be urgent was not answered: %d", len(b.mails))
	}
	for range 5 {
		join("データが消失しました。情報漏えいの可能性があります。")
		join("業務が停止しています。")
	}
	if len(b.mails) != 2 || b.last().ID != c.ID {
		t.Errorf("%d automatic mails in a day to one sender in one case", len(b.mails))
	}
}

func TestAnOutOfOfficeNoticeMovesNothing(t *testing.T) {
	b := newBench(t, "11-20 10:00:00")
	b.mail("yamada@aoba.example", "質問", "本文")
	c, err := b.reply(b.last(), cases.InitialResponse, "yamada@aoba.example")
	if err != nil {
		t.Fatal(err)
	}
	for _, status := range []cases.Status{cases.Waiting, cases.Resolved} {
		if c.Status != status {
			if c, err = b.SetStatus(b.ctx, b.sato, c.ID, status, ""); err != nil {
				t.Fatal(err)
			}
		}
		targets := fmt.Sprint(c.First.Verdict, len(c.Others), c.LastInbound)
		for i, how := range []string{
			"Auto-Submitted: auto-replied", "X-Auto-Response-Suppress: All\r\nX-MS-Exchange-Inbox-Rules-Loop: yamada@aoba.example", "X-Autoreply: yes", "Precedence: auto_reply",
		} {
			b.raw("", []byte(fmt.Sprintf("From: <yamada@aoba.example>\r\nTo: <support@desk.example>\r\nSubject: 自動応答: Re: 質問\r\nMessage-ID: <ooo%s%d@aoba.example>\r\nIn-Reply-To: <%s>\r\n%s\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n本日は休暇のため不在にしております。\r\n", status, i, b.mails[1].MessageID, how)))
		}
		if c = b.numbered(1); c.Status != status || fmt.Sprint(c.First.Verdict, len(c.Others), c.LastInbound) != targets {
			t.Errorf("%s: %s, %+v", status, c.Status, c.First)
		}
	}
	if len(b.mails) != 2 || b.last().Number != 1 {
		t.Errorf("answered, or opened: %d mails, case %d", len(b.mails), b.last().Number)
	}
}

func TestAPersonBehindAListIsHeardAndNoMachineAnswers(t *testing.T) {
	b := newBench(t, "11-20 10:00:00")
	b.mail("yamada@aoba.example", "質問", "本文", "List-Id: <support-team.aoba.example>", "Precedence: list")
	c := b.last()
	if c.First == nil || c.OrgName == "" || len(b.mails) != 0 {
		t.Fatalf("a registered contact's mail through the company's list: %+v, %d mails", c.First, len(b.mails))
	}
	if _, err := b.reply(c, cases.InitialResponse, "yamada@aoba.example"); err != nil {
		t.Fatal(err)
	}
	b.mail("yamada@aoba.example", "Re: 質問", "続きです。", "In-Reply-To: <"+b.mails[0].MessageID+">", "X-Auto-Response-Suppress: DR, OOF, AutoReply")
	if got := b.numbered(1); got.Status != cases.Open {
		t.Errorf("a person's mail did not reopen the case: %s", got.Status)
	}
	b.mail("news@elsewhere.example", "News", "hello", "List-Id: <news.elsewhere.example>")
	if len(b.mails) != 1 {
		t.Error("a list was answered")
	}
}

func TestOurOwnMailSentBackIsNobodysInquiry(t *testing.T) {
	b := newBench(t, "11-20 10:00:00")
	b.mail("yamada@aoba.example", "質問", "本文")
	c, err := b.reply(b.last(), cases.InitialResponse, "yamada@aoba.example")
	if err != nil {
		t.Fatal(err)
	}
	// A rule at the customer's redirects our reply to us: its From may be rewritten.
	b.raw("yamada@aoba.example", []byte("From: <forwarder@aoba.example>\r\nTo: <support@desk.example>\r\nSubject: Re: x\r\nMessage-ID: <"+b.mails[1].MessageID+">\r\nReferences: <"+b.mails[0].MessageID+">\r\n\r\nour own words\r\n"))
	if got := b.numbered(1); got.Status != c.Status || len(b.mails) != 2 || b.last().Number != 1 {
		t.Errorf("our own mail came back: %s, %d mails, case %d", got.Status, len(b.mails), b.last().Number)
	}
}

func TestBouncesAttachToTheirMessageAndWarn(t *testing.T) {
	b := newBench(t, "11-20 10:00:00")
	b.mail("yamada@aoba.example", "質問", "本文")
	if _, err := b.reply(b.last(), cases.InitialResponse, "yamada@aoba.example"); err != nil {
		t.Fatal(err)
	}
	first := b.mails[1]
	b.set("11-20 10:01:00")
	b.raw("", bounceOf(first.MessageID, "yamada@aoba.example", "delayed", "4.4.1"))
	if got := b.numbered(1); got.Status != cases.Waiting || got.Response == nil || len(got.Unreached) != 0 {
		t.Fatalf("a delay counted as a failure: %+v", got.Unreached)
	}
	b.set("11-20 10:02:00")
	b.raw("", bounceOf(first.MessageID, "yamada@aoba.example", "failed", "5.1.1"))
	got := b.numbered(1)
	if got.Response != nil || got.First.Verdict != cases.Undecided || got.Status != cases.Open || len(got.Unreached) != 1 {
		t.Fatalf("the first response bounced: %+v %s %v", got.Response, got.Status, got.Unreached)
	}
	if again, err := b.reply(got, cases.InitialResponse, "yamada@aoba.example"); err != nil || len(again.Unreached) != 0 || again.First.Verdict != cases.Met {
		t.Fatalf("answered again: %v %+v", err, again)
	}
	// Old mail systems return no Message-ID: the keyed token in the subject says which.
	b.set("11-20 10:03:00")
	second := b.mails[2]
	b.raw("", []byte("From: MAILER-DAEMON@old.example\r\nTo: support@desk.example\r\nSubject: Returned mail: User unknown\r\nMessage-ID: <old1@old.example>\r\nContent-Type: text/plain; charset=utf-8\r\n\r\nYour message could not be delivered.\r\n<yamada@aoba.example>: 550 5.1.1 User unknown\r\n\r\nOriginal subject: "+second.Subject+"\r\n"))
	got = b.numbered(1)
	if b.last().Number != 1 || got.Response != nil || len(got.Unreached) != 1 {
		t.Errorf("a bounce in prose: case %d, %+v, %v", b.last().Number, got.Response, got.Unreached)
	}
	if len(b.mails) != 3 {
		t.Error("a bounce was answered")
	}
}
