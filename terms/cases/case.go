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
	"cmp"
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

// Response is a reply that a person released, and whom it did not reach.
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
	StatusAt     time.Time    // since when
	HoldUntil    time.Time    // when a held case comes back by itself; zero: it does not
	Assignee     Actor        // zero: nobody
	Team         string       // registry id; empty: no team's
	TeamName     string       // as it was called when it got the case
	Product      string       // registry id; empty: not said
	Tags         []string     // registry ids, in the order in which they came
	Followers    []Followed   // people of the desk who want to hear of it, in the order in which they came
	Fields       []FieldValue // of the desk's own, by their ids

	Initial     string // the contract's initial priority
	Priority    string // what the case runs at
	Provisional bool   // until a person of the desk judges
	Claim       *View  // the customer's standing view
	Judgement   *View  // the desk's
	Agreement   *View  // of both sides
	Objection   *View  // the customer's, unanswered by a supervisor

	PriorityVersion int // Seq of the last event that moved a view or a target
	DecidedSeq      int // Seq of the last judgement or agreement, or change of contract

	Confirmations []Confirmation // that were asked for, oldest first
	Proven        []string       // messages that are their senders' own: see [Case.Trusts]

	First     *Target    // the target of the initial response
	Others    []Target   // those of the other metrics, each in its present round, in the order in which they came
	Earlier   []Target   // decided rounds that a renewed one followed, oldest first
	Response  *Response  // the initial response that stands
	Replies   []Response // all that responded, oldest first
	Waits     []Stretch  // while the case waited for somebody, oldest first
	Restored  time.Time  // when the service worked again; zero: not told
	Incidents []Incident // that it is linked to
	OutOf     string     // clause id by which the matter is out of scope; empty otherwise

	Tasks []Task // that people of the desk set themselves and each other, oldest first

	Participants []Participant
	MessageIDs   []string // of all messages, oldest first, for References
	Undelivered  []string // outgoing messages that failed for good
	LastMail     string   // the newest outgoing message
	Unreached    []string // recipients who have not got it, for good
	LastInbound  time.Time
	LastOutbound time.Time
	Ball         ActorKind // who has to act next: Agent or Customer

	Links     []Linked   // cases that belong with this one, in the order in which they were linked
	Scheduled *Scheduled // a reply that waits for its instant; nil normally
	Pending   *Pending   // a reply that waits for an approval; nil normally

	Splits []SplitOff // that took messages into cases of their own
	From   ID         // the case that this one was split from; empty normally

	Merged   *Merged    // where the matter is handled instead; nil normally
	Absorbed []Absorbed // cases that were merged into this one

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
	c.decided(e)
	return nil
}

func (c *Case) apply(e Event) {
	switch d := e.Data.(type) {
	case Opened:
		c.ID, c.Number, c.Subject = e.Case, d.Number, d.Subject
		c.Organization, c.OrgName, c.Contact, c.Person = d.Organization, d.OrgName, d.Contact, d.Person
		c.Region, c.Language, c.Channel, c.Contract = d.Region, d.Language, e.Channel, e.Contract
		c.Reception, c.Status, c.StatusAt, c.Ball = d.Reception, New, e.At, Agent
		c.Initial, c.Priority = d.Priority, d.Priority
	case Identified:
		c.Organization, c.OrgName, c.Contact = d.Organization, d.OrgName, d.Contact
		c.Region, c.Language, c.Contract = d.Region, d.Language, e.Contract
		c.Priority = cmp.Or(d.Priority, c.Priority)
	case Retitled:
		c.Subject = d.After
	case Merged, Absorbed, Unmerged, Released:
		c.applyMerge(e)
	case MessageReread:
		c.applyReread(d)
	case ReplyScheduled, ScheduleEnded:
		c.applySchedule(e)
	case ApprovalAsked, ApprovalReturned, ApprovalWithdrawn:
		c.applyApproval(e)
	case MessageReceived, Acknowledged, PriorityTold, Replied, DeliveryAccepted, DeliveryFailed, DeliveryDelayed:
		c.applyMessage(e)
	case ConfirmationAsked, ConfirmationGiven, ConfirmationDeclined:
		c.applyConfirmation(e)
	case TaskSet, TaskDone, TaskReopened, TaskDue:
		c.applyTask(e)
	case PriorityClaimed, PriorityJudged, PriorityAgreed, PriorityObjected:
		c.applyPriority(e)
	case TargetSet, TargetPaused, TargetCancelled, TargetMet, TargetMissed, VerdictSuperseded, ContractRebased:
		c.applyTarget(e)
	case StatusChanged:
		c.applyStatus(e.At, d)
		c.fulfil(e)
	case ServiceRestored:
		c.Restored = e.At
		c.fulfil(e)
	case IncidentLinked, IncidentUnlinked:
		c.applyIncident(e)
	case Assigned:
		c.Assignee = Actor{}
		if d.Agent != "" {
			c.Assignee = Actor{Kind: Agent, ID: d.Agent, Name: d.Name}
		}
	case TeamAssigned:
		c.Team, c.TeamName = d.Team, d.Name
	case ProductNamed:
		c.Product = d.Product
	case Tagged:
		c.applyTagged(d)
	case Followed, Unfollowed:
		c.applyFollow(e.Data)
	case FieldSet:
		c.applyField(d)
	case ParticipantJoined:
		c.join(Participant(d))
	case ScopeDecided:
		c.OutOf = ""
		if d.Out {
			c.OutOf = d.Clause
		}
	case ReplyUndone, DeliveryRetried:
		c.applyTakeback(e)
		if again, ok := e.Data.(DeliveryRetried); ok && again.Message == c.LastMail {
			c.Unreached = lacking(c.Unreached, again.Recipients)
		}
	case SplitOff, SplitFrom:
		c.applySplit(e.Data)
	case Linked, Unlinked:
		c.applyLink(e.Data)
	case Erased, Noted, FinishHeld, MissExplained, MacroRun, MacroUndone, BulkActed, BulkUndone, AcknowledgementWithheld, ReplyTakenOver, ApprovalGiven:
	case Unknown:
		c.Frozen = d.Name
	}
}

