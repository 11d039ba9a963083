package search

import (
	"strconv"
	"strings"
	"time"
)

// parseDay reads a date as people type it and returns the first instant of it
// in the zone: 2026-11-20, 2026/11/20, 2026年11月20日, 20261120; a month as
// 2026-11, a year as 2026; 11/20 or 11月20日 is the latest such day that is
// not more than a month ahead of now; today and yesterday by name.
func parseDay(text string, now time.Time, zone *time.Location) (time.Time, bool) {
	text = folded(text)
	y, m, d := now.In(zone).Date()
	switch text {
	case "today", "今日", "本日":
		return day(y, int(m), d, zone)
	case "yesterday", "昨日":
		return day(y, int(m), d-1, zone)
	}
	if len(text) == 8 && strings.Trim(text, "0123456789") == "" {
		text = text[:4] + "-" + text[4:6] + "-" + text[6:]
	}
	text = strings.NewReplacer("年", "-", "月", "-", "日", "", "/", "-", ".", "-").Replace(text)
	var n []int
	for part := range strings.SplitSeq(strings.TrimSuffix(text, "-"), "-") {
		v, err := strconv.Atoi(part)
		if err != nil || v < 0 || len(n) == 3 {
			return time.Time{}, false
		}
		n = append(n, v)
	}
	switch {
	case len(n) == 3:
		return exact(n[0], n[1], n[2], zone)
	case len(n) == 2 && n[0] > 31:
		return exact(n[0], n[1], 1, zone)
	case len(n) == 2:
		t, ok := exact(y, n[0], n[1], zone)
		if !ok || t.After(now.AddDate(0, 1, 0)) {
			return exact(y-1, n[0], n[1], zone)
		}
		return t, true
	case len(n) == 1 && n[0] >= 1000:
		return exact(n[0], 1, 1, zone)
	}
	return time.Time{}, false
}

// exact is day for a date that exists.
func exact(y, m, d int, zone *time.Location) (time.Time, bool) {
	if y < 1970 || y > 9999 || m < 1 || m > 12 || d < 1 || time.Date(y, time.Month(m), d, 0, 0, 0, 0, time.UTC).Day() != d {
		return time.Time{}, false
	}
	return day(y, m, d, zone)
}

func day(y, m, d int, zone *time.Location) (time.Time, bool) {
	return time.Date(y, time.Month(m), d, 0, 0, 0, 0, zone), true
}
