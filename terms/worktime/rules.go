package worktime

import (
	"cmp"
	"slices"
	"time"
)

// rules is the compiled Spec: it answers what one date looks like on the wall
// clock, apart from any zone. The tables are built from it once; explanations
// read it again.
type rules struct {
	week     [7]weekday
	regular  [7][]Hours   // as written
	special  []datedHours // by day
	breaks   []datedHours // by day
	closed   []closedDate // by day; what the Spec lists
	names    []Name       // of closed
	yearly   []YearlyClosure
	japanese bool
}

// weekday is a regular day that follows and precedes regular days.
type weekday struct {
	own    bool   // it has hours of its own
	uncut  []wall // its hours and the evening before's tail
	breaks []wall
	open   []wall // uncut without breaks
}

// closedDate is a Closure in six bytes: calendars may list decades of them.
type closedDate struct {
	day      uint16 // after firstDay
	name     uint16
	kind     ClosureKind
	computed bool
}

type datedHours struct {
	day   int64
	hours []Hours
}

func newRules(s Spec) *rules {
	r := &rules{yearly: slices.Clone(s.Yearly), japanese: slices.Contains(s.Holidays, Japan)}
	for d := time.Sunday; d <= time.Saturday; d++ {
		before := (d + 6) % 7
		w := weekday{
			own:    len(s.Weekly[d]) > 0,
			uncut:  daySet(s.Weekly[d], s.Weekly[before]),
			breaks: daySet(s.WeeklyBreaks[d], s.WeeklyBreaks[before]),
		}
		w.open = subtract(w.uncut, w.breaks)
		r.week[d] = w
		r.regular[d] = slices.Clone(s.Weekly[d])
	}
	r.special = sortedDates(s.Special)
	r.breaks = sortedDates(s.Breaks)
	known := map[Name]uint16{}
	for _, c := range s.Closed {
		id, ok := known[c.Name]
		if !ok {
			id = uint16(len(r.names))
			known[c.Name] = id
			r.names = append(r.names, c.Name)
		}
		r.closed = append(r.closed, closedDate{uint16(c.Date.number() - firstDay), id, c.Kind, c.Computed})
	}
	slices.SortStableFunc(r.closed, func(a, b closedDate) int { return cmp.Compare(a.day, b.day) })
	r.closed, r.names = clip(r.closed), clip(r.names)
	return r
}

func sortedDates(m map[Date][]Hours) []datedHours {
	out := make([]datedHours, 0, len(m))
	for d, h := range m {
		out = append(out, datedHours{d.number(), slices.Clone(h)})
	}
	slices.SortFunc(out, func(a, b datedHours) int { return cmp.Compare(a.day, b.day) })
	return out
}

func find(list []datedHours, day int64) ([]Hours, bool) {
	i, ok := slices.BinarySearchFunc(list, day, func(e datedHours, d int64) int { return cmp.Compare(e.day, d) })
	if !ok {
		return nil, false
	}
	return list[i].hours, true
}

// daySet returns the wall time of one date: the heads of its own intervals and
// the tails of the day before's, as a sorted union.
func daySet(own, before []Hours) []wall {
	var out []wall
	for _, h := range own {
		out = append(out, h.head())
	}
	for _, h := range before {
		if w, ok := h.tail(); ok {
			out = append(out, w)
		}
	}
	return unite(out)
}

// unite sorts intervals and merges those that overlap or touch, in place.
func unite(ws []wall) []wall {
	slices.SortFunc(ws, func(a, b wall) int { return cmp.Compare(a.from, b.from) })
	out := ws[:0]
	for _, w := range ws {
		if n := len(out); n > 0 && w.from <= out[n-1].to {
			out[n-1].to = max(out[n-1].to, w.to)
			continue
		}
		out = append(out, w)
	}
	return out
}

// subtract returns a without b; both are sorted unions.
func subtract(a, b []wall) []wall {
	if len(b) == 0 {
		return a
	}
	var out []wall
	for _, w := range a {
		for _, cut := range b {
			if cut.to <= w.from || cut.from >= w.to {
				continue
			}
			if cut.from > w.from {
				out = append(out, wall{w.from, cut.from})
			}
			w.from = max(w.from, cut.to)
		}
		if w.from < w.to {
			out = append(out, w)
		}
	}
	return out
}

// dayKind says which rule a date follows; the order is the order of precedence.
type dayKind uint8

const (
	regularDay dayKind = iota
	closedDay
	specialDay
)

// day is what one date looks like on the wall clock.
type day struct {
	kind     dayKind
	business bool
	uncut    []wall // open if there were no breaks
	open     []wall
}

// at returns the look of a date. closed says whether it is closed by a holiday
// or a closure: the builder knows that from its own table, others from isClosed.
func (r *rules) at(n int64, closed bool) day {
	d := day{kind: regularDay}
	special, isSpecial := find(r.special, n)
	switch {
	case isSpecial:
		d.kind, d.business, d.uncut = specialDay, len(special) > 0, daySet(special, nil)
		d.open = d.uncut
	case closed:
		d.kind = closedDay
		return d
	default:
		w := &r.week[weekdayOf(n)]
		d.business, d.uncut, d.open = w.own, w.uncut, w.open
		if spill, ok := find(r.special, n-1); ok {
			d.uncut = unite(append(slices.Clone(w.uncut), daySet(nil, spill)...))
			d.open = subtract(d.uncut, w.breaks)
		}
	}
	if len(r.breaks) > 0 {
		today, _ := find(r.breaks, n)
		before, _ := find(r.breaks, n-1)
		d.open = subtract(d.open, daySet(today, before))
	}
	return d
}

// closures returns why a date is closed, public holidays first; none when it is not.
func (r *rules) closures(d Date) []Closure {
	var out []Closure
	n := d.number() - firstDay
	i, _ := slices.BinarySearchFunc(r.closed, n, func(c closedDate, n int64) int { return cmp.Compare(int64(c.day), n) })
	for ; i < len(r.closed) && int64(r.closed[i].day) == n; i++ {
		c := r.closed[i]
		out = append(out, Closure{Date: d, Name: r.names[c.name], Kind: c.kind, Computed: c.computed})
	}
	if r.japanese {
		if c, ok := JapaneseHoliday(d); ok && !slices.ContainsFunc(out, func(o Closure) bool { return o.Kind == PublicHoliday }) {
			out = append(out, c)
		}
	}
	for _, y := range r.yearly {
		if y.covers(d) {
			out = append(out, Closure{Date: d, Name: y.Name, Kind: y.Kind})
		}
	}
	slices.SortStableFunc(out, func(a, b Closure) int { return cmp.Compare(a.Kind, b.Kind) })
	return out
}

// look returns a date's look and the closures that hold on it.
func (r *rules) look(n int64) (day, []Closure) {
	closures := r.closures(dateOf(n))
	return r.at(n, len(closures) > 0), closures
}

// closedDays marks every closed day of the covered range, for the builder.
func (r *rules) closedDays() []bool {
	marks := make([]bool, totalDays)
	for _, c := range r.closed {
		marks[c.day] = true
	}
	if r.japanese {
		for year := FirstYear; year <= LastYear; year++ {
			for _, h := range lawOf(year) {
				marks[h.Date.number()-firstDay] = true
			}
		}
	}
	for i := range marks {
		if len(r.yearly) > 0 && !marks[i] {
			d := dateOf(firstDay + int64(i))
			marks[i] = slices.ContainsFunc(r.yearly, func(y YearlyClosure) bool { return y.covers(d) })
		}
	}
	return marks
}
