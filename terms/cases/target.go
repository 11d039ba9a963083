package cases

import (
	"slices"
	"time"
)

// Verdict is what became of a target. It latches: later edits of calendars,
// contracts and priorities never rewrite it.
type Verdict string

// The verdicts. The zero value means that nothing is decided yet.
const (
	Undecided Verdict = ""
	Met       Verdict = "met"
	Missed    Verdict = "missed"
	Cancelled Verdict = "cancelled" // no longer owed, so neither met nor missed
)

// Target is the running or decided clock of one metric.
type Target struct {
	TargetSet
	Set        time.Time // when this deadline was given
	Verdict    Verdict
	Decided    time.Time     // what met it, or the deadline that passed, or when it was cancelled
	Used       time.Duration // business time when it was met
	Spare      time.Duration // business time left then
	Answer     string        // the message that met it
	Late       time.Time     // when what was owed was done after it had been missed; zero: not yet
	Superseded int           // how many verdicts were superseded; each stays in the history
	Rest       Rest          // while the case waits for somebody, and how it stood when it was met meanwhile; zero while the clock runs
	Cancelled  CancelReason
}

// Rest says that a clock stands still.
type Rest struct {
	Wait  Wait
	Since time.Time
	Used  time.Duration // business time used when it stopped
	Left  time.Duration // business time left for when it goes on
}

// Paused reports whether the clock rests for somebody.
func (t *Target) Paused() bool { return t.Verdict == Undecided && t.Rest.Wait != "" }

// Running reports whether the clock counts to a deadline that nobody has judged.
func (t *Target) Running() bool { return t.Verdict == Undecided && t.Rest.Wait == "" }

// Owed reports whether what the target measures is still to be done: it runs,
// rests, or was missed and not made good.
func (t *Target) Owed() bool {
	return t.Verdict == Undecided || t.Verdict == Missed && t.Late.IsZero()
}

// Soon is the instant from which a quarter of the target's business time or
// less is left, by the hours that were counted when the deadline was given.
func (t *TargetSet) Soon() time.Time {
	left := t.Business / 4
	for i := len(t.Segments) - 1; i >= 0; i-- {
		s := t.Segments[i]
		if !s.Counted {
			continue
		}
		if open := s.To.Sub(s.From); open < left {
			left -= open
			continue
		}
		return s.To.Add(-left)
	}
	if len(t.Segments) > 0 {
		return t.Segments[0].From // no more was left from the beginning
	}
	return t.Deadline
}

// MetBy reports whether a fact is what the target waits for.
func (t *TargetSet) MetBy(d Data) bool {
	switch d := d.(type) {
	case Replied:
		switch t.Metric {
		case FirstResponse:
			return d.Responds() && d.Kind != FollowUp
		case NextResponse, UpdateInterval:
			return d.Responds()
		}
	case ServiceRestored:
		return t.Metric == Restoration || t.Metric == Resolution && t.Restores
	case StatusChanged:
		return (d.To == Resolved || d.To == Closed) && (t.Metric == Restoration || t.Metric == Resolution)
	}
	return false
}

// Stretch is a time during which the case waited for somebody.
type Stretch struct {
	Wait     Wait
	From, To time.Time // To is zero while it lasts
}

// Incident is one that the case is linked to.
type Incident struct {
	ID, Title   string
	AroundClock bool // the desk works on the case at any hour while it is open
	Since       time.Time
}

// Target returns the present round of a metric, nil when the case never had one.
func (c *Case) Target(metric string) *Target {
	if metric == FirstResponse {
		return c.First
	}
	for i := range c.Others {
		if c.Others[i].Metric == metric {
			return &c.Others[i]
		}
	}
	return nil
}

// Targets returns the present round of every metric, that of the initial
// response first.
func (c *Case) Targets() []*Target {
	if c.First == nil && len(c.Others) == 0 {
		return nil
	}
	out := make([]*Target, 0, len(c.Others)+1)
	if c.First != nil {
		out = append(out, c.First)
	}
	for i := range c.Others {
		out = append(out, &c.Others[i])
	}
	return out
}