func (c *Case) applyMessage(e Event) {
	switch d := e.Data.(type) {
	case MessageReceived:
		c.MessageIDs = append(c.MessageIDs, d.MessageID)
		c.prove(d)
		if d.Auto == "" {
			c.LastInbound = d.Received
		}
	case Acknowledged:
		c.MessageIDs = append(c.MessageIDs, d.MessageID)
		c.LastMail, c.Unreached = d.Message, nil
	case PriorityTold: // not what the customer was last told of the matter: a reply may still come back
		c.MessageIDs = append(c.MessageIDs, d.MessageID)
	case Replied:
		c.MessageIDs = append(c.MessageIDs, d.MessageID)
		c.LastOutbound, c.LastMail, c.Unreached = e.At, d.Message, nil
		c.applyApproval(e)
		if d.Responds() {
			r := Response{At: e.At, By: e.Actor, Message: d.Message, To: len(d.To) + len(d.Cc)}
			c.Replies = append(c.Replies, r)
			if c.Response == nil && d.Kind != FollowUp {
				c.Response = &r
			}
			c.fulfil(e)
		}
		c.applySchedule(e)
	case DeliveryFailed:
		if !slices.Contains(c.Undelivered, d.Message) {
			c.Undelivered = append(c.Undelivered, d.Message)
		}
		if (d.Message == c.LastMail || len(c.Absorbed) > 0) && !slices.Contains(c.Unreached, d.Recipient) {
			c.Unreached = append(slices.Clip(c.Unreached), d.Recipient)
		}
		c.Response.failed(d)
		for i := range c.Replies {
			if r := &c.Replies[i]; r.Message == d.Message {
				r.failed(d)
				c.unreached(r)
			}
		}
	}
}

// failed notes a recipient that has not got the reply, for good.
func (r *Response) failed(d DeliveryFailed) {
	if r != nil && r.Message == d.Message && !slices.Contains(r.Failed, d.Recipient) {
		r.Failed = append(slices.Clip(r.Failed), d.Recipient)
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

func (c *Case) join(p Participant) {
	for i, have := range c.Participants {
		if have.Person.Addr == p.Person.Addr {
			c.Participants[i] = p
			return
		}
	}
	c.Participants = append(c.Participants, p)
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
	d.Others, d.Earlier = slices.Clone(c.Others), slices.Clone(c.Earlier)
	d.Replies, d.Waits, d.Incidents = slices.Clone(c.Replies), slices.Clone(c.Waits), slices.Clone(c.Incidents)
	d.Participants, d.Tasks = slices.Clone(c.Participants), slices.Clone(c.Tasks)
	d.MessageIDs = slices.Clone(c.MessageIDs)
	d.Links, d.Splits = slices.Clone(c.Links), slices.Clone(c.Splits)
	d.Scheduled, d.Pending = clone(c.Scheduled), clone(c.Pending)
	d.Merged, d.Absorbed = clone(c.Merged), slices.Clone(c.Absorbed)
	d.Tags, d.Fields, d.Followers = slices.Clone(c.Tags), slices.Clone(c.Fields), slices.Clone(c.Followers)
	d.Undelivered = slices.Clone(c.Undelivered)
	d.Unreached = slices.Clone(c.Unreached)
	d.Confirmations, d.Proven = slices.Clone(c.Confirmations), slices.Clone(c.Proven)
	return &d
}

func clone[T any](p *T) *T {
	if p == nil {
		return nil
	}
	v := *p
	return &v
}
