package agent

import (
	"net/http"

	"github.com/a-h/templ"

	"madoguchi/internal/desk"
	"madoguchi/internal/doors/web/ui"
	"madoguchi/internal/records/search"
	"madoguchi/terms/fault"
)

// SearchView is a page of what was found.
type SearchView struct {
	Query   string
	Problem string // why the query cannot be read
	Asked   bool   // the query asks for something
	Partial bool   // the search stopped before the page was full
	Found   []desk.FoundCase
	After   string
}

// Search finds cases by what was written in them.
func (p *Pages) Search(w http.ResponseWriter, r *http.Request, who desk.Viewer) error {
	ctx := r.Context()
	v := SearchView{Query: r.FormValue("q")}
	var after search.Cursor
	if err := ui.Unseal(r.FormValue("after"), &after); err != nil {
		return err
	}
	status := http.StatusOK
	res, err := p.desk.Find(ctx, who, v.Query, after)
	switch {
	case fault.Is(err, fault.Invalid):
		v.Problem, status = fault.Public(err).In(string(ui.Of(ctx).Lang)), http.StatusUnprocessableEntity
	case err != nil:
		return err
	default:
		v.Found, v.Asked, v.Partial = res.Cases, !res.Empty, res.Partial
		if !res.Next.End() {
			if v.After, err = ui.Seal(res.Next); err != nil {
				return err
			}
		}
	}
	return p.show(w, r, status, ui.T(ctx, "search.title"), "queue", func(page ui.Page) templ.Component { return SearchPage(page, v) })
}
