package worktime

import "time"

// Reason says why a stretch of time counts or does not.
type Reason uint8

// The reasons. Only Open and SpecialHours count.
const (
	Open           Reason = iota // within regular hours
	SpecialHours                 // within the special hours of that date
	OutOfHours                   // before or after the hours, at night
	Weekend                      // a weekday without regular hours
	Holiday                      // a public holiday, by name
	CompanyHoliday               // the provider's own closure, by name
	SpecialClosed                // special hours say: closed that day
	Break                        // cut out of the hours
)

var reasonNames = [...]struct{ id, ja, en string }{
	{"open", "営業時間", "business hours"},
	{"special_hours", "特別営業時間", "special hours"},
	{"out_of_hours", "営業時間外", "out of hours"},
	{"weekend", "定休日", "weekly day off"},
	{"holiday", "祝日", "public holiday"},
	{"company_holiday", "休業日", "company holiday"},
	{"special_closed", "臨時休業", "closed for the day"},
	{"break", "休憩", "break"},
}

// String returns the reason's stable machine name, such as "out_of_hours".
func (r Reason) String() string { return reasonNames[r].id }

// In returns the reason in words, in Japanese for "ja" and else in English.
func (r Reason) In(lang string) string {
	if lang == "ja" {
		return reasonNames[r].ja
	}
	return reasonNames[r].en
}

// Segment is a stretch [From, To) of time that counts or does not, for one reason.
type Segment struct {
	From, To time.Time
	Reason   Reason
	Name     Name // of the holiday or closure, else empty
	Computed bool // a public holiday not yet published by the Cabinet Office
}

// Counts reports whether the segment is business time.
func (s Segment) Counts() bool { return s.Reason <= SpecialHours }

// Business returns the segment's business time: all of it or none.
func (s Segment) Business() time.Duration {
	if s.Counts() {
		return s.To.Sub(s.From)
	}
	return 0
}

// Explain says of every stretch of [from, to) whether it counts and why, in
// order and without holes. Neighbours with the same reason and name are one:
// a Saturday and a Sunday, or an evening and the next morning. What lies outside
// the covered years is left out. The counting segments add up to Between(from, to).
func (c *Calendar) Explain(from, to time.Time) []Segment {
	var out []Segment
	for _, p := range c.explain(from.Unix(), to.Unix()+1) {
		s := Segment{From: c.instant(p.from), To: c.instant(p.to), Reason: p.reason, Name: p.name, Computed: p.computed}
		if s.From.Before(from) {
			s.From = from.Round(0).In(c.loc)
		}
		if s.To.After(to) {
			s.To = to.Round(0).In(c.loc)
		}
		if s.From.Before(s.To) {
			out = append(out, s)
		}
	}
	return out
}

// piece is a Segment in Unix seconds.
type piece struct {
	from, to int64
	label
}

type label struct {
	reason   Reason
	name     Name
	computed bool
}

// explain labels [from, to), clipped to the covered years.
func (c *Calendar) explain(from, to int64) []piece {
	from, to = max(from, c.open.base), min(to, c.open.base+c.open.limit)
	if c.rules == nil {
		return explainUnion(c.parts, from, to)
	}
	var out []piece
	for _, run := range stretches(c.loc, from, to) {
		lo, hi := run.from+run.offset, run.to+run.offset
		for n := floorDiv(lo, secondsPerDay); n*secondsPerDay < hi; n++ {
			for _, p := range c.rules.label(n) {
				begin, end := max(n*secondsPerDay+p.from, lo), min(n*secondsPerDay+p.to, hi)
				out = join(out, piece{begin - run.offset, end - run.offset, p.label})
			}
		}
	}
	return out
}

// join appends a piece, to its predecessor when both say the same.
func join(out []piece, p piece) []piece {
	if p.from >= p.to {
		return out
	}
	if n := len(out); n > 0 && out[n-1].to == p.from && out[n-1].label == p.label {
		out[n-1].to = p.to
		return out
	}
	return append(out, p)
}

// label cuts one date into labelled pieces of wall-clock seconds.
func (r *rules) label(n int64) []piece {
	d, closures := r.look(n)
	open, shut := label{reason: Open}, label{reason: OutOfHours}
	switch {
	case d.kind == specialDay && d.business:
		open.reason = SpecialHours
	case d.kind == specialDay:
		shut.reason = SpecialClosed
	case d.kind == closedDay:
		shut = label{Holiday, closures[0].Name, closures[0].Computed}
		if closures[0].Kind == CompanyClosure {
			shut.reason = CompanyHoliday
		}
	case !d.business:
		shut.reason = Weekend
	}
	var out []piece
	at := int64(0)
	fill := func(until int64, l label) {
		out = join(out, piece{at, until, l})
		at = max(at, until)
	}
	next := 0
	for _, hours := range d.uncut {
		fill(int64(hours.from), shut)
		for ; next < len(d.open) && d.open[next].to <= hours.to; next++ {
			fill(int64(d.open[next].from), label{reason: Break})
			fill(int64(d.open[next].to), open)
		}
		fill(int64(hours.to), label{reason: Break})
	}
	fill(secondsPerDay, shut)
	return out
}

// explainUnion lets the first calendar that counts speak, else the first.
func explainUnion(parts []*Calendar, from, to int64) []piece {
	all := make([][]piece, len(parts))
	for i, p := range parts {
		all[i] = p.explain(from, to)
	}
	var out []piece
	for at := from; at < to; {
		until := to
		var best label
		found := false
		for i := range all {
			for len(all[i]) > 0 && all[i][0].to <= at {
				all[i] = all[i][1:]
			}
			if len(all[i]) == 0 {
				continue
			}
			p := all[i][0]
			if p.from > at {
				until = min(until, p.from)
				continue
			}
			until = min(until, p.to)
			if !found || (p.reason <= SpecialHours && best.reason > SpecialHours) {
				best, found = p.label, true
			}
		}
		if found {
			out = join(out, piece{at, until, best})
		}
		at = until
	}
	return out
}
