package cases

import "time"

// Address is one mailbox as a person reads it.
type Address struct {
	Name string `json:"name,omitempty"`
	Addr string `json:"addr"`
}

// Opened starts a case. The reception never moves afterwards (semantics, "reception").
type Opened struct {
	Number       int64     `json:"number"`                 // per installation, shown as CS-10482
	Subject      string    `json:"subject"`                // as the customer wrote it
	Organization string    `json:"organization,omitempty"` // registry id; empty while unidentified
	OrgName      string    `json:"org_name,omitempty"`
	Contact      string    `json:"contact,omitempty"` // registry id; empty for an unregistered person
	Person       Address   `json:"person"`            // who reached the desk
	Region       string    `json:"region"`            // of the contract, not of where the person stands
	Language     string    `json:"language"`          // "ja" or "en": in which the desk writes to them
	Reception    time.Time `json:"reception"`
	Priority     string    `json:"priority"` // the contract's initial one
}

// Type implements [Data].
func (Opened) Type() string { return "case.opened/1" }

// Identified says which customer an unidentified case belongs to.
type Identified struct {
	Organization string `json:"organization"`
	OrgName      string `json:"org_name"`
	Contact      string `json:"contact,omitempty"`
	Region       string `json:"region"`
	Language     string `json:"language"`
	Priority     string `json:"priority,omitempty"` // with which the case goes on, where the customer's contract does not know the one before
}

// Type implements [Data].
func (Identified) Type() string { return "case.identified/1" }

// Attachment names a file that came or went with a message; the bytes are in
// the raw mail under the message's source.
type Attachment struct {
	Name   string `json:"name"`
	Type   string `json:"type"`
	Size   int64  `json:"size"`
	SHA256 string `json:"sha256"`
	Inline bool   `json:"inline,omitempty"` // stands in the text of the HTML form
}

// MessageReceived is a mail of the customer's side.
type MessageReceived struct {
	Message     string       `json:"message"` // our id of it
	Source      string       `json:"source"`  // id of the kept raw mail
	From        Address      `json:"from"`
	To          []Address    `json:"to,omitempty"`
	Cc          []Address    `json:"cc,omitempty"`
	Subject     string       `json:"subject"`
	Text        string       `json:"text"`             // all of it
	New         string       `json:"new"`              // without quotes and signature
	Truncated   bool         `json:"truncated"`        // the text was longer than we keep; the raw mail has all
	HTML        bool         `json:"html"`             // the raw mail has an HTML form
	MessageID   string       `json:"message_id"`       // without angle brackets; ours if the mail had none
	References  []string     `json:"references"`       // of the mail, oldest first
	Attachments []Attachment `json:"attachments"`      //
	Auto        string       `json:"auto,omitempty"`   // why it counts as automatic ("auto-submitted", "bounce", …); empty for a person's mail
	Verified    bool         `json:"verified"`         // the sender is a registered contact of the case's organization
	Silent      bool         `json:"silent,omitempty"` // nobody's machine may answer it, a person's as it may be: it came through a list, or asks for that
	Joined      string       `json:"joined"`           // what put it here: "address", "message-id", "subject", "new"
	Received    time.Time    `json:"received"`         // when our server accepted it
	Dated       time.Time    `json:"dated,omitzero"`   // what the mail says of itself

	Auth *Authentication `json:"auth,omitempty"` // what was found out about the sender; nil: nothing was looked at
}

// Type implements [Data].
func (MessageReceived) Type() string { return "message.received/1" }

// Acknowledged is the automatic answer to a contact. It is never an initial response.
type Acknowledged struct {
	Message   string    `json:"message"`
	To        []Address `json:"to"`
	Subject   string    `json:"subject"`
	Text      string    `json:"text"`
	MessageID string    `json:"message_id"`
	Said      []string  `json:"said"` // clause ids whose text it carried
}

// Type implements [Data].
func (Acknowledged) Type() string { return "acknowledgement.sent/1" }

// AcknowledgementWithheld says that a contact was not acknowledged although it
// might have been.
type AcknowledgementWithheld struct {
	To     Address `json:"to"`
	Reason string  `json:"reason"` // "cap": too much automatic mail already
}

// Type implements [Data].
func (AcknowledgementWithheld) Type() string { return "acknowledgement.withheld/1" }

// ReplyKind says what a released reply is for the clock.
type ReplyKind string

// The kinds of a reply written by a person.
const (
	InitialResponse ReplyKind = "initial_response" // carries the desk's assessment or the next step
	ReceptionOnly   ReplyKind = "reception_only"   // 受付のみ: stops nothing
	FollowUp        ReplyKind = "follow_up"        // after the initial response
)

