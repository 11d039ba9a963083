package notify

import (
	"fmt"
	"strings"
	"time"

	"madoguchi/internal/wording"
	"madoguchi/terms/fault"
	"madoguchi/terms/notice"
)

// Digest is what one person of the desk has not read, for one mail.
type Digest struct {
	Name     string // whose
	Desk     string
	Language string
	Zone     *time.Location
	Now      time.Time
	Web      string // where the desk's pages are; empty: no links
	Lines    []DigestLine
	More     int // how many others there are
}

// DigestLine is one matter.
type DigestLine struct {
	Kind            notice.Kind
	At              time.Time
	Number, Subject string // of the case; empty: none
	Customer        string
	Who, What       string // who did it; the task or mailbox
	Times           int
	Case            string // id, for the link
}

// WriteDigest writes the mail. It is for people of the desk, so it names
// cases and customers; what customers wrote is not in it.
func WriteDigest(d Digest) Text {
	say := func(ja, en string) string { return fault.Text{JA: ja, EN: en}.In(d.Language) }
	var b strings.Builder
	b.WriteString(say(d.Name+" さん\n\n", "Hello "+d.Name+",\n\n"))
	for _, l := range d.Lines {
		line := l.Kind.Line().In(d.Language)
		if l.Times > 1 {
			line += say(fmt.Sprintf("（%d 回）", l.Times), fmt.Sprintf(" (%d times)", l.Times))
		}
		if l.Who != "" {
			line += say("（"+l.Who+" さん）", " ("+l.Who+")")
		}
		b.WriteString("- **" + plain(line) + "** " + wording.Instant(l.At, d.Now, d.Zone, d.Language) + "\n")
		for _, part := range []string{l.What, strings.TrimSpace(l.Number + " " + l.Subject), l.Customer} {
			if part != "" {
				b.WriteString("  " + plain(part) + "  \n")
			}
		}
		if d.Web != "" && l.Case != "" {
			b.WriteString("  " + d.Web + "/cases/" + l.Case + "\n")
		}
		b.WriteString("\n")
	}
	if d.More > 0 {
		b.WriteString(say(fmt.Sprintf("ほかに %d 件の通知があります。\n\n", d.More), fmt.Sprintf("There are %d more.\n\n", d.More)))
	}
	if d.Web != "" {
		b.WriteString(say("通知の一覧：", "All notices: ") + d.Web + "/notices\n" + say("通知の設定：", "Your choices: ") + d.Web + "/settings/notices\n")
	} else {
		b.WriteString(say("通知の一覧と設定は、窓口の画面右上のベルから開けます。\n", "The bell at the top of the desk's pages opens the list and your choices.\n"))
	}
	first := d.Lines[0]
	subject := first.Kind.Line().In(d.Language)
	if first.Number != "" {
		subject += " [" + first.Number + "]"
	}
	if n := len(d.Lines) + d.More; n > 1 {
		subject = say(fmt.Sprintf("通知 %d 件：%s ほか", n, subject), fmt.Sprintf("%d notices: %s and more", n, subject))
	}
	return Text{Subject: say("【"+d.Desk+"】", d.Desk+": ") + subject, Body: b.String()}
}

// plain keeps what people wrote from being read as Markdown.
func plain(s string) string {
	return strings.NewReplacer(`\`, `\\`, "*", `\*`, "_", `\_`, "`", "\\`", "[", `\[`, "<", `\<`, "\n", " ").Replace(s)
}
