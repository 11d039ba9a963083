package agent

import (
	"context"
	"net/http"
	"strings"

	"github.com/a-h/templ"

	"madoguchi/internal/desk"
	"madoguchi/internal/doors/web/chooser"
	"madoguchi/internal/doors/web/ui"
	"madoguchi/internal/records/store"
	"madoguchi/terms/fault"
)

// Unidentified lists the contacts of nobody we know.
func (p *Pages) Unidentified(w http.ResponseWriter, r *http.Request, who desk.Viewer) error {
	query := desk.QueueQuery{Selection: desk.Unidentified(), Limit: pageSize}
	if err := ui.Unseal(r.FormValue("after"), &query.After); err != nil {
		return err
	}
	page, err := p.desk.Queue(r.Context(), who, query)
	if err != nil {
		return err
	}
	var v UnidentifiedView
	for _, row := range page.Rows {
		v.Rows = append(v.Rows, UnknownRow{
			ID: string(row.ID), Number: row.Number, Subject: row.Subject, From: row.Person.Name, FromAddr: row.Person.Addr,
			Reception: ui.Moment(r.Context(), row.Reception),
		})
	}
	if !page.Next.End() {
		if v.After, err = ui.Seal(page.Next); err != nil {
			return err
		}
	}
	return p.show(w, r, http.StatusOK, ui.T(r.Context(), "unidentified.title"), "unidentified", func(page ui.Page) templ.Component {
		return UnidentifiedPage(page, v)
	})
}

// Identify shows the panel that says which customer it is.
func (p *Pages) Identify(w http.ResponseWriter, r *http.Request, who desk.Viewer) error {
	v, err := p.identifyView(r, who, nil)
	if err != nil {
		return err
	}
	if ui.IsFragment(r) {
		return ui.Render(w, r, http.StatusOK, IdentifyPanel(v, true))
	}
	return p.identifyPage(w, r, http.StatusOK, v)
}

func (p *Pages) identifyPage(w http.ResponseWriter, r *http.Request, status int, v IdentifyView) error {
	return p.show(w, r, status, ui.T(r.Context(), "identify.title"), "unidentified", func(page ui.Page) templ.Component {
		return IdentifyPage(page, v)
	})
}

// IdentifyContacts follows the chosen organization with its people.
func (p *Pages) IdentifyContacts(w http.ResponseWriter, r *http.Request, who desk.Viewer) error {
	v, err := p.identifyView(r, who, nil)
	if err != nil {
		return err
	}
	return ui.Render(w, r, http.StatusOK, IdentifyChoice(v))
}

// SetCustomer identifies the case's customer; a sender who is new to the
// registry can be registered in the same step.
func (p *Pages) SetCustomer(w http.ResponseWriter, r *http.Request, who desk.Viewer) error {
	err := p.identify(r, who)
	if err == nil {
		return p.left(w, r, "identify.done")
	}
	return p.identifyAgain(w, r, who, err)
}

func (p *Pages) identify(r *http.Request, who desk.Viewer) error {
	org := r.PostFormValue("organization")
	contact, err := chooser.Contact(r, p.desk, who, "contact", org)
	if err != nil {
		return err
	}
	if contact == "new" {
		v, err := p.desk.View(r.Context(), who, caseID(r))
		if err != nil {
			return err
		}
		added, err := p.desk.PutContact(r.Context(), who, store.Contact{
			Organization: org, Name: personName(v.Case.Person), Language: v.Case.Language,
			Addresses: []store.ContactAddress{{Addr: v.Case.Person.Addr, Verified: true}},
		})
		if err != nil {
			return err
		}
		contact = added.ID
	}
	_, err = p.desk.Identify(r.Context(), who, caseID(r), org, contact)
	return err
}

// Decline closes an unidentified contact with a reason.
func (p *Pages) Decline(w http.ResponseWriter, r *http.Request, who desk.Viewer) error {
	_, err := p.desk.Dismiss(r.Context(), who, caseID(r), strings.TrimSpace(r.PostFormValue("reason")))
	if err == nil {
		return p.left(w, r, "decline.done")
	}
	return p.identifyAgain(w, r, who, err)
}

func (p *Pages) identifyAgain(w http.ResponseWriter, r *http.Request, who desk.Viewer, err error) error {
	problems, ok := ui.FormErrors(r.Context(), err)
	if !ok || ui.IsFragment(r) {
		return err
	}
	v, verr := p.identifyView(r, who, problems)
	if verr != nil {
		return verr
	}
	return p.identifyPage(w, r, refused, v)
}

// left goes on to the case's page, from a dialog as from a page.
func (p *Pages) left(w http.ResponseWriter, r *http.Request, said string) error {
	to := "/cases/" + r.PathValue("id")
	if !ui.IsFragment(r) {
		return p.done(w, r, said, to)
	}
	p.frame.Flash(r, said)
	w.Header().Set("HX-Redirect", to)
	w.WriteHeader(http.StatusOK)
	return nil
}

