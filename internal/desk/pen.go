package desk

import (
	"context"
	"errors"
	"time"

	"madoguchi/internal/records/store"
	"madoguchi/terms/cases"
	"madoguchi/terms/clock"
	"madoguchi/terms/contract"
)

// pen writes further events into one case's history. Its case moves with
// every fact written, so that the next decision sees it; close stores them
// all in the act's transaction.
type pen struct {
	con     *contract.Contract
	before  *cases.Case   // nil for a case that is being opened
	past    []cases.Event // the history that led to before
	c       *cases.Case
	events  []cases.Event
	at      time.Time
	by      cases.Actor
	channel string
	telling *telling // tells people of the desk what was written; nil: nobody is told
}

// write adds facts that rest on the given clauses.
func (p *pen) write(clauses []contract.ClauseID, facts ...cases.Data) error {
	return p.writeAt(p.at, p.by, clauses, facts...)
}

func (p *pen) writeAt(at time.Time, by cases.Actor, clauses []contract.ClauseID, facts ...cases.Data) error {
	ids := make([]string, len(clauses))
	for i, id := range clauses {
		ids[i] = string(id)
	}
	for _, f := range facts {
		if clock.Judges(f) {
			if err := p.judgeOverdue(); err != nil {
				return err
			}
		}
		e := cases.Event{
			Case: p.c.ID, Seq: p.c.Version + 1, At: at.UTC().Truncate(time.Microsecond), Actor: by,
			Channel: p.channel, Contract: p.con.Ref(), Clauses: ids, Data: f,
		}
		if err := p.c.Apply(e); err != nil {
			return err
		}
		p.events = append(p.events, e)
		follow, err := clock.Follow(p.con, p.c, e)
		if err != nil {
			return err
		}
		if err := p.writeFacts(system, follow); err != nil {
			return err
		}
	}
	return nil
}

// writeFacts writes what follows for the clocks.
func (p *pen) writeFacts(by cases.Actor, facts []clock.Fact) error {
	for _, f := range facts {
		if err := p.writeAt(f.At, by, f.Clauses, f.Data); err != nil {
			return err
		}
	}
	return nil
}

// judgeOverdue writes the misses of the deadlines that have passed at the
// act's instant, each with the instant of its deadline.
func (p *pen) judgeOverdue() error {
	for _, missed := range clock.Overdue(p.c, p.at) {
		if err := p.writeAt(missed.Deadline, system, p.con.TargetClauses(contract.Metric(missed.Metric)), missed); err != nil {
			return err
		}
	}
	return nil
}

func (p *pen) close(tx *store.Tx) (*cases.Case, error) {
	if len(p.events) == 0 {
		return p.c, nil
	}
	if err := errors.Join(p.unscheduled(tx), p.unapproved(tx)); err != nil {
		return nil, err
	}
	after, err := tx.Append(p.before, p.events...)
	if err != nil {
		return nil, err
	}
	return after, p.tellOf(tx, after)
}

// system is the desk's own machinery.
var system = cases.Actor{Kind: cases.System}

// hand is who acts on a case: a [Viewer], within what they may see, or the
// desk itself.
type hand interface {
	Actor() cases.Actor
	SeesCase(organization string) error
}

// itself is the desk, which sees everything.
var itself machinery

type machinery struct{}

func (machinery) Actor() cases.Actor    { return system }
func (machinery) SeesCase(string) error { return nil }

// change is one act on an existing case: load, decide, append, and tell the
// open browsers after it is durable. The instant is that of the request, not
// of the moment when its turn came.
//
// The case is read before the act's turn comes, beside the writer, and again
// in it only when somebody has changed it meanwhile.
func (d *Desk) change(ctx context.Context, id cases.ID, by hand, at time.Time, decide func(*store.Tx, *pen) error) (*cases.Case, error) {
	read, past, err := d.store.Case(ctx, id)
	if err != nil {
		return nil, err
	}
	var after *cases.Case
	err = d.store.Write(ctx, func(tx *store.Tx) error {
		p, err := d.reopen(tx, ahead{id, read, past}, by.Actor(), at)
		if err == nil {
			err = by.SeesCase(p.c.Organization)
		}
		if err != nil {
			return err
		}
		if err := decide(tx, p); err != nil {
			return err
		}
		after, err = p.close(tx)
		return err
	})
	if err != nil {
		return nil, err
	}
	d.live.Publish(string(id))
	return after, nil
}

// openFor loads a case for writing by somebody who may see it.
func (d *Desk) openFor(tx *store.Tx, id cases.ID, by hand, at time.Time) (*pen, error) {
	p, err := d.open(tx, id, by.Actor(), at)
	if err == nil {
		err = by.SeesCase(p.c.Organization)
	}
	return p, err
}

// open loads a case for writing.
func (d *Desk) open(tx *store.Tx, id cases.ID, by cases.Actor, at time.Time) (*pen, error) {
	c, past, err := tx.Case(id)
	if err != nil {
		return nil, err
	}
	con, err := d.contracts.Version(c.Contract)
	if err != nil {
		return nil, err
	}
	return &pen{con: con, before: c.Clone(), past: past, c: c, at: at, by: by, telling: &telling{desk: d, tx: tx}}, nil
}

// ahead is a case that was read before its act's turn came.
type ahead struct {
	id   cases.ID
	c    *cases.Case
	past []cases.Event
}

// reopen is [Desk.open] for such a case: it is read again only if somebody
// changed it meanwhile.
func (d *Desk) reopen(tx *store.Tx, one ahead, by cases.Actor, at time.Time) (*pen, error) {
	version, err := tx.CaseVersion(one.id)
	if err != nil {
		return nil, err
	}
	if version != one.c.Version {
		return d.open(tx, one.id, by, at)
	}
	con, err := d.contracts.Version(one.c.Contract)
	if err != nil {
		return nil, err
	}
	return &pen{con: con, before: one.c.Clone(), past: one.past, c: one.c, at: at, by: by, telling: &telling{desk: d, tx: tx}}, nil
}

// retarget writes what a change of priority brought to the clocks, and a miss
// at once where a deadline is past already.
func (p *pen) retarget(e clock.Effect) error {
	if err := p.writeFacts(p.by, e.Facts(p.at)); err != nil {
		return err
	}
	return p.judgeOverdue()
}
