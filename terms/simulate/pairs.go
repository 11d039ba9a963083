package simulate

import (
	"slices"

	"madoguchi/terms/cases"
)

// pairs puts the targets of both worlds beside each other, metric by metric
// and in the order in which they were given.
func pairs(recorded, simulated *cases.Case) []Pair {
	var out []Pair
	for _, metric := range metricsOf(recorded, simulated) {
		a, b := rounds(recorded, metric), rounds(simulated, metric)
		for i := range max(len(a), len(b)) {
			p := Pair{Metric: metric, Nth: i + 1}
			if i < len(a) {
				p.Recorded = a[i]
			}
			if i < len(b) {
				p.Simulated = b[i]
			}
			if p.Recorded.Set() || p.Simulated.Set() {
				out = append(out, p)
			}
		}
	}
	return out
}

// metricsOf lists the metrics that either world measures, that of the initial
// response first.
func metricsOf(recorded, simulated *cases.Case) []string {
	if recorded.First == nil && simulated.First == nil {
		return nil
	}
	list := []string{cases.FirstResponse}
	for _, c := range []*cases.Case{recorded, simulated} {
		for i := range c.Others {
			if m := c.Others[i].Metric; !slices.Contains(list, m) {
				list = append(list, m)
			}
		}
	}
	return list
}

// rounds are the targets of one metric, oldest first.
func rounds(c *cases.Case, metric string) []Clock {
	now := c.Target(metric)
	if now == nil {
		return nil
	}
	out := make([]Clock, 0, len(c.Earlier)+1)
	for i := range c.Earlier {
		if t := &c.Earlier[i]; t.Metric == metric {
			out = append(out, clockOf(t))
		}
	}
	return append(out, clockOf(now))
}

// clockOf is a target as it is compared. One that is no longer owed is none.
func clockOf(t *cases.Target) Clock {
	if t.Verdict == cases.Cancelled {
		return Clock{}
	}
	return Clock{Priority: t.Priority, Deadline: t.Deadline, Verdict: t.Verdict, Decided: t.Decided}
}
