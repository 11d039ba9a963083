package worktime

import (
	"errors"
	"strings"
	"testing"
	"time"

	"madoguchi/terms/fault"
)

func TestAMistakenSpecIsRefusedAndItsPlaceNamed(t *testing.T) {
	nine := []Hours{{At(9, 0, 0), At(17, 0, 0)}}
	tooMany := make([]Hours, maxHoursPerDay+1)
	for name, tt := range map[string]struct {
		change func(*Spec)
		field  string
	}{
		"unknown zone":        {func(s *Spec) { s.Zone = "Asia/Edo" }, "zone"},
		"the host's zone":     {func(s *Spec) { s.Zone = "Local" }, "zone"},
		"no such weekday":     {func(s *Spec) { s.Weekly[9] = nine }, "weekly"},
		"opening at 24:00":    {func(s *Spec) { s.Weekly[time.Monday] = []Hours{{At(24, 0, 0), At(2, 0, 0)}} }, "weekly.mon[0]"},
		"closing at 25:00":    {func(s *Spec) { s.WeeklyBreaks[time.Friday] = []Hours{nine[0], {0, At(25, 0, 0)}} }, "weekly_breaks.fri[1]"},
		"a negative time":     {func(s *Spec) { s.Special[Date{2026, 4, 1}] = []Hours{{-1, 5}} }, "special.2026-04-01[0]"},
		"too many intervals":  {func(s *Spec) { s.Weekly[time.Monday] = tooMany }, "weekly.mon"},
		"no such date":        {func(s *Spec) { s.Breaks[Date{2026, 2, 29}] = nine }, "breaks"},
		"a date too early":    {func(s *Spec) { s.Special[Date{1947, 12, 31}] = nine }, "special"},
		"a date too late":     {func(s *Spec) { s.Closed = []Closure{{Date: Date{2100, 1, 1}}} }, "closed[0]"},
		"the zero date":       {func(s *Spec) { s.Closed = []Closure{{}} }, "closed[0]"},
		"too many closures":   {func(s *Spec) { s.Closed = make([]Closure, maxClosures+1) }, "closed"},
		"no such yearly day":  {func(s *Spec) { s.Yearly = []YearlyClosure{{From: MonthDay{2, 30}, To: MonthDay{3, 1}}} }, "yearly[0]"},
		"an unknown country":  {func(s *Spec) { s.Holidays = []HolidayLaw{Japan, "de"} }, "holidays[1]"},
		"a Spec left unnamed": {func(s *Spec) { *s = Spec{} }, "zone"},
	} {
		t.Run(name, func(t *testing.T) {
			s := tokyoDesk()
			s.Special, s.Breaks = map[Date][]Hours{}, map[Date][]Hours{}
			tt.change(&s)
			_, err := Compile(s)
			f, ok := errors.AsType[*fault.Error](err)
			if !ok || f.Kind != fault.Invalid || f.Field != tt.field || f.Text.JA == "" || f.Text.EN == "" {
				t.Errorf("got %v, want a fault at %q in two languages", err, tt.field)
			}
		})
	}
}

func TestACalendarThatIsTooDetailedIsRefused(t *testing.T) {
	s := Spec{Zone: "UTC", Special: map[Date][]Hours{}}
	for n := range int64(totalDays) {
		var hours []Hours
		for i := range Clock(maxHoursPerDay) {
			hours = append(hours, Hours{i*1800 + Clock(n%1000), i*1800 + Clock(n%1000) + 60})
		}
		s.Special[dateOf(firstDay+n)] = hours
	}
	if _, err := Compile(s); !fault.Is(err, fault.TooLarge) {
		t.Errorf("got %v", err)
	}
}

func TestACalendarThatNeverOpensIsRefusedUnlessAllowed(t *testing.T) {
	s := Spec{Zone: "Asia/Tokyo", Weekly: weekdayHours(Hours{At(10, 0, 0), At(18, 0, 0)}), WeeklyBreaks: weekdayHours(Hours{At(9, 0, 0), At(19, 0, 0)})}
	if _, err := Compile(s); !errors.Is(err, ErrNeverOpen) {
		t.Fatalf("got %v", err)
	}
	s.AllowNeverOpen = true
	c := mustCompile(t, s)
	at := tokyo(t, "2026-11-20 12:00")
	if got, err := c.Add(at, 0); err != nil || !got.Equal(at) {
		t.Errorf("nothing more to wait for: %s, %v", got, err)
	}
	if _, err := c.Add(at, 1); !errors.Is(err, ErrNeverOpen) {
		t.Errorf("Add: %v", err)
	}
	if _, err := c.Sub(at, 1); !errors.Is(err, ErrNeverOpen) {
		t.Errorf("Sub: %v", err)
	}
	if _, err := c.NextOpen(at); !errors.Is(err, ErrNeverOpen) {
		t.Errorf("NextOpen: %v", err)
	}
	if c.IsOpen(at) || c.Between(at, at.AddDate(30, 0, 0)) != 0 {
		t.Error("open after all")
	}
	if !c.IsBusinessDay(Date{2026, 11, 20}) {
		t.Error("breaks unmade a business day")
	}
}

