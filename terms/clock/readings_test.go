package clock_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"madoguchi/contracts"
	"madoguchi/terms/cases"
	"madoguchi/terms/clock"
	"madoguchi/terms/contract"
)

// read is the shipped contract with one reading chosen otherwise.
func read(t testing.TB, name, chosen string) *contract.Contract {
	t.Helper()
	_, data, err := contracts.Read(contracts.Default)
	if err != nil {
		t.Fatal(err)
	}
	head, tail, _ := strings.Cut(string(data), "  - name: "+name+"\n")
	before, after, found := strings.Cut(tail, "    chosen: ")
	_, rest, _ := strings.Cut(after, "\n")
	con, err := contract.Load("other.yaml", []byte(head+"  - name: "+name+"\n"+before+"    chosen: \""+chosen+"\"\n"+rest))
	if err != nil || !found || con.Reading(name) != chosen {
		t.Fatalf("%s = %s: %v", name, chosen, err)
	}
	return con
}

// Every alternative of every reading that moves a clock, by what it does to one.
func TestEachAlternativeOfEachReading(t *testing.T) {
	for _, c := range []struct {
		reading, chosen, channel string
		tell                     func(s *story)
		received, want           string // the deadline of the initial response, or its verdict
	}{
		{contract.ReadHighClock, contract.ClockBusiness, "phone", claimedAndAgreed, "11-22 03:00:00", "11-24 12:00:00"},
		{contract.ReadHighClock, contract.ClockFromClaim, "phone", claimedAndAgreed, "11-22 03:00:00", "11-22 05:00:00"},
		{contract.ReadHighClock, contract.ClockOnceAgreed, "phone", claimedAndAgreed, "11-22 03:00:00", "11-22 05:40:00"}, // agreed at 3:40
		{contract.ReadHighClock, contract.ClockOnceAgreed, "phone", func(s *story) { s.move("11-22 03:00:00", clock.Claim, "high", interruption) }, "11-22 03:00:00", "11-24 12:00:00"},

		{contract.ReadNightCall, contract.NightNextOpening, "phone", func(*story) {}, "11-24 03:00:00", "11-24 16:00:00"},
		{contract.ReadNightCall, contract.NightNextBusinessDay, "phone", func(*story) {}, "11-24 03:00:00", "11-25 16:00:00"},
		{contract.ReadNightCall, contract.NightNextBusinessDay, "mail", func(*story) {}, "11-24 03:00:00", "11-24 16:00:00"}, // of calls only

		{contract.ReadUpgrade, contract.UpgradeFromClaim, "mail", lowThenHigh, "11-20 17:30:00", "11-24 12:30:00"},
		{contract.ReadUpgrade, contract.UpgradeFromAgreement, "mail", lowThenHigh, "11-20 17:30:00", "11-24 17:30:00"},
		{contract.ReadUpgrade, contract.UpgradeFromAgreement, "mail", func(s *story) {
			lowThenHigh(s)
			s.move("11-24 11:00:00", clock.Judgement, "high", leak)
		}, "11-20 17:30:00", "11-24 13:00:00"},
		{contract.ReadUpgrade, contract.UpgradeFromReception, "mail", lowThenHigh, "11-20 17:30:00", "11-24 11:30:00"},

		{contract.ReadDowngrade, contract.DowngradeFromStart, "mail", highThenMedium, "11-20 10:00:00", "11-20 16:00:00"},
		{contract.ReadDowngrade, contract.DowngradeKeep, "mail", highThenMedium, "11-20 10:00:00", "11-20 12:00:00"},

		{contract.ReadAfterResponse, contract.AfterNoSecond, "mail", answeredThenHigh, "11-24 10:00:00", "met 11-24 15:50:00"},
		{contract.ReadAfterResponse, contract.AfterNewTarget, "mail", answeredThenHigh, "11-24 10:00:00", "11-25 10:30:00"},

		{contract.ReadClaim, contract.ClaimProvisional, "mail", claimedOnly, "11-24 10:00:00", "11-24 12:10:00"},
		{contract.ReadClaim, contract.ClaimDeskDecides, "mail", claimedOnly, "11-24 10:00:00", "11-24 16:00:00"},
		{contract.ReadClaim, contract.ClaimDeskDecides, "mail", claimedAndJudged, "11-24 10:00:00", "11-24 12:10:00"},
		{contract.ReadClaim, contract.ClaimMutualOnly, "mail", claimedOnly, "11-24 10:00:00", "11-24 16:00:00"},
		{contract.ReadClaim, contract.ClaimMutualOnly, "mail", claimedAndJudged, "11-24 10:00:00", "11-24 16:00:00"},
		{contract.ReadClaim, contract.ClaimMutualOnly, "mail", func(s *story) {
			claimedAndJudged(s)
			s.move("11-24 10:40:00", clock.Agreement, "high", "")
		}, "11-24 10:00:00", "11-24 12:10:00"},

		{contract.ReadReception, contract.ReceptionNo, "mail", receivedOnly, "11-24 10:00:00", "11-24 16:00:00"},
		{contract.ReadReception, contract.ReceptionYes, "mail", receivedOnly, "11-24 10:00:00", "met 11-24 11:00:00"},
	} {
		t.Run(c.reading+" "+c.chosen+" "+c.want, func(t *testing.T) {
			s := opened(t, read(t, c.reading, c.chosen), c.channel, "domestic", c.received)
			c.tell(s)
			got := s.c.First.Deadline
			want, prefix := c.want, ""
			if v, at, ok := strings.Cut(c.want, "met "); ok {
				got, want, prefix = s.c.First.Decided, at, v
				if s.c.First.Verdict != cases.Met {
					t.Errorf("verdict %q", s.c.First.Verdict)
				}
			} else if s.c.First.Verdict != cases.Undecided {
				t.Errorf("verdict %q", s.c.First.Verdict)
			}
			if !got.Equal(s.at(want)) {
				t.Errorf("%s%s, want %s", prefix, got.In(s.con.Zone()).Format("01-02 15:04:05"), want)
			}
			s.sums()
		})
	}
}

