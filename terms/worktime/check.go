package worktime

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"
)

// maxHoursPerDay bounds the table: a day with more intervals is a mistake.
const maxHoursPerDay = 48

// maxClosures bounds the list of closed dates: more than one for each day covered.
const maxClosures = 60000

// check reports the first thing in the Spec that cannot mean anything, naming
// its place and how to mend it.
func (s Spec) check() error {
	for _, week := range []struct {
		name string
		days map[time.Weekday][]Hours
	}{{"weekly", s.Weekly}, {"weekly_breaks", s.WeeklyBreaks}} {
		for _, day := range slices.Sorted(maps.Keys(week.days)) {
			if day < time.Sunday || day > time.Saturday {
				return invalid(week.name, fmt.Sprintf("曜日 %d はありません。", int(day)), fmt.Sprintf("there is no weekday %d", int(day)))
			}
			if err := checkDay(week.name+"."+weekdayKey(day), week.days[day]); err != nil {
				return err
			}
		}
	}
	for _, dated := range []struct {
		name string
		days map[Date][]Hours
	}{{"special", s.Special}, {"breaks", s.Breaks}} {
		for _, date := range slices.SortedFunc(maps.Keys(dated.days), compareDates) {
			if err := checkDate(dated.name, date); err != nil {
				return err
			}
			if err := checkDay(dated.name+"."+date.String(), dated.days[date]); err != nil {
				return err
			}
		}
	}
	if len(s.Closed) > maxClosures {
		return invalid("closed", fmt.Sprintf("休業日は%d件までです。", maxClosures), fmt.Sprintf("at most %d closed dates", maxClosures))
	}
	for i, c := range s.Closed {
		if err := checkDate(fmt.Sprintf("closed[%d]", i), c.Date); err != nil {
			return err
		}
	}
	for i, y := range s.Yearly {
		field := fmt.Sprintf("yearly[%d]", i)
		if !y.From.isValid() || !y.To.isValid() {
			return invalid(field, fmt.Sprintf("毎年の休業日 %s..%s に実在しない日があります。", y.From, y.To),
				fmt.Sprintf("yearly closure %s..%s names a day that does not exist", y.From, y.To))
		}
	}
	for i, law := range s.Holidays {
		if law != Japan {
			return invalid(fmt.Sprintf("holidays[%d]", i), fmt.Sprintf("%q の祝日には対応していません。指定できるのは \"jp\" です。", string(law)),
				fmt.Sprintf("no public holidays are known for %q: only \"jp\" is", string(law)))
		}
	}
	return nil
}

func checkDay(field string, hours []Hours) error {
	if len(hours) > maxHoursPerDay {
		return invalid(field, fmt.Sprintf("1日に指定できる時間帯は%d個までです。", maxHoursPerDay), fmt.Sprintf("at most %d intervals a day", maxHoursPerDay))
	}
	for i, h := range hours {
		if err := h.check(fmt.Sprintf("%s[%d]", field, i)); err != nil {
			return err
		}
	}
	return nil
}

func checkDate(field string, d Date) error {
	if !d.IsValid() {
		return invalid(field, fmt.Sprintf("日付 %s は実在しません。", d), fmt.Sprintf("there is no date %s", d))
	}
	if !inRange(d.number()) {
		return invalid(field, fmt.Sprintf("日付 %s は対象外です。%d年から%d年までの日付を指定してください。", d, FirstYear, LastYear),
			fmt.Sprintf("date %s is out of range: calendars cover %d to %d", d, FirstYear, LastYear))
	}
	return nil
}

func compareDates(a, b Date) int { return int(a.number() - b.number()) }

func weekdayKey(d time.Weekday) string { return strings.ToLower(d.String()[:3]) }

// isValid reports whether the day exists in some year.
func (m MonthDay) isValid() bool {
	return Date{2000, m.Month, m.Day}.IsValid()
}

// String returns "01-02".
func (m MonthDay) String() string { return fmt.Sprintf("%02d-%02d", int(m.Month), m.Day) }

// ordinal orders the days of a year.
func (m MonthDay) ordinal() int { return int(m.Month)*32 + m.Day }

// covers reports whether the closure holds on a date.
func (y YearlyClosure) covers(d Date) bool {
	day := MonthDay{d.Month, d.Day}.ordinal()
	from, to := y.From.ordinal(), y.To.ordinal()
	if from <= to {
		return from <= day && day <= to
	}
	return day >= from || day <= to
}

// ParseMonthDay reads "12-29".
func ParseMonthDay(s string) (MonthDay, error) {
	t, err := time.Parse("2006-01-02", "2000-"+s)
	if err != nil || len(s) != 5 {
		return MonthDay{}, invalid("", fmt.Sprintf("月日 %q を読み取れません。「12-29」の形式で指定してください。", s),
			fmt.Sprintf("%q is not a day of the year: write \"12-29\"", s))
	}
	return MonthDay{t.Month(), t.Day()}, nil
}

// ParseYearly reads "12-29..01-03", or one day as "08-15", without a name.
func ParseYearly(s string) (YearlyClosure, error) {
	first, last, isRange := strings.Cut(s, "..")
	if !isRange {
		last = first
	}
	from, err := ParseMonthDay(first)
	if err != nil {
		return YearlyClosure{}, err
	}
	to, err := ParseMonthDay(last)
	return YearlyClosure{From: from, To: to, Kind: CompanyClosure}, err
}