func TestMoreThanTwelveYearsClosedIsNever(t *testing.T) {
	s := Spec{Zone: "Asia/Tokyo", Special: map[Date][]Hours{
		{2025, time.April, 1}: {{At(10, 0, 0), At(12, 0, 0)}},
		{2040, time.April, 2}: {{At(10, 0, 0), At(12, 0, 0)}},
	}}
	c := mustCompile(t, s)
	for _, tt := range []struct {
		name, at string
		d        time.Duration
		want     string // of Add; "never" if so
	}{
		{"the last minutes before the long closure", "2025-04-01 11:00", time.Hour, "2025-04-01 12:00"},
		{"across the long closure", "2025-04-01 11:00", 61 * time.Minute, "never"},
		{"seen from inside, but far", "2026-01-01 00:00", time.Minute, "never"},
		{"seen from inside, near its end", "2035-01-01 00:00", time.Minute, "2040-04-02 10:01"},
		{"before the first opening, far", "2010-01-01 00:00", time.Minute, "never"},
		{"before the first opening, near", "2020-01-01 00:00", time.Minute, "2025-04-01 10:01"},
		{"after the last opening", "2040-04-03 00:00", time.Minute, "never"},
	} {
		got, err := c.Add(tokyo(t, tt.at), tt.d)
		if tt.want == "never" {
			if !errors.Is(err, ErrNeverOpen) {
				t.Errorf("%s: %s, %v", tt.name, got, err)
			}
			continue
		}
		if err != nil || !got.Equal(tokyo(t, tt.want)) {
			t.Errorf("%s: %s, %v", tt.name, got, err)
		}
	}
	if got, err := c.Sub(tokyo(t, "2040-04-02 11:00"), time.Hour); err != nil || !got.Equal(tokyo(t, "2040-04-02 10:00")) {
		t.Errorf("back to the opening: %s, %v", got, err)
	}
	if _, err := c.Sub(tokyo(t, "2040-04-02 11:00"), 2*time.Hour); !errors.Is(err, ErrNeverOpen) {
		t.Errorf("back across the closure: %v", err)
	}
	if _, err := c.AddBusinessDays(Date{2025, 4, 1}, 1); !errors.Is(err, ErrNeverOpen) {
		t.Errorf("the next business day: %v", err)
	}
	if d, err := c.AddBusinessDays(Date{2035, 1, 1}, 1); err != nil || d != (Date{2040, 4, 2}) {
		t.Errorf("the next business day within patience: %s, %v", d, err)
	}
	if d, err := c.AddBusinessDays(Date{2041, 1, 1}, -1); err != nil || d != (Date{2040, 4, 2}) {
		t.Errorf("the business day before: %s, %v", d, err)
	}
}

func TestTheCoveredYearsAreTheLimit(t *testing.T) {
	c := mustCompile(t, tokyoDesk())
	for _, at := range []time.Time{tokyo(t, "1947-12-31 23:59"), tokyo(t, "2100-01-01 00:00"), {}, time.Unix(1<<62, 0)} {
		if _, err := c.Add(at, time.Hour); err != ErrOutOfRange {
			t.Errorf("Add at %s: %v", at, err)
		}
		if _, err := c.Sub(at, 0); err != ErrOutOfRange {
			t.Errorf("Sub at %s: %v", at, err)
		}
		if _, err := c.NextOpen(at); err != ErrOutOfRange {
			t.Errorf("NextOpen at %s: %v", at, err)
		}
		if c.IsOpen(at) {
			t.Errorf("open at %s", at)
		}
	}
	if _, err := c.Add(tokyo(t, "2099-12-28 17:00"), 2*time.Hour); err != ErrOutOfRange {
		t.Errorf("beyond the last day: %v", err)
	}
	if _, err := c.Sub(tokyo(t, "1948-01-05 11:00"), 1000*time.Hour); err != ErrOutOfRange {
		t.Errorf("before the first day: %v", err)
	}
	if _, err := c.Add(tokyo(t, "2026-11-20 12:00"), 1<<63-1); err != ErrOutOfRange {
		t.Errorf("292 years of business time: %v", err)
	}
	if _, err := c.Add(tokyo(t, "2026-11-20 12:00"), -1); err != ErrNegative {
		t.Errorf("a negative duration: %v", err)
	}
	for _, n := range []int{1 << 40, -1 << 40, 1<<63 - 1, -1 << 63} {
		if _, err := c.AddBusinessDays(Date{2026, 11, 20}, n); err != ErrOutOfRange {
			t.Errorf("%d business days: %v", n, err)
		}
	}
	if _, err := c.AddBusinessDays(Date{2026, 13, 1}, 1); err != ErrOutOfRange {
		t.Errorf("no such month: %v", err)
	}
	all := c.Between(time.Unix(-1<<40, 0), time.Unix(1<<40, 0))
	if all <= 0 || all != c.Between(tokyo(t, "1948-01-01 00:00"), tokyo(t, "2100-01-01 00:00")) {
		t.Errorf("time outside the covered years counts: %s", all)
	}
	if n := len(c.Explain(time.Unix(-1<<40, 0), time.Unix(1<<40, 0))); n == 0 {
		t.Error("nothing explained")
	}
}

