package desk_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"madoguchi/internal/desk"
	"madoguchi/internal/records/store"
	"madoguchi/terms/cases"
	"madoguchi/terms/fault"
)

// numbered returns the case with a number.
func (b *bench) numbered(n int64) *cases.Case {
	b.t.Helper()
	id, err := b.store.CaseByNumber(b.ctx, n)
	if err != nil {
		b.t.Fatal(err)
	}
	c, _, err := b.store.Case(b.ctx, id)
	if err != nil {
		b.t.Fatal(err)
	}
	return c
}

// colleague registers a second contact of Aoba.
func (b *bench) colleague(name, addr string) {
	b.t.Helper()
	orgs, _, err := b.Customers(b.ctx, b.sato, store.OrganizationQuery{Limit: 10})
	if err != nil {
		b.t.Fatal(err)
	}
	i := slices.IndexFunc(orgs, func(o store.Organization) bool { return o.NameEN == "Aoba Trading" })
	if _, err := b.PutContact(b.ctx, b.sato, store.Contact{Organization: orgs[i].ID, Name: name, Language: "ja", Addresses: []store.ContactAddress{{Addr: addr, Verified: true}}}); err != nil {
		b.t.Fatal(err)
	}
}

func TestTwoCasesOfACustomerBecomeOne(t *testing.T) {
	b := newBench(t, "11-20 10:00:00")
	b.colleague("鈴木", "suzuki@aoba.example")
	b.mail("yamada@aoba.example", "画面が開かない", "最初の連絡です。")
	b.set("11-20 11:00:00")
	b.mail("suzuki@aoba.example", "同じ件です", "二通目です。")
	if _, err := b.reply(b.numbered(1), cases.ReceptionOnly, "yamada@aoba.example"); err != nil {
		t.Fatal(err)
	}
	first, second := b.numbered(1), b.numbered(2)
	b.deadline(second, "11-20 17:00:00")
	acks := len(b.mails)

	b.set("11-20 11:30:00")
	plan, err := b.PlanMerge(b.ctx, b.sato, desk.Merging{Case: first.ID, Into: second.ID})
	if err != nil || len(plan.Joined) != 1 || len(plan.Clocks) != 1 || plan.Clocks[0].What != desk.ClockMoves || !plan.Clocks[0].After.Deadline.Before(plan.Clocks[0].Before.Deadline) ||
		len(plan.Ends) != 1 || plan.Ends[0].What != desk.ClockEnds {
		t.Fatalf("plan %+v, %v", plan, err)
	}
	if b.numbered(1).Merged != nil {
		t.Fatal("the preview merged")
	}
	into, err := b.Merge(b.ctx, b.sato, desk.Merging{Case: first.ID, Into: second.ID, Reason: "同じ件のため"})
	if err != nil {
		t.Fatal(err)
	}
	b.deadline(into, "11-20 16:00:00") // from the earliest reception
	if !into.Reception.Equal(second.Reception) {
		t.Error("a reception moved")
	}
	if ended := b.numbered(1); ended.Merged == nil || ended.Status != cases.Closed || ended.First.Verdict != cases.Cancelled {
		t.Errorf("the case that ended: %+v %s", ended.Merged, ended.Status)
	}
	if len(b.mails) != acks {
		t.Error("the merge wrote to somebody")
	}
	for _, addr := range []string{"yamada@aoba.example", "suzuki@aoba.example"} {
		if p, ok := into.Participant(addr); !ok || !p.Verified {
			t.Errorf("%s does not keep receiving: %+v", addr, p)
		}
	}

	// Mail to the case that ended lands in the one that goes on, however it says so.
	b.mail("yamada@aoba.example", "Re: 画面が開かない", "追加です。", "In-Reply-To: <"+b.mails[0].MessageID+">")
	b.mail("yamada@aoba.example", b.mails[2].Subject, "件名だけで返信します。")
	if got := b.last(); got.Number != 2 {
		t.Fatalf("a case %d was opened", got.Number)
	}
	v, err := b.View(b.ctx, b.sato, second.ID)
	if err != nil {
		t.Fatal(err)
	}
	var texts []string
	for _, e := range v.Events {
		if m, ok := e.Data.(cases.MessageReceived); ok {
			texts = append(texts, m.New)
		}
	}
	if got := strings.Join(texts, " "); got != "二通目です。 追加です。 件名だけで返信します。" {
		t.Errorf("mails of the case: %s", got)
	}
	if len(v.Absorbed) != 1 || v.Absorbed[0].Number != "CS-1" || v.Absorbed[0].Undo {
		t.Errorf("what was merged: %+v", v.Absorbed)
	}
	if _, err := b.Note(b.ctx, b.sato, first.ID, "x"); !fault.Is(err, fault.Conflict) {
		t.Errorf("somebody worked on the case that ended: %v", err)
	}
	c, err := b.reply(b.numbered(2), cases.InitialResponse, "yamada@aoba.example")
	if err != nil || c.First.Verdict != cases.Met {
		t.Errorf("the answer: %v", err)
	}
	if refs := b.mails[len(b.mails)-1].References; !slices.Contains(refs, "m1@customer.example") || !slices.Contains(refs, "m2@customer.example") {
		t.Errorf("the answer is threaded with %v", refs)
	}
}

