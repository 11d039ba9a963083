package clock_test

import (
	"slices"
	"testing"
	"time"

	"madoguchi/contracts"
	"madoguchi/terms/cases"
	"madoguchi/terms/clock"
	"madoguchi/terms/contract"
	"madoguchi/terms/fault"
)

var (
	sato   = cases.Actor{Kind: cases.Agent, ID: "sato", Name: "佐藤"}
	yamada = cases.Actor{Kind: cases.Customer, ID: "yamada", Name: "山田"}
)

// story is one case under a contract, told in wall-clock times of Tokyo.
type story struct {
	t       *testing.T
	con     *contract.Contract
	c       *cases.Case
	channel string
	events  []cases.Event
	latched []map[string]string // verdicts as they stood ahead of each deed
}

var machine = cases.Actor{Kind: cases.System}

func shipped(t *testing.T) *contract.Contract {
	t.Helper()
	name, data, err := contracts.Read(contracts.Default)
	if err != nil {
		t.Fatal(err)
	}
	con, err := contract.Load(name, data)
	if err != nil {
		t.Fatal(err)
	}
	return con
}

func (s *story) at(text string) time.Time {
	s.t.Helper()
	at, err := time.ParseInLocation("2006-01-02 15:04:05", "2026-"+text, s.con.Zone())
	if err != nil {
		s.t.Fatal(err)
	}
	return at
}

// add takes a fact into the case as a desk does: what is overdue first, and
// what follows after it.
func (s *story) add(at time.Time, by cases.Actor, data cases.Data) {
	s.t.Helper()
	if clock.Judges(data) {
		for _, missed := range clock.Overdue(s.c, at) {
			s.write(missed.Deadline, machine, missed)
		}
	}
	facts, err := clock.Follow(s.con, s.c, s.write(at, by, data))
	if err != nil {
		s.t.Fatal(err)
	}
	for _, f := range facts {
		s.write(f.At, machine, f.Data)
	}
}

func (s *story) write(at time.Time, by cases.Actor, data cases.Data) cases.Event {
	s.t.Helper()
	e := cases.Event{Case: "k", Seq: s.c.Version + 1, At: at.UTC(), Actor: by, Channel: s.channel, Contract: s.con.Ref(), Data: data}
	if err := s.c.Apply(e); err != nil {
		s.t.Fatal(err)
	}
	s.events = append(s.events, e)
	return e
}

// copy is the same story so far, which may go on otherwise.
func (s *story) copy() *story {
	other := *s
	other.c, other.events = s.c.Clone(), slices.Clone(s.events)
	return &other
}

// received opens a case by mail.
func received(t *testing.T, at string) *story {
	t.Helper()
	return opened(t, shipped(t), "mail", "domestic", at)
}

// opened opens a case under a contract, through a channel.
func opened(t *testing.T, con *contract.Contract, channel, region, at string) *story {
	t.Helper()
	s := &story{t: t, con: con, c: &cases.Case{}, channel: channel}
	when := s.at(at)
	s.add(when, yamada, cases.Opened{Number: 1, Organization: "aoba", Region: region, Language: "ja", Reception: when, Priority: string(con.InitialPriority())})
	facts, err := clock.Start(con, s.c, when)
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range facts {
		s.write(f.At, machine, f.Data)
	}
	return s
}

func (s *story) move(at string, side clock.Side, p, criterion string) clock.Effect {
	s.t.Helper()
	ch := clock.Change{Side: side, Priority: contract.PriorityID(p), Criterion: contract.ClauseID(criterion), Reason: "理由", At: s.at(at)}
	return s.change(ch)
}

// change takes a view of the priority into the case as a desk does.
func (s *story) change(ch clock.Change) clock.Effect {
	s.t.Helper()
	s.sweep(ch.At)
	e, err := clock.Move(s.con, s.c, ch)
	if err != nil {
		s.t.Fatal(err)
	}
	p, criterion := string(ch.Priority), string(ch.Criterion)
	switch ch.Side {
	case clock.Claim:
		s.add(ch.At, yamada, cases.PriorityClaimed{Priority: p, Criterion: criterion, Reason: "理由", Applied: string(e.Priority), Provisional: e.Provisional})
	case clock.Judgement:
		s.add(ch.At, sato, cases.PriorityJudged{Priority: p, Criterion: criterion, Reason: "理由", Applied: string(e.Priority), Provisional: e.Provisional})
	case clock.Agreement:
		s.add(ch.At, sato, cases.PriorityAgreed{Priority: p, Applied: string(e.Priority)})
	}
	for _, f := range e.Facts(ch.At) {
		s.write(f.At, machine, f.Data)
	}
	s.sweep(ch.At)
	return e
}

