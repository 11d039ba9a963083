package simulate_test

import (
	"testing"
	"time"

	"madoguchi/contracts"
	"madoguchi/terms/cases"
	"madoguchi/terms/contract"
	"madoguchi/terms/simulate"
)

const (
	interruption = "priority.high.interruption"
	workaround   = "priority.medium.workaround"
	howTo        = "priority.low.how-to"
)

func TestAShorterTargetMissesWhatWasMet(t *testing.T) {
	con := version(t)
	s := mail(t, con, "11-20 10:00", "aoba", "確認をお願いします")
	s.replies(s.at("11-20 15:30"), "r")
	o := s.under(version(t, "within: 6h", "within: 3h"), "11-25 10:00")
	if got, want := says(con, o), "medium 11-20 16:00 met -> medium 11-20 13:00 missed"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
	if o.Number != 7 || o.OrgName != "aoba" || !o.Differs() {
		t.Errorf("got %+v", o)
	}
	longer := s.under(version(t, "within: 6h", "within: 7h"), "11-25 10:00")
	if got, want := says(con, longer), "medium 11-20 16:00 met -> medium 11-20 17:00 met"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}

func TestALongerTargetKeepsWhatWasMissed(t *testing.T) {
	con := version(t)
	s := mail(t, con, "11-20 10:00", "aoba", "確認をお願いします")
	s.replies(s.at("11-20 16:30"), "r")
	if got, want := says(con, s.under(version(t, "within: 6h", "within: 8h"), "11-25 10:00")), "medium 11-20 16:00 missed -> medium 11-20 18:00 met"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}

func TestEachReadingIsFollowed(t *testing.T) {
	con := version(t)
	for _, c := range []struct {
		reading, alternative, want string
		play                       func(s *story)
	}{
		{contract.ReadHighClock, contract.ClockFromClaim, "high 11-24 12:00 met -> high 11-20 21:30 missed", func(s *story) {
			s.claims(s.at("11-20 19:30"), "high", interruption)
			s.replies(s.at("11-24 11:00"), "r")
		}},
		{contract.ReadUpgrade, contract.UpgradeFromReception, "high 11-24 12:30 met -> high 11-24 11:30 missed", func(s *story) {
			s.judges(s.at("11-20 17:40"), "low", howTo)
			s.claims(s.at("11-24 10:30"), "high", interruption)
			s.replies(s.at("11-24 12:00"), "r")
		}},
		{contract.ReadDowngrade, contract.DowngradeKeep, "low 11-24 17:30 met -> medium 11-24 15:30 missed", func(s *story) {
			s.judges(s.at("11-20 17:40"), "low", howTo)
			s.replies(s.at("11-24 17:00"), "r")
		}},
		{contract.ReadClaim, contract.ClaimDeskDecides, "high 11-24 12:00 missed -> medium 11-24 15:30 met", func(s *story) {
			s.claims(s.at("11-20 18:30"), "high", interruption)
			s.replies(s.at("11-24 15:00"), "r")
		}},
		{contract.ReadAfterResponse, contract.AfterNewTarget, "medium 11-24 15:30 met stays; none -> high 11-24 13:00 met", func(s *story) {
			s.replies(s.at("11-24 10:30"), "r")
			s.claims(s.at("11-24 11:00"), "high", interruption)
			s.replies(s.at("11-24 12:30"), "r2") // recorded as a follow-up: there it owes the new response
		}},
	} {
		s := mail(t, con, "11-20 17:30", "aoba", "確認をお願いします")
		c.play(s)
		if got := says(con, s.under(reads(t, c.reading, c.alternative), "11-30 10:00")); got != c.want {
			t.Errorf("%s = %s:\n got %s\nwant %s", c.reading, c.alternative, got, c.want)
		}
	}
}

func TestAVerdictLatchesInTheOtherWorldToo(t *testing.T) {
	con := version(t)
	s := mail(t, con, "11-20 10:00", "aoba", "確認をお願いします")
	s.judges(s.at("11-20 15:00"), "low", howTo) // under 3 h it was missed at 13:00 already
	if got, want := says(con, s.under(version(t, "within: 6h", "within: 3h"), "11-20 17:00")), "low 11-20 18:00 open -> medium 11-20 13:00 missed"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}

