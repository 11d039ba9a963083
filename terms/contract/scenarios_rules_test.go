package contract_test

import (
	"slices"
	"strings"
	"testing"

	"madoguchi/terms/contract"
	"madoguchi/terms/worktime"
)

// Rows of the scenario table in which the contract gives a rule, and a case's
// life the rest. Together with TestScenarios every row is here.

func TestScenario7AWorkaroundLowersHighFromTheReception(t *testing.T) {
	c := shipped(t)
	in := contract.Contact{Channel: "phone", Region: "domestic", Known: true, At: at(t, c, "2026-11-22 04:00"), Claim: "high", ClaimCriterion: "priority.high.interruption", Judgement: "medium"}
	if d := c.Decide(in); d.Priority != "medium" || !d.Disagreement {
		t.Errorf("a lowered case: %+v", d)
	}
	if got := c.Reading(contract.ReadDowngrade); got != contract.DowngradeFromStart {
		t.Errorf("lowered: %s", got)
	}
	notice := c.Say(contract.SayPriorityChanged).Fill("from", "高", "to", "中", "reason", "回避策をご提示したため")
	if !strings.Contains(notice.JA, "「高」から「中」") || !strings.Contains(notice.JA, "責任者") {
		t.Errorf("the notice tells neither the change nor the way to object: %s", notice.JA)
	}
	if k, _ := c.Clause("priority.reassessed"); !strings.Contains(k.JA, "回避策の提示により") {
		t.Errorf("the clause that allows it reads %q", k.JA)
	}
}

func TestScenario8HighAfterTheResponseSetsNoSecondTarget(t *testing.T) {
	c := shipped(t)
	if got := c.Reading(contract.ReadAfterResponse); got != contract.AfterNoSecond {
		t.Errorf("a rise after the response: %s", got)
	}
	if high := c.Highest(); high.ID != "high" || !high.RestorationFirst || !slices.Contains(high.Clauses, "response.high") {
		t.Errorf("restoration does not come first: %+v", high)
	}
}

func TestScenario11ARefusedRecordingIsConfirmedInWriting(t *testing.T) {
	c := shipped(t)
	phone, ok := c.Channel("phone")
	if !ok || !phone.Recorded || !slices.Contains(phone.Clauses, "phone.recorded") {
		t.Errorf("the phone: %+v", phone)
	}
	if got := c.Say(contract.SayUnrecorded).Fill("agreed", "優先度「高」").JA; !strings.HasSuffix(got, "\n優先度「高」") {
		t.Errorf("the confirmation reads %q", got)
	}
	if notice := c.Say(contract.SayRecording).JA; !strings.Contains(notice, "品質") || !strings.Contains(notice, "記録") {
		t.Errorf("the notice does not name both purposes: %q", notice)
	}
}

func TestScenario12OneCallThreePriorities(t *testing.T) {
	c := shipped(t)
	received := at(t, c, "2026-11-24 10:00")
	for criterion, want := range map[contract.ClauseID]string{"priority.high.interruption": "12:00", "priority.medium.change-request": "16:00", "priority.low.how-to": "18:00"} {
		k, ok := c.Criterion(criterion)
		if !ok {
			t.Fatalf("no criterion %s", criterion)
		}
		d, err := c.Deadline(k.Priority, "phone", "domestic", received)
		if err != nil || !d.At.Equal(at(t, c, "2026-11-24 "+want)) || !d.Received.Equal(received) {
			t.Errorf("%s: due %s (%v), want %s", criterion, d.At, err, want)
		}
	}
}

func TestScenario13AnInstructionByWordIsEnough(t *testing.T) {
	c := shipped(t)
	work, ok := c.ConfigWork()
	if !ok || work.FormRequired || !work.CustomerInstructs || !work.CustomerVerifies || !work.FirstCome || work.DatePromised {
		t.Errorf("configuration work: %+v", work)
	}
	if d, err := c.Deadline(work.Priority, "phone", "domestic", at(t, c, "2026-11-24 10:00")); err != nil || !d.At.Equal(at(t, c, "2026-11-24 16:00")) {
		t.Errorf("initial response due %s (%v)", d.At, err)
	}
	if got := c.Reading(contract.ReadLeadTime); got != contract.LeadConfirmed {
		t.Errorf("lead time counts from %s", got)
	}
}

