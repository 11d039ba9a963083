package contract

import (
	"reflect"
	"slices"
	"strings"
	"time"

	"madoguchi/terms/fault"
	"madoguchi/terms/worktime"
)

const (
	maxCalendars = 16
	maxRegions   = 16
	maxChannels  = 12
	maxPriority  = 8
)

var weekdays = []struct {
	key string
	day time.Weekday
}{
	{"mon", time.Monday},
	{"tue", time.Tuesday},
	{"wed", time.Wednesday},
	{"thu", time.Thursday},
	{"fri", time.Friday},
	{"sat", time.Saturday},
	{"sun", time.Sunday},
}

func weekdayKeys() []string {
	var out []string
	for _, w := range weekdays {
		out = append(out, w.key)
	}
	return out
}

func (l *loader) readCalendars(top object) {
	for i, n := range l.ps.bounded(top.list("calendars", true), maxCalendars, "calendars") {
		o := l.ps.object(n, top.item("calendars", i), "id", "name", "zone", "weekly", "breaks", "holidays", "closures", "special", "clauses")
		id := o.id("id")
		spec := worktime.Spec{Zone: l.c.zone.String(), Special: map[worktime.Date][]worktime.Hours{}}
		if o.opt("zone") != nil {
			spec.Zone = l.zone(o, true).String()
		}
		name := o.text("name", true)
		spec.Weekly = l.week(o, "weekly", true)
		spec.WeeklyBreaks = l.week(o, "breaks", false)
		if o.opt("holidays") != nil {
			spec.Holidays = []worktime.HolidayLaw{worktime.HolidayLaw(o.oneOf("holidays", true, string(worktime.Japan)))}
		}
		l.closures(o, &spec)
		l.special(o, &spec)
		l.hoursClauses[id.text] = l.cite(o, "clauses", false)
		if id.text == "" {
			continue
		}
		if _, twice := l.specs[id.text]; twice {
			l.ps.at(id.at, id.path, "営業カレンダー「%s」が 2 回書かれています。", "calendar %q is written twice", id.text)
			continue
		}
		l.specs[id.text] = calendarSpec{spec: spec, at: n, path: o.path}
		l.c.calendarNames = append(l.c.calendarNames, NamedCalendar{ID: id.text, Name: name})
	}
}

// calendarSpec is a calendar that is read but not compiled yet.
type calendarSpec struct {
	spec worktime.Spec
	at   *node
	path string
}

// compile makes the calendars, and gives each target its own. It is the
// costly part of loading and runs only when the whole file reads well.
func (l *loader) compile() {
	for _, named := range l.c.calendarNames {
		s := l.specs[named.ID]
		cal := l.sameAsBase(named.ID, s.spec)
		if cal == nil {
			made, err := worktime.Compile(s.spec)
			if err != nil {
				l.ps.fault(s.at, s.path, err)
			}
			cal = made
		}
		for _, r := range l.c.regions {
			l.c.starts[startKey{r.ID, named.ID}] = l.c.startRule(cal, slices.Clip(merge(r.Clauses, l.hoursClauses[named.ID])))
		}
		l.c.calendars[named.ID], l.c.weeks[named.ID] = cal, regularWeek(s.spec)
	}
	if l.base != nil {
		l.c.always = l.base.always
	} else {
		always, err := worktime.Compile(worktime.Spec{Zone: l.c.zone.String(), Weekly: everyHour()})
		if err != nil {
			l.ps.fault(nil, "calendars", err)
		}
		l.c.always = always
	}
	for key, t := range l.c.targets {
		t.Calendar = l.c.calendars[t.CalendarName]
		l.c.targets[key] = l.continuous(t)
	}
}

// sameAsBase returns the calendar that the base has compiled already, when
// nothing of it differs; else nil.
func (l *loader) sameAsBase(id string, spec worktime.Spec) *worktime.Calendar {
	if l.base == nil {
		return nil
	}
	if had, ok := l.base.specs[id]; !ok || !reflect.DeepEqual(had.spec, spec) {
		return nil
	}
	return l.base.calendars[id]
}

func everyHour() map[time.Weekday][]worktime.Hours {
	week := map[time.Weekday][]worktime.Hours{}
	for _, w := range weekdays {
		week[w.day] = []worktime.Hours{{From: worktime.At(0, 0, 0), To: worktime.At(24, 0, 0)}}
	}
	return week
}

