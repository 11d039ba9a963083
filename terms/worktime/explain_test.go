package worktime

import (
	"fmt"
	"strings"
	"testing"
	"time"
)

// tokyo reads a wall-clock time in Japan.
func tokyo(t *testing.T, s string) time.Time {
	t.Helper()
	at, err := time.Parse("2006-01-02 15:04 -0700", s+" +0900")
	if err != nil {
		t.Fatal(err)
	}
	return at
}

// told writes an explanation in one line a segment.
func told(segments []Segment) string {
	var b strings.Builder
	for _, s := range segments {
		fmt.Fprintf(&b, "%s–%s %s", s.From.Format("Mon 15:04"), s.To.Format("Mon 15:04"), s.Reason)
		if s.Name.JA != "" {
			fmt.Fprintf(&b, " (%s)", s.Name.JA)
		}
		if s.Computed {
			b.WriteString(" computed")
		}
		if s.Counts() {
			fmt.Fprintf(&b, " %s", s.Business())
		}
		b.WriteByte('\n')
	}
	return strings.TrimSpace(b.String())
}

func TestAFridayEveningMailIsExplainedUntilItsDeadlineOnTuesday(t *testing.T) {
	spec := tokyoDesk()
	spec.WeeklyBreaks = nil
	c := mustCompile(t, spec)
	received := tokyo(t, "2026-11-20 19:30")
	due, err := c.Add(received, 6*time.Hour)
	if err != nil || !due.Equal(tokyo(t, "2026-11-24 16:00")) {
		t.Fatalf("due %s, %v", due, err)
	}
	want := `
Fri 19:30–Sat 00:00 out_of_hours
Sat 00:00–Mon 00:00 weekend
Mon 00:00–Tue 00:00 holiday (勤労感謝の日)
Tue 00:00–Tue 10:00 out_of_hours
Tue 10:00–Tue 16:00 open 6h0m0s`
	if got := told(c.Explain(received, due)); got != strings.TrimSpace(want) {
		t.Errorf("got\n%s", got)
	}
}

func TestEveryReasonIsTold(t *testing.T) {
	spec := tokyoDesk()
	spec.Special = map[Date][]Hours{
		{2027, time.December, 30}: {{At(13, 0, 0), At(15, 0, 0)}},
		{2028, time.January, 6}:   {},
	}
	spec.Breaks = map[Date][]Hours{{2027, time.December, 30}: {{At(14, 0, 0), At(14, 30, 0)}}}
	c := mustCompile(t, spec)
	want := `
Tue 17:00–Tue 18:00 open 1h0m0s
Tue 18:00–Wed 00:00 out_of_hours
Wed 00:00–Thu 00:00 company_holiday (年末年始休業)
Thu 00:00–Thu 13:00 out_of_hours
Thu 13:00–Thu 14:00 special_hours 1h0m0s
Thu 14:00–Thu 14:30 break
Thu 14:30–Thu 15:00 special_hours 30m0s
Thu 15:00–Fri 00:00 out_of_hours
Fri 00:00–Sat 00:00 company_holiday (年末年始休業)
Sat 00:00–Sun 00:00 holiday (元日) computed
Sun 00:00–Tue 00:00 company_holiday (年末年始休業)
Tue 00:00–Tue 10:00 out_of_hours
Tue 10:00–Tue 12:00 open 2h0m0s
Tue 12:00–Tue 13:00 break
Tue 13:00–Tue 18:00 open 5h0m0s
Tue 18:00–Wed 10:00 out_of_hours
Wed 10:00–Wed 12:00 open 2h0m0s
Wed 12:00–Wed 13:00 break
Wed 13:00–Wed 18:00 open 5h0m0s
Wed 18:00–Thu 00:00 out_of_hours
Thu 00:00–Fri 00:00 special_closed
Fri 00:00–Fri 09:00 out_of_hours`
	if got := told(c.Explain(tokyo(t, "2027-12-28 17:00"), tokyo(t, "2028-01-07 09:00"))); got != strings.TrimSpace(want) {
		t.Errorf("got\n%s", got)
	}
	for r := Open; r <= Break; r++ {
		if r.In("ja") == "" || r.In("en") == "" || r.String() == "" {
			t.Errorf("reason %d has no words", r)
		}
	}
}

