package desk_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"madoguchi/internal/desk"
	"madoguchi/internal/records/store"
	"madoguchi/terms/contract"
	"madoguchi/terms/fault"
	"madoguchi/terms/worktime"
)

func (b *bench) org(name string) store.Organization {
	b.t.Helper()
	list, _, err := b.store.ListOrganizations(b.ctx, store.OrganizationQuery{Scope: store.Everyone(), Search: name, Limit: 10})
	if err != nil || len(list) != 1 {
		b.t.Fatalf("%s: %v, %v", name, list, err)
	}
	return list[0]
}

func day(t testing.TB, s string) worktime.Date {
	t.Helper()
	d, err := worktime.ParseDate(s)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

func oneHour() contract.AmendmentParts {
	day, _ := worktime.ParseDate("2026-11-24")
	return contract.AmendmentParts{
		Name:     contract.Text{JA: "覚書", EN: "Memorandum"},
		Closures: []contract.NamedDay{{Date: day, Name: contract.Text{JA: "創立記念日", EN: "Foundation Day"}}},
		Targets:  []contract.TargetWithin{{Metric: contract.FirstResponse, Priority: "medium", Within: 2 * time.Hour}},
	}
}

func TestACustomersCasesAreDecidedUnderTheirAmendmentAndNobodyElses(t *testing.T) {
	b := newBench(t, "11-20 17:30:00")
	aoba := b.org("青葉")
	b.customer("緑商会", "Midori", "domestic", "ja", "緑川", "midorikawa@midori.example")
	b.mail("yamada@aoba.example", "前から", "設定を教えてください。")
	before := b.last()
	added, err := b.AddAmendment(b.ctx, b.sato, desk.AmendmentCommand{Organization: aoba.ID, From: day(t, "2026-11-20"), Parts: oneHour()})
	if err != nil {
		t.Fatal(err)
	}
	b.mail("yamada@aoba.example", "覚書の後", "設定を教えてください。")
	c := b.last()
	b.deadline(c, "11-25 11:30:00")
	if c.Contract != "hennge-one@2026-04-01+"+added.Amendment.ID() {
		t.Errorf("pinned to %s", c.Contract)
	}
	_, events, err := b.store.Case(b.ctx, c.ID)
	if err != nil {
		t.Fatal(err)
	}
	cited := false
	for _, e := range events {
		if e.Data.Type() == "target.set/1" {
			cited = slices.Contains(e.Clauses, string(added.Amendment.Clause()))
		}
	}
	if !cited {
		t.Error("the deadline does not cite the amendment")
	}
	b.mail("midorikawa@midori.example", "別会社", "設定を教えてください。")
	other := b.last()
	b.deadline(other, "11-24 15:30:00")
	if strings.Contains(other.Contract, "+") {
		t.Errorf("another customer's case is pinned to %s", other.Contract)
	}
	// What was open before keeps what it was received under.
	kept, _, err := b.store.Case(b.ctx, before.ID)
	if err != nil {
		t.Fatal(err)
	}
	b.deadline(kept, "11-24 15:30:00")
	if kept.Contract != "hennge-one@2026-04-01" {
		t.Errorf("the earlier case moved to %s", kept.Contract)
	}

	// After its last day the contract applies as it is, and the cases of the
	// time keep what they have; a new desk over the same records knows all that.
	if err := b.EndAmendment(b.ctx, b.sato, aoba.ID, added.Amendment.ID(), day(t, "2026-11-24")); err != nil {
		t.Fatal(err)
	}
	b.set("11-25 10:00:00")
	b.mail("yamada@aoba.example", "終了後", "設定を教えてください。")
	if c := b.last(); c.Contract != "hennge-one@2026-04-01" {
		t.Errorf("after its end: %s", c.Contract)
	}
	again := b.reopen()
	if con, err := again.Contracts().Version(c.Contract); err != nil || len(con.Amendments()) != 1 {
		t.Errorf("after a restart: %v", err)
	}
	terms, err := again.TermsOf(aoba, b.clock)
	if err != nil || len(terms.Amendments()) != 0 {
		t.Errorf("after a restart it still holds: %v", err)
	}
}

func TestTheEffectIsShownBeforeAnAmendmentIsAdded(t *testing.T) {
	b := newBench(t, "11-20 17:30:00")
	aoba := b.org("青葉")
	b.mail("yamada@aoba.example", "前から", "設定を教えてください。")
	b.set("11-20 17:40:00")
	seen, err := b.PreviewAmendment(b.ctx, b.sato, desk.AmendmentCommand{Organization: aoba.ID, Parts: oneHour()})
	if err != nil {
		t.Fatal(err)
	}
	stamp := func(f desk.Foreseen) string {
		return string(f.Priority.ID) + " " + f.Before.In(b.zone).Format("01-02 15:04") + " > " + f.After.In(b.zone).Format("01-02 15:04")
	}
	var got []string
	for _, f := range seen {
		got = append(got, stamp(f))
	}
	want := []string{"medium 11-24 15:40 > 11-25 11:40", "medium 11-24 15:30 > 11-25 11:30"}
	for _, w := range want {
		if !slices.Contains(got, w) {
			t.Errorf("the preview does not show %q: %v", w, got)
		}
	}
	if len(b.Contracts().Attached(aoba.ID)) != 0 {
		t.Error("a preview attached it")
	}
}

func TestAWrongAmendmentIsRefusedAndNobodyBelowASupervisorAddsOne(t *testing.T) {
	b := newBench(t, "11-20 17:30:00")
	aoba := b.org("青葉")
	add := func(parts contract.AmendmentParts) error {
		_, err := b.AddAmendment(b.ctx, b.sato, desk.AmendmentCommand{Organization: aoba.ID, Parts: parts})
		return err
	}
	if err := add(contract.AmendmentParts{Name: contract.Text{JA: "空", EN: "empty"}}); !fault.Is(err, fault.Invalid) {
		t.Errorf("nothing stated: %v", err)
	}
	longer := oneHour()
	longer.Targets[0].Priority, longer.Targets[0].Within = "high", 9*time.Hour
	if err := add(longer); !fault.Is(err, fault.Invalid) || !strings.Contains(err.Error(), "contradiction") {
		t.Errorf("a contradiction: %v", err)
	}
	file := "format: 1\namendment: {id: x, base: other, name: {ja: a, en: b}}\nregion: overseas\n"
	if _, err := b.AddAmendment(b.ctx, b.sato, desk.AmendmentCommand{Organization: aoba.ID, YAML: []byte(file)}); !fault.Is(err, fault.Invalid) {
		t.Errorf("another contract's: %v", err)
	}
	agent, err := b.AddAgent(b.ctx, b.sato, desk.NewAgent{Name: "伊藤", Email: "ito@desk.example", Role: desk.Agent, Language: "ja", Password: "correct horse battery"})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := b.AddAmendment(b.ctx, agent, desk.AmendmentCommand{Organization: aoba.ID, Parts: oneHour()}); !fault.Is(err, fault.Forbidden) {
		t.Errorf("an agent added one: %v", err)
	}
	if _, err := b.PreviewAmendment(b.ctx, agent, desk.AmendmentCommand{Organization: aoba.ID, Parts: oneHour()}); !fault.Is(err, fault.Forbidden) {
		t.Errorf("an agent previewed one: %v", err)
	}
	kestrel := b.org("Kestrel")
	terms := b.Contracts().Attached(kestrel.ID)[0].Amendment.ID()
	if err := b.EndAmendment(b.ctx, agent, kestrel.ID, terms, day(t, "2026-11-24")); !fault.Is(err, fault.Forbidden) {
		t.Errorf("an agent ended one: %v", err)
	}
	if err := b.EndAmendment(b.ctx, b.sato, aoba.ID, terms, day(t, "2026-11-24")); !fault.Is(err, fault.NotFound) {
		t.Errorf("ended through another customer: %v", err)
	}
	if _, err := b.AmendmentText(b.ctx, b.sato, aoba.ID, terms); !fault.Is(err, fault.NotFound) {
		t.Errorf("read through another customer: %v", err)
	}
}
