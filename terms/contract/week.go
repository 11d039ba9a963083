package contract

import (
	"slices"
	"time"

	"madoguchi/terms/worktime"
)

// Week returns the regular hours of a region's business calendar by weekday,
// sorted and with the weekly breaks cut out, to be told to people. Holidays
// and special days are not in it; ask the calendar for those.
func (c *Contract) Week(r RegionID) map[time.Weekday][]worktime.Hours {
	region, ok := c.Region(r)
	if !ok {
		region = c.regions[0]
	}
	out := map[time.Weekday][]worktime.Hours{}
	for day, hours := range c.weeks[region.Calendar] {
		out[day] = slices.Clone(hours)
	}
	return out
}

// regularWeek cuts the breaks out of the weekly hours. Hours over midnight are
// kept as they are: no break is cut from them.
func regularWeek(spec worktime.Spec) map[time.Weekday][]worktime.Hours {
	week := map[time.Weekday][]worktime.Hours{}
	for day, hours := range spec.Weekly {
		for _, h := range hours {
			week[day] = append(week[day], cut(h, spec.WeeklyBreaks[day])...)
		}
		slices.SortFunc(week[day], func(a, b worktime.Hours) int { return int(a.From - b.From) })
	}
	return week
}

func cut(h worktime.Hours, breaks []worktime.Hours) []worktime.Hours {
	if h.To <= h.From {
		return []worktime.Hours{h}
	}
	left := []worktime.Hours{h}
	for _, b := range breaks {
		var next []worktime.Hours
		for _, l := range left {
			if b.To <= b.From || b.To <= l.From || b.From >= l.To {
				next = append(next, l)
				continue
			}
			if l.From < b.From {
				next = append(next, worktime.Hours{From: l.From, To: b.From})
			}
			if b.To < l.To {
				next = append(next, worktime.Hours{From: b.To, To: l.To})
			}
		}
		left = next
	}
	return left
}
