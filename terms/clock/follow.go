package clock

import (
	"time"

	"madoguchi/terms/cases"
	"madoguchi/terms/contract"
)

// Follow returns what an event brings to the clocks of a case that has just
// taken it: verdicts, further rounds, rests. What is overdue at the event's
// instant must have been written before (see [Judges] and [Overdue]); views of
// the priority have their effect by [Move], and an opening by [Start].
//
// What counts for which metric:
//   - a reply of a person that responds meets the initial response, the next
//     response and the update interval, which begins again; so does one that
//     nobody had got, when it is sent again;
//   - a customer's message after the initial response starts the next
//     response, unless one is owed already;
//   - resolving or closing the case meets restoration and resolution, and ends
//     the next response and the update interval without a verdict;
//   - restoring the service meets restoration, and a resolution whose target
//     says so;
//   - waiting for somebody rests the clocks whose target says so.
func Follow(con *contract.Contract, c *cases.Case, e cases.Event) ([]Fact, error) {
	if c.Organization == "" || c.First == nil {
		return nil, nil
	}
	f := follower{con: con, c: c, at: e.At}
	switch d := e.Data.(type) {
	case cases.MessageReceived:
		return f.followed(f.message(d))
	case cases.Replied:
		return f.followed(f.replied(d))
	case cases.DeliveryRetried:
		if c.Anew(d, e.At) {
			return f.followed(f.replied(cases.Replied{Message: d.Message, Kind: d.Kind, Counts: true}))
		}
	case cases.StatusChanged:
		return f.followed(f.status(d))
	case cases.ServiceRestored:
		f.fulfil(d, "")
	case cases.VerdictSuperseded:
		return f.followed(f.superseded(d))
	}
	return f.facts, nil
}

// follower gathers what follows.
type follower struct {
	con   *contract.Contract
	c     *cases.Case
	at    time.Time
	facts []Fact
}

func (f *follower) followed(err error) ([]Fact, error) { return f.facts, err }

func (f *follower) add(data cases.Data, clauses []contract.ClauseID) {
	at := f.at
	if missed, ok := data.(cases.TargetMissed); ok {
		at = missed.Deadline
	}
	f.facts = append(f.facts, Fact{At: at, Data: data, Clauses: clauses})
}

// set adds a target, and its rest where the case waits for somebody now.
func (f *follower) set(d Decision) {
	f.add(d.Target, d.Clauses)
	if p, ok := pause(f.con, f.c, &d.Target, f.at); ok {
		f.add(p, d.Clauses)
	}
}

// pause is the rest of a running clock at an instant, if its case waits for
// somebody for whom it rests. One that is used up cannot rest.
func pause(con *contract.Contract, c *cases.Case, t *cases.TargetSet, at time.Time) (cases.TargetPaused, bool) {
	wait, _ := c.WaitsFor()
	if wait == "" || !rests(t, wait) {
		return cases.TargetPaused{}, false
	}
	left := Calendar(con, c.Region, t).Between(at, t.Deadline)
	if left <= 0 {
		return cases.TargetPaused{}, false
	}
	return cases.TargetPaused{Metric: t.Metric, Wait: wait, Deadline: t.Deadline, Used: t.Business - left, Left: left}, true
}

// counting is a deadline of the case at the priority that it runs at.
func (f *follower) counting(m contract.Metric, cause cases.Cause) counting {
	return counting{
		con: f.con, metric: m, region: contract.RegionID(f.c.Region), priority: contract.PriorityID(f.c.Priority), from: f.at, cause: cause,
		agreed: f.c.Agreement != nil, waits: f.c.Waits, at: f.at,
	}
}

// round adds a round of a metric from an instant on, where the terms set one.
func (f *follower) round(m contract.Metric, from time.Time, cause cases.Cause) error {
	q := f.counting(m, cause)
	if _, ok := f.con.Target(m, q.priority, q.region); !ok {
		return nil
	}
	q.from, q.base = from, from.UTC()
	d, err := q.due()
	if err != nil {
		return err
	}
	d.Target.Renewed = f.c.Target(string(m)) != nil
	d.Target.Provisional = f.c.Provisional
	f.set(d)
	return nil
}

func (f *follower) message(m cases.MessageReceived) error {
	if m.Auto != "" || f.c.Response == nil {
		return nil // a machine's, or covered by the initial response
	}
	if t := f.c.Target(cases.NextResponse); t != nil && t.Owed() {
		return nil // the earlier message's clock runs
	}
	from := f.at
	if !m.Received.IsZero() {
		from = m.Received
	}
	return f.round(contract.NextResponse, from, cases.CauseMessage)
}

// fulfil gives the verdicts of the open targets that a fact fulfils.
func (f *follower) fulfil(d cases.Data, message string) {
	for _, t := range f.c.Targets() {
		if t.Verdict == cases.Undecided && t.MetBy(d) {
			f.add(verdict(f.con, f.c.Region, t, f.at, message), f.con.TargetClauses(contract.Metric(t.Metric)))
		}
	}
}

