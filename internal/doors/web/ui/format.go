package ui

import (
	"context"
	"hash/fnv"
	"strconv"
	"time"

	"madoguchi/internal/wording"
)

// Date writes a day as 11/20（金） or Fri 20 Nov, in the viewer's zone. A day
// of another year than the viewer's present carries its year.
func Date(ctx context.Context, t time.Time) string {
	v := Of(ctx)
	return wording.Date(t, v.Now, v.Zone, string(v.Lang))
}

// DateOf writes a date that is kept as 2026-11-20 as [Date] does; anything else
// stays as it is.
func DateOf(ctx context.Context, day string) string {
	t, err := time.ParseInLocation(time.DateOnly, day, Of(ctx).Zone)
	if err != nil {
		return day
	}
	return Date(ctx, t.Add(12*time.Hour))
}

// Clk writes the time of day as 16:42, in the viewer's zone.
func Clk(ctx context.Context, t time.Time) string { return t.In(Of(ctx).Zone).Format("15:04") }

// Moment writes an instant as 11/20（金）16:42 or Fri 20 Nov 16:42.
func Moment(ctx context.Context, t time.Time) string {
	if t.IsZero() {
		return "—"
	}
	v := Of(ctx)
	return wording.Instant(t, v.Now, v.Zone, string(v.Lang))
}

// Near writes an instant of the viewer's present day as 16:42, any other as
// [Moment] does.
func Near(ctx context.Context, t time.Time) string {
	v := Of(ctx)
	if SameDay(t, v.Now, v.Zone) {
		return Clk(ctx, t)
	}
	return Moment(ctx, t)
}

// SameDay reports whether two instants share a calendar date in a zone.
func SameDay(a, b time.Time, zone *time.Location) bool {
	y1, m1, d1 := a.In(zone).Date()
	y2, m2, d2 := b.In(zone).Date()
	return y1 == y2 && m1 == m2 && d1 == d2
}

// HM writes a duration as hours and minutes, cut downwards: 1:22, -0:22.
func HM(d time.Duration) string { return wording.Remaining(d) }

// Hours writes a target's length without a trailing zero: 2, 1.5.
func Hours(d time.Duration) string {
	return strconv.FormatFloat(d.Hours(), 'f', -1, 64)
}

// Machine writes an instant for the datetime attribute.
func Machine(t time.Time) string { return t.UTC().Format(time.RFC3339) }

// Millis writes an instant for the scripts: Unix milliseconds, empty for none.
func Millis(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return strconv.FormatInt(t.UnixMilli(), 10)
}

// Initial returns the first letter of a name, for an avatar.
func Initial(name string) string {
	for _, r := range name {
		return string(r)
	}
	return "?"
}

// tint spreads people over the four avatar colours by their name.
func tint(name string) string {
	h := fnv.New32a()
	_, _ = h.Write([]byte(name)) // never fails
	return [...]string{" g", " o", "", " v"}[h.Sum32()>>3%4]
}
