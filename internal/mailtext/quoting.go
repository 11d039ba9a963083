package mailtext

import (
	"fmt"
	"strings"
	"time"
)

// Attribution is the line above a quoted mail, in the form that readers know
// and mail programs recognise when they fold quotes away: in Japanese
// 「2026/11/20（金）16:42 山田 太郎 様:」. date is said in its own zone; a zero
// one is left out. name may be empty; then the address stands for it.
func Attribution(lang, name, addr string, date time.Time) string {
	who := name
	if who == "" {
		who = addr
	}
	if lang == "ja" {
		if date.IsZero() {
			return who + " 様:"
		}
		return fmt.Sprintf("%s（%s）%s %s 様:", date.Format("2006/01/02"), weekdays[date.Weekday()], date.Format("15:04"), who)
	}
	if name != "" && addr != "" {
		who += " <" + addr + ">"
	}
	if date.IsZero() {
		return who + " wrote:"
	}
	return fmt.Sprintf("On %s, %s wrote:", date.Format("Mon, 2 Jan 2006 at 15:04 -0700"), who)
}

var weekdays = [7]string{time.Sunday: "日", time.Monday: "月", time.Tuesday: "火", time.Wednesday: "水", time.Thursday: "木", time.Friday: "金", time.Saturday: "土"}

// QuoteLines marks every line of a text as quoted. What was quoted in it
// already gets one mark more, without a blank between (RFC 3676, 4.5).
func QuoteLines(text string) string {
	var b strings.Builder
	for line := range strings.Lines(strings.Trim(text, "\n") + "\n") {
		line = strings.TrimSuffix(line, "\n")
		if line == "" || line[0] == '>' {
			b.WriteString(">" + line + "\n")
		} else {
			b.WriteString("> " + line + "\n")
		}
	}
	return b.String()
}
