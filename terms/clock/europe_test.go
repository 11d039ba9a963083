package clock_test

import (
	"strings"
	"testing"
	"time"

	"madoguchi/contracts"
	"madoguchi/terms/cases"
	"madoguchi/terms/clock"
	"madoguchi/terms/contract"
)

// europe is the second shipped contract, with words of its file replaced:
// pairs of what stands there and what shall.
func europe(t testing.TB, edits ...string) *contract.Contract {
	t.Helper()
	name, data, err := contracts.Read("example-europe")
	if err != nil {
		t.Fatal(err)
	}
	text := string(data)
	for i := 0; i+1 < len(edits); i += 2 {
		if !strings.Contains(text, edits[i]) {
			t.Fatalf("the contract does not say %q", edits[i])
		}
		text = strings.ReplaceAll(text, edits[i], edits[i+1])
	}
	con, err := contract.Load(name, []byte(text))
	if err != nil {
		t.Fatal(err)
	}
	return con
}

const (
	firstResponse  = cases.FirstResponse
	nextResponse   = cases.NextResponse
	updateInterval = cases.UpdateInterval
	resolution     = cases.Resolution
)

// tell adds facts of a person of the desk, or of the customer, at an instant.
func (s *story) tell(at string, by cases.Actor, facts ...cases.Data) {
	s.t.Helper()
	for _, f := range facts {
		s.add(s.at(at), by, f)
	}
}

func (s *story) writes(at string) {
	s.t.Helper()
	s.tell(at, yamada, cases.MessageReceived{Message: "in " + at, Received: s.at(at)})
	if st := s.c.Status; st == cases.Waiting || st == cases.OnHold || s.c.Done() {
		s.tell(at, yamada, cases.StatusChanged{From: st, To: cases.Open})
	}
}

func (s *story) replies(at string, kind cases.ReplyKind) {
	s.t.Helper()
	s.tell(at, sato, cases.Replied{Message: "out " + at, Kind: kind, To: []cases.Address{{Addr: "y@example.eu"}}})
}

func (s *story) sets(at string, to cases.Status, wait cases.Wait) {
	s.t.Helper()
	s.tell(at, sato, cases.StatusChanged{From: s.c.Status, To: to, Wait: wait})
}

// is holds that a clock is in a state, with its deadline or, where it is
// decided, when.
func (s *story) is(metric, at string, state clock.State, when string) {
	s.t.Helper()
	t := s.c.Target(metric)
	if t == nil {
		if state != "" {
			s.t.Errorf("%s: there is no %s clock, want %s", at, metric, state)
		}
		return
	}
	instant := t.Deadline
	if t.Verdict != cases.Undecided {
		instant = t.Decided
	}
	got := instant.In(s.con.Zone()).Format("01-02 15:04:05")
	if is := clock.StateOf(t, s.at(at)); is != state || when != "" && got != when {
		s.t.Errorf("%s: %s is %s %s, want %s %s", at, metric, is, got, state, when)
	}
}

func TestAClockForEachTargetThatThePriorityHas(t *testing.T) {
	s := opened(t, europe(t), "portal", "central", "11-24 10:00:00") // p3: a first response only
	if n := len(s.c.Targets()); n != 1 {
		t.Fatalf("%d clocks", n)
	}
	s.is(firstResponse, "11-24 10:00:00", clock.Running, "11-25 09:45:00")
	e := s.move("11-24 10:30:00", clock.Claim, "p1", "priority.p1")
	if len(e.Then) != 2 {
		t.Errorf("what else follows: %+v", e.Then)
	}
	s.is(firstResponse, "11-24 10:30:00", clock.Running, "11-24 11:00:00")
	s.is(resolution, "11-24 10:30:00", clock.Running, "11-24 18:30:00")
	s.is(updateInterval, "11-24 10:30:00", clock.Running, "11-24 11:30:00")
	s.is(nextResponse, "11-24 10:30:00", "", "")
}

