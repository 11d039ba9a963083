package clock

import (
	"strings"
	"time"

	"madoguchi/terms/cases"
	"madoguchi/terms/contract"
	"madoguchi/terms/fault"
)

// Side says whose view of the priority changes.
type Side uint8

// The sides of a priority.
const (
	Claim     Side = iota // the customer's own view (claim)
	Judgement             // the desk's, by a person
	Agreement             // of both, an event of its own
)

// Change is somebody's view of the priority, not yet taken into the history.
type Change struct {
	Side      Side
	Priority  contract.PriorityID
	Criterion contract.ClauseID // must belong to Priority; optional for a claim and an agreement
	Reason    string
	At        time.Time
}

// Effect is what a change does: shown before it is made, recorded when it is.
type Effect struct {
	Priority    contract.PriorityID // what the case runs at afterwards
	Provisional bool                // until a person of the desk judges
	Declines    bool                // a standing higher claim is declined by this
	Reassessed  bool                // lowered by the desk after work on it (`priority.reassessed`)
	Agreement   bool                // the criterion needs the customer's agreement before it moves anything
	Target      *cases.TargetSet    // of the initial response; nil when that clock does not move
	Clauses     []contract.ClauseID
	Then        []Fact // what becomes of the other clocks, in order
}

// Facts returns everything that the change brings to the clocks, to be written
// after the view itself.
func (e *Effect) Facts(at time.Time) []Fact {
	if e.Target == nil {
		return e.Then
	}
	return append([]Fact{{At: at, Data: *e.Target, Clauses: e.Clauses}}, e.Then...)
}

// Move returns the effect of a change on a case (semantics, "Priority has two
// sides and one clock").
//
// Errors are [fault.Invalid]: an unknown priority, a criterion of another
// priority, a missing reason.
func Move(con *contract.Contract, c *cases.Case, ch Change) (Effect, error) {
	p, ok := con.Priority(ch.Priority)
	if !ok {
		return Effect{}, fault.New(fault.Invalid, "その優先度は契約にありません。", "The contract has no such priority.").At("priority")
	}
	if err := checkCriterion(con, ch); err != nil {
		return Effect{}, err
	}
	e := Effect{Priority: contract.PriorityID(c.Priority)}
	if ch.Criterion != "" {
		e.Clauses = []contract.ClauseID{ch.Criterion}
	}
	var cause cases.Cause
	switch ch.Side {
	case Claim:
		cause = cases.CauseClaimed
		claim(con, c, ch, p, &e)
	case Judgement:
		cause = judge(con, c, ch, p, &e)
	case Agreement:
		cause = cases.CauseAgreed
		e.Priority = p.ID
	}
	if c.Organization == "" || c.First == nil {
		return e, nil // nobody's contract is running yet
	}
	m := mover{con: con, c: c, ch: ch, cause: cause, e: &e}
	m.agreed = c.Agreement != nil || ch.Side == Agreement
	return e, m.all()
}

func checkCriterion(con *contract.Contract, ch Change) error {
	if ch.Side == Judgement && strings.TrimSpace(ch.Reason) == "" {
		return fault.New(fault.Invalid, "判断の理由を入力してください。", "Please give the reason of the judgement.").At("reason")
	}
	if ch.Criterion == "" {
		if ch.Side == Judgement {
			return fault.New(fault.Invalid, "判断の基準（条項）を選んでください。", "Please choose the criterion (clause) of the judgement.").At("criterion")
		}
		return nil
	}
	cr, ok := con.Criterion(ch.Criterion)
	if !ok || cr.Priority != ch.Priority {
		return fault.New(fault.Invalid, "選ばれた基準はその優先度のものではありません。", "That criterion does not belong to that priority.").At("criterion")
	}
	return nil
}

// claim: by the criteria it runs provisionally at once; the desk's silence
// never profits the desk. A claim by agreement moves nothing until agreed.
func claim(con *contract.Contract, c *cases.Case, ch Change, p contract.Priority, e *Effect) {
	if rank(con, c.Priority) >= p.Rank {
		return
	}
	top := con.Highest()
	if p.ID == top.ID {
		switch con.Reading(contract.ReadClaim) {
		case contract.ClaimDeskDecides:
			return
		case contract.ClaimMutualOnly:
			e.Agreement = true
			return
		}
		cr, ok := con.Criterion(ch.Criterion)
		if !ok || !cr.ProvisionalOnClaim {
			e.Agreement = true
			return
		}
	}
	e.Priority, e.Provisional = p.ID, true
}

func judge(con *contract.Contract, c *cases.Case, ch Change, p contract.Priority, e *Effect) cases.Cause {
	if p.ID == con.Highest().ID && con.Reading(contract.ReadClaim) == contract.ClaimMutualOnly && c.Agreement == nil {
		e.Agreement = true // one side alone cannot make it so
		return cases.CauseJudged
	}
	if cr, ok := con.Criterion(ch.Criterion); ok && cr.NeedsAgreement {
		standing := c.Claim != nil && rank(con, c.Claim.Priority) >= p.Rank
		if !standing && c.Agreement == nil {
			e.Agreement = true
			e.Provisional = c.Provisional
			return cases.CauseJudged
		}
	}
	e.Priority = p.ID
	e.Declines = unanswered(con, c, p)
	switch {
	case p.Rank >= rank(con, c.Priority):
		return cases.CauseJudged // a claim that moved nothing may be declined all the same
	case e.Declines:
		return cases.CauseDeclined
	}
	if c.Judgement != nil || c.Agreement != nil {
		e.Reassessed = true
		e.Clauses = join(e.Clauses, con.SayClauses(contract.SayPriorityChanged))
		return cases.CauseReassessed
	}
	return cases.CauseJudged
}

// unanswered reports whether the customer claims more than p and the desk has
// neither judged nor agreed since: lowering then declines the claim, whereas
// after an agreement it is a reassessment (`priority.reassessed`).
func unanswered(con *contract.Contract, c *cases.Case, p contract.Priority) bool {
	if c.Claim == nil || rank(con, c.Claim.Priority) <= p.Rank {
		return false
	}
	since := func(v *cases.View) bool { return v != nil && !v.At.Before(c.Claim.At) }
	return !since(c.Judgement) && !since(c.Agreement)
}
