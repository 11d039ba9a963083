package desk

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"time"

	"madoguchi/internal/records/store"
	"madoguchi/terms/cases"
	"madoguchi/terms/fault"
)

// PersonExport is everything that the desk has about one person of a customer,
// for that person: what they wrote and got, what was done in their name, what
// the registry says. Of what others wrote it says only that it names them.
type PersonExport struct {
	Made     time.Time
	Customer string
	Person   store.Contact
	Cases    []ExportedCase
	Letters  []store.Letter
	History  []Done
	Mails    []ExportedMail `json:"-"`
}

// ExportedCase is a case in which the person is named.
type ExportedCase struct {
	Number    string
	Subject   string
	Reception time.Time
	Entries   []ExportedEntry
}

// ExportedEntry is one event about the person.
type ExportedEntry struct {
	At      time.Time
	Type    string
	By      string          // empty: another person of their company
	Subject string          // of a mail
	Text    string          // of a mail
	Data    json.RawMessage // the event as it is kept; empty for what others wrote
	Mail    string          // name of the file with the original; empty: none
}

// ExportedMail is an original that is the person's own, or was sent to them.
type ExportedMail struct {
	Name string
	Raw  []byte
}

// ExportPerson gathers everything about a person. The audit
// keeps that it was done.
func (d *Desk) ExportPerson(ctx context.Context, who Viewer, contact string) (PersonExport, error) {
	x := PersonExport{Made: d.now()}
	if err := who.May(HandlePersonalData); err != nil {
		return x, err
	}
	var err error
	if x.Person, err = d.Contact(ctx, who, contact); err != nil {
		return x, err
	}
	about, err := d.whatToErase(ctx, store.ErasureRecord{ID: "00000000export", Kind: ErasePerson, Subject: contact, Organization: x.Person.Organization})
	if err != nil {
		return x, err
	}
	x.Customer = about.organization.Name(x.Person.Language)
	if x.History, err = d.ContactHistory(ctx, who, contact); err != nil {
		return x, err
	}
	letters, err := d.store.ListLetters(ctx, store.Only(x.Person.Organization), 500)
	if err != nil {
		return x, err
	}
	for _, l := range letters {
		if slices.ContainsFunc(l.Recipients, func(r store.LetterRecipient) bool { return r.Contact == contact }) {
			l.Recipients = slices.DeleteFunc(l.Recipients, func(r store.LetterRecipient) bool { return r.Contact != contact })
			x.Letters = append(x.Letters, l)
		}
	}
	// What an erasure would take is what is about the person.
	taking := d.taking(store.ErasureRecord{ID: "00000000export", Kind: ErasePerson}, about)
	for _, id := range about.cases {
		if err := d.exportCase(ctx, &x, taking, id); err != nil {
			return x, err
		}
	}
	return x, d.store.Write(ctx, func(tx *store.Tx) error {
		return tx.PutAudit(d.audit(who, "contact.exported", contact, ""))
	})
}

func (d *Desk) exportCase(ctx context.Context, x *PersonExport, taking *cases.Erasure, id cases.ID) error {
	c, events, err := d.store.Case(ctx, id)
	if err != nil {
		return err
	}
	out := ExportedCase{Number: d.number(c), Subject: c.Subject, Reception: c.Reception}
	for _, e := range events {
		_, about, err := taking.Apply(e)
		if err != nil {
			return err
		}
		if !about {
			continue
		}
		entry := ExportedEntry{At: e.At, Type: e.Data.Type(), By: e.Actor.Name}
		whole := true
		switch m := e.Data.(type) {
		case cases.MessageReceived:
			entry.At = m.Received
			if whole = taking.Writes(m.From); whole {
				entry.Subject, entry.Text = m.Subject, m.Text
				entry.Mail, err = d.exportMail(x, len(x.Mails)+1, func() ([]byte, error) { return d.store.InboundRaw(ctx, m.Source) })
			}
		case cases.MessageReread:
			whole = taking.Writes(m.From)
		case cases.Replied:
			entry.Subject, entry.Text = m.Subject, m.Text
			entry.Mail, err = d.exportMail(x, len(x.Mails)+1, func() ([]byte, error) {
				sent, err := d.store.OutboundByMessage(ctx, m.Message)
				if err != nil {
					return nil, err
				}
				return d.store.OutboundRaw(ctx, sent.ID)
			})
		case cases.Acknowledged:
			entry.Subject, entry.Text = m.Subject, m.Text
		case cases.PriorityTold:
			entry.Subject, entry.Text = m.Subject, m.Text
		}
		if err != nil {
			return err
		}
		if whole {
			if entry.Data, err = cases.Encode(e.Data); err != nil {
				return err
			}
		} else {
			entry.By = ""
		}
		out.Entries = append(out.Entries, entry)
	}
	if len(out.Entries) > 0 {
		x.Cases = append(x.Cases, out)
	}
	return nil
}

// exportMail adds an original; one that is gone is left out.
func (d *Desk) exportMail(x *PersonExport, n int, read func() ([]byte, error)) (string, error) {
	raw, err := read()
	if fault.Is(err, fault.NotFound) {
		return "", nil
	}
	if err != nil {
		return "", err
	}
	name := fmt.Sprintf("mails/%04d.eml", n)
	x.Mails = append(x.Mails, ExportedMail{Name: name, Raw: raw})
	return name, nil
}
