package agent

import (
	"context"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/a-h/templ"

	"madoguchi/internal/desk"
	"madoguchi/internal/doors/web/ui"
	"madoguchi/internal/records/store"
)

// AddContact adds a person to an organization.
func (p *Pages) AddContact(w http.ResponseWriter, r *http.Request, who desk.Viewer) error {
	c := store.Contact{Organization: r.PathValue("id"), Name: r.PostFormValue("name"), Language: r.PostFormValue("language")}
	for _, a := range lines(r.PostFormValue("addresses")) {
		c.Addresses = append(c.Addresses, store.ContactAddress{Addr: a, Verified: true})
	}
	for _, n := range lines(r.PostFormValue("phones")) {
		c.Phones = append(c.Phones, store.ContactPhone{Shown: n})
	}
	_, err := p.desk.PutContact(r.Context(), who, c)
	if err == nil {
		return p.done(w, r, "contact.created", "/customers/"+c.Organization)
	}
	problems, ok := ui.FormErrors(r.Context(), err)
	if !ok {
		return err
	}
	return p.customer(w, r, who, refused, c.Organization, ContactForm{
		Name: c.Name, Addresses: r.PostFormValue("addresses"), Phones: r.PostFormValue("phones"), Language: c.Language, Errors: problems,
	})
}

// ContactView is one person of a customer.
type ContactView struct {
	ID, Organization, Company string
	Name, Kana, Title, Code   string
	Language, Zone, Note      string
	Agree, Instruct, Archived bool
	Addresses                 []ReachRow
	Phones                    []ReachRow
	Languages                 []ui.Option
	AddressKinds, PhoneKinds  []ui.Option
	Ways                      []ui.Option // how something was verified
	Errors                    map[string]string

	Cases    []CaseLine
	History  []DoneRow
	Merged   []MergedRow // contacts that were merged into this one
	Into     string      // id of the contact that goes on
	Erased   bool
	MayMerge bool
	MayData  bool // export and erase
}

// ReachRow is an address or a number in the form.
type ReachRow struct {
	Value, Kind, How string
	Main             bool
	When, By         string // of the verification
	Number           string // E.164
}

// MergedRow is a contact that was merged into another.
type MergedRow struct{ ID, Name, When string }

// moreRows is how many empty rows the form has.
const moreRows = 2

// maxRows bounds what one form may hold.
const maxRows = 30

// Contact shows a person.
func (p *Pages) Contact(w http.ResponseWriter, r *http.Request, who desk.Viewer) error {
	c, err := p.desk.Contact(r.Context(), who, r.PathValue("id"))
	if err != nil {
		return err
	}
	return p.contact(w, r, who, http.StatusOK, c, nil)
}

// PutContact changes a person.
func (p *Pages) PutContact(w http.ResponseWriter, r *http.Request, who desk.Viewer) error {
	have, err := p.desk.Contact(r.Context(), who, r.PathValue("id"))
	if err != nil {
		return err
	}
	c := contactFrom(r, have)
	if _, err = p.desk.PutContact(r.Context(), who, c); err == nil {
		return p.done(w, r, "saved", "/contacts/"+c.ID)
	}
	problems, ok := ui.FormErrors(r.Context(), err)
	if !ok {
		return err
	}
	return p.contact(w, r, who, refused, c, problems)
}

func (p *Pages) contact(w http.ResponseWriter, r *http.Request, who desk.Viewer, status int, c store.Contact, problems map[string]string) error {
	ctx := r.Context()
	v := contactViewOf(ctx, c, problems)
	v.MayData = who.Can(desk.HandlePersonalData)
	v.MayMerge = who.Can(desk.EditContacts)
	o, err := p.desk.Customer(ctx, who, c.Organization)
	if err != nil {
		return err
	}
	v.Company = ui.Either(ctx, o.NameJA, o.NameEN)
	running, err := p.desk.ContactCases(ctx, who, c.ID)
	if err != nil {
		return err
	}
	v.Cases = p.caseLines(r, running)
	done, err := p.desk.ContactHistory(ctx, who, c.ID)
	if err != nil {
		return err
	}
	v.History = doneRows(ctx, done)
	merges, err := p.desk.MergedInto(ctx, who, c.ID)
	if err != nil {
		return err
	}
	for _, m := range merges {
		v.Merged = append(v.Merged, MergedRow{ID: m.From, Name: m.Was.Name, When: ui.Moment(ctx, m.At)})
	}
	return p.show(w, r, status, v.Name, "customers", func(page ui.Page) templ.Component { return ContactPage(page, v) })
}