// Owes reports whether the initial response is still owed: a target runs or
// was missed, and no response stands.
func (c *Case) Owes() bool {
	return c.First != nil && c.Response == nil && !c.Done()
}

// Urgent returns the target with the nearest deadline of those that are still
// owed and do not rest; nil for a case without one, or that is finished.
func (c *Case) Urgent() *Target {
	if c.Done() {
		return nil
	}
	var near *Target
	if c.Owes() && !c.First.Paused() {
		near = c.First
	}
	for i := range c.Others {
		t := &c.Others[i]
		if t.Owed() && !t.Paused() && (near == nil || t.Deadline.Before(near.Deadline)) {
			near = t
		}
	}
	return near
}

// Foremost returns the target that a case is shown with: the most urgent one,
// else the one with the least time left of those that rest for somebody, else
// that of the initial response; nil without any.
func (c *Case) Foremost() *Target {
	if t := c.Urgent(); t != nil {
		return t
	}
	shown := c.First
	if shown == nil || c.Done() {
		return shown
	}
	for _, t := range c.Targets() {
		if t.Paused() && (!shown.Paused() || t.Rest.Left < shown.Rest.Left) {
			shown = t
		}
	}
	return shown
}

// WaitsFor returns for whom the case waits now, and since when; empty: for nobody.
func (c *Case) WaitsFor() (Wait, time.Time) {
	if n := len(c.Waits); n > 0 && c.Waits[n-1].To.IsZero() {
		return c.Waits[n-1].Wait, c.Waits[n-1].From
	}
	return "", time.Time{}
}

func (c *Case) applyStatus(at time.Time, d StatusChanged) {
	if c.Done() && d.To != Resolved && d.To != Closed {
		c.Restored = time.Time{}
	}
	c.Status, c.StatusReason, c.StatusAt, c.HoldUntil = d.To, d.Reason, at, d.Until
	c.Ball = Agent
	if d.To == Waiting {
		c.Ball = Customer
	}
	wait, _ := c.WaitsFor()
	if wait == d.Waits() {
		return
	}
	if wait != "" {
		c.Waits[len(c.Waits)-1].To = at
	}
	if w := d.Waits(); w != "" {
		c.Waits = append(c.Waits, Stretch{Wait: w, From: at})
	}
}

func (c *Case) applyIncident(e Event) {
	switch d := e.Data.(type) {
	case IncidentLinked:
		c.Incidents = append(c.Incidents, Incident{ID: d.Incident, Title: d.Title, AroundClock: d.AroundClock, Since: e.At})
	case IncidentUnlinked:
		c.Incidents = slices.DeleteFunc(c.Incidents, func(i Incident) bool { return i.ID == d.Incident })
	}
}

// unreached takes back what a reply did for missed targets, when nobody got it.
func (c *Case) unreached(r *Response) {
	if len(r.Failed) < r.To {
		return
	}
	for i := range c.Others {
		if t := &c.Others[i]; t.Late.Equal(r.At) {
			t.Late = time.Time{}
		}
	}
}

// fulfil notes that what missed targets asked for was done, though late.
func (c *Case) fulfil(e Event) {
	late := func(t *Target) {
		if t.Verdict == Missed && t.Late.IsZero() && t.MetBy(e.Data) {
			t.Late = e.At
		}
	}
	if c.First != nil {
		late(c.First)
	}
	for i := range c.Others {
		late(&c.Others[i])
	}
}

func (c *Case) applyTarget(e Event) {
	if set, ok := e.Data.(TargetSet); !ok || set.Metric == FirstResponse {
		c.PriorityVersion = e.Seq
	}
	switch d := e.Data.(type) {
	case TargetSet:
		c.setTarget(d, e.At)
	case TargetPaused:
		if t := c.Target(d.Metric); t != nil && t.Verdict == Undecided {
			t.Rest = Rest{Wait: d.Wait, Since: e.At, Used: d.Used, Left: d.Left}
		}
	case TargetMet:
		if t := c.Target(d.Metric); t != nil {
			t.Verdict, t.Decided, t.Used, t.Spare, t.Answer = Met, d.At, d.Used, d.Spare, d.Answer
		}
	case TargetMissed:
		if t := c.Target(d.Metric); t != nil {
			t.Verdict, t.Decided, t.Rest = Missed, d.Deadline, Rest{}
		}
	case TargetCancelled:
		if t := c.Target(d.Metric); t != nil {
			t.cancel(e.At, d.Reason)
		}
	case VerdictSuperseded:
		c.supersede(d)
	case ContractRebased:
		c.rebase(d, e.At)
	}
}

