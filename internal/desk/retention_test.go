package desk_test

import (
	"strings"
	"testing"
	"time"

	"madoguchi/internal/desk"
	"madoguchi/internal/records/store"
	"madoguchi/terms/cases"
	"madoguchi/terms/fault"
)

// closedCase is a case of a customer that was answered and closed.
func (b *bench) closedCase(from, subject string) *cases.Case {
	b.t.Helper()
	b.mail(from, subject, "本文 "+subject+" 090-0000-1234")
	return b.answeredAndClosed(from)
}

// answeredAndClosed ends the newest case, which is that of a person.
func (b *bench) answeredAndClosed(from string) *cases.Case {
	b.t.Helper()
	c := b.last()
	if _, err := b.reply(c, cases.InitialResponse, from); err != nil {
		b.t.Fatal(err)
	}
	b.clock = b.clock.Add(time.Minute) // sending can be undone until then
	b.settleAll()
	for _, s := range []cases.Status{cases.Resolved, cases.Closed} {
		if _, err := b.SetStatus(b.ctx, b.sato, c.ID, s, ""); err != nil {
			b.t.Fatal(err)
		}
	}
	return b.state(c.ID)
}

func (b *bench) retained(n int) {
	b.t.Helper()
	if got, err := b.Retain(b.ctx); err != nil || got != n {
		b.t.Errorf("the day's run erased the data of %d cases, not %d: %v", got, n, err)
	}
}

func (b *bench) waits() desk.RetentionView {
	b.t.Helper()
	v, err := b.Retention(b.ctx, b.sato)
	if err != nil {
		b.t.Fatal(err)
	}
	return v
}

func TestWhatWasClosedLongAgoGoesByItselfAndStaysProven(t *testing.T) {
	b := newBench(t, "01-05 11:00:00")
	old := b.closedCase("yamada@aoba.example", "サインインできません")
	other := b.closedCase("jane@kestrel.example", "Cannot sign in")
	b.mail("yamada@aoba.example", "対応中の件", "続きます")
	open := b.last()
	b.retained(0)
	b.set("06-01 11:00:00")
	if err := b.SetRetention(b.ctx, b.sato, 90); err != nil {
		t.Fatal(err)
	}
	if v := b.waits(); len(v.Due) != 2 || v.Due[0].ID != old.ID || v.Days != 90 || !v.Begins.Equal(b.clock.Add(desk.RetentionGrace)) {
		t.Errorf("the page says %+v", v)
	}
	b.retained(0) // a new period begins in a week
	if err := b.ExceptRetention(b.ctx, b.sato, "Kestrel Foods", store.Retention{Hold: true, Reason: "訴訟のため"}); err != nil {
		t.Fatal(err)
	}
	b.set("06-08 11:00:01")
	b.retained(1)
	b.retained(0)
	b.proven()

	now := b.state(old.ID)
	if now.First.Verdict != old.First.Verdict || now.First.Deadline != old.First.Deadline || now.Status != cases.Closed || now.Subject == old.Subject || !strings.HasSuffix(now.Person.Addr, cases.ErasedAddress) {
		t.Errorf("the old case is %+v", now)
	}
	_, events, err := b.store.Case(b.ctx, old.ID)
	if err != nil {
		t.Fatal(err)
	}
	proof, ok := events[len(events)-1].Data.(cases.Erased)
	if !ok || proof.Basis != "retention" || proof.Of != "retention" || proof.Asked.Name != "佐藤" || events[len(events)-1].Actor.Kind != cases.System {
		t.Errorf("the history says %+v", events[len(events)-1])
	}
	if kept := b.state(other.ID); kept.Subject != "Cannot sign in" {
		t.Error("a customer under a hold was erased")
	}
	if kept := b.state(open.ID); kept.Subject != "対応中の件" || b.person("yamada@aoba.example").Name != "山田" {
		t.Error("what is open, or registered, was erased")
	}
	log, _, err := b.AuditLog(b.ctx, b.sato, store.AuditQuery{Act: "retention.done", Limit: 10})
	if err != nil || len(log) != 1 || log[0].Actor != "system" || !strings.Contains(log[0].Detail, `"cases":1`) {
		t.Errorf("the audit says %+v, %v", log, err)
	}
	v := b.waits()
	if len(v.Due) != 0 || len(v.Runs) != 1 || v.Runs[0].Counts.Cases != 1 || v.Runs[0].Counts.Mails < 2 || len(v.Exceptions) != 1 || v.Exceptions[0].Reason != "訴訟のため" {
		t.Errorf("after the run the page says %+v", v)
	}

	// The hold ends: a week later the customer's old cases go too.
	if err := b.EndRetentionException(b.ctx, b.sato, b.org("Kestrel").ID); err != nil {
		t.Fatal(err)
	}
	b.set("06-09 11:00:00")
	b.retained(0)
	b.set("06-15 11:00:02")
	b.retained(1)
	b.proven()
	b.nowhere("サインインできません", "Cannot sign in", "090-0000-1234")
}

