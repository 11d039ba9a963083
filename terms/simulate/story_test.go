package simulate_test

import (
	"cmp"
	"strings"
	"testing"
	"time"

	"madoguchi/contracts"
	"madoguchi/terms/cases"
	"madoguchi/terms/clock"
	"madoguchi/terms/contract"
	"madoguchi/terms/simulate"
)

var (
	sato   = cases.Actor{Kind: cases.Agent, ID: "sato", Name: "佐藤"}
	yamada = cases.Actor{Kind: cases.Customer, ID: "yamada", Name: "山田"}
	system = cases.Actor{Kind: cases.System}
)

// version is the shipped contract with parts of its text replaced: pairs of
// what stands there and what stands there instead.
func version(t testing.TB, edits ...string) *contract.Contract {
	t.Helper()
	name, data, err := contracts.Read(contracts.Default)
	if err != nil {
		t.Fatal(err)
	}
	text := string(data)
	for i := 0; i+1 < len(edits); i += 2 {
		if !strings.Contains(text, edits[i]) {
			t.Fatalf("the shipped contract does not say %q", edits[i])
		}
		text = strings.Replace(text, edits[i], edits[i+1], 1)
	}
	con, err := contract.Load(name, []byte(text))
	if err != nil {
		t.Fatal(err)
	}
	return con
}

// reads chooses another alternative of a reading.
func reads(t testing.TB, name, alternative string) *contract.Contract {
	t.Helper()
	file, data, err := contracts.Read(contracts.Default)
	if err != nil {
		t.Fatal(err)
	}
	before, after, ok := strings.Cut(string(data), "name: "+name+"\n")
	if !ok {
		t.Fatalf("the shipped contract has no reading %s", name)
	}
	i := strings.Index(after, "chosen: ")
	end := strings.Index(after[i:], "\n")
	con, err := contract.Load(file, []byte(before+"name: "+name+"\n"+after[:i]+"chosen: "+`"`+alternative+`"`+after[i+end:]))
	if err != nil {
		t.Fatal(err)
	}
	return con
}

// story is a case that is recorded under a contract as the desk records it.
type story struct {
	id     cases.ID
	t      testing.TB
	con    *contract.Contract
	c      *cases.Case
	events []cases.Event
}

func (s *story) at(text string) time.Time {
	s.t.Helper()
	at, err := time.ParseInLocation("2006-01-02 15:04", "2026-"+text, s.con.Zone())
	if err != nil {
		s.t.Fatal(err)
	}
	return at
}

func (s *story) add(at time.Time, by cases.Actor, channel string, facts ...cases.Data) {
	s.t.Helper()
	for _, d := range facts {
		if d == nil {
			continue
		}
		e := cases.Event{Case: cmp.Or(s.id, "k"), Seq: s.c.Version + 1, At: at, Actor: by, Channel: channel, Contract: s.con.Ref(), Data: d}
		if err := s.c.Apply(e); err != nil {
			s.t.Fatal(err)
		}
		s.events = append(s.events, e)
		follow, err := clock.Follow(s.con, s.c, e)
		if err != nil {
			s.t.Fatal(err)
		}
		for _, f := range follow {
			s.add(f.At, system, channel, f.Data)
		}
	}
}

// late judges what has passed, as the sweep does.
func (s *story) late(now time.Time) {
	for _, missed := range clock.Overdue(s.c, now) {
		s.add(missed.Deadline, system, "", missed)
	}
}

// mail opens a case of a customer, "" for an unknown one.
func mail(t testing.TB, con *contract.Contract, at, organization, text string) *story {
	t.Helper()
	s := &story{t: t, con: con, c: &cases.Case{}}
	s.received(s.at(at), organization, "domestic", text)
	return s
}

func (s *story) received(when time.Time, organization, region, text string) {
	s.t.Helper()
	contact := ""
	if organization != "" {
		contact = "yamada"
	}
	s.add(when, yamada, "mail",
		cases.Opened{Number: 7, Organization: organization, OrgName: organization, Contact: contact, Region: region, Language: "ja", Reception: when, Priority: string(s.con.InitialPriority())},
		s.letter(when, text))
	s.start(when)
	s.words(when, text)
}

func (s *story) letter(when time.Time, text string) cases.MessageReceived {
	return cases.MessageReceived{Message: "m", Subject: "お問い合わせ", Text: text, New: text, Verified: s.c.Organization != "" || s.c.Version == 0, Received: when}
}

func (s *story) start(when time.Time) {
	s.t.Helper()
	if s.c.Organization == "" {
		return
	}
	facts, err := clock.Start(s.con, s.c, when)
	if err != nil {
		s.t.Fatal(err)
	}
	for _, f := range facts {
		s.add(f.At, system, "mail", f.Data)
	}
	s.late(when)
}

// words takes the claim that a mail's text makes.
func (s *story) words(when time.Time, text string) {
	s.t.Helper()
	claim, ok := s.con.Recognise("お問い合わせ\n" + text)
	if !ok || s.c.Organization == "" || s.c.Claim != nil && s.c.Claim.Priority == string(claim.Priority) && s.c.Claim.Criterion == string(claim.Criterion) {
		return
	}
	s.move(when, "mail", clock.Change{Side: clock.Claim, Priority: claim.Priority, Criterion: claim.Criterion, Reason: claim.Words, At: when})
}

// writes is a further mail of the customer.
func (s *story) writes(when time.Time, text string) {
	s.t.Helper()
	s.late(when)
	s.add(when, yamada, "mail", s.letter(when, text))
	s.words(when, text)
}

