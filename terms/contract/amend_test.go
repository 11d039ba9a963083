package contract_test

import (
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"madoguchi/contracts"
	"madoguchi/terms/contract"
	"madoguchi/terms/fault"
)

const amendmentHead = "format: 1\namendment:\n  id: acme\n  base: hennge-one\n  name: {ja: 覚書, en: Memorandum}\n"

func amendment(t testing.TB, text string) *contract.Amendment {
	t.Helper()
	a, err := contract.LoadAmendment("acme.yaml", []byte(text))
	if err != nil {
		t.Fatal(err)
	}
	return a
}

func TestACustomersAmendmentDecidesAndIsCited(t *testing.T) {
	c := shipped(t)
	acme, err := c.With(amendment(t, amendmentHead+`region: overseas
support-plus: true
closures:
  - {date: 2026-11-24, name: {ja: 創立記念日, en: Foundation Day}}
special:
  - {date: 2026-11-25, hours: ["13:00-18:00"], name: {ja: 午後のみ, en: Afternoon only}}
targets:
  - {metric: first_response, priority: high, within: 1h}
`))
	if err != nil {
		t.Fatal(err)
	}
	if acme.Ref() != "hennge-one@2026-04-01+acme" || acme.HomeRegion() != "overseas" || !acme.SupportPlus() || acme.Published() != c {
		t.Errorf("got %s, region %s, plus %v", acme.Ref(), acme.HomeRegion(), acme.SupportPlus())
	}
	due, err := acme.Deadline("high", "mail", acme.HomeRegion(), at(t, c, "2026-11-20 17:30"))
	if err != nil {
		t.Fatal(err)
	}
	if want := at(t, c, "2026-11-25 13:30"); !due.At.Equal(want) {
		t.Errorf("due %v, want %v", due.At, want)
	}
	if !slices.Contains(due.Clauses, "amendment.acme") {
		t.Errorf("the deadline does not cite the amendment: %v", due.Clauses)
	}
	clause, ok := acme.Clause("amendment.acme")
	if !ok || !strings.Contains(clause.JA, "創立記念日") || clause.Cite("ja") != "覚書" {
		t.Errorf("the amendment is no clause to be shown: %+v", clause)
	}
	// The version itself, which every other customer has, is untouched.
	plain, err := c.Deadline("high", "mail", c.HomeRegion(), at(t, c, "2026-11-20 17:30"))
	if err != nil || !plain.At.Equal(at(t, c, "2026-11-24 11:30")) || c.SupportPlus() || c.HomeRegion() != "domestic" {
		t.Errorf("the base changed: due %v, %v", plain.At, err)
	}
	if _, ok := c.Clause("amendment.acme"); ok {
		t.Error("the base has the amendment's clause")
	}
}

func TestOfTwoAmendmentsTheLaterCounts(t *testing.T) {
	c := shipped(t)
	first := amendment(t, amendmentHead+"region: overseas\nsupport-plus: true\n")
	second := amendment(t, strings.Replace(amendmentHead, "acme", "acme-2", 1)+"support-plus: false\ntargets: [{metric: first_response, priority: low, within: 7h}]\n")
	both, err := c.With(first, second)
	if err != nil {
		t.Fatal(err)
	}
	inTurn, err := c.With(first)
	if err != nil {
		t.Fatal(err)
	}
	if inTurn, err = inTurn.With(second); err != nil {
		t.Fatal(err)
	}
	if both.Ref() != "hennge-one@2026-04-01+acme+acme-2" || inTurn.Ref() != both.Ref() || both.SupportPlus() || both.HomeRegion() != "overseas" {
		t.Errorf("%s: region %s, plus %v", both.Ref(), both.HomeRegion(), both.SupportPlus())
	}
	version, list := contract.SplitRef(both.Ref())
	if version != c.Ref() || !slices.Equal(list, []string{"acme", "acme-2"}) {
		t.Errorf("split into %s and %v", version, list)
	}
	if len(contract.Compare(inTurn, both)) != 0 {
		t.Error("amending in two steps differs from amending in one")
	}
}

