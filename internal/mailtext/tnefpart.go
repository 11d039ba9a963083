package mailtext

import (
	"bytes"
	"cmp"
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"mime"
	"strings"
	"time"
	"unicode/utf8"

	"madoguchi/internal/mailtext/tnef"
)

// isTNEF reports a winmail.dat, whatever its label.
func isTNEF(p *part) bool {
	return p.ctype == "application/ms-tnef" || p.ctype == "application/vnd.ms-tnef" || strings.EqualFold(p.name(), "winmail.dat")
}

// tnef lists the files of a winmail.dat beside it, and shows its text when the
// mail shows nothing else.
func (c *collector) tnef(data []byte) {
	if m, ok := tnef.Parse(data, c.mail.Header.hint); ok {
		c.tnefMessage(m, 0)
	}
}

func (c *collector) tnefMessage(m *tnef.Message, depth int) {
	if c.spare.text == "" && c.spare.html == "" {
		c.spare = slot{text: normalLines(strings.ReplaceAll(m.Text, "\x00", "")), html: m.HTML}
		if strings.TrimSpace(c.spare.text) == "" && m.HTML != "" {
			c.spare.text = HTMLText(m.HTML)
		}
	}
	for _, a := range m.Attachments {
		kind := a.Type
		if kind == "" {
			kind = typeByName(a.Name)
		}
		if a.Embedded != nil { // a mail that every mail program opens, not the stream that it came as
			a.Name, kind = cmp.Or(a.Embedded.Subject, a.Name, "message")+".eml", "message/rfc822"
			a.Data = tnefMail(a.Embedded, 0)
		}
		c.mail.Attachments = append(c.mail.Attachments, newAttachment(a.Name, kind, a.ContentID, a.ContentID != "", a.Data))
		if a.Embedded != nil && depth < maxDepth {
			c.tnefMessage(a.Embedded, depth+1)
		}
	}
	if m.RTF != nil && m.HTML == "" && len(m.Text) == 0 {
		c.mail.Attachments = append(c.mail.Attachments, newAttachment("body.rtf", "application/rtf", "", false, m.RTF))
	}
}

// tnefMail writes a message of a winmail.dat as a mail: who wrote it to whom and
// when, its texts, its files. The same message gives the same bytes.
func tnefMail(m *tnef.Message, depth int) []byte {
	var b bytes.Buffer
	field := func(name, value string) {
		if value != "" {
			fmt.Fprintf(&b, "%s: %s\r\n", name, value)
		}
	}
	field("From", tnefPeople([]tnef.Person{m.From}))
	field("To", tnefPeople(m.To))
	field("Cc", tnefPeople(m.Cc))
	field("Subject", headerWords(m.Subject))
	if !m.Sent.IsZero() {
		field("Date", m.Sent.Format(time.RFC1123Z))
	}
	if m.MessageID != "" && !strings.ContainsAny(m.MessageID, "\r\n<> ") {
		field("Message-ID", "<"+m.MessageID+">")
	}
	sum := sha256.Sum256([]byte(m.Subject + m.Text + m.HTML))
	boundary := fmt.Sprintf("=_%x_%d", sum[:12], depth)
	field("MIME-Version", "1.0")
	field("Content-Type", `multipart/mixed; boundary="`+boundary+`"`)
	part := func(ctype, disposition string, data []byte) {
		b.WriteString("\r\n--" + boundary + "\r\n")
		field("Content-Type", ctype)
		field("Content-Disposition", disposition)
		field("Content-Transfer-Encoding", "base64")
		b.WriteString("\r\n")
		for coded := base64.StdEncoding.EncodeToString(data); coded != ""; {
			n := min(76, len(coded))
			b.WriteString(coded[:n] + "\r\n")
			coded = coded[n:]
		}
	}
	if m.HTML != "" { // it says all that the text does
		part("text/html; charset=utf-8", "", []byte(m.HTML))
	} else {
		part("text/plain; charset=utf-8", "", []byte(normalLines(strings.ReplaceAll(m.Text, "\x00", ""))))
	}
	for _, a := range m.Attachments {
		kind := cmp.Or(a.Type, typeByName(a.Name))
		if a.Embedded != nil && depth < maxDepth {
			a.Name, kind, a.Data = cmp.Or(a.Embedded.Subject, a.Name, "message")+".eml", "application/octet-stream", tnefMail(a.Embedded, depth+1)
		}
		if kind = mime.FormatMediaType(kind, nil); kind == "" {
			kind = "application/octet-stream"
		}
		part(kind, mime.FormatMediaType("attachment", map[string]string{"filename": strings.ToValidUTF8(a.Name, "\uFFFD")}), a.Data)
	}
	b.WriteString("\r\n--" + boundary + "--\r\n")
	return b.Bytes()
}

func tnefPeople(people []tnef.Person) string {
	var out []string
	for _, p := range people {
		switch {
		case p.Addr != "" && p.Name != "" && p.Name != p.Addr:
			out = append(out, headerWords(p.Name)+" <"+headerText(p.Addr)+">")
		case p.Addr != "":
			out = append(out, headerText(p.Addr))
		case p.Name != "":
			out = append(out, headerWords(p.Name)+" <>")
		}
	}
	return strings.Join(out, ",\r\n ")
}

// headerWords writes a text as encoded-words of whole characters, a line each;
// plain words stay as they are.
func headerWords(s string) string {
	s = headerText(s)
	if strings.Trim(s, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789 -") == "" {
		return s
	}
	var lines []string
	for piece := ""; s != ""; {
		r, n := utf8.DecodeRuneInString(s)
		if piece, s = piece+string(r), s[n:]; len(piece) > 36 || s == "" {
			lines = append(lines, "=?utf-8?B?"+base64.StdEncoding.EncodeToString([]byte(piece))+"?=")
			piece = ""
		}
	}
	return strings.Join(lines, "\r\n ")
}

func headerText(s string) string {
	return strings.TrimSpace(strings.NewReplacer("\r", " ", "\n", " ", "\x00", "").Replace(s))
}
