package calendarfile

import (
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"madoguchi/terms/fault"
	"madoguchi/terms/worktime"
)

// line is one unfolded content line with the number it begins on.
type line struct {
	number int
	text   string
}

// unfold joins continued lines (RFC 5545, section 3.1). Bare line feeds, which
// many programs write, are taken as line ends too.
func unfold(s string) ([]line, error) {
	if !utf8.ValidString(s) {
		return nil, fault.New(fault.Invalid, "iCalendarの文字コードはUTF-8にしてください。", "an iCalendar must be UTF-8")
	}
	s = strings.TrimPrefix(s, "\ufeff")
	var out []line
	for i, text := range strings.Split(s, "\n") {
		text = strings.TrimSuffix(text, "\r")
		switch {
		case text == "":
		case (text[0] == ' ' || text[0] == '\t') && len(out) > 0:
			out[len(out)-1].text += text[1:]
		default:
			out = append(out, line{i + 1, text})
		}
	}
	return out, nil
}

// property is a content line in its parts.
type property struct {
	line   int
	name   string // in capitals
	params map[string]string
	value  string
}

// parseProperty cuts NAME;PARAM=VALUE;PARAM="quoted":value.
func parseProperty(l line) (property, error) {
	p := property{line: l.number, params: map[string]string{}}
	quoted, colon := false, -1
	var cuts []int
	for i := 0; i < len(l.text) && colon < 0; i++ {
		switch c := l.text[i]; {
		case c == '"':
			quoted = !quoted
		case quoted:
		case c == ';':
			cuts = append(cuts, i)
		case c == ':':
			colon = i
		}
	}
	if colon < 0 {
		return p, badLine(l.number, "iCalendarの行として読み取れません。", "this is no iCalendar line: it has no colon")
	}
	p.value = l.text[colon+1:]
	end := colon
	for i := len(cuts) - 1; i >= 0; i-- {
		name, value, _ := strings.Cut(l.text[cuts[i]+1:end], "=")
		p.params[strings.ToUpper(name)] = strings.Trim(value, `"`)
		end = cuts[i]
	}
	p.name = strings.ToUpper(strings.TrimSpace(l.text[:end]))
	return p, nil
}

// date reads a DATE. A DATE-TIME is refused: a closure has whole days.
func (p property) date() (worktime.Date, error) {
	v := strings.TrimSpace(p.value)
	if strings.EqualFold(p.params["VALUE"], "DATE-TIME") || strings.ContainsRune(v, 'T') {
		return worktime.Date{}, badLine(p.line, "時刻のある予定は休業日にできません。終日の予定にしてください。",
			p.name+" has a time of day: only all-day events can be closures")
	}
	t, err := time.Parse("20060102", v)
	if err != nil {
		f := badLine(p.line, "日付を読み取れません。", strconv.Quote(v)+" is not a date of iCalendar, such as 20261123")
		f.Cause = err
		return worktime.Date{}, f
	}
	return worktime.DateOf(t, time.UTC), nil
}

// wholeDays reads a DURATION of days or weeks.
func (p property) wholeDays() (int, error) {
	v := strings.TrimPrefix(strings.TrimSpace(p.value), "+")
	if body, ok := strings.CutPrefix(v, "P"); ok && len(body) > 1 {
		n, err := strconv.Atoi(body[:len(body)-1])
		switch unit := body[len(body)-1]; {
		case err != nil || n < 1 || n > maxEventDays:
		case unit == 'D':
			return n, nil
		case unit == 'W':
			return 7 * n, nil
		}
	}
	return 0, badLine(p.line, "期間は日または週の単位で指定してください。", "DURATION must be whole days or weeks, such as P1D")
}

// yearly is the repetition of a fixed day every few years.
type yearly struct {
	interval int
	count    int           // 0: without end
	until    worktime.Date // zero: without end
}

// yearly reads an RRULE of the plain yearly kind; any other would put the closure on
// days that this reader does not work out, so it is refused.
func (p property) yearly() (*yearly, error) {
	y := &yearly{interval: 1}
	frequency := ""
	for part := range strings.SplitSeq(p.value, ";") {
		key, value, _ := strings.Cut(part, "=")
		var err error
		switch strings.ToUpper(strings.TrimSpace(key)) {
		case "FREQ":
			frequency = strings.ToUpper(value)
		case "INTERVAL":
			if y.interval, err = strconv.Atoi(value); err != nil || y.interval < 1 || y.interval > 400 {
				return nil, badLine(p.line, "RRULEのINTERVALを読み取れません。", "INTERVAL must be a number from 1 to 400")
			}
		case "COUNT":
			if y.count, err = strconv.Atoi(value); err != nil || y.count < 1 {
				return nil, badLine(p.line, "RRULEのCOUNTを読み取れません。", "COUNT must be a number from 1")
			}
		case "UNTIL":
			day, _, _ := strings.Cut(value, "T")
			if y.until, err = (property{line: p.line, name: "UNTIL", value: day}).date(); err != nil {
				return nil, err
			}
		case "WKST", "":
		default:
			return nil, badLine(p.line, "この繰り返しには対応していません。", key+" is not supported: only plain yearly repetition of one day is")
		}
	}
	if frequency != "YEARLY" {
		return nil, badLine(p.line, "毎年の繰り返しにのみ対応しています。", "only FREQ=YEARLY is supported")
	}
	return y, nil
}
