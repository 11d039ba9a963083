package desk_test

import (
	"slices"
	"testing"

	"madoguchi/internal/desk"
	"madoguchi/terms/cases"
)

func TestEarlierMailSuggestsWhoseAnUnknownSenderIs(t *testing.T) {
	b := newBench(t, "11-20 10:00:00")
	b.mail("yamada@aoba.example", "質問", "本文")
	// A colleague with an address elsewhere once wrote into a case of Aoba.
	b.mail("kato@partner.example", "Re: 質問", "同席していた加藤です。", "In-Reply-To: <"+b.mails[0].MessageID+">")
	b.set("11-24 10:00:00")
	b.mail("kato@partner.example", "別の質問", "本文")
	v, err := b.View(b.ctx, b.sato, b.last().ID)
	if err != nil {
		t.Fatal(err)
	}
	if len(v.Suggestions) != 1 || v.Suggestions[0].NameEN != "Aoba Trading" || !slices.Equal(v.Suggestions[0].Hints, []desk.Hint{desk.HintEarlier}) {
		t.Errorf("suggestions %+v", v.Suggestions)
	}
	if len(v.Earlier) != 1 || v.Earlier[0].Number != 1 {
		t.Errorf("earlier cases %+v", v.Earlier)
	}
	if len(b.mails) != 2 {
		t.Errorf("%d automatic mails: somebody who only joined was written to", len(b.mails))
	}
	// The domain and earlier mail together are one suggestion.
	b.mail("new@aoba.example", "はじめまして", "本文")
	if v, err = b.View(b.ctx, b.sato, b.last().ID); err != nil || len(v.Suggestions) != 1 || !slices.Equal(v.Suggestions[0].Hints, []desk.Hint{desk.HintDomain}) || len(v.Earlier) != 0 {
		t.Errorf("by the domain: %+v %+v %v", v.Suggestions, v.Earlier, err)
	}
}

func TestAnothersMailIsLinkedToTheCaseThatItAnswers(t *testing.T) {
	b := newBench(t, "11-20 10:00:00")
	b.mail("yamada@aoba.example", "質問", "本文")
	b.mail("jane@kestrel.example", "Re: 質問", "me too", "References: <"+b.mails[0].MessageID+">")
	v, err := b.View(b.ctx, b.sato, b.last().ID)
	if err != nil {
		t.Fatal(err)
	}
	if v.Case.Number != 2 || v.Case.OrgName != "Kestrel Foods" || v.Case.First == nil {
		t.Fatalf("case %+v", v.Case)
	}
	if !slices.ContainsFunc(v.Events, linkedTo(1)) {
		t.Error("the case does not say which one it answers")
	}
	first := b.numbered(1)
	if _, ok := first.Participant("jane@kestrel.example"); ok || len(first.MessageIDs) != 2 {
		t.Error("the other customer's case was touched")
	}
}

func linkedTo(number int64) func(cases.Event) bool {
	return func(e cases.Event) bool {
		l, ok := e.Data.(cases.Linked)
		return ok && l.Number == number && l.Why == cases.LinkOtherCustomer
	}
}
