package wording_test

import (
	"strings"
	"testing"
	"time"

	"madoguchi/internal/wording"
	"madoguchi/terms/worktime"
)

func calendar(t *testing.T, change func(*worktime.Spec)) *worktime.Calendar {
	t.Helper()
	day := []worktime.Hours{{From: worktime.At(10, 0, 0), To: worktime.At(18, 0, 0)}}
	spec := worktime.Spec{
		Zone: "Asia/Tokyo", Holidays: []worktime.HolidayLaw{worktime.Japan},
		Weekly: map[time.Weekday][]worktime.Hours{time.Monday: day, time.Tuesday: day, time.Wednesday: day, time.Thursday: day, time.Friday: day},
		Yearly: []worktime.YearlyClosure{{
			From: worktime.MonthDay{Month: time.December, Day: 29}, To: worktime.MonthDay{Month: time.January, Day: 3},
			Name: worktime.Name{JA: "年末年始休業", EN: "year-end closure"}, Kind: worktime.CompanyClosure,
		}},
	}
	if change != nil {
		change(&spec)
	}
	c, err := worktime.Compile(spec)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func TestADeadlineIsExplainedLineByLine(t *testing.T) {
	lunch := func(s *worktime.Spec) {
		s.WeeklyBreaks = map[time.Weekday][]worktime.Hours{time.Tuesday: {{From: worktime.At(12, 0, 0), To: worktime.At(13, 0, 0)}}}
	}
	always := func(s *worktime.Spec) {
		*s = worktime.Spec{Zone: "Asia/Tokyo", Weekly: map[time.Weekday][]worktime.Hours{}}
		for d := time.Sunday; d <= time.Saturday; d++ {
			s.Weekly[d] = []worktime.Hours{{From: 0, To: worktime.At(24, 0, 0)}}
		}
	}
	for _, c := range []struct {
		name, from, to string
		change         func(*worktime.Spec)
		ja, en         string
	}{
		{
			"out of hours before a long weekend", "2026-11-20 19:30:00", "2026-11-24 16:00:00", nil,
			"金 19:30 営業時間外\n土・日・月（勤労感謝の日） 止まる\n火 10:00–16:00 6:00 進む",
			"Fri 19:30 out of hours\nSat, Sun, Mon (Labor Thanksgiving Day) stopped\nTue 10:00–16:00 6:00 counted",
		},
		{
			"half an hour before closing", "2026-11-20 17:30:00", "2026-11-24 15:30:00", nil,
			"金 17:30–18:00 0:30 進む\n土・日・月（勤労感謝の日） 止まる\n火 10:00–15:30 5:30 進む",
			"Fri 17:30–18:00 0:30 counted\nSat, Sun, Mon (Labor Thanksgiving Day) stopped\nTue 10:00–15:30 5:30 counted",
		},
		{
			"a night between two days goes without saying", "2026-11-25 17:00:00", "2026-11-26 11:00:00", nil,
			"水 17:00–18:00 1:00 進む\n木 10:00–11:00 1:00 進む",
			"Wed 17:00–18:00 1:00 counted\nThu 10:00–11:00 1:00 counted",
		},
		{
			"on a Sunday night", "2026-11-22 03:00:00", "2026-11-24 12:00:00", nil,
			"日 03:00 営業時間外\n月（勤労感謝の日） 止まる\n火 10:00–12:00 2:00 進む",
			"Sun 03:00 out of hours\nMon (Labor Thanksgiving Day) stopped\nTue 10:00–12:00 2:00 counted",
		},
		{
			"in the small hours", "2026-11-24 03:00:00", "2026-11-24 16:00:00", nil,
			"火 03:00 営業時間外\n火 10:00–16:00 6:00 進む",
			"Tue 03:00 out of hours\nTue 10:00–16:00 6:00 counted",
		},
		{
			"over the lunch break", "2026-11-24 11:00:00", "2026-11-24 14:00:00", lunch,
			"火 11:00–12:00 1:00 進む\n火 12:00–13:00 休憩 止まる\n火 13:00–14:00 1:00 進む",
			"Tue 11:00–12:00 1:00 counted\nTue 12:00–13:00 break stopped\nTue 13:00–14:00 1:00 counted",
		},
		{
			"around the clock over midnight", "2026-11-22 23:45:00", "2026-11-23 00:15:00", always,
			"日 23:45–月 00:15 0:30 進む", "Sun 23:45–Mon 00:15 0:30 counted",
		},
		{
			"over the year's end", "2026-12-28 17:00:00", "2027-01-04 17:00:00", nil,
			"12/28（月）17:00–18:00 1:00 進む\n12/29（火）〜12/31（木）（年末年始休業）・1/1（金）（元日）・1/2（土）・1/3（日）（年末年始休業） 止まる\n1/4（月）10:00–17:00 7:00 進む",
			"Mon 28 Dec 17:00–18:00 1:00 counted\nTue 29 Dec–Thu 31 Dec (year-end closure), Fri 1 Jan (New Year's Day), Sat 2 Jan, Sun 3 Jan (year-end closure) stopped\nMon 4 Jan 10:00–17:00 7:00 counted",
		},
		{
			"on a public holiday", "2026-11-23 03:00:00", "2026-11-24 11:00:00", nil,
			"月（勤労感謝の日）03:00 営業時間外\n火 10:00–11:00 1:00 進む",
			"Mon (Labor Thanksgiving Day) 03:00 out of hours\nTue 10:00–11:00 1:00 counted",
		},
	} {
		t.Run(c.name, func(t *testing.T) {
			segments := calendar(t, c.change).Explain(instant(t, c.from), instant(t, c.to))
			if got := strings.Join(wording.Segments(segments, "ja"), "\n"); got != c.ja {
				t.Errorf("in Japanese:\n%s\nwant\n%s", got, c.ja)
			}
			if got := strings.Join(wording.Segments(segments, "en"), "\n"); got != c.en {
				t.Errorf("in English:\n%s\nwant\n%s", got, c.en)
			}
		})
	}
}

func TestRegularHoursAreSaidShort(t *testing.T) {
	day := []worktime.Hours{{From: worktime.At(8, 30, 0), To: worktime.At(12, 30, 0)}, {From: worktime.At(13, 15, 0), To: worktime.At(17, 30, 0)}}
	short := day[:1]
	for _, c := range []struct {
		week   map[time.Weekday][]worktime.Hours
		ja, en string
	}{
		{map[time.Weekday][]worktime.Hours{time.Monday: short, time.Tuesday: short, time.Wednesday: short, time.Thursday: short, time.Friday: short}, "月〜金 08:30〜12:30", "Mon–Fri 08:30–12:30"},
		{map[time.Weekday][]worktime.Hours{time.Monday: day, time.Tuesday: day, time.Thursday: day, time.Saturday: short}, "月〜火 08:30〜12:30、13:15〜17:30、木 08:30〜12:30、13:15〜17:30、土 08:30〜12:30", "Mon–Tue 08:30–12:30, 13:15–17:30, Thu 08:30–12:30, 13:15–17:30, Sat 08:30–12:30"},
		{nil, "", ""},
	} {
		if got := wording.Week(c.week, "ja"); got != c.ja {
			t.Errorf("got %q, want %q", got, c.ja)
		}
		if got := wording.Week(c.week, "en"); got != c.en {
			t.Errorf("got %q, want %q", got, c.en)
		}
	}
}
