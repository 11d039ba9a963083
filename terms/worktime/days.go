package worktime

import "math/bits"

// totalDays is the number of dates that a calendar covers.
const totalDays = 55518

const dayWords = (totalDays + 63) / 64

// businessDays is the set of business days, with counts that make both
// directions, from a date to its number and back, independent of distance.
type businessDays struct {
	word   [dayWords]uint64
	before [dayWords + 1]uint16 // business days before each word
	index  []uint16             // for each 32 business days, the word that holds the first
	gaps   []dayGap             // more than twelve years without one
}

const perIndex = 32

// dayGap lies between two business days, or before the first, or after the last.
type dayGap struct{ from, to int }

func (b *businessDays) mark(i int) { b.word[i/64] |= 1 << (i % 64) }

func (b *businessDays) finish() {
	n, last := 0, 0
	for w, bitset := range b.word {
		b.before[w] = uint16(n)
		n += bits.OnesCount64(bitset)
		for len(b.index)*perIndex < n {
			b.index = append(b.index, uint16(w))
		}
		for ; bitset != 0; bitset &= bitset - 1 {
			day := w*64 + bits.TrailingZeros64(bitset)
			b.noteGap(last, day)
			last = day
		}
	}
	b.noteGap(last, totalDays)
	b.before[dayWords] = uint16(n)
	b.index = clip(b.index)
}

func (b *businessDays) noteGap(from, to int) {
	if float64(to-from)*secondsPerDay > patience {
		b.gaps = append(b.gaps, dayGap{from, to})
	}
}

// tooLong reports whether a count from day i to day k, in either direction,
// meets a gap of more than twelve years.
func (b *businessDays) tooLong(i, k int) bool {
	lo, hi := min(i, k), max(i, k)
	for _, g := range b.gaps {
		if float64(min(g.to, hi)-max(g.from, lo))*secondsPerDay > patience {
			return true
		}
	}
	return false
}

// exhausted says why there is no n-th business day from day i.
func (b *businessDays) exhausted(i, n int) error {
	edge := totalDays
	if n < 0 {
		edge = 0
	}
	if b.tooLong(i, edge) {
		return ErrNeverOpen
	}
	return ErrOutOfRange
}

// count returns the number of business days in all.
func (b *businessDays) count() int { return int(b.before[dayWords]) }

func (b *businessDays) has(i int) bool { return b.word[i/64]>>(i%64)&1 == 1 }

// rank returns the number of business days before day i.
func (b *businessDays) rank(i int) int {
	return int(b.before[i/64]) + bits.OnesCount64(b.word[i/64]&(1<<(i%64)-1))
}

// pick returns the day that has k business days before it and is one, for k in [0, count).
func (b *businessDays) pick(k int) int {
	w := int(b.index[k/perIndex])
	w += one(int(b.before[w+1]) <= k)
	for int(b.before[w+1]) <= k {
		w++
	}
	return w*64 + nthBit(b.word[w], k-int(b.before[w]))
}

// nthBit returns the place of the set bit that has n set bits below it: first
// its byte, from the running sums of the bytes' counts, then by halves. Nothing
// branches.
func nthBit(word uint64, n int) int {
	const ones, high = 0x0101010101010101, 0x8080808080808080
	sums := word - word>>1&0x5555555555555555
	sums = sums&0x3333333333333333 + sums>>2&0x3333333333333333
	sums = (sums + sums>>4) & 0x0f0f0f0f0f0f0f0f * ones
	at := bits.OnesCount64(((uint64(n)*ones|high)-sums)&high) * 8
	n -= int(sums << 8 >> at & 0xff)
	word >>= at
	for half := 4; half > 0; half /= 2 {
		low := bits.OnesCount64(word & (1<<half - 1))
		up := (low - 1 - n) >> 63 // all ones when the bit is in the upper half
		n -= low & up
		word >>= half & up
		at += half & up
	}
	return at
}

// IsBusinessDay reports whether a date has hours of its own: special hours, or
// else regular ones and no closure. The tail of the evening before does not make
// one, and breaks do not unmake one. Dates outside the covered years are none.
func (c *Calendar) IsBusinessDay(d Date) bool {
	i, ok := indexOf(d)
	return ok && c.days.has(i)
}

// AddBusinessDays returns the n-th business day strictly after d, or strictly
// before it for a negative n. For n = 0 it is d if that is one, else the next
// one. It fails with [ErrOutOfRange] and [ErrNeverOpen] as [Calendar.Add] does.
func (c *Calendar) AddBusinessDays(d Date, n int) (Date, error) {
	i, ok := indexOf(d)
	if !ok {
		return Date{}, ErrOutOfRange
	}
	k := c.days.rank(i) + n
	if n > 0 {
		k += one(c.days.has(i)) - 1
	}
	if k < 0 || k >= c.days.count() {
		return Date{}, c.days.exhausted(i, n)
	}
	found := c.days.pick(k)
	if len(c.days.gaps) > 0 && c.days.tooLong(i, found) {
		return Date{}, ErrNeverOpen
	}
	return dateAt(found), nil
}
