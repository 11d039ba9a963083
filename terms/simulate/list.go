package simulate

import (
	"cmp"
	"slices"

	"madoguchi/terms/cases"
)

const (
	met    = cases.Met
	missed = cases.Missed
)

// List keeps the outcomes with the lowest case numbers, whatever the order in
// which they come. The zero value keeps none.
type List struct {
	Limit int // how many are kept; negative: all
	kept  []Outcome
	more  bool
}

// Add offers an outcome.
func (l *List) Add(o *Outcome) {
	if l.Limit == 0 {
		l.more = true
		return
	}
	l.kept = append(l.kept, *o)
	if l.Limit > 0 && len(l.kept) >= 4*l.Limit+64 {
		l.trim()
	}
}

func (l *List) trim() {
	slices.SortFunc(l.kept, func(a, b Outcome) int { return cmp.Compare(a.Number, b.Number) })
	if l.Limit >= 0 && len(l.kept) > l.Limit {
		clear(l.kept[l.Limit:])
		l.kept, l.more = l.kept[:l.Limit], true
	}
}

// Merge offers everything that another list kept.
func (l *List) Merge(o *List) {
	for i := range o.kept {
		l.Add(&o.kept[i])
	}
	l.more = l.more || o.more
}

// Outcomes returns what was kept, by case number, and whether there was more.
func (l *List) Outcomes() (kept []Outcome, more bool) {
	l.trim()
	return l.kept, l.more
}
