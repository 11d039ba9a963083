package clock

import (
	"slices"
	"time"

	"madoguchi/terms/cases"
	"madoguchi/terms/contract"
	"madoguchi/terms/fault"
)

// Rebase returns the event that moves a case to another contract version at
// an instant: what becomes of each running clock, to be shown to a person
// before they release it. Every running clock is counted again from where it
// was counted before, at the priority that the case runs at. A deadline that
// would be past already is not set: the running one stays. Decided clocks, and
// those whose deadline has passed, stay as they are.
//
// The error is [fault.NotFound] for a region or priority that the version does
// not have, and [fault.Conflict] for the version that the case has already.
func Rebase(con *contract.Contract, c *cases.Case, at time.Time, reason string) (cases.ContractRebased, []contract.ClauseID, error) {
	r := cases.ContractRebased{From: c.Contract, To: con.Ref(), Reason: reason}
	if r.From == r.To {
		return r, nil, fault.New(fault.Conflict, "このケースは既にその版で動いています。", "The case runs under that version already.")
	}
	if _, ok := con.Region(contract.RegionID(c.Region)); !ok {
		return r, nil, fault.New(fault.NotFound, "その版に地域「"+c.Region+"」がありません。", "The version has no region "+c.Region+".")
	}
	var clauses []contract.ClauseID
	for _, t := range c.Targets() {
		if t.Verdict != cases.Undecided || overdue(t, at) {
			continue
		}
		metric := contract.Metric(t.Metric)
		if _, ok := con.Target(metric, contract.PriorityID(c.Priority), contract.RegionID(c.Region)); !ok && metric != contract.FirstResponse {
			r.Dropped = append(r.Dropped, t.Metric)
			continue
		}
		d, moved, err := rebased(con, c, t, at)
		if err != nil {
			return r, nil, err
		}
		if !moved {
			continue
		}
		r.Targets = append(r.Targets, d.Target)
		clauses = join(clauses, d.Clauses)
		if p, ok := pause(con, c, &d.Target, at); ok {
			r.Paused = append(r.Paused, p)
		}
	}
	return r, clauses, nil
}

// rebased is one clock under another version, and whether anything of it is
// different.
func rebased(con *contract.Contract, c *cases.Case, t *cases.Target, at time.Time) (Decision, bool, error) {
	now := t.TargetSet
	var err error
	if t.Paused() {
		if now, err = resumed(con, c, t, at); err != nil {
			return Decision{}, false, err
		}
	}
	q := counting{
		con: con, metric: contract.Metric(t.Metric), region: contract.RegionID(c.Region), priority: contract.PriorityID(c.Priority), from: t.From,
		base: t.Base, cause: cases.CauseRebased, agreed: c.Agreement != nil, waits: stoodStill(c, &t.TargetSet), at: at,
	}
	if t.From.Equal(c.Reception) && q.metric != contract.NextResponse {
		q.channel = contract.ChannelID(c.Channel)
	}
	d, err := q.due()
	if err != nil {
		return Decision{}, false, err
	}
	same := d.Target.Deadline.Equal(now.Deadline) && d.Target.Business == now.Business && d.Target.Restores == now.Restores &&
		d.Target.Reopened == now.Reopened && slices.Equal(d.Target.PausesFor, now.PausesFor)
	if !d.Target.Deadline.After(at) {
		d = keep(&now, d)
	}
	d.Target.Before, d.Target.Provisional = t.Deadline, t.Provisional
	return d, !same, nil
}
