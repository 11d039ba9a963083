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
	known, err := d.Mentionable(ctx)
	if err != nil {
		return nil, err
	}
	return d.work(ctx, who, id, func(c *cases.Case) ([]cases.Data, error) {
		return c.Note(cases.Noted{Note: newID(), Text: text, Mentions: cases.MentionsIn(text, known)})
	})
}

// SetStatus moves the case to another state; see [cases.Case.SetStatus]. One is
// resolved or closed only when the fields are filled that are required for it.
func (d *Desk) SetStatus(ctx context.Context, who Viewer, id cases.ID, to cases.Status, reason string) (*cases.Case, error) {
	return d.workIn(ctx, who, id, func(tx *store.Tx, c *cases.Case) ([]cases.Data, error) {
		if err := d.finishable(tx, c, to); err != nil {
			return nil, err
		}
		return c.SetStatus(to, reason)
	})
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
	return d.work(ctx, who, id, func(c *cases.Case) ([]cases.Data, error) {
		facts, err := c.Assign(agent, name)
		if err == nil && agent != "" && c.Status == cases.New {
			facts = append(facts, cases.StatusChanged{From: cases.New, To: cases.Open})
		}
		return facts, err
	})
}

// Retitle changes the subject that the desk shows.
func (d *Desk) Retitle(ctx context.Context, who Viewer, id cases.ID, subject string) (*cases.Case, error) {
	return d.work(ctx, who, id, func(c *cases.Case) ([]cases.Data, error) { return c.Retitle(subject) })
}

// ConfirmPerson makes an unverified participant one that may be written to.
func (d *Desk) ConfirmPerson(ctx context.Context, who Viewer, id cases.ID, addr string) (*cases.Case, error) {
	return d.work(ctx, who, id, func(c *cases.Case) ([]cases.Data, error) { return c.Confirm(addr) })
}

func (d *Desk) work(ctx context.Context, who Viewer, id cases.ID, decide func(*cases.Case) ([]cases.Data, error)) (*cases.Case, error) {
	return d.workIn(ctx, who, id, func(_ *store.Tx, c *cases.Case) ([]cases.Data, error) { return decide(c) })
}

// workIn is work whose decision needs more than the case.
func (d *Desk) workIn(ctx context.Context, who Viewer, id cases.ID, decide func(*store.Tx, *cases.Case) ([]cases.Data, error)) (*cases.Case, error) {
	if err := who.May(WorkCases); err != nil {
		return nil, err
	}
	at, end := d.begin()
	defer end()
	return d.change(ctx, id, who, at, func(tx *store.Tx, p *pen) error {
		facts, err := decide(tx, p.c)
		if err != nil {
			return err
		}
		return p.write(nil, facts...)
	})
}