// hintsOf words why an organization is suggested.
func hintsOf(ctx context.Context, hints []desk.Hint) string {
	words := make([]string, len(hints))
	for i, h := range hints {
		words[i] = ui.T(ctx, "identify.hint."+string(h))
	}
	return strings.Join(words, ui.T(ctx, "list.sep"))
}

// contactsOffered is how many people of a customer a list offers.
const contactsOffered = 20

// customersOffered is how many customers a list offers; a search finds the
// others.
const customersOffered = 50

func (p *Pages) identifyView(r *http.Request, who desk.Viewer, problems map[string]string) (IdentifyView, error) {
	ctx := r.Context()
	cv, err := p.desk.View(ctx, who, caseID(r))
	if err != nil {
		return IdentifyView{}, err
	}
	c := cv.Case
	v := IdentifyView{
		CaseID: string(c.ID), Number: cv.Number, Subject: c.Subject, From: c.Person.Name, FromAddr: c.Person.Addr,
		Reception: ui.Moment(ctx, c.Reception), Organization: r.FormValue("organization"), Errors: problems,
	}
	name := func(o store.Organization) ui.Option {
		return ui.Option{Value: o.ID, Label: ui.Either(ctx, o.NameJA, o.NameEN)}
	}
	known := map[string]bool{}
	for _, s := range cv.Suggestions {
		o := name(s.Organization)
		known[o.Value] = true
		o.Label += ui.T(ctx, "identify.hints", hintsOf(ctx, s.Hints))
		v.Suggested = append(v.Suggested, o)
	}
	for _, row := range cv.Earlier {
		v.Earlier = append(v.Earlier, EarlierCase{string(row.ID), p.desk.Number(row.Number), row.Subject, row.OrgName, ui.Near(ctx, row.Reception)})
	}
	v.Query = strings.TrimSpace(r.FormValue("q"))
	orgs, next, err := p.desk.Customers(ctx, who, store.OrganizationQuery{Limit: customersOffered, Search: v.Query})
	if err != nil {
		return v, err
	}
	v.Search, v.Beyond = v.Query != "" || !next.End(), !next.End()
	for _, o := range orgs {
		if !known[o.ID] {
			known[o.ID] = true
			v.Organizations = append(v.Organizations, name(o))
		}
	}
	if v.Organization != "" && !known[v.Organization] { // chosen before the search was narrowed
		o, err := p.desk.Customer(ctx, who, v.Organization)
		if err != nil {
			return v, err
		}
		v.Organizations = append(v.Organizations, name(o))
	}
	if v.Organization == "" && len(v.Suggested) == 1 && r.Method == http.MethodGet && r.URL.RawQuery == "" {
		v.Organization = v.Suggested[0].Value
	}
	if v.Organization == "" {
		return v, nil
	}
	people, more, err := p.desk.Contacts(ctx, who, store.ContactQuery{Organization: v.Organization, Limit: contactsOffered})
	if err != nil {
		return v, err
	}
	writers, _, err := p.desk.Contacts(ctx, who, store.ContactQuery{Organization: v.Organization, Search: c.Person.Addr, Limit: contactsOffered})
	if err != nil {
		return v, err
	}
	f, err := p.desk.PreviewIdentify(ctx, who, c.ID, v.Organization)
	if err != nil && !fault.Is(err, fault.Invalid) && !fault.Is(err, fault.Conflict) {
		return v, err
	}
	v.Clocks = clockChanges(ctx, f)
	v.CanAdd, v.Contact = true, "new"
	for _, m := range writers {
		if m.Verified(c.Person.Addr) {
			v.CanAdd, v.Contact = false, m.ID
		}
	}
	if !more.End() {
		return v, p.identifyAmong(r, who, &v)
	}
	for _, m := range people {
		v.Contacts = append(v.Contacts, ui.Option{Value: m.ID, Label: m.Name})
	}
	return v, nil
}

// identifyAmong has the person looked for where a customer has many.
func (p *Pages) identifyAmong(r *http.Request, who desk.Viewer, v *IdentifyView) error {
	ctx := r.Context()
	c := ui.Chooser{Name: "contact", Label: ui.T(ctx, "identify.contact"), Error: v.Errors["contact"]}
	chosen := v.Contact
	if r.Method == http.MethodPost {
		chosen = r.PostFormValue("contact")
	}
	if v.CanAdd {
		c.First = append(c.First, ui.Choice{Value: "new", Label: ui.T(ctx, "identify.contact.add", v.FromAddr), On: chosen == "new"})
	}
	c.First = append(c.First, ui.Choice{Label: ui.T(ctx, "identify.contact.none"), On: chosen == ""})
	var ids []string
	if chosen != "new" && chosen != "" {
		ids = []string{chosen}
	}
	c, err := chooser.OfContacts(r, p.desk, who, c, v.Organization, ids)
	v.Many, v.Among = true, c
	return err
}