func TestOneCustomersCasesAreKeptForATimeOfTheirOwn(t *testing.T) {
	b := newBench(t, "01-05 11:00:00")
	old := b.closedCase("yamada@aoba.example", "古い件")
	b.set("03-01 11:00:00")
	if err := b.ExceptRetention(b.ctx, b.sato, "青葉商事株式会社", store.Retention{Days: 60, Reason: "覚書"}); err != nil {
		t.Fatal(err)
	}
	b.set("03-05 11:00:00")
	if v := b.waits(); len(v.Due) != 0 || len(v.Soon) != 1 || v.Soon[0].ID != old.ID {
		t.Errorf("what goes within a month: %+v", v)
	}
	b.retained(0)
	b.set("03-06 12:00:00")
	b.retained(1)
	// Reopened by hand and closed again, it is due again, in its time.
	if _, err := b.SetStatus(b.ctx, b.sato, old.ID, cases.Open, ""); err != nil {
		t.Fatal(err)
	}
	if _, err := b.Note(b.ctx, b.sato, old.ID, "鈴木様から電話"); err != nil {
		t.Fatal(err)
	}
	for _, s := range []cases.Status{cases.Resolved, cases.Closed} {
		if _, err := b.SetStatus(b.ctx, b.sato, old.ID, s, ""); err != nil {
			t.Fatal(err)
		}
	}
	b.set("03-07 12:00:00")
	b.retained(0)
	b.set("06-01 12:00:00")
	b.retained(1)
	b.proven()
	b.nowhere("鈴木様", "古い件")
}

func TestOnlyWhoMayEraseSetsHowLongDataIsKept(t *testing.T) {
	b := newBench(t, "06-01 11:00:00")
	for days, ok := range map[int]bool{0: true, 29: false, 30: true, -1: false, 40_000: false} {
		if err := b.SetRetention(b.ctx, b.sato, days); (err == nil) != ok {
			t.Errorf("%d days: %v", days, err)
		}
	}
	if err := b.ExceptRetention(b.ctx, b.sato, "", store.Retention{Hold: true, Reason: "x"}); !fault.Is(err, fault.Invalid) {
		t.Errorf("nobody's hold: %v", err)
	}
	if err := b.ExceptRetention(b.ctx, b.sato, "ケストレル", store.Retention{Hold: true}); !fault.Is(err, fault.Invalid) {
		t.Errorf("a hold without a reason: %v", err)
	}
	supervisor, err := b.AddAgent(b.ctx, b.sato, desk.NewAgent{Name: "渡辺", Email: "watanabe@desk.example", Role: desk.Supervisor, Password: "correct horse battery"})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := b.Retention(b.ctx, supervisor); err != nil {
		t.Errorf("a supervisor does not see it: %v", err)
	}
	for what, err := range map[string]error{
		"set": b.SetRetention(b.ctx, supervisor, 90), "hold": b.ExceptRetention(b.ctx, supervisor, "ケストレル", store.Retention{Hold: true, Reason: "x"}),
		"release": b.EndRetentionException(b.ctx, supervisor, b.org("Kestrel").ID),
	} {
		if !fault.Is(err, fault.Forbidden) {
			t.Errorf("%s by a supervisor: %v", what, err)
		}
	}
}
