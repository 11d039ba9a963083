package desk_test

import (
	"testing"

	"madoguchi/internal/records/store"
	"madoguchi/terms/contract"
	"madoguchi/terms/fault"

	"madoguchi/internal/desk"
)

func TestTwoContactsBecomeOnePersonAndAreTheirOwnAgain(t *testing.T) {
	b := newBench(t, "11-20 11:00:00")
	aoba := b.org("Aoba")
	b.workmate("山田（携帯）", "yamada@mobile.example", aoba)
	b.mail("yamada@mobile.example", "From the phone", "x")
	c := b.last()
	from, into := b.person("yamada@mobile.example"), b.person("yamada@aoba.example")
	from.Phones = []store.ContactPhone{{Shown: "090-0000-0001", Kind: "mobile"}}
	if _, err := b.PutContact(b.ctx, b.sato, from); err != nil {
		t.Fatal(err)
	}
	plan, err := b.PlanContactMerge(b.ctx, b.sato, from.ID, into.ID)
	if err != nil || plan.Cases != 1 || len(plan.After.Addresses) != 2 || len(plan.After.Phones) != 1 {
		t.Fatalf("the plan is %+v, %v", plan, err)
	}
	if _, err := b.MergeContacts(b.ctx, b.sato, from.ID, into.ID); err != nil {
		t.Fatal(err)
	}
	for _, addr := range []string{"yamada@mobile.example", "yamada@aoba.example"} {
		if who := b.person(addr); who.ID != into.ID {
			t.Errorf("%s belongs to %s", addr, who.Name)
		}
	}
	list, err := b.ContactCases(b.ctx, b.sato, into.ID)
	if err != nil || len(list) != 1 || list[0].ID != c.ID {
		t.Errorf("the cases that follow: %v, %v", list, err)
	}
	b.mail("yamada@mobile.example", "Again", "x")
	if now := b.last(); now.Contact != into.ID {
		t.Errorf("mail from the second address is %s's", now.Contact)
	}
	if people, err := b.store.ContactsByPhone(b.ctx, store.Everyone(), "+819000000001"); err != nil || len(people) != 1 || people[0].ID != into.ID {
		t.Errorf("the number is of %v, %v", people, err)
	}
	if _, err := b.MergeContacts(b.ctx, b.sato, from.ID, into.ID); !fault.Is(err, fault.Conflict) {
		t.Errorf("merged twice: %v", err)
	}

	if err := b.UnmergeContact(b.ctx, b.sato, from.ID); err != nil {
		t.Fatal(err)
	}
	again := b.person("yamada@mobile.example")
	if again.ID != from.ID || again.Archived || len(again.Addresses) != 1 || len(again.Phones) != 1 || !again.Addresses[0].Main {
		t.Errorf("after the undoing: %+v", again)
	}
	if kept := b.person("yamada@aoba.example"); kept.ID != into.ID || len(kept.Addresses) != 1 {
		t.Errorf("the other one has %+v", kept)
	}
	if list, err := b.ContactCases(b.ctx, b.sato, from.ID); err != nil || len(list) != 1 {
		t.Errorf("its cases: %v, %v", list, err)
	}
	jane := b.person("jane@kestrel.example")
	if _, err := b.MergeContacts(b.ctx, b.sato, jane.ID, into.ID); !fault.Is(err, fault.Invalid) {
		t.Errorf("people of two customers were merged: %v", err)
	}
}

func TestOnlyWhoMayAgreesForTheirCompany(t *testing.T) {
	b := newBench(t, "11-20 11:00:00")
	b.mail("yamada@aoba.example", "至急", "監査のため")
	c := b.last()
	yamada := b.person("yamada@aoba.example")
	yamada.MayNotAgree = true
	if _, err := b.PutContact(b.ctx, b.sato, yamada); err != nil {
		t.Fatal(err)
	}
	agree := desk.PriorityCommand{Case: c.ID, Priority: "high", Criterion: contract.ClauseID("priority.high.agreed"), Person: "yamada@aoba.example", How: "phone", Where: "11:05 の通話"}
	if _, err := b.Agree(b.ctx, b.sato, agree); !fault.Is(err, fault.Conflict) {
		t.Errorf("agreed by who may not: %v", err)
	}
	yamada.MayNotAgree = false
	if _, err := b.PutContact(b.ctx, b.sato, yamada); err != nil {
		t.Fatal(err)
	}
	if _, err := b.Agree(b.ctx, b.sato, agree); err != nil {
		t.Error(err)
	}
}
