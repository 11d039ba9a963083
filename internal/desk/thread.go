package desk

import (
	"crypto/sha256"
	"encoding/hex"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"madoguchi/internal/mailtext"
	"madoguchi/internal/records/store"
	"madoguchi/terms/cases"
	"madoguchi/terms/fault"
)

// keptText is how much of a mail's text goes into the history, in bytes; the
// raw mail has the rest.
const keptText = 256 << 10

// withoutID ends the ids of mails that came without one. They are known here
// only, so no mail of ours points at them.
const withoutID = "@no-message-id.invalid"

// received turns a mail that was read into the fact of its reception.
func (d *Desk) received(l letter) cases.MessageReceived {
	m := l.mail
	r := cases.MessageReceived{
		Message: newID(), Source: l.ID, From: address(m.From), To: addresses(m.To), Cc: addresses(m.Cc),
		Subject: cut(strings.TrimSpace(m.Subject), 1000), Text: withoutLinks(cut(m.Text, keptText)), New: withoutLinks(cut(m.ReplyText, keptText)),
		Truncated: len(m.Text) > keptText, HTML: m.HTML != "", MessageID: m.MessageID,
		References: references(m), Received: l.ReceivedAt, Dated: m.Date.UTC(), Auto: d.machine(l), Auth: l.auth,
	}
	if r.From.Addr == "" {
		r.From.Addr = l.EnvelopeFrom
	}
	if r.MessageID == "" {
		// A mail without an id gets one of ours, the same at every reading.
		r.MessageID = l.Raw.SHA256[:32] + withoutID
	}
	for _, a := range m.Attachments {
		r.Attachments = append(r.Attachments, cases.Attachment{Name: a.Name, Type: a.Type, Size: int64(len(a.Data)), SHA256: a.SHA256, Inline: standsIn(l.mail.HTML, a)})
	}
	return r
}

// thread finds the case that a mail says it belongs to, in the order: keyed
// token in a recipient, keyed token in our own Message-IDs, another
// Message-ID that was seen, keyed token in the subject. A bare number or an
// equal subject never threads.
func (d *Desk) thread(tx *store.Tx, l letter, s sender) (cases.ID, string, error) {
	m := l.mail
	rcpts := slices.Concat(l.EnvelopeTo, addrs(m.To), addrs(m.Cc))
	if key, ok := d.tokens.FromRecipients(rcpts); ok {
		return d.known(tx, key, "address")
	}
	refs := references(m)
	if key, ok := d.tokens.FromMessageIDs(nearestFirst(m)); ok {
		return d.known(tx, key, "message-id")
	}
	if len(refs) > 0 {
		seen, err := tx.CaseByMessageID(refs...)
		if err != nil {
			return "", "", err
		}
		if len(seen) > 0 {
			id, err := nearest(tx, seen, s)
			return id, "message-id", err
		}
	}
	if key, ok := d.tokens.FromSubject(m.Subject); ok {
		return d.known(tx, key, "subject")
	}
	return "", "", nil
}

// nearestFirst lists the ids that a mail points at, the one it answers first: a
// mail that went from one case into another belongs to the later one.
func nearestFirst(m *mailtext.Mail) []string {
	older := slices.Clone(m.References)
	slices.Reverse(older)
	return slices.Concat(m.InReplyTo, older)
}

// nearest chooses among the cases that hold an ancestor of a mail: the nearest
// ancestor is last. Where that one is in several cases (a mail that was sent
// to two customers, a forged id), the sender's own comes before another's.
func nearest(tx *store.Tx, seen []store.Threaded, s sender) (cases.ID, error) {
	last := seen[len(seen)-1]
	if !s.known() {
		return last.Case, nil
	}
	for _, t := range slices.Backward(seen) {
		if t.MessageID != last.MessageID {
			break
		}
		c, _, err := tx.Case(t.Case)
		if err != nil {
			return "", err
		}
		if c.Organization == s.org.ID {
			return t.Case, nil
		}
	}
	return last.Case, nil
}

// known checks that a token's case exists here: a token of another
// installation with the same key does not.
func (d *Desk) known(tx *store.Tx, key, how string) (cases.ID, string, error) {
	number, err := strconv.ParseInt(key[strings.LastIndexByte(key, '-')+1:], 10, 64)
	if err != nil {
		return "", "", nil
	}
	id, err := tx.CaseByNumber(number)
	if fault.Is(err, fault.NotFound) {
		return "", "", nil
	}
	return id, how, err
}

// fingerprint is the same for two copies of a mail that came by two ways:
// what the sender wrote, without what the ways added.
func fingerprint(m *mailtext.Mail) string {
	h := sha256.New()
	for _, s := range []string{m.MessageID, m.From.Addr, m.Subject, m.Date.UTC().String(), m.Text, m.HTML} {
		h.Write([]byte(s))
		h.Write([]byte{0})
	}
	for _, a := range m.Attachments {
		h.Write([]byte(a.SHA256))
	}
	return hex.EncodeToString(h.Sum(nil))
}

// references returns the ids that a mail points at, oldest first, each once.
func references(m *mailtext.Mail) []string {
	var out []string
	for _, id := range slices.Concat(m.References, m.InReplyTo) {
		if id != "" && !slices.Contains(out, id) {
			out = append(out, id)
		}
	}
	if len(out) > 100 {
		out = slices.Concat(out[:1], out[len(out)-99:])
	}
	return out
}

func address(a mailtext.Address) cases.Address {
	return cases.Address{Name: strings.TrimSpace(a.Name), Addr: strings.ToLower(strings.TrimSpace(a.Addr))}
}

func addresses(list []mailtext.Address) []cases.Address {
	out := make([]cases.Address, 0, len(list))
	for _, a := range list {
		out = append(out, address(a))
	}
	return out
}

func addrs(list []mailtext.Address) []string {
	out := make([]string, 0, len(list))
	for _, a := range list {
		out = append(out, a.Addr)
	}
	return out
}

// cut shortens a text to at most n bytes at a character's border.
func cut(s string, n int) string {
	if len(s) <= n {
		return s
	}
	for n > 0 && !utf8.RuneStart(s[n]) {
		n--
	}
	return s[:n]
}

// standsIn reports whether a file is shown in the text of an HTML mail.
func standsIn(html string, a mailtext.Attachment) bool {
	return a.ContentID != "" && strings.Contains(html, "cid:"+a.ContentID)
}
