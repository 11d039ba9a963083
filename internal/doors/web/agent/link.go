package agent

import (
	"net/http"

	"github.com/a-h/templ"

	"madoguchi/internal/desk"
	"madoguchi/internal/doors/web/ui"
	"madoguchi/internal/records/store"
	"madoguchi/terms/cases"
	"madoguchi/terms/fault"
)

// LinkRow is a case that belongs with the one shown.
type LinkRow struct {
	ID, Number, Subject, Status, Why string
	Open, May                        bool
}

// LinkView is the panel that links a case to another one.
type LinkView struct {
	CaseID, Number, Subject string
	Options, Kinds          []ui.Option
	Other, Find, Why        string
	Errors                  map[string]string
}

// linkRows are the linked cases; a parent's children are offered when it ends.
func (p *Pages) linkRows(v desk.CaseView) (all, children []LinkRow) {
	for _, l := range v.Linked {
		row := LinkRow{
			ID: string(l.Case), Number: p.desk.Number(l.Row.Number), Subject: l.Row.Subject, Status: string(l.Row.Status), Why: string(l.Why), Open: l.Open, May: l.May,
		}
		all = append(all, row)
		if l.Why == cases.LinkParentOf && l.Open {
			children = append(children, row)
		}
	}
	return all, children
}

// Link shows the panel that links a case to another one.
func (p *Pages) Link(w http.ResponseWriter, r *http.Request, who desk.Viewer) error {
	v, err := p.linkView(r, who, nil)
	if err != nil {
		return err
	}
	if ui.IsFragment(r) {
		return ui.Render(w, r, http.StatusOK, LinkPanel(v, true))
	}
	return p.linkPage(w, r, http.StatusOK, v)
}

func (p *Pages) linkPage(w http.ResponseWriter, r *http.Request, status int, v LinkView) error {
	return p.show(w, r, status, ui.T(r.Context(), "link.title"), "queue", func(page ui.Page) templ.Component { return LinkPage(page, v) })
}

func (p *Pages) linkView(r *http.Request, who desk.Viewer, problems map[string]string) (LinkView, error) {
	ctx := r.Context()
	cv, err := p.desk.View(ctx, who, caseID(r))
	if err != nil {
		return LinkView{}, err
	}
	v := LinkView{
		CaseID: string(cv.Case.ID), Number: cv.Number, Subject: cv.Case.Subject,
		Other: r.FormValue("other"), Find: r.FormValue("find"), Why: r.FormValue("why"), Errors: problems,
	}
	for _, rows := range [][]store.CaseRow{cv.Others, cv.Earlier} {
		for _, row := range rows {
			v.Options = append(v.Options, ui.Option{Value: string(row.ID), Label: p.desk.Number(row.Number) + " " + row.Subject})
		}
	}
	for _, why := range []cases.LinkReason{cases.LinkRelated, cases.LinkDuplicateOf, cases.LinkChildOf, cases.LinkParentOf} {
		v.Kinds = append(v.Kinds, ui.Option{Value: string(why), Label: ui.T(ctx, "link.make."+string(why))})
	}
	return v, nil
}

// MakeLink links the case to another one.
func (p *Pages) MakeLink(w http.ResponseWriter, r *http.Request, who desk.Viewer) error {
	other, err := p.chosenCase(r, who)
	if err == nil && other == "" {
		err = fault.New(fault.Invalid, "関連付けるケースを選んでください。", "Please choose the other case.").At("other")
	}
	if err == nil {
		_, err = p.desk.Link(r.Context(), who, caseID(r), other, cases.LinkReason(r.PostFormValue("why")))
	}
	if err == nil {
		return p.acted(w, r, who, "link.done", "")
	}
	problems, ok := ui.FormErrors(r.Context(), err)
	if !ok || ui.IsFragment(r) {
		return err
	}
	v, verr := p.linkView(r, who, problems)
	if verr != nil {
		return verr
	}
	return p.linkPage(w, r, refused, v)
}

// Unlink takes a link away from both cases.
func (p *Pages) Unlink(w http.ResponseWriter, r *http.Request, who desk.Viewer) error {
	if _, err := p.desk.Unlink(r.Context(), who, caseID(r), cases.ID(r.PathValue("other"))); err != nil {
		return err
	}
	return p.acted(w, r, who, "link.undone", "")
}
