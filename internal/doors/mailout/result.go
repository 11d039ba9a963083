package mailout

import (
	"errors"
	"fmt"
	"net/textproto"
	"strings"

	"madoguchi/terms/fault"
)

// Outcome is what became of one recipient in one attempt.
type Outcome string

// The outcomes.
const (
	Accepted  Outcome = "accepted"  // the relay answers for it from here on
	Temporary Outcome = "temporary" // to be tried again
	Permanent Outcome = "permanent" // trying again is no use
)

// Result is the outcome for one recipient, with the relay's words.
type Result struct {
	Recipient string
	Outcome   Outcome
	Code      int    // the reply's code (RFC 5321 4.2); 0 when there was no reply
	Text      string // the reply's text, or what went wrong, in English; one line
}

// Reply is code and text as one line, for the history.
func (r Result) Reply() string {
	if r.Code == 0 {
		return r.Text
	}
	return fmt.Sprintf("%d %s", r.Code, r.Text)
}

// about classifies a failure that concerns this mail: 5xx is for good, all
// else may pass.
func about(err error) Result {
	if reply, ok := errors.AsType[*textproto.Error](err); ok {
		r := Result{Outcome: Temporary, Code: reply.Code, Text: line(reply.Msg)}
		if reply.Code/100 == 5 {
			r.Outcome = Permanent
		}
		return r
	}
	if fault.Is(err, fault.Invalid) {
		return Result{Outcome: Permanent, Text: fault.Public(err).EN}
	}
	return Result{Outcome: Temporary, Text: line(err.Error())}
}

// aboutRecipient is about for the reply to RCPT, where 552 means "too many
// recipients at once" (RFC 5321 4.5.3.1.10), unless the enhanced code says more.
func aboutRecipient(err error) Result {
	r := about(err)
	if r.Code == 552 && !strings.HasPrefix(r.Text, "5.") {
		r.Outcome = Temporary
	}
	return r
}

// aboutRelay is about for failures before the mail was even named: a relay
// that refuses our password or our address says nothing of this mail, and its
// keeper can mend it before the mail is given up.
func aboutRelay(err error) Result {
	r := about(err)
	r.Outcome = Temporary
	return r
}

func accept(code int, text string) Result {
	return Result{Outcome: Accepted, Code: code, Text: line(text)}
}

// all gives every recipient the same result.
func all(to []string, r Result) []Result {
	out := make([]Result, len(to))
	for i, addr := range to {
		out[i] = r
		out[i].Recipient = addr
	}
	return out
}

// line makes a relay's words fit for one line of the history.
func line(s string) string {
	s = oneLine(s)
	if len(s) > 500 {
		s = strings.ToValidUTF8(s[:500], "") + "…"
	}
	return s
}
