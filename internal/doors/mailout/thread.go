package mailout

import (
	"slices"
	"strings"
)

// maxReferences keeps the header short in threads of years: the first mail,
// which starts the thread, and the newest ones (as RFC 5537 3.4.4 does for news).
const maxReferences = 20

// chain is the References of an answer: those of the mail that is answered and
// then that mail itself (RFC 5322 3.6.4). Foreign ids that cannot be written
// into a header are left out.
func chain(references []string, inReplyTo string) []string {
	var out []string
	for _, id := range append(slices.Clone(references), inReplyTo) {
		if !usableID(id) {
			continue
		}
		// The answered mail comes last even when the chain named it before.
		if i := slices.Index(out, id); i >= 0 {
			if id != inReplyTo {
				continue
			}
			out = slices.Delete(out, i, i+1)
		}
		out = append(out, id)
	}
	if len(out) > maxReferences {
		out = append(out[:1:1], out[len(out)-maxReferences+1:]...)
	}
	return out
}

// usableID accepts what can stand between < and > in one header line. It is
// wider than RFC 5322's msg-id, since ids of others must be repeated as they are.
func usableID(id string) bool {
	if len(id) > 900 || !strings.Contains(id, "@") {
		return false
	}
	for i := range len(id) {
		if id[i] <= ' ' || id[i] >= 0x7f || id[i] == '<' || id[i] == '>' {
			return false
		}
	}
	return true
}

// subject is the mail's subject with the case's tag. An answer keeps the
// subject of the thread, with one "Re:" before everything: Outlook and Gmail
// group by what follows it.
func subject(m Message) string {
	s := oneLine(m.Subject)
	if m.Tag == "" {
		return s
	}
	re := ""
	for {
		rest, ok := cutReply(s)
		if !ok {
			break
		}
		s, re = rest, "Re: "
	}
	if m.InReplyTo != "" {
		re = "Re: "
	}
	if !strings.Contains(s, m.Tag) {
		s = oneLine(m.Tag) + " " + s
	}
	return strings.TrimRight(re+s, " ")
}

// replyMarks are what clients put before the subject of an answer.
var replyMarks = []string{"Re:", "Re：", "返信:", "返信："}

func cutReply(s string) (string, bool) {
	for _, mark := range replyMarks {
		if len(s) >= len(mark) && strings.EqualFold(s[:len(mark)], mark) {
			return strings.TrimLeft(s[len(mark):], " 　"), true
		}
	}
	return s, false
}

// oneLine makes a text fit for a header: controls and line ends, by which a
// sender could add headers of their own, become blanks.
func oneLine(s string) string {
	s = strings.Map(func(r rune) rune {
		if control(r) {
			return ' '
		}
		return r
	}, strings.ToValidUTF8(s, "\uFFFD"))
	return strings.Trim(s, " ")
}
