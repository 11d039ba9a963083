package desk_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"madoguchi/internal/desk"
	"madoguchi/terms/cases"
	"madoguchi/terms/fault"
)

func TestAMailBecomesACaseWithADeadlineAndAPersonMeetsIt(t *testing.T) {
	b := newBench(t, "11-20 15:20:00")
	b.mail("yamada@aoba.example", "保留解除ができない", "手順を教えてください。")
	c := b.last()
	if c.OrgName != "青葉商事株式会社" || c.Status != cases.New || c.Priority != "medium" {
		t.Fatalf("case %+v", c)
	}
	b.deadline(c, "11-24 13:20:00")
	if len(b.mails) != 1 || !b.mails[0].Automatic || !strings.Contains(b.mails[0].Body, "CS-1") {
		t.Fatalf("acknowledgement: %+v", b.mails)
	}
	if c.Response != nil {
		t.Fatal("the acknowledgement counted as the initial response")
	}

	b.set("11-24 13:20:00") // the very second
	c, err := b.reply(c, cases.InitialResponse, "yamada@aoba.example")
	if err != nil {
		t.Fatal(err)
	}
	if c.First.Verdict != cases.Met || c.First.Spare != 0 || c.Status != cases.Waiting || c.Assignee.ID != b.sato.ID {
		t.Errorf("after the reply: %+v %s %+v", c.First, c.Status, c.Assignee)
	}
	reply := b.mails[1]
	if reply.Automatic || reply.References[0] != "m1@customer.example" || reply.Quote == nil {
		t.Errorf("reply %+v", reply)
	}

	b.set("11-24 14:00:00")
	b.mail("yamada@aoba.example", "Re: 保留解除ができない", "解決しました。", "In-Reply-To: <"+reply.MessageID+">")
	again := b.last()
	if again.ID != c.ID || again.Status != cases.Open || again.First.Verdict != cases.Met {
		t.Errorf("the answer: case %d, %s, %s", again.Number, again.Status, again.First.Verdict)
	}
	if len(b.mails) != 2 {
		t.Errorf("a second mail of the case was acknowledged again")
	}
}

func TestAReplyOneSecondLateIsMissedAtTheDeadline(t *testing.T) {
	b := newBench(t, "11-20 10:00:00")
	b.mail("yamada@aoba.example", "質問", "本文")
	b.set("11-20 16:00:01")
	c, err := b.reply(b.last(), cases.InitialResponse, "yamada@aoba.example")
	if err != nil {
		t.Fatal(err)
	}
	if c.First.Verdict != cases.Missed || !c.First.Decided.Equal(c.First.Deadline) || c.Response == nil {
		t.Errorf("verdict %+v", c.First)
	}
}

func TestANightMailClaimingHighIsAskedToPhone(t *testing.T) {
	b := newBench(t, "11-22 03:00:00") // scenario 3
	b.mail("yamada@aoba.example", "緊急", "全社で停止しています。業務が停止しています。")
	c := b.last()
	if c.Priority != "high" || !c.Provisional {
		t.Fatalf("runs at %s", c.Priority)
	}
	b.deadline(c, "11-24 12:00:00")
	body := b.mails[0].Body
	for _, want := range []string{"03-0000-0000", "11/24（火）12:00", "回答は営業時間内に行われることを予めご了承ください", "当日中の正式回答をお約束するものではありません", "発生している問題", "影響範囲"} {
		if !strings.Contains(body, want) {
			t.Errorf("the acknowledgement lacks %q:\n%s", want, body)
		}
	}
}

func TestReceptionOnlyStopsNothing(t *testing.T) {
	b := newBench(t, "11-20 10:00:00")
	b.mail("yamada@aoba.example", "質問", "本文")
	c, err := b.reply(b.last(), cases.ReceptionOnly, "yamada@aoba.example")
	if err != nil {
		t.Fatal(err)
	}
	if c.Response != nil || c.First.Verdict != cases.Undecided {
		t.Errorf("a bare reception stopped the clock: %+v", c.First)
	}
}

