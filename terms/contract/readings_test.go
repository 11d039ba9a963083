package contract_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"madoguchi/contracts"
	"madoguchi/terms/contract"
	"madoguchi/terms/worktime"
)

// read loads the shipped contract with one reading chosen otherwise.
func read(t *testing.T, name, chosen string) *contract.Contract {
	t.Helper()
	_, data, err := contracts.Read(contracts.Default)
	if err != nil {
		t.Fatal(err)
	}
	head, tail, found := strings.Cut(string(data), "  - name: "+name+"\n")
	if !found {
		t.Fatalf("the shipped contract has no reading %s", name)
	}
	before, after, _ := strings.Cut(tail, "    chosen: ")
	_, rest, _ := strings.Cut(after, "\n")
	c, err := contract.Load("other.yaml", []byte(head+"  - name: "+name+"\n"+before+"    chosen: \""+chosen+"\"\n"+rest))
	if err != nil {
		t.Fatal(err)
	}
	if c.Reading(name) != chosen {
		t.Fatalf("%s is read as %s", name, c.Reading(name))
	}
	return c
}

func TestACallInTheSmallHoursStartsByItsReading(t *testing.T) {
	for _, s := range []struct{ chosen, received, medium, high string }{
		{contract.NightNextOpening, "2026-11-24 03:00", "2026-11-24 10:00", "2026-11-24 10:00"},
		{contract.NightNextBusinessDay, "2026-11-24 03:00", "2026-11-25 10:00", "2026-11-24 10:00"}, // High is no bare reception
		{contract.NightNextBusinessDay, "2026-11-24 18:00", "2026-11-25 10:00", "2026-11-25 10:00"}, // the next business day either way
		{contract.NightNextBusinessDay, "2026-11-22 03:00", "2026-11-24 10:00", "2026-11-24 10:00"},
	} {
		c := read(t, contract.ReadNightCall, s.chosen)
		for priority, want := range map[contract.PriorityID]string{"medium": s.medium, "high": s.high} {
			if got, _, _ := c.SupportStartAs(priority, "phone", "domestic", at(t, c, s.received)); !got.Equal(at(t, c, want)) {
				t.Errorf("%s: a %s call at %s starts at %s, want %s", s.chosen, priority, s.received, got, want)
			}
		}
		// Mail is received 24 hours: the reading is about calls.
		if got, _, uses := c.SupportStart("mail", "domestic", at(t, c, "2026-11-24 03:00")); !got.Equal(at(t, c, "2026-11-24 10:00")) || len(uses) != 0 {
			t.Errorf("%s: a mail at 03:00 starts at %s by %v", s.chosen, got, uses)
		}
	}
}

func TestAClaimOfHighRunsByItsReading(t *testing.T) {
	claim := contract.Contact{Channel: "mail", Region: "domestic", Known: true, Claim: "high", ClaimCriterion: "priority.high.interruption"}
	for _, s := range []struct {
		chosen      string
		judgement   contract.PriorityID
		agreed      bool
		priority    contract.PriorityID
		provisional bool
	}{
		{contract.ClaimProvisional, "", false, "high", true},
		{contract.ClaimProvisional, "medium", false, "medium", false},
		{contract.ClaimDeskDecides, "", false, "medium", false},
		{contract.ClaimDeskDecides, "high", false, "high", false},
		{contract.ClaimMutualOnly, "", false, "medium", false},
		{contract.ClaimMutualOnly, "high", false, "medium", false},
		{contract.ClaimMutualOnly, "high", true, "high", false},
	} {
		c := read(t, contract.ReadClaim, s.chosen)
		in := claim
		in.At, in.Judgement, in.Agreed = at(t, c, "2026-11-24 11:00"), s.judgement, s.agreed
		if d := c.Decide(in); d.Priority != s.priority || d.Provisional != s.provisional {
			t.Errorf("%s, judged %q, agreed %t: runs at %s (provisional %t), want %s (%t)", s.chosen, s.judgement, s.agreed, d.Priority, d.Provisional, s.priority, s.provisional)
		}
	}
}

func TestHighRunsAtNightByItsReading(t *testing.T) {
	for _, s := range []struct {
		chosen string
		from   contract.Moment
		due    string
	}{
		{contract.ClockBusiness, contract.Never, "2026-11-24 12:00"},
		{contract.ClockFromClaim, contract.FromClaim, "2026-11-22 05:00"},
		{contract.ClockOnceAgreed, contract.FromAgreement, "2026-11-24 12:00"}, // until then business hours count
	} {
		c := read(t, contract.ReadHighClock, s.chosen)
		target, _ := c.Target(contract.FirstResponse, "high", "domestic")
		if target.Continuous != s.from || (target.AroundClock != nil) != (s.from != contract.Never) {
			t.Errorf("%s: the target runs continuously from %q", s.chosen, target.Continuous)
		}
		if medium, _ := c.Target(contract.FirstResponse, "medium", "domestic"); medium.AroundClock != nil {
			t.Errorf("%s: Medium runs at night too", s.chosen)
		}
		d, err := c.Deadline("high", "phone", "domestic", at(t, c, "2026-11-22 03:00"))
		if err != nil || !d.At.Equal(at(t, c, s.due)) {
			t.Errorf("%s: due %s (%v), want %s", s.chosen, d.At, err, s.due)
		}
	}
}

