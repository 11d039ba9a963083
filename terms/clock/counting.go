package clock

import (
	"slices"
	"time"

	"madoguchi/terms/cases"
	"madoguchi/terms/contract"
	"madoguchi/terms/worktime"
)

// counting is a deadline that is asked for: which target, from when, and what
// does not count.
type counting struct {
	con      *contract.Contract
	metric   contract.Metric
	channel  contract.ChannelID // of the contact that starts it; empty for anything else
	region   contract.RegionID
	priority contract.PriorityID
	from     time.Time // where counting begins
	base     time.Time // where the round begins; zero: the reception
	cause    cases.Cause
	agreed   bool
	waits    []cases.Stretch // of the case
	at       time.Time       // now: a wait that lasts is left out up to here
}

// due is the plain rule: the target's business time, counted from the instant
// at which support of the contact begins, without the stretches for which it
// rests.
func (q counting) due() (Decision, error) {
	d, err := q.con.DeadlineOf(q.metric, moment(q.agreed), q.priority, q.channel, q.region, q.from)
	if err != nil {
		return Decision{}, err
	}
	name := d.Target.CalendarName
	if d.Target.Runs(moment(q.agreed)) {
		name = AroundClock
	}
	readings := make(map[string]string, len(d.Readings))
	for _, u := range d.Readings {
		readings[u.Name] = u.Chosen
	}
	t := cases.TargetSet{
		Metric:   string(q.metric),
		Priority: string(q.priority),
		Cause:    q.cause,
		From:     q.from.UTC(),
		Starts:   d.Starts.UTC(),
		Deadline: d.At.UTC(),
		Business: d.Target.Business,
		Calendar: name,
		Readings: readings,
		ZoneData: worktime.ZoneDataVersion(),
		Base:     q.base,
		Restores: d.Target.Restores,
		Reopened: string(d.Target.Reopened),
	}
	for _, w := range d.Target.Pauses {
		t.PausesFor = append(t.PausesFor, cases.Wait(w))
	}
	rests := restsOf(&t, q.waits, d.Starts, q.at)
	if t.Deadline, err = without(d.Calendar, d.Starts, t.Business, rests); err != nil {
		return Decision{}, err
	}
	t.Deadline = t.Deadline.UTC()
	t.Segments = segments(d.Calendar, q.from, d.Starts, t.Deadline, rests)
	return Decision{Target: t, Clauses: d.Clauses}, nil
}

// rests reports whether the clock of a target stands still while its case
// waits for somebody, or is finished.
func rests(t *cases.TargetSet, w cases.Wait) bool {
	if w == cases.WaitFinished {
		return t.Metric == cases.Restoration || t.Metric == cases.Resolution
	}
	return slices.Contains(t.PausesFor, w)
}

// restsOf returns the stretches after an instant for which the clock of a
// target stands still, in order; one that lasts ends at now.
func restsOf(t *cases.TargetSet, waits []cases.Stretch, from, now time.Time) []cases.Stretch {
	var out []cases.Stretch
	for _, w := range waits {
		if w.To.IsZero() {
			w.To = now
		}
		if !rests(t, w.Wait) || !w.To.After(from) {
			continue
		}
		if w.From.Before(from) {
			w.From = from
		}
		if n := len(out); n > 0 && w.From.Before(out[n-1].To) {
			w.From = out[n-1].To
		}
		if w.From.Before(w.To) {
			out = append(out, w)
		}
	}
	return out
}

// stoodStill are the waits of a case together with the stretches for which a
// target's own explanation says that what it measures was done.
func stoodStill(c *cases.Case, t *cases.TargetSet) []cases.Stretch {
	out := c.Waits
	for _, s := range t.Segments {
		if s.Reason == waiting && s.Wait == cases.WaitFinished {
			out = append(slices.Clip(out), cases.Stretch{Wait: s.Wait, From: s.From, To: s.To})
		}
	}
	if len(out) > len(c.Waits) {
		slices.SortStableFunc(out, func(a, b cases.Stretch) int { return a.From.Compare(b.From) })
	}
	return out
}

// without adds business time to an instant, leaving out the rests, which come
// in order and after it.
func without(cal *worktime.Calendar, from time.Time, business time.Duration, rests []cases.Stretch) (time.Time, error) {
	for _, r := range rests {
		used := cal.Between(from, r.From)
		if used >= business {
			break // used up before it could rest
		}
		business -= used
		from = r.To
	}
	return cal.Add(from, business)
}

// waiting is the reason of a segment during which the clock stood still for
// somebody, and notYet of one before support of the contact began.
const (
	waiting = "waiting"
	notYet  = "not_yet"
)

// segments explains every stretch from an instant to the deadline: what
// counted adds up to the target's business time.
func segments(cal *worktime.Calendar, from, starts, to time.Time, rests []cases.Stretch) []cases.Segment {
	var out []cases.Segment
	if starts.After(from) {
		for _, s := range explain(cal, from, starts) {
			if s.Counted {
				s.Counted, s.Reason = false, notYet
			}
			out = append(out, s)
		}
		from = starts
	}
	for _, r := range rests {
		if !r.From.Before(to) {
			break
		}
		out = append(out, explain(cal, from, r.From)...)
		out = append(out, cases.Segment{From: r.From.UTC(), To: r.To.UTC(), Reason: waiting, Wait: r.Wait})
		from = r.To
	}
	return joined(append(out, explain(cal, from, to)...))
}

// joined makes one of neighbours that say the same.
func joined(list []cases.Segment) []cases.Segment {
	out := list[:0]
	for _, s := range list {
		if n := len(out); n > 0 {
			last := out[n-1]
			last.From, last.To = s.From, s.To
			if last == s && out[n-1].To.Equal(s.From) {
				out[n-1].To = s.To
				continue
			}
		}
		out = append(out, s)
	}
	return out
}

func explain(cal *worktime.Calendar, from, to time.Time) []cases.Segment {
	stretches := cal.Explain(from, to)
	out := make([]cases.Segment, 0, len(stretches))
	for _, s := range stretches {
		out = append(out, cases.Segment{
			From: s.From.UTC(), To: s.To.UTC(), Counted: s.Counts(),
			Reason: s.Reason.String(), NameJA: s.Name.JA, NameEN: s.Name.EN,
		})
	}
	return out
}

// onward is a recorded target that goes on after it stood still, with the
// business time that was left. Its explanation keeps what was said up to the
// standstill.
func onward(con *contract.Contract, region string, t *cases.TargetSet, stood []cases.Stretch, at time.Time, left time.Duration) (cases.TargetSet, error) {
	cal := Calendar(con, region, t)
	deadline, err := cal.Add(at, left)
	if err != nil {
		return cases.TargetSet{}, err
	}
	since := at
	if len(stood) > 0 {
		since = stood[0].From
	}
	next := *t
	next.Segments = nil
	for _, s := range t.Segments {
		if !s.From.Before(since) {
			break
		}
		if s.To.After(since) {
			s.To = since.UTC()
		}
		next.Segments = append(next.Segments, s)
	}
	for _, r := range stood {
		next.Segments = append(next.Segments, cases.Segment{From: r.From.UTC(), To: r.To.UTC(), Reason: waiting, Wait: r.Wait})
	}
	next.Segments = joined(append(next.Segments, explain(cal, at, deadline)...))
	next.Before, next.Deadline, next.ZoneData = t.Deadline, deadline.UTC(), worktime.ZoneDataVersion()
	next.Kept, next.Renewed = false, false
	return next, nil
}
