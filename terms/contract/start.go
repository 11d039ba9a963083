package contract

import (
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
	region, ok := c.Region(r)
	if !ok {
		region = c.regions[0]
	}
	name := region.Calendar
	if t, ok := c.Target(FirstResponse, p, region.ID); ok {
		name = t.CalendarName
	}
	cal, clauses := c.calendars[name], c.hoursClauses[name]
	if cal.IsOpen(at) {
		return at, clauses, nil
	}
	start, err := cal.NextOpen(at)
	if err != nil {
		return at, clauses, nil
	}
	channel, _ := c.Channel(ch)
	if !channel.Voice || p == c.priorities[0].ID {
		return start, clauses, nil
	}
	night, _ := c.use(ReadNightCall)
	sameDay, _ := c.use(ReadSameDay)
	if received := worktime.DateOf(at, c.zone); night.Chosen == NightNextBusinessDay && worktime.DateOf(start, c.zone) == received {
		if later, err := c.openingAfter(cal, received); err == nil {
			start = later
		}
	}
	return start, append(clauses[:len(clauses):len(clauses)], night.Clauses...), []ReadingUse{night, sameDay}
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

// openingAfter returns the first opening of the first business day after d.
func (c *Contract) openingAfter(cal *worktime.Calendar, d worktime.Date) (time.Time, error) {
	day, err := cal.AddBusinessDays(d, 1)
	if err != nil {
		return time.Time{}, err
	}
	return cal.NextOpen(time.Date(day.Year, day.Month, day.Day, 0, 0, 0, 0, cal.Location()))
}
