package agent

import (
	"context"
	"net/http"
	"net/url"
	"slices"

	"github.com/a-h/templ"

	"madoguchi/internal/desk"
	"madoguchi/internal/doors/web/ui"
	"madoguchi/internal/records/store"
	"madoguchi/terms/fault"
)

func standingLines(ctx context.Context) []ViewLine {
	out := make([]ViewLine, 0, len(desk.Standing))
	for _, v := range desk.Standing {
		out = append(out, ViewLine{ID: v.ID, Name: viewName(ctx, v)})
	}
	return out
}

// ViewsMenu is the menu of views with how many cases each has: asked for when
// it is opened, so that no page waits for the counting.
func (p *Pages) ViewsMenu(w http.ResponseWriter, r *http.Request, who desk.Viewer) error {
	q, err := p.asked(r, who)
	if err != nil {
		return err
	}
	v := ViewsMenuView{Current: q.View.ID, At: q.at(), Keep: q.View.Changed, Full: true}
	for _, s := range desk.Standing {
		line, err := p.viewLine(r, who, s)
		if err != nil {
			return err
		}
		v.Standing = append(v.Standing, line)
	}
	views, err := p.desk.Views(r.Context(), who)
	if err != nil {
		return err
	}
	for _, view := range views {
		line, err := p.viewLine(r, who, view)
		if err != nil {
			return err
		}
		if view.Shared == "" {
			v.Own = append(v.Own, line)
		} else {
			v.Shared = append(v.Shared, line)
		}
	}
	return ui.Render(w, r, http.StatusOK, ViewsMenu(v))
}

// viewLine is a view with its count; one that asks for what is there no more
// has none.
func (p *Pages) viewLine(r *http.Request, who desk.Viewer, v desk.View) (ViewLine, error) {
	line := ViewLine{ID: v.ID, Name: viewName(r.Context(), v)}
	n, err := p.viewCount(r.Context(), who, v)
	switch {
	case fault.Is(err, fault.Invalid):
		return line, nil
	case err != nil:
		return line, err
	}
	line.Count = ui.Amount(n).Short()
	return line, nil
}

func (p *Pages) viewCount(ctx context.Context, who desk.Viewer, v desk.View) (store.Tally, error) {
	params, err := url.ParseQuery(v.Query)
	if err != nil {
		return store.Tally{}, fault.Wrap(fault.Invalid, err, "このビューを読み取れませんでした。", "This view could not be read.")
	}
	sel, err := p.desk.Select(ctx, who, params)
	if err != nil {
		return store.Tally{}, err
	}
	return p.desk.Count(ctx, who, sel)
}

// RailCounts are the figures of the views beside every page, asked for after
// the page is there.
func (p *Pages) RailCounts(w http.ResponseWriter, r *http.Request, who desk.Viewer) error {
	views, err := p.desk.RailViews(r.Context(), who)
	if err != nil {
		return err
	}
	var out []ui.RailView
	for _, v := range views {
		line, err := p.viewLine(r, who, v)
		if err != nil {
			return err
		}
		out = append(out, ui.RailView{ID: v.ID, Name: line.Name, Count: line.Count})
	}
	return ui.Render(w, r, http.StatusOK, ui.RailViews(out, ""))
}

// Views shows what the viewer keeps, to be named, ordered, shared and removed.
func (p *Pages) Views(w http.ResponseWriter, r *http.Request, who desk.Viewer) error {
	return p.views(w, r, who, http.StatusOK, nil)
}

func (p *Pages) views(w http.ResponseWriter, r *http.Request, who desk.Viewer, status int, problems map[string]string) error {
	ctx := r.Context()
	views, err := p.desk.Views(ctx, who)
	if err != nil {
		return err
	}
	first, err := p.desk.FirstView(ctx, who)
	if err != nil {
		return err
	}
	v := ViewsView{First: first.ID, Standing: standingLines(ctx), Errors: problems, Removed: p.frame.Pop(r, "view.removed")}
	for _, view := range views {
		row, err := p.viewRow(r, who, view)
		if err != nil {
			return err
		}
		if view.Shared == "" {
			v.Own = append(v.Own, row)
		} else {
			v.Shared = append(v.Shared, row)
		}
	}
	return p.show(w, r, status, ui.T(ctx, "views.title"), "queue", func(page ui.Page) templ.Component { return ViewsPage(page, v) })
}

func (p *Pages) viewRow(r *http.Request, who desk.Viewer, v desk.View) (ViewRow, error) {
	ctx := r.Context()
	row := ViewRow{ViewForm: ViewForm{ID: v.ID, Name: v.Name, Query: v.Query, Shared: v.Shared}, May: v.May}
	var err error
	row.Share, err = p.shares(r, who, v.Shared)
	if err != nil {
		return row, err
	}
	asked, err := url.ParseQuery(v.Query)
	if err != nil {
		return row, nil //nolint:nilerr // it is shown as what it is: a view that asks nothing
	}
	sel, err := p.desk.Select(ctx, who, asked)
	if fault.Is(err, fault.Invalid) {
		row.Broken = true
		return row, nil
	}
	if err != nil {
		return row, err
	}
	chips, err := p.chips(r, who, QueueView{View: ViewChoice{ID: v.ID}, selection: sel})
	for _, c := range chips {
		row.Asks = append(row.Asks, chipWords(ctx, c))
	}
	return row, err
}

