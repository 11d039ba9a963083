package calendarfile

import (
	"bufio"
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"madoguchi/terms/worktime"
)

// nameENProperty carries the English name beside SUMMARY. An X- property is what
// RFC 5545 leaves for that: a second SUMMARY is not allowed.
const nameENProperty = "X-MADOGUCHI-SUMMARY-EN"

// Feed is a published calendar of closures.
type Feed struct {
	Title    string // shown by the reader's calendar program
	Domain   string // after the @ of every UID; the publisher's host name
	Lang     string // language of the summaries: "ja" or "en"
	Stamp    time.Time
	Closures []worktime.Closure
}

// WriteICS writes the feed as iCalendar (RFC 5545): first the public holidays, one
// all-day event each, then the company closures, one for each run of days with the
// same name. UIDs depend on first day and kind only, so that a subscriber sees a renamed
// closure change, not double; of two closures of a kind on one day the first is
// written. Holidays that the Cabinet Office has not published yet are TENTATIVE.
func WriteICS(w io.Writer, f Feed) error {
	b := bufio.NewWriter(w)
	put := func(format string, args ...any) { writeFolded(b, fmt.Sprintf(format, args...)) }
	put("BEGIN:VCALENDAR")
	put("VERSION:2.0")
	put("PRODID:-//Madoguchi//Business calendar//EN")
	put("CALSCALE:GREGORIAN")
	put("METHOD:PUBLISH")
	put("X-WR-CALNAME:%s", escape(f.Title))
	closures := inOrder(f.Closures)
	for i := 0; i < len(closures); {
		c := closures[i]
		days := 1
		for i+days < len(closures) && continues(closures[i+days-1], closures[i+days]) {
			days++
		}
		i += days
		put("BEGIN:VEVENT")
		put("UID:%s", uid(c, f.Domain))
		put("DTSTAMP:%s", f.Stamp.UTC().Format("20060102T150405Z"))
		put("DTSTART;VALUE=DATE:%s", basic(c.Date))
		put("DTEND;VALUE=DATE:%s", basic(c.Date.AddDays(days)))
		put("SUMMARY;LANGUAGE=%s:%s", f.Lang, escape(c.Name.In(f.Lang)))
		if f.Lang == "ja" && c.Name.EN != "" {
			put("%s:%s", nameENProperty, escape(c.Name.EN))
		}
		put("CATEGORIES:%s", strings.ToUpper(c.Kind.String()))
		if c.Computed {
			put("STATUS:TENTATIVE")
		} else {
			put("STATUS:CONFIRMED")
		}
		put("TRANSP:TRANSPARENT")
		put("END:VEVENT")
	}
	put("END:VCALENDAR")
	if err := b.Flush(); err != nil {
		return fmt.Errorf("write the calendar feed: %w", err)
	}
	return nil
}

// inOrder sorts closures by kind and date, so that runs lie side by side, and
// leaves one of a kind for each day.
func inOrder(in []worktime.Closure) []worktime.Closure {
	out := slices.Clone(in)
	slices.SortStableFunc(out, func(a, b worktime.Closure) int {
		return cmp.Or(cmp.Compare(a.Kind, b.Kind), strings.Compare(a.Date.String(), b.Date.String()))
	})
	return slices.CompactFunc(out, func(a, b worktime.Closure) bool { return a.Kind == b.Kind && a.Date == b.Date })
}

// continues reports whether b is the day after a, closed for the same reason.
func continues(a, b worktime.Closure) bool {
	return b.Date == a.Date.AddDays(1) && a.Name == b.Name && a.Kind == b.Kind && a.Computed == b.Computed &&
		a.Kind == worktime.CompanyClosure
}

func basic(d worktime.Date) string { return strings.ReplaceAll(d.String(), "-", "") }

func uid(c worktime.Closure, domain string) string {
	sum := sha256.Sum256([]byte(c.Kind.String() + " " + c.Date.String()))
	return hex.EncodeToString(sum[:8]) + "@" + domain
}

// escape writes TEXT (RFC 5545, section 3.3.11).
func escape(s string) string {
	return strings.NewReplacer(`\`, `\\`, ";", `\;`, ",", `\,`, "\r\n", `\n`, "\n", `\n`, "\r", `\n`).Replace(s)
}

// writeFolded writes a content line in pieces of at most 75 octets, none cut
// inside a character. Errors stay in the writer until it is flushed.
func writeFolded(b *bufio.Writer, s string) {
	const limit = 75
	room := limit
	for s != "" {
		n := 0
		for n < len(s) {
			_, size := utf8.DecodeRuneInString(s[n:])
			if n+size > room {
				break
			}
			n += size
		}
		b.WriteString(s[:n])
		if s = s[n:]; s != "" {
			b.WriteString("\r\n ")
			room = limit - 1
		}
	}
	b.WriteString("\r\n")
}