func TestAMachineIsNeverAnswered(t *testing.T) {
	b := newBench(t, "11-20 10:00:00")
	b.mail("yamada@aoba.example", "自動応答: 不在", "休暇中です", "Auto-Submitted: auto-replied")
	b.mail("list@lists.example", "news", "hello", "List-Id: <news.lists.example>", "Precedence: list")
	if len(b.mails) != 0 {
		t.Errorf("answered a machine: %+v", b.mails)
	}
	if c := b.last(); c.First != nil {
		t.Errorf("a newsletter started a clock")
	}
}

func TestAnUnknownSenderWaitsUntilSomebodyKnowsWhoItIs(t *testing.T) {
	b := newBench(t, "11-20 17:00:00")
	b.mail("new@aoba.example", "質問", "本文")
	c := b.last()
	if c.Organization != "" || c.First != nil {
		t.Fatalf("case %+v", c)
	}
	if len(b.mails) != 1 || strings.Contains(b.mails[0].Body, "CS-1") || strings.Contains(b.mails[0].Subject, "CS-1") {
		t.Errorf("case data went to a stranger: %+v", b.mails)
	}
	view, err := b.View(b.ctx, b.sato, c.ID)
	if err != nil || len(view.Suggestions) != 1 {
		t.Fatalf("suggestions %v, %v", view.Suggestions, err)
	}
	b.set("11-24 11:00:00")
	c, err = b.Identify(b.ctx, b.sato, c.ID, view.Suggestions[0].ID, "")
	if err != nil {
		t.Fatal(err)
	}
	b.deadline(c, "11-24 15:00:00") // from the first reception
	if _, err := b.reply(c, cases.InitialResponse, "new@aoba.example"); !fault.Is(err, fault.Invalid) {
		t.Errorf("an unverified sender was written to: %v", err)
	}
}

func TestAnotherOrganizationsMailNeverJoinsACase(t *testing.T) {
	b := newBench(t, "11-20 10:00:00")
	b.mail("yamada@aoba.example", "質問", "本文")
	first := b.last()
	b.mail("jane@kestrel.example", "Re: "+b.mails[0].Subject, "me too", "References: <"+b.mails[0].MessageID+">")
	if c := b.last(); c.ID == first.ID || c.OrgName != "Kestrel Foods" {
		t.Errorf("joined %s", c.OrgName)
	}
	b.mail("stranger@else.example", "Re: 質問", "hello", "In-Reply-To: <"+b.mails[0].MessageID+">")
	joined, _, err := b.store.Case(b.ctx, first.ID)
	if err != nil {
		t.Fatal(err)
	}
	if p, ok := joined.Participant("stranger@else.example"); !ok || p.Verified {
		t.Errorf("stranger: %+v %v", p, ok)
	}
}

func TestAGreetingAloneIsNoReply(t *testing.T) {
	b := newBench(t, "11-20 10:00:00")
	b.mail("yamada@aoba.example", "質問", "本文")
	c := b.last()
	view, err := b.View(b.ctx, b.sato, c.ID)
	if err != nil {
		t.Fatal(err)
	}
	_, err = b.Reply(b.ctx, b.sato, desk.ReplyCommand{
		Case: c.ID, Seen: c.Version, Kind: cases.InitialResponse, To: []string{"yamada@aoba.example"}, Next: cases.Waiting,
		Text: b.ReplyDraft(c, view.Contract, b.sato) + "\n\n",
	})
	if !fault.Is(err, fault.Invalid) || b.last().Response != nil {
		t.Errorf("a greeting stopped the clock: %v", err)
	}
}

