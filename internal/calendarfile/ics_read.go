package calendarfile

import (
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"madoguchi/terms/fault"
	"madoguchi/terms/worktime"
)

// Bounds of a feed: bytes, events, days of one event, days in all.
const (
	maxICS       = 16 << 20
	maxEvents    = 20000
	maxEventDays = 366
	maxFeedDays  = 60000
)

// ReadICS reads an iCalendar feed (RFC 5545) of holidays or closures: each
// all-day event closes its days, by the name in SUMMARY. Yearly repetition is
// followed from the event's year to its COUNT or UNTIL, or to the last covered
// year. Cancelled events are left out. What would close the wrong days is refused
// with its line: events with a time of day, other repetitions, days that do not
// exist. Days outside the years that calendars cover are dropped. The closures
// are sorted by date; every one gets the given kind.
func ReadICS(r io.Reader, kind worktime.ClosureKind) ([]worktime.Closure, error) {
	raw, err := readAll(r, maxICS)
	if err != nil {
		return nil, err
	}
	lines, err := unfold(string(raw))
	if err != nil {
		return nil, err
	}
	if len(lines) == 0 || !strings.EqualFold(lines[0].text, "BEGIN:VCALENDAR") {
		return nil, fault.New(fault.Invalid, "iCalendar（.ics）形式のファイルではありません。", "this is no iCalendar: it must begin with BEGIN:VCALENDAR")
	}
	var out []worktime.Closure
	var open []string // nested components
	var ev *event
	events := 0
	for _, l := range lines {
		p, err := parseProperty(l)
		if err != nil {
			return nil, err
		}
		switch p.name {
		case "BEGIN":
			open = append(open, strings.ToUpper(p.value))
			if len(open) == 2 && open[1] == "VEVENT" {
				if events++; events > maxEvents {
					return nil, fault.New(fault.TooLarge, fmt.Sprintf("予定は%d件までです。", maxEvents), fmt.Sprintf("a feed may have at most %d events", maxEvents))
				}
				ev = &event{line: l.number}
			}
		case "END":
			if len(open) == 0 || open[len(open)-1] != strings.ToUpper(p.value) {
				return nil, badLine(l.number, "対応するBEGINがありません。", "END:"+p.value+" without its BEGIN")
			}
			open = open[:len(open)-1]
			if ev != nil && len(open) == 1 {
				days, err := ev.closures(kind)
				if err != nil {
					return nil, err
				}
				if out = append(out, days...); len(out) > maxFeedDays {
					return nil, fault.New(fault.TooLarge, fmt.Sprintf("休業日は%d日までです。", maxFeedDays), fmt.Sprintf("a feed may close at most %d days", maxFeedDays))
				}
				ev = nil
			}
		default:
			if ev != nil && len(open) == 2 {
				if err := ev.take(p); err != nil {
					return nil, err
				}
			}
		}
	}
	if len(open) > 0 {
		return nil, badLine(lines[len(lines)-1].number, "ファイルが途中で終わっています。", "the file ends inside "+open[len(open)-1])
	}
	slices.SortStableFunc(out, func(a, b worktime.Closure) int { return strings.Compare(a.Date.String(), b.Date.String()) })
	return out, nil
}

func badLine(n int, ja, en string) *fault.Error {
	return fault.New(fault.Invalid, ja, en).At(fmt.Sprintf("line %d", n))
}

// event is one VEVENT as read so far.
type event struct {
	line       int
	summary    worktime.Name
	start, end worktime.Date // end is exclusive, or zero
	days       int           // of DURATION, or 0
	yearly     *yearly
	except     []worktime.Date
	cancelled  bool
}

// take reads one property of the event; those that do not matter are skipped.
func (e *event) take(p property) (err error) {
	switch p.name {
	case "DTSTART":
		e.start, err = p.date()
	case "DTEND":
		e.end, err = p.date()
	case "DURATION":
		e.days, err = p.wholeDays()
	case "SUMMARY":
		if strings.EqualFold(p.params["LANGUAGE"], "en") {
			e.summary.EN = unescape(p.value)
		} else {
			e.summary.JA = unescape(p.value)
		}
	case nameENProperty:
		e.summary.EN = unescape(p.value)
	case "STATUS":
		e.cancelled = strings.EqualFold(p.value, "CANCELLED")
	case "RRULE":
		e.yearly, err = p.yearly()
	case "EXDATE":
		for _, v := range strings.Split(p.value, ",") {
			d, derr := property{p.line, p.name, p.params, v}.date()
			if derr != nil {
				return derr
			}
			e.except = append(e.except, d)
		}
	case "RDATE":
		err = badLine(p.line, "RDATEには対応していません。", "RDATE is not supported: give each day an event of its own")
	}
	return err
}

// closures returns the days that the event closes.
func (e *event) closures(kind worktime.ClosureKind) ([]worktime.Closure, error) {
	if e.cancelled {
		return nil, nil
	}
	if e.start == (worktime.Date{}) {
		return nil, badLine(e.line, "DTSTARTがありません。", "an event without DTSTART")
	}
	days := 1
	switch {
	case e.days > 0:
		days = e.days
	case e.end != (worktime.Date{}) && e.start != e.end:
		for days = 1; e.start.AddDays(days).Before(e.end) && days <= maxEventDays; days++ {
		}
		if e.end.Before(e.start) {
			return nil, badLine(e.line, "DTENDがDTSTARTより前です。", "DTEND is before DTSTART")
		}
	}
	if days > maxEventDays {
		return nil, badLine(e.line, fmt.Sprintf("1つの予定は%d日までです。", maxEventDays), fmt.Sprintf("an event may have at most %d days", maxEventDays))
	}
	var out []worktime.Closure
	for _, start := range e.occurrences() {
		if slices.Contains(e.except, start) {
			continue
		}
		for i := range days {
			d := start.AddDays(i)
			if d.Year >= worktime.FirstYear && d.Year <= worktime.LastYear {
				out = append(out, worktime.Closure{Date: d, Name: e.summary, Kind: kind})
			}
		}
	}
	return out, nil
}

// occurrences returns the event's first days. 29 February repeats in leap years only.
func (e *event) occurrences() []worktime.Date {
	if e.yearly == nil {
		return []worktime.Date{e.start}
	}
	var out []worktime.Date
	count := 0
	for d := e.start; d.Year <= worktime.LastYear; d.Year += e.yearly.interval {
		if e.yearly.until != (worktime.Date{}) && e.yearly.until.Before(d) {
			break
		}
		if e.yearly.count > 0 && count == e.yearly.count {
			break
		}
		if d.Day == 29 && d.Month == time.February && !d.IsValid() {
			continue
		}
		if count++; d.Year >= worktime.FirstYear-1 {
			out = append(out, d)
		}
	}
	return out
}

// unescape undoes the escapes of TEXT (RFC 5545, section 3.3.11).
func unescape(s string) string {
	var b strings.Builder
	for i := 0; i < len(s); i++ {
		if s[i] == '\\' && i+1 < len(s) {
			i++
			if s[i] == 'n' || s[i] == 'N' {
				b.WriteByte('\n')
				continue
			}
		}
		b.WriteByte(s[i])
	}
	return strings.TrimSpace(b.String())
}
