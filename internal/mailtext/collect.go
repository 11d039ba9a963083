package mailtext

import (
	"bytes"
	"html"
	"strings"
	"unicode"
	"unicode/utf8"

	"madoguchi/internal/mailtext/charset"
)

// collector walks the tree and gathers texts and attachments.
type collector struct {
	tree  *tree
	mail  *Mail
	spare slot // what a winmail.dat shows, used when nothing else is
	shown bool // only texts are wanted: no attachments, no mails further inside
}

// slot is what one place of a mail shows: a text, or HTML with its text.
type slot struct{ text, html string }

func (c *collector) collect(root *part) {
	slots := c.walk(root, 0)
	if shown := c.spare; blankSlots(slots) && (shown.text != "" || shown.html != "") {
		slots = append(slots, shown)
	}
	texts := make([]string, 0, len(slots))
	htmls := make([]string, 0, len(slots))
	hasHTML := false
	for _, s := range slots {
		hasHTML = hasHTML || s.html != ""
	}
	for _, s := range slots {
		if t := strings.Trim(s.text, "\n"); strings.TrimSpace(t) != "" {
			texts = append(texts, t)
		}
		switch {
		case s.html != "":
			htmls = append(htmls, s.html)
		case hasHTML && strings.TrimSpace(s.text) != "":
			htmls = append(htmls, "<pre>"+html.EscapeString(s.text)+"</pre>")
		}
	}
	if len(texts) == 0 && !hasHTML {
		texts = append(texts, c.fallback(root)...)
	}
	c.mail.Text = strings.Join(texts, "\n\n")
	c.mail.HTML = strings.Join(htmls, "\n")
}

func blankSlots(slots []slot) bool {
	for _, s := range slots {
		if strings.TrimSpace(s.text) != "" || s.html != "" {
			return false
		}
	}
	return true
}

// fallback gives a mail that shows nothing the text of its machine-readable
// reports, of an invitation, or of the mail inside it.
func (c *collector) fallback(root *part) []string {
	var out []string
	for _, p := range root.all() {
		if p.ctype == "message/delivery-status" || p.ctype == "text/rfc822-headers" && len(out) == 0 {
			out = append(out, strings.TrimSpace(c.decode(p, p.content(c.tree.note), "")))
		}
	}
	if len(out) > 0 {
		return out
	}
	for _, p := range root.all() {
		switch {
		case p.ctype == "text/calendar" || p.ctype == "application/ics":
			if t := invitationText(c.decode(p, unfoldCalendar(p.content(c.tree.note)), "")); t != "" {
				return []string{t}
			}
		case p.ctype == "message/partial" && p.mail == nil: // a further piece: its header is in the first
			if data := p.content(c.tree.note); binaryKind(data, "") == "" {
				return []string{strings.TrimSpace(c.decode(p, data, ""))}
			}
		}
		if p.name() == "" && (p.ctype == "text/plain" || p.ctype == "text/html") {
			_, data := extractYEnc(p.content(c.tree.note))
			if t := c.decode(p, data, ""); strings.TrimSpace(t) != "" {
				if p.ctype == "text/html" {
					t = HTMLText(t)
				}
				return []string{t}
			}
		}
		if p.mail == nil {
			continue
		}
		inner := collector{tree: c.tree, mail: &Mail{Header: p.mail.header}, shown: true}
		inner.collect(p.mail)
		if inner.mail.Text != "" {
			c.mail.HTML = inner.mail.HTML
			return []string{inner.mail.Text}
		}
	}
	return nil
}

