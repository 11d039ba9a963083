package desk

import (
	"context"
	"slices"
	"time"

	"madoguchi/internal/records/store"
	"madoguchi/terms/cases"
	"madoguchi/terms/clock"
	"madoguchi/terms/contract"
	"madoguchi/terms/fault"
)

// Merging is the wish to handle two cases as one.
type Merging struct {
	Case   cases.ID // the one that ends
	Into   cases.ID // the one that goes on
	Reason string
}

// MergePlan is what a merge would do, computed before it is made.
type MergePlan struct {
	From, Into     *cases.Case
	FromNo, IntoNo string
	Joined         []cases.Address // people who take part in Into from then on
	Clocks         Forecast        // of Into
	Ends           Forecast        // of From
	Reopens        bool
	Higher         bool // the ending case ran at a higher priority: a person should look
}

// PlanMerge says what a merge would do, or why it cannot be made.
func (d *Desk) PlanMerge(ctx context.Context, who Viewer, m Merging) (MergePlan, error) {
	if err := who.May(MergeCases); err != nil {
		return MergePlan{}, err
	}
	from, fromPast, err := d.caseFor(ctx, who, m.Case)
	if err != nil {
		return MergePlan{}, err
	}
	into, intoPast, err := d.caseFor(ctx, who, m.Into)
	if err != nil {
		return MergePlan{}, err
	}
	con, err := d.contracts.Version(into.Contract)
	if err != nil {
		return MergePlan{}, err
	}
	fromCon, err := d.contracts.Version(from.Contract)
	if err != nil {
		return MergePlan{}, err
	}
	plan := MergePlan{From: from, Into: into, FromNo: d.number(from), IntoNo: d.number(into), Higher: outranks(con, from, into)}
	_, there, err := from.Merge(into, unsaid)
	if err != nil {
		return plan, err
	}
	at := d.now()
	ends := &pen{con: fromCon, past: fromPast, c: from.Clone(), at: at, by: who.Actor()}
	stays := &pen{con: con, past: intoPast, c: into.Clone(), at: at, by: who.Actor()}
	plan.Ends, err = ends.watch(func() (err error) {
		plan.Clocks, err = stays.watch(func() error { return merging(unsaid)(ends, stays) })
		return err
	})
	if err != nil {
		return plan, err
	}
	for _, f := range there {
		switch f := f.(type) {
		case cases.ParticipantJoined:
			plan.Joined = append(plan.Joined, f.Person)
		case cases.StatusChanged:
			plan.Reopens = true
		}
	}
	return plan, nil
}

func outranks(con *contract.Contract, a, b *cases.Case) bool {
	pa, ok := con.Priority(contract.PriorityID(a.Priority))
	pb, same := con.Priority(contract.PriorityID(b.Priority))
	return ok && same && pa.Rank > pb.Rank && !a.Done()
}

// Merge ends one case in another of the same customer. The clock of the one
// that goes on follows the earliest reception; who took part in either takes
// part in it; mail to either lands there. It returns the one that goes on.
func (d *Desk) Merge(ctx context.Context, who Viewer, m Merging) (*cases.Case, error) {
	if err := who.May(MergeCases); err != nil {
		return nil, err
	}
	return d.both(ctx, m.Case, m.Into, who, d.now(), merging(m.Reason))
}

// merging ends one case in another.
func merging(reason string) func(from, into *pen) error {
	return func(from, into *pen) error {
		here, there, err := from.c.Merge(into.c, reason)
		if err != nil {
			return err
		}
		if err := into.write(nil, there...); err != nil {
			return err
		}
		moved, err := clock.Merge(into.con, into.c, from.c, into.at)
		if err != nil {
			return err
		}
		if err := into.writeFacts(into.by, moved); err != nil {
			return err
		}
		if err := into.judgeOverdue(); err != nil {
			return err
		}
		return from.write(nil, here...)
	}
}

