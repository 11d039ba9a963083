package wording

import (
	"fmt"
	"strings"
	"time"
)

// Remaining says how much is left as hours and minutes: 1:18, 0:38, and with a
// minus how much is over: -0:22. Minutes are cut downwards, so that less than a
// minute over is already -0:01, and 0:00 is still in time.
func Remaining(d time.Duration) string {
	minutes := int64(d / time.Minute)
	if d%time.Minute < 0 {
		minutes--
	}
	if minutes < 0 {
		return fmt.Sprintf("-%d:%02d", -minutes/60, -minutes%60)
	}
	return fmt.Sprintf("%d:%02d", minutes/60, minutes%60)
}

// Length says a length as hours and minutes: 6:00. Seconds are cut.
func Length(d time.Duration) string { return Remaining(d.Abs().Truncate(time.Minute)) }

// Hours says a length of business time: 2 営業時間, 1 営業時間 30 分; 2 business
// hours, 1 business hour 30 minutes.
func Hours(d time.Duration, lang string) string {
	h, m := int64(d/time.Hour), int64(d%time.Hour/time.Minute)
	if lang == "ja" {
		switch {
		case m == 0:
			return fmt.Sprintf("%d 営業時間", h)
		case h == 0:
			return fmt.Sprintf("営業時間で %d 分", m)
		}
		return fmt.Sprintf("%d 営業時間 %d 分", h, m)
	}
	switch {
	case m == 0:
		return count(h, "business hour")
	case h == 0:
		return fmt.Sprintf("%s of business time", count(m, "minute"))
	}
	return count(h, "business hour") + " " + count(m, "minute")
}

// Days says a number of business days: 3 営業日, 3 business days.
func Days(n int, lang string) string {
	if lang == "ja" {
		return fmt.Sprintf("%d 営業日", n)
	}
	return count(int64(n), "business day")
}

func count(n int64, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return fmt.Sprintf("%d %ss", n, noun)
}

// ParseLength reads a length as people type it: 1h, 30m, 1h30m, 1時間30分, 90 分,
// in figures of either width. It is false for anything else, and for a length
// that is not positive.
func ParseLength(s string) (time.Duration, bool) {
	d, err := time.ParseDuration(strings.NewReplacer("営業時間", "h", "時間", "h", "分", "m", " ", "").Replace(Narrow(strings.TrimSpace(s))))
	return d, err == nil && d > 0
}

// Narrow writes the figures, signs and blanks of full width in half width, as
// people type them in Japanese.
func Narrow(s string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r == '　':
			return ' '
		case r >= '！' && r <= '～':
			return r - '！' + '!'
		}
		return r
	}, s)
}
