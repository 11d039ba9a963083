package desk

import (
	"context"
	"time"

	"madoguchi/internal/records/store"
	"madoguchi/terms/cases"
	"madoguchi/terms/fault"
)

// LinkedCase is a case that another one is linked to, as it stands now.
type LinkedCase struct {
	cases.Linked
	Row  store.CaseRow
	Open bool // it is not finished
	May  bool // people can take the link away
}

// Link links two cases: related, a duplicate, a child or a parent. The clocks
// of both stay their own.
func (d *Desk) Link(ctx context.Context, who Viewer, id, other cases.ID, why cases.LinkReason) (*cases.Case, error) {
	return d.linked(ctx, who, id, other, func(a, b *cases.Case) (here, there []cases.Data, err error) { return a.Link(b, why) })
}

// Unlink takes the link of two cases away.
func (d *Desk) Unlink(ctx context.Context, who Viewer, id, other cases.ID) (*cases.Case, error) {
	return d.linked(ctx, who, id, other, func(a, b *cases.Case) (here, there []cases.Data, err error) { return a.Unlink(b) })
}

func (d *Desk) linked(ctx context.Context, who Viewer, id, other cases.ID, decide func(a, b *cases.Case) (here, there []cases.Data, err error)) (*cases.Case, error) {
	if err := who.May(WorkCases); err != nil {
		return nil, err
	}
	if id == other {
		return nil, fault.New(fault.Invalid, "同じケースとは関連付けできません。", "A case cannot be linked to itself.").At("other")
	}
	at, end := d.begin()
	defer end()
	return d.both(ctx, other, id, who, at, func(b, a *pen) error {
		here, there, err := decide(a.c, b.c)
		if err != nil {
			return err
		}
		if err := a.write(nil, here...); err != nil {
			return err
		}
		return b.write(nil, there...)
	})
}

// linksOf are the cases that one is linked to, as far as the viewer may see them.
func (d *Desk) linksOf(ctx context.Context, who Viewer, c *cases.Case) ([]LinkedCase, error) {
	var out []LinkedCase
	for _, l := range c.Links {
		row, err := d.store.CaseRow(ctx, who.Scope(), l.Case)
		if fault.Is(err, fault.NotFound) {
			continue
		}
		if err != nil {
			return nil, err
		}
		done := row.Status == cases.Resolved || row.Status == cases.Closed
		out = append(out, LinkedCase{Linked: l, Row: row, Open: !done, May: l.Why.Other() != ""})
	}
	return out, nil
}

// FinishWith moves a case and some of its children to a state in one act: all
// of them or none. The reason counts for each.
func (d *Desk) FinishWith(ctx context.Context, who Viewer, id cases.ID, to cases.Status, reason string, children []cases.ID) error {
	if err := who.May(WorkCases); err != nil {
		return err
	}
	at, end := d.begin()
	defer end()
	touched := []string{string(id)}
	err := d.store.Write(ctx, func(tx *store.Tx) error {
		parent, err := d.finish(tx, who, id, to, reason, at)
		if err != nil {
			return err
		}
		for _, child := range children {
			if !isChild(parent, child) {
				return fault.New(fault.Conflict, "子ケースの関連が変わりました。画面を更新してください。", "The children of this case have changed. Please reload the page.")
			}
			c, err := d.finish(tx, who, child, to, reason, at)
			if err != nil {
				words, number := fault.Public(err), d.number(c)
				return fault.Wrap(fault.KindOf(err), err, number+"："+words.JA, number+": "+words.EN).At("reason")
			}
			touched = append(touched, string(child))
		}
		return nil
	})
	if err == nil {
		d.live.Publish(touched...)
	}
	return err
}

// finish moves one case to a state. The case is returned beside a refusal too.
func (d *Desk) finish(tx *store.Tx, who Viewer, id cases.ID, to cases.Status, reason string, at time.Time) (*cases.Case, error) {
	p, err := d.openFor(tx, id, who, at)
	if err != nil {
		return &cases.Case{ID: id}, err
	}
	if err := d.finishable(tx, p.c, to); err != nil {
		return p.c, err
	}
	facts, err := p.c.SetStatus(to, reason)
	if err != nil {
		return p.c, err
	}
	if err := p.write(nil, facts...); err != nil {
		return p.c, err
	}
	return p.close(tx)
}

func isChild(parent *cases.Case, id cases.ID) bool {
	for _, l := range parent.Children() {
		if l.Case == id {
			return true
		}
	}
	return false
}
