package desk

import (
	"context"
	"errors"
	"slices"

	"madoguchi/internal/records/store"
	"madoguchi/terms/fault"
)

// ContactMergePlan is what a merge of two contacts would do.
type ContactMergePlan struct {
	From, Into store.Contact
	After      store.Contact // Into as it would be
	Cases      int           // of From
}

// PlanContactMerge says what it would mean that two contacts are one person.
func (d *Desk) PlanContactMerge(ctx context.Context, who Viewer, from, into string) (ContactMergePlan, error) {
	var p ContactMergePlan
	var err error
	if p.From, err = d.Contact(ctx, who, from); err != nil {
		return p, err
	}
	if p.Into, err = d.Contact(ctx, who, into); err != nil {
		return p, err
	}
	if p.After, err = mergedContact(p.From, p.Into); err != nil {
		return p, err
	}
	list, err := d.ContactCases(ctx, who, from)
	p.Cases = len(list)
	return p, err
}

// mergedContact is the contact that goes on: it keeps what it has, and takes
// what it lacks from the other.
func mergedContact(from, into store.Contact) (store.Contact, error) {
	switch {
	case from.ID == into.ID:
		return into, fault.New(fault.Invalid, "別のご担当者を選んでください。", "Please choose another contact.").At("into")
	case from.Organization != into.Organization:
		return into, fault.New(fault.Invalid, "別のお客様のご担当者とは統合できません。", "Contacts of two customers cannot be merged.").At("into")
	case from.MergedInto != "" || into.MergedInto != "" || !from.Erased.IsZero() || !into.Erased.IsZero():
		return into, fault.New(fault.Conflict, "統合または削除されたご担当者は選べません。", "A contact that was merged or erased cannot be chosen.").At("into")
	}
	after := into
	after.Addresses, after.Phones = slices.Clone(into.Addresses), slices.Clone(into.Phones)
	for _, a := range from.Addresses {
		a.Main = a.Main && len(into.Addresses) == 0
		after.Addresses = append(after.Addresses, a)
	}
	for _, p := range from.Phones {
		if !slices.ContainsFunc(into.Phones, func(h store.ContactPhone) bool { return h.Number == p.Number && h.Ext == p.Ext }) {
			p.Main = p.Main && len(into.Phones) == 0
			after.Phones = append(after.Phones, p)
		}
	}
	for _, f := range []struct{ have, other *string }{
		{&after.Code, &from.Code},
		{&after.Kana, &from.Kana},
		{&after.Title, &from.Title},
		{&after.Zone, &from.Zone},
		{&after.Note, &from.Note},
		{&after.Language, &from.Language},
	} {
		if *f.have == "" {
			*f.have = *f.other
		}
	}
	return after, nil
}

// MergeContacts makes two contacts of a customer one: what was one's belongs to
// the other from now on, mail from either address and the cases of both.
// Who edits contacts may; it can be undone.
func (d *Desk) MergeContacts(ctx context.Context, who Viewer, from, into string) (store.Contact, error) {
	if err := who.May(EditContacts); err != nil {
		return store.Contact{}, err
	}
	var after store.Contact
	err := d.store.Write(ctx, func(tx *store.Tx) error {
		f, err := tx.Contact(from)
		if err != nil {
			return err
		}
		i, err := tx.Contact(into)
		if err != nil {
			return err
		}
		if err := errors.Join(who.seesContact(f), who.seesContact(i)); err != nil {
			return err
		}
		if after, err = mergedContact(f, i); err != nil {
			return err
		}
		after.Updated = d.now()
		gone := f
		gone.Addresses, gone.Phones, gone.Archived, gone.MergedInto, gone.Updated = nil, nil, true, into, d.now()
		if err := tx.PutContact(gone); err != nil { // first: an address belongs to one contact only
			return err
		}
		if err := tx.PutContact(after); err != nil {
			return err
		}
		if err := tx.PutContactMerge(store.ContactMerge{ID: newID(), From: from, Into: into, At: d.now(), By: who.ID, Was: f}); err != nil {
			return err
		}
		return tx.PutAudit(d.audit(who, "contact.merged", into, f.Name+" → "+i.Name+"\n"+contactChanges(i, after)))
	})
	return after, err
}

