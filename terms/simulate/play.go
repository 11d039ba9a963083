package simulate

import (
	"cmp"
	"strings"
	"time"

	"madoguchi/terms/cases"
	"madoguchi/terms/clock"
	"madoguchi/terms/contract"
)

// Play replays the history of one case, oldest event first, and compares.
// Events that decide no clock may be left out; their payloads may be nil only
// then. Seq is not looked at.
func (p *Player) Play(history []cases.Event) Outcome {
	p.recorded.reset()
	p.other.reset()
	var o Outcome
	why := p.play(history)
	c := &p.recorded.state
	o.Case, o.Number, o.Organization, o.OrgName, o.Subject = c.ID, c.Number, c.Organization, c.OrgName, c.Subject
	o.Region, o.Reception = c.Region, c.Reception
	o.OnCall = Calls{p.recorded.onCall, p.other.onCall}
	if o.Why = why; why != nil {
		o.OnCall.Simulated = o.OnCall.Recorded
		o.Targets = pairs(c, c)
		return o
	}
	o.Targets = pairs(c, &p.other.state)
	return o
}

func (p *Player) play(history []cases.Event) *Reason {
	if len(history) == 0 {
		return reason(Broken, "", "経過がありません。", "There is no history.")
	}
	for _, e := range history { // what was recorded, whole, whatever the other version can do
		if why := p.recorded.take(e); why != nil {
			return why
		}
	}
	p.recorded.overdue(p.cfg.At)
	c := &p.recorded.state
	if id, _, _ := strings.Cut(c.Contract, "@"); id != p.cfg.Of {
		return reason(Other, id, "別の契約のケースです。", "The case is of another contract.")
	}
	if c.Frozen != "" {
		return reason(Frozen, c.Frozen, "この版で読み取れない経過を含みます。", "Its history holds what this build cannot read.")
	}
	var err error
	if p.recorded.con, err = p.cfg.Recorded(c.Contract); err != nil {
		return &Reason{Cause: NoRecorded, Detail: c.Contract, Say: reasonOf(err, NoRecorded, "").Say}
	}
	if p.other.con, err = p.cfg.With(c.Contract); err != nil {
		return &Reason{Cause: NoAmendment, Detail: c.Contract, Say: reasonOf(err, NoAmendment, "").Say}
	}
	if _, ok := p.other.con.Region(contract.RegionID(c.Region)); !ok {
		return reason(NoRegion, c.Region, "新しい版に地域「"+c.Region+"」がありません。", "The version has no region "+c.Region+".")
	}
	if borrowed(history) {
		return reason(Borrowed, "", "期限が、統合されたケースから引き継がれています。", "Its deadline came from a case that was merged into it.")
	}
	return p.replay(history)
}

// replay is the other world: what people did, decided by the other version.
func (p *Player) replay(history []cases.Event) *Reason {
	alike := p.other.con.RecognisesAs(p.recorded.con)
	first := history[0].At
	opening, open := p.opening(history[0]), true
	for i, e := range history {
		if open && !e.At.Equal(first) {
			p.contact(opening)
			open = false
		}
		if why := p.other.settle(e); why != nil {
			return why
		}
		p.other.overdue(e.At)
		if why := p.other.decide(e, history[:i], alike); why != nil {
			return why
		}
		claim, said := p.claimed(e, alike)
		switch {
		case !said:
		case open:
			opening.merge(claim)
		default:
			p.contact(claim)
		}
	}
	if open {
		p.contact(opening)
	}
	if why := p.other.settle(cases.Event{}); why != nil {
		return why
	}
	p.other.overdue(p.cfg.At)
	return nil
}

// take applies one event as it stands.
func (w *world) take(e cases.Event) *Reason {
	e.Seq = w.state.Version + 1
	if err := w.state.Apply(e); err != nil {
		return reason(Broken, "", "経過の順序が正しくありません。", "The events do not follow each other: "+err.Error())
	}
	return nil
}

// write applies something that this world decided.
func (w *world) write(e cases.Event, data cases.Data) *Reason {
	e.Data = data
	return w.take(e)
}

// overdue judges what has passed by an instant.
func (w *world) overdue(at time.Time) {
	for _, missed := range clock.Overdue(&w.state, at) {
		w.write(cases.Event{Case: w.state.ID, At: missed.Deadline}, missed)
	}
}

// happen applies one event, and what it brings to the clocks of this world.
func (w *world) happen(e cases.Event) *Reason {
	if why := w.take(e); why != nil {
		return why
	}
	facts, err := clock.Follow(w.con, &w.state, e)
	if err != nil {
		return reasonOf(err, Undecided, w.state.Priority)
	}
	return w.facts(e, facts)
}

func (w *world) facts(e cases.Event, facts []clock.Fact) *Reason {
	for _, f := range facts {
		e.At = f.At
		if why := w.write(e, f.Data); why != nil {
			return why
		}
	}
	return nil
}

