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
		if p.con, err = d.TermsOf(org, p.c.Reception); err != nil {
			return err
		}
		facts, err := p.c.Identify(cases.Identified{
			Organization: org.ID, OrgName: org.Name(p.c.Language), Contact: contact, Region: string(p.con.HomeRegion()),
			Language: cmp.Or(language(s), p.c.Language),
		})
		if err != nil {
			return err
		}
		if err := p.write(p.con.SayClauses(contract.SayAckReceived), facts...); err != nil {
			return err
		}
		return p.startClock()
	})
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
