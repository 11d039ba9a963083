package worktime

import (
	"maps"
	"slices"
	"sync"
	"time"

	"pgregory.net/rapid"
)

// openByDefinition answers from the Spec alone, by looking at the wall clock:
// the definition that everything else has to agree with.
func openByDefinition(s Spec, loc *time.Location, at time.Time) bool {
	d := DateOf(at, loc)
	y, m, day := d.Year, d.Month, d.Day
	h, min, sec := at.In(loc).Clock()
	clock := At(h, min, sec)
	yesterday := DateOf(time.Date(y, m, day-1, 12, 0, 0, 0, time.UTC), time.UTC)

	within := func(own, before []Hours) bool {
		return slices.ContainsFunc(own, func(h Hours) bool { return clock >= h.From && (clock < h.To || h.To <= h.From) }) ||
			slices.ContainsFunc(before, func(h Hours) bool { return h.To <= h.From && clock < h.To })
	}
	if within(s.Breaks[d], s.Breaks[yesterday]) {
		return false
	}
	if special, ok := s.Special[d]; ok {
		return within(special, nil)
	}
	if closedByDefinition(s, d) {
		return false
	}
	weekday, before := d.Weekday(), yesterday.Weekday()
	if within(s.WeeklyBreaks[weekday], s.WeeklyBreaks[before]) {
		return false
	}
	return within(s.Weekly[weekday], s.Weekly[before]) || within(nil, s.Special[yesterday])
}

func closedByDefinition(s Spec, d Date) bool {
	if slices.ContainsFunc(s.Closed, func(c Closure) bool { return c.Date == d }) {
		return true
	}
	if slices.ContainsFunc(s.Yearly, func(y YearlyClosure) bool { return y.covers(d) }) {
		return true
	}
	return slices.Contains(s.Holidays, Japan) && japanesePublicHolidays()[d]
}

var japanesePublicHolidays = sync.OnceValue(func() map[Date]bool {
	all := map[Date]bool{}
	for year := FirstYear; year <= LastYear; year++ {
		for _, h := range JapaneseHolidays(year) {
			all[h.Date] = true
		}
	}
	return all
})

func businessByDefinition(s Spec, d Date) bool {
	if special, ok := s.Special[d]; ok {
		return len(special) > 0
	}
	return !closedByDefinition(s, d) && len(s.Weekly[d.Weekday()]) > 0
}

// changes are instants at which the clocks of a zone change: by half an hour, at
// midnight, by a whole day, around Ramadan, by two hours, with negative summer time.
var changes = []struct{ zone, at string }{
	{"Asia/Tokyo", "2026-12-31T15:00:00Z"},
	{"UTC", "2024-03-31T00:00:00Z"}, // none; New Year, a Sunday
	{"Europe/Berlin", "2024-03-31T01:00:00Z"},
	{"Europe/Berlin", "2024-10-27T01:00:00Z"},
	{"America/New_York", "2024-03-10T07:00:00Z"},
	{"America/New_York", "2024-11-03T06:00:00Z"},
	{"Australia/Lord_Howe", "2024-04-06T15:00:00Z"},
	{"Australia/Lord_Howe", "2024-10-05T15:30:00Z"},
	{"America/Sao_Paulo", "2018-11-04T03:00:00Z"},
	{"America/Sao_Paulo", "2018-02-18T02:00:00Z"},
	{"America/Havana", "2020-03-08T05:00:00Z"},
	{"America/Havana", "2020-11-01T05:00:00Z"},
	{"Asia/Tehran", "2020-03-20T20:30:00Z"},
	{"Asia/Tehran", "2020-09-20T19:30:00Z"},
	{"America/St_Johns", "2010-03-14T03:31:00Z"},
	{"America/St_Johns", "2009-11-01T02:31:00Z"},
	{"Africa/Casablanca", "2024-03-10T02:00:00Z"},
	{"Africa/Casablanca", "2024-04-14T02:00:00Z"},
	{"Antarctica/Troll", "2024-03-31T01:00:00Z"},
	{"Pacific/Chatham", "2024-04-06T14:00:00Z"},
	{"Pacific/Apia", "2011-12-30T10:00:00Z"},
	{"Asia/Kolkata", "2024-01-01T18:30:00Z"},
	{"Europe/Dublin", "2024-10-27T01:00:00Z"},
	{"Asia/Gaza", "2023-10-27T23:00:00Z"},
	{"Africa/Cairo", "2024-04-25T22:00:00Z"},
	{"Asia/Pyongyang", "2015-08-14T15:00:00Z"},
	{"Asia/Pyongyang", "2018-05-04T15:00:00Z"},
}