func TestScenario15OutOfHoursAnEmergencyIsToldOnTheDashboard(t *testing.T) {
	c := shipped(t)
	d := c.Decide(contract.Contact{Channel: "mail", Region: "domestic", Known: true, At: at(t, c, "2026-11-20 19:00"), Emergency: true})
	var told []contract.ClauseID
	for _, s := range d.Tell {
		told = append(told, s.Clause)
		if s.Text.JA == "" || s.Text.EN == "" {
			t.Errorf("%s is told without words", s.Clause)
		}
	}
	if !d.LinkEmergency || !slices.Contains(told, "hours.dashboard") || !slices.Contains(told, "hours.emergency") {
		t.Errorf("told %v, offered for linking: %t", told, d.LinkEmergency)
	}
	if e := c.Emergency(); !e.AroundClock || !e.Dashboard {
		t.Errorf("emergency: %+v", e)
	}
}

func TestScenario16ADeviceServiceUsedElsewhereIsOutOfScope(t *testing.T) {
	c := shipped(t)
	excluded := c.Exclusions()
	if len(excluded) != 1 || !slices.Contains(excluded[0].Clauses, "scope.third-party-excluded") {
		t.Fatalf("excluded: %+v", excluded)
	}
	clause, _ := c.Clause("scope.third-party-excluded")
	if refusal := c.Say(contract.SayScopeRefusal).Fill("clause", clause.JA, "reason", "別の目的でのご利用").JA; !strings.Contains(refusal, "「"+clause.JA+"」") {
		t.Errorf("the refusal does not quote the clause: %s", refusal)
	}
}

func TestScenario17AClosureMakesTheNextVersionAndLeavesTheOld(t *testing.T) {
	old := shipped(t)
	data := strings.Replace(string(edited(t, "version: 2026-04-01", "version: 2026-11-24")), "    clauses: [hours.domestic, hours.business-days]",
		"      - {date: 2026-11-25, name: {ja: 台風のため臨時休業, en: closed for a typhoon}}\n    clauses: [hours.domestic, hours.business-days]", 1)
	next, err := contract.Load("next.yaml", []byte(data))
	if err != nil {
		t.Fatal(err)
	}
	if old.Ref() != "hennge-one@2026-04-01" || next.Ref() != "hennge-one@2026-11-24" {
		t.Errorf("versions %s and %s", old.Ref(), next.Ref())
	}
	for c, want := range map[*contract.Contract]string{old: "2026-11-25 11:00", next: "2026-11-26 11:00"} {
		if d, err := c.Deadline("medium", "mail", "domestic", at(t, c, "2026-11-24 13:00")); err != nil || !d.At.Equal(at(t, c, want)) {
			t.Errorf("under %s due %s (%v), want %s", c.Ref(), d.At, err, want)
		}
	}
}

func TestScenario19ALateInstructionCountsFromTheNextBusinessDay(t *testing.T) {
	c := shipped(t)
	zero, earliest, err := c.LeadTime(size(t, c, "minor"), "domestic", at(t, c, "2026-11-19 18:02"))
	if err != nil || zero != (worktime.Date{Year: 2026, Month: 11, Day: 20}) || earliest != (worktime.Date{Year: 2026, Month: 11, Day: 26}) {
		t.Errorf("counted from %s, earliest %s (%v)", zero, earliest, err)
	}
	if s := size(t, c, "minor"); s.Days != 3 || !slices.Contains(s.Clauses, "plus.lead-time") {
		t.Errorf("a minor change: %+v", s)
	}
}

// size returns a class of configuration work.
func size(t *testing.T, c *contract.Contract, id string) contract.WorkSize {
	t.Helper()
	work, _ := c.ConfigWork()
	for _, s := range work.Sizes {
		if s.ID == id {
			return s
		}
	}
	t.Fatalf("no configuration work of size %s", id)
	return contract.WorkSize{}
}
