package worktime

import (
	"fmt"

	"madoguchi/terms/fault"
)

// Clock is a wall-clock time of day in seconds after 00:00, from 0 to 86,400.
// 24:00 (86,400) may only end an interval.
type Clock int32

const (
	secondsPerDay  = 86400
	endOfDay       = Clock(secondsPerDay)
	secondsPerWeek = 7 * secondsPerDay
)

// At returns the time of day h:m:s. It does not check its arguments; Compile does.
func At(h, m, s int) Clock { return Clock(h*3600 + m*60 + s) }

// ParseClock reads "15:04" or "15:04:05"; "24:00" is the end of the day.
func ParseClock(s string) (Clock, error) {
	bad := func() (Clock, error) {
		return 0, fault.New(fault.Invalid,
			fmt.Sprintf("時刻 %q を読み取れません。「09:30」または「09:30:00」の形式（00:00～24:00）で指定してください。", s),
			fmt.Sprintf("%q is not a time of day: write \"09:30\" or \"09:30:00\", from 00:00 to 24:00", s))
	}
	if len(s) != 5 && len(s) != 8 {
		return bad()
	}
	var part [3]int
	for i := 0; i < len(s); i++ {
		if i%3 == 2 {
			if s[i] != ':' {
				return bad()
			}
			continue
		}
		if s[i] < '0' || s[i] > '9' {
			return bad()
		}
		part[i/3] = part[i/3]*10 + int(s[i]-'0')
	}
	c := At(part[0], part[1], part[2])
	if part[1] > 59 || part[2] > 59 || c > endOfDay {
		return bad()
	}
	return c, nil
}

// String returns "15:04", or "15:04:05" when the seconds are not zero.
func (c Clock) String() string {
	h, m, s := c/3600, c/60%60, c%60
	if s == 0 {
		return fmt.Sprintf("%02d:%02d", h, m)
	}
	return fmt.Sprintf("%02d:%02d:%02d", h, m, s)
}

// Hours is a half-open interval [From, To) of wall-clock time. A To at or
// before From crosses midnight: 22:00–06:00 is a night, 09:00–09:00 a whole
// day that begins at nine.
type Hours struct{ From, To Clock }

// ParseHours reads both ends as [ParseClock] does.
func ParseHours(from, to string) (Hours, error) {
	f, err := ParseClock(from)
	if err != nil {
		return Hours{}, err
	}
	t, err := ParseClock(to)
	if err != nil {
		return Hours{}, err
	}
	h := Hours{f, t}
	return h, h.check("")
}

// String returns "10:00–18:00".
func (h Hours) String() string { return h.From.String() + "–" + h.To.String() }

// check reports hours that no wall clock can show, blaming field.
func (h Hours) check(field string) error {
	if h.From < 0 || h.From >= endOfDay {
		return invalid(field,
			fmt.Sprintf("開始時刻 %s は使用できません。00:00から23:59:59までの時刻を指定してください。", h.From),
			fmt.Sprintf("opening time %s: give a time from 00:00 to 23:59:59", h.From))
	}
	if h.To < 0 || h.To > endOfDay {
		return invalid(field,
			fmt.Sprintf("終了時刻 %s は使用できません。00:00から24:00までの時刻を指定してください。", h.To),
			fmt.Sprintf("closing time %s: give a time from 00:00 to 24:00", h.To))
	}
	return nil
}

// wall is a half-open interval of wall-clock seconds within one date.
type wall struct{ from, to int32 }

// head returns the part of h on the date it begins, and tail the part after midnight.
func (h Hours) head() wall {
	if h.To <= h.From {
		return wall{int32(h.From), secondsPerDay}
	}
	return wall{int32(h.From), int32(h.To)}
}

func (h Hours) tail() (wall, bool) {
	return wall{0, int32(h.To)}, h.To <= h.From && h.To > 0
}
