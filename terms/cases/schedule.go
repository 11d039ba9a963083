package cases

import (
	"time"

	"madoguchi/terms/fault"
)

// ReplyScheduled says that a person wrote a reply that is to be released at a
// later instant. It answers nothing yet: the release is the [Replied] of the
// same message, and its instant decides the clocks. A second one for the same
// message moves the instant.
type ReplyScheduled struct {
	Message string    `json:"message"` // the id that the reply will have
	Kind    ReplyKind `json:"kind"`
	Release time.Time `json:"release"`         // UTC
	Before  time.Time `json:"before,omitzero"` // the instant that this one replaced
}

// Type implements [Data].
func (ReplyScheduled) Type() string { return "reply.scheduled/1" }

// ScheduleEnded says that a scheduled reply will not be released, and why. Its
// text is a draft of its writer again.
type ScheduleEnded struct {
	Message string      `json:"message"`
	Why     ScheduleEnd `json:"why"`
	JA      string      `json:"ja,omitempty"` // why it could not be released, for people; with [EndRefused]
	EN      string      `json:"en,omitempty"`
}

// Type implements [Data].
func (ScheduleEnded) Type() string { return "reply.schedule_ended/1" }

// ScheduleEnd is the reason why a scheduled reply was not released.
type ScheduleEnd string

// The reasons.
const (
	EndWithdrawn ScheduleEnd = "withdrawn"      // a person took it back
	EndCustomer  ScheduleEnd = "customer-wrote" // the customer wrote meanwhile
	EndColleague ScheduleEnd = "replied"        // another reply was released meanwhile
	EndMerged    ScheduleEnd = "merged"         // the case was merged with another one
	EndRefused   ScheduleEnd = "refused"        // it could not be released when its instant came
)

// Scheduled is a reply that waits for its instant.
type Scheduled struct {
	Message string
	Kind    ReplyKind
	Release time.Time
	By      Actor // who wrote it
}

// FarthestRelease is how far ahead a reply may be scheduled.
const FarthestRelease = 90 * 24 * time.Hour

// Schedule decides that a reply is released at a later instant than now. What
// would refuse its release at once refuses it here. One reply at a time waits
// in a case.
func (c *Case) Schedule(r Replied, next Status, release, now time.Time) ([]Data, error) {
	if s := c.Scheduled; s != nil {
		return nil, fault.New(fault.Conflict, "このケースには、"+s.By.Name+" さんの送信予約が既にあります。時刻の変更か取り消しを行ってください。",
			"A reply by "+s.By.Name+" is scheduled in this case already. Change its time or cancel it.").At("release")
	}
	if err := checkRelease(release, now); err != nil {
		return nil, err
	}
	if _, err := c.Reply(r, next); err != nil {
		return nil, err
	}
	return []Data{ReplyScheduled{Message: r.Message, Kind: r.Kind, Release: release.UTC()}}, nil
}

// Reschedule moves the instant of the reply that waits.
func (c *Case) Reschedule(release, now time.Time) ([]Data, error) {
	s, err := c.waiting()
	if err != nil {
		return nil, err
	}
	if err := checkRelease(release, now); err != nil {
		return nil, err
	}
	if release.Equal(s.Release) {
		return nil, fault.New(fault.Conflict, "送信予約は既にその時刻です。", "It is scheduled for that time already.").At("release")
	}
	return []Data{ReplyScheduled{Message: s.Message, Kind: s.Kind, Release: release.UTC(), Before: s.Release}}, nil
}

// Unschedule ends the schedule of the reply that waits; words say why it was
// refused.
func (c *Case) Unschedule(why ScheduleEnd, words fault.Text) ([]Data, error) {
	s, err := c.waiting()
	if err != nil {
		return nil, err
	}
	return []Data{ScheduleEnded{Message: s.Message, Why: why, JA: words.JA, EN: words.EN}}, nil
}

func (c *Case) waiting() (*Scheduled, error) {
	if err := c.check(); err != nil {
		return nil, err
	}
	if c.Scheduled == nil {
		return nil, fault.New(fault.Conflict, "送信予約はありません。既に送信されたか、取り消されています。", "No reply is scheduled: it has left already, or was cancelled.")
	}
	return c.Scheduled, nil
}

// overtaken lists the end of a scheduled reply that something overtook; other
// is the message that did, and never ends its own schedule.
func (c *Case) overtaken(why ScheduleEnd, other string) []Data {
	if c.Scheduled == nil || c.Scheduled.Message == other {
		return nil
	}
	return []Data{ScheduleEnded{Message: c.Scheduled.Message, Why: why}}
}

func checkRelease(release, now time.Time) error {
	switch {
	case release.IsZero():
		return fault.New(fault.Invalid, "送信する日時を入力してください。", "Please give the date and time.").At("release")
	case !release.After(now):
		return fault.New(fault.Invalid, "送信予約には、これからの日時を指定してください。", "Please give a date and time that is still to come.").At("release")
	case release.Sub(now) > FarthestRelease:
		return fault.New(fault.Invalid, "送信予約は 90 日先までです。", "A reply can be scheduled at most 90 days ahead.").At("release")
	}
	return nil
}

func (c *Case) applySchedule(e Event) {
	switch d := e.Data.(type) {
	case ReplyScheduled:
		by := e.Actor
		if c.Scheduled != nil && c.Scheduled.Message == d.Message {
			by = c.Scheduled.By // a supervisor may have moved it
		}
		c.Scheduled = &Scheduled{Message: d.Message, Kind: d.Kind, Release: d.Release, By: by}
	case ScheduleEnded:
		if c.Scheduled != nil && c.Scheduled.Message == d.Message {
			c.Scheduled = nil
		}
	case Replied:
		if c.Scheduled != nil && c.Scheduled.Message == d.Message {
			c.Scheduled = nil
		}
	}
}