// Around the clock the open seconds pass 2^32 in 2084.
func TestAroundTheClockToTheLastYear(t *testing.T) {
	s := Spec{Zone: "UTC", Weekly: map[time.Weekday][]Hours{}}
	for d := time.Sunday; d <= time.Saturday; d++ {
		s.Weekly[d] = []Hours{{0, At(24, 0, 0)}}
	}
	c := mustCompile(t, s)
	for year := FirstYear; year <= LastYear; year++ {
		at := time.Date(year, time.February, 7, 6, 28, 15, 5, time.UTC)
		d := at.Sub(time.Date(FirstYear, 1, 1, 0, 0, 0, 0, time.UTC))
		if got := c.Between(time.Date(FirstYear, 1, 1, 0, 0, 0, 0, time.UTC), at); got != d {
			t.Fatalf("%d: %s, want %s", year, got, d)
		}
		if got, err := c.Add(time.Date(FirstYear, 1, 1, 0, 0, 0, 0, time.UTC), d); err != nil || !got.Equal(at) {
			t.Fatalf("%d: %s, %v", year, got, err)
		}
		if got, err := c.Sub(at, d); err != nil || got.Year() != FirstYear {
			t.Fatalf("%d: %s, %v", year, got, err)
		}
	}
	if _, err := c.NextClose(time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)); err != ErrOutOfRange {
		t.Errorf("it closes: %v", err)
	}
}

func TestResultsAreInTheCalendarsZone(t *testing.T) {
	c := mustCompile(t, tokyoDesk())
	at := time.Date(2026, 11, 20, 8, 0, 0, 0, time.UTC) // 17:00 in Tokyo
	due, err := c.Add(at, time.Hour)
	if err != nil || due.Format(time.RFC3339) != "2026-11-20T18:00:00+09:00" || due.Location().String() != "Asia/Tokyo" {
		t.Errorf("got %s, %v", due, err)
	}
	if now := time.Now(); strings.Contains(mustAdd(t, c, now, 0).String(), "m=") {
		t.Error("a monotonic reading was kept")
	}
}

func mustAdd(t *testing.T, c *Calendar, at time.Time, d time.Duration) time.Time {
	t.Helper()
	due, err := c.Add(at, d)
	if err != nil {
		t.Fatal(err)
	}
	return due
}

func TestJapanObservesItsSummerTimeOf1948(t *testing.T) {
	c := mustCompile(t, tokyoDesk())
	open, err := c.NextOpen(time.Date(1949, time.June, 1, 0, 0, 0, 0, time.UTC))
	if err != nil || open.Format(time.RFC3339) != "1949-06-01T10:00:00+10:00" {
		t.Errorf("got %s, %v", open, err)
	}
}

// As many openings a day as are allowed: every lookup has to step over several.
func TestACalendarOfQuarterHours(t *testing.T) {
	s := Spec{Zone: "Asia/Tokyo", Weekly: map[time.Weekday][]Hours{}}
	for d := time.Sunday; d <= time.Saturday; d++ {
		for i := range Clock(maxHoursPerDay) {
			s.Weekly[d] = append(s.Weekly[d], Hours{i * 1800, i*1800 + 900})
		}
	}
	c := mustCompile(t, s)
	from := tokyo(t, "2026-11-20 00:00")
	for m := range 8 * 24 * 60 {
		at := from.Add(time.Duration(m) * time.Minute)
		want := time.Duration(m/30*15+min(m%30, 15)) * time.Minute
		if got := c.Between(from, at); got != want || c.IsOpen(at) != (m%30 < 15) {
			t.Fatalf("at %s: %s, open %t", at, got, c.IsOpen(at))
		}
		open := at
		if m%30 >= 15 {
			open = from.Add(time.Duration(m/30+1) * 30 * time.Minute)
		}
		if due := mustAdd(t, c, from, want+1); !due.Equal(open.Add(1)) {
			t.Fatalf("one nanosecond more than %s is due %s", want, due)
		}
	}
}
