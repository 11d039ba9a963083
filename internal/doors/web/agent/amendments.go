package agent

import (
	"cmp"
	"context"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/a-h/templ"

	"madoguchi/internal/desk"
	"madoguchi/internal/doors/web/ui"
	"madoguchi/internal/records/store"
	"madoguchi/internal/wording"
	"madoguchi/terms/contract"
	"madoguchi/terms/fault"
	"madoguchi/terms/worktime"
)

// amendmentNames are the names of the amendments that a contract stands under.
func amendmentNames(ctx context.Context, con *contract.Contract) string {
	var names []string
	for _, a := range con.Amendments() {
		names = append(names, said(ctx, a.Name()))
	}
	return strings.Join(names, ui.T(ctx, "list.sep"))
}

// amendmentRows lists a customer's amendments, the latest first.
func (p *Pages) amendmentRows(ctx context.Context, who desk.Viewer, o store.Organization) ([]AmendmentRow, error) {
	if err := who.May(desk.WorkCases); err != nil {
		return nil, err
	}
	con, err := p.desk.TermsOf(o, p.desk.Now())
	if err != nil {
		return nil, err
	}
	var rows []AmendmentRow
	for _, a := range p.desk.Contracts().Attached(o.ID) {
		rows = append(rows, amendmentRow(ctx, con.Zone(), a, p.desk.Now()))
	}
	slices.Reverse(rows)
	return rows, nil
}

func amendmentRow(ctx context.Context, zone *time.Location, a contract.Attached, now time.Time) AmendmentRow {
	day := func(t time.Time, none string) string {
		if t.IsZero() {
			return ui.T(ctx, none)
		}
		return wording.Date(t, now, zone, string(ui.Of(ctx).Lang))
	}
	row := AmendmentRow{ID: a.Amendment.ID(), Name: said(ctx, a.Amendment.Name()), Agreed: said(ctx, a.Amendment.Agreed()), State: "now"}
	last := a.Until
	if !last.IsZero() {
		last = last.Add(-time.Second) // of the last day
	}
	row.Span = ui.T(ctx, "amend.days", day(a.From, "amend.beginning"), day(last, "amend.open"))
	switch {
	case !a.Until.IsZero() && !a.Until.After(a.From):
		row.State, row.Span = "past", ui.T(ctx, "amend.never")
	case !a.Until.IsZero() && !now.Before(a.Until):
		row.State = "past"
	case now.Before(a.From):
		row.State = "next"
	}
	return row
}

// Amendment shows one amendment of a customer.
func (p *Pages) Amendment(w http.ResponseWriter, r *http.Request, who desk.Viewer) error {
	return p.amendment(w, r, who, http.StatusOK, "", nil)
}

func (p *Pages) amendment(w http.ResponseWriter, r *http.Request, who desk.Viewer, status int, last string, problems map[string]string) error {
	ctx := r.Context()
	o, err := p.desk.Customer(ctx, who, r.PathValue("id"))
	if err != nil {
		return err
	}
	row, err := p.desk.AmendmentText(ctx, who, o.ID, r.PathValue("amendment"))
	if err != nil {
		return err
	}
	rows, err := p.amendmentRows(ctx, who, o)
	if err != nil {
		return err
	}
	v := AmendmentView{
		ID: row.ID, Customer: o.ID, CustomerName: ui.Either(ctx, o.NameJA, o.NameEN), Text: row.YAML,
		Last: cmp.Or(last, p.today(o).String()), MayEdit: who.May(desk.AmendContract) == nil, Errors: problems,
	}
	for _, a := range rows {
		if a.ID == row.ID {
			v.Row = a
		}
	}
	return p.show(w, r, status, v.Row.Name, "customers", func(page ui.Page) templ.Component { return AmendmentPage(page, v) })
}

// today is the date at the customer's contract.
func (p *Pages) today(o store.Organization) worktime.Date {
	con, err := p.desk.TermsOf(o, p.desk.Now())
	if err != nil {
		return worktime.DateOf(p.desk.Now(), time.UTC)
	}
	return con.EffectiveDate(p.desk.Now())
}

// EndAmendment sets an amendment's last day.
func (p *Pages) EndAmendment(w http.ResponseWriter, r *http.Request, who desk.Viewer) error {
	last := strings.TrimSpace(r.PostFormValue("last"))
	day, err := dateField("last", last)
	if err == nil {
		err = p.desk.EndAmendment(r.Context(), who, r.PathValue("id"), r.PathValue("amendment"), day)
	}
	if err == nil {
		return p.done(w, r, "amend.ended", "/customers/"+r.PathValue("id"))
	}
	if problems, ok := ui.FormErrors(r.Context(), err); ok {
		return p.amendment(w, r, who, refused, last, problems)
	}
	return err
}