func contactViewOf(ctx context.Context, c store.Contact, problems map[string]string) ContactView {
	v := ContactView{
		ID: c.ID, Organization: c.Organization, Name: c.Name, Kana: c.Kana, Title: c.Title, Code: c.Code, Language: c.Language, Zone: c.Zone, Note: c.Note,
		Agree: !c.MayNotAgree, Instruct: !c.MayNotInstruct, Archived: c.Archived, Into: c.MergedInto, Erased: !c.Erased.IsZero(),
		Languages: ui.Languages(), Errors: problems,
		AddressKinds: choices(ctx, "contact.kind.", desk.AddressKinds), PhoneKinds: choices(ctx, "contact.phone-kind.", desk.PhoneKinds),
		Ways: choices(ctx, "contact.how.", []string{"none", desk.VerifiedRegistered, desk.VerifiedMail, desk.VerifiedLink, desk.VerifiedPhone}),
	}
	for _, a := range c.Addresses {
		row := ReachRow{Value: a.Addr, Kind: a.Kind, How: "none", Main: a.Main}
		if a.Verified {
			row.How, row.When = a.How, ui.Moment(ctx, a.At)
		}
		v.Addresses = append(v.Addresses, row)
	}
	for _, n := range c.Phones {
		row := ReachRow{Value: phoneText(n), Kind: n.Kind, How: "none", Main: n.Main, Number: n.Number}
		if n.Verified {
			row.How, row.When = n.How, ui.Moment(ctx, n.At)
		}
		v.Phones = append(v.Phones, row)
	}
	for range moreRows {
		v.Addresses = append(v.Addresses, ReachRow{Kind: "work", How: desk.VerifiedRegistered})
		v.Phones = append(v.Phones, ReachRow{Kind: "work", How: "none"})
	}
	return v
}

func phoneText(n store.ContactPhone) string {
	if n.Ext == "" {
		return n.Shown
	}
	return n.Shown + " x" + n.Ext
}

func choices(ctx context.Context, prefix string, values []string) []ui.Option {
	out := make([]ui.Option, len(values))
	for i, value := range values {
		out[i] = ui.Option{Value: value, Label: ui.T(ctx, prefix+value)}
	}
	return out
}

// contactFrom reads the form over what is known.
func contactFrom(r *http.Request, c store.Contact) store.Contact {
	value := r.PostFormValue
	c.Name, c.Kana, c.Title, c.Language, c.Zone, c.Note, c.Code = value("name"), value("kana"), value("title"), value("language"), value("zone"), value("note"), value("code")
	c.MayNotAgree, c.MayNotInstruct, c.Archived = value("agree") == "", value("instruct") == "", value("archived") != ""
	was := c
	c.Addresses, c.Phones = nil, nil
	for i := range maxRows {
		n := strconv.Itoa(i)
		if addr := strings.TrimSpace(value("addr-" + n)); addr != "" {
			a := store.ContactAddress{Addr: addr, Kind: value("addr-kind-" + n), Main: value("addr-main") == n}
			for _, w := range was.Addresses {
				if w.Addr == strings.ToLower(addr) {
					a.How, a.At, a.By = w.How, w.At, w.By
				}
			}
			how := value("addr-how-" + n)
			if a.Verified = how != "none" && how != ""; a.Verified && how != a.How {
				a.How, a.At, a.By = how, time.Time{}, ""
			}
			c.Addresses = append(c.Addresses, a)
		}
		if shown := strings.TrimSpace(value("phone-" + n)); shown != "" {
			p := store.ContactPhone{Shown: shown, Kind: value("phone-kind-" + n), Main: value("phone-main") == n}
			for _, w := range was.Phones {
				if phoneText(w) == shown {
					p.How, p.At, p.By = w.How, w.At, w.By
				}
			}
			how := value("phone-how-" + n)
			if p.Verified = how != "none" && how != ""; p.Verified && how != p.How {
				p.How, p.At, p.By = how, time.Time{}, ""
			}
			c.Phones = append(c.Phones, p)
		}
	}
	return c
}

// contactList is a page of a customer's people, by what the address asks for.
func (p *Pages) contactList(r *http.Request, who desk.Viewer, organization, at string) (ContactList, error) {
	l := ContactList{At: at, Query: strings.TrimSpace(r.FormValue("people"))}
	q := store.ContactQuery{Organization: organization, Search: l.Query, Limit: pageSize}
	if err := ui.Unseal(r.FormValue("after"), &q.After); err != nil {
		return l, err
	}
	people, next, err := p.desk.Contacts(r.Context(), who, q)
	if err != nil {
		return l, err
	}
	l.Rows, l.Long = contactRows(people), l.Query != "" || !q.After.End() || !next.End()
	if !next.End() {
		l.After, err = ui.Seal(next)
	}
	return l, err
}

func contactRows(people []store.Contact) []ContactRow {
	var out []ContactRow
	for _, m := range people {
		var phones []string
		for _, n := range m.Phones {
			phones = append(phones, phoneText(n))
		}
		out = append(out, ContactRow{ID: m.ID, Name: m.Name, Addresses: strings.Join(addresses(m), ", "), Phones: strings.Join(phones, ", "), Language: ui.LanguageName(m.Language)})
	}
	return out
}

func addresses(c store.Contact) []string {
	out := make([]string, 0, len(c.Addresses))
	for _, a := range c.Addresses {
		out = append(out, a.Addr)
	}
	return out
}

func inputMode(name string) string {
	if name == "phone" {
		return "tel"
	}
	return "email"
}
