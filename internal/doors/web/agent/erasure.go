package agent

import (
	"archive/zip"
	"encoding/json"
	"net/http"

	"github.com/a-h/templ"

	"madoguchi/internal/desk"
	"madoguchi/internal/doors/web/ui"
	"madoguchi/internal/records/store"
)

// EraseView asks for the erasure of a person's or a customer's data.
type EraseView struct {
	Kind, ID, Name, Action, Back string
	Cases, People                int
	Basis, Reason                string
	Bases                        []ui.Option
	Errors                       map[string]string
}

// EraseContact asks for the erasure of a person's data.
func (p *Pages) EraseContact(w http.ResponseWriter, r *http.Request, who desk.Viewer) error {
	return p.erase(w, r, who, desk.ErasePerson, http.StatusOK, nil)
}

// EraseCustomer asks for the erasure of a whole customer's data.
func (p *Pages) EraseCustomer(w http.ResponseWriter, r *http.Request, who desk.Viewer) error {
	return p.erase(w, r, who, desk.EraseOrganization, http.StatusOK, nil)
}

func (p *Pages) erase(w http.ResponseWriter, r *http.Request, who desk.Viewer, kind string, status int, problems map[string]string) error {
	ctx := r.Context()
	seen, err := p.desk.ErasurePreview(ctx, who, kind, r.PathValue("id"))
	if err != nil {
		return err
	}
	v := EraseView{
		Kind: kind, ID: r.PathValue("id"), Name: seen.Name, Cases: seen.Cases, People: seen.People, Errors: problems,
		Basis: r.PostFormValue("basis"), Reason: r.PostFormValue("reason"), Bases: choices(ctx, "erase.basis.", desk.ErasureBases),
	}
	v.Back = "/contacts/" + v.ID
	if kind == desk.EraseOrganization {
		v.Back = "/customers/" + v.ID
	}
	v.Action = v.Back + "/erase"
	return p.show(w, r, status, ui.T(ctx, "erase.title", v.Name), "customers", func(page ui.Page) templ.Component { return ErasePage(page, v) })
}

// AskEraseContact records the demand to erase a person's data.
func (p *Pages) AskEraseContact(w http.ResponseWriter, r *http.Request, who desk.Viewer) error {
	return p.askErase(w, r, who, desk.ErasePerson)
}

// AskEraseCustomer records the demand to erase a customer's data.
func (p *Pages) AskEraseCustomer(w http.ResponseWriter, r *http.Request, who desk.Viewer) error {
	return p.askErase(w, r, who, desk.EraseOrganization)
}

func (p *Pages) askErase(w http.ResponseWriter, r *http.Request, who desk.Viewer, kind string) error {
	_, err := p.desk.AskErasure(r.Context(), who, desk.ErasureCommand{
		Kind: kind, Subject: r.PathValue("id"), Basis: r.PostFormValue("basis"), Reason: r.PostFormValue("reason"), Originals: r.PostFormValue("originals") != "",
	})
	if err == nil {
		return p.done(w, r, "erase.asked", "/erasures")
	}
	if problems, ok := ui.FormErrors(r.Context(), err); ok {
		return p.erase(w, r, who, kind, refused, problems)
	}
	return err
}

// ErasuresView lists the demands to erase.
type ErasuresView struct {
	Rows  []ErasureRow // those that wait first
	After string       // the next page of those decided; empty: there is none
	Error string
}

// ErasureRow is one of them.
type ErasureRow struct {
	ID, Kind, State         string
	Name, Link              string // empty once it is done
	Basis, Reason           string
	Asked, AskedBy          string
	Decided, DecidedBy      string
	Cases, Events, Mails    int
	MayDecide, NeedsAnother bool
}

// Erasures lists the demands to erase.
func (p *Pages) Erasures(w http.ResponseWriter, r *http.Request, who desk.Viewer) error {
	return p.erasures(w, r, who, http.StatusOK, "")
}

func (p *Pages) erasures(w http.ResponseWriter, r *http.Request, who desk.Viewer, status int, problem string) error {
	ctx := r.Context()
	var after store.Since
	if err := ui.Unseal(r.FormValue("after"), &after); err != nil {
		return err
	}
	list, err := p.desk.Erasures(ctx, who, after)
	if err != nil {
		return err
	}
	v := ErasuresView{Error: problem}
	if !list.Next.End() {
		if v.After, err = ui.Seal(list.Next); err != nil {
			return err
		}
	}
	for _, e := range append(list.Open, list.Decided...) {
		row := ErasureRow{
			ID: e.ID, Kind: e.Kind, State: string(e.State), Basis: e.Basis, Reason: e.Reason, AskedBy: e.AskedName, DecidedBy: e.DecidedName,
			Asked: ui.Moment(ctx, e.AskedAt), Cases: e.Counts.Cases, Events: e.Counts.Events, Mails: e.Counts.Mails,
			MayDecide: who.Can(desk.ErasePersonalData) && e.State == store.ErasureAsked, NeedsAnother: e.AskedBy == who.ID,
		}
		if !e.DecidedAt.IsZero() {
			row.Decided = ui.Moment(ctx, e.DecidedAt)
		}
		if e.State == store.ErasureAsked {
			seen, err := p.desk.ErasureName(ctx, who, e)
			if err != nil {
				return err
			}
			row.Name, row.Link = seen, "/contacts/"+e.Subject
			if e.Kind == desk.EraseOrganization {
				row.Link = "/customers/" + e.Subject
			}
		}
		v.Rows = append(v.Rows, row)
	}
	return p.show(w, r, status, ui.T(ctx, "erasures.title"), "customers", func(page ui.Page) templ.Component { return ErasuresPage(page, v) })
}

// DecideErasure carries a demand out, or declines it.
func (p *Pages) DecideErasure(w http.ResponseWriter, r *http.Request, who desk.Viewer) error {
	carryOut := r.PostFormValue("do") == "erase"
	_, err := p.desk.DecideErasure(r.Context(), who, r.PathValue("id"), carryOut)
	if err == nil {
		said := "erase.declined"
		if carryOut {
			said = "erase.done"
		}
		return p.done(w, r, said, "/erasures")
	}
	if problems, ok := ui.FormErrors(r.Context(), err); ok {
		for _, problem := range problems {
			return p.erasures(w, r, who, refused, problem)
		}
	}
	return err
}

// ExportContact gives everything about a person as a ZIP: a page to read, the
// same as JSON, and the original mails.
func (p *Pages) ExportContact(w http.ResponseWriter, r *http.Request, who desk.Viewer) error {
	x, err := p.desk.ExportPerson(r.Context(), who, r.PathValue("id"))
	if err != nil {
		return err
	}
	w.Header().Set("Content-Type", "application/zip")
	w.Header().Set("Content-Disposition", `attachment; filename="person-`+x.Person.ID+`.zip"`)
	w.Header().Set("Cache-Control", "no-store")
	z := zip.NewWriter(w)
	page, err := z.Create("index.html")
	if err != nil {
		return err
	}
	if err := PersonExportPage(x).Render(r.Context(), page); err != nil {
		return err
	}
	data, err := z.Create("person.json")
	if err != nil {
		return err
	}
	e := json.NewEncoder(data)
	e.SetIndent("", "  ")
	if err := e.Encode(x); err != nil {
		return err
	}
	for _, m := range x.Mails {
		f, err := z.Create(m.Name)
		if err != nil {
			return err
		}
		if _, err := f.Write(m.Raw); err != nil {
			return err
		}
	}
	return z.Close()
}
