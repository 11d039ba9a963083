package clock

import (
	"madoguchi/terms/cases"
	"madoguchi/terms/contract"
	"madoguchi/terms/worktime"
)

// Foresee returns the case that a contact would be, with its clocks as they
// stand at its reception: what is claimed, judged and agreed at once goes
// through the same decisions as one after the other in a case's life.
//
// The error is that of [Start] and [Move], of kind Invalid beyond the years
// that calendars cover.
func Foresee(con *contract.Contract, in contract.Contact) (*cases.Case, error) {
	at := in.At.UTC()
	event := func(data cases.Data) cases.Event {
		return cases.Event{Case: "foreseen", At: at, Channel: string(in.Channel), Contract: con.Ref(), Data: data}
	}
	history := []cases.Event{event(cases.Opened{Organization: "foreseen", Region: string(in.Region), Reception: at, Priority: string(con.InitialPriority())})}
	if in.Claim != "" {
		history = append(history, event(cases.PriorityClaimed{Priority: string(in.Claim), Criterion: string(in.ClaimCriterion)}))
	}
	if in.Judgement != "" {
		history = append(history, event(cases.PriorityJudged{Priority: string(in.Judgement), Criterion: string(criterionOf(con, in.Judgement, in.ClaimCriterion))}))
	}
	if con.BothAgree(in) {
		history = append(history, event(cases.PriorityAgreed{Priority: string(con.Highest().ID)}))
	}
	return Fold(func(string) (*contract.Contract, error) { return con, nil }, history, at)
}

// criterionOf is a criterion by which a priority is judged: the one claimed, or
// the first that a side can judge on its own.
func criterionOf(con *contract.Contract, p contract.PriorityID, claimed contract.ClauseID) contract.ClauseID {
	var first contract.ClauseID
	for _, k := range con.Criteria() {
		switch {
		case k.Priority != p:
		case k.Clause == claimed && !k.NeedsAgreement:
			return claimed
		case first == "" && !k.NeedsAgreement:
			first = k.Clause
		}
	}
	return first
}

// Explained returns the recorded explanation of a target as calendars give it,
// on the wall clock of its calendar.
func Explained(con *contract.Contract, region string, t *cases.TargetSet) []worktime.Segment {
	loc := Calendar(con, region, t).Location()
	out := make([]worktime.Segment, 0, len(t.Segments))
	for _, s := range t.Segments {
		g := worktime.Segment{From: s.From.In(loc), To: s.To.In(loc), Reason: worktime.OutOfHours, Name: worktime.Name{JA: s.NameJA, EN: s.NameEN}}
		for r := worktime.Open; r <= worktime.Break; r++ {
			if r.String() == s.Reason {
				g.Reason = r
			}
		}
		out = append(out, g)
	}
	return out
}