// NewAmendment shows the empty form.
func (p *Pages) NewAmendment(w http.ResponseWriter, r *http.Request, who desk.Viewer) error {
	if err := who.May(desk.AmendContract); err != nil {
		return err
	}
	o, err := p.desk.Customer(r.Context(), who, r.PathValue("id"))
	if err != nil {
		return err
	}
	f := AmendmentForm{AsText: r.FormValue("as") == "text", From: p.today(o).String()}
	if f.AsText {
		parts := contract.AmendmentParts{ID: "example-" + p.today(o).String(), Base: cmp.Or(o.Contract, p.desk.DefaultContract()), Name: contract.Text{JA: "覚書", EN: "Memorandum"}}
		f.YAML = string(parts.YAML())
	}
	return p.amendmentForm(w, r, http.StatusOK, o, f)
}

// AddAmendment attaches an amendment, or shows what it would do.
func (p *Pages) AddAmendment(w http.ResponseWriter, r *http.Request, who desk.Viewer) error {
	ctx := r.Context()
	if err := who.May(desk.AmendContract); err != nil {
		return err
	}
	o, err := p.desk.Customer(ctx, who, r.PathValue("id"))
	if err != nil {
		return err
	}
	f := formOfAmendment(r)
	cmd, problems := f.command(ctx, r, o.ID)
	if len(problems) == 0 {
		if r.PostFormValue("act") == "preview" {
			var seen []desk.Foreseen
			if seen, err = p.desk.PreviewAmendment(ctx, who, cmd); err == nil {
				f.Foresight = p.foresightOf(ctx, seen)
				return p.amendmentForm(w, r, http.StatusOK, o, f)
			}
		} else if _, err = p.desk.AddAmendment(ctx, who, cmd); err == nil {
			return p.done(w, r, "amend.added", "/customers/"+o.ID+"#amendments")
		}
		var ok bool
		if problems, ok = amendmentProblems(ctx, f, err); !ok {
			return err
		}
	}
	f.Errors = problems
	return p.amendmentForm(w, r, refused, o, f)
}

// amendmentProblems sorts a refusal to the fields of the form.
func amendmentProblems(ctx context.Context, f AmendmentForm, err error) (map[string]string, bool) {
	problems, ok := ui.FormErrors(ctx, err)
	if !ok {
		return nil, false
	}
	out := map[string]string{}
	for field, text := range problems {
		switch {
		case f.AsText && field != "from" && field != "until":
			field = "yaml"
		case strings.Contains(field, ":"): // a place in the file that the form wrote
			field = ""
		}
		out[field] = text
	}
	return out, true
}

func formOfAmendment(r *http.Request) AmendmentForm {
	return AmendmentForm{
		AsText: r.PostFormValue("as") == "text", YAML: r.PostFormValue("yaml"), NameJA: r.PostFormValue("name"), NameEN: r.PostFormValue("name_en"),
		AgreedJA: r.PostFormValue("agreed"), AgreedEN: r.PostFormValue("agreed_en"), From: r.PostFormValue("from"), Until: r.PostFormValue("until"),
		Region: r.PostFormValue("region"), Plus: r.PostFormValue("plus"), Closures: r.PostFormValue("closures"),
	}
}

// command reads the form; what cannot be read is said at its field.
func (f AmendmentForm) command(ctx context.Context, r *http.Request, organization string) (desk.AmendmentCommand, map[string]string) {
	cmd, problems := desk.AmendmentCommand{Organization: organization}, map[string]string{}
	note := func(err error) {
		if more, ok := ui.FormErrors(ctx, err); ok {
			for field, text := range more {
				problems[field] = text
			}
		}
	}
	var err error
	if cmd.From, err = dateField("from", f.From); err != nil {
		note(err)
	}
	if cmd.Until, err = dateField("until", f.Until); err != nil {
		note(err)
	}
	if f.AsText {
		cmd.YAML = []byte(f.YAML)
		if strings.TrimSpace(f.YAML) == "" {
			cmd.YAML = []byte(" ")
		}
		return cmd, problems
	}
	name := contract.Text{JA: strings.TrimSpace(f.NameJA), EN: strings.TrimSpace(f.NameEN)}
	if name == (contract.Text{}) {
		problems["name"] = ui.T(ctx, "amend.name.required")
	}
	cmd.Parts = contract.AmendmentParts{
		Name: name, Agreed: contract.Text{JA: strings.TrimSpace(f.AgreedJA), EN: strings.TrimSpace(f.AgreedEN)}, Region: contract.RegionID(f.Region), Plus: f.Plus,
	}
	if cmd.Parts.Plus != "" && cmd.Parts.Plus != "true" {
		cmd.Parts.Plus = "false"
	}
	if cmd.Parts.Closures, err = closureLines(f.Closures); err != nil {
		note(err)
	}
	for field := range r.PostForm {
		rest, ok := strings.CutPrefix(field, "target.")
		value := strings.TrimSpace(r.PostFormValue(field))
		metric, priority, both := strings.Cut(rest, ".")
		if !ok || !both || value == "" {
			continue
		}
		length, ok := wording.ParseLength(value)
		if !ok {
			problems[field] = ui.T(ctx, "amend.length.bad", value)
			continue
		}
		cmd.Parts.Targets = append(cmd.Parts.Targets, contract.TargetWithin{Metric: contract.Metric(metric), Priority: contract.PriorityID(priority), Within: length})
	}
	slices.SortFunc(cmd.Parts.Targets, func(a, b contract.TargetWithin) int {
		return cmp.Or(cmp.Compare(a.Metric, b.Metric), cmp.Compare(a.Priority, b.Priority))
	})
	return cmd, problems
}

