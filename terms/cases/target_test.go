package cases_test

import (
	"testing"
	"time"

	"madoguchi/terms/cases"
)

var machine = cases.Actor{Kind: cases.System}

func set(metric string, hours int) cases.TargetSet {
	return cases.TargetSet{Metric: metric, Priority: "p1", Deadline: noon.Add(time.Duration(hours) * time.Hour), Business: time.Duration(hours) * time.Hour}
}

func reply(id string, kind cases.ReplyKind) cases.Replied {
	return cases.Replied{Message: id, Kind: kind, To: []cases.Address{yamada}}
}

func TestEveryMetricHasItsOwnClock(t *testing.T) {
	s := newStory(t)
	s.add(noon, machine, set(cases.Resolution, 8), set(cases.UpdateInterval, 1))
	if n := len(s.c.Targets()); n != 3 || s.c.Target(cases.Resolution).Deadline != noon.Add(8*time.Hour) {
		t.Fatalf("%d targets: %+v", n, s.c.Others)
	}
	if got := s.c.Urgent(); got.Metric != cases.UpdateInterval {
		t.Errorf("the most urgent is %s", got.Metric)
	}
	s.add(noon.Add(time.Hour), sato, reply("m1", cases.InitialResponse), cases.TargetMet{Metric: cases.FirstResponse, Answer: "m1"})
	s.add(noon.Add(time.Hour), machine, cases.TargetMet{Metric: cases.UpdateInterval, Answer: "m1"})
	if got := s.c.Urgent(); got.Metric != cases.Resolution {
		t.Errorf("after the reply the most urgent is %+v", got)
	}
	if s.c.First.Verdict != cases.Met || s.c.Target(cases.Resolution).Verdict != cases.Undecided {
		t.Errorf("one verdict decided another clock: %+v", s.c.Others)
	}
}

func TestARestingClockHasNoUrgency(t *testing.T) {
	s := newStory(t)
	s.add(noon, sato, reply("m1", cases.InitialResponse), cases.TargetMet{Metric: cases.FirstResponse, Answer: "m1"})
	s.add(noon, machine, set(cases.Resolution, 8))
	s.add(noon.Add(time.Hour), sato, cases.StatusChanged{From: cases.Open, To: cases.Waiting},
		cases.TargetPaused{Metric: cases.Resolution, Wait: cases.WaitCustomer, Used: time.Hour, Left: 7 * time.Hour})
	r := s.c.Target(cases.Resolution)
	if !r.Paused() || r.Running() || s.c.Urgent() != nil {
		t.Errorf("paused: %+v, urgent %+v", r, s.c.Urgent())
	}
	if wait, since := s.c.WaitsFor(); wait != cases.WaitCustomer || !since.Equal(noon.Add(time.Hour)) {
		t.Errorf("waits for %q since %s", wait, since)
	}
	s.add(noon.Add(3*time.Hour), sato, cases.StatusChanged{From: cases.Waiting, To: cases.Open}, set(cases.Resolution, 10))
	if r = s.c.Target(cases.Resolution); r.Paused() || !r.Running() || r.Rest != (cases.Rest{}) {
		t.Errorf("resumed: %+v", r)
	}
	if len(s.c.Waits) != 1 || !s.c.Waits[0].To.Equal(noon.Add(3*time.Hour)) {
		t.Errorf("waits %+v", s.c.Waits)
	}
}

func TestOnHoldWaitsForAnotherProviderOnlyWhenItIsSaid(t *testing.T) {
	s := newStory(t)
	s.add(noon, sato, cases.StatusChanged{To: cases.OnHold, Reason: "社内調整"})
	if wait, _ := s.c.WaitsFor(); wait != "" {
		t.Errorf("a plain hold waits for %q", wait)
	}
	s.add(noon.Add(time.Hour), sato, cases.StatusChanged{To: cases.Open}, cases.StatusChanged{To: cases.OnHold, Reason: "回線事業者の調査", Wait: cases.WaitThirdParty})
	s.add(noon.Add(2*time.Hour), sato, cases.StatusChanged{To: cases.Waiting})
	if len(s.c.Waits) != 2 || s.c.Waits[0].Wait != cases.WaitThirdParty || !s.c.Waits[0].To.Equal(s.c.Waits[1].From) {
		t.Errorf("waits %+v", s.c.Waits)
	}
}

func TestAMissedTargetIsOwedUntilItIsMadeGood(t *testing.T) {
	s := newStory(t)
	s.add(noon, sato, reply("m1", cases.InitialResponse))
	s.add(noon, machine, set(cases.NextResponse, 1), cases.TargetMissed{Metric: cases.NextResponse, Deadline: noon.Add(time.Hour)})
	next := s.c.Target(cases.NextResponse)
	if !next.Owed() || s.c.Urgent() != next {
		t.Errorf("missed and unanswered, but not owed: %+v", next)
	}
	s.add(noon.Add(2*time.Hour), sato, reply("m2", cases.ReceptionOnly))
	if !s.c.Target(cases.NextResponse).Owed() {
		t.Error("a bare reception answered it")
	}
	s.add(noon.Add(3*time.Hour), sato, reply("m3", cases.FollowUp))
	if next = s.c.Target(cases.NextResponse); next.Owed() || next.Verdict != cases.Missed || !next.Late.Equal(noon.Add(3*time.Hour)) {
		t.Errorf("answered late: %+v", next)
	}
	s.add(noon.Add(4*time.Hour), machine, s.c.Undeliverable(cases.DeliveryFailed{Message: "m3", Recipient: yamada.Addr})...)
	if !s.c.Target(cases.NextResponse).Owed() {
		t.Error("the late answer bounced, and nothing is owed")
	}
}

