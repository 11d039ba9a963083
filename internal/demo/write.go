package demo

import (
	"cmp"
	"encoding/hex"
	"fmt"
	"hash/fnv"
	"strings"
	"time"

	"madoguchi/internal/mailtext"
)

// first writes the mail that opens a story. Its id and its bytes follow from
// the story and the instant.
func (c *cast) first(s story, at time.Time, to string) letter {
	l := letter{
		to: to, cc: s.CC, subject: s.Subject, text: s.Text, html: s.HTML, attach: s.Attach, date: at,
	}
	if s.Stranger != nil {
		l.fromName, l.from = s.Stranger.Name, s.Stranger.Mail
	} else {
		c.sign(&l, c.writers[s.From])
	}
	l.id = messageID(l.from, s.ID, at)
	if s.Auto {
		l.extra = append(l.extra, "Auto-Submitted: auto-replied")
	}
	if s.List != "" {
		l.extra = append(l.extra, "List-Id: <news."+s.List+">", "List-Unsubscribe: <mailto:leave@"+s.List+">", "Precedence: list")
	}
	return l
}

// answer writes a customer's answer to a mail of the desk, threaded and quoted
// as their mail program does it.
func (c *cast) answer(w writer, to *mailtext.Mail, text, id string, at time.Time) letter {
	l := letter{subject: to.Subject, date: at, to: to.From.Addr, inReplyTo: to.MessageID}
	if len(to.ReplyTo) > 0 {
		l.to = to.ReplyTo[0].Addr
	}
	if !strings.HasPrefix(strings.ToLower(l.subject), "re:") {
		l.subject = "Re: " + l.subject
	}
	l.references = append(append(l.references, to.References...), to.MessageID)
	l.text = text
	c.sign(&l, w)
	l.id = messageID(l.from, id, at)
	l.text = strings.TrimRight(l.text, "\n") + "\n\n" + quotation(w, to)
	return l
}

// sign puts a person's name, charset and signature on a letter.
func (c *cast) sign(l *letter, w writer) {
	l.fromName, l.from, l.charset = w.Name, w.addr, w.Charset
	text := strings.TrimRight(l.text, "\n") + "\n\n"
	if w.org.Language == "ja" {
		l.text = text + fmt.Sprintf("-- \n%s　%s\n%s\nTEL: %s　E-mail: %s\n", w.org.name(), w.Title, w.Name, w.Tel, w.addr)
		return
	}
	l.text = text + fmt.Sprintf("-- \n%s\n%s, %s\n%s\n", w.Name, w.Title, w.org.name(), w.Tel)
}

// quotation is the mail that is answered, below the answer: after a line of
// dashes as the mail programs of Japanese offices do, or with signs in front.
func quotation(w writer, m *mailtext.Mail) string {
	from := strings.TrimSpace(m.From.Name + " <" + m.From.Addr + ">")
	text := strings.TrimRight(m.Text, "\n")
	if w.Charset != "" {
		return fmt.Sprintf("-----Original Message-----\nFrom: %s\nSent: %s\nTo: %s\nSubject: %s\n\n%s\n",
			from, m.Date.Format("Monday, January 2, 2006 3:04 PM"), w.addr, m.Subject, text)
	}
	head := "On " + m.Date.Format("Mon, 2 Jan 2006 at 15:04") + ", " + from + " wrote:"
	if w.org.Language == "ja" {
		day := []string{"日", "月", "火", "水", "木", "金", "土"}[m.Date.Weekday()]
		head = m.Date.Format("2006年1月2日(") + day + m.Date.Format(") 15:04 ") + from + ":"
	}
	return head + "\n\n> " + strings.ReplaceAll(text, "\n", "\n> ") + "\n"
}

// bounce writes the report of a mail server that a mail of the desk could not
// be delivered (RFC 3464).
func bounce(to *mailtext.Mail, recipient, code, diagnostic, id string, at time.Time) letter {
	_, domain, _ := strings.Cut(recipient, "@")
	l := letter{
		fromName: "Mail Delivery System", from: "MAILER-DAEMON@" + domain, to: to.From.Addr, date: at,
		subject: "Undelivered Mail Returned to Sender", inReplyTo: to.MessageID, references: []string{to.MessageID},
		extra: []string{"Auto-Submitted: auto-replied"},
	}
	l.id = messageID(l.from, id, at)
	l.text = "This is the mail system at host mx." + domain + ".\n\nYour message could not be delivered.\n\n<" + recipient + ">: " + diagnostic + "\n"
	l.report = []string{
		"Content-Type: message/delivery-status\r\n\r\n" + crlf(fmt.Sprintf(
			"Reporting-MTA: dns; mx.%s\nArrival-Date: %s\n\nFinal-Recipient: rfc822; %s\nAction: failed\nStatus: %s\nDiagnostic-Code: smtp; %s",
			domain, at.Format(time.RFC1123Z), recipient, cmp.Or(code, "5.0.0"), diagnostic,
		)),
		"Content-Type: text/rfc822-headers\r\n\r\n" + crlf(fmt.Sprintf("Message-ID: <%s>\nTo: <%s>", to.MessageID, recipient)),
	}
	return l
}

// messageID makes an id as the sender's mail program would: the same for the
// same mail.
func messageID(from, key string, at time.Time) string {
	_, domain, _ := strings.Cut(from, "@")
	h := fnv.New64a()
	_, _ = fmt.Fprintf(h, "%s %d", key, at.UnixNano()) // a hash never fails
	return hex.EncodeToString(h.Sum(nil)) + "." + at.UTC().Format("20060102150405") + "@" + domain
}

// automatic reports whether the desk's machinery wrote a mail, and no person.
func automatic(m *mailtext.Mail) bool {
	return m.Auto.AutoSubmitted != "" && m.Auto.AutoSubmitted != "no"
}
