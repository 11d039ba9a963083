package worktime

import (
	"testing"
	"time"
)

func FuzzParseDate(f *testing.F) {
	for _, s := range []string{"2026-11-20", "2028-02-29", "0000-01-01", "9999-12-31", "x", "2026-02-30"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		d, err := ParseDate(s)
		if err == nil && (d.String() != s || !d.IsValid()) {
			t.Errorf("%q was read as %s", s, d)
		}
	})
}

func FuzzParseClock(f *testing.F) {
	for _, s := range []string{"00:00", "23:59:59", "24:00", "24:00:01", "x"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		c, err := ParseClock(s)
		if err == nil && c.String() != s && c.String()+":00" != s {
			t.Errorf("%q was read as %s", s, c)
		}
	})
}

// FuzzCompile makes calendars and instants of any bytes: whatever is accepted
// answers without panic, and its answers fit together.
func FuzzCompile(f *testing.F) {
	f.Add("Asia/Tokyo", int32(36000), int32(64800), int32(43200), int32(46800), 2026, 11, 23, int64(1795000000), int64(21600))
	f.Add("America/Havana", int32(0), int32(86400), int32(3600), int32(3600), 2020, 11, 1, int64(1604206800), int64(1))
	f.Add("Pacific/Apia", int32(79200), int32(21600), int32(-1), int32(0), 2011, 12, 30, int64(1325203200), int64(86400))
	f.Fuzz(func(t *testing.T, zone string, from, to, breakFrom, breakTo int32, y, m, d int, sec, length int64) {
		date := Date{y, time.Month(m), d}
		hours, cut := []Hours{{Clock(from), Clock(to)}}, []Hours{{Clock(breakFrom), Clock(breakTo)}}
		c, err := Compile(Spec{
			Zone: zone, Weekly: map[time.Weekday][]Hours{time.Monday: hours, time.Saturday: hours},
			WeeklyBreaks: map[time.Weekday][]Hours{time.Monday: cut},
			Special:      map[Date][]Hours{date: hours}, Breaks: map[Date][]Hours{date: cut},
			AllowNeverOpen: true,
		})
		if err != nil {
			return
		}
		at := time.Unix(sec, 0)
		due, err := c.Add(at, time.Duration(length))
		if err == nil && c.Between(at, due) != time.Duration(length) {
			t.Errorf("%d business nanoseconds after %s is %s", length, at, due)
		}
		back, err := c.Sub(at, time.Duration(length))
		if err == nil && c.Between(back, at) != time.Duration(length) {
			t.Errorf("%d business nanoseconds before %s is %s", length, at, back)
		}
		if open, err := c.NextOpen(at); err == nil && (!c.IsOpen(open) || c.Between(at, open) != 0) {
			t.Errorf("the next opening after %s is %s", at, open)
		}
		c.Day(date)
		c.Explain(at, at.Add(72*time.Hour))
		if next, err := c.AddBusinessDays(date, int(length%1000)); err == nil && !c.IsBusinessDay(next) {
			t.Errorf("%s is no business day", next)
		}
	})
}
