package cases

import (
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"madoguchi/terms/fault"
)

// SplitOff says that messages of the case are another matter, which is handled
// in a case of its own from here on. They stay in this history.
type SplitOff struct {
	Case     ID       `json:"case"`
	Number   int64    `json:"number"` // of that case
	Messages []string `json:"messages"`
	Reason   string   `json:"reason"`
}

// Type implements [Data].
func (SplitOff) Type() string { return "case.split-off/1" }

// SplitFrom says that the case was made of messages of another one. Threads are
// the Message-IDs of that case's mails to which an answer belongs here: the
// desk's answers to those messages.
type SplitFrom struct {
	Case    ID       `json:"case"`
	Number  int64    `json:"number"`
	Threads []string `json:"threads,omitempty"`
	Reason  string   `json:"reason"`
}

// Type implements [Data].
func (SplitFrom) Type() string { return "case.split-from/1" }

// JoinedBySplit is how a message came into a case that was split off.
const JoinedBySplit = "split"

// Splitting is a split that may be made.
type Splitting struct {
	Off       SplitOff          // without the new case's id and number
	Messages  []MessageReceived // oldest first, as the new case has them but for their ids
	Channels  []string          // through which each came
	Threads   []string          // see [SplitFrom]
	Reception time.Time         // of the new case: that of its earliest message
	Subject   string
}

// Split takes messages of the customer's side, named by our ids of them, out
// of the case whose history is given. At least one stays; each goes once.
func (c *Case) Split(history []Event, messages []string, subject, reason string) (Splitting, error) {
	if err := c.check(); err != nil {
		return Splitting{}, err
	}
	s := Splitting{Subject: strings.TrimSpace(subject), Off: SplitOff{Reason: strings.TrimSpace(reason)}}
	stay := 0
	var moved []string // Message-IDs
	for _, e := range history {
		m, ok := e.Data.(MessageReceived)
		switch {
		case !ok:
			continue
		case !slices.Contains(messages, m.Message) || c.Moved(m.Message):
			if !c.Moved(m.Message) {
				stay++
			}
			continue
		}
		s.Off.Messages, moved = append(s.Off.Messages, m.Message), append(moved, m.MessageID)
		s.Messages, s.Channels = append(s.Messages, m), append(s.Channels, e.Channel)
		if s.Reception.IsZero() || m.Received.Before(s.Reception) {
			s.Reception = m.Received
		}
	}
	switch {
	case len(s.Messages) == 0 || len(s.Messages) != len(messages):
		return s, fault.New(fault.Invalid, "分割するメールを選んでください。", "Please choose the mails that go into the new case.").At("message")
	case stay == 0:
		return s, fault.New(fault.Invalid, "すべてのメールを分割することはできません。少なくとも 1 通を残してください。", "Not all mails can go: at least one has to stay.").At("message")
	case s.Subject == "":
		s.Subject = s.Messages[0].Subject
	case utf8.RuneCountInString(s.Subject) > 300:
		return s, fault.New(fault.Invalid, "件名は 300 文字までで入力してください。", "The subject can have 300 characters at most.").At("subject")
	}
	s.Threads = answersTo(history, moved)
	return s, checkReason(reason)
}

// answersTo are the Message-IDs of the desk's mails that answered messages.
func answersTo(history []Event, messages []string) (ids []string) {
	last := "" // the Message-ID of the newest mail of the customer's side
	for _, e := range history {
		switch d := e.Data.(type) {
		case MessageReceived:
			last = d.MessageID
		case Acknowledged: // it follows what it acknowledges
			if slices.Contains(messages, last) {
				ids = append(ids, d.MessageID)
			}
		case Replied:
			if slices.Contains(messages, d.InReplyTo) {
				ids = append(ids, d.MessageID)
			}
		}
	}
	return ids
}

func (c *Case) applySplit(d Data) {
	switch d := d.(type) {
	case SplitOff:
		c.Splits = append(slices.Clip(c.Splits), d)
	case SplitFrom:
		c.From = d.Case
	}
}

// Moved reports whether a message is handled in a case that was split off, and
// not merged back since.
func (c *Case) Moved(message string) bool {
	return slices.ContainsFunc(c.Splits, func(s SplitOff) bool {
		return slices.Contains(s.Messages, message) && !slices.ContainsFunc(c.Absorbed, func(a Absorbed) bool { return a.Case == s.Case })
	})
}
