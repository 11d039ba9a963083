package cases

import (
	"slices"
	"strings"
	"time"
	"unicode/utf8"
)

// MessageReread says how a kept mail is read now, after the reader was
// improved. It decides nothing: what was claimed, joined or judged when the
// mail came stays.
type MessageReread struct {
	Message     string       `json:"message"` // our id of the mail, as in the event of its reception
	Parts       []Part       `json:"parts"`   // what is read differently
	From        Address      `json:"from"`
	Subject     string       `json:"subject"`
	Text        string       `json:"text"`
	New         string       `json:"new"`
	Truncated   bool         `json:"truncated"`
	HTML        bool         `json:"html"`
	Attachments []Attachment `json:"attachments"`
	MessageID   string       `json:"message_id,omitempty"` // only of a mail that could not be read before
	References  []string     `json:"references,omitempty"`
	Received    time.Time    `json:"received"` // of the mail
}

// Type implements [Data].
func (MessageReread) Type() string { return "message.reread/1" }

// Part names what of a mail is read differently.
type Part string

// The parts of a mail.
const (
	PartFrom        Part = "from"
	PartSubject     Part = "subject"
	PartText        Part = "text"
	PartAttachments Part = "attachments"
)

// Differs lists what of the mail is read differently from how m has it.
func (r MessageReread) Differs(m MessageReceived) []Part {
	var out []Part
	if r.From != m.From {
		out = append(out, PartFrom)
	}
	if r.Subject != m.Subject {
		out = append(out, PartSubject)
	}
	if r.Text != m.Text || r.New != m.New || r.HTML != m.HTML {
		out = append(out, PartText)
	}
	if !slices.Equal(r.Attachments, m.Attachments) {
		out = append(out, PartAttachments)
	}
	return out
}

// over returns the mail as it is read now. Who may be written to, and what the
// mail counted as, stays.
func (r MessageReread) over(m MessageReceived) MessageReceived {
	m.From, m.Subject, m.Text, m.New, m.Truncated, m.HTML, m.Attachments = r.From, r.Subject, r.Text, r.New, r.Truncated, r.HTML, r.Attachments
	if r.MessageID != "" {
		m.MessageID, m.References = r.MessageID, r.References
	}
	return m
}

// AsRead returns a history in which every mail is as it was read last. The
// events given are not changed.
func AsRead(events []Event) []Event {
	last := map[string]MessageReread{}
	for _, e := range events {
		if r, ok := e.Data.(MessageReread); ok {
			last[r.Message] = r
		}
	}
	if len(last) == 0 {
		return events
	}
	out := slices.Clone(events)
	for i, e := range out {
		if m, ok := e.Data.(MessageReceived); ok {
			if r, again := last[m.Message]; again {
				out[i].Data = r.over(m)
			}
		}
	}
	return out
}

// Reread records how a mail of the case, recorded as was, is read now. A
// subject and a name that the case took from the mail go with it, unless a
// person of the desk has changed them since.
func (c *Case) Reread(was MessageReceived, now MessageReread) ([]Data, error) {
	if err := c.check(); err != nil {
		return nil, err
	}
	facts := []Data{now}
	if title := titleOf(now.Subject); title != "" && title != c.Subject && (titleOf(was.Subject) == c.Subject || now.MessageID != "") {
		facts = append(facts, Retitled{Before: c.Subject, After: title})
	}
	p, ok := c.Participant(now.From.Addr)
	switch {
	case now.From.Addr == "":
	case !ok && now.MessageID != "": // a mail that could not be read had no sender
		facts = append(facts, ParticipantJoined{Person: now.From})
	case ok && p.Contact == "" && p.Person.Name != now.From.Name && p.Person.Name == was.From.Name:
		p.Person.Name = now.From.Name
		facts = append(facts, ParticipantJoined(p))
	}
	return facts, nil
}

// titleOf is the subject of a case that a mail opens, at most 300 bytes.
func titleOf(subject string) string {
	s := strings.TrimSpace(subject)
	if len(s) <= 300 {
		return s
	}
	n := 300
	for n > 0 && !utf8.RuneStart(s[n]) {
		n--
	}
	return s[:n]
}

// applyReread takes over the name of the person who reached the desk, and the
// identifier by which answers to a mail that could not be read find its case.
func (c *Case) applyReread(d MessageReread) {
	if c.Person.Addr == d.From.Addr && c.Contact == "" && d.From.Name != "" {
		c.Person.Name = d.From.Name
	}
	if d.MessageID == "" {
		return
	}
	if c.Person.Addr == "" {
		c.Person = d.From
	}
	if !slices.Contains(c.MessageIDs, d.MessageID) {
		c.MessageIDs = append(c.MessageIDs, d.MessageID)
	}
}
