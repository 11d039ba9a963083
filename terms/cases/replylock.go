package cases

import (
	"strings"
	"time"

	"madoguchi/terms/fault"
)

// ReplyLock says who is writing a reply on a case, so that two people do not
// answer the same customer (二重返信防止). It is no event: it begins and ends
// many times a day and decides nothing about the matter. The zero value is held
// by nobody.
type ReplyLock struct {
	Holder Actor
	Since  time.Time // when they began
	Active time.Time // when they last wrote something
}

// Held reports whether somebody holds the lock at an instant. It lapses when its
// holder has written nothing for longer than idle.
func (l ReplyLock) Held(at time.Time, idle time.Duration) bool {
	return l.Holder.ID != "" && at.Sub(l.Active) <= idle
}

// Bars reports whether the lock keeps a person from replying.
func (l ReplyLock) Bars(agent string, at time.Time, idle time.Duration) bool {
	return l.Held(at, idle) && l.Holder.ID != agent
}

// Begin is the lock after a person wrote something. They get it if nobody else
// holds it, and took is whether it was not theirs before; else it stays as it is.
func (l ReplyLock) Begin(by Actor, at time.Time, idle time.Duration) (after ReplyLock, took bool) {
	switch {
	case l.Bars(by.ID, at, idle):
		return l, false
	case l.Held(at, idle):
		l.Active = at
		return l, false
	}
	return ReplyLock{Holder: by, Since: at, Active: at}, true
}

// ReplyTakenOver says that a person took the writing of the reply over from
// another, whose text stays theirs as a draft.
type ReplyTakenOver struct {
	From   Actor     `json:"from"`
	Since  time.Time `json:"since"` // since when they had written
	Reason string    `json:"reason"`
}

// Type implements [Data].
func (ReplyTakenOver) Type() string { return "reply.taken-over/1" }

// TakeOver takes the writing of the reply over from who holds the lock. Their
// own lock, and one that nobody holds, is [fault.Conflict].
func (c *Case) TakeOver(l ReplyLock, by Actor, at time.Time, idle time.Duration, reason string) (ReplyTakenOver, error) {
	if err := c.check(); err != nil {
		return ReplyTakenOver{}, err
	}
	if !l.Bars(by.ID, at, idle) {
		return ReplyTakenOver{}, fault.New(fault.Conflict, "ほかの担当は返信を作成していません。そのまま返信できます。",
			"Nobody else is writing a reply. You can simply write yours.").At("lock")
	}
	if err := checkReason(reason); err != nil {
		return ReplyTakenOver{}, err
	}
	return ReplyTakenOver{From: l.Holder, Since: l.Since, Reason: strings.TrimSpace(reason)}, nil
}
