// Package wording says instants, lengths and business time the way people read
// them, in Japanese and English, the same on every screen, mail and report.
//
// It owns the forms only: full-width brackets around the weekday, half-width
// digits and colons, en dashes in English and wave dashes in Japanese. It
// refuses to decide anything and never asks for the time: "now" is an
// argument, and is used only to leave out the current year.
// Start reading at [Instant].
package wording

import (
	"fmt"
	"time"
)

var (
	daysJA   = [...]string{"日", "月", "火", "水", "木", "金", "土"}
	daysEN   = [...]string{"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"}
	monthsEN = [...]string{"Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"}
)

// Instant says an instant on the wall clock of loc: 11/20（金）16:42, Fri 20 Nov
// 16:42. The year is added when it is not that of now. Seconds are cut, never
// rounded up, so that a deadline is not told later than it is.
func Instant(t, now time.Time, loc *time.Location, lang string) string {
	t = t.In(loc)
	if lang == "ja" {
		return Date(t, now, loc, lang) + t.Format("15:04")
	}
	return Date(t, now, loc, lang) + t.Format(" 15:04")
}

// Date says the date that the wall clock of loc shows: 11/20（金）, Fri 20 Nov.
func Date(t, now time.Time, loc *time.Location, lang string) string {
	t = t.In(loc)
	year, month, day := t.Date()
	other := year != now.In(loc).Year()
	if lang == "ja" {
		s := fmt.Sprintf("%d/%d（%s）", int(month), day, daysJA[t.Weekday()])
		if other {
			s = fmt.Sprintf("%d/%s", year, s)
		}
		return s
	}
	s := fmt.Sprintf("%s %d %s", daysEN[t.Weekday()], day, monthsEN[month-1])
	if other {
		s += fmt.Sprintf(" %d", year)
	}
	return s
}

// Deadline says until when: 11/24（火）16:00 まで, by Tue 24 Nov 16:00.
func Deadline(t, now time.Time, loc *time.Location, lang string) string {
	if lang == "ja" {
		return Instant(t, now, loc, lang) + " まで"
	}
	return "by " + Instant(t, now, loc, lang)
}

// From says from when: 11/24（火）10:00 から, from Tue 24 Nov 10:00.
func From(t, now time.Time, loc *time.Location, lang string) string {
	if lang == "ja" {
		return Instant(t, now, loc, lang) + " から"
	}
	return "from " + Instant(t, now, loc, lang)
}
