package agent

import (
	"net/http"
	"strings"

	"github.com/a-h/templ"

	"madoguchi/internal/desk"
	"madoguchi/internal/doors/web/ui"
	"madoguchi/internal/records/store"
)

// AddContact adds a person to an organization.
func (p *Pages) AddContact(w http.ResponseWriter, r *http.Request, who desk.Viewer) error {
	c := contactFrom(r, store.Contact{Organization: r.PathValue("id")})
	_, err := p.desk.PutContact(r.Context(), who, c)
	if err == nil {
		return p.done(w, r, "contact.created", "/customers/"+c.Organization)
	}
	problems, ok := ui.FormErrors(r.Context(), err)
	if !ok {
		return err
	}
	return p.customer(w, r, who, refused, c.Organization, contactFormOf(c, problems))
}

// Contact shows the form of a person.
func (p *Pages) Contact(w http.ResponseWriter, r *http.Request, who desk.Viewer) error {
	c, err := p.desk.Contact(r.Context(), who, r.PathValue("id"))
	if err != nil {
		return err
	}
	return p.contactForm(w, r, http.StatusOK, contactFormOf(c, nil))
}

// PutContact changes a person.
func (p *Pages) PutContact(w http.ResponseWriter, r *http.Request, who desk.Viewer) error {
	have, err := p.desk.Contact(r.Context(), who, r.PathValue("id"))
	if err != nil {
		return err
	}
	c := contactFrom(r, have)
	if _, err = p.desk.PutContact(r.Context(), who, c); err == nil {
		return p.done(w, r, "saved", "/customers/"+c.Organization)
	}
	problems, ok := ui.FormErrors(r.Context(), err)
	if !ok {
		return err
	}
	return p.contactForm(w, r, refused, contactFormOf(c, problems))
}

func (p *Pages) contactForm(w http.ResponseWriter, r *http.Request, status int, f ContactForm) error {
	return p.show(w, r, status, ui.T(r.Context(), "contact.edit"), "customers", func(page ui.Page) templ.Component {
		return ContactPage(page, f)
	})
}

func contactFrom(r *http.Request, c store.Contact) store.Contact {
	c.Name, c.Language, c.Addresses = r.PostFormValue("name"), r.PostFormValue("language"), nil
	for _, a := range lines(r.PostFormValue("addresses")) {
		c.Addresses = append(c.Addresses, store.ContactAddress{Addr: a, Verified: true})
	}
	return c
}

func contactFormOf(c store.Contact, problems map[string]string) ContactForm {
	return ContactForm{
		ID: c.ID, Organization: c.Organization, Name: c.Name, Addresses: strings.Join(addresses(c), "\n"), Language: c.Language,
		Languages: ui.Languages(), Errors: problems,
	}
}

func addresses(c store.Contact) []string {
	out := make([]string, 0, len(c.Addresses))
	for _, a := range c.Addresses {
		out = append(out, a.Addr)
	}
	return out
}