func (s *story) deadline(want string) {
	s.t.Helper()
	if got := s.c.First.Deadline.In(s.con.Zone()).Format("01-02 15:04:05"); got != want {
		s.t.Errorf("deadline %s, want %s", got, want)
	}
}

func (s *story) runs(want string, provisional bool) {
	s.t.Helper()
	if s.c.Priority != want || s.c.Provisional != provisional {
		s.t.Errorf("runs at %s (provisional %v), want %s (%v)", s.c.Priority, s.c.Provisional, want, provisional)
	}
}

const (
	interruption = "priority.high.interruption"
	leak         = "priority.high.data-or-security"
	agreed       = "priority.high.agreed"
	workaround   = "priority.medium.workaround"
	howTo        = "priority.low.how-to"
)

func TestAMailOnFridayEveningIsDueOnTuesday(t *testing.T) {
	received(t, "11-20 17:30:00").deadline("11-24 15:30:00") // scenario 18
}

func TestSixOClockIsClosed(t *testing.T) {
	received(t, "11-20 18:00:00").deadline("11-24 16:00:00")
	received(t, "11-20 17:59:59").deadline("11-24 15:59:59")
}

func TestAYearEndClosureDoesNotCount(t *testing.T) {
	s := received(t, "12-28 17:00:00") // scenario 20
	s.move("12-28 17:00:00", clock.Judgement, "low", howTo)
	if got := s.c.First.Deadline.In(s.con.Zone()).Format(time.DateTime); got != "2027-01-04 17:00:00" {
		t.Errorf("deadline %s", got)
	}
}

func TestAClaimByTheCriteriaRunsProvisionallyFromItsInstant(t *testing.T) {
	s := received(t, "11-22 03:00:00") // scenario 3
	s.move("11-22 03:00:00", clock.Claim, "high", interruption)
	s.runs("high", true)
	s.deadline("11-24 12:00:00")
}

func TestALowCaseClaimedHighIsDueTwoHoursAfterTheClaim(t *testing.T) {
	s := received(t, "11-20 17:30:00") // scenario 9
	s.move("11-20 17:40:00", clock.Judgement, "low", howTo)
	s.deadline("11-24 17:30:00")
	s.move("11-24 10:30:00", clock.Claim, "high", leak)
	s.runs("high", true)
	s.deadline("11-24 12:30:00")
	e := s.move("11-24 11:00:00", clock.Judgement, "high", leak)
	s.runs("high", false)
	s.deadline("11-24 12:30:00")
	if e.Target == nil || e.Target.Provisional {
		t.Errorf("confirming leaves it provisional: %+v", e.Target)
	}
}

func TestTheEarlierDeadlineStays(t *testing.T) {
	s := received(t, "11-20 10:00:00")
	s.deadline("11-20 16:00:00")
	e := s.move("11-20 15:00:00", clock.Claim, "high", interruption)
	s.deadline("11-20 16:00:00")
	if e.Target == nil || !e.Target.Kept || e.Target.Priority != "high" {
		t.Errorf("target %+v", e.Target)
	}
}

func TestADeclinedClaimCountsFromTheReception(t *testing.T) {
	s := received(t, "11-20 13:00:00")
	s.move("11-20 14:00:00", clock.Claim, "high", interruption)
	s.deadline("11-20 16:00:00")
	e := s.move("11-20 15:00:00", clock.Judgement, "medium", workaround)
	if !e.Declines {
		t.Error("the claim was declined, and nobody says so")
	}
	s.runs("medium", false)
	s.deadline("11-24 11:00:00")
}

func TestALoweringThatWouldBePastKeepsTheRunningDeadline(t *testing.T) {
	s := received(t, "11-20 10:00:00")
	s.move("11-20 10:05:00", clock.Judgement, "low", howTo) // due 18:00
	s.deadline("11-20 18:00:00")
	s.move("11-20 17:00:00", clock.Judgement, "medium", workaround) // 17:00 + 6 h is later: 18:00 stays
	s.deadline("11-20 18:00:00")
}

func TestAClaimOfHighForAnotherReasonWaitsForTheAgreement(t *testing.T) {
	s := received(t, "11-20 10:00:00")
	e := s.move("11-20 11:00:00", clock.Claim, "high", agreed)
	if !e.Agreement || e.Target != nil {
		t.Errorf("effect %+v", e)
	}
	s.runs("medium", false)
	s.move("11-20 12:00:00", clock.Agreement, "high", agreed)
	s.runs("high", false)
	s.deadline("11-20 13:00:00") // from the claim: the time to agree is not taken from the customer
}

