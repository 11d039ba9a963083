// Package cases is the desk's record of one matter: its events, its state as
// a fold of them, and the commands that may happen next.
//
// It owns what a history may contain and in which order. It refuses to do
// I/O, to read a clock, and to compute business time: deadlines arrive as
// decided facts from package clock. It knows no contract: priorities and
// clauses are opaque ids here.
//
// Start reading at [Case] and [Fold]; the commands are in the files named
// after them.
package cases

import (
	"fmt"
	"slices"
	"time"

	"madoguchi/terms/fault"
)

// View is one side's opinion of the priority.
type View struct {
	Priority  string
	Criterion string // clause id; empty when the side gave none
	Reason    string
	By        Actor
	Channel   string
	At        time.Time
}

// Verdict is what became of a target. It latches: later edits of calendars,
// contracts and priorities never rewrite it.
type Verdict string

// The verdicts. The zero value means that nothing is decided yet.
const (
	Undecided Verdict = ""
	Met       Verdict = "met"
	Missed    Verdict = "missed"
)

// Target is the running or decided clock of one metric.
type Target struct {
	TargetSet
	Set        time.Time // when this deadline was given
	Verdict    Verdict
	Decided    time.Time     // the response, or the deadline that passed
	Used       time.Duration // business time at the response
	Spare      time.Duration // business time left at the response
	Superseded int           // how many verdicts were superseded; each stays in the history
}

// Response is the initial response that stands.
type Response struct {
	At      time.Time
	By      Actor
	Message string
	To      int      // how many recipients it went to
	Failed  []string // recipients that have not got it, for good
}

// Participant is a person on the customer's side of the case.
type Participant struct {
	Person   Address
	Contact  string // registry id; empty for an unregistered person
	Verified bool
}

// Case is the state of one matter: exactly what its events say.
type Case struct {
	ID           ID
	Number       int64
	Version      int // Seq of the last event
	Subject      string
	Organization string // empty while unidentified
	OrgName      string
	Contact      string
	Person       Address
	Region       string
	Language     string
	Channel      string
	Contract     string
	Reception    time.Time
	Updated      time.Time
	Status       Status
	StatusReason string
	Assignee     Actor // zero: nobody

	Initial     string // the contract's initial priority
	Priority    string // what the case runs at
	Provisional bool   // until a person of the desk judges
	Claim       *View  // the customer's standing view
	Judgement   *View  // the desk's
	Agreement   *View  // of both sides
	Objection   *View  // the customer's, unanswered by a supervisor

	PriorityVersion int // Seq of the last event that moved a view or a target

	First    *Target   // the target of the initial response
	Earlier  []Target  // decided targets that a renewed one followed
	Response *Response // the initial response that stands
	OutOf    string    // clause id by which the matter is out of scope; empty otherwise

	Participants []Participant
	MessageIDs   []string // of all messages, oldest first, for References
	Undelivered  []string // outgoing messages that failed for good
	LastInbound  time.Time
	LastOutbound time.Time
	Ball         ActorKind // who has to act next: Agent or Customer

	Frozen string // the event type that this build cannot read; empty normally
}

// Fold replays a history. The events must be of one case, in order and
// without a gap.
func Fold(events []Event) (*Case, error) {
	if len(events) == 0 {
		return nil, fault.New(fault.NotFound, "ケースが見つかりません。", "There is no such case.")
	}
	c := &Case{}
	for _, e := range events {
		if err := c.Apply(e); err != nil {
			return nil, err
		}
	}
	return c, nil
}

// Apply takes the next event into the state.
func (c *Case) Apply(e Event) error {
	if e.Seq != c.Version+1 {
		return fmt.Errorf("case %s: event %d follows %d", e.Case, e.Seq, c.Version)
	}
	if _, first := e.Data.(Opened); first != (c.Version == 0) {
		return fmt.Errorf("case %s: %s cannot be event %d", e.Case, e.Data.Type(), e.Seq)
	}
	c.Version = e.Seq
	c.Updated = e.At
	c.apply(e)
	return nil
}

func (c *Case) apply(e Event) {
	switch d := e.Data.(type) {
	case Opened:
		c.ID, c.Number, c.Subject = e.Case, d.Number, d.Subject
		c.Organization, c.OrgName, c.Contact, c.Person = d.Organization, d.OrgName, d.Contact, d.Person
		c.Region, c.Language, c.Channel, c.Contract = d.Region, d.Language, e.Channel, e.Contract
		c.Reception, c.Status, c.Ball = d.Reception, New, Agent
		c.Initial, c.Priority = d.Priority, d.Priority
	case Identified:
		c.Organization, c.OrgName, c.Contact = d.Organization, d.OrgName, d.Contact
		c.Region, c.Language, c.Contract = d.Region, d.Language, e.Contract
	case Retitled:
		c.Subject = d.After
	case MessageReceived, Acknowledged, Replied, DeliveryAccepted, DeliveryFailed:
		c.applyMessage(e)
	case PriorityClaimed, PriorityJudged, PriorityAgreed, PriorityObjected:
		c.applyPriority(e)
	case TargetSet, TargetMet, TargetMissed, VerdictSuperseded:
		c.applyTarget(e)
	case ContractRebased:
		c.Contract = d.To
	case StatusChanged:
		c.Status, c.StatusReason = d.To, d.Reason
		if d.To == Waiting {
			c.Ball = Customer
		} else {
			c.Ball = Agent
		}
	case Assigned:
		c.Assignee = Actor{}
		if d.Agent != "" {
			c.Assignee = Actor{Kind: Agent, ID: d.Agent, Name: d.Name}
		}
	case ParticipantJoined:
		c.join(Participant(d))
	case ScopeDecided:
		c.OutOf = ""
		if d.Out {
			c.OutOf = d.Clause
		}
	case Noted:
	case Unknown:
		c.Frozen = d.Name
	}
}

