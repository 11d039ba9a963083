package simulate

import (
	"cmp"
	"slices"
)

// Totals adds outcomes up. The zero value is empty. It is not safe for
// concurrent use: each goroutine adds up its own, then [Totals.Merge].
type Totals struct {
	Cases       int // replayed, those that could not be compared included
	Differ      int // in which anything is different
	WithoutOne  int // without any target in both worlds, as those of unknown senders
	Elsewhere   int // of other contracts: left alone, not in Cases
	Undecidable int // that could not be compared

	Rows    []Row // by metric and priority, in the order that the caller chose with Sort
	OnCall  OnCall
	Reasons []Undecidable // why cases could not be compared
}

// Row counts the targets of one metric at one priority: the one that the
// recorded target had at the end, or the simulated one where nothing was
// recorded.
type Row struct {
	Metric, Priority string

	Recorded, Simulated Verdicts

	MetToMissed, MissedToMet int
	Added, Gone              int // targets that only one of the versions sets
	Earlier, Later           int // deadlines that moved
	Unchanged                int // neither deadline nor verdict is different
}

// Verdicts counts targets by what became of them.
type Verdicts struct{ Met, Missed, Open int }

// All is the number of targets.
func (v Verdicts) All() int { return v.Met + v.Missed + v.Open }

// OnCall counts how often on-call is rung in each world, and in how many
// cases more or less often than by the recorded version.
type OnCall struct{ Recorded, Simulated, More, Fewer int }

// Undecidable counts the cases that one reason kept from being compared.
type Undecidable struct {
	Reason
	Cases int
	First int64 // the lowest number among them
}

// Add counts one outcome.
func (t *Totals) Add(o *Outcome) {
	if o.Why != nil && o.Why.Cause == Other {
		t.Elsewhere++
		return
	}
	t.Cases++
	if o.Why != nil {
		t.Undecidable++
		t.because(Undecidable{Reason: *o.Why, Cases: 1, First: o.Number})
		return
	}
	if o.Differs() {
		t.Differ++
	}
	if len(o.Targets) == 0 {
		t.WithoutOne++
	}
	for i := range o.Targets {
		p := &o.Targets[i]
		t.row(p.Metric, cmp.Or(p.Recorded.Priority, p.Simulated.Priority)).add(p)
	}
	t.OnCall.add(o.OnCall)
}

func (c *OnCall) add(calls Calls) {
	c.Recorded += calls.Recorded
	c.Simulated += calls.Simulated
	switch {
	case calls.Simulated > calls.Recorded:
		c.More++
	case calls.Simulated < calls.Recorded:
		c.Fewer++
	}
}

// row finds the row of a metric and priority: there are only a few.
func (t *Totals) row(metric, priority string) *Row {
	for i := range t.Rows {
		if r := &t.Rows[i]; r.Metric == metric && r.Priority == priority {
			return r
		}
	}
	t.Rows = append(t.Rows, Row{Metric: metric, Priority: priority})
	return &t.Rows[len(t.Rows)-1]
}

func (r *Row) add(p *Pair) {
	r.Recorded.add(p.Recorded)
	r.Simulated.add(p.Simulated)
	switch {
	case !p.Recorded.Set():
		r.Added++
		return
	case !p.Simulated.Set():
		r.Gone++
		return
	case p.Simulated.Deadline.Before(p.Recorded.Deadline):
		r.Earlier++
	case p.Simulated.Deadline.After(p.Recorded.Deadline):
		r.Later++
	case p.Recorded.Verdict == p.Simulated.Verdict:
		r.Unchanged++
	}
	switch {
	case p.Recorded.Verdict == met && p.Simulated.Verdict == missed:
		r.MetToMissed++
	case p.Recorded.Verdict == missed && p.Simulated.Verdict == met:
		r.MissedToMet++
	}
}

func (v *Verdicts) add(c Clock) {
	switch {
	case !c.Set():
	case c.Verdict == met:
		v.Met++
	case c.Verdict == missed:
		v.Missed++
	default:
		v.Open++
	}
}

func (t *Totals) because(u Undecidable) {
	for i := range t.Reasons {
		if have := &t.Reasons[i]; have.Cause == u.Cause && have.Detail == u.Detail {
			have.Cases += u.Cases
			have.First = min(have.First, u.First)
			return
		}
	}
	t.Reasons = append(t.Reasons, u)
}

// Merge adds another's sums.
func (t *Totals) Merge(o *Totals) {
	t.Cases += o.Cases
	t.Differ += o.Differ
	t.WithoutOne += o.WithoutOne
	t.Elsewhere += o.Elsewhere
	t.Undecidable += o.Undecidable
	for _, r := range o.Rows {
		t.row(r.Metric, r.Priority).merge(r)
	}
	t.OnCall.Recorded += o.OnCall.Recorded
	t.OnCall.Simulated += o.OnCall.Simulated
	t.OnCall.More += o.OnCall.More
	t.OnCall.Fewer += o.OnCall.Fewer
	for _, u := range o.Reasons {
		t.because(u)
	}
}

func (r *Row) merge(o Row) {
	r.Recorded.merge(o.Recorded)
	r.Simulated.merge(o.Simulated)
	r.MetToMissed += o.MetToMissed
	r.MissedToMet += o.MissedToMet
	r.Added += o.Added
	r.Gone += o.Gone
	r.Earlier += o.Earlier
	r.Later += o.Later
	r.Unchanged += o.Unchanged
}

func (v *Verdicts) merge(o Verdicts) {
	v.Met += o.Met
	v.Missed += o.Missed
	v.Open += o.Open
}

// Sum is all rows of a metric together; an empty metric means every one.
func (t *Totals) Sum(metric string) Row {
	sum := Row{Metric: metric}
	for _, r := range t.Rows {
		if metric == "" || r.Metric == metric {
			sum.merge(r)
		}
	}
	return sum
}

// Sort puts the rows in the order of the metrics and priorities given, and
// the reasons by how many cases they concern.
func (t *Totals) Sort(metrics, priorities []string) {
	place := func(list []string, s string) int {
		if i := slices.Index(list, s); i >= 0 {
			return i
		}
		return len(list)
	}
	slices.SortFunc(t.Rows, func(a, b Row) int {
		return cmp.Or(
			cmp.Compare(place(metrics, a.Metric), place(metrics, b.Metric)), cmp.Compare(place(priorities, a.Priority), place(priorities, b.Priority)),
			cmp.Compare(a.Metric, b.Metric), cmp.Compare(a.Priority, b.Priority),
		)
	})
	slices.SortFunc(t.Reasons, func(a, b Undecidable) int {
		return cmp.Or(cmp.Compare(b.Cases, a.Cases), cmp.Compare(a.Cause, b.Cause), cmp.Compare(a.Detail, b.Detail))
	})
}
