package cases

import (
	"slices"
	"time"

	"madoguchi/terms/fault"
)

// ReplyUndone takes back a released reply that had not left yet: the customer
// never got it. The reply stays in the history, visibly undone.
type ReplyUndone struct {
	Message   string    `json:"message"`
	Kind      ReplyKind `json:"kind"`
	MessageID string    `json:"message_id"` // no mail names it
}

// Type implements [Data].
func (ReplyUndone) Type() string { return "reply.undone/1" }

// DeliveryRetried sends a message again to those whom it did not reach. A
// person of the desk did so: for an initial response that nobody had got, this
// instant is its release.
type DeliveryRetried struct {
	Message    string    `json:"message"`
	Kind       ReplyKind `json:"kind,omitempty"` // of the reply; empty for an automatic mail
	Recipients []string  `json:"recipients"`
}

// Type implements [Data].
func (DeliveryRetried) Type() string { return "delivery.retried/1" }

// Undone is the reason of a verdict that was superseded since its reply was
// undone before it left (semantics, "verdict").
const Undone = "undone"

// Undo takes back a reply, with everything that its release decided beside it:
// the verdict it met is superseded, the state and the scope are what they were.
// past is the case's history. A reply that the history does not have is
// [fault.NotFound], one that was undone before [fault.Conflict].
func (c *Case) Undo(past []Event, message string) ([]Data, error) {
	if err := c.check(); err != nil {
		return nil, err
	}
	at, reply, err := release(past, message)
	if err != nil {
		return nil, err
	}
	facts := []Data{ReplyUndone{Message: message, Kind: reply.Kind, MessageID: reply.MessageID}}
	for _, t := range c.Targets() {
		v := VerdictSuperseded{Metric: t.Metric, Reason: Undone, Message: message}
		met := t.Verdict == Met && (t.Answer == message || t.Answer == "" && t.Decided.Equal(at.At)) // by the reply, or by the state it set
		began := (t.Verdict == Undecided || t.Verdict == Cancelled) && c.earlierBy(v) >= 0
		if met || began {
			facts = append(facts, v)
		}
	}
	for _, e := range past {
		if !e.At.Equal(at.At) || e.Actor != at.Actor {
			continue // another act
		}
		switch d := e.Data.(type) {
		case StatusChanged:
			if c.Status == d.To {
				facts = append(facts, StatusChanged{From: d.To, To: d.From})
			}
		case ScopeDecided:
			if d.Out && c.OutOf == d.Clause {
				facts = append(facts, ScopeDecided{Clause: d.Clause, Reason: d.Reason})
			}
		}
	}
	return facts, nil
}

// release finds the reply and whether it still stands.
func release(past []Event, message string) (Event, Replied, error) {
	var at Event
	var reply Replied
	for _, e := range past {
		switch d := e.Data.(type) {
		case Replied:
			if d.Message == message {
				at, reply = e, d
			}
		case ReplyUndone:
			if d.Message == message {
				return at, reply, fault.New(fault.Conflict, "この返信の送信は既に取り消されています。", "This reply has been undone already.")
			}
		}
	}
	if at.Data == nil {
		return at, reply, fault.New(fault.NotFound, "返信が見つかりません。", "There is no such reply.")
	}
	return at, reply, nil
}

// Retry sends a message again to those whom it has not reached for good. One
// that reached everybody, or was undone, is [fault.Conflict].
func (c *Case) Retry(past []Event, message string) (DeliveryRetried, error) {
	if err := c.check(); err != nil {
		return DeliveryRetried{}, err
	}
	again := DeliveryRetried{Message: message}
	for _, e := range past {
		switch d := e.Data.(type) {
		case Replied:
			if d.Message == message {
				again.Kind = d.Kind
			}
		case ReplyUndone:
			if d.Message == message {
				return again, fault.New(fault.Conflict, "取り消した返信は再送できません。", "A reply that was undone cannot be sent again.")
			}
		case DeliveryRetried:
			if d.Message == message {
				again.Recipients = nil
			}
		case DeliveryFailed:
			if d.Message == message {
				again.Recipients = append(again.Recipients, d.Recipient)
			}
		}
	}
	if len(again.Recipients) == 0 {
		return again, fault.New(fault.Conflict, "このメールに、届かなかった宛先はありません。", "This mail has reached everybody it was sent to.")
	}
	return again, nil
}

// applyTakeback takes the two events of this file into the state.
func (c *Case) applyTakeback(e Event) {
	switch d := e.Data.(type) {
	case ReplyUndone:
		c.MessageIDs = without(c.MessageIDs, d.MessageID)
		if c.Response != nil && c.Response.Message == d.Message {
			c.Response = nil
		}
		i := slices.IndexFunc(c.Replies, func(r Response) bool { return r.Message == d.Message })
		if i < 0 {
			return
		}
		for _, t := range c.Targets() {
			if t.Late.Equal(c.Replies[i].At) {
				t.Late = time.Time{}
			}
		}
		c.Replies = slices.Delete(slices.Clone(c.Replies), i, i+1)
	case DeliveryRetried:
		c.Undelivered = without(c.Undelivered, d.Message)
		for i := range c.Replies {
			if c.Replies[i].Message == d.Message {
				c.retried(&c.Replies[i], e, d)
			}
		}
	}
}

// Anew reports whether sending a message again, at an instant, released a reply
// that nobody had got.
func (c *Case) Anew(d DeliveryRetried, at time.Time) bool {
	return slices.ContainsFunc(c.Replies, func(r Response) bool { return r.Message == d.Message && r.At.Equal(at) })
}

// retried takes a reply as released anew, if nobody had got it.
func (c *Case) retried(r *Response, e Event, d DeliveryRetried) {
	if len(r.Failed) < r.To {
		r.Failed = nil
		if c.Response != nil && c.Response.Message == d.Message {
			c.Response.Failed = nil
		}
		return
	}
	r.At, r.By, r.To, r.Failed = e.At, e.Actor, len(d.Recipients), nil
	if c.Response == nil && d.Kind != FollowUp {
		first := *r
		c.Response = &first
	}
	e.Data = Replied{Message: d.Message, Kind: d.Kind, Counts: true}
	c.fulfil(e)
}

func without(list []string, gone string) []string {
	kept := make([]string, 0, len(list))
	for _, s := range list {
		if s != gone {
			kept = append(kept, s)
		}
	}
	return kept
}
