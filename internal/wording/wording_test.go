package wording_test

import (
	"testing"
	"time"

	"madoguchi/internal/wording"
)

var tokyo = time.FixedZone("Asia/Tokyo", 9*3600)

func instant(t *testing.T, s string) time.Time {
	t.Helper()
	v, err := time.ParseInLocation("2006-01-02 15:04:05", s, tokyo)
	if err != nil {
		t.Fatal(err)
	}
	return v
}

func TestInstantsAreSaidWithTheWeekdayAndWithoutTheCurrentYear(t *testing.T) {
	now := instant(t, "2026-11-20 16:42:00")
	for _, c := range []struct{ at, ja, en string }{
		{"2026-11-20 16:42:59", "11/20（金）16:42", "Fri 20 Nov 16:42"},
		{"2026-11-24 16:00:00", "11/24（火）16:00", "Tue 24 Nov 16:00"},
		{"2026-12-01 03:00:00", "12/1（火）03:00", "Tue 1 Dec 03:00"},
		{"2027-01-04 10:00:00", "2027/1/4（月）10:00", "Mon 4 Jan 2027 10:00"},
		{"2025-12-31 23:59:59", "2025/12/31（水）23:59", "Wed 31 Dec 2025 23:59"},
	} {
		at := instant(t, c.at).UTC()
		if got := wording.Instant(at, now, tokyo, "ja"); got != c.ja {
			t.Errorf("%s in Japanese: %q, want %q", c.at, got, c.ja)
		}
		if got := wording.Instant(at, now, tokyo, "en"); got != c.en {
			t.Errorf("%s in English: %q, want %q", c.at, got, c.en)
		}
		if got, want := wording.Deadline(at, now, tokyo, "ja"), c.ja+" まで"; got != want {
			t.Errorf("deadline in Japanese: %q, want %q", got, want)
		}
		if got, want := wording.Deadline(at, now, tokyo, "en"), "by "+c.en; got != want {
			t.Errorf("deadline in English: %q, want %q", got, want)
		}
	}
}

func TestTheYearIsThatOfTheWallClock(t *testing.T) {
	now := instant(t, "2027-01-01 00:30:00") // still 2026 in UTC
	if got, want := wording.Date(now, now.UTC(), tokyo, "ja"), "1/1（金）"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}

func TestWhatRemainsNeverLooksLongerThanItIs(t *testing.T) {
	for _, c := range []struct {
		d    time.Duration
		want string
	}{
		{38 * time.Minute, "0:38"},
		{38*time.Minute + 59*time.Second, "0:38"},
		{78 * time.Minute, "1:18"},
		{26 * time.Hour, "26:00"},
		{0, "0:00"},
		{time.Second, "0:00"},
		{-time.Second, "-0:01"},
		{-22 * time.Minute, "-0:22"},
		{-3*time.Hour - time.Minute, "-3:01"},
	} {
		if got := wording.Remaining(c.d); got != c.want {
			t.Errorf("Remaining(%s) = %q, want %q", c.d, got, c.want)
		}
	}
}

func TestBusinessTimeIsSaidInBusinessHours(t *testing.T) {
	for _, c := range []struct {
		d      time.Duration
		ja, en string
	}{
		{2 * time.Hour, "2 営業時間", "2 business hours"},
		{time.Hour, "1 営業時間", "1 business hour"},
		{90 * time.Minute, "1 営業時間 30 分", "1 business hour 30 minutes"},
		{30 * time.Minute, "営業時間で 30 分", "30 minutes of business time"},
	} {
		if got := wording.Hours(c.d, "ja"); got != c.ja {
			t.Errorf("%s in Japanese: %q, want %q", c.d, got, c.ja)
		}
		if got := wording.Hours(c.d, "en"); got != c.en {
			t.Errorf("%s in English: %q, want %q", c.d, got, c.en)
		}
	}
	if got := wording.Days(3, "ja"); got != "3 営業日" {
		t.Errorf("Days(3) = %q", got)
	}
	if got := wording.Days(1, "en"); got != "1 business day" {
		t.Errorf("Days(1) = %q", got)
	}
}

func TestALengthIsReadAsPeopleTypeIt(t *testing.T) {
	for in, want := range map[string]time.Duration{
		"1h": time.Hour, "1h30m": 90 * time.Minute, "30 分": 30 * time.Minute, "１時間３０分": 90 * time.Minute, "2 営業時間": 2 * time.Hour, "1.5h": 90 * time.Minute,
	} {
		if got, ok := wording.ParseLength(in); !ok || got != want {
			t.Errorf("%q: %v, %v", in, got, ok)
		}
	}
	for _, in := range []string{"", "soon", "-1h", "0h", "2"} {
		if got, ok := wording.ParseLength(in); ok {
			t.Errorf("%q was read as %v", in, got)
		}
	}
}
