package worktime_test

import (
	"fmt"
	"time"

	"madoguchi/terms/worktime"
)

// supportDesk answers 10:00–18:00 Japan time, not on weekends, public holidays
// and from 29 December to 3 January.
func supportDesk() worktime.Spec {
	weekly := map[time.Weekday][]worktime.Hours{}
	for day := time.Monday; day <= time.Friday; day++ {
		weekly[day] = []worktime.Hours{{From: worktime.At(10, 0, 0), To: worktime.At(18, 0, 0)}}
	}
	return worktime.Spec{
		Zone:     "Asia/Tokyo",
		Weekly:   weekly,
		Holidays: []worktime.HolidayLaw{worktime.Japan},
		Yearly: []worktime.YearlyClosure{{
			From: worktime.MonthDay{Month: time.December, Day: 29},
			To:   worktime.MonthDay{Month: time.January, Day: 3},
			Name: worktime.Name{JA: "年末年始休業", EN: "Year-end closure"},
			Kind: worktime.CompanyClosure,
		}},
	}
}

func Example() {
	desk, err := worktime.Compile(supportDesk())
	if err != nil {
		fmt.Println(err)
		return
	}
	received := time.Date(2026, time.November, 20, 19, 30, 0, 0, desk.Location())
	due, err := desk.Add(received, 6*time.Hour)
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println("due", due.Format("Mon 2 Jan 15:04"))
	for _, s := range desk.Explain(received, due) {
		fmt.Println(s.From.Format("Mon 15:04"), s.Reason.In("en"), s.Name.EN, s.Business())
	}
	// Output:
	// due Tue 24 Nov 16:00
	// Fri 19:30 out of hours  0s
	// Sat 00:00 weekly day off  0s
	// Mon 00:00 public holiday Labor Thanksgiving Day 0s
	// Tue 00:00 out of hours  0s
	// Tue 10:00 business hours  6h0m0s
}

// A budget that runs out at closing time gives closing time.
func ExampleCalendar_Add() {
	desk, err := worktime.Compile(supportDesk())
	if err != nil {
		fmt.Println(err)
		return
	}
	due, err := desk.Add(time.Date(2026, time.November, 24, 16, 0, 0, 0, desk.Location()), 2*time.Hour)
	fmt.Println(due, err)
	// Output: 2026-11-24 18:00:00 +0900 JST <nil>
}

// Business time over the turn of the year: one hour on the 28th, none until the 4th.
func ExampleCalendar_Between() {
	desk, err := worktime.Compile(supportDesk())
	if err != nil {
		fmt.Println(err)
		return
	}
	from := time.Date(2026, time.December, 28, 17, 0, 0, 0, desk.Location())
	fmt.Println(desk.Between(from, from.AddDate(0, 0, 7)))
	// Output: 8h0m0s
}

// Three business days after Friday the 20th, over a long weekend.
func ExampleCalendar_AddBusinessDays() {
	desk, err := worktime.Compile(supportDesk())
	if err != nil {
		fmt.Println(err)
		return
	}
	d, err := desk.AddBusinessDays(worktime.Date{Year: 2026, Month: time.November, Day: 20}, 3)
	fmt.Println(d, d.Weekday(), err)
	// Output: 2026-11-26 Thursday <nil>
}

// Desks in Tokyo and Berlin together.
func ExampleUnion() {
	tokyo, err := worktime.Compile(supportDesk())
	if err != nil {
		fmt.Println(err)
		return
	}
	spec := supportDesk()
	spec.Zone, spec.Holidays, spec.Yearly = "Europe/Berlin", nil, nil
	berlin, err := worktime.Compile(spec)
	if err != nil {
		fmt.Println(err)
		return
	}
	both, err := worktime.Union(tokyo, berlin)
	if err != nil {
		fmt.Println(err)
		return
	}
	day := time.Date(2026, time.November, 20, 0, 0, 0, 0, both.Location())
	for run := range both.Intervals(day, day.AddDate(0, 0, 1)) {
		fmt.Println(run.From.Format("15:04"), run.To.Format("15:04"))
	}
	// Output:
	// 00:00 02:00
	// 10:00 00:00
}

func ExampleJapaneseHolidays() {
	for _, h := range worktime.JapaneseHolidays(2032)[11:14] {
		fmt.Println(h.Date, h.Name.JA, h.Name.EN, "computed:", h.Computed)
	}
	// Output:
	// 2032-09-20 敬老の日 Respect for the Aged Day computed: true
	// 2032-09-21 休日 Citizens' holiday computed: true
	// 2032-09-22 秋分の日 Autumnal Equinox Day computed: true
}
