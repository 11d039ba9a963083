package smtpin

import (
	"fmt"
	"strings"

	"madoguchi/terms/fault"
)

// reply is one answer to the peer: a code, an enhanced code (RFC 3463; empty
// where RFC 2034 has none) and a text.
type reply struct {
	code     int
	enhanced string
	text     string
}

// replyFor is the single place that says what a failure means to the peer.
// 4xx makes it keep the mail and try again, 5xx makes it tell the sender. What
// nobody classified is ours to mend, so it is temporary: no mail is lost by a
// defect of the desk.
func replyFor(err error) reply {
	text := fault.Public(err).EN
	switch fault.KindOf(err) {
	case fault.Invalid:
		return reply{554, "5.6.0", text}
	case fault.NotFound:
		return reply{550, "5.1.1", text}
	case fault.Forbidden, fault.Unsigned:
		return reply{550, "5.7.1", text}
	case fault.TooLarge:
		return reply{552, "5.3.4", text}
	case fault.RateLimited:
		return reply{450, "4.7.1", text}
	case fault.Conflict, fault.Unavailable, fault.Internal:
		return reply{451, "4.3.0", text}
	}
	return reply{451, "4.3.0", text}
}

// The replies that the protocol itself needs.
var (
	replyOK          = reply{250, "2.0.0", "OK"}
	replyBye         = reply{221, "2.0.0", "bye"}
	replyStopping    = reply{421, "4.3.2", "shutting down, please try again later"}
	replyIdle        = reply{421, "4.4.2", "no command for too long, closing"}
	replyErrors      = reply{421, "4.7.0", "too many errors, closing"}
	replyBroken      = reply{421, "4.3.0", "something went wrong on our side, please try again in a moment"}
	replyLongLine    = reply{500, "5.5.2", "command line longer than 8192 bytes"}
	replyUnknown     = reply{500, "5.5.2", "command not recognized"}
	replySequence    = reply{503, "5.5.1", "commands out of order"}
	replyNoHello     = reply{503, "5.5.1", "say EHLO first"}
	replyNoArgument  = reply{501, "5.5.4", "this command takes no argument"}
	replyTooMany     = reply{452, "4.5.3", "too many recipients, please send the rest in another mail"}
	replyNeedsUTF8   = reply{553, "5.6.7", "an address outside ASCII needs SMTPUTF8 (RFC 6531)"}
	replyBusy        = reply{452, "4.3.1", "too much mail is arriving at once, please try again later"}
	replyLoop        = reply{554, "5.4.6", "mail loop: more than 100 Received headers"}
	replyUnsupported = reply{502, "5.5.1", "command not supported"}
)

func replyTooLarge(limit int64) reply {
	return reply{552, "5.3.4", fmt.Sprintf("the mail is larger than this desk takes: the limit is %d bytes (%s). Please send large files in parts or by a link", limit, mebi(limit))}
}

func mebi(n int64) string {
	if n < 1<<20 {
		return fmt.Sprintf("%.1f KiB", float64(n)/(1<<10))
	}
	return fmt.Sprintf("%.1f MiB", float64(n)/(1<<20))
}

// line is the reply on the wire. A text from elsewhere cannot break the
// protocol: controls and bytes outside ASCII become '?', and it is cut so that
// the line stays below the 512 bytes of RFC 5321 4.5.3.1.5.
func (r reply) line(prefix string) string {
	text := prefix + r.text
	if r.enhanced != "" {
		text = r.enhanced + " " + text
	}
	text = strings.Map(func(c rune) rune {
		switch {
		case c == '\n' || c == '\t':
			return ' '
		case c < ' ' || c > '~':
			return '?'
		}
		return c
	}, text)
	if len(text) > 500 {
		text = text[:497] + "..."
	}
	return fmt.Sprintf("%d %s\r\n", r.code, text)
}