func TestTheNextResponseIsOwedAfterEachMessage(t *testing.T) {
	s := opened(t, europe(t), "portal", "central", "11-24 09:00:00")
	s.writes("11-24 09:30:00") // still covered by the first response
	s.is(nextResponse, "11-24 09:30:00", "", "")
	s.replies("11-24 10:00:00", cases.InitialResponse)
	s.is(firstResponse, "11-24 10:00:00", clock.Met, "11-24 10:00:00")
	s.writes("11-24 16:00:00") // 1:30 on Tuesday, 8:15 on Wednesday, 6:15 on Thursday
	s.is(nextResponse, "11-24 16:00:00", clock.Running, "11-26 15:30:00")
	s.writes("11-25 11:00:00") // the earlier message's clock runs
	s.is(nextResponse, "11-25 11:00:00", clock.Running, "11-26 15:30:00")
	s.replies("11-26 10:00:00", cases.ReceptionOnly) // tells nothing
	s.is(nextResponse, "11-26 10:00:00", clock.Running, "11-26 15:30:00")
	s.replies("11-26 15:30:00", cases.FollowUp) // at the very second
	s.is(nextResponse, "11-26 15:30:00", clock.Met, "11-26 15:30:00")
	s.writes("11-27 17:30:00") // Friday at closing: counted from Monday
	s.is(nextResponse, "11-27 17:30:00", clock.Running, "12-01 17:00:00")
	s.replies("12-01 17:00:01", cases.FollowUp) // one second late
	s.is(nextResponse, "12-01 17:00:01", clock.MadeGood, "12-01 17:00:00")
	if len(s.c.Earlier) != 1 || s.c.Earlier[0].Verdict != cases.Met {
		t.Errorf("the round before: %+v", s.c.Earlier)
	}
}

func TestAResolutionRestsWhileTheCaseWaits(t *testing.T) {
	s := opened(t, europe(t), "portal", "central", "11-19 10:00:00") // a Thursday
	s.move("11-19 10:00:00", clock.Judgement, "p2", "priority.p2")
	// 24 h: Thu 6:45, Fri 8:15, Mon 8:15, Tue 0:45
	s.is(resolution, "11-19 10:00:00", clock.Running, "11-24 09:15:00")
	s.replies("11-19 11:00:00", cases.InitialResponse)
	s.sets("11-20 12:00:00", cases.Waiting, "") // used 6:45 + 3:30 = 10:15
	s.is(resolution, "11-20 12:00:00", clock.Paused, "")
	if r := s.c.Target(resolution).Rest; r.Used != 10*time.Hour+15*time.Minute || r.Left != 13*time.Hour+45*time.Minute || r.Wait != cases.WaitCustomer {
		t.Errorf("rest %+v", r)
	}
	if late := clock.Overdue(s.c, s.at("12-31 00:00:00")); len(late) != 0 {
		t.Errorf("a clock that rests was missed: %+v", late)
	}
	s.writes("11-22 20:00:00") // Sunday night: goes on at once, counts from Monday 8:30
	// 13:45 left: Mon 8:15, Tue 5:30 (4:00 in the morning, 1:30 after lunch)
	s.is(resolution, "11-22 20:00:00", clock.Running, "11-24 14:45:00")
	s.is(nextResponse, "11-22 20:00:00", clock.Running, "11-23 12:30:00")
	s.replies("11-23 12:30:00", cases.FollowUp)
	s.sets("11-24 12:45:00", cases.OnHold, cases.WaitThirdParty) // in the lunch break
	s.is(resolution, "11-24 12:45:00", clock.Paused, "")
	s.sets("11-24 13:00:00", cases.Waiting, "") // from one rest into another
	s.is(resolution, "11-24 13:00:00", clock.Paused, "")
	s.sets("11-24 15:15:00", cases.Open, "")
	s.is(resolution, "11-24 15:15:00", clock.Running, "11-24 16:45:00")
	s.sets("11-24 16:45:01", cases.Resolved, "")
	s.is(resolution, "11-24 16:45:01", clock.MadeGood, "11-24 16:45:00")
	s.sums()
}

func TestAPlainHoldRestsNothing(t *testing.T) {
	s := opened(t, europe(t), "portal", "western", "11-24 10:00:00")
	s.move("11-24 10:00:00", clock.Judgement, "p2", "priority.p2")
	s.sets("11-24 11:00:00", cases.OnHold, "")
	s.is(resolution, "11-24 11:00:00", clock.Running, "")
}

func TestARestOverTheChangeOfTheClocks(t *testing.T) {
	s := &story{t: t, con: europe(t), c: &cases.Case{}, channel: "portal"}
	s = opened(t, s.con, "portal", "central", "03-28 22:00:00") // Saturday; at 2:00 it is 3:00
	s.move("03-28 22:00:00", clock.Claim, "p1", "priority.p1")
	s.is(resolution, "03-28 22:00:00", clock.Running, "03-29 07:00:00") // eight hours that passed
	s.replies("03-28 22:10:00", cases.InitialResponse)
	s.sets("03-29 01:30:00", cases.Waiting, "")
	s.sets("03-29 03:30:00", cases.Open, "") // an hour later
	s.is(resolution, "03-29 03:30:00", clock.Running, "03-29 08:00:00")
	s.sums()
}

