package worktime

import (
	"slices"
	"sync/atomic"
	"time"
)

// PublishedThrough is the last year whose holidays Japan's Cabinet Office had
// published when this table was made. Later ones are computed: they follow the
// law as it stands, but a statute can still move them, as it did for 2020 and 2021.
const PublishedThrough = 2027

// JapaneseHolidays returns the public holidays of a year by the Act on National
// Holidays (Act No. 178 of 1948), in order of date, for FirstYear to LastYear;
// none outside. Japanese names are those of the Cabinet Office's list.
func JapaneseHolidays(year int) []Closure { return slices.Clone(lawOf(year)) }

// lawYears keeps what the law gives for a year, once it has been asked for: an
// explanation names the holidays of its days in nanoseconds then.
var lawYears [LastYear - FirstYear + 1]atomic.Pointer[[]Closure]

// lawOf returns the holidays of a year, which the caller must not change.
func lawOf(year int) []Closure {
	if year < FirstYear || year > LastYear {
		return nil
	}
	kept := &lawYears[year-FirstYear]
	if have := kept.Load(); have != nil {
		return *have
	}
	days := computeLaw(year)
	kept.Store(&days)
	return days
}

func computeLaw(year int) []Closure {
	named := namedHolidays(year)
	out := make([]Closure, 0, len(named)+8)
	for _, h := range named {
		out = append(out, Closure{Date: h.date, Name: h.name, Kind: PublicHoliday})
	}
	isNamed := func(d Date) bool {
		return slices.ContainsFunc(named, func(h statutory) bool { return h.date == d })
	}
	for _, h := range named {
		if d, ok := substitute(h.date, isNamed); ok {
			out = append(out, Closure{Date: d, Name: Name{"休日", "Substitute holiday"}, Kind: PublicHoliday})
		}
		if d, ok := between(h.date, isNamed); ok && !slices.ContainsFunc(out, func(c Closure) bool { return c.Date == d }) {
			out = append(out, Closure{Date: d, Name: Name{"休日", "Citizens' holiday"}, Kind: PublicHoliday})
		}
	}
	for i := range out {
		out[i].Computed = year > PublishedThrough
	}
	slices.SortFunc(out, func(a, b Closure) int { return compareDates(a.Date, b.Date) })
	return out
}

// JapaneseHoliday returns the public holiday that a date is, if it is one.
func JapaneseHoliday(d Date) (Closure, bool) {
	for _, c := range lawOf(d.Year) {
		if c.Date == d {
			return c, true
		}
	}
	return Closure{}, false
}

// statutory is a day that the law names (国民の祝日).
type statutory struct {
	date Date
	name Name
}

// fixed is a named day with the years in which it fell on that day.
type fixed struct {
	first, last int
	month       time.Month
	day         int // of the month, or 0: the nth Monday
	monday      int
	name        Name
}

const forever = LastYear

var (
	sportsDay   = Name{"スポーツの日", "Sports Day"}
	marineDay   = Name{"海の日", "Marine Day"}
	mountainDay = Name{"山の日", "Mountain Day"}
	emperor     = Name{"天皇誕生日", "Emperor's Birthday"}
	greenery    = Name{"みどりの日", "Greenery Day"}
)