func (t *Target) cancel(at time.Time, why CancelReason) {
	if t.Verdict == Undecided {
		t.Verdict, t.Decided, t.Cancelled, t.Rest = Cancelled, at, why, Rest{}
	}
}

// setTarget takes a new deadline. A verdict latches: a later deadline never
// rewrites it, and a further round stands beside it.
func (c *Case) setTarget(d TargetSet, at time.Time) {
	next := Target{TargetSet: d, Set: at}
	have := c.Target(d.Metric)
	if have != nil {
		if d.Renewed {
			c.Earlier = append(c.Earlier, *have)
			if d.Metric == FirstResponse {
				c.Response = nil
			}
		} else {
			set := next
			next = *have
			next.TargetSet, next.Set = set.TargetSet, set.Set
			if next.Verdict == Undecided {
				next.Rest = Rest{}
			}
		}
	}
	switch {
	case d.Metric == FirstResponse:
		c.First = &next
	case have != nil:
		*have = next
	default:
		c.Others = append(c.Others, next)
	}
}

// supersede opens a target again whose verdict no longer stands. A round that
// followed it is not owed: what began it never arrived.
func (c *Case) supersede(d VerdictSuperseded) {
	t := c.Target(d.Metric)
	if t == nil {
		return
	}
	if n := c.earlierBy(d); n >= 0 {
		back := c.Earlier[n]
		c.Earlier = slices.Delete(slices.Clone(c.Earlier), n, n+1)
		*t = back
	}
	t.Verdict, t.Decided, t.Used, t.Spare, t.Answer, t.Late, t.Cancelled = Undecided, time.Time{}, 0, 0, "", time.Time{}, ""
	t.Superseded++
	if d.Metric == FirstResponse {
		c.Response = nil
	}
}

// Rests reports whether the verdict of a metric rests on the message of a
// supersession, so that it no longer stands.
func (c *Case) Rests(v VerdictSuperseded) bool {
	t := c.Target(v.Metric)
	switch {
	case t == nil:
		return false
	case v.Message == "" || t.Verdict == Met && t.Answer == v.Message:
		return true
	case v.Metric == FirstResponse && c.Response != nil && c.Response.Message == v.Message:
		return true
	}
	return t.Verdict == Undecided && c.earlierBy(v) >= 0
}

// earlierBy returns the index of the round before the present one, if it was
// met by the message of a superseded verdict; -1 otherwise.
func (c *Case) earlierBy(d VerdictSuperseded) int {
	if d.Message == "" || c.Target(d.Metric).Answer == d.Message {
		return -1
	}
	for i := len(c.Earlier) - 1; i >= 0; i-- {
		if c.Earlier[i].Metric == d.Metric {
			if c.Earlier[i].Answer == d.Message {
				return i
			}
			return -1
		}
	}
	return -1
}

// rebase moves the case to another contract version with the deadlines that
// it brings; what is decided stays.
func (c *Case) rebase(d ContractRebased, at time.Time) {
	c.Contract = d.To
	for _, t := range d.Targets {
		if have := c.Target(t.Metric); have == nil || have.Verdict == Undecided {
			c.setTarget(t, at)
		}
	}
	for _, p := range d.Paused {
		if t := c.Target(p.Metric); t != nil && t.Verdict == Undecided {
			t.Rest = Rest{Wait: p.Wait, Since: at, Used: p.Used, Left: p.Left}
		}
	}
	for _, metric := range d.Dropped {
		if t := c.Target(metric); t != nil {
			t.cancel(at, CancelRebased)
		}
	}
}
