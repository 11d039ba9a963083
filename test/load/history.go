package main

import (
	"fmt"
	"strings"
	"time"

	"madoguchi/terms/cases"
	"madoguchi/terms/clock"
	"madoguchi/terms/contract"
	"madoguchi/test/program"
)

// story is what happens to one case, as the acts of the desk would record it.
// Lengths count from the reception; zero: it does not happen.
type story struct {
	number    int64
	reception time.Time
	unknown   bool // the sender is nobody's registered contact
	urgent    bool // the words claim the most urgent priority
	judged    time.Duration
	priority  contract.PriorityID
	criterion contract.ClauseID
	answered  time.Duration
}

// storyOf gives the i-th case its course: of ten cases five are answered as
// they came, two are judged Low, one claims High, one is never answered, and
// one comes from nobody the desk knows.
func storyOf(i int, reception time.Time) story {
	s := story{number: int64(i + 1), reception: reception}
	slow := time.Duration(i*7919%601) * time.Minute // up to ten hours, differently each time
	switch i % 10 {
	case 0, 1, 2, 3, 4:
		s.answered = 20*time.Minute + slow
	case 5, 6:
		s.judged, s.priority, s.criterion = 15*time.Minute, "low", "priority.low.how-to"
		s.answered = time.Hour + 2*slow
	case 7:
		s.urgent = true
		s.judged, s.priority, s.criterion = 10*time.Minute, "high", "priority.high.interruption"
		s.answered = 20*time.Minute + slow/4
	case 9:
		s.unknown = true
	}
	return s
}

func (s story) text() string {
	if s.urgent {
		return "全社員がログインできません。業務が停止しています。至急ご対応をお願いいたします。"
	}
	return "レポートが一部表示されません。ご確認をお願いいたします。"
}

func (s story) sender() string {
	if s.unknown {
		return fmt.Sprintf("stranger%d@nowhere.example", s.number)
	}
	return program.Customer(int(s.number) % customers)
}

// recorder writes a story's history by the same pure decisions as the desk.
type recorder struct {
	con    *contract.Contract
	id     func() string
	known  func(addr string) (contact, organization, name string)
	c      *cases.Case
	events []cases.Event
}

// record returns the history of a story as far as it has come at an instant.
func (r *recorder) record(s story, until time.Time) ([]cases.Event, error) {
	r.c, r.events = &cases.Case{ID: cases.ID(r.id())}, nil
	if err := r.received(s); err != nil {
		return nil, err
	}
	r.late(s.reception)
	if at := s.reception.Add(s.judged); s.judged > 0 && !at.After(until) {
		if err := r.judged(s, at); err != nil {
			return nil, err
		}
	}
	if at := s.reception.Add(s.answered); s.answered > 0 && !at.After(until) {
		r.answered(at)
	}
	r.late(until)
	return r.events, nil
}

func (r *recorder) write(at time.Time, by cases.Actor, channel string, facts ...cases.Data) {
	for _, d := range facts {
		if d == nil {
			continue
		}
		e := cases.Event{Case: r.c.ID, Seq: r.c.Version + 1, At: at.UTC().Truncate(time.Microsecond), Actor: by, Channel: channel, Contract: r.con.Ref(), Clauses: []string{"response.targets"}, Data: d}
		_ = r.c.Apply(e) // the store applies it again, and says what is wrong
		r.events = append(r.events, e)
		if follow, err := clock.Follow(r.con, r.c, e); err == nil { // a calendar that ends is the desk's to report
			for _, f := range follow {
				r.write(f.At, bySystem, channel, f.Data)
			}
		}
	}
}

var (
	bySystem = cases.Actor{Kind: cases.System}
	bySato   = cases.Actor{Kind: cases.Agent, ID: "sato", Name: "佐藤"}
)

// late judges a deadline that passed without a response.
func (r *recorder) late(now time.Time) {
	for _, missed := range clock.Overdue(r.c, now) {
		r.write(missed.Deadline, bySystem, "", missed)
	}
}

