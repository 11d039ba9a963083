package desk_test

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"madoguchi/internal/desk"
	"madoguchi/internal/records/store"
	"madoguchi/terms/cases"
	"madoguchi/terms/fault"
	"madoguchi/terms/notice"
)

// second is another administrator.
func (b *bench) second() desk.Viewer {
	b.t.Helper()
	v, err := b.AddAgent(b.ctx, b.sato, desk.NewAgent{Name: "小林", Email: "kobayashi@desk.example", Role: desk.Administrator, Password: "correct horse battery"})
	if err != nil {
		b.t.Fatal(err)
	}
	return v
}

func (b *bench) person(addr string) store.Contact {
	b.t.Helper()
	c, err := b.store.ContactByAddress(b.ctx, addr)
	if err != nil {
		b.t.Fatal(err)
	}
	return c
}

func (b *bench) workmate(name, addr string, org store.Organization) {
	b.t.Helper()
	if _, err := b.PutContact(b.ctx, b.sato, store.Contact{Organization: org.ID, Name: name, Language: "ja", Addresses: []store.ContactAddress{{Addr: addr, Verified: true}}}); err != nil {
		b.t.Fatal(err)
	}
}

// proven holds that the history verifies and that a rebuild changes nothing.
func (b *bench) proven() {
	b.t.Helper()
	if err := b.store.VerifyHistory(b.ctx); err != nil {
		b.t.Error(err)
	}
	before, err := b.store.ProjectionDigest(b.ctx)
	if err != nil {
		b.t.Fatal(err)
	}
	if err := b.store.Rebuild(b.ctx, nil); err != nil {
		b.t.Fatal(err)
	}
	if after, err := b.store.ProjectionDigest(b.ctx); err != nil || after != before {
		b.t.Errorf("a rebuild gives other rows: %v", err)
	}
}

func TestAPersonsDataIsErasedAndTheHistoryStillProves(t *testing.T) {
	b := newBench(t, "11-20 11:00:00")
	kobayashi := b.second()
	aoba := b.org("Aoba")
	b.workmate("小川 由美", "ogawa@aoba.example", aoba)
	yamada := b.person("yamada@aoba.example")
	yamada.Name, yamada.Kana = "山田 健一", "やまだ けんいち"
	yamada.Phones = []store.ContactPhone{{Shown: "090-0000-1234"}}
	if _, err := b.PutContact(b.ctx, b.sato, yamada); err != nil {
		t.Fatal(err)
	}
	if _, err := b.sendLetter(aoba, desk.LetterMail); err != nil {
		t.Fatal(err)
	}
	b.mail("yamada@aoba.example", "山田です、サインインできません", "山田健一です。携帯は 090-0000-1234 です。")
	c := b.last()
	b.mail("ogawa@aoba.example", "Re: ["+b.Number(c.Number)+"]", "山田 健一の代わりに小川が返信します。yamada@aoba.example 宛てにもお願いします。", "In-Reply-To: <m1@customer.example>", "Cc: <yamada@aoba.example>")
	if _, err := b.reply(b.last(), cases.InitialResponse, "yamada@aoba.example"); err != nil {
		t.Fatal(err)
	}
	if _, err := b.Note(b.ctx, b.sato, c.ID, "山田様から電話。小川様にも連絡済み。"); err != nil {
		t.Fatal(err)
	}
	b.mail("jane@kestrel.example", "Other", "Nothing about them")
	b.set("11-20 15:00:00")
	b.settleAll()
	b.proven()
	first := b.state(c.ID)

	e, err := b.AskErasure(b.ctx, b.sato, desk.ErasureCommand{Kind: desk.ErasePerson, Subject: yamada.ID, Basis: "appi-35", Reason: "受付票 12", Originals: true})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := b.DecideErasure(b.ctx, b.sato, e.ID, true); !fault.Is(err, fault.Forbidden) {
		t.Errorf("who asked carried it out: %v", err)
	}
	done, err := b.DecideErasure(b.ctx, kobayashi, e.ID, true)
	if err != nil {
		t.Fatal(err)
	}
	if done.Counts.Cases != 1 || done.Counts.Events < 5 || done.Counts.Mails < 4 || done.Reason != "" {
		t.Errorf("done: %+v", done)
	}
	b.proven()

	now := b.state(c.ID)
	if now.First.Deadline != first.First.Deadline || now.First.Verdict != first.First.Verdict || now.Response.At != first.Response.At || len(now.Participants) != len(first.Participants) {
		t.Error("the erasure changed what the desk owed or did")
	}
	_, events, err := b.store.Case(b.ctx, c.ID)
	if err != nil {
		t.Fatal(err)
	}
	proof, ok := events[len(events)-1].Data.(cases.Erased)
	if !ok || events[len(events)-1].Actor.Name != "小林" || proof.Asked.Name != "佐藤" || proof.Basis != "appi-35" {
		t.Errorf("the history says of the erasure: %+v", events[len(events)-1])
	}
	said := ""
	for _, ev := range events {
		raw, err := cases.Encode(ev.Data)
		if err != nil {
			t.Fatal(err)
		}
		said += ev.Actor.Name + string(raw) + "\n"
	}
	for _, gone := range []string{"yamada", "山田", "健一", "0000-1234"} {
		if strings.Contains(said, gone) {
			t.Errorf("%q is still in the history", gone)
		}
	}
	for _, kept := range []string{"小川が返信します", "ogawa@aoba.example", "確認しております。"} {
		if !strings.Contains(said, kept) {
			t.Errorf("%q went with the data of another person", kept)
		}
	}
	for _, ev := range events {
		if m, ok := ev.Data.(cases.MessageReceived); ok {
			if _, err := b.Original(b.ctx, b.sato, c.ID, m.Message); !fault.Is(err, fault.NotFound) {
				t.Errorf("an original is still there: %v", err)
			}
		}
	}
	person, err := b.store.Contact(b.ctx, yamada.ID)
	if err != nil || person.Name != "（削除済み）" || len(person.Addresses)+len(person.Phones) != 0 || person.Erased.IsZero() {
		t.Errorf("the registry has %+v, %v", person, err)
	}
	if _, err := b.AskErasure(b.ctx, b.sato, desk.ErasureCommand{Kind: desk.ErasePerson, Subject: yamada.ID, Basis: "appi-35", Reason: "x"}); !fault.Is(err, fault.Conflict) {
		t.Errorf("erased twice: %v", err)
	}
	// Reading the kept mails again must not fail, and brings nothing back.
	if _, err := b.Reread(b.ctx, false, func(desk.Rereading) {}); err != nil {
		t.Error(err)
	}
	b.nowhere("yamada", "山田", "健一", "0000-1234", "やまだ")
}

