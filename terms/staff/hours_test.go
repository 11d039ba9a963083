package staff_test

import (
	"testing"
	"time"

	"pgregory.net/rapid"

	"madoguchi/terms/fault"
	"madoguchi/terms/staff"
	"madoguchi/terms/worktime"
)

func zone(t *testing.T, name string) *time.Location {
	t.Helper()
	loc, err := worktime.LoadZone(name)
	if err != nil {
		t.Fatal(err)
	}
	return loc
}

func spans(t *testing.T, s string) []staff.Span {
	t.Helper()
	day, err := staff.ParseSpans(s)
	if err != nil {
		t.Fatal(err)
	}
	return day
}

func TestSomebodyIsAtWorkByTheirOwnWallClock(t *testing.T) {
	berlin := zone(t, "Europe/Berlin")
	p := staff.Person{Zone: berlin, Own: true}
	for _, d := range []time.Weekday{time.Monday, time.Tuesday, time.Wednesday, time.Thursday, time.Friday} {
		p.Week[d] = spans(t, "9:00-12:00, 13:00-17:30")
	}
	p.Off = []staff.Off{{From: worktime.Date{Year: 2026, Month: 11, Day: 23}, To: worktime.Date{Year: 2026, Month: 11, Day: 27}}}
	at := func(s string) time.Time {
		v, err := time.ParseInLocation("2006-01-02 15:04", s, berlin)
		if err != nil {
			t.Fatal(err)
		}
		return v
	}
	for _, c := range []struct {
		at   string
		want staff.State
	}{
		{"2026-11-20 08:59", staff.Closed},
		{"2026-11-20 09:00", staff.AtWork},
		{"2026-11-20 12:00", staff.Closed},
		{"2026-11-20 13:00", staff.AtWork},
		{"2026-11-20 17:30", staff.Closed},
		{"2026-11-21 10:00", staff.Closed},
		{"2026-11-23 10:00", staff.DayOff},
		{"2026-11-27 23:59", staff.DayOff},
		{"2026-11-30 09:00", staff.AtWork},
		{"2026-03-30 09:00", staff.AtWork}, // the day after the clocks went forward
	} {
		if got := p.At(at(c.at)); got != c.want {
			t.Errorf("%s: %s, want %s", c.at, got, c.want)
		}
	}
	if got, ok := p.Next(at("2026-11-20 18:00")); !ok || !got.Equal(at("2026-11-30 09:00")) {
		t.Errorf("after the vacation: %v %v", got, ok)
	}
	p.AwaySince, p.AwayUntil = at("2026-11-20 14:00"), at("2026-11-20 15:00")
	if got := p.At(at("2026-11-20 14:30")); got != staff.Away {
		t.Errorf("away: %s", got)
	}
	if got, ok := p.Next(at("2026-11-20 14:30")); !ok || !got.Equal(at("2026-11-20 15:00")) {
		t.Errorf("back: %v %v", got, ok)
	}
	p.AwayUntil = time.Time{}
	if _, ok := p.Next(at("2026-11-20 14:30")); ok {
		t.Error("somebody away without an end is expected back")
	}
}

func TestWithoutHoursOfTheirOwnTheDesksHold(t *testing.T) {
	cal, err := worktime.Compile(worktime.Spec{Zone: "Asia/Tokyo", Weekly: map[time.Weekday][]worktime.Hours{time.Friday: {{From: worktime.At(10, 0, 0), To: worktime.At(18, 0, 0)}}}})
	if err != nil {
		t.Fatal(err)
	}
	p := staff.Person{Zone: cal.Location(), Desk: cal}
	friday := time.Date(2026, 11, 20, 18, 0, 0, 0, cal.Location())
	if p.At(friday) != staff.Closed || p.At(friday.Add(-time.Second)) != staff.AtWork {
		t.Error("the desk closes at 18:00, and so does the person")
	}
	if p.Works(worktime.Date{Year: 2026, Month: 11, Day: 21}) || !p.Works(worktime.Date{Year: 2026, Month: 11, Day: 27}) {
		t.Error("working days are not the desk's")
	}
	if got, ok := p.Next(friday); !ok || !got.Equal(friday.Add(6*24*time.Hour+16*time.Hour)) {
		t.Errorf("next: %v %v", got, ok)
	}
}

func TestHoursAreReadAsPeopleWriteThem(t *testing.T) {
	for in, want := range map[string]string{
		"": "", "9:00-18:00": "09:00-18:00", "９：００〜１２：００、１３：００〜１８：００": "09:00-12:00, 13:00-18:00", " 22:00 - 24:00 ": "22:00-24:00",
	} {
		day, err := staff.ParseSpans(in)
		if err != nil || staff.Spans(day) != want {
			t.Errorf("%q: %q %v", in, staff.Spans(day), err)
		}
	}
	for _, in := range []string{"9-18", "18:00-9:00", "9:00", "9:00-12:00, 11:00-13:00", "25:00-26:00", "1:00-2:00,3:00-4:00,5:00-6:00,7:00-8:00,9:00-10:00", "x"} {
		if _, err := staff.ParseSpans(in); !fault.Is(err, fault.Invalid) {
			t.Errorf("%q: %v", in, err)
		}
	}
}

func TestNextIsAlwaysAtWorkAndNotBefore(t *testing.T) {
	names := []string{"Asia/Tokyo", "Europe/Berlin", "America/New_York", "Australia/Lord_Howe"}
	rapid.Check(t, func(t *rapid.T) {
		loc, err := worktime.LoadZone(rapid.SampledFrom(names).Draw(t, "zone"))
		if err != nil {
			t.Fatal(err)
		}
		p := staff.Person{Zone: loc, Own: true}
		for i := range p.Week {
			if rapid.Bool().Draw(t, "works") {
				from := rapid.IntRange(0, 22).Draw(t, "from")
				p.Week[i] = []staff.Span{{From: worktime.At(from, 30, 0), To: worktime.At(rapid.IntRange(from+1, 24).Draw(t, "to"), 0, 0)}}
			}
		}
		now := time.Unix(rapid.Int64Range(1_700_000_000, 1_900_000_000).Draw(t, "now"), 0)
		at, ok := p.Next(now)
		if !ok {
			if !p.Week.Empty() {
				t.Fatalf("no next time in %+v from %v", p.Week, now)
			}
			return
		}
		if at.Before(now) || p.At(at) != staff.AtWork {
			t.Fatalf("next %v from %v: %s", at, now, p.At(at))
		}
		written, err := staff.EncodeWeek(p.Week)
		if err != nil {
			t.Fatal(err)
		}
		if back, err := staff.DecodeWeek(written); err != nil || back.Empty() != p.Week.Empty() {
			t.Fatalf("%s: %v", written, err)
		}
	})
}

func FuzzParseSpans(f *testing.F) {
	for _, s := range []string{"9:00-18:00", "９：００〜１２：００", "1:-2:", "-,-"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		day, err := staff.ParseSpans(s)
		if err != nil {
			return
		}
		if again, err := staff.ParseSpans(staff.Spans(day)); err != nil || len(again) != len(day) {
			t.Fatalf("%q → %q: %v", s, staff.Spans(day), err)
		}
	})
}
