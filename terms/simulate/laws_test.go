package simulate_test

import (
	"testing"
	"time"

	"pgregory.net/rapid"

	"madoguchi/contracts"
	"madoguchi/terms/cases"
	"madoguchi/terms/contract"
	"madoguchi/terms/simulate"
)

// Whatever happened to a case, and whatever its provider's terms measure:
// replayed under the very version that it was recorded under, nothing is
// different.
func TestUnderItsOwnVersionNothingDiffers(t *testing.T) {
	for _, name := range contracts.Names() {
		t.Run(name, func(t *testing.T) {
			file, data, err := contracts.Read(name)
			if err != nil {
				t.Fatal(err)
			}
			con, err := contract.Load(file, data)
			if err != nil {
				t.Fatal(err)
			}
			same := player(t, con, con, time.Date(2026, 12, 10, 0, 0, 0, 0, time.UTC))
			rapid.Check(t, func(rt *rapid.T) {
				s := anything(t, rt, con)
				o := same.Play(s.events)
				if o.Why != nil && o.Why.Cause == simulate.Borrowed {
					return // it says that it cannot tell
				}
				if o.Differs() || o.Why != nil {
					rt.Fatalf("%s\n%+v", says(con, o), s.events)
				}
			})
		})
	}
}

// anything is a case to which anything may happen.
func anything(t testing.TB, rt *rapid.T, con *contract.Contract) *story {
	texts := []string{"確認をお願いします"}
	for _, k := range con.Criteria() {
		texts = append(texts, k.ClaimedBy...)
	}
	text := func() string { return rapid.SampledFrom(texts).Draw(rt, "text") }
	region := string(rapid.SampledFrom(con.Regions()).Draw(rt, "region").ID)

	s := &story{t: t, con: con, c: &cases.Case{}}
	now := s.at("11-16 00:00").Add(time.Duration(rapid.Int64Range(0, 10*24*60).Draw(rt, "reception")) * time.Minute)
	s.received(now, rapid.SampledFrom([]string{"", "aoba", "lion"}).Draw(rt, "organization"), region, text())
	for i := range rapid.IntRange(0, 10).Draw(rt, "acts") {
		now = now.Add(time.Duration(rapid.Int64Range(1, 900).Draw(rt, "later")) * time.Minute)
		view := rapid.SampledFrom(con.Criteria()).Draw(rt, "view")
		switch rapid.IntRange(0, 11).Draw(rt, "act") {
		case 0:
			s.writes(now, text())
		case 1:
			s.claims(now, string(view.Priority), string(view.Clause))
		case 2:
			s.judges(now, string(view.Priority), string(view.Clause))
		case 3:
			s.agrees(now, string(con.Highest().ID))
		case 4:
			s.replies(now, string(rune('a'+i)))
		case 5:
			if n := len(s.c.Replies); n > 0 {
				s.bounces(now, s.c.Replies[n-1].Message)
			}
		case 6:
			if s.c.Organization == "" {
				s.add(now, sato, "", cases.Identified{Organization: "aoba", OrgName: "青葉", Region: region, Language: "ja"})
				s.start(now)
			}
		case 7:
			s.late(now)
			s.add(now, sato, "", cases.ServiceRestored{Workaround: true, Reason: "回避策"})
		case 9:
			if n := len(s.c.Replies); n > 0 {
				s.undoes(now, s.c.Replies[n-1].Message)
			}
		case 10:
			if n := len(s.c.Replies); n > 0 {
				s.retries(now, s.c.Replies[n-1].Message)
			}
		case 11:
			earlier := &story{t: t, con: con, c: &cases.Case{}}
			earlier.id = cases.ID("other" + string(rune('a'+i)))
			earlier.received(s.c.Reception.Add(-time.Duration(rapid.Int64Range(-300, 3000).Draw(rt, "earlier"))*time.Minute), s.c.Organization, region, text())
			s.absorbs(now, earlier, rapid.Bool().Draw(rt, "undone"))
		case 8:
			next := rapid.SampledFrom([]cases.StatusChanged{
				{To: cases.Open},
				{To: cases.Waiting},
				{To: cases.OnHold, Wait: cases.WaitThirdParty},
				{To: cases.OnHold},
				{To: cases.Resolved},
				{To: cases.Closed},
			}).Draw(rt, "state")
			if next.From = s.c.Status; next.From != next.To {
				s.late(now)
				s.add(now, sato, "", next)
			}
		}
	}
	return s
}