func TestOpenTargetsAreJudgedAsOfTheSameInstant(t *testing.T) {
	con := version(t)
	s := mail(t, con, "11-20 10:00", "aoba", "確認をお願いします")
	if o := s.under(con, "11-20 15:59"); o.Differs() || o.Targets[0].Recorded.Verdict != cases.Undecided {
		t.Errorf("in time: %+v", o)
	}
	if o := s.under(con, "11-20 16:01"); o.Differs() || o.Targets[0].Recorded.Verdict != cases.Missed {
		t.Errorf("nobody has swept yet, and the deadline has passed: %+v", o)
	}
}

func TestABouncedResponseIsNoneInBothWorlds(t *testing.T) {
	con := version(t)
	s := mail(t, con, "11-20 10:00", "aoba", "確認をお願いします")
	s.replies(s.at("11-20 12:00"), "r")
	s.bounces(s.at("11-20 12:30"), "r")
	s.replies(s.at("11-20 15:00"), "r2")
	if got, want := says(con, s.under(version(t, "within: 6h", "within: 4h"), "11-25 10:00")), "medium 11-20 16:00 met -> medium 11-20 14:00 missed"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}

func TestAnIdentifiedCaseCountsFromItsReception(t *testing.T) {
	con := version(t)
	s := mail(t, con, "11-20 10:00", "", "確認をお願いします")
	if o := s.under(con, "11-20 11:00"); o.Differs() || len(o.Targets) != 0 {
		t.Errorf("nobody knows whose it is: %+v", o)
	}
	at := s.at("11-20 14:30")
	s.add(at, sato, "", cases.Identified{Organization: "aoba", OrgName: "青葉", Region: "domestic", Language: "ja"})
	s.start(at)
	if got, want := says(con, s.under(version(t, "within: 6h", "within: 4h"), "11-20 15:00")), "medium 11-20 16:00 open -> medium 11-20 14:00 missed"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}

func TestTheWordsOfMailsAreReadAgainByAVersionWithOtherPhrases(t *testing.T) {
	con := version(t)
	other := version(t, "業務が停止", "機材が燃えた")
	if !simulate.Texts(con, other) || simulate.Texts(con, version(t, "within: 6h", "within: 3h")) {
		t.Fatal("mails are needed exactly where the phrases differ")
	}
	urgent := mail(t, con, "11-20 10:00", "aoba", "業務が停止しています")
	urgent.replies(urgent.at("11-20 13:00"), "r")
	if got, want := says(con, urgent.under(other, "11-25 10:00")), "high 11-20 12:00 missed -> medium 11-20 16:00 met"; got != want {
		t.Errorf("no longer a claim: got %s, want %s", got, want)
	}
	fire := mail(t, con, "11-20 10:00", "aoba", "機材が燃えた")
	fire.replies(fire.at("11-20 13:00"), "r")
	if got, want := says(con, fire.under(other, "11-25 10:00")), "medium 11-20 16:00 met -> high 11-20 12:00 missed"; got != want {
		t.Errorf("now a claim: got %s, want %s", got, want)
	}
}

func TestOnCallCallsAreThoseOfTheRules(t *testing.T) {
	con := version(t)
	s := &story{t: t, con: con, c: &cases.Case{}}
	s.received(s.at("11-22 03:00"), "lion", "overseas", "業務が停止しています") // scenario 4
	if o := s.under(con, "11-25 10:00"); o.OnCall != (simulate.Calls{Recorded: 1, Simulated: 1}) || o.Differs() {
		t.Errorf("the same version: %+v", o.OnCall)
	}
	quiet := s.under(version(t, "業務が停止", "機材が燃えた"), "11-25 10:00")
	if quiet.OnCall != (simulate.Calls{Recorded: 1}) || !quiet.Differs() {
		t.Errorf("nothing urgent is recognised there: %+v", quiet.OnCall)
	}
}

func TestWhatTheVersionCannotDecideIsSaid(t *testing.T) {
	con := version(t)
	name, data, err := contracts.Read("example-europe")
	if err != nil {
		t.Fatal(err)
	}
	europe, err := contract.Load(name, data)
	if err != nil {
		t.Fatal(err)
	}
	s := mail(t, con, "11-20 10:00", "aoba", "確認をお願いします")
	s.judges(s.at("11-20 11:00"), "low", howTo)
	if got := says(con, s.under(europe, "11-25 10:00")); got != "no-region domestic" {
		t.Errorf("got %s", got)
	}
	o := player(t, con, con, s.at("11-25 10:00")).Play(append(s.events, cases.Event{Case: "k", Data: cases.Unknown{Name: "moon.risen/9"}}))
	if got := says(con, o); got != "unreadable moon.risen/9" || o.Differs() {
		t.Errorf("got %s", got)
	}
	elsewhere := simulate.New(simulate.Config{Of: "acme", At: s.at("11-25 10:00")}).Play(s.events)
	if got := says(con, elsewhere); got != "other-contract hennge-one" {
		t.Errorf("got %s", got)
	}
	if o := player(t, con, con, s.at("11-25 10:00")).Play(nil); o.Why == nil || o.Why.Cause != simulate.Broken {
		t.Errorf("no history: %+v", o.Why)
	}
}

