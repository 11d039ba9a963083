package contract

import (
	"slices"
	"time"

	"madoguchi/terms/worktime"
)

// SupportStart returns when the clock of a contact begins to count: at its
// reception in business hours, else at the next opening, with the clauses and
// readings that say so. It takes the contact at the initial priority; see
// [Contract.SupportStartAs].
func (c *Contract) SupportStart(ch ChannelID, r RegionID, at time.Time) (time.Time, []ClauseID, []ReadingUse) {
	return c.SupportStartAs(c.initial, ch, r, at)
}

// SupportStartAs is SupportStart for a contact at a priority: hours are those
// of the calendar on which that priority's initial response is counted, so that
// one that runs around the clock starts at once. Priorities below the most
// urgent that are spoken out of hours follow the reading
// phone.after-hours-start. Beyond the years that calendars cover, the start is
// the reception itself.
func (c *Contract) SupportStartAs(p PriorityID, ch ChannelID, r RegionID, at time.Time) (time.Time, []ClauseID, []ReadingUse) {
	region := r
	if _, ok := c.Region(r); !ok {
		region = c.regions[0].ID
	}
	name := ""
	if t, ok := c.Target(FirstResponse, p, region); ok {
		name = t.CalendarName
	}
	return c.startOn(name, p, ch, region, at)
}

// startOn is SupportStartAs on a calendar; empty: the region's.
func (c *Contract) startOn(name string, p PriorityID, ch ChannelID, r RegionID, at time.Time) (time.Time, []ClauseID, []ReadingUse) {
	by, ok := c.starts[startKey{r, name}]
	if !ok {
		region, known := c.Region(r)
		if !known {
			region = c.regions[0]
		}
		by = c.starts[startKey{region.ID, region.Calendar}]
	}
	if by.calendar.IsOpen(at) {
		return at, by.clauses, nil
	}
	start, err := by.calendar.NextOpen(at)
	if err != nil {
		return at, by.clauses, nil
	}
	channel, _ := c.Channel(ch)
	if !channel.Voice || p == c.priorities[0].ID {
		return start, by.clauses, nil
	}
	if received := worktime.DateOf(at, c.zone); by.nextDay && worktime.DateOf(start, c.zone) == received {
		if later, err := c.openingAfter(by.calendar, received); err == nil {
			start = later
		}
	}
	return start, by.night, by.readings
}

// startKey is a region with one of the calendars that its targets count on.
type startKey struct {
	region   RegionID
	calendar string
}

// startRule is what the contract says of when support starts, made once.
type startRule struct {
	calendar *worktime.Calendar
	clauses  []ClauseID   // of the region and the calendar's hours
	night    []ClauseID   // and of calls out of hours
	readings []ReadingUse // that such calls follow
	nextDay  bool         // a call before opening starts on the day after
}

func (c *Contract) startRule(cal *worktime.Calendar, hours []ClauseID) startRule {
	night, _ := c.use(ReadNightCall)
	sameDay, _ := c.use(ReadSameDay)
	return startRule{
		calendar: cal, clauses: hours, night: slices.Clip(merge(hours, night.Clauses)), readings: []ReadingUse{night, sameDay},
		nextDay: night.Chosen == NightNextBusinessDay,
	}
}

// LeadTime returns the dates that the contract quotes for configuration work
// of a size: the business day on which an instruction complete at the given
// instant counts as received, which is not counted itself, and the earliest
// date after it. Never a promise (DatePromised of [ConfigWork] says so).
func (c *Contract) LeadTime(size WorkSize, r RegionID, complete time.Time) (zero, earliest worktime.Date, err error) {
	cal := c.Hours(r)
	start, err := cal.NextOpen(complete)
	if err != nil {
		return worktime.Date{}, worktime.Date{}, err
	}
	zero = worktime.DateOf(start, cal.Location())
	earliest, err = cal.AddBusinessDays(zero, size.Days)
	return zero, earliest, err
}

// LeadTimeFrom returns the instant from which business days of configuration
// work count (reading plus.lead-time-start): the one at which the instruction
// was received, or the one at which its requirements were confirmed. While they
// are not confirmed (the zero time), dates are quoted as if they were complete.
func (c *Contract) LeadTimeFrom(received, confirmed time.Time) time.Time {
	if c.Reading(ReadLeadTime) == LeadReceived || confirmed.IsZero() {
		return received
	}
	return confirmed
}

// openingAfter returns the first opening of the first business day after d.
func (c *Contract) openingAfter(cal *worktime.Calendar, d worktime.Date) (time.Time, error) {
	day, err := cal.AddBusinessDays(d, 1)
	if err != nil {
		return time.Time{}, err
	}
	return cal.NextOpen(time.Date(day.Year, day.Month, day.Day, 0, 0, 0, 0, cal.Location()))
}
