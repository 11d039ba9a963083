// Package benchworktime measures terms/worktime beside github.com/rickar/cal in
// one process. It is a module of its own, so that the product does not depend on
// what it is compared with.
//
//	cd test/bench-worktime && go test -bench . -benchmem
//
// Both answer for a Tokyo desk, 10:00–18:00 on weekdays that are no public
// holidays, at the same random instants over twenty years. Breaks are left out,
// because rickar/cal has none; terms/worktime is measured with them too.
package benchworktime

import (
	"math/rand/v2"
	"testing"
	"time"

	"github.com/rickar/cal/v2"
	"github.com/rickar/cal/v2/jp"

	"madoguchi/terms/worktime"
)

func ours(tb testing.TB, breaks bool) *worktime.Calendar {
	tb.Helper()
	s := worktime.Spec{
		Zone: "Asia/Tokyo", Holidays: []worktime.HolidayLaw{worktime.Japan},
		Weekly: map[time.Weekday][]worktime.Hours{}, WeeklyBreaks: map[time.Weekday][]worktime.Hours{},
	}
	for d := time.Monday; d <= time.Friday; d++ {
		s.Weekly[d] = []worktime.Hours{{From: worktime.At(10, 0, 0), To: worktime.At(18, 0, 0)}}
		if breaks {
			s.WeeklyBreaks[d] = []worktime.Hours{{From: worktime.At(12, 0, 0), To: worktime.At(13, 0, 0)}}
		}
	}
	c, err := worktime.Compile(s)
	if err != nil {
		tb.Fatal(err)
	}
	return c
}

func theirs() *cal.BusinessCalendar {
	c := cal.NewBusinessCalendar()
	c.Cacheable = true
	c.SetWorkHours(10*time.Hour, 18*time.Hour)
	c.AddHoliday(jp.Holidays...)
	return c
}

const many = 1 << 12

// instants are random over 2005–2025, in the desk's zone, as rickar/cal needs them.
func instants(tb testing.TB) []time.Time {
	tb.Helper()
	loc, err := worktime.LoadZone("Asia/Tokyo")
	if err != nil {
		tb.Fatal(err)
	}
	r := rand.New(rand.NewPCG(20, 26))
	from := time.Date(2005, 1, 1, 0, 0, 0, 0, loc)
	out := make([]time.Time, many)
	for i := range out {
		out[i] = from.Add(time.Duration(r.Int64N(20 * 365 * 24 * int64(time.Hour)))).Truncate(time.Second)
	}
	return out
}

const year = 365 * 24 * time.Hour

func BenchmarkAddSixHours(b *testing.B) {
	at := instants(b)
	add := func(b *testing.B, c *worktime.Calendar) {
		for i := 0; b.Loop(); i++ {
			if _, err := c.Add(at[i%many], 6*time.Hour); err != nil {
				b.Fatal(err)
			}
		}
	}
	b.Run("worktime", func(b *testing.B) { add(b, ours(b, false)) })
	b.Run("worktime-with-breaks", func(b *testing.B) { add(b, ours(b, true)) })
	b.Run("rickar-cal", func(b *testing.B) {
		c := theirs()
		for i := 0; b.Loop(); i++ {
			c.AddWorkHours(at[i%many], 6*time.Hour)
		}
	})
}

func BenchmarkBetweenOverAYear(b *testing.B) {
	at := instants(b)
	between := func(b *testing.B, c *worktime.Calendar) {
		for i := 0; b.Loop(); i++ {
			c.Between(at[i%many], at[i%many].Add(year))
		}
	}
	b.Run("worktime", func(b *testing.B) { between(b, ours(b, false)) })
	b.Run("worktime-with-breaks", func(b *testing.B) { between(b, ours(b, true)) })
	b.Run("rickar-cal", func(b *testing.B) {
		c := theirs()
		for i := 0; b.Loop(); i++ {
			c.WorkHoursInRange(at[i%many], at[i%many].Add(year))
		}
	})
}

func BenchmarkAddTenBusinessDays(b *testing.B) {
	at := instants(b)
	b.Run("worktime", func(b *testing.B) {
		c := ours(b, false)
		dates := make([]worktime.Date, many)
		for i, t := range at {
			dates[i] = worktime.DateOf(t, c.Location())
		}
		for i := 0; b.Loop(); i++ {
			if _, err := c.AddBusinessDays(dates[i%many], 10); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("rickar-cal", func(b *testing.B) {
		c := theirs()
		for i := 0; b.Loop(); i++ {
			c.WorkdaysFrom(at[i%many], 10)
		}
	})
}

// The comparison means something only if both compute the same thing. Where
// they agree on the day's hours, both must agree on the sum.
func TestBothMeasureTheSameThing(t *testing.T) {
	a, b := ours(t, false), theirs()
	from := time.Date(2024, 6, 3, 9, 0, 0, 0, a.Location()) // June has no holiday
	if got, want := b.WorkHoursInRange(from, from.AddDate(0, 0, 14)), a.Between(from, from.AddDate(0, 0, 14)); got != want {
		t.Errorf("rickar/cal counts %s, worktime %s", got, want)
	}
	due, err := a.Add(from, 30*time.Hour)
	if err != nil || !due.Equal(b.AddWorkHours(from, 30*time.Hour)) {
		t.Errorf("rickar/cal is due %s, worktime %s, %v", b.AddWorkHours(from, 30*time.Hour), due, err)
	}
}
