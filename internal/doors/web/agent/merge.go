package agent

import (
	"net/http"
	"regexp"
	"strconv"

	"github.com/a-h/templ"

	"madoguchi/internal/desk"
	"madoguchi/internal/doors/web/ui"
	"madoguchi/internal/records/store"
	"madoguchi/terms/cases"
	"madoguchi/terms/fault"
)

// Merge shows the panel that makes one case of two.
func (p *Pages) Merge(w http.ResponseWriter, r *http.Request, who desk.Viewer) error {
	v, err := p.mergeView(r, who, nil)
	if err != nil {
		return err
	}
	if ui.IsFragment(r) {
		return ui.Render(w, r, http.StatusOK, MergePanel(v, true))
	}
	return p.mergePage(w, r, http.StatusOK, v)
}

func (p *Pages) mergePage(w http.ResponseWriter, r *http.Request, status int, v MergeView) error {
	return p.show(w, r, status, ui.T(r.Context(), "merge.title"), "queue", func(page ui.Page) templ.Component {
		return MergePage(page, v)
	})
}

// MergePlan follows the choice with what the merge would do.
func (p *Pages) MergePlan(w http.ResponseWriter, r *http.Request, who desk.Viewer) error {
	v, err := p.mergeView(r, who, nil)
	if err != nil {
		return err
	}
	return ui.Render(w, r, http.StatusOK, MergePlanView(v))
}

// DoMerge makes it.
func (p *Pages) DoMerge(w http.ResponseWriter, r *http.Request, who desk.Viewer) error {
	m, err := p.merging(r, who)
	if err == nil && m.Into == "" {
		err = fault.New(fault.Invalid, "統合するケースを選んでください。", "Please choose the case to merge with.").At("into")
	}
	if err == nil {
		_, err = p.desk.Merge(r.Context(), who, m)
	}
	if err == nil {
		return p.leftFor(w, r, "merge.done", m.Into)
	}
	problems, ok := ui.FormErrors(r.Context(), err)
	if !ok || ui.IsFragment(r) {
		return err
	}
	v, verr := p.mergeView(r, who, problems)
	if verr != nil {
		return verr
	}
	return p.mergePage(w, r, refused, v)
}

// Unmerge takes a merged case out again.
func (p *Pages) Unmerge(w http.ResponseWriter, r *http.Request, who desk.Viewer) error {
	if _, err := p.desk.Unmerge(r.Context(), who, caseID(r)); err != nil {
		return err
	}
	return p.leftFor(w, r, "merge.undone", caseID(r))
}

// leftFor goes on to a case's page.
func (p *Pages) leftFor(w http.ResponseWriter, r *http.Request, said string, id cases.ID) error {
	r.SetPathValue("id", string(id))
	return p.left(w, r, said)
}

var digits = regexp.MustCompile(`\d+\s*$`)

// merging reads the form: which case ends, and in which one.
func (p *Pages) merging(r *http.Request, who desk.Viewer) (desk.Merging, error) {
	other, err := p.chosenCase(r, who)
	if err != nil {
		return desk.Merging{}, err
	}
	m := desk.Merging{Case: caseID(r), Into: other, Reason: r.FormValue("reason")}
	if r.FormValue("ends") == "other" && other != "" {
		m.Case, m.Into = other, caseID(r)
	}
	return m, nil
}

// chosenCase is the other case that a form names: chosen, or by its number.
func (p *Pages) chosenCase(r *http.Request, who desk.Viewer) (cases.ID, error) {
	other := cases.ID(r.FormValue("other"))
	if typed := digits.FindString(r.FormValue("find")); other == "" && typed != "" {
		n, err := strconv.ParseInt(typed, 10, 64)
		if err != nil {
			n = 0
		}
		if other, err = p.desk.ByNumber(r.Context(), who, n); fault.Is(err, fault.NotFound) {
			return "", fault.New(fault.Invalid, "その番号のケースはありません。", "There is no case with that number.").At("into")
		} else if err != nil {
			return "", err
		}
	}
	return other, nil
}

func (p *Pages) mergeView(r *http.Request, who desk.Viewer, problems map[string]string) (MergeView, error) {
	ctx := r.Context()
	cv, err := p.desk.View(ctx, who, caseID(r))
	if err != nil {
		return MergeView{}, err
	}
	v := MergeView{
		CaseID: string(cv.Case.ID), Number: cv.Number, Subject: cv.Case.Subject, Other: r.FormValue("other"), Find: r.FormValue("find"),
		Ends: r.FormValue("ends"), Reason: r.FormValue("reason"), Errors: problems,
	}
	for _, rows := range [][]store.CaseRow{cv.Others, cv.Earlier} {
		for _, row := range rows {
			if row.Organization == cv.Case.Organization {
				v.Options = append(v.Options, ui.Option{Value: string(row.ID), Label: p.desk.Number(row.Number) + " " + row.Subject})
			}
		}
	}
	m, err := p.merging(r, who)
	if problems, ok := ui.FormErrors(ctx, err); err != nil && ok {
		v.Plan = &MergePreview{Problem: problems["into"]}
		return v, nil
	}
	if err != nil || m.Into == "" {
		return v, err
	}
	v.Plan, err = p.mergePreview(r, who, m)
	return v, err
}

func (p *Pages) mergePreview(r *http.Request, who desk.Viewer, m desk.Merging) (*MergePreview, error) {
	ctx := r.Context()
	plan, err := p.desk.PlanMerge(ctx, who, m)
	if err != nil {
		if !fault.Is(err, fault.Invalid) && !fault.Is(err, fault.Conflict) {
			return nil, err
		}
		return &MergePreview{Problem: ui.Either(ctx, fault.Public(err).JA, fault.Public(err).EN)}, nil
	}
	out := &MergePreview{From: plan.FromNo, FromSubject: plan.From.Subject, Into: plan.IntoNo, IntoSubject: plan.Into.Subject, Reopens: plan.Reopens, Higher: plan.Higher}
	out.Clocks, out.Ends = clockChanges(ctx, plan.Clocks), clockChanges(ctx, plan.Ends)
	for _, a := range plan.Joined {
		out.Joined = append(out.Joined, personName(a))
	}
	return out, nil
}