// walk returns what a part shows and adds its attachments to the mail.
func (c *collector) walk(p *part, depth int) []slot {
	switch {
	case p.ctype == "multipart/alternative":
		return c.alternative(p, depth)
	case strings.HasPrefix(p.ctype, "multipart/"):
		if p.ctype == "multipart/encrypted" {
			nameEncrypted(p)
		}
		var out []slot
		for _, child := range p.children {
			out = append(out, c.walk(child, depth)...)
		}
		return out
	case p.mail != nil:
		return c.inner(p, depth)
	case c.isText(p):
		return c.text(p)
	case isTNEF(p):
		data := p.content(c.tree.note)
		c.attachData(p, data)
		c.tnef(data)
		return nil
	case isSMIME(p):
		return c.smime(p, depth)
	case p.ctype == "application/applefile":
		data := p.content(c.tree.note)
		c.attachData(p, data)
		if f, ok := appleSingle(data); ok && !c.shown {
			c.attachFiles(p, []file{f})
		}
		return nil
	case p.ctype == "application/octet-stream":
		data := p.content(c.tree.note)
		if files, _ := extractYEnc(data); len(files) > 0 && bytes.HasPrefix(data, []byte("=ybegin ")) && !c.shown {
			c.attachFiles(p, files)
			return nil
		}
		c.attachData(p, data)
		c.tnef(data) // under any name: it is known by its first bytes
		return nil
	case p.ctype == "application/mac-binhex40" || p.ctype == "application/mac-binhex":
		data := p.content(c.tree.note)
		c.attachData(p, data)
		if f, ok := extractBinHex(data); ok && !c.shown {
			c.attachFiles(p, []file{f})
		}
		return nil
	}
	c.attach(p)
	return nil
}

// alternative shows one of several forms: the plain text, with the HTML beside it.
func (c *collector) alternative(p *part, depth int) []slot {
	var plain, rich []slot
	for _, child := range p.children {
		for _, s := range c.walk(child, depth) {
			if s.html != "" {
				rich = append(rich, s)
			} else {
				plain = append(plain, s)
			}
		}
	}
	blank := true
	for _, s := range plain {
		blank = blank && unseen(s.text)
	}
	if len(rich) == 0 {
		return plain
	}
	if blank {
		return rich
	}
	// The plain forms speak for the rich ones.
	for i := range rich {
		rich[i].text = ""
	}
	rich[0].text = plain[0].text
	for _, s := range plain[1:] {
		if !strings.Contains(rich[0].text, s.text) {
			rich[0].text += "\n\n" + s.text
		}
	}
	return rich
}

// unseen reports a text with nothing to see in it.
func unseen(s string) bool {
	return strings.TrimFunc(s, func(r rune) bool { return unicode.IsSpace(r) || unicode.Is(unicode.Cf, r) }) == ""
}

// nameEncrypted names what is encrypted (RFC 3156 section 4), where its sender did not.
func nameEncrypted(p *part) {
	for _, child := range p.children {
		if child.ctype == "application/octet-stream" && child.name() == "" {
			child.params["name"] = "encrypted.asc"
		}
	}
}

// inner keeps a mail inside the mail as a file; its own files are listed too,
// and its text counts only when nothing else is said.
func (c *collector) inner(p *part, depth int) []slot {
	c.attach(p)
	if depth >= maxDepth || c.shown {
		return nil
	}
	c.walk(p.mail, depth+1)
	return nil
}

// isSMIME reports an S/MIME message, also one known by its file's name only.
func isSMIME(p *part) bool {
	switch p.ctype {
	case "application/pkcs7-mime", "application/x-pkcs7-mime":
		return true
	case "application/octet-stream":
		return strings.HasSuffix(strings.ToLower(p.name()), ".p7m")
	}
	return false
}

// smime keeps an S/MIME message as a file and shows the mail inside it when it
// is signed only.
func (c *collector) smime(p *part, depth int) []slot {
	data := p.content(c.tree.note)
	c.attachData(p, data)
	inner, ok := cmsContent(data)
	if !ok || depth >= maxDepth {
		return nil
	}
	return c.walk(c.tree.parse(inner, "text/plain", depth+1), depth+1)
}