func TestTotalsAddUpTheSameInAnyOrder(t *testing.T) {
	con, other := version(t), version(t, "within: 6h", "within: 3h")
	var outcomes []simulate.Outcome
	for _, answer := range []string{"11-20 12:00", "11-20 15:00", "11-20 17:00"} {
		s := mail(t, con, "11-20 10:00", "aoba", "確認をお願いします")
		s.replies(s.at(answer), "r")
		outcomes = append(outcomes, s.under(other, "11-25 10:00"))
	}
	outcomes = append(outcomes, simulate.Outcome{Number: 9, Why: &simulate.Reason{Cause: simulate.NoRegion, Detail: "moon"}}, simulate.Outcome{Why: &simulate.Reason{Cause: simulate.Other}})
	var all, a, b simulate.Totals
	for i := range outcomes {
		all.Add(&outcomes[i])
		if i%2 == 0 {
			a.Add(&outcomes[i])
		} else {
			b.Add(&outcomes[i])
		}
	}
	b.Merge(&a)
	for _, got := range []simulate.Totals{all, b} {
		r := got.Sum("")
		if got.Cases != 4 || got.Differ != 3 || got.Elsewhere != 1 || got.Undecidable != 1 || len(got.Reasons) != 1 || got.Reasons[0].First != 9 {
			t.Errorf("totals %+v", got)
		}
		if r.Recorded != (simulate.Verdicts{Met: 2, Missed: 1}) || r.Simulated != (simulate.Verdicts{Met: 1, Missed: 2}) || r.MetToMissed != 1 || r.Earlier != 3 || r.Unchanged != 0 {
			t.Errorf("sum %+v", r)
		}
	}
}

func TestTheListKeepsTheLowestNumbers(t *testing.T) {
	a, b := simulate.List{Limit: 3}, simulate.List{Limit: 3}
	for n := int64(500); n > 0; n-- {
		l := &a
		if n%3 == 0 {
			l = &b
		}
		l.Add(&simulate.Outcome{Number: n})
	}
	a.Merge(&b)
	kept, more := a.Outcomes()
	if len(kept) != 3 || !more || kept[0].Number != 1 || kept[2].Number != 3 {
		t.Errorf("kept %v, more %v", kept, more)
	}
	whole := simulate.List{Limit: -1}
	whole.Add(&simulate.Outcome{Number: 2})
	if kept, more := whole.Outcomes(); len(kept) != 1 || more {
		t.Errorf("kept %v, more %v", kept, more)
	}
}

// Undoing a merge once set a clock going that had rested for the customer, so
// that their silence was counted as the desk's.
func TestAClockThatRestedRestsAgainWhenAMergeIsTakenBack(t *testing.T) {
	file, data, err := contracts.Read("example-europe")
	if err != nil {
		t.Fatal(err)
	}
	con, err := contract.Load(file, data)
	if err != nil {
		t.Fatal(err)
	}
	s := &story{t: t, con: con, c: &cases.Case{}}
	s.received(s.at("11-16 00:00"), "aoba", "central", "確認をお願いします")
	s.claims(s.at("11-16 00:01"), "p1", "priority.p1")
	s.add(s.at("11-16 00:02"), sato, "", cases.StatusChanged{From: s.c.Status, To: cases.Waiting})
	earlier := &story{t: t, con: con, c: &cases.Case{}, id: "other"}
	earlier.received(s.at("11-16 00:00"), "aoba", "central", "確認をお願いします")
	s.absorbs(s.at("11-16 00:06"), earlier, true)
	rests := s.c.Target(string(contract.Resolution))
	if s.c.Status != cases.Waiting || !rests.Paused() || rests.Rest.Used != time.Minute {
		t.Errorf("the case is %s, its resolution %+v", s.c.Status, rests)
	}
	if o := player(t, con, con, s.at("11-17 00:00")).Play(s.events); o.Differs() || o.Why != nil {
		t.Errorf("replayed: %s", says(con, o))
	}
}