// Unmerge undoes a merge, as long as nothing has happened since in the case
// that went on. It returns the case that had ended.
func (d *Desk) Unmerge(ctx context.Context, who Viewer, id cases.ID) (*cases.Case, error) {
	if err := who.May(MergeCases); err != nil {
		return nil, err
	}
	c, _, err := d.caseFor(ctx, who, id)
	if err != nil {
		return nil, err
	}
	if c.Merged == nil {
		return nil, fault.New(fault.Conflict, "このケースは統合されていません。", "This case is not merged.")
	}
	return d.both(ctx, c.Merged.Into, id, who, d.now(), unmerging)
}

// unmerging takes a case out of the one that it was merged into.
func unmerging(into, from *pen) error {
	here, there, err := from.c.Unmerge(into.c, into.past)
	if err != nil {
		return err
	}
	if err := into.write(nil, there...); err != nil {
		return err
	}
	if err := into.judgeOverdue(); err != nil {
		return err
	}
	if err := from.write(nil, here...); err != nil {
		return err
	}
	return from.judgeOverdue()
}

// mayUnmerge reports whether a merge of the case can still be undone.
func (d *Desk) mayUnmerge(ctx context.Context, c *cases.Case) (bool, error) {
	if c.Merged == nil {
		return false, nil
	}
	into, history, err := d.store.Case(ctx, c.Merged.Into)
	if err != nil {
		return false, err
	}
	_, _, refused := c.Unmerge(into, history)
	return refused == nil, nil
}

// both is one act on two cases, in one transaction; it returns the second.
func (d *Desk) both(ctx context.Context, a, b cases.ID, by hand, at time.Time, decide func(a, b *pen) error) (*cases.Case, error) {
	var after *cases.Case
	err := d.store.Write(ctx, func(tx *store.Tx) (err error) {
		after, err = d.bothIn(tx, a, b, by, at, decide)
		return err
	})
	if err != nil {
		return nil, err
	}
	d.live.Publish(string(a), string(b))
	return after, nil
}

func (d *Desk) bothIn(tx *store.Tx, a, b cases.ID, by hand, at time.Time, decide func(a, b *pen) error) (*cases.Case, error) {
	pa, err := d.openFor(tx, a, by, at)
	if err != nil {
		return nil, err
	}
	pb, err := d.openFor(tx, b, by, at)
	if err != nil {
		return nil, err
	}
	if err := decide(pa, pb); err != nil {
		return nil, err
	}
	if _, err := pa.close(tx); err != nil {
		return nil, err
	}
	return pb.close(tx)
}

// Absorbed is a case that was merged into the one shown, with what was
// written in it.
type Absorbed struct {
	Case   *cases.Case
	Number string
	Events []cases.Event
	Mail   map[string]store.Outbound
	Undo   bool // the merge can still be undone
}

// absorbed loads the cases that were merged into one, those merged into them
// included, oldest first.
func (d *Desk) absorbed(ctx context.Context, c *cases.Case, events []cases.Event, depth int) ([]Absorbed, error) {
	var out []Absorbed
	for _, a := range c.Absorbed {
		other, past, err := d.store.Case(ctx, a.Case)
		if err != nil {
			return nil, err
		}
		item := Absorbed{Case: other, Number: d.number(other), Events: cases.AsRead(past)}
		if other.From == c.ID { // what was split from here stands here already
			item.Events = slices.DeleteFunc(item.Events, func(e cases.Event) bool {
				m, ok := e.Data.(cases.MessageReceived)
				return ok && m.Joined == cases.JoinedBySplit
			})
		}
		if item.Mail, err = d.mailStates(ctx, other); err != nil {
			return nil, err
		}
		_, _, refused := other.Unmerge(c, events)
		item.Undo = depth == 0 && refused == nil
		out = append(out, item)
		if depth < maxMerges {
			below, err := d.absorbed(ctx, other, past, depth+1)
			if err != nil {
				return nil, err
			}
			out = append(out, below...)
		}
	}
	slices.SortStableFunc(out, func(a, b Absorbed) int { return a.Case.Reception.Compare(b.Case.Reception) })
	return out, nil
}
