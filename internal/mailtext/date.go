package mailtext

import (
	"strconv"
	"strings"
	"time"
)

// months maps the first letters of a month's name in the languages of mail headers.
var months = map[string]time.Month{
	"jan": 1, "feb": 2, "mar": 3, "apr": 4, "may": 5, "jun": 6, "jul": 7, "aug": 8, "sep": 9, "oct": 10, "nov": 11, "dec": 12,
	"mai": 5, "okt": 10, "dez": 12, "mär": 3, "fev": 2, "fév": 2, "avr": 4, "aoû": 8, "déc": 12, "ago": 8, "dic": 12, "ene": 1, "abr": 4, "out": 10, "set": 9, "mag": 5, "giu": 6, "lug": 7, "ott": 10, "gen": 1,
}

// zones are the obsolete zone names (RFC 5322 section 4.3) and a few that are
// still sent, in seconds east of UTC.
var zones = map[string]int{
	"ut": 0, "utc": 0, "gmt": 0, "z": 0, "wet": 0, "est": -5 * 3600, "edt": -4 * 3600, "cst": -6 * 3600, "cdt": -5 * 3600, "mst": -7 * 3600, "mdt": -6 * 3600, "pst": -8 * 3600, "pdt": -7 * 3600,
	"jst": 9 * 3600, "kst": 9 * 3600, "cet": 3600, "cest": 7200, "met": 3600, "mest": 7200, "mez": 3600, "mesz": 7200, "bst": 3600, "eet": 7200, "eest": 10800, "msk": 10800, "msd": 14400, "ist": 19800, "hkt": 8 * 3600, "sgt": 8 * 3600, "aest": 10 * 3600, "aedt": 11 * 3600, "hst": -10 * 3600, "akst": -9 * 3600, "akdt": -8 * 3600, "west": 3600, "nzst": 12 * 3600, "nzdt": 13 * 3600, "ast": -4 * 3600, "adt": -3 * 3600,
}

// ParseDate reads a Date field: RFC 5322 with its obsolete forms, asctime, ISO
// 8601 and the usual mistakes. A date without a zone is UTC (RFC 5322 section
// 3.3: "-0000"). ok is false when no day can be found.
func ParseDate(s string) (t time.Time, ok bool) {
	if len(s) > 200 {
		s = s[:200]
	}
	if t, ok := parseISO(s); ok {
		return t, true
	}
	d := dateReader{zone: -1 << 30}
	for _, token := range dateTokens(s) {
		d.take(token)
	}
	return d.time()
}

// dateTokens splits a date at blanks and commas, and leaves comments out.
func dateTokens(s string) []string {
	depth := 0
	s = strings.Map(func(r rune) rune {
		switch {
		case r == '(':
			depth++
			return ' '
		case r == ')':
			depth--
			return ' '
		case depth > 0:
			return -1
		case r == ',' || r == ';' || r == '\t' || r == '"' || r == '\u3000':
			return ' '
		}
		return r
	}, s)
	return strings.Fields(s)
}

// dateReader gathers the parts of a date in whatever order they come.
type dateReader struct {
	day, year       int
	month           time.Month
	hour, min, sec  int
	nano            int
	clock, hasMonth bool
	zone            int
}

func (d *dateReader) take(token string) {
	lower := strings.ToLower(token)
	switch {
	case strings.Contains(token, ":") && token[0] >= '0' && token[0] <= '9':
		if !d.clock {
			d.time24(lower)
		} else if z, ok := offset("+" + token); ok && d.zone == -1<<30 {
			d.zone = z
		}
	case (token[0] == '+' || token[0] == '-') && d.clock:
		if z, ok := offset(token); ok {
			d.zone = z
		}
	case isDigits(lower):
		d.number(lower)
	case strings.Count(lower, "-") == 2 || strings.Count(lower, "/") == 2 || strings.Count(lower, ".") == 2 && !d.hasMonth:
		d.joined(lower)
	case d.clock && (lower == "pm" || lower == "p.m."):
		if d.hour < 12 {
			d.hour += 12
		}
	case d.clock && (lower == "am" || lower == "a.m."):
		if d.hour == 12 {
			d.hour = 0
		}
	default:
		d.name(lower)
	}
}

// name takes a month, a zone, or "GMT+0900".
func (d *dateReader) name(lower string) {
	trimmed := strings.Trim(lower, ".")
	if !d.hasMonth {
		if r := []rune(trimmed); len(r) >= 3 {
			if m, ok := months[string(r[:3])]; ok {
				d.month, d.hasMonth = m, true
				return
			}
		}
	}
	if !d.clock {
		// "1st", "22nd": a day with its ending.
		digits := strings.TrimRight(trimmed, "stndrh")
		if isDigits(digits) && digits != "" {
			d.number(digits)
		}
		return
	}
	if i := strings.IndexAny(trimmed, "+-"); i > 0 {
		if z, ok := offset(trimmed[i:]); ok {
			d.zone = z
			return
		}
	}
	if z, ok := zones[trimmed]; ok && d.zone == -1<<30 {
		d.zone = z
	}
}