func (b *bench) state(id cases.ID) *cases.Case {
	b.t.Helper()
	c, _, err := b.store.Case(b.ctx, id)
	if err != nil {
		b.t.Fatal(err)
	}
	return c
}

// nowhere holds that the database's file has none of the words. The records
// are closed by it.
func (b *bench) nowhere(words ...string) {
	b.t.Helper()
	file := filepath.Join(b.dir, "madoguchi.db")
	if _, err := os.Stat(file); err != nil {
		return // PostgreSQL: its files are not ours
	}
	if err := b.store.Close(); err != nil {
		b.t.Fatal(err)
	}
	raw, err := os.ReadFile(file)
	if err != nil {
		b.t.Fatal(err)
	}
	for _, w := range words {
		if i := bytes.Index(raw, []byte(w)); i >= 0 {
			b.t.Errorf("%q is still in the database's file: …%q…", w, raw[max(0, i-60):min(len(raw), i+60)])
		}
	}
}

func TestAWholeCustomerIsErasedAtTheEndOfTheContract(t *testing.T) {
	b := newBench(t, "11-20 11:00:00")
	kobayashi := b.second()
	aoba := b.org("Aoba")
	b.workmate("小川 由美", "ogawa@aoba.example", aoba)
	b.mail("yamada@aoba.example", "サインインできません", "本文")
	c := b.last()
	b.mail("ogawa@aoba.example", "Re: ["+b.Number(c.Number)+"]", "小川です", "In-Reply-To: <m1@customer.example>")
	b.mail("jane@kestrel.example", "Other", "stays")
	other := b.last()
	b.settleAll()
	b.proven()
	e, err := b.AskErasure(b.ctx, kobayashi, desk.ErasureCommand{Kind: desk.EraseOrganization, Subject: aoba.ID, Basis: "contract-end", Reason: "契約終了"})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := b.DecideErasure(b.ctx, b.sato, e.ID, true); err != nil {
		t.Fatal(err)
	}
	b.proven()
	if o, err := b.store.Organization(b.ctx, aoba.ID); err != nil || o.NameJA != "（削除済み）" || len(o.Domains) != 0 {
		t.Errorf("the registry has %+v, %v", o, err)
	}
	if now := b.state(c.ID); now.OrgName != "（削除済み）" || !strings.HasSuffix(now.Person.Addr, cases.ErasedAddress) || len(now.Participants) < 1 {
		t.Errorf("the case has %+v", now)
	}
	if kept := b.state(other.ID); kept.Subject != "Other" || kept.Person.Addr != "jane@kestrel.example" {
		t.Errorf("another customer's case was touched: %+v", kept)
	}
	b.nowhere("yamada@", "山田", "青葉", "Aoba", "ogawa", "小川", "サインインできません")
}

