package contract

import (
	"slices"
	"time"
)

// Contact is what is known of one contact when the desk must act.
type Contact struct {
	Channel        ChannelID
	At             time.Time  // reception: when it reached the desk, not when a person saw it
	Region         RegionID   // of the organization's contract
	Known          bool       // the sender or caller is a registered contact
	Claim          PriorityID // the customer's own view; empty: none stated
	ClaimCriterion ClauseID   // the criterion that the claim cites; empty: none
	Judgement      PriorityID // the desk's view; empty: nobody has judged
	Agreed         bool       // both sides agree on the most urgent priority
	Emergency      bool       // it belongs to an emergency that is declared and open
}

// Decision is what the contract says to do, and why.
type Decision struct {
	Do            Action
	InHours       bool
	SupportStarts time.Time  // when the clock begins to count; for [WorkNow] the reception itself
	Priority      PriorityID // at which the case runs
	Provisional   bool       // a claim that nobody has judged runs the clock
	AskToPhone    bool       // the acknowledgement asks to phone and gives the number
	CallBack      bool       // on-call calls back a registered contact of the company
	Disagreement  bool       // the desk judges it less urgent than the customer claims; a supervisor sees it
	Unidentified  bool       // kept in the queue of unidentified senders; no case data is told
	LinkEmergency bool       // offered for linking to the open emergency
	Tell          []Saying   // to be told to the customer
	Because       []ClauseID // clauses that the decision rests on, in the order applied
	Readings      []ReadingUse
}

// Saying is a sentence for the customer that a clause asks for.
type Saying struct {
	Clause ClauseID
	Text   Text
}

// Decide says what to do with a contact. It is pure, and defined for every
// contact: one that the contract does not foresee is received, never refused.
func (c *Contract) Decide(in Contact) Decision {
	d := Decision{
		InHours:       c.Hours(in.Region).IsOpen(in.At),
		Disagreement:  c.known(in.Judgement) && c.rank(in.Claim) > c.rank(in.Judgement),
		Unidentified:  !in.Known,
		LinkEmergency: in.Emergency,
	}
	agreed := c.BothAgree(in)
	c.settlePriority(&d, in, agreed)
	s := c.situationOf(in, d.InHours, agreed)
	for i := range c.handling.actions {
		r := &c.handling.actions[i]
		if !r.when.holds(&s) {
			continue
		}
		d.Do, d.AskToPhone, d.CallBack = r.do, r.askToPhone, r.callBack
		d.because(r.clauses...)
		c.tell(&d, r.tell)
		break
	}
	for i := range c.handling.notices {
		if r := &c.handling.notices[i]; r.when.holds(&s) {
			c.tell(&d, r.tell)
		}
	}
	starts, clauses, readings := c.SupportStartAs(d.Priority, in.Channel, in.Region, in.At)
	d.SupportStarts = starts
	if d.Do == WorkNow {
		d.SupportStarts = in.At
		return d
	}
	d.because(clauses...)
	for _, u := range readings {
		d.reading(u)
	}
	return d
}

// BothAgree reports whether the agreement of both sides holds: it is about the
// most urgent priority, so a side that states another one is no party to it.
func (c *Contract) BothAgree(in Contact) bool {
	top := c.priorities[0].ID
	return in.Agreed && (in.Claim == "" || in.Claim == top) && (in.Judgement == "" || in.Judgement == top)
}

// settlePriority decides at which priority the case runs. Order: an agreement,
// the desk's judgement, the customer's claim, the initial priority.
func (c *Contract) settlePriority(d *Decision, in Contact, agreed bool) {
	top := c.priorities[0].ID
	mutualOnly := c.Reading(ReadClaim) == ClaimMutualOnly
	switch {
	case agreed:
		d.Priority = top
		d.because(c.priorities[0].Clauses...)
	case c.known(in.Judgement) && !(mutualOnly && in.Judgement == top):
		d.Priority = in.Judgement
	case c.runsProvisionally(in):
		d.Priority, d.Provisional = in.Claim, true
		d.because(in.ClaimCriterion)
		c.applied(d, ReadClaim)
	default:
		d.Priority = c.initial
		if in.Claim != top && c.rank(in.Claim) > c.rank(c.initial) {
			d.Priority = in.Claim // below the most urgent, the higher view runs until judged
		}
		if in.Claim == top || in.Judgement == top {
			c.applied(d, ReadClaim)
		}
	}
}

// runsProvisionally reports whether a claim runs its clock before anyone has
// judged: it cites a criterion of that very priority which asks for no agreement.
func (c *Contract) runsProvisionally(in Contact) bool {
	if c.Reading(ReadClaim) != ClaimProvisional || c.known(in.Judgement) {
		return false
	}
	k, ok := c.Criterion(in.ClaimCriterion)
	return ok && k.ProvisionalOnClaim && k.Priority == in.Claim
}

func (c *Contract) known(p PriorityID) bool { return c.rank(p) > 0 }

// rank returns how urgent a priority is, 0 for one that is not stated or known.
func (c *Contract) rank(p PriorityID) int {
	for i := range c.priorities {
		if c.priorities[i].ID == p {
			return c.priorities[i].Rank
		}
	}
	return 0
}

func (c *Contract) tell(d *Decision, clauses []ClauseID) {
	for _, id := range clauses {
		if slices.ContainsFunc(d.Tell, func(s Saying) bool { return s.Clause == id }) {
			continue
		}
		d.Tell = append(d.Tell, Saying{Clause: id, Text: c.sayings[id]})
		d.because(id)
	}
}

func (c *Contract) applied(d *Decision, name string) {
	if u, ok := c.use(name); ok {
		d.reading(u)
		d.because(u.Clauses...)
	}
}

func (d *Decision) because(ids ...ClauseID) {
	for _, id := range ids {
		if id != "" && !slices.Contains(d.Because, id) {
			d.Because = append(d.Because, id)
		}
	}
}

func (d *Decision) reading(u ReadingUse) {
	if !slices.ContainsFunc(d.Readings, func(v ReadingUse) bool { return v.Name == u.Name }) {
		d.Readings = append(d.Readings, u)
	}
}