// number takes a day, a year, or a number of eight digits.
func (d *dateReader) number(s string) {
	n, err := strconv.Atoi(s)
	if err != nil {
		return
	}
	switch {
	case len(s) == 4 && d.clock && d.year != 0 && d.zone == -1<<30: // a zone without its sign
		if z, ok := offset("+" + s); ok {
			d.zone = z
		}
	case (len(s) <= 2 || s[0] == '0' && len(s) == 3) && d.day == 0 && n >= 1 && n <= 31:
		d.day = n
	case d.year == 0 && (len(s) == 4 || len(s) == 5):
		d.year = n
	case d.year == 0 && len(s) <= 3: // RFC 5322 section 4.3
		switch {
		case len(s) == 3 || n >= 50:
			d.year = 1900 + n
		default:
			d.year = 2000 + n
		}
	}
}

// joined takes "21-Nov-97", "2026-11-20", "11/20/2026", "20.11.2026".
func (d *dateReader) joined(s string) {
	parts := strings.FieldsFunc(s, func(r rune) bool { return r == '-' || r == '/' || r == '.' })
	if len(parts) != 3 {
		return
	}
	if isDigits(parts[1]) {
		a, errA := strconv.Atoi(parts[0])
		b, errB := strconv.Atoi(parts[1])
		if errA != nil || errB != nil {
			return
		}
		if len(parts[0]) == 4 {
			d.year, d.month, d.hasMonth = a, time.Month(b), true
			d.number(parts[2])
			return
		}
		if b > 12 || strings.Contains(s, "/") && a <= 12 { // month first
			a, b = b, a
		}
		d.day, d.month, d.hasMonth = a, time.Month(b), true
		d.number(parts[2])
		return
	}
	for _, p := range parts {
		if isDigits(p) {
			d.number(p)
		} else {
			d.name(p)
		}
	}
}

// time24 takes "16:42:03.5", "16:42", "4:42pm" and "16:42:03+0900".
func (d *dateReader) time24(s string) {
	d.clock = true
	pm, am := strings.HasSuffix(s, "pm"), strings.HasSuffix(s, "am")
	s = strings.TrimRight(s, "apm")
	if i := strings.IndexAny(s, "+-"); i > 0 {
		if z, ok := offset(s[i:]); ok {
			d.zone = z
		}
		s = s[:i]
	}
	if strings.HasSuffix(s, "z") {
		d.zone, s = 0, strings.TrimSuffix(s, "z")
	}
	fields := strings.Split(s, ":")
	nums := [3]int{}
	for i := 0; i < len(fields) && i < 3; i++ {
		whole, frac, _ := strings.Cut(fields[i], ".")
		if n, err := strconv.Atoi(whole); err == nil {
			nums[i] = n
		}
		if i == 2 && frac != "" && len(frac) <= 9 && isDigits(frac) {
			if n, err := strconv.Atoi((frac + "000000000")[:9]); err == nil {
				d.nano = n
			}
		}
	}
	d.hour, d.min, d.sec = nums[0], nums[1], nums[2]
	if pm && d.hour < 12 {
		d.hour += 12
	}
	if am && d.hour == 12 {
		d.hour = 0
	}
}

func (d *dateReader) time() (time.Time, bool) {
	if !d.hasMonth || d.month < 1 || d.month > 12 || d.day < 1 || d.day > 31 || d.year < 1 || d.year > 9999 ||
		d.hour < 0 || d.hour > 24 || d.min < 0 || d.min > 59 || d.sec < 0 || d.sec > 60 {
		return time.Time{}, false
	}
	zone := time.UTC
	if d.zone != -1<<30 && d.zone != 0 {
		zone = time.FixedZone("", d.zone)
	}
	return time.Date(d.year, d.month, d.day, d.hour, d.min, d.sec, d.nano, zone), true
}

// offset reads "+0900", "-9:30", "+09" as seconds east of UTC.
func offset(s string) (int, bool) {
	sign := 1
	if s[0] == '-' {
		sign = -1
	}
	digits := strings.ReplaceAll(strings.TrimLeft(s, "+-"), ":", "")
	if i := strings.IndexFunc(digits, func(r rune) bool { return r < '0' || r > '9' }); i >= 0 {
		digits = digits[:i]
	}
	n, err := strconv.Atoi(digits)
	if err != nil {
		return 0, false
	}
	switch len(digits) {
	case 1, 2:
		n *= 100
	case 3, 4:
	default:
		return 0, false
	}
	if n/100 > 24 || n%100 > 59 {
		return 0, false
	}
	return sign * (n/100*3600 + n%100*60), true
}

func parseISO(s string) (time.Time, bool) {
	s = strings.TrimSpace(s)
	if len(s) < 16 || s[4] != '-' {
		return time.Time{}, false
	}
	for _, layout := range [...]string{time.RFC3339Nano, "2006-01-02T15:04:05Z0700", "2006-01-02 15:04:05Z07:00", "2006-01-02 15:04:05 -0700", "2006-01-02T15:04:05", "2006-01-02 15:04:05"} {
		if t, err := time.Parse(layout, s); err == nil {
			return t, true
		}
	}
	return time.Time{}, false
}

func isDigits(s string) bool {
	for i := range len(s) {
		if s[i] < '0' || s[i] > '9' {
			return false
		}
	}
	return s != ""
}
