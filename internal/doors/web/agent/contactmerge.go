package agent

import (
	"net/http"
	"slices"

	"github.com/a-h/templ"

	"madoguchi/internal/desk"
	"madoguchi/internal/doors/web/ui"
	"madoguchi/internal/records/store"
)

// ContactMergeView asks with whom a contact is one person.
type ContactMergeView struct {
	ID, Name string
	Others   ContactList
	Plan     *ContactMergePlanView // nil: nobody is chosen
	Error    string
}

// ContactMergePlanView is what a merge would do.
type ContactMergePlanView struct {
	Into, From, Name  string
	Addresses, Phones string
	Cases             int
}

// MergeContact offers the other contacts of the customer, and shows what the
// merge with the one chosen would do. The contact of the page goes on.
func (p *Pages) MergeContact(w http.ResponseWriter, r *http.Request, who desk.Viewer) error {
	return p.mergeContact(w, r, who, http.StatusOK, r.FormValue("from"), "")
}

func (p *Pages) mergeContact(w http.ResponseWriter, r *http.Request, who desk.Viewer, status int, from, problem string) error {
	ctx := r.Context()
	if err := who.May(desk.EditContacts); err != nil {
		return err
	}
	c, err := p.desk.Contact(ctx, who, r.PathValue("id"))
	if err != nil {
		return err
	}
	v := ContactMergeView{ID: c.ID, Name: c.Name, Error: problem}
	if v.Others, err = p.contactList(r, who, c.Organization, "/contacts/"+c.ID+"/merge"); err != nil {
		return err
	}
	v.Others.Rows = slices.DeleteFunc(v.Others.Rows, func(row ContactRow) bool { return row.ID == c.ID })
	if from != "" {
		plan, err := p.desk.PlanContactMerge(ctx, who, from, c.ID)
		if problems, ok := ui.FormErrors(ctx, err); ok {
			v.Error, status = problems["into"], refused
		} else if err != nil {
			return err
		} else {
			after := contactRows([]store.Contact{plan.After})[0]
			v.Plan = &ContactMergePlanView{Into: plan.Into.Name, From: plan.From.ID, Name: plan.From.Name, Addresses: after.Addresses, Phones: after.Phones, Cases: plan.Cases}
		}
	}
	return p.show(w, r, status, ui.T(ctx, "contact.merge.title", c.Name), "customers", func(page ui.Page) templ.Component { return ContactMergePage(page, v) })
}

// DoMergeContact merges the chosen contact into that of the page.
func (p *Pages) DoMergeContact(w http.ResponseWriter, r *http.Request, who desk.Viewer) error {
	from, into := r.PostFormValue("from"), r.PathValue("id")
	_, err := p.desk.MergeContacts(r.Context(), who, from, into)
	if err == nil {
		return p.done(w, r, "contact.merged", "/contacts/"+into)
	}
	if problems, ok := ui.FormErrors(r.Context(), err); ok {
		for _, problem := range problems {
			return p.mergeContact(w, r, who, refused, "", problem)
		}
	}
	return err
}

// UnmergeContact undoes a merge; the page of the contact that was merged opens.
func (p *Pages) UnmergeContact(w http.ResponseWriter, r *http.Request, who desk.Viewer) error {
	id := r.PathValue("id")
	if err := p.desk.UnmergeContact(r.Context(), who, id); err != nil {
		return err
	}
	return p.done(w, r, "contact.unmerged", "/contacts/"+id)
}
