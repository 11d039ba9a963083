package worktime

import (
	"math"
	"sort"
)

// table is the set of open instants as arithmetic needs it. UTC is cut into
// weeks; weeks with the same openings share a shape. For every week the open
// seconds before it are kept, and the way back, from an amount of open seconds
// to its week, goes through buckets. No lookup walks: its cost does not depend
// on how far apart two instants are. docs/adr/0010-business-time-as-a-table.md
// says why it is laid out so.
type table struct {
	base   int64    // Unix second at which week 0 begins
	limit  int64    // seconds covered from base
	before []uint32 // open seconds before each week, modulo 2^32; lookAhead more at the end
	wrap   int      // the first week whose amount is past 2^32
	shape  []uint16 // the shape of each week
	shapes []shape
	spans  []span // of all shapes, each closed by a sentinel
	total  int64  // open seconds in all

	bucket []uint16 // for each 2^shift open seconds, the first week that reaches past them
	shift  uint8

	gaps []gap // closed for more than twelve years
}

// span is one open interval of a shape, in seconds of its week.
type span struct {
	from, to uint32
	before   uint32 // open seconds of the week before it
}

// sentinel follows the last span of a shape: never reached, open after all others.
func sentinel(open uint32) span {
	return span{from: math.MaxUint32, to: math.MaxUint32, before: open}
}

// A slot is a little over two hours; a week has 74.
const (
	slotShift = 13
	slots     = secondsPerWeek>>slotShift + 1
)

// shape holds where to begin looking in a week: for each slot of the week's
// time, and for each slot of its open time, the number of spans that end before it.
// A number over 255 is kept as 255: the look then takes longer, and ends right.
type shape struct {
	first  uint32 // index of its first span
	byTime [slots]uint8
	byOpen [slots]uint8
}

// gap is a closure longer than [patience].
type gap = seconds

// patience is how long a calendar may stay closed before it counts as never
// opening again: twelve years.
const patience = 12 * 365.25 * secondsPerDay

// openBefore returns the open seconds before week w.
func (t *table) openBefore(w int) int64 {
	n := int64(t.before[w])
	if w >= t.wrap {
		n += 1 << 32
	}
	return n
}

// covers reports whether a Unix second lies within the table.
func (t *table) covers(sec int64) bool { return uint64(sec-t.base) < uint64(t.limit) }

// measure returns the open seconds before a covered Unix second, and whether that
// second itself is open.
func (t *table) measure(sec int64) (amount int64, open bool) {
	off := uint64(sec - t.base)
	w := off / secondsPerWeek
	rem := uint32(off - w*secondsPerWeek)
	sh := &t.shapes[t.shape[w]]
	spans := t.spans[sh.first:]
	i := int(sh.byTime[rem>>slotShift])
	i += one(spans[i].to <= rem)
	for spans[i].to <= rem {
		i++
	}
	s := &spans[i]
	return t.openBefore(int(w)) + int64(s.before) + int64(max(rem, s.from)-s.from), rem >= s.from
}

// spanAt returns the first span of week w that ends after its second rem (the
// sentinel when none does), and the open seconds before the week.
func (t *table) spanAt(w int, rem uint32) (index uint32, before int64) {
	s := &t.shapes[t.shape[w]]
	i := s.first + uint32(s.byTime[rem>>slotShift])
	i += uint32(one(t.spans[i].to <= rem))
	for t.spans[i].to <= rem {
		i++
	}
	return i, t.openBefore(w)
}

// place returns the Unix second that is open and has exactly amount open
// seconds before it, for amount in [0, total).
func (t *table) place(amount int64) int64 {
	b := amount >> t.shift
	w := int(t.bucket[b])
	// Amounts this near are told apart modulo 2^32. Three weeks are looked at
	// side by side, which is faster than one after the other.
	low := uint32(amount)
	next := t.before[w+1 : w+1+lookAhead]
	w += one(next[0]-low-1 >= past) + one(next[1]-low-1 >= past) + one(next[2]-low-1 >= past)
	if t.before[w+1]-low-1 >= past {
		w = t.seek(w, int(t.bucket[b+1]), low)
	}
	rem := low - t.before[w]
	s := &t.shapes[t.shape[w]]
	spans := t.spans[s.first:]
	i := int(s.byOpen[rem>>slotShift])
	i += one(spans[i+1].before <= rem)
	for spans[i+1].before <= rem {
		i++
	}
	sp := &spans[i]
	return t.base + int64(w)*secondsPerWeek + int64(sp.from) + int64(rem-sp.before)
}

// lookAhead is the number of weeks that place looks at together.
const lookAhead = 3

// past is what x-amount-1 reaches, modulo 2^32, when x is at or before amount.
const past = 1 << 31

// seek returns the week in (w, last] that the open second amount lies in.
func (t *table) seek(w, last int, amount uint32) int {
	return w + 1 + sort.Search(last-w-1, func(i int) bool { return t.before[w+2+i]-amount-1 < past })
}

// one is 1 for true. The lookups use it for steps that come out either way about
// as often: adding it costs less than a branch that is guessed wrong.
func one(b bool) int {
	var n int
	if b {
		n = 1
	}
	return n
}
