package worktime

import (
	"testing"
	"time"

	"madoguchi/terms/fault"
)

func TestDatesAgreeWithTheStandardLibraryOnEveryDay(t *testing.T) {
	i := 0
	for at := time.Date(1600, 1, 1, 0, 0, 0, 0, time.UTC); at.Year() < 2400; at = at.AddDate(0, 0, 1) {
		d := DateOf(at, time.UTC)
		if d.number() != at.Unix()/secondsPerDay-int64(one(at.Unix()%secondsPerDay < 0)) || dateOf(d.number()) != d || d.Weekday() != at.Weekday() {
			t.Fatalf("%s: number %d, back %s, %s", d, d.number(), dateOf(d.number()), d.Weekday())
		}
		index, ok := indexOf(d)
		if ok != (at.Year() >= FirstYear && at.Year() <= LastYear) {
			t.Fatalf("%s is covered: %t", d, ok)
		}
		if ok {
			if index != i || dateAt(i) != d || int64(i)+firstDay != d.number() {
				t.Fatalf("%s has index %d, want %d, back %s", d, index, i, dateAt(i))
			}
			i++
		}
	}
	if i != totalDays {
		t.Errorf("%d days are covered, the tables hold %d", i, totalDays)
	}
}

func TestDatesAreReadStrictly(t *testing.T) {
	d, err := ParseDate("2028-02-29")
	if err != nil || d != (Date{2028, time.February, 29}) || d.String() != "2028-02-29" {
		t.Errorf("got %v, %v", d, err)
	}
	for _, s := range []string{"", "2026-02-29", "2026-13-01", "2026-1-1", "20260101", "2026-01-01T00:00:00Z", " 2026-01-01"} {
		if _, err := ParseDate(s); !fault.Is(err, fault.Invalid) {
			t.Errorf("ParseDate(%q) = %v, want a refusal", s, err)
		}
	}
	if !(Date{2026, 1, 31}).Before(Date{2026, 2, 1}) || (Date{2026, 2, 1}).Before(Date{2026, 2, 1}) {
		t.Error("Before is not an order by time")
	}
	if got := (Date{2026, 12, 31}).AddDays(-365); got != (Date{2025, 12, 31}) {
		t.Errorf("365 days earlier: %s", got)
	}
}

func TestClockTimesAreReadStrictly(t *testing.T) {
	for s, want := range map[string]Clock{"00:00": 0, "09:30": At(9, 30, 0), "23:59:59": At(23, 59, 59), "24:00": At(24, 0, 0), "24:00:00": At(24, 0, 0)} {
		if c, err := ParseClock(s); err != nil || c != want {
			t.Errorf("ParseClock(%q) = %s, %v", s, c, err)
		}
	}
	for _, s := range []string{"", "9:30", "24:01", "12:60", "12:00:60", "12-00", "1２:0", "25:00", "12:00:0", "-1:00"} {
		if c, err := ParseClock(s); !fault.Is(err, fault.Invalid) {
			t.Errorf("ParseClock(%q) = %s, %v, want a refusal", s, c, err)
		}
	}
	if h, err := ParseHours("22:00", "06:00"); err != nil || h.String() != "22:00–06:00" {
		t.Errorf("got %s, %v", h, err)
	}
	if _, err := ParseHours("24:00", "06:00"); err == nil {
		t.Error("24:00 may not open")
	}
}
