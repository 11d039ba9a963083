package clock

import (
	"time"

	"madoguchi/terms/cases"
	"madoguchi/terms/contract"
)

// mover works out what a change of priority does to each clock.
type mover struct {
	con    *contract.Contract
	c      *cases.Case
	ch     Change
	cause  cases.Cause
	agreed bool
	e      *Effect
}

func (m *mover) all() error {
	if err := m.first(); err != nil {
		return err
	}
	if m.e.Target != nil {
		m.rest(m.e.Target)
	}
	for _, metric := range []contract.Metric{contract.NextResponse, contract.Restoration, contract.Resolution, contract.UpdateInterval} {
		if m.c.Target(string(metric)) == nil && !m.con.Measures(metric) {
			continue
		}
		if err := m.other(metric); err != nil {
			return err
		}
	}
	return nil
}

// rest adds the rest of a clock that moved while its case waits for somebody.
func (m *mover) rest(t *cases.TargetSet) {
	if p, ok := pause(m.con, m.c, t, m.ch.At); ok {
		m.e.Then = append(m.e.Then, Fact{At: m.ch.At, Data: p, Clauses: m.con.TargetClauses(contract.Metric(t.Metric))})
	}
}

// counting is a deadline at the priority that the change leads to.
func (m *mover) counting(metric contract.Metric, from time.Time) counting {
	q := counting{
		con: m.con, metric: metric, region: contract.RegionID(m.c.Region), priority: m.e.Priority, from: from, cause: m.cause,
		agreed: m.agreed, waits: m.c.Waits, at: m.ch.At,
	}
	if from.Equal(m.c.Reception) && metric != contract.NextResponse {
		q.channel = contract.ChannelID(m.c.Channel)
	}
	return q
}

// first decides whether, and to where, the clock of the initial response moves.
func (m *mover) first() error {
	c, e := m.c, m.e
	if c.Response != nil {
		if m.con.Reading(contract.ReadAfterResponse) != contract.AfterNewTarget || rank(m.con, string(e.Priority)) <= rank(m.con, c.Priority) {
			return nil
		}
		q := m.counting(contract.FirstResponse, m.ch.At)
		q.base = m.ch.At.UTC()
		d, err := q.due()
		if err != nil {
			return err
		}
		d.Target.Renewed = true
		e.set(m, d, c.First.Deadline, contract.ReadAfterResponse)
		return nil
	}
	if c.First.Verdict != cases.Undecided {
		return nil // the verdict latched; a later deadline cannot undo it
	}
	t, err := m.running(c.First)
	if err != nil {
		return err
	}
	was, now := rank(m.con, t.Priority), rank(m.con, string(e.Priority))
	switch {
	case now > was:
		d, ok, err := m.upgrade(contract.FirstResponse, &t)
		if ok {
			e.set(m, d, c.First.Deadline, contract.ReadUpgrade)
		}
		return err
	case now < was:
		d, err := m.downgrade(contract.FirstResponse, &t)
		if err == nil {
			e.set(m, d, c.First.Deadline, contract.ReadDowngrade)
		}
		return err
	case m.turnsContinuous():
		d, err := m.counting(contract.FirstResponse, m.ch.At).due()
		if err == nil {
			e.set(m, earlier(&t, d), c.First.Deadline, contract.ReadHighClock)
		}
		return err
	case t.Provisional != e.Provisional: // same clock, no longer (or newly) provisional
		t.Before, t.Cause, t.Provisional, t.Renewed = c.First.Deadline, m.cause, e.Provisional, false
		e.Target = &t
	}
	return nil
}

// other does the same for another metric, whose target may also begin or end
// with the priority.
func (m *mover) other(metric contract.Metric) error {
	t := m.c.Target(string(metric))
	_, set := m.con.Target(metric, m.e.Priority, contract.RegionID(m.c.Region))
	switch {
	case t != nil && t.Verdict != cases.Undecided && t.Cancelled != cases.CancelPriority:
		return nil // the verdict latched
	case t == nil || t.Verdict == cases.Cancelled:
		if !set || m.e.Priority == contract.PriorityID(m.c.Priority) {
			return nil
		}
		return m.begin(metric, t)
	case !set:
		used, _ := Progress(m.con, m.c.Region, t, m.ch.At)
		m.then(cases.TargetCancelled{Metric: string(metric), Reason: cases.CancelPriority, Used: used}, m.con.TargetClauses(metric))
		return nil
	}
	from, err := m.running(t)
	if err != nil {
		return err
	}
	var d Decision
	ok := true
	reading := contract.ReadUpgrade
	switch was, now := rank(m.con, t.Priority), rank(m.con, string(m.e.Priority)); {
	case now > was:
		d, ok, err = m.upgrade(metric, &from)
	case now < was:
		reading = contract.ReadDowngrade
		d, err = m.downgrade(metric, &from)
	default:
		ok = false
	}
	if err != nil || !ok {
		return err
	}
	m.thenSet(d, t.Deadline, reading)
	return nil
}

// begin starts the clock of a metric that the priority before had none of: from
// the instant that the reading of a rising priority says.
func (m *mover) begin(metric contract.Metric, before *cases.Target) error {
	base := m.c.Reception
	switch metric {
	case contract.NextResponse:
		if base = m.unanswered(); base.IsZero() {
			return nil
		}
	case contract.UpdateInterval:
		base = m.ch.At
	}
	if m.c.Done() {
		return nil
	}
	blank := cases.TargetSet{Metric: string(metric), Base: base.UTC(), Deadline: worstDeadline}
	d, ok, err := m.upgrade(metric, &blank)
	if err != nil || !ok {
		return err
	}
	d.Target.Renewed = before != nil
	if metric == contract.NextResponse || metric == contract.UpdateInterval {
		d.Target.Base = base.UTC()
	}
	m.thenSet(d, time.Time{}, contract.ReadUpgrade)
	return nil
}

