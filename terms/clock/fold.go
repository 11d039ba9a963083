package clock

import (
	"cmp"
	"time"

	"madoguchi/terms/cases"
	"madoguchi/terms/contract"
)

// Book returns a contract version by its reference, "id@version".
type Book func(ref string) (*contract.Contract, error)

// Fold tells the history of a case again, up to an instant: it takes what
// people, customers and mail servers did, and decides every clock itself.
// Recorded decisions are left out, so a history without any will do. The state
// it returns is the one that a desk would have recorded, however the events
// came to it: one by one with deadlines judged between them, or all at once.
//
// It is for checking and for trying out; a desk's own state is [cases.Fold],
// which decides nothing again.
func Fold(book Book, history []cases.Event, now time.Time) (*cases.Case, error) {
	r := retelling{book: book, c: &cases.Case{}}
	for _, e := range history {
		if e.At.After(now) {
			break
		}
		if err := r.take(e); err != nil {
			return nil, err
		}
	}
	r.overdue(now)
	return r.c, r.err
}

// retelling is a history that is told again.
type retelling struct {
	book Book
	con  *contract.Contract
	c    *cases.Case
	err  error
}

func (r *retelling) write(e cases.Event, at time.Time, data cases.Data) {
	e.Case, e.Seq, e.At, e.Data = cmp.Or(r.c.ID, e.Case), r.c.Version+1, at, data
	if err := r.c.Apply(e); r.err == nil {
		r.err = err
	}
}

func (r *retelling) overdue(now time.Time) {
	for _, missed := range Overdue(r.c, now) {
		r.write(cases.Event{}, missed.Deadline, missed)
	}
}

func (r *retelling) facts(e cases.Event, facts []Fact, err error) error {
	for _, f := range facts {
		r.write(e, f.At, f.Data)
	}
	r.overdue(e.At)
	return cmp.Or(err, r.err)
}

// take tells one event.
func (r *retelling) take(e cases.Event) (err error) {
	r.overdue(e.At)
	switch d := e.Data.(type) {
	case cases.TargetSet:
		if d.Cause == cases.CauseMerged || d.Cause == cases.CauseUnmerged { // decided with another case in hand
			r.write(e, e.At, d)
			r.overdue(e.At)
		}
		return r.err
	case cases.TargetMet, cases.TargetMissed, cases.TargetPaused, cases.TargetCancelled:
		return r.err // decided here
	case cases.Opened, cases.Identified:
		if r.con, err = r.book(e.Contract); err != nil {
			return err
		}
		r.write(e, e.At, d)
		facts, err := Start(r.con, r.c, e.At)
		return r.facts(e, facts, err)
	case cases.PriorityClaimed, cases.PriorityJudged, cases.PriorityAgreed:
		return r.view(e)
	case cases.ContractRebased:
		if r.con, err = r.book(d.To); err != nil {
			return err
		}
		moved, _, err := Rebase(r.con, r.c, e.At, d.Reason)
		if err == nil {
			r.write(e, e.At, moved)
		}
		return cmp.Or(err, r.err)
	}
	r.write(e, e.At, e.Data)
	e.Seq = r.c.Version
	facts, err := Follow(r.con, r.c, e)
	return r.facts(e, facts, err)
}

// view tells one side's view of the priority.
func (r *retelling) view(e cases.Event) error {
	ch, data := Change{At: e.At}, e.Data
	switch d := e.Data.(type) {
	case cases.PriorityClaimed:
		ch.Side, ch.Priority, ch.Criterion, ch.Reason = Claim, contract.PriorityID(d.Priority), contract.ClauseID(d.Criterion), d.Reason
	case cases.PriorityJudged:
		ch.Side, ch.Priority, ch.Criterion, ch.Reason = Judgement, contract.PriorityID(d.Priority), contract.ClauseID(d.Criterion), cmp.Or(d.Reason, "-")
	case cases.PriorityAgreed:
		ch.Side, ch.Priority = Agreement, contract.PriorityID(d.Priority)
	}
	effect, err := Move(r.con, r.c, ch)
	if err != nil {
		return err
	}
	switch d := e.Data.(type) {
	case cases.PriorityClaimed:
		d.Applied, d.Provisional = string(effect.Priority), effect.Provisional
		data = d
	case cases.PriorityJudged:
		d.Applied, d.Provisional, d.Declines, d.Reassessed = string(effect.Priority), effect.Provisional, effect.Declines, effect.Reassessed
		data = d
	case cases.PriorityAgreed:
		d.Applied = string(effect.Priority)
		data = d
	}
	r.write(e, e.At, data)
	return r.facts(e, effect.Facts(e.At), nil)
}
