package cases

import (
	"encoding/json"
	"fmt"
	"reflect"
	"time"

	fastjson "github.com/go-json-experiment/json/v1"
)

// ID identifies a case for ever: a UUIDv7 in text form.
type ID string

// ActorKind says on whose side somebody acts.
type ActorKind string

// The sides that can act on a case.
const (
	Agent    ActorKind = "agent"    // a person of the desk
	Customer ActorKind = "customer" // a person of the customer's side, registered or not
	System   ActorKind = "system"   // the desk's own machinery: sweeps, acknowledgements, filing
)

// Actor is who did something. Name is kept with the event, so that the
// history stays readable when the person leaves.
type Actor struct {
	Kind ActorKind `json:"kind"`
	ID   string    `json:"id,omitempty"`
	Name string    `json:"name,omitempty"`
}

// Event is one fact of a case's history.
type Event struct {
	Case     ID        // which case
	Seq      int       // 1, 2, 3 … without a gap, assigned when stored
	At       time.Time // when the fact happened: UTC, microseconds; not when it was stored
	Actor    Actor     // who did it
	Channel  string    // through which channel of the contract; empty for the desk's own screen
	Contract string    // contract in force, "id@version"
	Clauses  []string  // the clause ids that this fact rests on
	Data     Data      // what happened
}

// Data is the typed payload of an event. Its concrete types are listed in
// the registry of this package; [Unknown] holds one that this build does not
// know.
type Data interface {
	// Type is the event's stable name with its version, such as "case.opened/1".
	Type() string
}

// Unknown is an event written by a newer build. It freezes its case: the case
// is shown, but nothing may be done to it by a build that cannot read it.
type Unknown struct {
	Name string
	Raw  json.RawMessage
}

// Type is the name that the newer build gave.
func (u Unknown) Type() string { return u.Name }

// registry lists every payload that this build can read. It is never changed
// after start.
var registry = payloads(
	Opened{}, Identified{}, MessageReceived{}, Acknowledged{}, Replied{}, Noted{},
	PriorityClaimed{}, PriorityJudged{}, PriorityAgreed{}, PriorityObjected{},
	TargetSet{}, TargetMet{}, TargetMissed{}, TargetPaused{}, TargetCancelled{}, VerdictSuperseded{}, ContractRebased{},
	StatusChanged{}, Assigned{}, TeamAssigned{}, ProductNamed{}, Tagged{}, Followed{}, Unfollowed{}, FieldSet{}, ParticipantJoined{}, ScopeDecided{}, ServiceRestored{},
	IncidentLinked{}, IncidentUnlinked{},
	DeliveryAccepted{}, DeliveryFailed{}, DeliveryDelayed{}, Retitled{}, MessageReread{},
	ReplyUndone{}, DeliveryRetried{}, ReplyScheduled{}, ScheduleEnded{}, MacroRun{}, MacroUndone{}, BulkActed{}, BulkUndone{}, ReplyTakenOver{},
	ApprovalAsked{}, ApprovalGiven{}, ApprovalReturned{}, ApprovalWithdrawn{},
	AcknowledgementWithheld{}, PriorityTold{}, FinishHeld{},
	Merged{}, Absorbed{}, Unmerged{}, Released{}, Linked{}, SplitOff{}, SplitFrom{}, TaskSet{}, TaskDone{}, TaskReopened{}, TaskDue{}, Unlinked{},
	MissExplained{},
	ConfirmationAsked{}, ConfirmationGiven{}, ConfirmationDeclined{},
	Erased{},
)

func payloads(all ...Data) map[string]reflect.Type {
	m := make(map[string]reflect.Type, len(all))
	for _, d := range all {
		if _, twice := m[d.Type()]; twice {
			panic("cases: two payloads are called " + d.Type())
		}
		m[d.Type()] = reflect.TypeOf(d)
	}
	return m
}

// Encode returns the payload's stored form: JSON with the fields in
// declaration order, so that equal payloads are equal bytes.
func Encode(d Data) ([]byte, error) {
	if u, ok := d.(Unknown); ok {
		return u.Raw, nil
	}
	b, err := fastjson.Marshal(d)
	if err != nil {
		return nil, fmt.Errorf("encode %s: %w", d.Type(), err)
	}
	return b, nil
}

// Decode reads a stored payload. A name that this build does not know gives
// [Unknown] and no error; a known name with unreadable JSON is an error.
func Decode(name string, raw []byte) (Data, error) {
	t, ok := registry[name]
	if !ok {
		return Unknown{Name: name, Raw: append(json.RawMessage(nil), raw...)}, nil
	}
	p := reflect.New(t)
	if err := fastjson.Unmarshal(raw, p.Interface()); err != nil {
		return nil, fmt.Errorf("decode %s: %w", name, err)
	}
	d, ok := p.Elem().Interface().(Data)
	if !ok {
		return nil, fmt.Errorf("decode %s: %v is no payload", name, t)
	}
	return d, nil
}