// dateField reads an optional date.
func dateField(field, value string) (worktime.Date, error) {
	if value = strings.TrimSpace(value); value == "" {
		return worktime.Date{}, nil
	}
	d, err := worktime.ParseDate(value)
	if err != nil {
		return d, fault.Wrap(fault.Invalid, err, ui.TL(ui.JA, "amend.date.bad", value), ui.TL(ui.EN, "amend.date.bad", value)).At(field)
	}
	return d, nil
}

// closureLines reads days, one a line: a date, a name, and after a slash the
// name in English.
func closureLines(s string) ([]contract.NamedDay, error) {
	var out []contract.NamedDay
	for _, line := range lines(s) {
		date, name, _ := strings.Cut(strings.ReplaceAll(line, "　", " "), " ")
		d, err := worktime.ParseDate(strings.ReplaceAll(date, "/", "-"))
		if name = strings.TrimSpace(name); err != nil || name == "" {
			return nil, fault.New(fault.Invalid, ui.TL(ui.JA, "amend.closure.bad", line), ui.TL(ui.EN, "amend.closure.bad", line)).At("closures")
		}
		ja, en, _ := strings.Cut(name, "/")
		out = append(out, contract.NamedDay{Date: d, Name: contract.Text{JA: strings.TrimSpace(ja), EN: strings.TrimSpace(en)}})
	}
	return out, nil
}

// foresightOf writes what an amendment would do.
func (p *Pages) foresightOf(ctx context.Context, seen []desk.Foreseen) *Foresight {
	e := &Foresight{}
	for _, s := range seen {
		row := ForesightRow{
			Priority: string(s.Priority.ID), Before: ui.Moment(ctx, s.Before), After: ui.Moment(ctx, s.After), Same: s.Before.Equal(s.After), Clauses: places(s.Clauses),
		}
		if s.Case == nil {
			e.Now = append(e.Now, row)
			continue
		}
		row.Case, row.Number, row.Subject = string(s.Case.ID), p.desk.Number(s.Case.Number), s.Case.Subject
		e.Cases = append(e.Cases, row)
	}
	return e
}

func (p *Pages) amendmentForm(w http.ResponseWriter, r *http.Request, status int, o store.Organization, f AmendmentForm) error {
	ctx := r.Context()
	con, err := p.desk.TermsOf(o, p.desk.Now())
	if err != nil {
		return err
	}
	f.Customer, f.CustomerName = o.ID, ui.Either(ctx, o.NameJA, o.NameEN)
	f.Regions = []ui.Option{{Label: ui.T(ctx, "amend.unchanged")}}
	for _, reg := range con.Regions() {
		f.Regions = append(f.Regions, ui.Option{Value: string(reg.ID), Label: said(ctx, reg.Label)})
	}
	f.Pluses = []ui.Option{{Label: ui.T(ctx, "amend.unchanged")}, {Value: "true", Label: ui.T(ctx, "amend.plus.yes")}, {Value: "false", Label: ui.T(ctx, "amend.plus.no")}}
	if _, offered := con.ConfigWork(); !offered {
		f.Pluses = f.Pluses[:1]
	}
	for _, m := range contract.Metrics() {
		for _, pr := range con.Priorities() {
			t, ok := con.Target(m, pr.ID, con.HomeRegion())
			if !ok {
				continue
			}
			name := "target." + string(m) + "." + string(pr.ID)
			f.Targets = append(f.Targets, TargetField{
				Name: name, Label: ui.T(ctx, "amend.target.label", said(ctx, t.Label), said(ctx, pr.Label)), Value: r.PostFormValue(name), Present: contract.LengthWord(t.Business),
			})
		}
	}
	return p.show(w, r, status, ui.T(ctx, "amend.new"), "customers", func(page ui.Page) templ.Component { return AmendmentFormPage(page, f) })
}
