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
	Target      *cases.TargetSet    // the new target; nil when the clock does not move
	Clauses     []contract.ClauseID
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
	err := retarget(con, c, ch, cause, &e)
	return e, err
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
	switch con.Reading(contract.ReadClaim) {
	case "desk-decides", "mutual-only":
		return
	}
	if rank(con, c.Priority) >= p.Rank {
		return
	}
	top := con.Highest()
	if p.ID == top.ID {
		cr, ok := con.Criterion(ch.Criterion)
		if !ok || !cr.ProvisionalOnClaim {
			e.Agreement = true
			return
		}
	}
	e.Priority, e.Provisional = p.ID, true
}

func judge(con *contract.Contract, c *cases.Case, ch Change, p contract.Priority, e *Effect) cases.Cause {
	if cr, ok := con.Criterion(ch.Criterion); ok && cr.NeedsAgreement {
		standing := c.Claim != nil && rank(con, c.Claim.Priority) >= p.Rank
		if !standing && c.Agreement == nil {
			e.Agreement = true
			e.Provisional = c.Provisional
			return cases.CauseJudged
		}
	}
	e.Priority = p.ID
	if p.Rank >= rank(con, c.Priority) {
		return cases.CauseJudged
	}
	if unanswered(con, c, p) {
		e.Declines = true
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

// retarget decides whether, and to where, the clock moves.
func retarget(con *contract.Contract, c *cases.Case, ch Change, cause cases.Cause, e *Effect) error {
	if c.Organization == "" || c.First == nil {
		return nil // nobody's contract is running yet
	}
	agreed := c.Agreement != nil || ch.Side == Agreement
	if c.Response != nil {
		if con.Reading(contract.ReadAfterResponse) != "new-target" || rank(con, string(e.Priority)) <= rank(con, c.Priority) {
			return nil
		}
		d, err := due(con, "", contract.RegionID(c.Region), e.Priority, ch.At, cause, agreed)
		if err != nil {
			return err
		}
		d.Target.Renewed = true
		return e.set(c, d, contract.ReadAfterResponse, con)
	}
	if c.First.Verdict != cases.Undecided {
		return nil // the verdict latched; a later deadline cannot undo it
	}
	region := contract.RegionID(c.Region)
	was, now := rank(con, c.First.Priority), rank(con, string(e.Priority))
	switch {
	case now > was:
		return upgrade(con, c, ch, cause, region, agreed, e)
	case now < was:
		return downgrade(con, c, ch, cause, region, e)
	case turnsContinuous(con, c, e.Priority, agreed):
		d, err := due(con, "", region, e.Priority, ch.At, cause, agreed)
		if err != nil {
			return err
		}
		return e.set(c, earlier(c, d), contract.ReadHighClock, con)
	case c.First.Provisional != e.Provisional:
		t := c.First.TargetSet // same clock, no longer (or newly) provisional
		t.Before = c.First.Deadline
		t.Cause, t.Provisional = cause, e.Provisional
		e.Target = &t
	}
	return nil
}

// turnsContinuous reports whether the same priority is counted around the
// clock from this change on, and was not before.
func turnsContinuous(con *contract.Contract, c *cases.Case, p contract.PriorityID, agreed bool) bool {
	t, ok := con.Target(contract.FirstResponse, p, contract.RegionID(c.Region))
	return ok && t.Runs(moment(agreed)) && c.First.Calendar != AroundClock
}

// upgrade: by the shipped reading, the earlier of the running deadline and
// the claim's instant plus the new target.
func upgrade(con *contract.Contract, c *cases.Case, ch Change, cause cases.Cause, region contract.RegionID, agreed bool, e *Effect) error {
	from, literal := ch.At, false
	switch con.Reading(contract.ReadUpgrade) {
	case "from-reception":
		from, literal = c.Reception, true
	case "from-agreement":
		if ch.Side == Claim {
			return nil // the deadline waits for the agreement; the priority does not
		}
	default:
		if c.Claim != nil && rank(con, c.Claim.Priority) >= rank(con, string(e.Priority)) && c.Claim.At.Before(from) {
			from = c.Claim.At
		}
	}
	d, err := due(con, "", region, e.Priority, from, cause, agreed)
	if err != nil {
		return err
	}
	if !literal && d.Target.Deadline.Before(ch.At) {
		// Counting from the claim would ask the impossible: a deadline that
		// is past when the change is made. Count from the change.
		if d, err = due(con, "", region, e.Priority, ch.At, cause, agreed); err != nil {
			return err
		}
	}
	if !literal {
		d = earlier(c, d)
	}
	return e.set(c, d, contract.ReadUpgrade, con)
}

// downgrade: a declined claim counts from the reception; so does every other
// lowering under the shipped reading. A deadline that would be past already
// is not set: the running one stays.
func downgrade(con *contract.Contract, c *cases.Case, ch Change, cause cases.Cause, region contract.RegionID, e *Effect) error {
	if con.Reading(contract.ReadDowngrade) == "keep" && !e.Declines {
		t := c.First.TargetSet
		t.Before, t.Cause, t.Kept = c.First.Deadline, cause, true
		return e.set(c, Decision{Target: t}, contract.ReadDowngrade, con)
	}
	d, err := due(con, contract.ChannelID(c.Channel), region, e.Priority, c.Reception, cause, false)
	if err != nil {
		return err
	}
	if !d.Target.Deadline.After(ch.At) {
		d = keep(c, d)
	}
	return e.set(c, d, contract.ReadDowngrade, con)
}

// earlier keeps the running deadline where it is nearer than the new one.
func earlier(c *cases.Case, d Decision) Decision {
	if c.First.Deadline.Before(d.Target.Deadline) {
		return keep(c, d)
	}
	return d
}

// keep lets the running deadline stand under the new priority's name: its
// base, its segments and its target are those it was given with.
func keep(c *cases.Case, d Decision) Decision {
	t := c.First.TargetSet
	t.Priority, t.Cause, t.Kept, t.Renewed = d.Target.Priority, d.Target.Cause, true, false
	d.Target = t
	return d
}

func (e *Effect) set(c *cases.Case, d Decision, reading string, con *contract.Contract) error {
	t := d.Target
	t.Before = c.First.Deadline
	t.Provisional = e.Provisional
	t.Readings = withReading(t.Readings, reading, con.Reading(reading))
	e.Target = &t
	e.Clauses = join(e.Clauses, d.Clauses)
	return nil
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