func TestAfterTheResponseThereIsNoSecondTarget(t *testing.T) {
	s := received(t, "11-24 10:00:00") // scenario 8
	at := s.at("11-24 15:50:00")
	s.add(at, sato, cases.Replied{Message: "m", Kind: cases.InitialResponse})
	e := s.move("11-24 16:30:00", clock.Claim, "high", interruption)
	if e.Target != nil || s.c.First.Verdict != cases.Met {
		t.Errorf("effect %+v, verdict %q", e, s.c.First.Verdict)
	}
	s.runs("high", true)
}

func TestAReplyAtTheVerySecondOfTheDeadlineMeetsIt(t *testing.T) {
	s := received(t, "11-20 10:00:00")
	at := s.at("11-20 16:00:00")
	if clock.Overdue(s.c, at) != nil || len(clock.Overdue(s.c, at.Add(time.Microsecond))) != 1 {
		t.Error("the deadline itself is in time, and after it is missed")
	}
	late := s.copy()
	late.add(at.Add(time.Microsecond), sato, cases.Replied{Message: "m", Kind: cases.InitialResponse})
	if v := late.c.First; v.Verdict != cases.Missed || !v.Decided.Equal(at) || !v.Late.Equal(at.Add(time.Microsecond)) {
		t.Errorf("a microsecond later: %+v", v)
	}
	s.add(at, sato, cases.Replied{Message: "m", Kind: cases.InitialResponse})
	if v := s.c.First; v.Verdict != cases.Met || v.Spare != 0 || v.Used != 6*time.Hour || v.Answer != "m" {
		t.Errorf("verdict %+v", v)
	}
}

func TestAVerdictIsNotMovedByALaterPriority(t *testing.T) {
	s := received(t, "11-20 10:00:00")
	s.add(s.at("11-20 16:00:00"), cases.Actor{Kind: cases.System}, cases.TargetMissed{Metric: cases.FirstResponse, Deadline: s.c.First.Deadline})
	if e := s.move("11-20 17:00:00", clock.Judgement, "low", howTo); e.Target != nil {
		t.Errorf("a missed target was moved: %+v", e.Target)
	}
}

func TestLoweringAfterInvestigationIsAReassessment(t *testing.T) {
	s := received(t, "11-20 10:00:00")
	s.move("11-20 10:10:00", clock.Judgement, "high", interruption)
	e := s.move("11-20 11:00:00", clock.Judgement, "medium", workaround)
	if !e.Reassessed || e.Clauses[len(e.Clauses)-1] == "" {
		t.Errorf("effect %+v", e)
	}
	s.deadline("11-20 16:00:00")
}

func TestAJudgementNamesCriterionAndReason(t *testing.T) {
	s := received(t, "11-20 10:00:00")
	for name, ch := range map[string]clock.Change{
		"no reason":         {Side: clock.Judgement, Priority: "high", Criterion: interruption},
		"no criterion":      {Side: clock.Judgement, Priority: "high", Reason: "x"},
		"another's":         {Side: clock.Judgement, Priority: "high", Criterion: howTo, Reason: "x"},
		"unknown priority":  {Side: clock.Judgement, Priority: "urgent", Criterion: howTo, Reason: "x"},
		"unknown criterion": {Side: clock.Claim, Priority: "high", Criterion: "nope"},
	} {
		if _, err := clock.Move(s.con, s.c, ch); !fault.Is(err, fault.Invalid) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestTheSegmentsAddUpToTheTarget(t *testing.T) {
	s := received(t, "11-20 17:30:00")
	var counted time.Duration
	for i, seg := range s.c.First.Segments {
		if seg.Counted {
			counted += seg.To.Sub(seg.From)
		}
		if i > 0 && !seg.From.Equal(s.c.First.Segments[i-1].To) {
			t.Errorf("a gap before segment %d", i)
		}
	}
	if counted != s.c.First.Business {
		t.Errorf("counted %v of %v", counted, s.c.First.Business)
	}
}

func BenchmarkOneDeadline(b *testing.B) {
	name, data, err := contracts.Read(contracts.Default)
	if err != nil {
		b.Fatal(err)
	}
	con, err := contract.Load(name, data)
	if err != nil {
		b.Fatal(err)
	}
	at := time.Date(2026, 11, 20, 8, 30, 0, 0, time.UTC)
	b.ReportAllocs()
	for i := range b.N {
		if _, err := clock.Open(con, "mail", "domestic", "medium", at.Add(time.Duration(i%1_000_000)*time.Minute)); err != nil {
			b.Fatal(err)
		}
	}
}