func TestAMergeCanBeUndoneUntilSomethingHappens(t *testing.T) {
	b := newBench(t, "11-20 10:00:00")
	b.colleague("鈴木", "suzuki@aoba.example")
	b.mail("yamada@aoba.example", "一", "本文")
	b.set("11-20 11:00:00")
	b.mail("suzuki@aoba.example", "二", "本文")
	first, second := b.numbered(1), b.numbered(2)
	b.set("11-20 11:30:00")
	if _, err := b.Merge(b.ctx, b.sato, desk.Merging{Case: first.ID, Into: second.ID, Reason: "同じ件"}); err != nil {
		t.Fatal(err)
	}
	b.set("11-20 11:31:00")
	back, err := b.Unmerge(b.ctx, b.sato, first.ID)
	if err != nil {
		t.Fatal(err)
	}
	if back.Merged != nil || back.Status != cases.New || !back.First.Running() || !back.First.Deadline.Equal(first.First.Deadline) {
		t.Errorf("back: %+v %s %+v", back.Merged, back.Status, back.First)
	}
	now := b.numbered(2)
	if _, ok := now.Participant("yamada@aoba.example"); ok || len(now.Absorbed) != 0 || !slices.Equal(now.MessageIDs, second.MessageIDs) {
		t.Errorf("something of the merge stayed: %+v", now)
	}
	b.deadline(now, "11-20 17:00:00")
	b.mail("yamada@aoba.example", "Re: 一", "続き", "In-Reply-To: <"+b.mails[0].MessageID+">")
	if got := b.numbered(1); got.LastInbound.IsZero() || len(got.MessageIDs) != 3 {
		t.Errorf("mail does not reach the case again: %v", got.MessageIDs)
	}

	b.set("11-20 11:40:00")
	if _, err := b.Merge(b.ctx, b.sato, desk.Merging{Case: first.ID, Into: second.ID, Reason: "同じ件"}); err != nil {
		t.Fatal(err)
	}
	b.set("11-20 11:45:00")
	if _, err := b.Note(b.ctx, b.sato, second.ID, "調べました"); err != nil {
		t.Fatal(err)
	}
	if _, err := b.Unmerge(b.ctx, b.sato, first.ID); !fault.Is(err, fault.Conflict) {
		t.Errorf("undone over somebody's work: %v", err)
	}
}

