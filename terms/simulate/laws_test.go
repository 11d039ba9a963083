package simulate_test

import (
	"testing"
	"time"

	"pgregory.net/rapid"

	"madoguchi/terms/cases"
)

// Whatever happened to a case: replayed under the very version that it was
// recorded under, nothing is different.
func TestUnderItsOwnVersionNothingDiffers(t *testing.T) {
	con := version(t)
	same := player(t, con, con, time.Date(2026, 12, 10, 0, 0, 0, 0, time.UTC))
	texts := []string{"確認をお願いします", "業務が停止しています", "データが消えました", "操作方法を教えてください"}
	views := [][2]string{{"high", interruption}, {"medium", workaround}, {"low", howTo}, {"high", "priority.high.agreed"}}
	rapid.Check(t, func(rt *rapid.T) {
		s := &story{t: t, con: con, c: &cases.Case{}}
		now := s.at("11-16 00:00").Add(time.Duration(rapid.Int64Range(0, 10*24*60).Draw(rt, "reception")) * time.Minute)
		organization := rapid.SampledFrom([]string{"", "aoba", "lion"}).Draw(rt, "organization")
		region := rapid.SampledFrom([]string{"domestic", "overseas"}).Draw(rt, "region")
		s.received(now, organization, region, rapid.SampledFrom(texts).Draw(rt, "text"))
		message := 0
		for range rapid.IntRange(0, 8).Draw(rt, "acts") {
			now = now.Add(time.Duration(rapid.Int64Range(1, 600).Draw(rt, "later")) * time.Minute)
			view := rapid.SampledFrom(views).Draw(rt, "view")
			switch rapid.IntRange(0, 6).Draw(rt, "act") {
			case 0:
				s.writes(now, rapid.SampledFrom(texts).Draw(rt, "text"))
			case 1:
				s.claims(now, view[0], view[1])
			case 2:
				s.judges(now, view[0], view[1])
			case 3:
				s.agrees(now, "high")
			case 4:
				message++
				s.replies(now, string(rune('a'+message)))
			case 5:
				if s.c.Response != nil {
					s.bounces(now, s.c.Response.Message)
				}
			case 6:
				if s.c.Organization == "" {
					s.add(now, sato, "", cases.Identified{Organization: "aoba", OrgName: "青葉", Region: region, Language: "ja"})
					s.start(now)
				}
			}
		}
		if o := same.Play(s.events); o.Differs() || o.Why != nil {
			rt.Fatalf("%s\n%+v", says(con, o), s.events)
		}
	})
}