// isText reports a part that is shown, not only attached.
func (c *collector) isText(p *part) bool {
	if p.ctype == "application/pgp" && p.disp != "attachment" { // text, before RFC 3156
		return true
	}
	if !strings.HasPrefix(p.ctype, "text/") || p.disp == "attachment" {
		return false
	}
	switch strings.TrimPrefix(p.ctype, "text/") {
	case "calendar", "x-vcalendar", "vcard", "x-vcard", "directory", "rfc822-headers", "x-amp-html", "watch-html", "css", "javascript":
		return false
	case "plain", "html", "enriched", "richtext":
		return true
	}
	return p.name() == ""
}

// text decodes a text part. A named one is a file as well.
func (c *collector) text(p *part) []slot {
	data := p.content(c.tree.note)
	if p.name() != "" {
		c.attachData(p, data)
	}
	var files []file
	if p.ctype != "text/html" { // yEnc is no text and would mislead the guess of the charset
		files, data = extractYEnc(data)
	}
	if kind := binaryKind(data, p.params["charset"]); kind != "" {
		if p.name() == "" { // a file that says it is text
			p.ctype = kind
			c.attachData(p, data)
		}
		return nil
	}
	switch p.ctype {
	case "text/html":
		h := c.decode(p, data, metaCharset(data))
		return []slot{{text: HTMLText(h), html: h}}
	case "text/enriched", "text/richtext":
		return []slot{{text: enrichedText(c.decode(p, data, ""))}}
	}
	// Files written into the text are attachments too; the text stays as sent.
	coded, _ := extractUU(data)
	files = append(files, coded...)
	if f, ok := extractBinHex(data); ok {
		files = append(files, f)
	}
	c.attachFiles(p, files)
	text := c.decode(p, data, "")
	if strings.Contains(text, "-----BEGIN PGP ") {
		c.mail.Attachments = append(c.mail.Attachments, pgpFiles(text)...)
	}
	if strings.EqualFold(p.params["format"], "flowed") {
		text = unflow(text, strings.EqualFold(p.params["delsp"], "yes"))
	}
	return []slot{{text: text}}
}

// attachFiles adds what was found inside a part, and what a winmail.dat among it holds.
func (c *collector) attachFiles(p *part, files []file) {
	for _, f := range files {
		name := c.decode(p, []byte(f.name), "")
		c.mail.Attachments = append(c.mail.Attachments, newAttachment(name, typeByName(name), "", false, f.data))
		c.tnef(f.data)
	}
}

// decode turns the bytes of a text part into UTF-8 with "\n" line ends.
func (c *collector) decode(p *part, data []byte, inner string) string {
	label := p.params["charset"]
	if !charset.Known(label) && inner != "" {
		label = inner
	}
	hint := p.header.hint
	if hint == label {
		hint = c.mail.Header.hint
	}
	if whole := dropCutRune(data); len(whole) < len(data) && charset.Canonical(label) == "utf-8" {
		c.tree.note(Defect{Kind: CharsetLoss, Detail: "the last character is cut"})
		data = whole
	}
	r := charset.Decode(label, hint, data)
	if r.Mended {
		c.tree.note(Defect{Kind: CharsetMended, Detail: "labelled " + label + ", read as " + r.Used})
	}
	if r.Bad > 0 {
		c.tree.note(Defect{Kind: CharsetLoss, Detail: r.Used})
	}
	return normalLines(r.Text)
}

// dropCutRune returns UTF-8 without the character that its end cuts in two.
func dropCutRune(b []byte) []byte {
	s := bytes.TrimRight(b, "\r\n")
	for i := len(s) - 1; i >= 0 && i >= len(s)-3 && s[i] >= 0x80; i-- {
		if utf8.RuneStart(s[i]) {
			if !utf8.FullRune(s[i:]) && utf8.Valid(s[:i]) {
				return s[:i]
			}
			break
		}
	}
	return b
}

// normalLines makes every line end "\n" and removes NULs.
func normalLines(s string) string {
	if !strings.ContainsAny(s, "\r\x00") {
		return s
	}
	return lineEnds.Replace(s)
}

var lineEnds = strings.NewReplacer("\r\r\n", "\n", "\r\n", "\n", "\r", "\n", "\x00", "")
