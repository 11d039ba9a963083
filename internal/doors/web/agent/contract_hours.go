package agent

import (
	"context"
	"time"

	"madoguchi/internal/doors/web/ui"
	"madoguchi/internal/wording"
	"madoguchi/terms/contract"
	"madoguchi/terms/worktime"
)

// closureDays is how far ahead days without support are listed.
const closureDays = 200

// hoursOf tells each region's business hours and what is different about it.
func hoursOf(ctx context.Context, con *contract.Contract) []HoursRow {
	var out []HoursRow
	lang := string(ui.Of(ctx).Lang)
	for _, r := range con.Regions() {
		row := HoursRow{Region: said(ctx, r.Label), Week: wording.Week(con.Week(r.ID), lang), Zone: con.Hours(r.ID).Location().String(), Clauses: places(r.Clauses)}
		for _, named := range con.Calendars() {
			if named.ID == r.Calendar {
				row.Calendar = said(ctx, named.Name)
			}
		}
		if r.Reception24h {
			row.Notes = append(row.Notes, ui.T(ctx, "contract.always"))
		}
		if r.HighAroundClock {
			row.Notes = append(row.Notes, ui.T(ctx, "contract.high-always", said(ctx, con.Highest().Label)))
		}
		out = append(out, row)
	}
	return out
}

// targetsOf tells the target of each priority; regions that share it share a line.
func targetsOf(ctx context.Context, con *contract.Contract) []TargetRow {
	var out []TargetRow
	for _, pr := range con.Priorities() {
		for _, reg := range con.Regions() {
			t, ok := con.Target(contract.FirstResponse, pr.ID, reg.ID)
			if !ok {
				continue
			}
			row := TargetRow{Priority: string(pr.ID), Label: said(ctx, pr.Label), Regions: []string{said(ctx, reg.Label)}, Hours: wording.Hours(t.Business, string(ui.Of(ctx).Lang)), Clauses: places(t.Clauses)}
			if n := len(out); n > 0 && out[n-1].Priority == row.Priority && out[n-1].Hours == row.Hours {
				out[n-1].Regions = append(out[n-1].Regions, row.Regions...)
				continue
			}
			out = append(out, row)
		}
	}
	return out
}

// closuresOf lists the coming days without support: those of the first
// region's calendar that would be business days otherwise.
func closuresOf(ctx context.Context, con *contract.Contract, now time.Time) []ClosureRow {
	cal := con.Hours(con.Regions()[0].ID)
	today := worktime.DateOf(now, cal.Location())
	return closureRows(ctx, con, cal.Closures(today, today.AddDays(closureDays)), now)
}

// closureRows tells days without support, those of one date in one line.
func closureRows(ctx context.Context, con *contract.Contract, days []worktime.Closure, now time.Time) []ClosureRow {
	var out []ClosureRow
	lang := string(ui.Of(ctx).Lang)
	for _, c := range days {
		noon := time.Date(c.Date.Year, c.Date.Month, c.Date.Day, 12, 0, 0, 0, con.Zone())
		row := ClosureRow{Date: wording.Date(noon, now, con.Zone(), lang), Name: c.Name.In(lang), Computed: c.Computed}
		if n := len(out); n > 0 && out[n-1].Date == row.Date {
			out[n-1].Name += ui.T(ctx, "list.sep") + row.Name
			continue
		}
		out = append(out, row)
	}
	return out
}
