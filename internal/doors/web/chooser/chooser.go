// Package chooser looks for customers and people of customers while somebody
// types, for the choosers of all forms, and reads what a chooser sent.
//
// It owns the pages of what is found, and how a text that nobody chose from
// the list becomes the one that it names. It refuses to guess: a text that
// fits nobody, or several, comes back with the form.
//
// Start reading at [Pages.Customers] and [Customers].
package chooser

import (
	"cmp"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"madoguchi/internal/desk"
	"madoguchi/internal/doors/web/ui"
	"madoguchi/internal/records/store"
	"madoguchi/terms/fault"
)

// Where the lists are.
const (
	customersAt = "/choose/customers"
	contactsAt  = "/choose/contacts"
)

// pageSize is how many are shown at once.
const pageSize = 20

// mostTicked are so few that all are there to be ticked, with no search.
const mostTicked = 12

// Pages answers while somebody types.
type Pages struct{ desk *desk.Desk }

// New returns the pages over a desk.
func New(d *desk.Desk) *Pages { return &Pages{d} }

// Customers lists the customers that fit what was typed.
func (p *Pages) Customers(w http.ResponseWriter, r *http.Request, who desk.Viewer) error {
	q := store.OrganizationQuery{Search: strings.TrimSpace(r.FormValue("q")), Limit: pageSize}
	if err := ui.Unseal(r.FormValue("after"), &q.After); err != nil {
		return err
	}
	list, next, err := p.desk.Customers(r.Context(), who, q)
	if err != nil {
		return err
	}
	f := ui.Found{Further: !q.After.End()}
	for _, o := range list {
		f.Options = append(f.Options, ui.FoundOption{Value: o.ID, Label: ui.Either(r.Context(), o.NameJA, o.NameEN), Note: noted(o)})
	}
	if f.More, err = more(customersAt, url.Values{"q": {q.Search}}, next); err != nil {
		return err
	}
	return ui.Render(w, r, http.StatusOK, ui.ChooserList(f))
}

// noted tells customers of the same name apart.
func noted(o store.Organization) string {
	said := append([]string{o.Code}, o.Domains[:min(len(o.Domains), 2)]...)
	return strings.Join(slices.DeleteFunc(said, func(s string) bool { return s == "" }), " · ")
}

// Contacts lists the people of one customer that fit what was typed.
func (p *Pages) Contacts(w http.ResponseWriter, r *http.Request, who desk.Viewer) error {
	o, err := p.desk.Customer(r.Context(), who, r.FormValue("organization"))
	if err != nil {
		return err
	}
	q := store.ContactQuery{Organization: o.ID, Search: strings.TrimSpace(r.FormValue("q")), Limit: pageSize}
	if err := ui.Unseal(r.FormValue("after"), &q.After); err != nil {
		return err
	}
	list, next, err := p.desk.Contacts(r.Context(), who, q)
	if err != nil {
		return err
	}
	f := ui.Found{Further: !q.After.End()}
	for _, c := range list {
		f.Options = append(f.Options, ui.FoundOption{Value: c.ID, Label: c.Name, Note: c.MainAddress().Addr})
	}
	if f.More, err = more(contactsAt, url.Values{"q": {q.Search}, "organization": {o.ID}}, next); err != nil {
		return err
	}
	return ui.Render(w, r, http.StatusOK, ui.ChooserList(f))
}

func more(at string, asked url.Values, next store.Name) (string, error) {
	if next.End() {
		return "", nil
	}
	after, err := ui.Seal(next)
	asked.Set("after", after)
	return at + "?" + asked.Encode(), err
}

// Contacts reads what a chooser of a customer's people sent, as [Customers] does.
func Contacts(r *http.Request, d *desk.Desk, who desk.Viewer, name, organization string) ([]string, error) {
	ids, typed, err := sent(r, name)
	if err != nil || typed == "" {
		return ids, err
	}
	c, err := d.NamedContact(r.Context(), who, organization, typed)
	if err != nil {
		return ids, at(err, name)
	}
	return with(ids, c.ID), nil
}

