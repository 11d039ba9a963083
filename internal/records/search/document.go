package search

import (
	"encoding/hex"
	"strconv"
	"time"

	"madoguchi/internal/records/store"
	"madoguchi/terms/cases"
)

// Document is what people read of an event: the part that is searched and
// that a result quotes.
type Document struct {
	Case     cases.ID
	Position int64
	At       time.Time // for a mail of the customer: its reception
	Who      string    // name of the sender or writer; may be empty
	Addr     string    // mail address of the sender; empty for people of the desk
	Subject  string
	Text     string
	Files    []string // names of attachments
	Others   []cases.Address
	Internal bool // a note: never shown to a customer
}

// DocumentOf returns the document of an event, and whether it has one.
// Acknowledgements have none: their sentences are the contract's, and would
// make every case a match for them.
func DocumentOf(e store.Stored) (Document, bool) {
	d := Document{Case: e.Case, Position: e.Position, At: e.At, Who: e.Actor.Name}
	switch p := e.Data.(type) {
	case cases.Opened:
		d.Who, d.Addr, d.Subject, d.At = p.Person.Name, p.Person.Addr, p.Subject, p.Reception
	case cases.MessageReceived:
		d.Who, d.Addr, d.Subject, d.Text, d.At = p.From.Name, p.From.Addr, p.Subject, p.Text, p.Received
		if d.Text == "" {
			d.Text = p.New
		}
		for _, a := range p.Attachments {
			d.Files = append(d.Files, a.Name)
		}
		d.Others = append(append(d.Others, p.To...), p.Cc...)
	case cases.MessageReread: // beside the first reading: who remembers that finds it as well
		d.Who, d.Addr, d.Subject, d.Text, d.At = p.From.Name, p.From.Addr, p.Subject, p.Text, p.Received
		for _, a := range p.Attachments {
			d.Files = append(d.Files, a.Name)
		}
	case cases.Replied:
		d.Subject, d.Text = p.Subject, p.Text
		d.Others = append(append(d.Others, p.To...), p.Cc...)
	case cases.Noted:
		d.Text, d.Internal = p.Text, true
	default:
		return Document{}, false
	}
	return d, true
}

// columns are the texts of a document by what they are to it.
type columns struct {
	body, head, who []string
	org             string // id
}

func (d Document) columns(about caseRow, names []string) columns {
	body := []string{d.Text}
	if d.Subject != about.subject { // the head has it
		body = append(body, d.Subject)
	}
	body = append(body, d.Files...)
	for _, a := range d.Others {
		body = append(body, a.Name, a.Addr)
	}
	head := append([]string{strconv.FormatInt(about.number, 10), about.subject, about.orgName}, names...)
	return columns{body: body, head: head, who: []string{d.Who, d.Addr}, org: about.organization}
}

// The tokens of documents by whether their organization is known. No id is
// written with these letters.
const (
	someOrganization = "some"
	noOrganization   = "none"
)

// organizationToken is an organization's id as one token.
func organizationToken(id string) string {
	if id == "" {
		return noOrganization
	}
	return hex.EncodeToString([]byte(id))
}

// organizationTokens are the tokens of a document that belongs to an
// organization, or to none that is known.
func organizationTokens(id string) []string {
	if id == "" {
		return []string{noOrganization}
	}
	return []string{someOrganization, organizationToken(id)}
}