func claimedAndAgreed(s *story) {
	s.move("11-22 03:00:00", clock.Claim, "high", interruption)
	s.move("11-22 03:40:00", clock.Agreement, "high", "")
}

func claimedOnly(s *story) { s.move("11-24 10:10:00", clock.Claim, "high", interruption) }

func claimedAndJudged(s *story) {
	claimedOnly(s)
	s.move("11-24 10:30:00", clock.Judgement, "high", interruption)
}

func lowThenHigh(s *story) {
	s.move("11-20 17:40:00", clock.Judgement, "low", howTo)
	s.move("11-24 10:30:00", clock.Claim, "high", leak)
}

func highThenMedium(s *story) {
	s.move("11-20 10:00:00", clock.Judgement, "high", interruption)
	s.move("11-20 11:00:00", clock.Judgement, "medium", workaround)
}

func answeredThenHigh(s *story) {
	s.replies("11-24 15:50:00", cases.InitialResponse)
	s.move("11-24 16:30:00", clock.Claim, "high", interruption)
}

func receivedOnly(s *story) {
	s.tell("11-24 11:00:00", sato, cases.Replied{
		Message: "m", Kind: cases.ReceptionOnly, To: []cases.Address{{Addr: "y@example.jp"}},
		Counts: s.con.Reading(contract.ReadReception) == contract.ReceptionYes,
	})
}

// What the contract decides of a contact and what its clock runs at are one:
// for every claim, judgement and agreement, under every reading.
func TestTheClockRunsAtWhatIsDecided(t *testing.T) {
	for _, reading := range []string{contract.ClaimProvisional, contract.ClaimDeskDecides, contract.ClaimMutualOnly} {
		con := read(t, contract.ReadClaim, reading)
		at := time.Date(2026, 11, 24, 2, 0, 0, 0, time.UTC)
		judgements := []contract.PriorityID{"", "high", "medium", "low"}
		claims := []contract.Criterion{{}}
		claims = append(claims, con.Criteria()...)
		for _, claim := range claims {
			for _, judged := range judgements {
				for _, agreed := range []bool{false, true} {
					in := contract.Contact{Channel: "mail", Region: "domestic", Known: true, At: at, Claim: claim.Priority, ClaimCriterion: claim.Clause, Judgement: judged, Agreed: agreed}
					c, err := clock.Foresee(con, in)
					if err != nil {
						t.Fatal(err)
					}
					if d := con.Decide(in); string(d.Priority) != c.Priority {
						t.Errorf("%s, claimed %s, judged %q, agreed %t: decided %s, the clock runs at %s", reading, claim.Clause, judged, agreed, d.Priority, c.Priority)
					}
				}
			}
		}
	}
}

func TestForeseenInBothContracts(t *testing.T) {
	con := read(t, contract.ReadHighClock, contract.ClockOnceAgreed)
	sunday := time.Date(2026, 11, 21, 18, 0, 0, 0, time.UTC) // 3:00 in Tokyo
	in := contract.Contact{Channel: "phone", Region: "domestic", Known: true, At: sunday, Claim: "high", ClaimCriterion: interruption}
	for agreed, want := range map[bool]string{false: "11-24 12:00", true: "11-22 05:00"} {
		in.Agreed = agreed
		c, err := clock.Foresee(con, in)
		if err != nil || c.First.Deadline.In(con.Zone()).Format("01-02 15:04") != want {
			t.Errorf("agreed %t: %v %v, want %s", agreed, c.First.Deadline, err, want)
		}
	}
	eu := europe(t)
	c, err := clock.Foresee(eu, contract.Contact{Channel: "portal", Region: "western", Known: true, At: sunday, Claim: "p1", ClaimCriterion: "priority.p1"})
	if err != nil || len(c.Targets()) != 3 {
		t.Fatal(len(c.Targets()), err)
	}
	for _, u := range c.Targets() {
		if got := fmt.Sprint(clock.Explained(eu, c.Region, &u.TargetSet)); got == "[]" {
			t.Errorf("%s is not explained", u.Metric)
		}
	}
}