func TestTheCustomerIsToldTheStateAgainAndAgain(t *testing.T) {
	s := opened(t, europe(t), "phone", "central", "11-22 03:00:00")
	s.move("11-22 03:00:00", clock.Claim, "p1", "priority.p1")
	s.is(updateInterval, "11-22 03:00:00", clock.Running, "11-22 04:00:00")
	s.replies("11-22 03:20:00", cases.InitialResponse)
	s.is(updateInterval, "11-22 03:20:00", clock.Running, "11-22 04:20:00")
	s.replies("11-22 04:20:00", cases.FollowUp)
	s.is(updateInterval, "11-22 04:20:00", clock.Running, "11-22 05:20:00")
	s.replies("11-22 05:20:01", cases.FollowUp) // one second of silence too much
	if n := len(s.c.Earlier); n != 3 || s.c.Earlier[2].Verdict != cases.Missed {
		t.Errorf("rounds before: %+v", s.c.Earlier)
	}
	s.is(updateInterval, "11-22 05:20:01", clock.Running, "11-22 06:20:01")
	s.move("11-22 05:30:00", clock.Judgement, "p3", "priority.p3") // no updates are owed any more
	s.is(updateInterval, "11-22 05:30:00", clock.Cancelled, "11-22 05:30:00")
	s.is(resolution, "11-22 05:30:00", clock.Cancelled, "11-22 05:30:00")
	s.move("11-22 06:00:00", clock.Judgement, "p1", "priority.p1")
	s.is(updateInterval, "11-22 06:00:00", clock.Running, "11-22 07:00:00")
	s.sets("11-22 06:30:00", cases.Resolved, "")
	s.is(updateInterval, "11-22 06:30:00", clock.Cancelled, "11-22 06:30:00")
	s.is(resolution, "11-22 06:30:00", clock.Met, "11-22 06:30:00")
}

func TestAWorkaroundIsEnoughWhereTheTermsSaySo(t *testing.T) {
	for edit, want := range map[string]clock.State{"workaround-counts: true": clock.Met, "workaround-counts: false": clock.Running} {
		s := opened(t, europe(t, "workaround-counts: true", edit), "portal", "central", "11-24 10:00:00")
		s.move("11-24 10:00:00", clock.Judgement, "p2", "priority.p2")
		s.tell("11-24 12:00:00", sato, cases.ServiceRestored{Workaround: true, Reason: "Use the API"})
		s.is(resolution, "11-24 12:00:00", want, "")
	}
}

func TestAReopenedCaseGoesOnAsTheTermsSay(t *testing.T) {
	for rule, want := range map[string]string{
		"continues": "11-25 15:00:00", // 2:00 of 11 h were used: 3:15 on Tuesday, 5:45 on Wednesday
		"renews":    "11-26 14:45:00", // 17 h from the reopening
		"stands":    "",
	} {
		con := europe(t, "when-reopened: continues", "when-reopened: "+rule, "{priority: p2, within: 24h, pauses", "{priority: p2, within: 11h, pauses", "{priority: p1, within: 8h", "{priority: p1, within: 7h")
		if rule == "renews" {
			con = europe(t, "when-reopened: continues", "when-reopened: "+rule, "{priority: p2, within: 24h, pauses", "{priority: p2, within: 17h, pauses")
		}
		s := opened(t, con, "portal", "central", "11-24 09:00:00")
		s.move("11-24 09:00:00", clock.Judgement, "p2", "priority.p2")
		s.replies("11-24 09:30:00", cases.InitialResponse)
		s.sets("11-24 11:00:00", cases.Resolved, "") // 2:00 used
		s.is(resolution, "11-24 11:00:00", clock.Met, "11-24 11:00:00")
		s.writes("11-24 14:15:00") // reopens; 3:15 are left of the day
		if rule == "stands" {
			s.is(resolution, "11-24 14:15:00", clock.Met, "11-24 11:00:00")
			continue
		}
		s.is(resolution, "11-24 14:15:00", clock.Running, want)
		if len(s.c.Earlier) != 1 || s.c.Earlier[0].Verdict != cases.Met {
			t.Errorf("%s: the verdict is gone: %+v", rule, s.c.Earlier)
		}
		s.sums()
	}
}

func TestALowerPriorityCountsFromTheMessage(t *testing.T) {
	s := opened(t, europe(t), "portal", "central", "11-24 08:30:00")
	s.move("11-24 08:30:00", clock.Judgement, "p2", "priority.p2")
	s.replies("11-24 09:00:00", cases.InitialResponse)
	s.writes("11-24 09:30:00")
	s.is(nextResponse, "11-24 09:30:00", clock.Running, "11-24 14:15:00")
	s.move("11-24 10:00:00", clock.Judgement, "p3", "priority.p3")
	s.is(nextResponse, "11-24 10:00:00", clock.Running, "11-26 09:00:00") // 16 h from 9:30
	s.move("11-24 11:00:00", clock.Judgement, "p4", "priority.p4")        // no such target
	s.is(nextResponse, "11-24 11:00:00", clock.Cancelled, "11-24 11:00:00")
	s.move("11-24 12:00:00", clock.Judgement, "p2", "priority.p2") // the message is still unanswered
	s.is(nextResponse, "11-24 12:00:00", clock.Running, "11-24 16:45:00")
}

