// Package admin is what administrators and supervisors see of the desk
// itself: its people, its settings, the mail that left it, the record of who
// did what.
//
// It owns these pages and their forms. It refuses to check rights by itself:
// the desk does, and its refusal becomes a page.
//
// Start reading at [Pages].
package admin

import (
	"net/http"

	"github.com/a-h/templ"

	"madoguchi/internal/desk"
	"madoguchi/internal/doors/web/ui"
)

// Pages answers the requests for these pages.
type Pages struct {
	desk  *desk.Desk
	frame ui.Frame
}

// New returns the pages over a desk.
func New(d *desk.Desk, f ui.Frame) *Pages { return &Pages{desk: d, frame: f} }

func (p *Pages) show(w http.ResponseWriter, r *http.Request, status int, title, nav string, draw func(ui.Page) templ.Component) error {
	page, err := p.frame.Page(r, ui.T(r.Context(), title), nav)
	if err != nil {
		return err
	}
	return ui.Render(w, r, status, draw(page))
}

func (p *Pages) done(w http.ResponseWriter, r *http.Request, said, to string) error {
	p.frame.Flash(r, said)
	http.Redirect(w, r, to, http.StatusSeeOther)
	return nil
}
