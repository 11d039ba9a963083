package admin

import (
	"net/http"

	"github.com/a-h/templ"

	"madoguchi/internal/desk"
	"madoguchi/internal/doors/web/ui"
	"madoguchi/internal/records/store"
)

// Audit lists who did what to the desk itself.
func (p *Pages) Audit(w http.ResponseWriter, r *http.Request, who desk.Viewer) error {
	ctx := r.Context()
	var after store.Since
	if err := ui.Unseal(r.FormValue("after"), &after); err != nil {
		return err
	}
	acts, next, err := p.desk.AuditLog(ctx, who, 50, after)
	if err != nil {
		return err
	}
	all, err := p.desk.Agents(ctx)
	if err != nil {
		return err
	}
	names := map[string]string{}
	for _, a := range all {
		names[a.ID] = a.Name
	}
	var v AuditView
	for _, a := range acts {
		row := AuditRow{When: ui.Moment(ctx, a.At), Who: names[a.Actor], What: a.Act, About: a.Detail}
		if row.Who == "" {
			row.Who = a.Actor
		}
		if key := "audit.act." + a.Act; ui.Has(key) {
			row.What = ui.T(ctx, key)
		}
		v.Rows = append(v.Rows, row)
	}
	if !next.End() {
		if v.After, err = ui.Seal(next); err != nil {
			return err
		}
	}
	return p.show(w, r, http.StatusOK, "audit.title", "audit", func(page ui.Page) templ.Component { return AuditPage(page, v) })
}
