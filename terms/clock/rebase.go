package clock

import (
	"time"

	"madoguchi/terms/cases"
	"madoguchi/terms/contract"
	"madoguchi/terms/fault"
)

// Rebase returns the event that moves a case to another contract version at
// an instant: what becomes of each running clock, to be shown to a person
// before they release it. Every running clock is counted again from where it
// was counted before. A deadline that would be past already is not set: the
// running one stays. Decided clocks stay as they are.
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
	t := c.First
	if t == nil || !t.Running() || !t.Deadline.After(at) {
		return r, nil, nil
	}
	channel := contract.ChannelID("")
	if t.From.Equal(c.Reception) {
		channel = contract.ChannelID(c.Channel)
	}
	d, err := due(con, channel, contract.RegionID(c.Region), contract.PriorityID(c.Priority), t.From, cases.CauseRebased, c.Agreement != nil)
	if err != nil {
		return r, nil, err
	}
	if !d.Target.Deadline.After(at) {
		d = keep(c, d)
	}
	d.Target.Before, d.Target.Provisional = t.Deadline, t.Provisional
	if !d.Target.Deadline.Equal(t.Deadline) {
		r.Targets = append(r.Targets, d.Target)
	}
	return r, d.Clauses, nil
}
