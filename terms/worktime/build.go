package worktime

import (
	"encoding/binary"
	"fmt"
	"time"

	"madoguchi/terms/fault"
)

// maxSpans bounds a table's memory (12 bytes each). Ordinary calendars need a
// few hundred, because most weeks look alike.
const maxSpans = 1 << 17

// builder makes a table from open intervals of Unix seconds that arrive in order.
type builder struct {
	t       table
	known   map[string]uint16
	week    []span // of the week being filled
	at      int    // its number
	pending seconds
	lastEnd int64 // end of the last interval written
	end     int64 // Unix second at which the covered years end
	key     []byte
	err     error
}

// seconds is [from, to) in Unix seconds.
type seconds struct{ from, to int64 }

// newBuilder begins a table over [from, to).
func newBuilder(from, to int64) *builder {
	b := &builder{known: map[string]uint16{}, lastEnd: from, end: to}
	b.t.base = from
	b.t.limit = to - from
	return b
}

// add appends an open interval; one that touches the last is joined to it.
func (b *builder) add(from, to int64) {
	if from >= to {
		return
	}
	if b.pending.to == from && b.pending.to > b.pending.from {
		b.pending.to = to
		return
	}
	b.write()
	b.pending = seconds{from, to}
}

// write cuts the pending interval at week boundaries and files its pieces.
func (b *builder) write() {
	p := b.pending
	if p.from >= p.to {
		return
	}
	b.noteGap(p.from)
	b.lastEnd = p.to
	for p.from < p.to {
		w := int((p.from - b.t.base) / secondsPerWeek)
		for b.at < w {
			b.finishWeek()
		}
		start := b.t.base + int64(w)*secondsPerWeek
		upto := min(p.to, start+secondsPerWeek)
		b.week = append(b.week, span{from: uint32(p.from - start), to: uint32(upto - start)})
		p.from = upto
	}
}

// noteGap remembers the closure before until if it is too long.
func (b *builder) noteGap(until int64) {
	if tooLong(b.lastEnd, until) {
		b.t.gaps = append(b.t.gaps, gap{b.lastEnd, until})
	}
}

// finishWeek gives the week a shape, new or known, and turns to the next.
func (b *builder) finishWeek() {
	t := &b.t
	open := uint32(0)
	b.key = b.key[:0]
	for i := range b.week {
		s := &b.week[i]
		s.before = open
		open += s.to - s.from
		b.key = binary.LittleEndian.AppendUint32(b.key, s.from)
		b.key = binary.LittleEndian.AppendUint32(b.key, s.to)
	}
	id, ok := b.known[string(b.key)]
	if !ok {
		id = uint16(len(t.shapes))
		b.known[string(b.key)] = id
		t.shapes = append(t.shapes, newShape(b.week, uint32(len(t.spans))))
		t.spans = append(t.spans, b.week...)
		t.spans = append(t.spans, sentinel(open))
		if len(t.spans) > maxSpans && b.err == nil {
			b.err = fault.New(fault.TooLarge,
				fmt.Sprintf("営業カレンダーが細かすぎます。異なる週の時間帯は合計%d個までです。", maxSpans),
				fmt.Sprintf("the calendar is too detailed: its different weeks may have %d intervals in all", maxSpans))
		}
	}
	t.before = append(t.before, uint32(t.total))
	t.shape = append(t.shape, id)
	t.total += int64(open)
	b.at++
	b.week = b.week[:0]
}

// newShape indexes a week's spans.
func newShape(week []span, first uint32) shape {
	s := shape{first: first}
	for slot := range slots {
		edge := uint32(slot) << slotShift
		byTime, byOpen := 0, 0
		for _, sp := range week {
			if sp.to <= edge {
				byTime++
			}
			if sp.before+sp.to-sp.from <= edge {
				byOpen++
			}
		}
		s.byTime[slot] = uint8(min(byTime, 255))
		s.byOpen[slot] = uint8(min(byOpen, 255, max(len(week)-1, 0)))
	}
	return s
}

// finish closes the last weeks and makes the way back from amounts to weeks.
func (b *builder) finish() (table, error) {
	b.write()
	b.noteGap(b.end)
	t := &b.t
	weeks := int((t.limit + secondsPerWeek - 1) / secondsPerWeek)
	for b.at < weeks {
		b.finishWeek()
	}
	for range lookAhead {
		t.before = append(t.before, uint32(t.total))
	}
	t.wrap = len(t.before)
	for w, sum := 0, int64(0); w < weeks; w++ {
		sum += int64(t.before[w+1] - t.before[w])
		if sum >= 1<<32 {
			t.wrap = w + 1
			break
		}
	}
	// About one bucket for each two weeks' worth of open time.
	for t.total>>t.shift >= int64(weeks)/2 {
		t.shift++
	}
	t.bucket = make([]uint16, t.total>>t.shift+2)
	w := 0
	for i := range t.bucket {
		edge := int64(i) << t.shift
		for w < weeks-1 && t.openBefore(w+1) <= edge {
			w++
		}
		t.bucket[i] = uint16(w)
	}
	t.before = clip(t.before)
	t.shape = clip(t.shape)
	t.shapes = clip(t.shapes)
	t.spans = clip(t.spans)
	return *t, b.err
}

// clip copies a slice to its exact size, giving back what growing it left over.
func clip[T any](s []T) []T { return append(make([]T, 0, len(s)), s...) }

// covered returns the Unix seconds between which the wall clock of loc shows the
// covered years.
func covered(loc *time.Location) (from, to int64) {
	return time.Date(FirstYear, time.January, 1, 0, 0, 0, 0, loc).Unix(),
		time.Date(LastYear+1, time.January, 1, 0, 0, 0, 0, loc).Unix()
}

// buildTable lays the rules of every date on the runs of constant offset: an
// instant is open when the wall clock shows an open time then, so that skipped
// hours count for nothing and repeated ones twice.
func (r *rules) buildTable(loc *time.Location) (table, businessDays, error) {
	from, to := covered(loc)
	closed := r.closedDays()
	var days businessDays
	looks := make([]day, len(closed))
	for i := range looks {
		looks[i] = r.at(firstDay+int64(i), closed[i])
		if looks[i].business {
			days.mark(i)
		}
	}
	days.finish()
	b := newBuilder(from, to)
	for _, run := range stretches(loc, from, to) {
		lo, hi := run.from+run.offset, run.to+run.offset
		for n := floorDiv(lo, secondsPerDay); n*secondsPerDay < hi; n++ {
			if !inRange(n) {
				continue
			}
			for _, w := range looks[n-firstDay].open {
				begin, end := max(n*secondsPerDay+int64(w.from), lo), min(n*secondsPerDay+int64(w.to), hi)
				b.add(begin-run.offset, end-run.offset)
			}
		}
	}
	t, err := b.finish()
	return t, days, err
}

func floorDiv(a, b int64) int64 {
	q := a / b
	if a%b < 0 {
		q--
	}
	return q
}
