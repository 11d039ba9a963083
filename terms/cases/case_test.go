package cases_test

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"madoguchi/terms/cases"
	"madoguchi/terms/fault"
)

var (
	noon     = time.Date(2026, 11, 20, 3, 0, 0, 0, time.UTC)
	sato     = cases.Actor{Kind: cases.Agent, ID: "a1", Name: "佐藤"}
	yamada   = cases.Address{Name: "山田", Addr: "yamada@aoba.example"}
	stranger = cases.Address{Addr: "who@else.example"}
)

// story builds a history step by step, as the desk does.
type story struct {
	t      *testing.T
	c      *cases.Case
	events []cases.Event
}

func newStory(t *testing.T) *story {
	s := &story{t: t, c: &cases.Case{}}
	s.add(noon, cases.Actor{Kind: cases.Customer, Name: "山田"},
		cases.Opened{Number: 1, Subject: "ログインできない", Organization: "aoba", Person: yamada, Reception: noon, Priority: "medium", Language: "ja"},
		cases.ParticipantJoined{Person: yamada, Contact: "c1", Verified: true},
		cases.TargetSet{Metric: cases.FirstResponse, Priority: "medium", Deadline: noon.Add(4 * time.Hour), Business: 6 * time.Hour})
	return s
}

func (s *story) add(at time.Time, by cases.Actor, facts ...cases.Data) {
	s.t.Helper()
	for _, f := range facts {
		e := cases.Event{Case: "k1", Seq: s.c.Version + 1, At: at, Actor: by, Data: f}
		if err := s.c.Apply(e); err != nil {
			s.t.Fatal(err)
		}
		s.events = append(s.events, e)
	}
}

func TestTheStateIsWhatTheEventsSay(t *testing.T) {
	s := newStory(t)
	s.add(noon.Add(time.Hour), sato, cases.Replied{Message: "m1", Kind: cases.InitialResponse, MessageID: "m1@desk"},
		cases.TargetMet{Metric: cases.FirstResponse, Deadline: noon.Add(4 * time.Hour), At: noon.Add(time.Hour)},
		cases.StatusChanged{From: cases.New, To: cases.Waiting})
	again, err := cases.Fold(s.events)
	if err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff(s.c, again); d != "" {
		t.Errorf("replaying gives another state:\n%s", d)
	}
	if s.c.First.Verdict != cases.Met || s.c.Ball != cases.Customer || s.c.Owes() {
		t.Errorf("verdict %q, ball %q, owes %v", s.c.First.Verdict, s.c.Ball, s.c.Owes())
	}
}

func TestAVerdictLatches(t *testing.T) {
	s := newStory(t)
	s.add(noon.Add(4*time.Hour), cases.Actor{Kind: cases.System}, cases.TargetMissed{Metric: cases.FirstResponse, Deadline: noon.Add(4 * time.Hour)})
	s.add(noon.Add(5*time.Hour), sato, cases.TargetSet{Metric: cases.FirstResponse, Priority: "low", Deadline: noon.Add(99 * time.Hour)})
	if s.c.First.Verdict != cases.Missed {
		t.Errorf("a later deadline rewrote the verdict: %q", s.c.First.Verdict)
	}
}

func TestAReplyThatBouncedForGoodIsNoInitialResponse(t *testing.T) {
	s := newStory(t)
	s.add(noon.Add(time.Hour), sato, cases.Replied{Message: "m1", Kind: cases.InitialResponse},
		cases.TargetMet{Metric: cases.FirstResponse, At: noon.Add(time.Hour)})
	s.add(noon.Add(2*time.Hour), cases.Actor{Kind: cases.System}, s.c.Undeliverable(cases.DeliveryFailed{Message: "m1", Bounce: true})...)
	if s.c.Response != nil || s.c.First.Verdict != cases.Undecided || s.c.First.Superseded != 1 || !s.c.Owes() {
		t.Errorf("the customer got no answer, but the case says: %+v", s.c.First)
	}
}