func TestAWrongAmendmentSaysWhereAndWhatToWrite(t *testing.T) {
	c := shipped(t)
	for name, k := range map[string]struct{ text, where, says string }{
		"nothing":               {"", "acme.yaml:1:1", "changes nothing"},
		"unknown key":           {"regoin: overseas\n", "acme.yaml:6:1", `did you mean "region"?`},
		"region":                {"region: oversea\n", "acme.yaml:6:9", `did you mean "overseas"?`},
		"priority":              {"targets:\n  - {metric: first_response, priority: hihg, within: 1h}\n", "acme.yaml:7:40", `did you mean "high"?`},
		"metric":                {"targets:\n  - {metric: first, priority: high, within: 1h}\n", "acme.yaml:7:14", "write one of"},
		"metric of another":     {"targets:\n  - {metric: resolution, priority: high, within: 1h}\n", "acme.yaml:7:14", "not defined under targets"},
		"length":                {"targets:\n  - {metric: first_response, priority: high, within: soon}\n", "acme.yaml:7:54", "not a length"},
		"contradiction":         {"targets:\n  - {metric: first_response, priority: high, within: 9h}\n", "acme.yaml:7:6", "contradiction"},
		"contradiction beneath": {"targets:\n  - {metric: first_response, priority: low, within: 1h}\n", "acme.yaml:7:6", "contradiction"},
		"calendar of a target":  {"targets:\n  - {metric: first_response, priority: high, within: 1h, calendar: mars}\n", "acme.yaml:7:68", "no calendar"},
		"calendar of a day":     {"closures:\n  - {date: 2026-11-24, name: {ja: 休み, en: off}, calendars: [busines]}\n", "acme.yaml:7:", `did you mean "business"?`},
		"date":                  {"closures:\n  - {date: 2026-11-31, name: {ja: 休み, en: off}}\n", "acme.yaml:7:12", "2026-11-31"},
		"two days":              {"closures:\n  - {date: 2026-11-24, name: {ja: 休み, en: off}}\n  - {date: 2026-11-24, name: {ja: 休み, en: off}}\n", "acme.yaml:8:6", "written twice"},
		"hours":                 {"special:\n  - {date: 2026-11-24, hours: [\"18:00\"], name: {ja: 午後, en: pm}}\n", "acme.yaml:7:32", "span of hours"},
	} {
		t.Run(name, func(t *testing.T) {
			a, err := contract.LoadAmendment("acme.yaml", []byte(amendmentHead+k.text))
			if err == nil {
				_, err = c.With(a)
			}
			var found contract.Problems
			if !fault.Is(err, fault.Invalid) || !errors.As(err, &found) {
				t.Fatalf("got %v", err)
			}
			if said := found.In("en"); !strings.HasPrefix(said, k.where) || !strings.Contains(said, k.says) {
				t.Errorf("got %s\nwant %s … %s", said, k.where, k.says)
			}
			if found[0].Text.JA == "" {
				t.Error("no Japanese words")
			}
		})
	}
	other := amendment(t, strings.Replace(amendmentHead, "hennge-one", "other", 1)+"region: overseas\n")
	if _, err := c.With(other); !fault.Is(err, fault.Invalid) || !strings.Contains(err.Error(), "other") {
		t.Errorf("another contract's amendment: %v", err)
	}
}

func TestEveryShippedContractTakesAnAmendmentOfEachKind(t *testing.T) {
	name, data, err := contracts.Read("example-europe")
	if err != nil {
		t.Fatal(err)
	}
	c, err := contract.Load(name, data)
	if err != nil {
		t.Fatal(err)
	}
	text := strings.Replace(amendmentHead, "hennge-one", c.ID(), 1) + "region: " + string(c.Regions()[1].ID) + `
targets:
  - {metric: resolution, priority: p1, within: 4h, pauses-for: [customer]}
  - {metric: update_interval, priority: p2, within: 4h}
closures:
  - {date: 2026-11-24, name: {ja: 休み, en: off}, public: false}
`
	got, err := c.With(amendment(t, text))
	if err != nil {
		t.Fatal(err)
	}
	due, ok := got.Target(contract.Resolution, "p1", got.HomeRegion())
	if !ok || due.Business != 4*time.Hour || len(due.Pauses) != 1 || due.CalendarName != "always" {
		t.Errorf("resolution at p1: %+v", due)
	}
	if _, ok := got.Target(contract.UpdateInterval, "p2", got.HomeRegion()); !ok {
		t.Error("a target that the base does not set was not added")
	}
	if got.Hours(got.HomeRegion()).IsOpen(time.Date(2026, 11, 24, 11, 0, 0, 0, time.UTC)) {
		t.Error("open on the day that the amendment closes")
	}
}

func TestTheExampleAmendmentFitsItsContract(t *testing.T) {
	data, err := contracts.Files.ReadFile("hennge-one/amendment.example.yaml")
	if err != nil {
		t.Fatal(err)
	}
	a, err := contract.LoadAmendment("amendment.example.yaml", data)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := shipped(t).With(a); err != nil {
		t.Fatal(err)
	}
}

func FuzzAmendment(f *testing.F) {
	data, err := contracts.Files.ReadFile("hennge-one/amendment.example.yaml")
	if err != nil {
		f.Fatal(err)
	}
	f.Add(data)
	f.Add([]byte(amendmentHead + "special: [{date: 2026-11-24, name: {ja: a, en: b}, calendars: [business]}]\n"))
	f.Add([]byte(`{"format": 1, "amendment": {"id": "a", "base": "hennge-one", "name": {"ja": "a", "en": "b"}}, "support-plus": true}`))
	c := shipped(f)
	f.Fuzz(func(t *testing.T, data []byte) {
		a, err := contract.LoadAmendment("a.yaml", data)
		if err != nil {
			return
		}
		amended, err := c.With(a)
		if err != nil {
			return
		}
		if _, ok := amended.Clause(a.Clause()); !ok {
			t.Error("the amendment is no clause")
		}
		if _, err := amended.Deadline("high", "mail", amended.HomeRegion(), time.Date(2026, 11, 20, 8, 0, 0, 0, time.UTC)); err != nil && !fault.Is(err, fault.Invalid) {
			t.Error(err)
		}
	})
}

func BenchmarkWith(b *testing.B) {
	c, a := shipped(b), amendment(b, amendmentHead+"region: overseas\n")
	for b.Loop() {
		if _, err := c.With(a); err != nil {
			b.Fatal(err)
		}
	}
}
