package desk

import (
	"strings"
	"time"

	"madoguchi/internal/mailtext"
	"madoguchi/internal/records/store"
	"madoguchi/terms/cases"
)

// machine says why a mail counts as written by a machine; empty for a
// person's. Such a mail changes nothing but the history of its case, and is
// never answered automatically (RFC 3834).
func (d *Desk) machine(l letter) string {
	m := l.mail
	own := false
	if m.MessageID != "" {
		_, own = d.tokens.FromMessageIDs([]string{m.MessageID}) // our own mail, sent back by somebody's rule
	}
	auto := m.Auto.AutoSubmitted
	switch {
	case m.Kind == mailtext.Bounce:
		return "bounce"
	case m.Kind == mailtext.AutoReply:
		return "auto-reply"
	case m.Kind == mailtext.Report:
		return "report"
	case own || d.Own(m.From.Addr) || d.Own(l.EnvelopeFrom):
		return "own"
	case m.Kind == mailtext.List:
		return "list"
	case l.EnvelopeFrom == "":
		return "null-sender"
	case auto != "" && auto != "no":
		return "auto-submitted"
	case m.Auto.Daemon:
		return "no-reply"
	case m.From.Addr == "":
		return "no-sender"
	}
	return ""
}

// silent reports a mail that no machine may answer although a person may have
// written it: it came through a list, in bulk, or asks for no automatic answer.
func silent(m *mailtext.Mail) bool {
	_, never := m.NeverAnswer()
	return never
}

// throughList reports whether a mail that came through a list is a person's all
// the same: a registered contact whose company writes from a shared address.
func throughList(auto string, m *mailtext.Mail, s sender) bool {
	return auto == "list" && s.known() && (m.Auto.AutoSubmitted == "" || m.Auto.AutoSubmitted == "no")
}

// The caps on automatic mail, so that two robots that miss each other's
// headers stop talking (RFC 3834, section 2), and forged senders are no way to
// make the desk write to many.
const (
	automaticPerAddress = 20  // to one address in 24 hours
	automaticPerHour    = 600 // to everybody in an hour, plus what registered contacts are owed
)

// mayAcknowledge reports whether a sender may have an automatic answer in a
// case now, and counts it: one in each case and day, and one more where
// something urgent was said for the first time that day. withheld says that a
// cap forbids it.
func (d *Desk) mayAcknowledge(tx *store.Tx, p *pen, addr string, urgent, known bool) (ok, withheld bool, err error) {
	day, hour := p.at.Add(-24*time.Hour), p.at.Add(-time.Hour)
	zone := p.con.Zone()
	y, m, dd := p.at.In(zone).Date()
	today := time.Date(y, m, dd, 0, 0, 0, 0, zone)
	once := attemptCase + string(p.c.ID) + ":" + addr
	if urgent {
		once += ":urgent"
	}
	for _, limit := range []struct {
		key   string
		since time.Time
		most  int
		cap   bool
	}{{once, today, 1, false}, {attemptAutomatic + addr, day, automaticPerAddress, true}, {attemptAutomaticAll, hour, automaticPerHour, true}} {
		if limit.key == attemptAutomaticAll && known || limit.key == once && p.before == nil {
			continue // owed; or of a case that nobody had anything of yet
		}
		n, err := tx.Attempts(limit.key, limit.since)
		if err != nil || n >= limit.most {
			return false, limit.cap, err
		}
	}
	keys := map[string]time.Time{once: {}, attemptAutomatic + addr: day} // that of a case is forgotten with its day, see [Desk.tidy]
	if !known {
		keys[attemptAutomaticAll] = hour
	}
	for key, keep := range keys {
		if err := tx.AddAttempt(key, p.at, keep); err != nil {
			return false, false, err
		}
	}
	return true, false, nil
}

// withhold records that an acknowledgement was owed and not sent.
func (p *pen) withhold(a cases.Address) error {
	return p.writeAt(p.at, system, nil, cases.AcknowledgementWithheld{To: a, Reason: "cap"})
}

// returnedBy lists the Message-IDs that a bounce may be about: the one of the
// returned mail, what it refers to, and what its text shows.
func returnedBy(m *mailtext.Mail) []string {
	var ids []string
	if m.OriginalMessageID != "" {
		ids = append(ids, m.OriginalMessageID)
	}
	ids = append(ids, references(m)...)
	for _, id := range mailtext.MessageIDs(m.Text) {
		if strings.Contains(id, "@") && len(ids) < 300 {
			ids = append(ids, id)
		}
	}
	return ids
}