// decide takes one event of the recorded history, after those of its past,
// into the other world.
func (w *world) decide(e cases.Event, past []cases.Event, alike bool) *Reason {
	switch d := e.Data.(type) {
	case cases.Opened:
		d.Priority = string(w.con.InitialPriority())
		e.Contract = w.con.Ref()
		if why := w.write(e, d); why != nil {
			return why
		}
		return w.start(e)
	case cases.Identified:
		e.Contract = w.con.Ref()
		if d.Priority != "" {
			d.Priority = string(w.con.InitialPriority())
		}
		if why := w.write(e, d); why != nil {
			return why
		}
		return w.start(e)
	case cases.MessageReceived:
		if why := w.happen(e); why != nil || alike {
			return why
		}
		return w.recognise(e, d)
	case cases.PriorityClaimed:
		if e.Channel != "" && !alike {
			return nil // made by a mail's words: this world reads them itself
		}
		return w.move(e, clock.Change{Side: clock.Claim, Priority: contract.PriorityID(d.Priority), Criterion: contract.ClauseID(d.Criterion), Reason: d.Reason, At: e.At})
	case cases.PriorityJudged:
		return w.move(e, clock.Change{Side: clock.Judgement, Priority: contract.PriorityID(d.Priority), Criterion: contract.ClauseID(d.Criterion), Reason: cmp.Or(d.Reason, "-"), At: e.At})
	case cases.PriorityAgreed:
		return w.move(e, clock.Change{Side: clock.Agreement, Priority: contract.PriorityID(d.Priority), At: e.At})
	case cases.Replied:
		return w.reply(e, d)
	case cases.DeliveryFailed:
		return w.happenAll(e, deciding(w.state.Undeliverable(d)))
	case cases.ReplyUndone:
		return w.undone(e, d, past)
	case cases.VerdictSuperseded:
		return w.superseded(e, d)
	case cases.Merged, cases.Absorbed, cases.Released:
		return w.merge(e)
	case cases.TargetSet, cases.TargetMet, cases.TargetMissed, cases.TargetPaused, cases.TargetCancelled, cases.ContractRebased:
		return nil // decided by the recorded version
	}
	return w.happen(e)
}

// start gives the case its first target, once its customer is known.
func (w *world) start(e cases.Event) *Reason {
	c := &w.state
	if c.Organization == "" || c.First != nil {
		return nil
	}
	facts, err := clock.Start(w.con, c, e.At)
	if err != nil {
		return reasonOf(err, Undecided, c.Priority)
	}
	if why := w.facts(e, facts); why != nil {
		return why
	}
	w.overdue(e.At)
	return nil
}

// move is somebody's view of the priority, decided by this world's contract.
func (w *world) move(e cases.Event, ch clock.Change) *Reason {
	effect, err := clock.Move(w.con, &w.state, ch)
	if err != nil {
		detail := string(ch.Priority)
		r := reasonOf(err, Undecided, detail)
		if r.Cause == NoCriterion {
			r.Detail = string(ch.Criterion)
		}
		return r
	}
	var view cases.Data
	applied := string(effect.Priority)
	switch ch.Side {
	case clock.Claim:
		view = cases.PriorityClaimed{Priority: string(ch.Priority), Criterion: string(ch.Criterion), Reason: ch.Reason, Applied: applied, Provisional: effect.Provisional}
	case clock.Judgement:
		view = cases.PriorityJudged{Priority: string(ch.Priority), Criterion: string(ch.Criterion), Reason: ch.Reason, Applied: applied, Provisional: effect.Provisional, Declines: effect.Declines, Reassessed: effect.Reassessed}
	case clock.Agreement:
		agreed, _ := e.Data.(cases.PriorityAgreed)
		agreed.Applied = applied
		view = agreed
	}
	if why := w.write(e, view); why != nil {
		return why
	}
	if why := w.facts(e, effect.Facts(e.At)); why != nil {
		return why
	}
	w.overdue(e.At)
	return nil
}

// recognise takes the claim that a mail's words make under this contract.
func (w *world) recognise(e cases.Event, m cases.MessageReceived) *Reason {
	claim, ok := w.claim(m)
	if !ok {
		return nil
	}
	if v := w.state.Claim; v != nil && v.Priority == string(claim.Priority) && v.Criterion == string(claim.Criterion) {
		return nil
	}
	return w.move(e, clock.Change{Side: clock.Claim, Priority: claim.Priority, Criterion: claim.Criterion, Reason: claim.Words, At: e.At})
}

func (w *world) claim(m cases.MessageReceived) (contract.Claim, bool) {
	if m.Auto != "" || !m.Verified || w.state.Organization == "" {
		return contract.Claim{}, false
	}
	return w.con.Recognise(m.Subject + "\n" + cmp.Or(m.New, m.Text))
}

// reply is a reply that a person released. Whether it is the initial response
// follows from what this world still owes.
func (w *world) reply(e cases.Event, r cases.Replied) *Reason {
	switch {
	case r.Kind == cases.ReceptionOnly:
		r.Counts = w.con.Reading(contract.ReadReception) == contract.ReceptionYes && w.state.Response == nil
	case w.state.Response == nil:
		r.Kind = cases.InitialResponse
	default:
		r.Kind = cases.FollowUp
	}
	e.Data = r
	return w.happen(e)
}