// fixedHolidays is article 2 of the Act through all its amendments. The Games
// moved three days in 2020 and 2021 (Acts No. 57 of 2018 and No. 68 of 2020).
var fixedHolidays = [...]fixed{
	{1949, forever, time.January, 1, 0, Name{"元日", "New Year's Day"}},
	{1949, 1999, time.January, 15, 0, Name{"成人の日", "Coming of Age Day"}},
	{2000, forever, time.January, 0, 2, Name{"成人の日", "Coming of Age Day"}},
	{1967, forever, time.February, 11, 0, Name{"建国記念の日", "National Foundation Day"}},
	{2020, forever, time.February, 23, 0, emperor},
	{1949, 1988, time.April, 29, 0, emperor},
	{1989, 2006, time.April, 29, 0, greenery},
	{2007, forever, time.April, 29, 0, Name{"昭和の日", "Showa Day"}},
	{1949, forever, time.May, 3, 0, Name{"憲法記念日", "Constitution Memorial Day"}},
	{2007, forever, time.May, 4, 0, greenery},
	{1949, forever, time.May, 5, 0, Name{"こどもの日", "Children's Day"}},
	{1996, 2002, time.July, 20, 0, marineDay},
	{2003, 2019, time.July, 0, 3, marineDay},
	{2020, 2020, time.July, 23, 0, marineDay},
	{2021, 2021, time.July, 22, 0, marineDay},
	{2022, forever, time.July, 0, 3, marineDay},
	{2016, 2019, time.August, 11, 0, mountainDay},
	{2020, 2020, time.August, 10, 0, mountainDay},
	{2021, 2021, time.August, 8, 0, mountainDay},
	{2022, forever, time.August, 11, 0, mountainDay},
	{1966, 2002, time.September, 15, 0, Name{"敬老の日", "Respect for the Aged Day"}},
	{2003, forever, time.September, 0, 3, Name{"敬老の日", "Respect for the Aged Day"}},
	{1966, 1999, time.October, 10, 0, Name{"体育の日", "Health and Sports Day"}},
	{2000, 2018, time.October, 0, 2, Name{"体育の日", "Health and Sports Day"}},
	{2019, 2019, time.October, 0, 2, Name{"体育の日（スポーツの日）", "Health and Sports Day"}},
	{2020, 2020, time.July, 24, 0, sportsDay},
	{2021, 2021, time.July, 23, 0, sportsDay},
	{2022, forever, time.October, 0, 2, sportsDay},
	{1948, forever, time.November, 3, 0, Name{"文化の日", "Culture Day"}},
	{1948, forever, time.November, 23, 0, Name{"勤労感謝の日", "Labor Thanksgiving Day"}},
	{1989, 2018, time.December, 23, 0, emperor},
	// Days named by an act of their own.
	{1959, 1959, time.April, 10, 0, Name{"結婚の儀", "Wedding of the Crown Prince"}},
	{1989, 1989, time.February, 24, 0, Name{"大喪の礼", "State Funeral of Emperor Showa"}},
	{1990, 1990, time.November, 12, 0, Name{"即位礼正殿の儀", "Enthronement Ceremony"}},
	{1993, 1993, time.June, 9, 0, Name{"結婚の儀", "Wedding of the Crown Prince"}},
	{2019, 2019, time.May, 1, 0, Name{"休日（祝日扱い）", "Accession of the Emperor"}},
	{2019, 2019, time.October, 22, 0, Name{"休日（祝日扱い）", "Enthronement Ceremony"}},
}

// namedHolidays returns the named days of a year. The Act was promulgated on
// 20 July 1948; the table's first years say so.
func namedHolidays(year int) []statutory {
	out := make([]statutory, 0, 24)
	for i := range fixedHolidays {
		f := &fixedHolidays[i]
		if year < f.first || year > f.last {
			continue
		}
		day := f.day
		if f.monday > 0 {
			first := Date{year, f.month, 1}.Weekday()
			day = 1 + int(time.Monday-first+7)%7 + 7*(f.monday-1)
		}
		out = append(out, statutory{Date{year, f.month, day}, f.name})
	}
	if year > 1948 {
		out = append(out, statutory{Date{year, time.March, equinoxDay(year, 20.8431, 20.8357)}, Name{"春分の日", "Vernal Equinox Day"}})
	}
	return append(out, statutory{Date{year, time.September, equinoxDay(year, 23.2488, 23.2588)}, Name{"秋分の日", "Autumnal Equinox Day"}})
}

// equinoxDay returns the day of the month on which the equinox falls in Japan.
// The day of the equinox in 1980 (since, and before, that year) drifts by the
// tropical year's excess over 365 days and falls back with each leap day. Valid
// 1948–2099; japan_test.go holds it against the sun's longitude.
func equinoxDay(year int, since1980, before1980 float64) int {
	const excess = 0.242194
	n := year - 1980
	if n >= 0 {
		return int(since1980 + excess*float64(n) - float64(n/4))
	}
	return int(before1980 + excess*float64(n) - float64((year-1983)/4))
}

// substitute returns the day off for a named day that falls on a Sunday
// (article 3, paragraph 2): since 12 April 1973 the Monday, since 2007 the next
// day that is not itself named.
func substitute(d Date, isNamed func(Date) bool) (Date, bool) {
	if d.Weekday() != time.Sunday || d.Before(Date{1973, time.April, 12}) {
		return Date{}, false
	}
	next := d.AddDays(1)
	if d.Year < 2007 {
		return next, !isNamed(next)
	}
	for isNamed(next) {
		next = next.AddDays(1)
	}
	return next, true
}

// between returns the day after a named day d when the day after that is named
// too (article 3, paragraph 3, since 27 December 1985). Until 2006 a Sunday, and
// a Monday that is a substitute, were not such days.
func between(d Date, isNamed func(Date) bool) (Date, bool) {
	day := d.AddDays(1)
	if day.Before(Date{1985, time.December, 27}) || isNamed(day) || !isNamed(day.AddDays(1)) {
		return Date{}, false
	}
	return day, d.Year >= 2007 || day.Weekday() != time.Sunday
}
