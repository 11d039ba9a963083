package clock

import (
	"time"

	"madoguchi/terms/cases"
	"madoguchi/terms/contract"
)

// Merge returns what becomes of the clocks of a case that another one was
// merged into (its [cases.Absorbed] is in c already): what is counted from the
// reception follows the earliest reception of the two, and of two deadlines the
// nearer one stands. A clock that is decided, or rests, stays as it is.
func Merge(con *contract.Contract, c, other *cases.Case, at time.Time) ([]Fact, error) {
	if c.Organization == "" || c.First == nil {
		return nil, nil
	}
	var facts []Fact
	for _, metric := range []contract.Metric{contract.FirstResponse, contract.Restoration, contract.Resolution} {
		t := c.Target(string(metric))
		if t == nil || !t.Running() {
			continue
		}
		best := Decision{Target: t.TargetSet}
		if since := c.Since(); since.Before(c.Reception) {
			q := counting{
				con: con, metric: metric, channel: contract.ChannelID(c.Channel), region: contract.RegionID(c.Region), priority: contract.PriorityID(t.Priority),
				from: since, base: since.UTC(), cause: cases.CauseMerged, agreed: c.Agreement != nil, waits: c.Waits, at: at,
			}
			if other.Since().Equal(since) {
				q.channel = contract.ChannelID(other.Channel)
			}
			d, err := q.due()
			if err != nil {
				return nil, err
			}
			if d.Target.Deadline.Before(best.Target.Deadline) {
				best = d
			}
		}
		if o := other.Target(string(metric)); o != nil && o.Owed() && !o.Paused() && o.Deadline.Before(best.Target.Deadline) {
			best = Decision{Target: o.TargetSet}
			best.Target.Kept = true
		}
		if best.Target.Deadline.Equal(t.Deadline) {
			continue
		}
		best.Target.Cause, best.Target.Before, best.Target.Provisional, best.Target.Renewed = cases.CauseMerged, t.Deadline, c.Provisional, false
		facts = append(facts, Fact{At: at, Data: best.Target, Clauses: join(best.Clauses, con.TargetClauses(metric))})
	}
	return facts, nil
}
