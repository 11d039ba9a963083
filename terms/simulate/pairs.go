package simulate

import "madoguchi/terms/cases"

// pairs puts the targets of both worlds beside each other, metric by metric
// and in the order in which they were given.
func pairs(recorded, simulated *cases.Case) []Pair {
	a, b := clocks(recorded), clocks(simulated)
	n := max(len(a), len(b))
	if n == 0 {
		return nil
	}
	out := make([]Pair, n)
	for i := range out {
		out[i].Metric, out[i].Nth = cases.FirstResponse, i+1
		if i < len(a) {
			out[i].Recorded = a[i]
		}
		if i < len(b) {
			out[i].Simulated = b[i]
		}
	}
	return out
}

func clocks(c *cases.Case) []Clock {
	if c.First == nil {
		return nil
	}
	out := make([]Clock, 0, len(c.Earlier)+1)
	for i := range c.Earlier {
		out = append(out, clockOf(&c.Earlier[i]))
	}
	return append(out, clockOf(c.First))
}

func clockOf(t *cases.Target) Clock {
	return Clock{Priority: t.Priority, Deadline: t.Deadline, Verdict: t.Verdict, Decided: t.Decided}
}
