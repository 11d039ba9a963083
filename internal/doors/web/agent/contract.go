package agent

import (
	"context"
	"net/http"
	"strings"
	"time"

	"github.com/a-h/templ"

	"madoguchi/internal/desk"
	"madoguchi/internal/doors/web/ui"
	"madoguchi/terms/contract"
	"madoguchi/terms/worktime"
)

// closureDays is how far ahead days without support are listed.
const closureDays = 200

// Contract shows a contract version, read-only; by default the one in force.
func (p *Pages) Contract(w http.ResponseWriter, r *http.Request, who desk.Viewer) error {
	if err := who.May(desk.Agent); err != nil {
		return err
	}
	con, err := p.desk.Contracts().InForce(p.desk.DefaultContract(), p.desk.Now())
	if ref := r.FormValue("version"); ref != "" {
		con, err = p.desk.Contracts().Version(ref)
	}
	if err != nil {
		return err
	}
	v := contractView(r.Context(), con, p.desk.Now())
	for _, other := range p.desk.Contracts().All() {
		if other.Ref() != con.Ref() {
			v.Versions = append(v.Versions, ui.Option{Value: other.Ref(), Label: other.Ref()})
		}
	}
	return p.show(w, r, http.StatusOK, ui.T(r.Context(), "contract.title"), "contract", func(page ui.Page) templ.Component {
		return ContractPage(page, v)
	})
}

func contractView(ctx context.Context, con *contract.Contract, now time.Time) ContractView {
	either := func(t contract.Text) string { return ui.Either(ctx, t.JA, t.EN) }
	v := ContractView{Name: either(con.Name()), Provider: either(con.Provider()), Version: con.Version(), From: con.Effective().String()}
	for _, pr := range con.Priorities() {
		for _, reg := range con.Regions() {
			t, ok := con.Target(contract.FirstResponse, pr.ID, reg.ID)
			if !ok {
				continue
			}
			row := TargetRow{Priority: string(pr.ID), Region: either(reg.Label), Hours: ui.T(ctx, "contract.n-hours", ui.Hours(t.Business))}
			if len(t.Clauses) > 0 {
				row.Clause = string(t.Clauses[0])
			}
			if n := len(v.Targets); n > 0 && v.Targets[n-1].Priority == row.Priority && v.Targets[n-1].Hours == row.Hours {
				v.Targets[n-1].Region += ui.T(ctx, "list.sep") + row.Region
				continue
			}
			v.Targets = append(v.Targets, row)
		}
	}
	for _, k := range con.Criteria() {
		v.Criteria = append(v.Criteria, CriterionRow{Priority: string(k.Priority), Question: either(k.Question), Clause: string(k.Clause)})
	}
	for _, rd := range con.Readings() {
		row := ReadingRow{Name: rd.Name, Question: either(rd.Question), Reason: either(rd.Reason)}
		for _, a := range rd.Alternatives {
			row.Alternatives = append(row.Alternatives, Alternative{Meaning: either(a.Meaning), Chosen: a.ID == rd.Chosen})
		}
		v.Readings = append(v.Readings, row)
	}
	v.Sections = sectionsOf(ctx, con)
	calendarsOf(ctx, con, now, &v)
	return v
}

func sectionsOf(ctx context.Context, con *contract.Contract) []Section {
	var out []Section
	for _, c := range con.Clauses() {
		title := ui.Either(ctx, c.Section.JA, c.Section.EN)
		if n := len(out); n == 0 || out[n-1].Title != title {
			out = append(out, Section{Title: title})
		}
		s := &out[len(out)-1]
		row := ClauseRow{Clause: Clause{ID: string(c.ID), Number: c.Number, JA: c.JA, EN: c.EN}, How: string(c.Binding.How)}
		row.Places = ui.Either(ctx, c.Binding.Reason.JA, c.Binding.Reason.EN)
		if row.Places == "" {
			row.Places = strings.Join(c.Binding.Places, ", ")
		}
		s.Clauses = append(s.Clauses, row)
	}
	return out
}

// calendarsOf lists a week's hours and the coming days without support.
func calendarsOf(ctx context.Context, con *contract.Contract, now time.Time, v *ContractView) {
	for _, named := range con.Calendars() {
		cal, ok := con.Calendar(named.ID)
		if !ok {
			continue
		}
		row := HoursRow{Calendar: ui.Either(ctx, named.Name.JA, named.Name.EN) + " (" + cal.Location().String() + ")"}
		for _, day := range typicalWeek(cal, worktime.DateOf(now, cal.Location())) {
			row.Days = append(row.Days, Fact{ui.T(ctx, "weekday."+string(rune('0'+day.Date.Weekday()))), openText(ctx, day, cal)})
		}
		v.Hours = append(v.Hours, row)
		if len(v.Closures) > 0 {
			continue
		}
		for i, d := 0, worktime.DateOf(now, cal.Location()); i < closureDays; i++ {
			day := cal.Day(d.AddDays(i))
			if day.Business || len(day.Closures) == 0 {
				continue
			}
			at := time.Date(day.Date.Year, day.Date.Month, day.Date.Day, 12, 0, 0, 0, cal.Location())
			v.Closures = append(v.Closures, Closure{Date: ui.Date(ctx, at), Name: day.Closures[0].Name.In(string(ui.Of(ctx).Lang))})
		}
	}
}

// typicalWeek finds for every weekday, Monday first, its next date that is an
// ordinary one.
func typicalWeek(cal *worktime.Calendar, from worktime.Date) []worktime.Day {
	var week [7]worktime.Day
	var found [7]bool
	for i := range 60 {
		day := cal.Day(from.AddDays(i))
		slot := (int(day.Date.Weekday()) + 6) % 7
		if !found[slot] && (day.Reason == worktime.Open || day.Reason == worktime.Weekend) {
			week[slot], found[slot] = day, true
		}
	}
	out := make([]worktime.Day, 0, 7)
	for i := range week {
		if found[i] {
			out = append(out, week[i])
		}
	}
	return out
}

func openText(ctx context.Context, d worktime.Day, cal *worktime.Calendar) string {
	if len(d.Open) == 0 {
		return ui.T(ctx, "contract.closed")
	}
	var parts []string
	for _, o := range d.Open {
		parts = append(parts, o.From.In(cal.Location()).Format("15:04")+"–"+o.To.In(cal.Location()).Format("15:04"))
	}
	return strings.Join(parts, ui.T(ctx, "list.sep"))
}