// worstDeadline is later than every deadline that can be given.
var worstDeadline = time.Date(9999, 1, 1, 0, 0, 0, 0, time.UTC)

// unanswered returns when the customer's message was received that nobody has
// answered since the initial response; zero: there is none.
func (m *mover) unanswered() time.Time {
	if n := len(m.c.Replies); m.c.Response == nil || n == 0 || !m.c.LastInbound.After(m.c.Replies[n-1].At) {
		return time.Time{}
	}
	return m.c.LastInbound
}

// running is a target as it stands: one that rests as if it went on now.
func (m *mover) running(t *cases.Target) (cases.TargetSet, error) {
	if !t.Paused() {
		return t.TargetSet, nil
	}
	return resumed(m.con, m.c, t, m.ch.At)
}

func (m *mover) then(data cases.Data, clauses []contract.ClauseID) {
	m.e.Then = append(m.e.Then, Fact{At: m.ch.At, Data: data, Clauses: join(m.e.Clauses, clauses)})
}

func (m *mover) thenSet(d Decision, before time.Time, reading string) {
	d.Target.Before, d.Target.Provisional = before, m.e.Provisional
	d.Target.Readings = withReading(d.Target.Readings, reading, m.con.Reading(reading))
	m.then(d.Target, d.Clauses)
	m.rest(&d.Target)
}

// turnsContinuous reports whether the same priority is counted around the
// clock from this change on, and was not before.
func (m *mover) turnsContinuous() bool {
	t, ok := m.con.Target(contract.FirstResponse, m.e.Priority, contract.RegionID(m.c.Region))
	return ok && t.Runs(moment(m.agreed)) && m.c.First.Calendar != AroundClock
}

// base is where a round begins: the reception, or what began it.
func (m *mover) base(t *cases.TargetSet) time.Time {
	if t.Base.IsZero() {
		return m.c.Reception
	}
	return t.Base
}

// upgrade: by the shipped reading, the earlier of the running deadline and
// the claim's instant plus the new target. It reports false where the deadline
// waits for the agreement.
func (m *mover) upgrade(metric contract.Metric, t *cases.TargetSet) (Decision, bool, error) {
	from, literal := m.ch.At, false
	switch m.con.Reading(contract.ReadUpgrade) {
	case contract.UpgradeFromReception:
		from, literal = m.base(t), true
	case contract.UpgradeFromAgreement:
		if m.ch.Side == Claim {
			return Decision{}, false, nil // the deadline waits for the agreement; the priority does not
		}
	default:
		if v := m.c.Claim; v != nil && rank(m.con, v.Priority) >= rank(m.con, string(m.e.Priority)) && v.At.Before(from) {
			from = v.At
		}
		if base := m.base(t); from.Before(base) {
			from = base // the claim is older than what this clock measures
		}
	}
	q := m.counting(metric, from)
	q.waits = stoodStill(m.c, t)
	d, err := q.due()
	if err != nil {
		return Decision{}, false, err
	}
	if !literal && d.Target.Deadline.Before(m.ch.At) {
		// Counting from the claim would ask the impossible: a deadline that
		// is past when the change is made. Count from the change.
		if d, err = m.counting(metric, m.ch.At).due(); err != nil {
			return Decision{}, false, err
		}
	}
	if !literal {
		d = earlier(t, d)
	}
	d.Target.Base = t.Base
	return d, true, nil
}

// downgrade: a declined claim counts from where the round began; so does every
// other lowering under the shipped reading. A deadline that would be past
// already is not set: the running one stays.
func (m *mover) downgrade(metric contract.Metric, t *cases.TargetSet) (Decision, error) {
	if m.con.Reading(contract.ReadDowngrade) == contract.DowngradeKeep && !m.e.Declines {
		k := *t
		k.Cause, k.Kept, k.Renewed = m.cause, true, false
		return Decision{Target: k}, nil
	}
	q := m.counting(metric, m.base(t))
	q.agreed, q.waits = false, stoodStill(m.c, t)
	d, err := q.due()
	if err != nil {
		return Decision{}, err
	}
	d.Target.Base = t.Base
	if !d.Target.Deadline.After(m.ch.At) {
		d = keep(t, d)
	}
	return d, nil
}

// earlier keeps the running deadline where it is nearer than the new one.
func earlier(t *cases.TargetSet, d Decision) Decision {
	if t.Deadline.Before(d.Target.Deadline) {
		return keep(t, d)
	}
	return d
}

// keep lets the running deadline stand under the new priority's name: its
// base, its segments and its target are those it was given with.
func keep(t *cases.TargetSet, d Decision) Decision {
	k := *t
	k.Priority, k.Cause, k.Kept, k.Renewed = d.Target.Priority, d.Target.Cause, true, false
	d.Target = k
	return d
}

func (e *Effect) set(m *mover, d Decision, before time.Time, reading string) {
	t := d.Target
	t.Before = before
	t.Provisional = e.Provisional
	t.Readings = withReading(t.Readings, reading, m.con.Reading(reading))
	e.Target = &t
	e.Clauses = join(e.Clauses, d.Clauses)
}

func withReading(m map[string]string, name, chosen string) map[string]string {
	out := make(map[string]string, len(m)+1)
	for k, v := range m {
		out[k] = v
	}
	out[name] = chosen
	return out
}

func rank(con *contract.Contract, p string) int {
	if pr, ok := con.Priority(contract.PriorityID(p)); ok {
		return pr.Rank
	}
	return 0
}
