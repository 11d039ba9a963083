package worktime

import (
	"fmt"
	"time"

	"madoguchi/terms/fault"
)

// The years that a calendar covers, in the calendar's own zone: from the year
// of Japan's holiday act to the last year for which its equinoxes are known
// here.
const (
	FirstYear = 1948
	LastYear  = 2099
)

// Date is a civil date, without a zone. Its fields are comparable and usable
// as a map key; the zero value is not a date.
type Date struct {
	Year  int
	Month time.Month
	Day   int
}

// DateOf returns the date that the wall clock of loc shows at t.
func DateOf(t time.Time, loc *time.Location) Date {
	y, m, d := t.In(loc).Date()
	return Date{y, m, d}
}

// ParseDate reads "2006-01-02". It refuses dates that do not exist.
func ParseDate(s string) (Date, error) {
	t, err := time.Parse(time.DateOnly, s)
	if err != nil {
		return Date{}, fault.Wrap(fault.Invalid, err,
			fmt.Sprintf("日付 %q を読み取れません。「2026-11-20」の形式で、実在する日付を指定してください。", s),
			fmt.Sprintf("%q is not a date: write an existing one as \"2026-11-20\"", s))
	}
	return DateOf(t, time.UTC), nil
}

// String returns the date as "2006-01-02".
func (d Date) String() string {
	return fmt.Sprintf("%04d-%02d-%02d", d.Year, int(d.Month), d.Day)
}

// Weekday returns the day of the week.
func (d Date) Weekday() time.Weekday { return weekdayOf(d.number()) }

// AddDays returns the date n days later (earlier when n is negative).
func (d Date) AddDays(n int) Date { return dateOf(d.number() + int64(n)) }

// Before reports whether d is earlier than e.
func (d Date) Before(e Date) bool {
	if d.Year != e.Year {
		return d.Year < e.Year
	}
	if d.Month != e.Month {
		return d.Month < e.Month
	}
	return d.Day < e.Day
}

// IsValid reports whether the date exists in the Gregorian calendar.
func (d Date) IsValid() bool {
	return d.Month >= time.January && d.Month <= time.December && d.Day >= 1 && d.Day <= 31 &&
		d.Year >= -9999 && d.Year <= 9999 && dateOf(d.number()) == d
}

// MarshalText writes "2006-01-02"; it makes a Date usable in JSON, also as a key.
func (d Date) MarshalText() ([]byte, error) { return []byte(d.String()), nil }

// UnmarshalText reads "2006-01-02".
func (d *Date) UnmarshalText(b []byte) error {
	parsed, err := ParseDate(string(b))
	if err != nil {
		return err
	}
	*d = parsed
	return nil
}

// Civil dates are counted from 1970-01-01. The year is taken to begin in March,
// so that the leap day is the last of its year and the month lengths follow
// the line (153*m+2)/5; 400 years are always 146,097 days.

const daysIn400Years = 146097

// epochShift is the number of days from 0000-03-01 to 1970-01-01.
const epochShift = 719468

// number returns the days since 1970-01-01.
func (d Date) number() int64 {
	y, m := int64(d.Year), int64(d.Month)
	if m <= 2 {
		y--
		m += 12
	}
	era := y / 400
	if y < 0 {
		era = (y - 399) / 400
	}
	yoe := y - era*400
	doy := (153*(m-3)+2)/5 + int64(d.Day) - 1
	return era*daysIn400Years + yoe*365 + yoe/4 - yoe/100 + doy - epochShift
}

// dateOf is the inverse of number.
func dateOf(n int64) Date {
	n += epochShift
	era := n / daysIn400Years
	if n < 0 {
		era = (n - daysIn400Years + 1) / daysIn400Years
	}
	doe := uint64(n - era*daysIn400Years)
	yoe := (doe - doe/1460 + doe/36524 - doe/(daysIn400Years-1)) / 365
	doy := doe - (365*yoe + yoe/4 - yoe/100)
	mp := (5*doy + 2) / 153
	day := int(doy - (153*mp+2)/5 + 1)
	year, month := era*400+int64(yoe), mp+3
	if month > 12 {
		month -= 12
		year++
	}
	return Date{int(year), time.Month(month), day}
}

// Within the covered years every fourth one is a leap year, without exception.
// That makes the way between a date and its index, the days since 1 January
// 1948, short; the arithmetic on business days takes it.

// indexOf returns a date's index. A 30 February counts on into March.
func indexOf(d Date) (int, bool) {
	if uint(d.Year-FirstYear) > LastYear-FirstYear || uint(d.Month-1) > 11 || uint(d.Day-1) > 30 {
		return 0, false
	}
	early := uint32(one(d.Month <= 2)) // January and February belong to the year before
	y := uint32(d.Year-1900) - early
	m := uint32(d.Month) - 3 + 12*early
	return int(y*1461/4 + (153*m+2)/5 + uint32(d.Day) - 1 - marchToFirst), true
}

// dateAt is the inverse of indexOf.
func dateAt(i int) Date {
	q := 4*(uint32(i)+marchToFirst) + 3
	y := q / 1461
	doy := q % 1461 / 4
	m := (5*doy + 2) / 153
	day := doy - (153*m+2)/5 + 1
	late := uint32(one(m >= 10))
	return Date{int(1900 + y + late), time.Month(m + 3 - 12*late), int(day)}
}

// marchToFirst is the number of days from 1 March 1900 to 1 January 1948.
const marchToFirst = 17472

// weekdayOf returns the weekday of a day number; 1970-01-01 was a Thursday.
func weekdayOf(n int64) time.Weekday {
	return time.Weekday(((n+4)%7 + 7) % 7)
}

// The first and last day number that a calendar covers.
var (
	firstDay = Date{FirstYear, time.January, 1}.number()
	lastDay  = Date{LastYear, time.December, 31}.number()
)

func inRange(n int64) bool { return n >= firstDay && n <= lastDay }