func (f *follower) replied(r cases.Replied) error {
	f.fulfil(r, r.Message)
	if t := f.c.Target(cases.UpdateInterval); t == nil || !r.Responds() || f.c.Done() || t.Verdict == cases.Cancelled || t.Verdict == cases.Missed && t.Late.IsZero() {
		return nil
	}
	return f.round(contract.UpdateInterval, f.at, cases.CauseUpdated)
}

func finished(s cases.Status) bool { return s == cases.Resolved || s == cases.Closed }

func (f *follower) status(d cases.StatusChanged) error {
	switch {
	case finished(d.To) && !finished(d.From):
		f.fulfil(d, "")
		for _, metric := range []string{cases.NextResponse, cases.UpdateInterval} {
			f.cancel(metric, cases.CancelFinished)
		}
		return f.rest(f.c.First)
	case finished(d.To):
		return nil
	case finished(d.From):
		if err := f.reopened(); err != nil {
			return err
		}
	}
	for _, t := range f.c.Targets() {
		if err := f.rest(t); err != nil {
			return err
		}
	}
	return nil
}

func (f *follower) cancel(metric string, why cases.CancelReason) {
	t := f.c.Target(metric)
	if t == nil || t.Verdict != cases.Undecided {
		return
	}
	used, _ := Progress(f.con, f.c.Region, t, f.at)
	f.add(cases.TargetCancelled{Metric: metric, Reason: why, Used: used}, f.con.TargetClauses(contract.Metric(metric)))
}

// rest stops a clock, or lets it go on, as the state of the case says.
func (f *follower) rest(t *cases.Target) error {
	clauses := f.con.TargetClauses(contract.Metric(t.Metric))
	if t.Running() {
		if p, ok := pause(f.con, f.c, &t.TargetSet, f.at); ok {
			f.add(p, clauses)
		}
		return nil
	}
	if wait, _ := f.c.WaitsFor(); !t.Paused() || wait != "" && rests(&t.TargetSet, wait) {
		return nil
	}
	next, err := resumed(f.con, f.c, t, f.at)
	if err != nil {
		return err
	}
	f.add(next, clauses)
	return nil
}

// resumed is a clock that rests as it would go on at an instant.
func resumed(con *contract.Contract, c *cases.Case, t *cases.Target, at time.Time) (cases.TargetSet, error) {
	next, err := onward(con, c.Region, &t.TargetSet, restsOf(&t.TargetSet, c.Waits, t.Rest.Since, at), at, t.Rest.Left)
	next.Cause = cases.CauseResumed
	return next, err
}

// reopened begins further rounds where the targets say so. A missed one stays
// the last word: what it asks for is owed again, and cannot be met any more.
func (f *follower) reopened() error {
	for _, m := range []contract.Metric{contract.Restoration, contract.Resolution} {
		t := f.c.Target(string(m))
		if t == nil || t.Verdict != cases.Met {
			continue
		}
		switch contract.Reopening(t.Reopened) {
		case contract.ReopenRenews:
			if err := f.round(m, f.at, cases.CauseReopened); err != nil {
				return err
			}
		case contract.ReopenContinues:
			since := t.Decided
			if t.Rest.Wait != "" {
				since = t.Rest.Since // it was met while it rested
			}
			var stood []cases.Stretch
			if f.at.After(since) {
				stood = []cases.Stretch{{Wait: cases.WaitFinished, From: since, To: f.at}}
			}
			next, err := onward(f.con, f.c.Region, &t.TargetSet, stood, f.at, t.Spare)
			if err != nil {
				return err
			}
			next.Cause, next.Renewed = cases.CauseReopened, true
			f.set(Decision{Target: next, Clauses: f.con.TargetClauses(m)})
		}
	}
	if t := f.c.Target(cases.UpdateInterval); t == nil || !t.Owed() {
		return f.round(contract.UpdateInterval, f.at, cases.CauseReopened)
	}
	return nil
}

// superseded counts a clock that is open again anew, where it rested since its
// verdict.
func (f *follower) superseded(d cases.VerdictSuperseded) error {
	t := f.c.Target(d.Metric)
	if t == nil || len(t.PausesFor) == 0 || t.Kept {
		return nil
	}
	cal := Calendar(f.con, f.c.Region, &t.TargetSet)
	stood := restsOf(&t.TargetSet, stoodStill(f.c, &t.TargetSet), t.Starts, f.at)
	deadline, err := without(cal, t.Starts, t.Business, stood)
	if err != nil || deadline.Equal(t.Deadline) {
		return err
	}
	next := t.TargetSet
	next.Cause, next.Before, next.Renewed = cases.CauseResumed, t.Deadline, false
	next.Deadline, next.Segments = deadline.UTC(), segments(cal, t.From, t.Starts, deadline, stood)
	f.set(Decision{Target: next, Clauses: f.con.TargetClauses(contract.Metric(t.Metric))})
	return nil
}