func TestADaySaysWhetherAndWhy(t *testing.T) {
	spec := tokyoDesk()
	spec.Closed = []Closure{{Date: Date{2026, time.November, 24}, Name: Name{"台風による臨時休業", "Closed for a typhoon"}, Kind: CompanyClosure}}
	spec.Special = map[Date][]Hours{{2026, time.November, 23}: {{At(13, 0, 0), At(15, 0, 0)}}}
	c := mustCompile(t, spec)
	for _, tt := range []struct {
		date     Date
		business bool
		reason   Reason
		open     string
		closures string
	}{
		{Date{2026, 11, 20}, true, Open, "10:00–12:00 13:00–18:00", ""},
		{Date{2026, 11, 21}, false, Weekend, "", ""},
		{Date{2026, 11, 23}, true, SpecialHours, "13:00–15:00", "勤労感謝の日"},
		{Date{2026, 11, 24}, false, CompanyHoliday, "", "台風による臨時休業"},
		{Date{2027, 1, 1}, false, Holiday, "", "元日 年末年始休業"},
		{Date{2100, 1, 1}, false, OutOfHours, "", ""},
	} {
		d := c.Day(tt.date)
		var open, closures []string
		for _, i := range d.Open {
			open = append(open, i.From.Format("15:04")+"–"+i.To.Format("15:04"))
		}
		for _, cl := range d.Closures {
			closures = append(closures, cl.Name.In("ja"))
		}
		if d.Business != tt.business || d.Reason != tt.reason || strings.Join(open, " ") != tt.open || strings.Join(closures, " ") != tt.closures {
			t.Errorf("%s: business %t, %s, open %v, closures %v", tt.date, d.Business, d.Reason, open, closures)
		}
	}
}

func TestADayOnWhichTheClockGoesBackOverMidnightIsOneDay(t *testing.T) {
	week := map[time.Weekday][]Hours{}
	for d := time.Sunday; d <= time.Saturday; d++ {
		week[d] = []Hours{{0, At(24, 0, 0)}}
	}
	// Havana sets its clocks back from 01:00 to 00:00, so the hour after
	// midnight comes twice; Apia skipped 30 December 2011 altogether.
	havana := mustCompile(t, Spec{Zone: "America/Havana", Weekly: week})
	d := havana.Day(Date{2020, time.November, 1})
	if len(d.Open) != 1 || d.Open[0].Duration() != 25*time.Hour {
		t.Errorf("Havana's long day: %v", d.Open)
	}
	apia := mustCompile(t, Spec{Zone: "Pacific/Apia", Weekly: week})
	if d := apia.Day(Date{2011, time.December, 30}); len(d.Open) != 0 {
		t.Errorf("Apia's day that never was: %v", d.Open)
	}
}

func TestClosingTimeIsTheEndOfTheDaysOwnHours(t *testing.T) {
	night := mustCompile(t, Spec{Zone: "Asia/Tokyo", Weekly: weekdayHours(Hours{At(22, 0, 0), At(6, 0, 0)})})
	always := mustCompile(t, Spec{Zone: "Asia/Tokyo", Weekly: weekdayHours(Hours{0, At(24, 0, 0)})})
	desk := mustCompile(t, tokyoDesk())
	both, err := Union(desk, night)
	if err != nil {
		t.Fatal(err)
	}
	friday := Date{2026, time.November, 20}
	for _, tt := range []struct {
		name string
		c    *Calendar
		want string
	}{
		{"an office", desk, "2026-11-20 18:00"},
		{"a night desk", night, "2026-11-21 06:00"},
		{"around the clock", always, "2026-11-21 00:00"},
		{"a union closes with the last part", both, "2026-11-21 06:00"},
	} {
		if got, err := tt.c.ClosingTime(friday); err != nil || !got.Equal(tokyo(t, tt.want)) {
			t.Errorf("%s closes at %s, %v", tt.name, got, err)
		}
	}
	if _, err := desk.ClosingTime(Date{2026, time.November, 23}); err != ErrNotBusinessDay {
		t.Errorf("a holiday closes: %v", err)
	}
	if _, err := desk.ClosingTime(Date{1900, time.January, 1}); err != ErrOutOfRange {
		t.Errorf("out of range: %v", err)
	}
}

func TestThePublishedListHoldsTheDaysOff(t *testing.T) {
	spec := tokyoDesk()
	spec.Special = map[Date][]Hours{
		{2026, time.December, 29}: {{At(10, 0, 0), At(12, 0, 0)}}, // kept open
		{2026, time.December, 25}: {},
	}
	var got []string
	for _, c := range mustCompile(t, spec).Closures(Date{2026, 12, 1}, Date{2027, 1, 3}) {
		got = append(got, fmt.Sprint(c.Date, " ", c.Kind, " ", c.Name.JA))
	}
	want := `2026-12-25 company 臨時休業
2026-12-30 company 年末年始休業
2026-12-31 company 年末年始休業
2027-01-01 public 元日
2027-01-01 company 年末年始休業
2027-01-02 company 年末年始休業
2027-01-03 company 年末年始休業`
	if strings.Join(got, "\n") != want {
		t.Errorf("got\n%s", strings.Join(got, "\n"))
	}
}
