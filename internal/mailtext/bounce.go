package mailtext

import "strings"

// BounceRecipient is one recipient that a mail did not reach, or, in a report
// of kind [Report], did reach.
type BounceRecipient struct {
	Recipient  string // address
	Status     string // enhanced status code (RFC 3463), "5.1.1"; derived from the text when the mail gives none; may be empty
	Action     string // "failed", "delayed", "delivered", "relayed" or "expanded"
	Diagnostic string // what the mail server said, on one line
}

// classify decides the kind of a mail and reads what bounces and reports say.
func (m *Mail) classify(root *part, t *tree) {
	m.readAuto()
	report := reportParts(root)
	m.OriginalMessageID = report.originalID
	switch {
	case report.status != nil && m.readDeliveryStatus(report.status.content(t.note)):
		m.mendStatuses()
	case m.readJSONBounce():
	case m.readForeignBounce(root):
		if m.OriginalMessageID == "" {
			m.OriginalMessageID = quotedMessageID(m.Text)
		}
	case report.disposition, report.feedback:
		m.Kind = Report
	case m.Auto.OutOfOffice:
		m.Kind = AutoReply
	case m.isList():
		m.Kind = List
	default:
		m.Kind = Normal
	}
	m.oncePerRecipient()
}

// oncePerRecipient keeps one line for each recipient: what is final counts more
// than a delay, and a reason more than none.
func (m *Mail) oncePerRecipient() {
	if m.Kind != Bounce {
		return
	}
	weight := func(b BounceRecipient) int {
		w := map[string]int{"failed": 4, "delayed": 2}[b.Action]
		if !strings.HasSuffix(b.Status, ".0.0") {
			w++
		}
		return w
	}
	kept := m.Bounces[:0:0]
	at := map[string]int{}
	for _, b := range m.Bounces {
		key := strings.ToLower(b.Recipient)
		i, again := at[key]
		switch {
		case !again || key == "":
			at[key] = len(kept)
			kept = append(kept, b)
		case weight(b) > weight(kept[i]):
			kept[i] = b
		}
	}
	m.Bounces = kept
}

// report is what the parts of a multipart/report say (RFC 3462).
type report struct {
	status      *part // message/delivery-status (RFC 3464)
	disposition bool  // message/disposition-notification (RFC 8098)
	feedback    bool  // message/feedback-report (RFC 5965)
	originalID  string
}

func reportParts(root *part) report {
	var r report
	kind := strings.ToLower(root.params["report-type"])
	for _, p := range root.all() {
		switch p.ctype {
		case "message/delivery-status", "message/global-delivery-status":
			if r.status == nil || strings.Contains(strings.ToLower(string(p.body[:min(len(p.body), 4096)])), "final-recipient") {
				r.status = p
			}
		case "message/disposition-notification", "message/global-disposition-notification":
			r.disposition = true
		case "message/feedback-report":
			r.feedback = true
		case "text/rfc822-headers", "message/rfc822-headers", "message/global-headers":
			if r.originalID == "" {
				h, _ := parseHeader(p.content(func(Defect) {}), func(Defect) {})
				r.originalID = first(MessageIDs(h.plain("Message-ID")))
			}
		case "message/rfc822", "message/global":
			if r.originalID == "" && p.mail != nil {
				r.originalID = first(MessageIDs(p.mail.header.plain("Message-ID")))
			}
		}
	}
	r.disposition = r.disposition || kind == "disposition-notification"
	r.feedback = r.feedback || kind == "feedback-report"
	if r.status == nil && !r.disposition && !r.feedback && kind == "" {
		r.originalID = foreignOriginal(root, r.originalID)
	}
	return r
}

// foreignOriginal keeps the returned mail's identifier only where it was
// returned by a mail system; a forwarded mail is nobody's original.
func foreignOriginal(root *part, id string) string {
	from := firstAddress(ParseAddresses(root.header.plain("From")))
	if daemonAddress(from.Addr) || daemonName(from) || strings.TrimSpace(string(root.header.raw("Return-Path"))) == "<>" {
		return id
	}
	return ""
}

func first(s []string) string {
	if len(s) == 0 {
		return ""
	}
	return s[0]
}