func TestAnAnswerThatBouncedAnsweredNothing(t *testing.T) {
	s := opened(t, europe(t), "portal", "central", "11-24 08:30:00")
	s.replies("11-24 09:00:00", cases.InitialResponse)
	s.writes("11-24 10:00:00")
	s.replies("11-24 11:00:00", cases.FollowUp)
	s.writes("11-24 15:00:00")
	for _, f := range s.c.Undeliverable(cases.DeliveryFailed{Message: "out 11-24 11:00:00", Recipient: "y@example.eu", Bounce: true}) {
		s.tell("11-24 15:10:00", machine, f)
	}
	s.is(nextResponse, "11-24 15:10:00", clock.Superseded, "11-26 09:30:00") // the first message's deadline again
}

func TestARebaseCountsEveryRunningClockAgain(t *testing.T) {
	s := opened(t, europe(t), "portal", "central", "11-24 09:00:00")
	s.move("11-24 09:00:00", clock.Judgement, "p2", "priority.p2")
	s.replies("11-24 09:30:00", cases.InitialResponse)
	s.sets("11-24 10:00:00", cases.Waiting, "")
	s.sets("11-24 11:00:00", cases.Open, "")
	s.writes("11-24 11:30:00")
	// Half a day on the 25th: 8:30 to 12:00.
	next := europe(t, `version: "2026.1"`, `version: "2026.2"`, "    special:\n      - {date: 2026-12-24, hours: [\"08:30-12:00\"], name: {ja: クリスマスイブ, en: Christmas Eve}}",
		"    special:\n      - {date: 2026-11-25, hours: [\"08:30-12:00\"], name: {ja: 停電, en: power cut}}\n      - {date: 2026-12-24, hours: [\"08:30-12:00\"], name: {ja: クリスマスイブ, en: Christmas Eve}}")
	// 24 h from 9:00 with an hour's rest: Tue 6:45, Wed 3:30, Thu 8:15, Fri 5:30
	r, clauses, err := clock.Rebase(next, s.c, s.at("11-24 12:00:00"), "臨時休業")
	if err != nil || len(r.Targets) != 1 || len(clauses) == 0 {
		t.Fatalf("%+v %v %v", r, clauses, err)
	}
	s.is(resolution, "11-24 12:00:00", clock.Running, "11-27 09:15:00")
	s.tell("11-24 12:00:00", sato, r)
	s.is(resolution, "11-24 12:00:00", clock.Running, "11-27 14:45:00")
	s.is(nextResponse, "11-24 12:00:00", clock.Running, "11-24 16:15:00") // unmoved
	if set := s.c.Target(resolution).TargetSet; set.Cause != cases.CauseRebased || !set.Before.Equal(s.at("11-27 09:15:00")) {
		t.Errorf("%+v", set)
	}
	if _, _, err := clock.Rebase(next, s.c, s.at("11-24 12:30:00"), "again"); err == nil {
		t.Error("moved to the version that it has")
	}
}

func TestARebaseOfAClockThatRests(t *testing.T) {
	s := opened(t, europe(t), "portal", "central", "11-24 09:00:00")
	s.move("11-24 09:00:00", clock.Judgement, "p2", "priority.p2")
	s.sets("11-24 10:00:00", cases.Waiting, "")
	longer := europe(t, `version: "2026.1"`, `version: "2026.2"`, "{priority: p2, within: 24h, pauses", "{priority: p2, within: 25h, pauses")
	r, _, err := clock.Rebase(longer, s.c, s.at("11-24 12:00:00"), "改定")
	if err != nil || len(r.Targets) != 1 || len(r.Paused) != 1 || r.Paused[0].Left != 24*time.Hour {
		t.Fatalf("%+v %v", r, err)
	}
	s.tell("11-24 12:00:00", sato, r)
	s.is(resolution, "11-24 12:00:00", clock.Paused, "")
	none := europe(t, `version: "2026.1"`, `version: "2026.3"`, "      - {priority: p2, within: 24h, pauses-for: [customer, third-party], workaround-counts: true, when-reopened: continues}\n", "")
	if r, _, err = clock.Rebase(none, s.c, s.at("11-24 13:00:00"), "改定"); err != nil || len(r.Dropped) != 1 || r.Dropped[0] != resolution {
		t.Errorf("dropped %+v %v", r, err)
	}
}

// sums holds that every explanation adds up to its target, without a hole.
func (s *story) sums() {
	s.t.Helper()
	if why := addsUp(s.events); why != "" {
		s.t.Error(why)
	}
}
