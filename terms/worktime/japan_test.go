package worktime

import (
	"math"
	"strings"
	"testing"
	"time"
)

func TestJapaneseHolidaysEqualTheCrossCheckedList(t *testing.T) {
	lines := strings.Split(strings.TrimSpace(readShared(t, "vectors/holidays_jp.csv")), "\n")[1:]
	var got []string
	for year := 1955; year <= 2050; year++ {
		for _, h := range JapaneseHolidays(year) {
			got = append(got, h.Date.String()+","+h.Name.JA)
			if h.Name.EN == "" {
				t.Errorf("%s has no English name", h.Date)
			}
			if h.Computed != (year > 2027) {
				t.Errorf("%s: computed = %t", h.Date, h.Computed)
			}
		}
	}
	if len(got) != len(lines) {
		t.Errorf("%d holidays, the list has %d", len(got), len(lines))
	}
	for i := range min(len(got), len(lines)) {
		if got[i] != lines[i] {
			t.Fatalf("line %d: got %s, want %s", i+2, got[i], lines[i])
		}
	}
}

// The years that no list covers are held against the sun: the day of the
// equinox is the Japanese date at which its longitude passes 0° or 180°.
func TestEquinoxDaysFollowTheSun(t *testing.T) {
	for year := FirstYear; year <= LastYear; year++ {
		for _, h := range JapaneseHolidays(year) {
			var at time.Time
			switch h.Name.JA {
			case "春分の日":
				at = equinoxInstant(year, true)
			case "秋分の日":
				at = equinoxInstant(year, false)
			default:
				continue
			}
			if got := DateOf(at, time.FixedZone("JST", 9*3600)); got != h.Date {
				t.Errorf("%s on %s, but the sun passes at %s", h.Name.EN, h.Date, at.In(time.FixedZone("JST", 9*3600)))
			}
		}
	}
}

// equinoxInstant finds the instant at which the sun's apparent longitude is 0°
// (spring) or 180°, by bisection over the low-precision theory in J. Meeus,
// Astronomical Algorithms, chapter 25 (good to 0.01°, a quarter of an hour).
func equinoxInstant(year int, spring bool) time.Time {
	month, goal := time.March, 0.0
	if !spring {
		month, goal = time.September, 180.0
	}
	lo := time.Date(year, month, 15, 0, 0, 0, 0, time.UTC)
	hi := lo.AddDate(0, 0, 14)
	for hi.Sub(lo) > time.Second {
		mid := lo.Add(hi.Sub(lo) / 2)
		if math.Remainder(sunLongitude(mid)-goal, 360) < 0 {
			lo = mid
		} else {
			hi = mid
		}
	}
	return lo
}

func sunLongitude(at time.Time) float64 {
	rad := math.Pi / 180
	const dynamicalMinusUT = 65 // seconds, within a minute over the range
	c := (at.Sub(time.Date(2000, 1, 1, 12, 0, 0, 0, time.UTC)).Seconds() + dynamicalMinusUT) / 86400 / 36525
	mean := 280.46646 + 36000.76983*c + 0.0003032*c*c
	anomaly := (357.52911 + 35999.05029*c - 0.0001537*c*c) * rad
	center := (1.914602-0.004817*c)*math.Sin(anomaly) + (0.019993-0.000101*c)*math.Sin(2*anomaly) + 0.000289*math.Sin(3*anomaly)
	return mean + center - 0.00569 - 0.00478*math.Sin((125.04-1934.136*c)*rad)
}
