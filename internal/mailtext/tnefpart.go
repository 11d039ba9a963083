package mailtext

import (
	"strings"

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
		if a.Embedded != nil {
			if a.Name == "" {
				a.Name = a.Embedded.Subject
			}
			kind = "application/ms-tnef"
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