// Replied is a reply that a person of the desk released. Its instant is the
// release, whatever happens to the mail afterwards.
type Replied struct {
	Message    string    `json:"message"`
	Kind       ReplyKind `json:"kind"`
	To         []Address `json:"to"`
	Cc         []Address `json:"cc,omitempty"`
	Subject    string    `json:"subject"`
	Text       string    `json:"text"`
	MessageID  string    `json:"message_id"` // fixed before the first attempt
	InReplyTo  string    `json:"in_reply_to,omitempty"`
	References []string  `json:"references,omitempty"`
	Counts     bool      `json:"counts,omitempty"` // a bare reception that the contract takes for a response all the same

	Attachments []Attachment `json:"attachments,omitempty"` // files that went with it

	Writer *Actor `json:"writer,omitempty"` // who wrote it, where another person approved and released it
}

// Responds reports whether the reply tells the customer an assessment, the
// next step or the state, so that the clock of a response stops.
func (r Replied) Responds() bool { return r.Kind != ReceptionOnly || r.Counts }

// Type implements [Data].
func (Replied) Type() string { return "reply.released/1" }

// Noted is an internal note: never shown to the customer, never an initial response.
type Noted struct {
	Note string `json:"note"`
	Text string `json:"text"`

	Mentions []Mention `json:"mentions,omitempty"` // who of the desk it names
}

// Type implements [Data].
func (Noted) Type() string { return "note.added/1" }

// PriorityClaimed is the customer's own view of the priority.
type PriorityClaimed struct {
	Priority    string `json:"priority"`
	Criterion   string `json:"criterion,omitempty"` // clause id
	Reason      string `json:"reason"`
	Applied     string `json:"applied"`     // the priority that the case runs at from here
	Provisional bool   `json:"provisional"` // until a person of the desk judges
}

// Type implements [Data].
func (PriorityClaimed) Type() string { return "priority.claimed/1" }

// PriorityJudged is the desk's view of the priority.
type PriorityJudged struct {
	Priority   string `json:"priority"`
	Criterion  string `json:"criterion"` // clause id
	Reason     string `json:"reason"`
	Declines   bool   `json:"declines"`   // a standing claim was higher than this
	Reassessed bool   `json:"reassessed"` // lowered after a recorded investigation (`priority.reassessed`)
	Applied    string `json:"applied"`
	// Provisional: a claim goes on running, since this judgement needs an
	// agreement before it moves anything.
	Provisional bool `json:"provisional,omitempty"`
}

// Type implements [Data].
func (PriorityJudged) Type() string { return "priority.judged/1" }

// PriorityAgreed is the agreement of both sides: an event of its own.
type PriorityAgreed struct {
	Priority string  `json:"priority"`
	Desk     Actor   `json:"desk"`
	Person   Address `json:"person"` // for the customer: a registered contact
	How      string  `json:"how"`    // "mail", "link", "phone", "portal"
	Where    string  `json:"where"`  // our id of the mail, id of the confirmation, or what the agreement can be found by
	Applied  string  `json:"applied"`
}

// Type implements [Data].
func (PriorityAgreed) Type() string { return "priority.agreed/1" }

// PriorityObjected is the customer's objection to a priority; a supervisor looks at it.
type PriorityObjected struct {
	Priority string `json:"priority"` // the one objected to
	Reason   string `json:"reason"`
}

// Type implements [Data].
func (PriorityObjected) Type() string { return "priority.objected/1" }

// Status is where the work on a case stands.
type Status string

// The states of a case.
const (
	New      Status = "new"      // nobody of the desk has touched it
	Open     Status = "open"     // being worked on
	Waiting  Status = "waiting"  // for the customer's answer
	OnHold   Status = "on_hold"  // for somebody else, with a reason
	Resolved Status = "resolved" // done in the desk's eyes; the customer's mail reopens it
	Closed   Status = "closed"   // done; a further mail opens a linked case's thread again
)

// StatusChanged moves a case from one state to another.
type StatusChanged struct {
	From   Status `json:"from"`
	To     Status `json:"to"`
	Reason string `json:"reason,omitempty"`
	Wait   Wait   `json:"wait,omitempty"` // for whom, on hold; [Waiting] is always for the customer

	Until    time.Time `json:"until,omitzero"`     // when a hold ends by itself; zero: it does not
	Returned bool      `json:"returned,omitempty"` // a hold ended by itself
}

// Waits returns for whom the case waits from here on; empty: for nobody.
func (s StatusChanged) Waits() Wait {
	switch s.To {
	case Waiting:
		return WaitCustomer
	case OnHold:
		return s.Wait
	case Resolved, Closed:
		return WaitFinished
	}
	return ""
}