func (c *Case) applyMessage(e Event) {
	switch d := e.Data.(type) {
	case MessageReceived:
		c.MessageIDs = append(c.MessageIDs, d.MessageID)
		if d.Auto == "" {
			c.LastInbound = d.Received
		}
	case Acknowledged:
		c.MessageIDs = append(c.MessageIDs, d.MessageID)
	case Replied:
		c.MessageIDs = append(c.MessageIDs, d.MessageID)
		c.LastOutbound = e.At
		if d.Kind == InitialResponse && c.Response == nil {
			c.Response = &Response{At: e.At, By: e.Actor, Message: d.Message, To: len(d.To) + len(d.Cc)}
		}
	case DeliveryFailed:
		if !slices.Contains(c.Undelivered, d.Message) {
			c.Undelivered = append(c.Undelivered, d.Message)
		}
		if r := c.Response; r != nil && r.Message == d.Message && !slices.Contains(r.Failed, d.Recipient) {
			r.Failed = append(r.Failed, d.Recipient)
		}
	}
}

func (c *Case) applyPriority(e Event) {
	c.PriorityVersion = e.Seq
	view := &View{By: e.Actor, Channel: e.Channel, At: e.At}
	switch d := e.Data.(type) {
	case PriorityClaimed:
		view.Priority, view.Criterion, view.Reason = d.Priority, d.Criterion, d.Reason
		c.Claim, c.Priority, c.Provisional = view, d.Applied, d.Provisional
	case PriorityJudged:
		view.Priority, view.Criterion, view.Reason = d.Priority, d.Criterion, d.Reason
		c.Judgement, c.Priority, c.Provisional, c.Objection = view, d.Applied, d.Provisional, nil
	case PriorityAgreed:
		view.Priority = d.Priority
		c.Agreement, c.Priority, c.Provisional, c.Objection = view, d.Applied, false, nil
	case PriorityObjected:
		view.Priority, view.Reason = d.Priority, d.Reason
		c.Objection = view
	}
}

func (c *Case) applyTarget(e Event) {
	c.PriorityVersion = e.Seq
	switch d := e.Data.(type) {
	case TargetSet:
		if d.Metric != FirstResponse {
			return
		}
		t := &Target{TargetSet: d, Set: e.At}
		switch {
		case d.Renewed && c.First != nil:
			c.Earlier = append(c.Earlier, *c.First)
			c.Response = nil
		case c.First != nil:
			// A verdict latches: a later deadline never rewrites it.
			t.Verdict, t.Decided, t.Used, t.Spare, t.Superseded = c.First.Verdict, c.First.Decided, c.First.Used, c.First.Spare, c.First.Superseded
		}
		c.First = t
	case TargetMet:
		if c.First != nil && d.Metric == FirstResponse {
			c.First.Verdict, c.First.Decided, c.First.Used, c.First.Spare = Met, d.At, d.Used, d.Spare
		}
	case TargetMissed:
		if c.First != nil && d.Metric == FirstResponse {
			c.First.Verdict, c.First.Decided = Missed, d.Deadline
		}
	case VerdictSuperseded:
		if c.First != nil && d.Metric == FirstResponse {
			c.First.Verdict, c.First.Decided, c.First.Used, c.First.Spare = Undecided, time.Time{}, 0, 0
			c.First.Superseded++
			c.Response = nil
		}
	}
}

func (c *Case) join(p Participant) {
	for i, have := range c.Participants {
		if have.Person.Addr == p.Person.Addr {
			c.Participants[i] = p
			return
		}
	}
	c.Participants = append(c.Participants, p)
}

// Owes reports whether the initial response is still owed: a target runs or
// was missed, and no response stands.
func (c *Case) Owes() bool {
	return c.First != nil && c.Response == nil && c.Status != Closed && c.Status != Resolved
}

// Done reports whether the desk considers the matter finished.
func (c *Case) Done() bool { return c.Status == Resolved || c.Status == Closed }

// Participant returns the person with that address, if they take part.
func (c *Case) Participant(addr string) (Participant, bool) {
	for _, p := range c.Participants {
		if p.Person.Addr == addr {
			return p, true
		}
	}
	return Participant{}, false
}

// Clone returns a copy that shares nothing with c.
func (c *Case) Clone() *Case {
	d := *c
	d.Claim, d.Judgement, d.Agreement, d.Objection = clone(c.Claim), clone(c.Judgement), clone(c.Agreement), clone(c.Objection)
	d.First, d.Response = clone(c.First), clone(c.Response)
	if d.Response != nil {
		d.Response.Failed = slices.Clone(d.Response.Failed)
	}
	d.Earlier = slices.Clone(c.Earlier)
	d.Participants = slices.Clone(c.Participants)
	d.MessageIDs = slices.Clone(c.MessageIDs)
	d.Undelivered = slices.Clone(c.Undelivered)
	return &d
}

func clone[T any](p *T) *T {
	if p == nil {
		return nil
	}
	v := *p
	return &v
}