// UnmergeContact undoes a merge: the contact is its own again, with those of
// its addresses and numbers that the other still has.
func (d *Desk) UnmergeContact(ctx context.Context, who Viewer, from string) error {
	if err := who.May(EditContacts); err != nil {
		return err
	}
	return d.store.Write(ctx, func(tx *store.Tx) error {
		gone, err := tx.Contact(from)
		if err != nil {
			return err
		}
		if err := who.seesContact(gone); err != nil {
			return err
		}
		list, err := tx.ContactMerges([]string{gone.MergedInto})
		if err != nil {
			return err
		}
		i := slices.IndexFunc(list, func(m store.ContactMerge) bool { return m.From == from })
		if gone.MergedInto == "" || i < 0 || !gone.Erased.IsZero() {
			return fault.New(fault.Conflict, "このご担当者は統合されていません。", "This contact is not merged.")
		}
		m := list[i]
		into, err := tx.Contact(m.Into)
		if err != nil {
			return err
		}
		was, left := m.Was, into
		was.Addresses, was.Phones = nil, nil
		left.Addresses, left.Phones = nil, nil
		for _, a := range into.Addresses {
			if slices.ContainsFunc(m.Was.Addresses, func(w store.ContactAddress) bool { return w.Addr == a.Addr }) {
				was.Addresses = append(was.Addresses, a)
			} else {
				left.Addresses = append(left.Addresses, a)
			}
		}
		for _, p := range into.Phones {
			if slices.ContainsFunc(m.Was.Phones, func(w store.ContactPhone) bool { return w.Number == p.Number && w.Ext == p.Ext }) {
				was.Phones = append(was.Phones, p)
			} else {
				left.Phones = append(left.Phones, p)
			}
		}
		was.Updated, left.Updated, was.Archived, was.MergedInto = d.now(), d.now(), m.Was.Archived, ""
		oneMain(&was)
		oneMain(&left)
		if err := tx.PutContact(left); err != nil {
			return err
		}
		if err := tx.PutContact(was); err != nil {
			return err
		}
		m.Undone, m.UndoneBy = d.now(), who.ID
		if err := tx.PutContactMerge(m); err != nil {
			return err
		}
		return tx.PutAudit(d.audit(who, "contact.unmerged", m.Into, was.Name))
	})
}

// oneMain sees to one main address and number.
func oneMain(c *store.Contact) {
	a := max(0, slices.IndexFunc(c.Addresses, func(a store.ContactAddress) bool { return a.Main }))
	for i := range c.Addresses {
		c.Addresses[i].Main = i == a
	}
	p := max(0, slices.IndexFunc(c.Phones, func(p store.ContactPhone) bool { return p.Main }))
	for i := range c.Phones {
		c.Phones[i].Main = i == p
	}
}

// ContactCases returns a person's latest cases, those of who was merged into
// them included.
func (d *Desk) ContactCases(ctx context.Context, who Viewer, contact string) ([]store.CaseRow, error) {
	c, err := d.Contact(ctx, who, contact)
	if err != nil {
		return nil, err
	}
	ids, err := d.store.MergedContacts(ctx, c.ID)
	if err != nil {
		return nil, err
	}
	return d.store.CasesOfContacts(ctx, store.Only(c.Organization), ids, 50)
}

// MergedInto returns the merges that stand into a contact.
func (d *Desk) MergedInto(ctx context.Context, who Viewer, contact string) ([]store.ContactMerge, error) {
	if _, err := d.Contact(ctx, who, contact); err != nil {
		return nil, err
	}
	return d.store.ContactMerges(ctx, []string{contact})
}