func (s *story) move(when time.Time, channel string, ch clock.Change) {
	s.t.Helper()
	s.late(when)
	e, err := clock.Move(s.con, s.c, ch)
	if err != nil {
		s.t.Fatal(err)
	}
	switch ch.Side {
	case clock.Claim:
		s.add(when, yamada, channel, cases.PriorityClaimed{Priority: string(ch.Priority), Criterion: string(ch.Criterion), Reason: ch.Reason, Applied: string(e.Priority), Provisional: e.Provisional})
	case clock.Judgement:
		s.add(when, sato, channel, cases.PriorityJudged{Priority: string(ch.Priority), Criterion: string(ch.Criterion), Reason: ch.Reason, Applied: string(e.Priority), Provisional: e.Provisional, Declines: e.Declines, Reassessed: e.Reassessed})
	case clock.Agreement:
		s.add(when, sato, channel, cases.PriorityAgreed{Priority: string(ch.Priority), Applied: string(e.Priority)})
	}
	for _, f := range e.Facts(when) {
		s.add(f.At, system, channel, f.Data)
	}
	s.late(when)
}

func (s *story) judges(when time.Time, p, criterion string) {
	s.t.Helper()
	s.move(when, "", clock.Change{Side: clock.Judgement, Priority: contract.PriorityID(p), Criterion: contract.ClauseID(criterion), Reason: "理由", At: when})
}

func (s *story) claims(when time.Time, p, criterion string) {
	s.t.Helper()
	s.move(when, "", clock.Change{Side: clock.Claim, Priority: contract.PriorityID(p), Criterion: contract.ClauseID(criterion), Reason: "電話で", At: when})
}

func (s *story) agrees(when time.Time, p string) {
	s.t.Helper()
	s.move(when, "", clock.Change{Side: clock.Agreement, Priority: contract.PriorityID(p), At: when})
}

func (s *story) replies(when time.Time, message string) {
	s.t.Helper()
	s.late(when)
	kind := cases.InitialResponse
	if s.c.Response != nil {
		kind = cases.FollowUp
	}
	s.add(when, sato, "", cases.Replied{Message: message, Kind: kind, To: []cases.Address{{Addr: "y@example.jp"}}})
}

func (s *story) bounces(when time.Time, message string) {
	s.t.Helper()
	s.late(when)
	s.add(when, system, "mail", s.c.Undeliverable(cases.DeliveryFailed{Message: message, Recipient: "y@example.jp", Bounce: true})...)
	s.late(when)
}

// undoes takes a reply back before it has left.
func (s *story) undoes(when time.Time, message string) {
	s.t.Helper()
	s.late(when)
	facts, err := s.c.Undo(s.events, message)
	if err != nil {
		return // undone already, or the case is closed to it
	}
	s.add(when, sato, "", facts...)
	s.late(when)
}

// retries sends a reply again to those whom it did not reach.
func (s *story) retries(when time.Time, message string) {
	s.t.Helper()
	s.late(when)
	again, err := s.c.Retry(s.events, message)
	if err != nil {
		return // it has reached everybody
	}
	s.add(when, sato, "", again)
}

// absorbs merges another case into the story's, and takes that back at once
// where undone says so.
func (s *story) absorbs(when time.Time, other *story, undone bool) {
	s.t.Helper()
	s.late(when)
	other.late(when)
	here, there, err := other.c.Merge(s.c, "同じお問い合わせ")
	if err != nil {
		return // they cannot be merged
	}
	s.add(when, sato, "", there...)
	moved, err := clock.Merge(s.con, s.c, other.c, when)
	if err != nil {
		s.t.Fatal(err)
	}
	for _, f := range moved {
		s.add(f.At, sato, "", f.Data)
	}
	s.late(when)
	other.add(when, sato, "", here...)
	if !undone {
		return
	}
	_, there, err = other.c.Unmerge(s.c, s.events)
	if err != nil {
		return // something has happened since
	}
	s.add(when, sato, "", there...)
	s.late(when)
}

// under replays the story under another version as of an instant.
func (s *story) under(con *contract.Contract, at string) simulate.Outcome {
	s.t.Helper()
	return player(s.t, s.con, con, s.at(at)).Play(s.events)
}

func player(t testing.TB, recorded, other *contract.Contract, at time.Time) *simulate.Player {
	t.Helper()
	return simulate.New(simulate.Config{
		Of: recorded.ID(), At: at,
		With:     func(string) (*contract.Contract, error) { return other, nil },
		Recorded: func(string) (*contract.Contract, error) { return recorded, nil },
	})
}

// says writes an outcome short: for each target its deadlines and verdicts.
func says(con *contract.Contract, o simulate.Outcome) string {
	if o.Why != nil {
		return string(o.Why.Cause) + " " + o.Why.Detail
	}
	var parts []string
	clock := func(c simulate.Clock) string {
		if !c.Set() {
			return "none"
		}
		return c.Priority + " " + c.Deadline.In(con.Zone()).Format("01-02 15:04") + " " + cmp.Or(string(c.Verdict), "open")
	}
	for _, p := range o.Targets {
		if p.Differs() {
			parts = append(parts, clock(p.Recorded)+" -> "+clock(p.Simulated))
		} else {
			parts = append(parts, clock(p.Recorded)+" stays")
		}
	}
	return strings.Join(parts, "; ")
}
