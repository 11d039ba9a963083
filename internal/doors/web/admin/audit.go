package admin

import (
	"cmp"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/a-h/templ"

	"madoguchi/internal/desk"
	"madoguchi/internal/doors/web/ui"
	"madoguchi/internal/records/store"
	"madoguchi/terms/fault"
)

// Audit lists who did what to the desk itself, and when.
func (p *Pages) Audit(w http.ResponseWriter, r *http.Request, who desk.Viewer) error {
	ctx := r.Context()
	q, err := auditQuery(r)
	if err != nil {
		return err
	}
	q.Limit = 50
	acts, next, err := p.desk.AuditLog(ctx, who, q)
	if err != nil {
		return err
	}
	names, err := p.agentNames(r)
	if err != nil {
		return err
	}
	v := AuditView{Who: r.FormValue("who"), What: r.FormValue("what"), Text: r.FormValue("q"), From: r.FormValue("from"), To: r.FormValue("to"), MayExport: who.Can(desk.Export)}
	v.Filtered = v.Who+v.What+v.Text+v.From+v.To != ""
	for _, a := range acts {
		row := AuditRow{When: ui.Moment(ctx, a.At), Who: cmp.Or(names[a.Actor], a.Actor), What: a.Act, About: a.Detail}
		if a.Actor == "system" {
			row.Who = ui.T(ctx, "audit.system")
		}
		if key := "audit.act." + a.Act; ui.Has(key) {
			row.What = ui.T(ctx, key)
		}
		v.Rows = append(v.Rows, row)
	}
	v.People = []ui.Option{{Label: ui.T(ctx, "audit.anybody")}, {Value: "system", Label: ui.T(ctx, "audit.system")}}
	for id, name := range names {
		v.People = append(v.People, ui.Option{Value: id, Label: name})
	}
	slices.SortStableFunc(v.People[2:], func(a, b ui.Option) int { return strings.Compare(a.Label, b.Label) })
	v.Acts = append([]ui.Option{{Label: ui.T(ctx, "audit.anything")}}, actOptions(r)...)
	v.Query = asked(r).Encode()
	if !next.End() {
		after, err := ui.Seal(next)
		if err != nil {
			return err
		}
		more := asked(r)
		more.Set("after", after)
		v.More = more.Encode()
	}
	return p.show(w, r, http.StatusOK, "audit.title", "audit", func(page ui.Page) templ.Component { return AuditPage(page, v) })
}

// asked are the filters of a request, for an address.
func asked(r *http.Request) url.Values {
	out := url.Values{}
	for _, name := range []string{"who", "what", "q", "from", "to"} {
		if v := r.FormValue(name); v != "" {
			out.Set(name, v)
		}
	}
	return out
}

// actOptions are the acts that have words, by their words.
func actOptions(r *http.Request) []ui.Option {
	var out []ui.Option
	for _, key := range ui.Keys("audit.act.") {
		out = append(out, ui.Option{Value: strings.TrimPrefix(key, "audit.act."), Label: ui.T(r.Context(), key)})
	}
	slices.SortFunc(out, func(a, b ui.Option) int { return strings.Compare(a.Label, b.Label) })
	return out
}

// auditQuery reads the filters; dates are whole days in the desk's zone.
func auditQuery(r *http.Request) (store.AuditQuery, error) {
	q := store.AuditQuery{Actor: r.FormValue("who"), Act: r.FormValue("what"), Text: strings.TrimSpace(r.FormValue("q"))}
	zone := ui.Of(r.Context()).Zone
	for name, into := range map[string]*time.Time{"from": &q.From, "to": &q.To} {
		if r.FormValue(name) == "" {
			continue
		}
		day, err := time.ParseInLocation(time.DateOnly, r.FormValue(name), zone)
		if err != nil {
			return q, fault.New(fault.Invalid, "日付は 2026-11-20 の形で入力してください。", "Please give dates in the form 2026-11-20.").At(name)
		}
		*into = day
	}
	if !q.To.IsZero() {
		q.To = q.To.AddDate(0, 0, 1)
	}
	return q, ui.Unseal(r.FormValue("after"), &q.After)
}

// ExportAudit hands out what the filters select as a file.
func (p *Pages) ExportAudit(w http.ResponseWriter, r *http.Request, who desk.Viewer) error {
	if err := who.May(desk.Export); err != nil {
		return err
	}
	q, err := auditQuery(r)
	if err != nil {
		return err
	}
	form := r.FormValue("form")
	kind := map[string]string{desk.AuditCSV: "text/csv; charset=utf-8", desk.AuditJSONLines: "application/x-ndjson"}[form]
	if kind == "" {
		return fault.New(fault.Invalid, "書き出す形式を選んでください。", "Please choose the form of the file.").At("form")
	}
	name := "audit-" + p.desk.Now().In(ui.Of(r.Context()).Zone).Format("20060102-1504") + "." + form
	w.Header().Set("Content-Type", kind)
	w.Header().Set("Content-Disposition", `attachment; filename="`+name+`"`)
	w.Header().Set("Cache-Control", "no-store")
	return p.desk.ExportAudit(r.Context(), who, q, form, w)
}