// aMoment draws an instant of a whole minute and a zone, most often near a change
// of that zone's clocks.
func aMoment(t *rapid.T) (time.Time, string) {
	c := rapid.SampledFrom(changes).Draw(t, "change")
	if rapid.IntRange(0, 9).Draw(t, "anywhere") == 0 {
		base := time.Date(2008, 1, 1, 0, 0, 0, 0, time.UTC)
		return base.Add(time.Duration(rapid.IntRange(0, 18*365*24*60).Draw(t, "minutes since 2008")) * time.Minute), c.zone
	}
	at, err := time.Parse(time.RFC3339, c.at)
	if err != nil {
		t.Fatal(err)
	}
	return at.Add(time.Duration(rapid.IntRange(-3*24*60, 3*24*60).Draw(t, "minutes from the change")) * time.Minute), c.zone
}

func someHours(t *rapid.T, label string) []Hours {
	return rapid.SliceOfN(rapid.Custom(func(t *rapid.T) Hours {
		quarter := func(from, to int) Clock { return Clock(900 * rapid.IntRange(from, to).Draw(t, "quarter")) }
		return Hours{quarter(0, 95), quarter(0, 96)}
	}), 0, 3).Draw(t, label)
}

// aSpec draws a calendar of a zone with rules around a moment.
func aSpec(t *rapid.T, around time.Time, zone string) Spec {
	s := Spec{
		Zone:   zone,
		Weekly: map[time.Weekday][]Hours{}, WeeklyBreaks: map[time.Weekday][]Hours{},
		Special: map[Date][]Hours{}, Breaks: map[Date][]Hours{}, AllowNeverOpen: true,
	}
	for d := time.Sunday; d <= time.Saturday; d++ {
		if rapid.IntRange(0, 4).Draw(t, "day off") > 0 {
			s.Weekly[d] = someHours(t, "weekly")
		}
		if rapid.IntRange(0, 2).Draw(t, "break") == 0 {
			s.WeeklyBreaks[d] = someHours(t, "weekly breaks")
		}
	}
	day := func(label string) Date {
		return DateOf(around, time.UTC).AddDays(rapid.IntRange(-3, 3).Draw(t, label))
	}
	for range rapid.IntRange(0, 3).Draw(t, "specials") {
		s.Special[day("special date")] = someHours(t, "special")
	}
	for range rapid.IntRange(0, 3).Draw(t, "dated breaks") {
		s.Breaks[day("break date")] = someHours(t, "breaks")
	}
	for range rapid.IntRange(0, 3).Draw(t, "closures") {
		s.Closed = append(s.Closed, Closure{Date: day("closed date"), Name: Name{JA: "休み"}, Kind: CompanyClosure})
	}
	if rapid.Bool().Draw(t, "japanese") {
		s.Holidays = []HolidayLaw{Japan}
	}
	if rapid.IntRange(0, 3).Draw(t, "yearly") == 0 {
		from, to := day("yearly from"), day("yearly to")
		s.Yearly = []YearlyClosure{{From: MonthDay{from.Month, from.Day}, To: MonthDay{to.Month, to.Day}}}
	}
	return s
}

// copyOf returns a copy of the Spec that can be changed.
func copyOf(s Spec) Spec {
	s.Special, s.Breaks = maps.Clone(s.Special), maps.Clone(s.Breaks)
	s.Closed = slices.Clone(s.Closed)
	return s
}