func TestOnlyAConfirmedPersonIsWrittenTo(t *testing.T) {
	s := newStory(t)
	facts, err := s.c.Receive(cases.MessageReceived{Message: "m2", From: stranger}, cases.Participant{Person: stranger})
	if err != nil {
		t.Fatal(err)
	}
	s.add(noon, cases.Actor{Kind: cases.Customer}, facts...)
	reply := cases.Replied{Kind: cases.InitialResponse, Text: "承知しました", To: []cases.Address{stranger}}
	if _, err := s.c.Reply(reply, cases.Waiting); !fault.Is(err, fault.Invalid) {
		t.Errorf("an unverified sender was written to: %v", err)
	}
	facts, err = s.c.Confirm(stranger.Addr)
	if err != nil {
		t.Fatal(err)
	}
	s.add(noon, sato, facts...)
	if _, err := s.c.Reply(reply, cases.Waiting); err != nil {
		t.Errorf("after confirming: %v", err)
	}
}

func TestWhatIsNoInitialResponse(t *testing.T) {
	s := newStory(t)
	for _, f := range []cases.Data{
		cases.Noted{Text: "調査中"},
		cases.Acknowledged{MessageID: "ack@desk"},
		cases.StatusChanged{From: cases.New, To: cases.Open},
		cases.Replied{Kind: cases.ReceptionOnly, Message: "m0", MessageID: "m0@desk"},
		cases.Assigned{Agent: "a1"},
	} {
		s.add(noon, sato, f)
		if s.c.Response != nil {
			t.Fatalf("%s counted as the initial response", f.Type())
		}
	}
}

func TestAnAutoReplyReopensNothing(t *testing.T) {
	s := newStory(t)
	s.add(noon, sato, cases.StatusChanged{From: cases.New, To: cases.Waiting})
	facts, err := s.c.Receive(cases.MessageReceived{From: yamada, Auto: "auto-submitted"}, cases.Participant{Person: yamada, Verified: true})
	if err != nil || len(facts) != 1 {
		t.Errorf("facts %v, err %v", facts, err)
	}
}

func TestAnEventOfANewerBuildFreezesItsCase(t *testing.T) {
	s := newStory(t)
	d, err := cases.Decode("case.teleported/7", []byte(`{"to":"mars"}`))
	if err != nil {
		t.Fatal(err)
	}
	s.add(noon, sato, d)
	if _, err := s.c.Note(cases.Noted{Text: "x"}); !fault.Is(err, fault.Conflict) {
		t.Errorf("a case that cannot be read whole was changed: %v", err)
	}
}

func TestClosingWithoutAResponseWantsAReason(t *testing.T) {
	s := newStory(t)
	if _, err := s.c.SetStatus(cases.Closed, " "); !fault.Is(err, fault.Invalid) {
		t.Errorf("closed without a word: %v", err)
	}
	if _, err := s.c.SetStatus(cases.Closed, "迷惑メールのため"); err != nil {
		t.Error(err)
	}
}

func TestEveryPayloadSurvivesStorage(t *testing.T) {
	want := cases.TargetSet{
		Metric: cases.FirstResponse, Priority: "high", Cause: cases.CauseClaimed, From: noon, Deadline: noon.Add(time.Hour),
		Segments: []cases.Segment{{From: noon, To: noon.Add(time.Hour), Counted: true, Reason: "open"}}, Readings: map[string]string{"priority.claim": "provisional"},
	}
	raw, err := cases.Encode(want)
	if err != nil {
		t.Fatal(err)
	}
	got, err := cases.Decode(want.Type(), raw)
	if err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff(cases.Data(want), got); d != "" {
		t.Error(d)
	}
	again, err := cases.Encode(got)
	if err != nil || string(again) != string(raw) {
		t.Errorf("equal payloads are not equal bytes: %s / %s (%v)", raw, again, err)
	}
}

func FuzzDecode(f *testing.F) {
	f.Add("case.opened/1", []byte(`{"number":1}`))
	f.Add("x", []byte(`{`))
	f.Fuzz(func(t *testing.T, name string, raw []byte) {
		if d, err := cases.Decode(name, raw); err == nil && d == nil {
			t.Fatal("neither payload nor error")
		}
	})
}

func TestTheInitialResponseMayResolveTheCaseAtOnce(t *testing.T) {
	s := newStory(t)
	reply := cases.Replied{Kind: cases.InitialResponse, Message: "m1", Text: "設定画面の手順をご案内します", To: []cases.Address{yamada}}
	facts, err := s.c.Reply(reply, cases.Resolved)
	if err != nil || len(facts) != 2 {
		t.Fatalf("facts %v, err %v", facts, err)
	}
	reply.Kind = cases.ReceptionOnly
	if _, err := s.c.Reply(reply, cases.Resolved); !fault.Is(err, fault.Invalid) {
		t.Errorf("a bare reception resolved a case that owes its answer: %v", err)
	}
}