// Type implements [Data].
func (StatusChanged) Type() string { return "status.changed/1" }

// Assigned gives the case to a person of the desk, or to nobody.
type Assigned struct {
	Agent string `json:"agent,omitempty"`
	Name  string `json:"name,omitempty"`

	Reason *AssignReason `json:"reason,omitempty"` // why it was this person; nil: a person said so
}

// AssignReason says why a case went to this person and no other.
type AssignReason struct {
	How     string `json:"how"`               // "round-robin", "least-loaded", or "next": they took the most urgent one
	Team    string `json:"team,omitempty"`    // by whose settings, as it was called
	Load    int    `json:"load"`              // on how many cases they had to act before
	Among   int    `json:"among,omitempty"`   // how many people it could have been
	Skilled bool   `json:"skilled,omitempty"` // they have the skills that the case asks for
}

// WithReason gives the assignment among facts its reason.
func WithReason(facts []Data, why AssignReason) []Data {
	for i, f := range facts {
		if a, ok := f.(Assigned); ok {
			a.Reason = &why
			facts[i] = a
		}
	}
	return facts
}

// Type implements [Data].
func (Assigned) Type() string { return "case.assigned/1" }

// ParticipantJoined adds a person to the case. An unverified one is shown so
// and is written to only when a person of the desk has confirmed them.
type ParticipantJoined struct {
	Person   Address `json:"person"`
	Contact  string  `json:"contact,omitempty"`
	Verified bool    `json:"verified"`
}

// Type implements [Data].
func (ParticipantJoined) Type() string { return "participant.joined/1" }

// ScopeDecided records that a matter is out of scope, or was let in all the same.
type ScopeDecided struct {
	Clause string `json:"clause"`
	Out    bool   `json:"out"`
	Reason string `json:"reason"`
}

// Type implements [Data].
func (ScopeDecided) Type() string { return "scope.decided/1" }

// DeliveryAccepted says that the relay took an outgoing message.
type DeliveryAccepted struct {
	Message string `json:"message"`
	Relay   string `json:"relay"`
	Reply   string `json:"reply"`
}

// Type implements [Data].
func (DeliveryAccepted) Type() string { return "delivery.accepted/1" }

// DeliveryFailed says that an outgoing message did not reach its recipient for good.
type DeliveryFailed struct {
	Message   string `json:"message"`
	Recipient string `json:"recipient"`
	Reply     string `json:"reply"`
	Bounce    bool   `json:"bounce"` // it came back after the relay had taken it
}

// Type implements [Data].
func (DeliveryFailed) Type() string { return "delivery.failed/1" }

// DeliveryDelayed says that a mail system has an outgoing message that it could
// not hand on yet, and goes on trying.
type DeliveryDelayed struct {
	Message   string `json:"message"`
	Recipient string `json:"recipient"`
	Reply     string `json:"reply"`
}

// Type implements [Data].
func (DeliveryDelayed) Type() string { return "delivery.delayed/1" }

// Retitled changes the subject that the desk shows.
type Retitled struct {
	Before string `json:"before"`
	After  string `json:"after"`
}

// Type implements [Data].
func (Retitled) Type() string { return "case.retitled/1" }

// Wait names for whom a case waits.
type Wait string

// For whom a case can wait, as contracts name them.
const (
	WaitCustomer   Wait = "customer"    // the customer's answer or action
	WaitThirdParty Wait = "third-party" // another provider

	// WaitFinished is no contract's word: the desk considers the matter done.
	WaitFinished Wait = "finished"
)

// ServiceRestored says that the customer's service works again, if only by a
// workaround; the case may go on.
type ServiceRestored struct {
	Workaround bool   `json:"workaround"`
	Reason     string `json:"reason"` // what restored it
}

// Type implements [Data].
func (ServiceRestored) Type() string { return "service.restored/1" }

// IncidentLinked says that the case belongs to a declared incident. It moves
// no deadline: while an emergency is open the desk works on the case at any
// hour, beside its targets.
type IncidentLinked struct {
	Incident    string `json:"incident"` // its id
	Title       string `json:"title"`
	AroundClock bool   `json:"around_clock"` // the contract asks for work at any hour while it is open
}

// Type implements [Data].
func (IncidentLinked) Type() string { return "incident.linked/1" }

// IncidentUnlinked ends that: the incident is over, or the case was none of it.
type IncidentUnlinked struct {
	Incident string `json:"incident"`
	Reason   string `json:"reason"`
}

// Type implements [Data].
func (IncidentUnlinked) Type() string { return "incident.unlinked/1" }