func TestConfigurationWorkCountsByItsReading(t *testing.T) {
	for chosen, want := range map[string]worktime.Date{
		contract.LeadReceived:  {Year: 2026, Month: 11, Day: 26}, // received on the 20th: 24, 25, 26
		contract.LeadConfirmed: {Year: 2026, Month: 11, Day: 30}, // confirmed on the 25th: 26, 27, 30
	} {
		c := read(t, contract.ReadLeadTime, chosen)
		received, confirmed := at(t, c, "2026-11-20 11:00"), at(t, c, "2026-11-25 15:00")
		if _, earliest, err := c.LeadTime(size(t, c, "minor"), "domestic", c.LeadTimeFrom(received, confirmed)); err != nil || earliest != want {
			t.Errorf("%s: earliest %s (%v), want %s", chosen, earliest, err, want)
		}
		if got := c.LeadTimeFrom(received, time.Time{}); !got.Equal(received) {
			t.Errorf("%s: unconfirmed, it counts from %s", chosen, got)
		}
	}
}

// The one alternative of same-day: the calendar date in the contract's zone,
// whatever the date is where the region's calendar stands.
func TestThatDayIsTheDateInTheContractsZone(t *testing.T) {
	_, data, err := contracts.Read("example-europe")
	if err != nil {
		t.Fatal(err)
	}
	head, tail, _ := strings.Cut(string(data), "  - name: phone.after-hours-start\n")
	c, err := contract.Load("other.yaml", []byte(head+"  - name: phone.after-hours-start\n"+strings.Replace(tail, "chosen: next-opening", "chosen: next-business-day", 1)))
	if err != nil {
		t.Fatal(err)
	}
	monday := time.Date(2026, 11, 23, 23, 30, 0, 0, time.UTC) // 23:30 in Dublin; Tuesday 0:30 in Berlin, the contract's zone
	start, _, uses := c.SupportStartAs("p3", "phone", "western", monday)
	if want := time.Date(2026, 11, 25, 9, 0, 0, 0, time.UTC); !start.Equal(want) {
		t.Errorf("starts %s, want %s: that day is Tuesday", start, want)
	}
	if !slices.ContainsFunc(uses, func(u contract.ReadingUse) bool {
		return u.Name == contract.ReadSameDay && u.Chosen == contract.SameDayCalendarDate
	}) {
		t.Errorf("decided by %v", uses)
	}
}

// Every other alternative loads too, so that a provider may choose it.
func TestEveryAlternativeCanBeChosen(t *testing.T) {
	for _, r := range shipped(t).Readings() {
		for _, a := range r.Alternatives {
			read(t, r.Name, a.ID)
		}
	}
}

func TestTheShippedReadings(t *testing.T) {
	c := shipped(t)
	for name, want := range map[string]string{
		"response.high.clock": "business", "phone.after-hours-start": "next-opening", "priority.upgrade": "from-claim", "priority.downgrade": "from-reception",
		"priority.after-response": "no-second-target", "priority.claim": "provisional", "reception-counts": "no", "plus.lead-time-start": "instruction-confirmed", "same-day": "calendar-date",
	} {
		if got := c.Reading(name); got != want {
			t.Errorf("%s is read as %q, want %q", name, got, want)
		}
	}
	if got := c.Reading("no.such"); got != "" {
		t.Errorf("an unknown reading is %q", got)
	}
}

func TestPlainAnswersSuggestAPriority(t *testing.T) {
	c := shipped(t)
	for _, s := range []struct {
		yes    []contract.ClauseID
		want   contract.PriorityID
		clause contract.ClauseID
	}{
		{nil, "medium", ""},
		{[]contract.ClauseID{"priority.low.how-to"}, "low", "priority.low.how-to"},
		{[]contract.ClauseID{"priority.low.how-to", "priority.medium.workaround"}, "medium", "priority.medium.workaround"},
		{[]contract.ClauseID{"priority.medium.change-request", "priority.high.data-or-security"}, "high", "priority.high.data-or-security"}, // scenario 14
	} {
		answers := map[contract.ClauseID]bool{"priority.high.agreed": false}
		for _, id := range s.yes {
			answers[id] = true
		}
		got, because := c.Suggest(answers)
		if got != s.want || (s.clause == "") != (len(because) == 0) || (s.clause != "" && because[0] != s.clause) {
			t.Errorf("%v suggest %s because of %v, want %s because of %q", s.yes, got, because, s.want, s.clause)
		}
	}
}

func TestDefinedForContactsThatTheContractDoesNotKnow(t *testing.T) {
	c := shipped(t)
	d := c.Decide(contract.Contact{Channel: "carrier-pigeon", Region: "moon", Claim: "urgent", Judgement: "whatever", At: time.Date(2200, 1, 1, 0, 0, 0, 0, time.UTC)})
	if d.Do == "" || d.Priority != c.InitialPriority() || !d.Unidentified {
		t.Errorf("got %+v", d)
	}
}