func (l *loader) week(o object, key string, required bool) map[time.Weekday][]worktime.Hours {
	days, ok := o.object(key, required, weekdayKeys()...)
	if !ok {
		return nil
	}
	week := map[time.Weekday][]worktime.Hours{}
	for _, w := range weekdays {
		if hours := l.hours(days, w.key); len(hours) > 0 {
			week[w.day] = hours
		}
	}
	l.nights(days, week)
	return week
}

// hours reads a list such as ["10:00-12:00", "13:00-18:00"].
func (l *loader) hours(o object, key string) []worktime.Hours {
	var out []worktime.Hours
	for _, w := range o.words(key, false) {
		from, to, ok := strings.Cut(w.text, "-")
		if !ok {
			l.ps.at(w.at, w.path, "「%s」は時間帯として読めません。\"10:00-18:00\" のように書いてください。", "%q is not a span of hours; write it as \"10:00-18:00\"", w.text)
			continue
		}
		h, err := worktime.ParseHours(strings.TrimSpace(from), strings.TrimSpace(to))
		if err != nil {
			l.ps.fault(w.at, w.path, err)
			continue
		}
		if l.sound(w, h, out) {
			out = append(out, h)
		}
	}
	return out
}

func (l *loader) closures(o object, spec *worktime.Spec) {
	for i, n := range o.list("closures", false) {
		c := l.ps.object(n, o.item("closures", i), "date", "every-year", "name", "public")
		name := worktime.Name(c.text("name", true))
		kind := worktime.CompanyClosure
		if c.flag("public", false) {
			kind = worktime.PublicHoliday
		}
		date, yearly := c.opt("date"), c.opt("every-year")
		if (date == nil) == (yearly == nil) {
			l.ps.at(n, c.path, "date か every-year のどちらか一方を書いてください。", "write either date or every-year")
			continue
		}
		if date != nil {
			if d := c.date("date"); d != (worktime.Date{}) {
				spec.Closed = append(spec.Closed, worktime.Closure{Date: d, Name: name, Kind: kind})
			}
			continue
		}
		w := c.word("every-year", true)
		from, to, found := strings.Cut(w.text, "..")
		if !found {
			to = from
		}
		first, err := worktime.ParseMonthDay(from)
		last, err2 := worktime.ParseMonthDay(to)
		if err != nil || err2 != nil {
			l.ps.at(w.at, w.path, "「%s」は毎年の期間として読めません。12-29..01-03 または 06-01 のように書いてください。", "%q is not a yearly span; write it as 12-29..01-03 or 06-01", w.text)
			continue
		}
		spec.Yearly = append(spec.Yearly, worktime.YearlyClosure{From: first, To: last, Name: name, Kind: kind})
	}
}

func (l *loader) special(o object, spec *worktime.Spec) {
	for i, n := range o.list("special", false) {
		s := l.ps.object(n, o.item("special", i), "date", "hours", "name")
		d := s.date("date")
		if d == (worktime.Date{}) {
			continue
		}
		if _, twice := spec.Special[d]; twice {
			l.ps.at(n, s.path, "%s の特別営業時間が 2 回書かれています。", "special hours for %s are written twice", d)
			continue
		}
		s.text("name", true)
		spec.Special[d] = l.hours(s, "hours")
	}
}

// date returns a date written 2026-04-01, or the zero date after reporting.
func (o object) date(key string) worktime.Date {
	w := o.word(key, true)
	if w.text == "" {
		return worktime.Date{}
	}
	d, err := worktime.ParseDate(w.text)
	if err != nil {
		o.ps.fault(w.at, w.path, err)
		return worktime.Date{}
	}
	if d.Year < worktime.FirstYear || d.Year > worktime.LastYear {
		o.ps.at(w.at, w.path, "日付 %s は対象外です。%d年から%d年までの日付を指定してください。", "date %s is out of range: write one of %d to %d", d, worktime.FirstYear, worktime.LastYear)
		return worktime.Date{}
	}
	return d
}

// fault reports an error of a lower package at a node.
func (ps *problems) fault(n *node, path string, err error) {
	t := fault.Public(err)
	ps.at(n, path, "%s", "%s", t.JA)
	if len(ps.list) > 0 && ps.more == 0 {
		ps.list[len(ps.list)-1].Text = t
	}
}

// bounded returns at most limit items, reporting those beyond.
func (ps *problems) bounded(items []*node, limit int, path string) []*node {
	if len(items) <= limit {
		return items
	}
	ps.at(items[limit], path, "%d 個までです。残りを削除してください。", "no more than %d; remove the rest", limit)
	return items[:limit]
}