func TestWhatDoesNotBelongTogetherIsNotMerged(t *testing.T) {
	b := newBench(t, "11-20 10:00:00")
	b.mail("yamada@aoba.example", "一", "本文")
	b.mail("jane@kestrel.example", "two", "text")
	b.mail("yamada@aoba.example", "三", "本文")
	b.mail("who@else.example", "four", "text")
	b.mail("other@else.example", "five", "text")
	b.mail("who@else.example", "six", "text")
	merge := func(from, into int64, reason string) error {
		_, err := b.Merge(b.ctx, b.sato, desk.Merging{Case: b.numbered(from).ID, Into: b.numbered(into).ID, Reason: reason})
		return err
	}
	for name, c := range map[string]struct {
		from, into int64
		reason     string
	}{
		"another customer's": {1, 2, "x"}, "itself": {1, 1, "x"}, "no reason": {1, 3, " "}, "two strangers": {4, 5, "x"}, "a stranger's": {4, 1, "x"},
	} {
		if err := merge(c.from, c.into, c.reason); !fault.Is(err, fault.Invalid) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if err := merge(6, 4, "同じ方"); err != nil {
		t.Errorf("two mails of one stranger: %v", err)
	}
	if _, err := b.reply(b.numbered(1), cases.InitialResponse, "yamada@aoba.example"); err != nil {
		t.Fatal(err)
	}
	if err := merge(1, 3, "x"); !fault.Is(err, fault.Conflict) {
		t.Errorf("an answered case went into one that waits for its answer: %v", err)
	}
	if err := merge(3, 1, "同じ件"); err != nil {
		t.Errorf("the other way round: %v", err)
	}
	if c := b.numbered(1); c.Status != cases.Open {
		t.Errorf("somebody waits for the desk, and the case is %s", c.Status)
	}
	if err := merge(3, 1, "同じ件"); !fault.Is(err, fault.Conflict) {
		t.Errorf("merged twice: %v", err)
	}
}

func TestALateMergeShowsTheMissThatWasHidden(t *testing.T) {
	b := newBench(t, "11-20 10:00:00")
	b.mail("yamada@aoba.example", "一", "本文")
	b.set("11-20 15:00:00")
	b.mail("yamada@aoba.example", "二", "本文")
	b.set("11-20 17:00:00") // the first was due at 16:00
	into, err := b.Merge(b.ctx, b.sato, desk.Merging{Case: b.numbered(1).ID, Into: b.numbered(2).ID, Reason: "同じ件"})
	if err != nil {
		t.Fatal(err)
	}
	if into.First.Verdict != cases.Missed || into.First.Decided.In(b.zone).Format("15:04") != "16:00" {
		t.Errorf("verdict %+v", into.First)
	}
	b.set("11-20 17:00:30")
	if _, err := b.Unmerge(b.ctx, b.sato, b.numbered(1).ID); err != nil {
		t.Fatal(err)
	}
	if c := b.numbered(2); c.First.Verdict != cases.Undecided || c.First.Superseded != 1 {
		t.Errorf("after undoing: %+v", c.First)
	}
	if c := b.numbered(1); c.First.Verdict != cases.Missed {
		t.Errorf("the first: %+v", c.First)
	}
}

func TestABounceOfAMergedCasesAnswerWarnsWhereWorkGoesOn(t *testing.T) {
	b := newBench(t, "11-20 10:00:00")
	b.mail("yamada@aoba.example", "一", "本文")
	b.mail("yamada@aoba.example", "二", "本文")
	for _, n := range []int64{1, 2} {
		if _, err := b.reply(b.numbered(n), cases.InitialResponse, "yamada@aoba.example"); err != nil {
			t.Fatal(err)
		}
	}
	reply := b.mails[2].MessageID
	if _, err := b.Merge(b.ctx, b.sato, desk.Merging{Case: b.numbered(1).ID, Into: b.numbered(2).ID, Reason: "同じ件"}); err != nil {
		t.Fatal(err)
	}
	b.set("11-20 10:05:00")
	b.raw("", bounceOf(reply, "yamada@aoba.example", "failed", "5.1.1"))
	if c := b.numbered(2); len(c.Undelivered) != 1 || c.Number != b.last().Number {
		t.Errorf("the case that goes on says nothing: %+v", c.Undelivered)
	}
	if c := b.numbered(1); c.Response != nil || len(c.Undelivered) != 1 {
		t.Errorf("the bounce is not with its message: %+v", c.Response)
	}
}

// bounceOf is a report of what became of a mail of ours.
func bounceOf(messageID, recipient, action, status string) []byte {
	return []byte("From: MAILER-DAEMON@mx.example\r\nTo: support@desk.example\r\nSubject: Delivery report\r\nMessage-ID: <b" + action + time.Now().Format("150405.000000000") + "@mx.example>\r\nAuto-Submitted: auto-replied\r\nMIME-Version: 1.0\r\nContent-Type: multipart/report; report-type=delivery-status; boundary=b\r\n\r\n" +
		"--b\r\nContent-Type: text/plain\r\n\r\nno such user\r\n--b\r\nContent-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; mx.example\r\n\r\nFinal-Recipient: rfc822; " + recipient + "\r\nAction: " + action + "\r\nStatus: " + status + "\r\n\r\n" +
		"--b\r\nContent-Type: message/rfc822\r\n\r\nMessage-ID: <" + messageID + ">\r\nSubject: x\r\n\r\nx\r\n--b--\r\n")
}