func (r *recorder) received(s story) error {
	contact, organization, name := r.known(s.sender())
	from := cases.Address{Name: name, Addr: s.sender()}
	by := cases.Actor{Kind: cases.Customer, ID: contact, Name: name}
	mail := r.id() + "@customer.example"
	region := r.con.Regions()[0].ID
	log := strings.Repeat("操作の記録を以下に貼り付けます。 2026-11-25 10:00:00 GET /reports 500\n", 5)
	m := cases.MessageReceived{
		Message: r.id(), Source: r.id(), From: from, To: []cases.Address{{Addr: program.Support}}, Subject: fmt.Sprintf("レポート %d", s.number),
		Text: s.text() + "\n" + log, New: s.text() + "\n" + log, MessageID: mail, Verified: !s.unknown, Joined: "new", Received: s.reception,
	}
	r.write(s.reception, by, "mail", cases.Opened{
		Number: s.number, Subject: m.Subject, Organization: organization, OrgName: name, Contact: contact, Person: from,
		Region: string(region), Language: "ja", Reception: s.reception, Priority: string(r.con.InitialPriority()),
	}, m, cases.ParticipantJoined{Person: from, Contact: contact, Verified: !s.unknown})
	if !s.unknown {
		first, err := clock.Open(r.con, "mail", region, r.con.InitialPriority(), s.reception)
		if err != nil {
			return err
		}
		r.write(s.reception, by, "mail", first.Target)
		if err := r.claimed(s, by); err != nil {
			return err
		}
	}
	r.write(s.reception, bySystem, "mail", cases.Acknowledged{
		Message: r.id(), To: []cases.Address{from}, Subject: m.Subject, Text: acknowledgement, MessageID: r.id() + "@desk.example", Said: []string{"response.facts-asked"},
	})
	return nil
}

const acknowledgement = `お問い合わせを受け付けました。担当者よりご連絡いたします。
問題の内容、影響の範囲、再現の可否、手順を、できるだけお知らせください。`

func (r *recorder) claimed(s story, by cases.Actor) error {
	claim, ok := r.con.Recognise(s.text())
	if !ok {
		return nil
	}
	effect, err := clock.Move(r.con, r.c, clock.Change{Side: clock.Claim, Priority: claim.Priority, Criterion: claim.Criterion, Reason: claim.Words, At: s.reception})
	if err != nil {
		return err
	}
	r.write(s.reception, by, "mail", cases.PriorityClaimed{
		Priority: string(claim.Priority), Criterion: string(claim.Criterion), Reason: claim.Words, Applied: string(effect.Priority), Provisional: effect.Provisional,
	})
	if effect.Target != nil {
		r.write(s.reception, by, "mail", *effect.Target)
	}
	return nil
}

func (r *recorder) judged(s story, at time.Time) error {
	r.late(at)
	reason := "基準に照らして判断しました。"
	effect, err := clock.Move(r.con, r.c, clock.Change{Side: clock.Judgement, Priority: s.priority, Criterion: s.criterion, Reason: reason, At: at})
	if err != nil {
		return err
	}
	r.write(at, bySato, "", cases.PriorityJudged{
		Priority: string(s.priority), Criterion: string(s.criterion), Reason: reason, Declines: effect.Declines, Reassessed: effect.Reassessed,
		Applied: string(effect.Priority), Provisional: effect.Provisional,
	})
	if effect.Target != nil {
		r.write(at, bySato, "", *effect.Target)
	}
	return nil
}

func (r *recorder) answered(at time.Time) {
	r.late(at)
	reply := cases.Replied{
		Message: r.id(), Kind: cases.InitialResponse, To: []cases.Address{r.c.Person}, Subject: "Re: " + r.c.Subject,
		Text: answer, MessageID: r.id() + "@desk.example",
	}
	r.write(at, bySato, "", reply)
	r.write(at, bySato, "", cases.StatusChanged{From: r.c.Status, To: cases.Waiting}, cases.Assigned{Agent: "sato", Name: "佐藤"})
}

const answer = "いつもお世話になっております。\n事象を確認いたしました。設定をご確認ください。"