// sent are the boxes that are ticked, and the text.
func sent(r *http.Request, name string) (ids []string, typed string, err error) {
	if err := r.ParseForm(); err != nil {
		return nil, "", err
	}
	ids = slices.DeleteFunc(slices.Clone(r.Form[name]), func(id string) bool { return id == "" })
	return ids, strings.TrimSpace(r.FormValue(ui.Typed(name))), nil
}

func with(ids []string, id string) []string {
	if slices.Contains(ids, id) {
		return ids
	}
	return append(ids, id)
}

// Customers reads what a chooser of customers sent: those that are ticked, and
// the one that its text names. A text that names none, or several, is refused
// at the chooser.
func Customers(r *http.Request, d *desk.Desk, who desk.Viewer, name string) ([]string, error) {
	ids, typed, err := sent(r, name)
	if err != nil || typed == "" {
		return ids, err
	}
	o, err := d.NamedCustomer(r.Context(), who, typed)
	if err != nil {
		return ids, at(err, name)
	}
	return with(ids, o.ID), nil
}

// Customer is [Customers] for one: what was typed goes before what was chosen.
func Customer(r *http.Request, d *desk.Desk, who desk.Viewer, name string) (string, error) {
	ids, err := Customers(r, d, who, name)
	return last(ids), err
}

// Contact is [Contacts] for one.
func Contact(r *http.Request, d *desk.Desk, who desk.Viewer, name, organization string) (string, error) {
	ids, err := Contacts(r, d, who, name, organization)
	return last(ids), err
}

func last(ids []string) string {
	if len(ids) == 0 {
		return ""
	}
	return ids[len(ids)-1]
}

// at says at the chooser what was wrong with its text.
func at(err error, name string) error {
	if !fault.Is(err, fault.Invalid) && !fault.Is(err, fault.Conflict) {
		return err
	}
	said := fault.Public(err)
	return fault.New(fault.Invalid, said.JA, said.EN).At(name)
}

// OfCustomers completes a chooser of customers: how those that are chosen are
// called, and what was typed when it is drawn again. Beyond are those chosen
// that the viewer does not see.
func OfCustomers(r *http.Request, d *desk.Desk, who desk.Viewer, c ui.Chooser, ids []string) (_ ui.Chooser, beyond []string, err error) {
	ids = slices.DeleteFunc(slices.Clone(ids), func(id string) bool { return id == "" })
	names, err := d.CustomerNames(r.Context(), who, ids)
	if err != nil {
		return c, nil, err
	}
	c.From, c.Words = customersAt, "chooser.customers"
	if c.Error != "" {
		c.Typed = r.FormValue(ui.Typed(c.Name))
	}
	for _, id := range ids {
		o, ok := names[id]
		if !ok {
			beyond = append(beyond, id)
			continue
		}
		c.Chosen = append(c.Chosen, ui.Option{Value: id, Label: ui.Either(r.Context(), o.NameJA, o.NameEN)})
	}
	few, next, err := d.Customers(r.Context(), who, store.OrganizationQuery{Limit: mostTicked})
	if err != nil {
		return c, nil, err
	}
	if next.End() && c.Error == "" {
		for _, o := range few {
			if !slices.Contains(ids, o.ID) {
				c.First = append(c.First, ui.Choice{Value: o.ID, Label: ui.Either(r.Context(), o.NameJA, o.NameEN)})
			}
		}
		c.From = ""
	}
	slices.SortFunc(c.Chosen, func(a, b ui.Option) int { return cmp.Compare(a.Label, b.Label) })
	return c, beyond, nil
}

// OfContacts completes a chooser of the people of one customer. Who is none of
// them any more is left out.
func OfContacts(r *http.Request, d *desk.Desk, who desk.Viewer, c ui.Chooser, organization string, ids []string) (ui.Chooser, error) {
	c.From, c.Words = contactsAt+"?"+url.Values{"organization": {organization}}.Encode(), "chooser.contacts"
	if c.Error != "" {
		c.Typed = r.FormValue(ui.Typed(c.Name))
	}
	for _, id := range ids {
		person, err := d.Contact(r.Context(), who, id)
		if fault.Is(err, fault.NotFound) || err == nil && person.Organization != organization {
			continue
		}
		if err != nil {
			return c, err
		}
		c.Chosen = append(c.Chosen, ui.Option{Value: id, Label: person.Name})
	}
	return c, nil
}