func TestAFurtherRoundStandsBesideTheVerdict(t *testing.T) {
	s := newStory(t)
	s.add(noon, sato, reply("m1", cases.InitialResponse))
	again := set(cases.UpdateInterval, 3)
	again.Renewed = true
	s.add(noon, machine, set(cases.UpdateInterval, 1))
	s.add(noon.Add(time.Hour), sato, reply("m2", cases.FollowUp), cases.TargetMet{Metric: cases.UpdateInterval, Answer: "m2"}, again)
	if len(s.c.Earlier) != 1 || s.c.Earlier[0].Verdict != cases.Met || s.c.Target(cases.UpdateInterval).Verdict != cases.Undecided {
		t.Fatalf("earlier %+v, now %+v", s.c.Earlier, s.c.Others)
	}
	// The update never arrived: the round that it began is not owed, the one that it met is.
	s.add(noon.Add(2*time.Hour), machine, s.c.Undeliverable(cases.DeliveryFailed{Message: "m2", Recipient: yamada.Addr})...)
	if u := s.c.Target(cases.UpdateInterval); len(s.c.Earlier) != 0 || u.Verdict != cases.Undecided || u.Superseded != 1 || !u.Deadline.Equal(noon.Add(time.Hour)) {
		t.Errorf("after the bounce: %+v, earlier %+v", u, s.c.Earlier)
	}
}

func TestARebaseMovesRunningClocksOnly(t *testing.T) {
	s := newStory(t)
	s.add(noon, sato, reply("m1", cases.InitialResponse), cases.TargetMet{Metric: cases.FirstResponse, Answer: "m1"})
	s.add(noon, machine, set(cases.Resolution, 8), set(cases.UpdateInterval, 1), set(cases.NextResponse, 4))
	met := *s.c.First
	moved := set(cases.Resolution, 24)
	moved.Cause = cases.CauseRebased
	rebased := cases.ContractRebased{
		From: "acme@1", To: "acme@2", Reason: "臨時休業", Dropped: []string{cases.UpdateInterval},
		Targets: []cases.TargetSet{{Metric: cases.FirstResponse, Priority: "p1", Deadline: noon.Add(99 * time.Hour)}, moved},
		Paused:  []cases.TargetPaused{{Metric: cases.Resolution, Wait: cases.WaitCustomer, Left: 20 * time.Hour}},
	}
	s.add(noon.Add(time.Hour), sato, rebased)
	if s.c.Contract != "acme@2" || s.c.First.Deadline != met.Deadline || s.c.First.Verdict != cases.Met {
		t.Errorf("a decided clock moved: %+v", s.c.First)
	}
	if r := s.c.Target(cases.Resolution); !r.Deadline.Equal(moved.Deadline) || !r.Paused() || r.Rest.Left != 20*time.Hour {
		t.Errorf("resolution %+v", r)
	}
	if u := s.c.Target(cases.UpdateInterval); u.Verdict != cases.Cancelled || u.Cancelled != cases.CancelRebased {
		t.Errorf("a target that the version does not have: %+v", u)
	}
	if n := s.c.Target(cases.NextResponse); n.Verdict != cases.Undecided || !n.Deadline.Equal(noon.Add(4*time.Hour)) {
		t.Errorf("a clock that was not named moved: %+v", n)
	}
	raw, err := cases.Encode(rebased)
	if err != nil {
		t.Fatal(err)
	}
	if back, err := cases.Decode(rebased.Type(), raw); err != nil || len(back.(cases.ContractRebased).Targets) != 2 {
		t.Errorf("stored and read again: %+v %v", back, err)
	}
}

func TestAnIncidentMovesNoDeadline(t *testing.T) {
	s := newStory(t)
	before := *s.c.First
	s.add(noon, sato, cases.IncidentLinked{Incident: "i1", Title: "認証基盤の障害", AroundClock: true})
	if s.c.First.Deadline != before.Deadline || len(s.c.Incidents) != 1 || !s.c.Incidents[0].AroundClock {
		t.Errorf("linked: %+v, %+v", s.c.First, s.c.Incidents)
	}
	s.add(noon.Add(time.Hour), sato, cases.IncidentUnlinked{Incident: "i1", Reason: "復旧"})
	if len(s.c.Incidents) != 0 {
		t.Errorf("still linked to %+v", s.c.Incidents)
	}
}
