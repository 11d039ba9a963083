package worktime

import "time"

const nanos = int64(time.Second)

// elapsed returns the open nanoseconds before t, whose Unix second is sec. At
// most 152 years of them: they fit 63 bits.
func (t *table) elapsed(at time.Time, sec int64) int64 {
	if !t.covers(sec) {
		if sec < t.base {
			return 0
		}
		return t.total * nanos
	}
	amount, open := t.measure(sec)
	fraction := int64(at.Nanosecond())
	if !open {
		fraction = 0
	}
	return amount*nanos + fraction
}

// waits reports whether someone who counts from second from up to second to
// meets a closure of more than twelve years, seen from where it is met.
func (t *table) waits(from, to int64) bool {
	for _, g := range t.gaps {
		if g.to > from && g.to <= to && tooLong(max(from, g.from), g.to) {
			return true
		}
	}
	return false
}

// waited is waits looking back from to.
func (t *table) waited(from, to int64) bool {
	for _, g := range t.gaps {
		if g.from < to && g.from > from && tooLong(g.from, min(to, g.to)) {
			return true
		}
	}
	return false
}

func tooLong(from, to int64) bool { return float64(to-from) > patience }

// endless says why the open time after sec does not suffice: the calendar stays
// closed to the end of the covered years and that is too long, or they end.
func (t *table) endless(sec int64) error {
	end := t.base + t.limit
	last := sec
	if t.total > 0 {
		last = max(last, t.place(t.total-1)+1)
	}
	if tooLong(last, end) || t.waits(sec, last) {
		return ErrNeverOpen
	}
	return ErrOutOfRange
}

// bottomless is endless looking back.
func (t *table) bottomless(sec int64) error {
	first := sec
	if t.total > 0 {
		first = min(first, t.place(0))
	}
	if tooLong(t.base, first) || t.waited(first, sec) {
		return ErrNeverOpen
	}
	return ErrOutOfRange
}
