package worktime

import (
	"cmp"
	"slices"
)

// Union returns a calendar that is open whenever one of the given ones is: an
// emergency desk beside office hours, desks on two continents. Its zone is the
// first one's. A date is a business day when it is one for any of them.
func Union(first *Calendar, others ...*Calendar) (*Calendar, error) {
	all := append([]*Calendar{first}, others...)
	if slices.Contains(all, nil) {
		return nil, invalid("", "営業カレンダーが指定されていません。", "one of the calendars to unite is missing")
	}
	c := &Calendar{loc: first.loc}
	from, to := covered(first.loc)
	for _, p := range all {
		c.parts = append(c.parts, p.leaves()...)
	}
	c.parts = slices.Clip(c.parts)
	var days businessDays
	for _, p := range c.parts {
		for w, bits := range p.days.word {
			days.word[w] |= bits
		}
	}
	days.finish()
	b := newBuilder(from, to)
	for _, r := range merged(c.parts, from, to) {
		b.add(r.from, r.to)
	}
	var err error
	if c.open, err = b.finish(); err != nil {
		return nil, err
	}
	c.days = days
	return c, nil
}

// merged returns the union of the open runs of calendars, in order, within [from, to).
func merged(parts []*Calendar, from, to int64) []seconds {
	var all []seconds
	for _, p := range parts {
		for r := range p.open.runs(from, to) {
			all = append(all, seconds{max(r.from, from), min(r.to, to)})
		}
	}
	slices.SortFunc(all, func(a, b seconds) int { return cmp.Compare(a.from, b.from) })
	out := all[:0]
	for _, r := range all {
		if n := len(out); n > 0 && r.from <= out[n-1].to {
			out[n-1].to = max(out[n-1].to, r.to)
			continue
		}
		out = append(out, r)
	}
	return out
}
