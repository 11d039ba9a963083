package desk

import (
	"cmp"
	"context"

	"madoguchi/internal/records/store"
	"madoguchi/terms/cases"
	"madoguchi/terms/contract"
	"madoguchi/terms/fault"
)

// Identify says which customer an unidentified case belongs to. Its clock
// starts at the first reception, under the contract in force then: the time
// it took to find out is not taken from the customer. With contact empty, the
// person stays unverified.
func (d *Desk) Identify(ctx context.Context, who Viewer, id cases.ID, organization, contact string) (*cases.Case, error) {
	if err := who.May(WorkCases); err != nil {
		return nil, err
	}
	return d.change(ctx, id, who, d.now(), func(tx *store.Tx, p *pen) error {
		org, err := tx.Organization(organization)
		if err == nil {
			err = who.SeesCustomer(organization)
		}
		if fault.Is(err, fault.NotFound) {
			return fault.New(fault.Invalid, "お客様を選んでください。", "Please choose the customer.").At("organization")
		}
		if err != nil {
			return err
		}
		s := sender{org: &org}
		if contact != "" {
			c, err := tx.Contact(contact)
			if err != nil {
				return err
			}
			if c.Organization != org.ID {
				return fault.New(fault.Invalid, "そのご担当者は別のお客様に登録されています。", "That contact belongs to another customer.").At("contact")
			}
			s.contact = &c
		}
		return d.identify(p, s)
	})
}

// identify writes whose case it is, and starts its clocks under what applies to
// that customer.
func (d *Desk) identify(p *pen, s sender) error {
	con, err := d.TermsOf(*s.org, p.c.Reception)
	if err != nil {
		return err
	}
	p.con = con
	known := cases.Identified{
		Organization: s.org.ID, OrgName: s.org.Name(p.c.Language), Region: string(p.con.HomeRegion()), Language: cmp.Or(language(s), p.c.Language),
	}
	if _, ok := con.Priority(contract.PriorityID(p.c.Priority)); !ok {
		known.Priority = string(con.InitialPriority())
	}
	if s.contact != nil {
		known.Contact = s.contact.ID
	}
	facts, err := p.c.Identify(known)
	if err != nil {
		return err
	}
	if err := p.write(p.con.SayClauses(contract.SayAckReceived), facts...); err != nil {
		return err
	}
	return p.startClock()
}

// PreviewIdentify says which clocks a case gets with a customer.
func (d *Desk) PreviewIdentify(ctx context.Context, who Viewer, id cases.ID, organization string) (Forecast, error) {
	if err := who.May(WorkCases); err != nil {
		return nil, err
	}
	c, events, err := d.caseFor(ctx, who, id)
	if err != nil {
		return nil, err
	}
	org, err := d.organizationFor(ctx, who, organization)
	if err != nil {
		return nil, err
	}
	con, err := d.contracts.Version(c.Contract)
	if err != nil {
		return nil, err
	}
	return rehearse(con, c, events, who, d.now(), func(p *pen) error { return d.identify(p, sender{org: &org}) })
}

func language(s sender) string {
	if s.contact != nil && s.contact.Language != "" {
		return s.contact.Language
	}
	return s.org.Language
}

// Dismiss declines an unidentified contact with a reason and closes it.
func (d *Desk) Dismiss(ctx context.Context, who Viewer, id cases.ID, reason string) (*cases.Case, error) {
	return d.work(ctx, who, id, func(c *cases.Case) ([]cases.Data, error) {
		if c.Organization != "" {
			return nil, fault.New(fault.Conflict, "このケースのお客様は特定済みです。", "The customer of this case is known already.")
		}
		if reason == "" {
			return nil, fault.New(fault.Invalid, "理由を入力してください。", "Please give the reason.").At("reason")
		}
		return c.SetStatus(cases.Closed, reason)
	})
}
