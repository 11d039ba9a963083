// Package mailtext reads mail as it really is.
//
// It owns everything between the bytes that arrive and the plain facts that a
// desk works with: headers, addresses, dates, charsets, parts, attachments,
// quoted text, bounces, automatic mail, and the keyed tokens that tie a reply
// to its case. It is tolerant: nothing that has a byte in it is refused, what
// was mended is listed in [Mail.Defects], and hostile input costs time in
// proportion to its size. It refuses to judge who a sender is (SPF, DKIM) and
// to sanitise HTML: Mail.HTML is as sent.
//
// Start reading at [Read].
package mailtext

import (
	"strings"
	"time"

	"madoguchi/terms/fault"
)

// Kind says what sort of mail it is.
type Kind string

// The kinds of mail. Only Normal mail comes from a person who waits for an answer.
const (
	Normal    Kind = "normal"
	Bounce    Kind = "bounce"    // a mail could not be delivered, or is late
	AutoReply Kind = "autoreply" // an out-of-office notice or another automatic answer
	List      Kind = "list"      // from a mailing list, or sent in bulk
	Report    Kind = "report"    // a receipt (MDN), an abuse report (ARF), a successful delivery
)

// Mail is one mail, read.
type Mail struct {
	From                     Address // the first author; zero when there is none
	FromAll, To, Cc, ReplyTo []Address
	Subject                  string
	Date                     time.Time // in the zone sent; zero when there is none
	MessageID                string    // without angle brackets, as are the next two
	InReplyTo, References    []string
	Text                     string // the inline text parts, or the HTML as text; lines end with "\n"
	HTML                     string // as sent, in UTF-8; never safe to show unsanitised
	ReplyText                string // the new text: Text without quotes and without signature
	Signature                string // the signature cut off ReplyText
	Attachments              []Attachment
	Kind                     Kind
	Bounces                  []BounceRecipient
	OriginalMessageID        string // of the mail that a bounce or a receipt is about
	Auto                     AutoFlags
	Header                   Header
	Defects                  []Defect
}

// Read reads a mail. Lines may end in any way, and an mbox separator before it
// is ignored. The error is of kind [fault.Invalid] and occurs only when there is
// nothing to read at all.
func Read(raw []byte) (*Mail, error) {
	if len(strings.TrimSpace(string(raw[:min(len(raw), 1000)]))) == 0 && len(strings.TrimSpace(string(raw))) == 0 {
		return nil, fault.New(fault.Invalid, "メールが空です。", "The mail is empty.")
	}
	t := new(tree)
	root := t.parse(skipLeading(raw), "text/plain", 0)
	if root.speaksShiftJIS() && root.header.fromSoftBank() {
		root.asSoftBank()
	}
	m := &Mail{Header: root.header}
	m.readHeader(t)
	c := collector{tree: t, mail: m}
	c.collect(root)
	m.ReplyText, m.Signature = splitReply(m.Text)
	m.classify(root, t)
	m.Defects = t.defects
	return m, nil
}

// readHeader fills what the header says.
func (m *Mail) readHeader(t *tree) {
	h := m.Header
	m.FromAll = h.addresses("From")
	if len(m.FromAll) == 0 {
		m.FromAll = h.addresses("Sender")
	}
	if len(m.FromAll) > 0 {
		m.From = m.FromAll[0]
	}
	m.To, m.Cc, m.ReplyTo = h.addresses("To"), h.addresses("Cc"), h.addresses("Reply-To")
	m.Subject = h.Get("Subject")
	date, ok := ParseDate(h.Get("Date"))
	if !ok {
		t.note(Defect{Kind: DateUnreadable, Detail: h.Get("Date")})
	}
	m.Date = date
	if ids := MessageIDs(h.plain("Message-ID")); len(ids) > 0 {
		m.MessageID = ids[0]
	} else {
		m.MessageID = strings.Trim(h.plain("Message-ID"), "<> \t")
	}
	m.InReplyTo = MessageIDs(h.plain("In-Reply-To"))
	m.References = MessageIDs(h.plain("References"))
}

// addresses reads every field of a name; a mail may wrongly have several.
func (h Header) addresses(name string) []Address {
	var out []Address
	for _, f := range h.fields {
		if strings.EqualFold(f.name, name) {
			out = append(out, ParseAddresses(h.utf8(f.value))...)
		}
	}
	return out
}

// MessageIDs reads the message identifiers of a field (RFC 5322 section 3.6.4),
// without angle brackets. Words that are no identifier are left out, unless
// there are no brackets at all.
func MessageIDs(s string) []string {
	if len(s) > maxFieldBytes {
		s = s[:maxFieldBytes]
	}
	var out []string
	for rest := s; ; {
		open := strings.IndexByte(rest, '<')
		if open < 0 {
			break
		}
		rest = rest[open+1:]
		end := strings.IndexAny(rest, "<>")
		if end < 0 {
			end = len(rest)
		}
		if id := strings.Join(strings.Fields(rest[:end]), ""); id != "" {
			out = append(out, id)
		}
		rest = rest[end:]
	}
	if out != nil {
		return out
	}
	for _, w := range strings.Fields(s) {
		if strings.Contains(w, "@") || !strings.Contains(s, " ") {
			out = append(out, strings.Trim(w, ",;>"))
		}
	}
	return out
}
