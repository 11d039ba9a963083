package agent

import (
	"context"
	"net/http"
	"net/url"
	"time"

	"github.com/a-h/templ"

	"madoguchi/internal/desk"
	"madoguchi/internal/doors/web/ui"
	"madoguchi/terms/cases"
	"madoguchi/terms/contract"
	"madoguchi/terms/fault"
)

// movesView tells which running deadlines would follow a version.
func (p *Pages) movesView(ctx context.Context, who desk.Viewer, con *contract.Contract, organization string) MovesView {
	moves, more, err := p.desk.Moves(ctx, who, con, organization)
	if err != nil {
		return MovesView{Error: fault.Public(err).In(string(ui.Of(ctx).Lang))}
	}
	v := MovesView{More: more}
	when := func(t time.Time) string {
		if t.IsZero() {
			return ui.T(ctx, "rebase.rests")
		}
		return ui.Moment(ctx, t)
	}
	for _, m := range moves {
		row := MoveRow{
			Case: string(m.Case.ID), Number: p.desk.Number(m.Case.Number), Subject: m.Case.Subject, Company: m.Case.OrgName,
			Priority: m.Case.Priority, Provisional: m.Case.Provisional, Shown: m.Shown(), Clauses: places(m.Clauses),
		}
		for _, k := range m.Clocks {
			row.Clocks = append(row.Clocks, ClockMoveRow{Metric: metricName(ctx, con, k.Metric), Before: when(k.Before), After: when(k.After)})
		}
		for _, metric := range m.Dropped {
			row.Dropped = append(row.Dropped, metricName(ctx, con, metric))
		}
		v.Rows = append(v.Rows, row)
	}
	return v
}

// metricName is what the contract calls what a clock measures.
func metricName(ctx context.Context, con *contract.Contract, metric string) string {
	return said(ctx, con.MetricLabel(contract.Metric(metric)))
}

// Rebase shows which running deadlines would follow the version in force.
func (p *Pages) Rebase(w http.ResponseWriter, r *http.Request, who desk.Viewer) error {
	return p.rebase(w, r, who, http.StatusOK, nil)
}

func (p *Pages) rebase(w http.ResponseWriter, r *http.Request, who desk.Viewer, status int, problems map[string]string) error {
	ctx := r.Context()
	if err := who.May(desk.ApproveContract); err != nil {
		return err
	}
	id := p.desk.DefaultContract()
	v := RebaseView{Organization: r.FormValue("organization"), Reason: r.PostFormValue("reason"), Errors: problems}
	if v.Organization != "" {
		o, err := p.desk.Customer(ctx, who, v.Organization)
		if err != nil {
			return err
		}
		v.Name = ui.Either(ctx, o.NameJA, o.NameEN)
		if o.Contract != "" {
			id = o.Contract
		}
	} else if given := r.FormValue("contract"); given != "" {
		id = given
	}
	con, err := p.desk.Contracts().InForce(id, p.desk.Now())
	if err != nil {
		return err
	}
	v.To, v.Version = con.Ref(), con.Version()
	v.Moves = p.movesView(ctx, who, con, v.Organization)
	return p.show(w, r, status, ui.T(ctx, "rebase.title"), "contract", func(page ui.Page) templ.Component { return RebasePage(page, v) })
}

// MakeRebase moves the chosen cases.
func (p *Pages) MakeRebase(w http.ResponseWriter, r *http.Request, who desk.Viewer) error {
	cmd := desk.RebaseCommand{To: r.PostFormValue("to"), Reason: r.PostFormValue("reason"), Cases: map[cases.ID]string{}}
	for _, id := range r.PostForm["case"] {
		cmd.Cases[cases.ID(id)] = r.PostFormValue("shown." + id)
	}
	moved, err := p.desk.Rebase(r.Context(), who, cmd)
	if err == nil {
		said := "rebase.done"
		if moved < len(cmd.Cases) {
			said = "rebase.some"
		}
		back := "/contract/rebase"
		if o := r.PostFormValue("organization"); o != "" {
			back += "?organization=" + url.QueryEscape(o)
		}
		return p.done(w, r, said, back)
	}
	if problems, ok := ui.FormErrors(r.Context(), err); ok {
		return p.rebase(w, r, who, refused, problems)
	}
	return err
}

// rebasedWords tells a rebase in the history: the reason, the versions, and
// each deadline that it moved.
func rebasedWords(ctx context.Context, d cases.ContractRebased) string {
	words := d.Reason + " " + d.From + " → " + d.To
	for _, t := range d.Targets {
		words += ui.T(ctx, "list.sep") + ui.T(ctx, "rebase.moved", ui.T(ctx, "rebase.metric."+t.Metric), ui.Moment(ctx, t.Before), ui.Moment(ctx, t.Deadline))
	}
	return words
}
