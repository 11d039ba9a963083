package worktime

import (
	"math/rand/v2"
	"runtime"
	"testing"
	"time"
)

// weekdayHours returns Monday to Friday with the same hours.
func weekdayHours(hours ...Hours) map[time.Weekday][]Hours {
	week := map[time.Weekday][]Hours{}
	for d := time.Monday; d <= time.Friday; d++ {
		week[d] = hours
	}
	return week
}

// tokyoDesk is the shipped contract's calendar with a lunch break.
func tokyoDesk() Spec {
	return Spec{
		Zone:         "Asia/Tokyo",
		Weekly:       weekdayHours(Hours{At(10, 0, 0), At(18, 0, 0)}),
		WeeklyBreaks: weekdayHours(Hours{At(12, 0, 0), At(13, 0, 0)}),
		Holidays:     []HolidayLaw{Japan},
		Yearly: []YearlyClosure{{
			From: MonthDay{time.December, 29}, To: MonthDay{time.January, 3},
			Name: Name{"年末年始休業", "Year-end closure"}, Kind: CompanyClosure,
		}},
	}
}

// berlinDesk has breaks, summer time and closures.
func berlinDesk() Spec {
	s := Spec{
		Zone:         "Europe/Berlin",
		Weekly:       weekdayHours(Hours{At(9, 0, 0), At(17, 30, 0)}),
		WeeklyBreaks: weekdayHours(Hours{At(12, 0, 0), At(12, 45, 0)}),
	}
	for _, day := range []MonthDay{{time.January, 1}, {time.May, 1}, {time.October, 3}, {time.December, 25}, {time.December, 26}} {
		s.Yearly = append(s.Yearly, YearlyClosure{From: day, To: day, Kind: PublicHoliday})
	}
	return s
}

// berlinAroundTheClock changes shape at every change of the clocks.
func berlinAroundTheClock() Spec {
	s := Spec{Zone: "Europe/Berlin", Weekly: map[time.Weekday][]Hours{}, Yearly: berlinDesk().Yearly}
	for d := time.Sunday; d <= time.Saturday; d++ {
		s.Weekly[d] = []Hours{{0, At(24, 0, 0)}}
	}
	return s
}

func mustCompile(tb testing.TB, s Spec) *Calendar {
	tb.Helper()
	c, err := Compile(s)
	if err != nil {
		tb.Fatal(err)
	}
	return c
}

const many = 1 << 14

// instants are random over twenty years, in several zones.
func instants() []time.Time {
	r := rand.New(rand.NewPCG(20, 26))
	from := time.Date(2010, 1, 1, 0, 0, 0, 0, time.UTC)
	zones := []*time.Location{time.UTC, time.FixedZone("JST", 9*3600), time.FixedZone("", -34200)}
	out := make([]time.Time, many)
	for i := range out {
		out[i] = from.Add(time.Duration(r.Int64N(int64(20 * 365.25 * 24 * float64(time.Hour))))).In(zones[i%len(zones)])
	}
	return out
}

func eachDesk(b *testing.B, run func(*testing.B, *Calendar)) {
	for _, desk := range []struct {
		name string
		spec Spec
	}{{"tokyo", tokyoDesk()}, {"berlin", berlinDesk()}, {"berlin24x7", berlinAroundTheClock()}} {
		c := mustCompile(b, desk.spec)
		b.Run(desk.name, func(b *testing.B) {
			b.ReportAllocs()
			run(b, c)
		})
	}
}

func BenchmarkAddSixHours(b *testing.B) {
	at := instants()
	eachDesk(b, func(b *testing.B, c *Calendar) {
		for i := 0; b.Loop(); i++ {
			if _, err := c.Add(at[i%many], 6*time.Hour); err != nil {
				b.Fatal(err)
			}
		}
	})
}

func BenchmarkAddTwoThousandHours(b *testing.B) {
	at := instants()
	eachDesk(b, func(b *testing.B, c *Calendar) {
		for i := 0; b.Loop(); i++ {
			if _, err := c.Add(at[i%many], 2000*time.Hour); err != nil {
				b.Fatal(err)
			}
		}
	})
}

func BenchmarkBetweenOverAYear(b *testing.B) {
	at := instants()
	eachDesk(b, func(b *testing.B, c *Calendar) {
		var sum time.Duration
		for i := 0; b.Loop(); i++ {
			t := at[i%many]
			sum += c.Between(t, t.Add(365*24*time.Hour))
		}
		if sum == 0 {
			b.Fatal("no business time in a year")
		}
	})
}

func BenchmarkIsOpen(b *testing.B) {
	at := instants()
	eachDesk(b, func(b *testing.B, c *Calendar) {
		open := 0
		for i := 0; b.Loop(); i++ {
			if c.IsOpen(at[i%many]) {
				open++
			}
		}
		if b.N > many && open == 0 {
			b.Fatal("never open")
		}
	})
}

func BenchmarkAddTenBusinessDays(b *testing.B) {
	at := instants()
	dates := make([]Date, len(at))
	for i, t := range at {
		dates[i] = DateOf(t, time.UTC)
	}
	eachDesk(b, func(b *testing.B, c *Calendar) {
		for i := 0; b.Loop(); i++ {
			if _, err := c.AddBusinessDays(dates[i%many], 10); err != nil {
				b.Fatal(err)
			}
		}
	})
}

func BenchmarkCompile(b *testing.B) {
	for b.Loop() {
		mustCompile(b, tokyoDesk())
	}
}

func TestACalendarTakesLessThan100KB(t *testing.T) {
	explicit := tokyoDesk()
	explicit.Holidays = nil
	for year := FirstYear; year <= LastYear; year++ {
		explicit.Closed = append(explicit.Closed, JapaneseHolidays(year)...)
	}
	for name, spec := range map[string]Spec{
		"by law": tokyoDesk(), "listed": explicit, "summer time": berlinDesk(), "around the clock": berlinAroundTheClock(),
	} {
		const copies = 20
		mustCompile(t, spec) // the zone archive's index is shared
		kept := make([]*Calendar, copies)
		var before, after runtime.MemStats
		runtime.GC()
		runtime.ReadMemStats(&before)
		for i := range kept {
			kept[i] = mustCompile(t, spec)
		}
		runtime.GC()
		runtime.ReadMemStats(&after)
		size := (int64(after.HeapAlloc) - int64(before.HeapAlloc)) / copies
		runtime.KeepAlive(kept)
		t.Logf("%s: %d bytes, %d shapes, %d spans", name, size, len(kept[0].open.shapes), len(kept[0].open.spans))
		if size > 100_000 {
			t.Errorf("%s: a calendar takes %d bytes", name, size)
		}
	}
}

func TestArithmeticDoesNotAllocate(t *testing.T) {
	c := mustCompile(t, berlinDesk())
	at := time.Date(2026, 10, 24, 13, 0, 0, 0, time.UTC)
	d := DateOf(at, time.UTC)
	if n := testing.AllocsPerRun(100, func() {
		due, err := c.Add(at, 6*time.Hour)
		if err != nil || c.Between(at, due) != 6*time.Hour {
			t.Fatal(due, err)
		}
		if _, err := c.Sub(at, time.Hour); err != nil {
			t.Fatal(err)
		}
		if _, err := c.AddBusinessDays(d, 10); err != nil {
			t.Fatal(err)
		}
	}); n != 0 {
		t.Errorf("%.0f allocations", n)
	}
}
