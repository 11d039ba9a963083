package desk

import (
	"slices"

	"madoguchi/internal/records/store"
	"madoguchi/terms/cases"
	"madoguchi/terms/fault"
)

// erase carries an erasure out, within one act.
func (d *Desk) erase(tx *store.Tx, who Viewer, e *store.ErasureRecord, x erased) error {
	t := d.taking(*e, x)
	var contacts, addresses []string
	for _, c := range x.people {
		contacts = append(contacts, c.ID)
		for _, a := range c.Addresses {
			addresses = append(addresses, a.Addr)
		}
	}
	e.Counts = store.ErasureCounts{People: len(x.people)}
	for _, id := range x.cases {
		if err := d.eraseCase(tx, who.Actor(), e, t, id, addresses); err != nil {
			return err
		}
	}
	if err := d.eraseAlone(tx, e, t, contacts, addresses); err != nil {
		return err
	}
	rewrite := func(s string) string { return t.Text(s) }
	letters := contacts
	subjects := slices.Clone(contacts)
	if t.All {
		letters = nil
		subjects = append(subjects, e.Subject)
	}
	n, err := tx.EraseLetters(e.Organization, letters, t.Name, t.Address, rewrite)
	if err != nil {
		return err
	}
	e.Counts.Letters = n
	if n, err = tx.EraseTraces(subjects, addresses, x.cases, rewrite, t.All); err != nil {
		return err
	}
	e.Counts.Letters += n
	if err := tx.EraseImports(subjects); err != nil {
		return err
	}
	if err := tx.ForgetMerged(contacts); err != nil {
		return err
	}
	return d.erasePeople(tx, e, x)
}

// eraseCase takes the data out of one case: its events and its originals.
func (d *Desk) eraseCase(tx *store.Tx, by cases.Actor, e *store.ErasureRecord, t *cases.Erasure, id cases.ID, addresses []string) error {
	before, events, err := tx.Case(id)
	if err != nil {
		return err
	}
	// Whose mails they are is known only before the events are changed.
	mails, err := d.mailsToErase(tx, e, t, before, events, addresses)
	if err != nil {
		return err
	}
	work, said, err := tx.Erase(id, t)
	if err != nil {
		return err
	}
	if len(said) > 0 {
		// The fact is written as it is, also into a case that takes no further
		// act: one that was merged, or that a newer build wrote into.
		after, err := tx.Append(before, cases.Event{
			Case: id, At: d.now(), Actor: by, Contract: before.Contract,
			Data: cases.Erased{
				Erasure: e.ID, Of: e.Kind, Basis: e.Basis, Originals: e.Originals, Events: said,
				Asked: cases.Actor{Kind: cases.Agent, ID: e.AskedBy, Name: e.AskedName},
			},
		})
		if err != nil {
			return err
		}
		if err := work.Write(after); err != nil {
			return err
		}
		e.Counts.Cases++
		e.Counts.Events += len(said)
	}
	return eraseMails(tx, e, t, mails)
}

// mailsToErase are the originals of a case that go: those from and to the
// person, and if it was asked for all that name them.
func (d *Desk) mailsToErase(tx *store.Tx, e *store.ErasureRecord, t *cases.Erasure, c *cases.Case, events []cases.Event, addresses []string) ([]store.KeptMail, error) {
	kept, err := tx.MailsOf(c.ID)
	if err != nil {
		return nil, err
	}
	theirs := map[string]bool{} // sources of received mails, ids of our messages
	for _, ev := range events {
		switch m := ev.Data.(type) {
		case cases.MessageReceived:
			if t.Writes(m.From) {
				theirs[m.Source] = true
				continue
			}
			_, named, err := t.Apply(ev)
			if err != nil {
				return nil, err
			}
			theirs[m.Source] = theirs[m.Source] || named && e.Originals
		case cases.Replied:
			_, named, err := t.Apply(ev)
			if err != nil {
				return nil, err
			}
			theirs[m.Message] = named
		}
	}
	var out []store.KeptMail
	for _, m := range kept {
		to := slices.ContainsFunc(m.Recipients, func(a string) bool { return slices.Contains(addresses, a) })
		if !t.All && !theirs[m.ID] && !theirs[m.Message] && (m.Table == "inbound" || !to) {
			continue
		}
		if m.Table == "outbound" && (m.State == string(store.OutboundQueued) || m.State == string(store.OutboundSending)) {
			return nil, fault.New(fault.Conflict, "送信待ちのメールがあります（"+d.number(c)+"）。送信が終わってから、もう一度実行してください。", "A mail of "+d.number(c)+" waits to be sent. Please try again when it has left.")
		}
		out = append(out, m)
	}
	return out, nil
}

// eraseAlone takes the originals that are in no case: letters, and mails that
// never got into one.
func (d *Desk) eraseAlone(tx *store.Tx, e *store.ErasureRecord, t *cases.Erasure, contacts, addresses []string) error {
	only := contacts
	if t.All {
		only = nil
	}
	mails, err := tx.MailsOfLetters(e.Organization, only)
	if err != nil {
		return err
	}
	for _, a := range addresses {
		more, err := tx.MailsFrom(a)
		if err != nil {
			return err
		}
		mails = append(mails, more...)
	}
	return eraseMails(tx, e, t, mails)
}

func eraseMails(tx *store.Tx, e *store.ErasureRecord, t *cases.Erasure, mails []store.KeptMail) error {
	for _, m := range mails {
		if m.SHA256 == "" {
			continue
		}
		blob, err := tx.EraseMail(m, t.Address)
		if err != nil {
			return err
		}
		e.Counts.Mails++
		if blob != "" && !slices.Contains(e.Blobs, blob) {
			e.Blobs = append(e.Blobs, blob)
		}
	}
	return nil
}

// erasePeople leaves of each person, and of a whole customer, a row that says
// no more than that it was erased.
func (d *Desk) erasePeople(tx *store.Tx, e *store.ErasureRecord, x erased) error {
	for _, c := range x.people {
		if !c.Erased.IsZero() {
			continue
		}
		gone := store.Contact{
			ID: c.ID, Organization: c.Organization, Name: "（削除済み）", Language: c.Language, MergedInto: c.MergedInto,
			MayNotAgree: true, MayNotInstruct: true, Created: c.Created, Updated: d.now(), Archived: true, Erased: d.now(),
		}
		if err := tx.PutContact(gone); err != nil {
			return err
		}
	}
	if e.Kind != EraseOrganization {
		return nil
	}
	o := x.organization
	return tx.PutOrganization(store.Organization{
		ID: o.ID, NameJA: "（削除済み）", NameEN: "(erased)", Contract: o.Contract, Language: o.Language, Started: o.Started, Ended: o.Ended,
		Created: o.Created, Updated: d.now(), Archived: true, Erased: d.now(),
	})
}