func TestTheSameMailTwiceIsOneMessage(t *testing.T) {
	b := newBench(t, "11-20 10:00:00")
	raw := []byte("From: yamada@aoba.example\r\nTo: support@desk.example\r\nSubject: x\r\nMessage-ID: <same@aoba.example>\r\n\r\nbody\r\n")
	b.raw("yamada@aoba.example", append([]byte("Received: from a by b; now\r\n"), raw...))
	b.raw("yamada@aoba.example", append([]byte("Received: from c by d; later\r\n"), raw...))
	if c := b.last(); c.Number != 1 || len(b.mails) != 1 {
		t.Errorf("%d cases, %d acknowledgements", c.Number, len(b.mails))
	}
	other := strings.Replace(string(raw), "body", "another body", 1)
	b.raw("yamada@aoba.example", []byte(other))
	if c := b.last(); c.Number != 2 {
		t.Error("another mail under a used Message-ID was dropped")
	}
}

func TestABouncedFirstResponseLeavesTheClockOpen(t *testing.T) {
	b := newBench(t, "11-20 10:00:00")
	b.mail("yamada@aoba.example", "質問", "本文")
	c, err := b.reply(b.last(), cases.InitialResponse, "yamada@aoba.example")
	if err != nil {
		t.Fatal(err)
	}
	b.set("11-20 10:05:00")
	b.raw("", []byte("From: MAILER-DAEMON@mx.example\r\nTo: support@desk.example\r\nSubject: Undelivered Mail Returned to Sender\r\nAuto-Submitted: auto-replied\r\nMIME-Version: 1.0\r\nContent-Type: multipart/report; report-type=delivery-status; boundary=b\r\n\r\n"+
		"--b\r\nContent-Type: text/plain\r\n\r\nno such user\r\n--b\r\nContent-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; mx.example\r\n\r\nFinal-Recipient: rfc822; yamada@aoba.example\r\nAction: failed\r\nStatus: 5.1.1\r\n\r\n"+
		"--b\r\nContent-Type: message/rfc822\r\n\r\nMessage-ID: <"+b.mails[1].MessageID+">\r\nSubject: x\r\n\r\nx\r\n--b--\r\n"))
	c, _, err = b.store.Case(b.ctx, c.ID)
	if err != nil {
		t.Fatal(err)
	}
	if c.Response != nil || c.First.Verdict != cases.Undecided || len(c.Undelivered) != 1 {
		t.Errorf("after the bounce: %+v %+v", c.Response, c.First)
	}
}

func TestAReplyToWhatWasNotReadIsRefused(t *testing.T) {
	b := newBench(t, "11-20 10:00:00")
	b.mail("yamada@aoba.example", "質問", "本文")
	seen := b.last()
	b.mail("yamada@aoba.example", "Re: 質問", "追加です", "In-Reply-To: <"+b.mails[0].MessageID+">")
	if _, err := b.reply(seen, cases.InitialResponse, "yamada@aoba.example"); !fault.Is(err, fault.Conflict) {
		t.Errorf("sent over a new mail: %v", err)
	}
	if _, err := b.reply(b.last(), cases.InitialResponse, "yamada@aoba.example"); err != nil {
		t.Error(err)
	}
}

func TestWhatCannotBeReadIsKeptAndShown(t *testing.T) {
	b := newBench(t, "11-20 10:00:00")
	b.raw("x@y.example", []byte{0})
	page, err := b.Queue(b.ctx, b.sato, desk.QueueQuery{Selection: desk.Unidentified()})
	if err != nil || len(page.Rows) != 1 {
		t.Fatalf("rows %v, %v", page.Rows, err)
	}
}