func (b *bench) settleAll() {
	b.t.Helper()
	for {
		out, err := b.LeaseOutgoing(b.ctx, 20, 1e9)
		if err != nil {
			b.t.Fatal(err)
		}
		if len(out) == 0 {
			return
		}
		for _, o := range out {
			if err := b.Settle(b.ctx, o, desk.Attempt{Relay: "relay", Accepted: []desk.Answer{{Recipient: o.Recipients[0], Reply: "250 ok"}}}); err != nil {
				b.t.Fatal(err)
			}
		}
	}
}

// Once the newest 500 demands were read, and a day's run of the retention is
// one of them: after a year and a half the oldest were not finished any more,
// nor found.
func TestAnErasureOfLongAgoIsFinishedAndDecidedAsAnyOther(t *testing.T) {
	b := newBench(t, "11-20 11:00:00")
	kobayashi := b.second()
	asked, err := b.AskErasure(b.ctx, b.sato, desk.ErasureCommand{Kind: desk.ErasePerson, Subject: b.person("yamada@aoba.example").ID, Basis: "appi-35", Reason: "受付票 12"})
	if err != nil {
		t.Fatal(err)
	}
	const many = 620
	err = b.store.Write(b.ctx, func(tx *store.Tx) error {
		for i := range many {
			e := store.ErasureRecord{
				ID: fmt.Sprintf("01a22c00-0000-7000-8000-%012d", i), Kind: "retention", Basis: "retention", State: store.ErasureDone,
				AskedAt: b.clock.Add(time.Duration(i+1) * time.Hour), DecidedAt: b.clock, Blobs: []string{fmt.Sprintf("%064x", i)},
			}
			if i == 3 {
				e.Blobs = []string{"no hash"} // cannot be deleted, and holds up no other
			}
			if err := tx.PutErasure(e); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if err := b.FinishErasures(b.ctx); err == nil || !strings.Contains(err.Error(), "000000000003") {
		t.Errorf("the one that cannot be finished is not named: %v", err)
	}
	if left, err := b.store.UnfinishedErasures(b.ctx, store.ErasureRecord{}, 100); err != nil || len(left) != 1 {
		t.Errorf("%d erasures are left, %v", len(left), err)
	}

	seen, last := 0, store.Since{}
	for {
		l, err := b.Erasures(b.ctx, kobayashi, last)
		if err != nil {
			t.Fatal(err)
		}
		if len(l.Open) != 1 || l.Open[0].ID != asked.ID {
			t.Fatalf("%d demands wait", len(l.Open))
		}
		seen += len(l.Decided)
		if last = l.Next; last.End() {
			break
		}
	}
	if seen != many {
		t.Errorf("%d of %d are listed", seen, many)
	}
	if _, err := b.DecideErasure(b.ctx, kobayashi, asked.ID, true); err != nil {
		t.Errorf("the oldest demand: %v", err)
	}
}

// Nothing goes of which only one person knows.
func TestWhoMayEraseIsToldOfADemandAndOfAnotherPeriod(t *testing.T) {
	b := newBench(t, "11-20 11:00:00")
	kobayashi := b.second()
	told := func(who desk.Viewer) (refs []string) {
		t.Helper()
		page, err := b.Notices(b.ctx, who, desk.NoticeQuery{Unread: true})
		if err != nil {
			t.Fatal(err)
		}
		for _, n := range page.Rows {
			if n.Kind == string(notice.Erasing) {
				refs = append(refs, n.Ref)
			}
		}
		return refs
	}
	e, err := b.AskErasure(b.ctx, b.sato, desk.ErasureCommand{Kind: desk.ErasePerson, Subject: b.person("yamada@aoba.example").ID, Basis: "appi-35", Reason: "受付票 12"})
	if err != nil {
		t.Fatal(err)
	}
	if err := b.SetRetention(b.ctx, b.sato, 365); err != nil {
		t.Fatal(err)
	}
	if err := b.SetRetention(b.ctx, b.sato, 365); err != nil { // changes nothing
		t.Fatal(err)
	}
	if refs := told(kobayashi); len(refs) != 2 || !slices.Contains(refs, e.ID) || !slices.Contains(refs, desk.RetentionNews) {
		t.Errorf("the other administrator is told of %q", refs)
	}
	if refs := told(b.sato); len(refs) != 0 {
		t.Errorf("who did it is told of %q", refs)
	}
	page, err := b.Notices(b.ctx, kobayashi, desk.NoticeQuery{Unread: true})
	if err != nil || page.Rows[0].Times != 1 {
		t.Errorf("the same period again is news: %+v, %v", page.Rows, err)
	}
}