// shares are those to whom the viewer may give a view.
func (p *Pages) shares(r *http.Request, who desk.Viewer, chosen string) ([]ui.Option, error) {
	ctx := r.Context()
	out := []ui.Option{{Value: "", Label: ui.T(ctx, "view.shared.none")}}
	to, err := p.desk.MayShare(ctx, who)
	for _, t := range to {
		label := t.Name
		if t.ID == store.SharedDesk {
			label = ui.T(ctx, "view.shared.desk")
		}
		out = append(out, ui.Option{Value: t.ID, Label: label})
	}
	if !slices.ContainsFunc(out, func(o ui.Option) bool { return o.Value == chosen }) {
		out = append(out, ui.Option{Value: chosen, Label: ui.T(ctx, "view.shared.desk")})
	}
	return out, err
}

// NewView shows the form that keeps what the queue shows under a name.
func (p *Pages) NewView(w http.ResponseWriter, r *http.Request, who desk.Viewer) error {
	return p.newView(w, r, who, http.StatusOK, nil)
}

func (p *Pages) newView(w http.ResponseWriter, r *http.Request, who desk.Viewer, status int, problems map[string]string) error {
	q, err := p.asked(r, who)
	if err != nil {
		return err
	}
	v := ViewForm{Query: q.selection.Query(), Name: r.FormValue("name"), Shared: r.FormValue("shared"), Errors: problems}
	if q.View.May && q.View.ID != "all" && len(q.View.ID) > 20 {
		v.ID, v.Was = q.View.ID, q.View.Name // it can go into the view that it came from
	}
	for _, c := range q.Chips {
		v.Asks = append(v.Asks, chipWords(r.Context(), c))
	}
	if v.Share, err = p.shares(r, who, v.Shared); err != nil {
		return err
	}
	if ui.IsFragment(r) {
		return ui.Render(w, r, status, ViewPanel(v, true))
	}
	return p.show(w, r, status, ui.T(r.Context(), "view.keep"), "queue", func(page ui.Page) templ.Component { return ViewPage(page, v) })
}

// PutView keeps a selection, or changes one that is kept.
func (p *Pages) PutView(w http.ResponseWriter, r *http.Request, who desk.Viewer) error {
	v := desk.View{ID: r.PathValue("id"), Name: r.PostFormValue("name"), Query: r.PostFormValue("query"), Shared: r.PostFormValue("shared")}
	if into := r.PostFormValue("into"); v.ID == "" && into != "" {
		have, err := p.desk.ViewOf(r.Context(), who, into)
		if err != nil {
			return err
		}
		v.ID, v.Name, v.Shared = into, have.Name, have.Shared
	}
	kept, err := p.desk.PutView(r.Context(), who, v)
	if err != nil {
		problems, ok := ui.FormErrors(r.Context(), err)
		if !ok || ui.IsFragment(r) {
			return err
		}
		if r.PathValue("id") != "" {
			return p.views(w, r, who, refused, problems)
		}
		r.Form.Set("view", "all")
		return p.newView(w, r, who, refused, problems)
	}
	to := "/queue?view=" + kept.ID
	if r.PathValue("id") != "" {
		to = "/views"
	}
	p.frame.Flash(r, "view.kept")
	if ui.IsFragment(r) {
		w.Header().Set("HX-Redirect", to)
		return nil
	}
	http.Redirect(w, r, to, http.StatusSeeOther)
	return nil
}

// RemoveView takes a view off the lists; the next page offers to bring it back.
func (p *Pages) RemoveView(w http.ResponseWriter, r *http.Request, who desk.Viewer) error {
	if err := p.desk.RemoveView(r.Context(), who, r.PathValue("id")); err != nil {
		return err
	}
	p.frame.Put(r, "view.removed", r.PathValue("id"))
	return p.done(w, r, "view.removed", "/views")
}

// RestoreView brings a removed view back.
func (p *Pages) RestoreView(w http.ResponseWriter, r *http.Request, who desk.Viewer) error {
	if err := p.desk.RestoreView(r.Context(), who, r.PathValue("id")); err != nil {
		return err
	}
	return p.done(w, r, "view.restored", "/views")
}

// MoveView moves a view up or down in its list.
func (p *Pages) MoveView(w http.ResponseWriter, r *http.Request, who desk.Viewer) error {
	if err := p.desk.MoveView(r.Context(), who, r.PathValue("id"), r.PostFormValue("to") == "up"); err != nil {
		return err
	}
	return p.done(w, r, "view.moved", "/views")
}

// FirstView chooses with which view the viewer's queue opens.
func (p *Pages) FirstView(w http.ResponseWriter, r *http.Request, who desk.Viewer) error {
	if err := p.desk.SetFirstView(r.Context(), who, r.PathValue("id")); err != nil {
		return err
	}
	return p.done(w, r, "view.first.done", "/views")
}
