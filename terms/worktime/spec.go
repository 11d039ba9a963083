package worktime

import (
	"time"
)

// Name is a name in the two languages of every screen. An empty EN shows JA.
type Name struct{ JA, EN string }

// In returns the name in a language ("ja" or "en"), or the other one when that is empty.
func (n Name) In(lang string) string {
	if (lang == "ja" && n.JA != "") || n.EN == "" {
		return n.JA
	}
	return n.EN
}

// ClosureKind says on whose account a date is closed.
type ClosureKind uint8

// The kinds of closure.
const (
	PublicHoliday  ClosureKind = iota // by law
	CompanyClosure                    // by the provider's own decision
)

// String returns the kind's stable machine name.
func (k ClosureKind) String() string {
	if k == CompanyClosure {
		return "company"
	}
	return "public"
}

// Closure closes one date.
type Closure struct {
	Date Date
	Name Name
	Kind ClosureKind
	// Computed marks a public holiday that follows from the law as it stands
	// but has not been published by the Cabinet Office yet.
	Computed bool
}

// MonthDay is a day of every year. 29 February exists in leap years only.
type MonthDay struct {
	Month time.Month
	Day   int
}

// YearlyClosure closes the days From..To (both included) of every year; a To
// before From runs into the next year, as 12-29..01-03 does.
type YearlyClosure struct {
	From, To MonthDay
	Name     Name
	Kind     ClosureKind
}

// HolidayLaw names a country whose public holidays are computed from its law.
type HolidayLaw string

// Japan closes the days of the Act on National Holidays (Act No. 178 of 1948).
const Japan HolidayLaw = "jp"

// Spec describes a calendar. What it means in every corner is written in the
// package documentation; [Compile] turns it into a [Calendar].
type Spec struct {
	// Zone is an IANA name such as "Asia/Tokyo".
	Zone string
	// Weekly holds the regular hours. Those of one day may be unsorted, touch or
	// overlap: the day is their union. A missing weekday is a day off.
	Weekly map[time.Weekday][]Hours
	// WeeklyBreaks are cut out of days that follow Weekly.
	WeeklyBreaks map[time.Weekday][]Hours
	// Special replaces a date's hours and wins over every closure; an empty list
	// closes the date.
	Special map[Date][]Hours
	// Breaks are cut out of a date, whatever rule it follows.
	Breaks map[Date][]Hours
	// Closed lists single closed dates, Yearly the recurring ones, and Holidays
	// the laws whose public holidays are closed too.
	Closed   []Closure
	Yearly   []YearlyClosure
	Holidays []HolidayLaw
	// AllowNeverOpen accepts a calendar without a single open instant, which is
	// otherwise refused as a mistake.
	AllowNeverOpen bool
}
