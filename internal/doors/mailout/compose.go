// Package mailout is the door through which the desk's mail leaves: it
// composes the bytes and gives them to a relay.
//
// It owns the form of outgoing mail (RFC 5322, MIME, RFC 3834), the
// conversation with the relay, and the patience of repeated attempts. It
// refuses to invent anything at sending time: Message-ID and Date are the
// caller's, and the same [Message] gives the same bytes, so that a mail sent
// twice is the very same mail.
//
// A mail can be sent twice: when the program dies after the relay's 250 and
// before that is recorded, the next attempt repeats it. The other choice would
// be to lose it. Mail systems and people recognize the copy by its Message-ID.
//
// Start reading at [Compose], then [Relay] and [Sender].
package mailout

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"time"

	"madoguchi/terms/cases"
	"madoguchi/terms/fault"
)

// Message is a mail to be composed.
type Message struct {
	MessageID string    // without angle brackets; fixed by the caller before the first attempt
	Date      time.Time // the release, in the zone that the header shall show
	From      cases.Address
	ReplyTo   cases.Address // zero for none
	To, Cc    []cases.Address

	Subject string
	Tag     string // such as "[CS-10482]"; put into the subject unless it is there

	InReplyTo  string   // Message-ID of the mail that is answered; empty for a new thread
	References []string // of the mail that is answered, oldest first

	Language    string // "ja" or "en"
	Markdown    string // the text as it was written; the plain part says the same without its marks
	Plain       string // the plain part when it must differ from Markdown; alone, the mail has no HTML part
	Signature   string // plain text below the mail
	Quote       *Quoted
	Attachments []Attachment

	Auto bool // written by the machine: carries the headers that keep other machines from answering
}

// Quoted is the customer's mail, quoted in full below the signature as
// Japanese business mail does (全文引用).
type Quoted struct {
	From cases.Address
	Date time.Time // in the zone to be shown
	Text string
}

// Attachment is a file that goes with a mail.
type Attachment struct {
	Name    string
	Type    string // media type; empty for application/octet-stream
	Content []byte
}

// Compose returns the bytes of m: lines end in CRLF and none is longer than
// 78 bytes, except where a foreign Message-ID is. The error is a
// [fault.Invalid] that names the field.
//
// The text goes out as UTF-8, fixed and not flowed: format=flowed (RFC 3676)
// breaks lines at blanks, which Japanese does not have, and the clients most
// used in Japanese companies show its line ends as typed ones.
func Compose(m Message) ([]byte, error) {
	if err := check(m); err != nil {
		return nil, err
	}
	var h header
	h.add("Date", m.Date.Format(time.RFC1123Z))
	h.addresses("From", []cases.Address{m.From})
	if m.ReplyTo.Addr != "" {
		h.addresses("Reply-To", []cases.Address{m.ReplyTo})
	}
	h.addresses("To", m.To)
	h.addresses("Cc", m.Cc)
	h.text("Subject", subject(m))
	h.ids("Message-ID", []string{m.MessageID})
	if refs := chain(m.References, m.InReplyTo); len(refs) > 0 {
		if usableID(m.InReplyTo) {
			h.ids("In-Reply-To", []string{m.InReplyTo})
		}
		h.ids("References", refs)
	}
	if m.Auto {
		automatic(&h, m.InReplyTo != "")
	}
	h.add("MIME-Version", "1.0")
	if m.Language != "" {
		h.add("Content-Language", m.Language)
	}

	body, err := bodyPart(m)
	if err != nil {
		return nil, err
	}
	if len(m.Attachments) > 0 {
		parts := []part{body}
		for _, a := range m.Attachments {
			parts = append(parts, attachmentPart(a))
		}
		body = container("mixed", boundary(m.MessageID, "mixed"), parts)
	}
	return []byte(h.b.String() + body.fields + "\r\n" + body.body), nil
}

// automatic marks a machine's mail. Auto-Submitted is the standard's word (RFC
// 3834 5). Exchange and Outlook do not know it, hence X-Auto-Response-Suppress,
// without its NDR: the desk wants to hear that a mail did not arrive. There is
// no "Precedence: bulk": RFC 3834 does not recommend it, and filters take such
// mail for advertising, while an acknowledgement must be seen.
func automatic(h *header, reply bool) {
	kind := "auto-generated"
	if reply {
		kind = "auto-replied"
	}
	h.add("Auto-Submitted", kind)
	h.add("X-Auto-Response-Suppress", "DR, RN, NRN, OOF, AutoReply")
}

func bodyPart(m Message) (part, error) {
	body := readMarkdown(m.Markdown)
	plain := textPart("plain", plainText(m, body))
	if m.Markdown == "" {
		return plain, nil
	}
	html, err := htmlText(m, body)
	if err != nil {
		return part{}, err
	}
	return container("alternative", boundary(m.MessageID, "alternative"), []part{plain, textPart("html", html)}), nil
}

// boundary separates parts. It is made of the Message-ID so that composing
// again gives the same bytes; "=_" occurs in no encoded part (RFC 2045 6.7).
func boundary(messageID, kind string) string {
	sum := sha256.Sum256([]byte(kind + "\x00" + messageID))
	return "=_" + hex.EncodeToString(sum[:12])
}

func check(m Message) error {
	bad := func(field, ja, en string) error { return fault.New(fault.Invalid, ja, en).At(field) }
	if !usableID(m.MessageID) {
		return bad("message_id", "Message-ID の形式が正しくありません（例: abc@example.jp）。", fmt.Sprintf("the Message-ID %q is malformed: give it as left@right, without blanks or brackets", m.MessageID))
	}
	if m.Date.IsZero() {
		return bad("date", "送信日時がありません。", "the mail has no date")
	}
	if len(m.To) == 0 {
		return bad("to", "宛先がありません。", "the mail has no recipient")
	}
	if cmp.Or(m.Markdown, m.Plain) == "" {
		return bad("text", "本文がありません。", "the mail has no text")
	}
	for _, f := range []struct {
		name string
		list []cases.Address
	}{{"from", []cases.Address{m.From}}, {"reply_to", nonZero(m.ReplyTo)}, {"to", m.To}, {"cc", m.Cc}} {
		for _, a := range f.list {
			if !usableAddress(a.Addr) {
				return bad(f.name, fmt.Sprintf("メールアドレス %q の形式が正しくありません。", a.Addr), fmt.Sprintf("%q is not a mail address: give it as name@domain", a.Addr))
			}
		}
	}
	return nil
}

func nonZero(a cases.Address) []cases.Address {
	if a == (cases.Address{}) {
		return nil
	}
	return []cases.Address{a}
}
