package desk

import (
	"context"

	"madoguchi/internal/records/store"
	"madoguchi/terms/cases"
	"madoguchi/terms/fault"
)

// Note adds an internal note. It stops no clock and reaches no customer;
// whom it names with "@" is told.
func (d *Desk) Note(ctx context.Context, who Viewer, id cases.ID, text string) (*cases.Case, error) {
	return d.work(ctx, who, id, func(c *cases.Case) ([]cases.Data, error) {
		known, err := d.Mentionable(ctx, c.Organization)
		if err != nil {
			return nil, err
		}
		return c.Note(cases.Noted{Note: newID(), Text: text, Mentions: cases.MentionsIn(text, known)})
	})
}

// SetStatus moves the case to another state; see [cases.Case.SetStatus]. One is
// resolved or closed only when the fields are filled that are required for it.
func (d *Desk) SetStatus(ctx context.Context, who Viewer, id cases.ID, to cases.Status, reason string) (*cases.Case, error) {
	return d.do(ctx, who, id, d.movingTo(to, reason), nil)
}

func (d *Desk) movingTo(to cases.Status, reason string) step {
	return func(tx *store.Tx, p *pen) error {
		if err := d.finishable(tx, p.c, to); err != nil {
			return err
		}
		return p.moveTo(to, reason)
	}
}

// moveTo moves the case to another state, and the clocks follow.
func (p *pen) moveTo(to cases.Status, reason string) error {
	facts, err := p.c.SetStatus(to, reason)
	return p.writeOr(err, facts)
}

// Restore records that the customer's service works again, or that a
// workaround was given; see [cases.Case.Restore].
func (d *Desk) Restore(ctx context.Context, who Viewer, id cases.ID, workaround bool, reason string) (*cases.Case, error) {
	return d.work(ctx, who, id, func(c *cases.Case) ([]cases.Data, error) {
		return c.Restore(cases.ServiceRestored{Workaround: workaround, Reason: reason})
	})
}

// Assign gives the case to a person of the desk, or with an empty id back to
// the queue. A new case that gets somebody is open.
func (d *Desk) Assign(ctx context.Context, who Viewer, id cases.ID, agent string) (*cases.Case, error) {
	s, err := d.assigning(ctx, agent)
	return d.do(ctx, who, id, s, err)
}

func (d *Desk) assigning(ctx context.Context, agent string) (step, error) {
	name := ""
	if agent != "" {
		a, err := d.store.Agent(ctx, agent)
		if err != nil {
			return nil, err
		}
		if a.Disabled {
			return nil, fault.New(fault.Invalid, "その方は現在利用停止中です。", "That person's account is disabled.").At("agent")
		}
		name = a.Name
	}
	return func(_ *store.Tx, p *pen) error { return p.assign(agent, name) }, nil
}

// assign gives the case to a person; a new case that gets somebody is open.
func (p *pen) assign(agent, name string) error { return p.assignWith(agent, name, nil) }

// assignWith is assign with why it was this person.
func (p *pen) assignWith(agent, name string, why *cases.AssignReason) error {
	facts, err := p.c.Assign(agent, name)
	if why != nil {
		facts = cases.WithReason(facts, *why)
	}
	if err == nil && agent != "" && p.c.Status == cases.New {
		facts = append(facts, cases.StatusChanged{From: cases.New, To: cases.Open})
	}
	return p.writeOr(err, facts)
}

// Retitle changes the subject that the desk shows.
func (d *Desk) Retitle(ctx context.Context, who Viewer, id cases.ID, subject string) (*cases.Case, error) {
	return d.work(ctx, who, id, func(c *cases.Case) ([]cases.Data, error) { return c.Retitle(subject) })
}

// ConfirmPerson makes an unverified participant one that may be written to.
func (d *Desk) ConfirmPerson(ctx context.Context, who Viewer, id cases.ID, addr string) (*cases.Case, error) {
	return d.work(ctx, who, id, func(c *cases.Case) ([]cases.Data, error) { return c.Confirm(addr) })
}

// step is what an act does to a case, decided and written with the case's pen:
// the same for one case and for each of many.
type step func(*store.Tx, *pen) error

// do takes a step on one case. The error is that of making the step.
func (d *Desk) do(ctx context.Context, who Viewer, id cases.ID, s step, err error) (*cases.Case, error) {
	if may := who.May(WorkCases); may != nil {
		return nil, may
	}
	if err != nil {
		return nil, err
	}
	at, end := d.begin()
	defer end()
	return d.change(ctx, id, who, at, s)
}

func (d *Desk) work(ctx context.Context, who Viewer, id cases.ID, decide func(*cases.Case) ([]cases.Data, error)) (*cases.Case, error) {
	return d.do(ctx, who, id, deciding(decide), nil)
}

// deciding is a step that needs nothing but the case.
func deciding(decide func(*cases.Case) ([]cases.Data, error)) step {
	return func(_ *store.Tx, p *pen) error {
		facts, err := decide(p.c)
		return p.writeOr(err, facts)
	}
}