func TestTheQueueIsInTheOrderOfTheTerms(t *testing.T) {
	b := newBench(t, "11-20 09:00:00")
	b.mail("yamada@aoba.example", "late", "本文")
	b.set("11-20 17:00:00")
	b.mail("yamada@aoba.example", "waiting", "本文")
	c := b.last()
	if _, err := b.reply(c, cases.InitialResponse, "yamada@aoba.example"); err != nil {
		t.Fatal(err)
	}
	b.mail("who@else.example", "unknown", "本文")
	b.mail("yamada@aoba.example", "later", "本文")
	b.mail("yamada@aoba.example", "sooner", "業務が停止しています")
	if _, err := b.Sweep(b.ctx); err != nil {
		t.Fatal(err)
	}
	page, err := b.Queue(b.ctx, b.sato, desk.QueueQuery{})
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, r := range page.Rows {
		got = append(got, r.Subject+":"+string(r.Section.Kind))
	}
	want := "late:overdue sooner:day later:day unknown:no-clock waiting:waiting"
	if strings.Join(got, " ") != want {
		t.Errorf("order %v, want %s", got, want)
	}
	if page.Rows[1].Clock.State != desk.ClockRunning || page.Rows[1].Clock.Left != 2*time.Hour {
		t.Errorf("clock %+v", page.Rows[1].Clock)
	}
	b.set("11-20 18:30:00")
	if page, err = b.Queue(b.ctx, b.sato, desk.QueueQuery{}); err != nil {
		t.Fatal(err)
	}
	if k := page.Rows[1].Clock; k.State != desk.ClockResting || k.Resumes.In(b.zone).Format("01-02 15:04") != "11-24 10:00" {
		t.Errorf("at night: %+v", k)
	}
}

func TestWhatAStrangerOrAMachineWroteIsNotSentOnToTheCustomer(t *testing.T) {
	b := newBench(t, "11-20 10:00:00")
	b.mail("yamada@aoba.example", "質問", "本文")
	c, ours := b.last(), b.mails[0].MessageID
	b.raw("stranger@elsewhere.example", []byte("From: <stranger@elsewhere.example>\r\nTo: <support@desk.example>\r\nSubject: Re: x\r\nMessage-ID: <s@elsewhere.example>\r\nIn-Reply-To: <"+ours+">\r\n\r\nPlease pay at https://evil.example/\r\n"))
	b.raw("", []byte("From: <yamada@aoba.example>\r\nTo: <support@desk.example>\r\nSubject: Away\r\nMessage-ID: <away@aoba.example>\r\nAuto-Submitted: auto-replied\r\nIn-Reply-To: <"+ours+">\r\n\r\naway\r\n"))
	c, err := b.reply(b.numbered(c.Number), cases.InitialResponse, "yamada@aoba.example")
	if err != nil {
		t.Fatal(err)
	}
	m := b.mails[len(b.mails)-1]
	if m.Quote == nil || m.Quote.From.Addr != "yamada@aoba.example" {
		t.Errorf("the reply quotes %+v", m.Quote)
	}
	if m.InReplyTo != ours || slices.Contains(m.References, "s@elsewhere.example") || slices.Contains(m.References, "away@aoba.example") {
		t.Errorf("the reply answers %s of %q", m.InReplyTo, m.References)
	}
	if c, err = b.ConfirmPerson(b.ctx, b.sato, c.ID, "stranger@elsewhere.example"); err != nil {
		t.Fatal(err)
	}
	if _, err = b.reply(c, cases.FollowUp, "stranger@elsewhere.example"); err != nil {
		t.Fatal(err)
	}
	if m = b.mails[len(b.mails)-1]; m.Quote == nil || m.Quote.From.Addr != "stranger@elsewhere.example" || !slices.Contains(m.References, "s@elsewhere.example") {
		t.Errorf("whom a person has confirmed is a part of the thread: %+v, %q", m.Quote, m.References)
	}
}

func TestAMailWithoutAMessageIDIsAnsweredWithoutOne(t *testing.T) {
	b := newBench(t, "11-20 10:00:00")
	b.raw("yamada@aoba.example", []byte("From: <yamada@aoba.example>\r\nTo: <support@desk.example>\r\nSubject: x\r\n\r\nhow?\r\n"))
	if _, err := b.reply(b.last(), cases.InitialResponse, "yamada@aoba.example"); err != nil {
		t.Fatal(err)
	}
	for _, m := range b.mails {
		for _, id := range append(m.References, m.InReplyTo) {
			if id != "" && !strings.HasSuffix(id, "@desk.example") {
				t.Errorf("%s points at %s, which no mail has", m.Subject, id)
			}
		}
	}
	if len(b.mails) != 2 || b.mails[1].InReplyTo != b.mails[0].MessageID {
		t.Errorf("%d mails", len(b.mails))
	}
}
