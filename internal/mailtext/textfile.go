package mailtext

import (
	"bytes"
	"cmp"
	"strings"

	"madoguchi/internal/mailtext/charset"
)

// PlainText reads a file that is a text in whatever charset, for showing it.
// ok is false for a file that is none: one with bytes that no charset
// explains, or with zero bytes and no mark of UTF-16 before them.
func PlainText(data []byte) (text string, ok bool) {
	label := ""
	switch {
	case bytes.HasPrefix(data, []byte("\xff\xfe")), bytes.HasPrefix(data, []byte("\xfe\xff")):
		label = "utf-16"
	case bytes.IndexByte(data, 0) >= 0:
		return "", false
	}
	r := charset.Decode(label, "", data)
	if r.Bad > 0 || strings.ContainsRune(r.Text, 0) {
		return "", false
	}
	return strings.TrimPrefix(r.Text, "\ufeff"), true
}

// MailFile reads a mail that came as a file, for showing it: who wrote it to
// whom and when, its subject, its text, and what its files are called. ok is
// false for a file that has neither a sender nor a subject.
func MailFile(data []byte) (text string, ok bool) {
	m, err := Read(data)
	if err != nil || len(m.FromAll) == 0 && m.Subject == "" {
		return "", false
	}
	var b strings.Builder
	field := func(name, value string) {
		if value != "" {
			b.WriteString(name + ": " + value + "\n")
		}
	}
	people := func(list []Address) string {
		var out []string
		for _, a := range list {
			if a.Name != "" && a.Addr != "" {
				out = append(out, a.Name+" <"+a.Addr+">")
			} else {
				out = append(out, cmp.Or(a.Addr, a.Name))
			}
		}
		return strings.Join(out, ", ")
	}
	field("From", people(m.FromAll))
	field("To", people(m.To))
	field("Cc", people(m.Cc))
	if !m.Date.IsZero() {
		field("Date", m.Date.Format("2006-01-02 15:04 -0700"))
	}
	field("Subject", m.Subject)
	for _, a := range m.Attachments {
		field("File", a.Name)
	}
	return b.String() + "\n" + strings.TrimSpace(m.Text) + "\n", true
}
