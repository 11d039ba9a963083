package desk

import (
	"time"

	"madoguchi/terms/cases"
	"madoguchi/terms/contract"
	"madoguchi/terms/fault"
	"madoguchi/terms/worktime"
)

// The instants that the composer offers for a scheduled reply.
const (
	ReleaseOpening  = "opening"  // the next opening of the case's calendar
	ReleaseTomorrow = "tomorrow" // tomorrow at 9:00
	ReleaseAt       = "at"       // a date and a time that a person gives
)

// morning is when a reply for tomorrow leaves.
const morning = 9

// ReleaseTime is an instant that the composer offers, with what the release
// would do then.
type ReleaseTime struct {
	Name   string
	At     time.Time
	Open   bool // within business hours
	Effect ReplyPreview
}

// ReleaseTimes are the instants offered for a reply of a kind, and the next
// days of the calendar that the case's clocks run by.
func (d *Desk) ReleaseTimes(c *cases.Case, con *contract.Contract, kind cases.ReplyKind) (offered []ReleaseTime, days []worktime.Day) {
	for _, name := range []string{ReleaseOpening, ReleaseTomorrow} {
		at, err := d.ReleaseInstant(c, con, name, "", "")
		if err != nil {
			continue // such as the next opening of a calendar that is always open
		}
		offered = append(offered, d.releaseTime(c, con, name, kind, at))
	}
	cal := con.Hours(contract.RegionID(c.Region))
	today := worktime.DateOf(d.now(), cal.Location())
	for n := range calendarDays {
		days = append(days, cal.Day(today.AddDays(n)))
	}
	return offered, days
}

// calendarDays is how many days of the calendar the composer shows.
const calendarDays = 8

func (d *Desk) releaseTime(c *cases.Case, con *contract.Contract, name string, kind cases.ReplyKind, at time.Time) ReleaseTime {
	return ReleaseTime{Name: name, At: at, Open: con.Hours(contract.RegionID(c.Region)).IsOpen(at), Effect: d.PreviewReplyAt(c, con, kind, at)}
}

// ReleaseTimeAt is a date and time that a person gives, with what the release
// would do then.
func (d *Desk) ReleaseTimeAt(c *cases.Case, con *contract.Contract, kind cases.ReplyKind, date, clock string) (ReleaseTime, error) {
	at, err := d.ReleaseInstant(c, con, ReleaseAt, date, clock)
	if err != nil {
		return ReleaseTime{}, err
	}
	return d.releaseTime(c, con, ReleaseAt, kind, at), nil
}

// ReleaseInstant reads one of the offered instants; date ("2026-11-24") and
// clock ("09:30") are those of [ReleaseAt], in the desk's zone.
func (d *Desk) ReleaseInstant(c *cases.Case, con *contract.Contract, name, date, clock string) (time.Time, error) {
	now, zone := d.now(), d.Zone()
	switch name {
	case ReleaseOpening:
		cal := con.Hours(contract.RegionID(c.Region))
		at := now
		if cal.IsOpen(now) {
			shut, err := cal.NextClose(now)
			if err != nil {
				return time.Time{}, err
			}
			at = shut
		}
		return cal.NextOpen(at)
	case ReleaseTomorrow:
		day := worktime.DateOf(now, zone).AddDays(1)
		return time.Date(day.Year, day.Month, day.Day, morning, 0, 0, 0, zone), nil
	case ReleaseAt:
		at, err := time.ParseInLocation("2006-01-02 15:04", date+" "+clock, zone)
		if err != nil {
			return time.Time{}, fault.New(fault.Invalid, "送信する日付と時刻を入力してください。", "Please give the date and the time.").At("release")
		}
		return at, nil
	}
	return time.Time{}, fault.New(fault.Invalid, "送信する日時を選んでください。", "Please choose when the reply is to leave.").At("release")
}