func firstAddress(s []Address) Address {
	if len(s) == 0 {
		return Address{}
	}
	return s[0]
}

// readDeliveryStatus reads RFC 3464 and reports whether it names a recipient.
func (m *Mail) readDeliveryStatus(b []byte) bool {
	var list []BounceRecipient
	cur, used := BounceRecipient{}, false
	flush := func() {
		if used {
			list = append(list, cur)
		}
		cur, used = BounceRecipient{}, false
	}
	for _, f := range statusFields(b) {
		if f.name == "" {
			flush()
			continue
		}
		value := strings.TrimSpace(decodeWords(Header{}.utf8(f.value)))
		switch strings.ToLower(f.name) {
		case "final-recipient":
			if cur.Recipient != "" && cur.Action != "" { // no empty line between two recipients
				flush()
			}
			if addr := typedAddress(value); addr != "" {
				cur.Recipient, used = addr, true
			}
		case "original-recipient":
			if addr := typedAddress(value); addr != "" && cur.Recipient == "" {
				cur.Recipient, used = addr, true
			}
		case "x-actual-recipient":
			if cur.Recipient == "" {
				cur.Recipient = typedAddress(value)
			}
		case "action":
			word := strings.ToLower(value)
			if i := strings.IndexAny(word, " \t(;"); i > 0 {
				word = word[:i]
			}
			cur.Action, used = word, true
		case "status":
			s := statusCode(value)
			if s == "" {
				s = statusIn(value) // an SMTP reply code in its place
			}
			if s != "" {
				cur.Status, used = s, true
			}
		case "diagnostic-code":
			if _, text, ok := strings.Cut(value, ";"); ok {
				value = text
			}
			cur.Diagnostic = oneLine(value)
		}
	}
	flush()
	if len(list) == 0 {
		return false
	}
	m.Bounces = list
	m.Kind = Report
	for i := range list {
		b := &m.Bounces[i]
		switch b.Action {
		case "delivered", "relayed", "expanded":
			continue
		case "failed", "delayed":
		default:
			b.Action = actionOf(b.Status)
		}
		if !strings.HasPrefix(b.Status, "2.") {
			m.Kind = Bounce
		}
	}
	return true
}

// statusFields splits a delivery status into its fields, with a nameless one
// for each empty line.
func statusFields(b []byte) []field {
	var out []field
	for len(b) > 0 && len(out) < 5000 {
		line, rest := nextLine(b)
		b = rest
		name, value := splitField(line)
		switch {
		case isBlank(line):
			out = append(out, field{})
		case isSpace(line[0]) && len(out) > 0 && out[len(out)-1].name != "":
			last := &out[len(out)-1]
			if len(last.value) < maxFieldBytes {
				last.value = append(append(last.value[:len(last.value):len(last.value)], ' '), line...)
			}
		case name != "":
			out = append(out, field{name, value})
		}
	}
	return out
}

// typedAddress reads "rfc822; user@example.com".
func typedAddress(s string) string {
	if _, addr, ok := strings.Cut(s, ";"); ok {
		s = addr
	}
	s = strings.TrimSpace(s)
	if list := ParseAddresses(s); len(list) > 0 && list[0].Addr != "" {
		return list[0].Addr
	}
	return strings.Trim(s, "<> \t")
}

// mendStatuses fills in what a delivery status leaves open from its own words.
func (m *Mail) mendStatuses() {
	for i := range m.Bounces {
		b := &m.Bounces[i]
		if b.Status == "" || strings.HasSuffix(b.Status, ".0.0") {
			if s := statusIn(b.Diagnostic); s != "" && (b.Status == "" || s[0] == b.Status[0]) {
				b.Status = s
			}
		}
		if b.Status == "" {
			b.Status = statusByWords(b.Diagnostic+" "+m.Text, b.Action == "delayed")
		}
		if b.Status == "" {
			b.Status = map[string]string{"failed": "5.0.0", "delayed": "4.0.0"}[b.Action]
		}
	}
}

func actionOf(status string) string {
	switch {
	case strings.HasPrefix(status, "2."):
		return "delivered"
	case strings.HasPrefix(status, "4."):
		return "delayed"
	}
	return "failed"
}

func oneLine(s string) string { return strings.Join(strings.Fields(s), " ") }
