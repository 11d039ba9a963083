package agent

import (
	"net/http"

	"github.com/a-h/templ"

	"madoguchi/internal/desk"
	"madoguchi/internal/doors/web/ui"
)

// Pages answers the requests for the desk's own pages.
type Pages struct {
	desk  *desk.Desk
	frame ui.Frame
}

// New returns the pages over a desk.
func New(d *desk.Desk, f ui.Frame) *Pages { return &Pages{desk: d, frame: f} }

// show draws a page inside the shell.
func (p *Pages) show(w http.ResponseWriter, r *http.Request, status int, title, nav string, draw func(ui.Page) templ.Component) error {
	page, err := p.frame.Page(r, title, nav)
	if err != nil {
		return err
	}
	return ui.Render(w, r, status, draw(page))
}

// done ends a form that is no fragment: the next page says what happened.
func (p *Pages) done(w http.ResponseWriter, r *http.Request, key, to string) error {
	p.frame.Flash(r, key)
	http.Redirect(w, r, to, http.StatusSeeOther)
	return nil
}

// refused is the HTTP status of a form drawn again.
const refused = http.StatusUnprocessableEntity
