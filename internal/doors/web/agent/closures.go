package agent

import (
	"bytes"
	"context"
	"net/http"
	"strings"

	"madoguchi/internal/calendarfile"
	"madoguchi/internal/doors/web/ui"
	"madoguchi/internal/wording"
	"madoguchi/terms/contract"
	"madoguchi/terms/fault"
	"madoguchi/terms/worktime"
)

// publishedDays is how far ahead the days without support are published.
const publishedDays = 400

// ClosuresView is the provider's days without support, for everybody: it knows
// of no customer.
type ClosuresView struct {
	Desk, Provider, Hours, Zone, Feed string
	Days                              []ClosureRow
}

// publicCalendar is what the desk publishes of its hours: the contract that
// unknown customers have, as published, without anybody's amendments.
func (p *Pages) publicCalendar() (*contract.Contract, []worktime.Closure, error) {
	now := p.desk.Now()
	con, err := p.desk.Contracts().InForce(p.desk.DefaultContract(), now)
	if err != nil {
		return nil, nil, err
	}
	var out []worktime.Closure
	first := worktime.DateOf(now, con.Zone())
	last := first.AddDays(publishedDays)
	for _, e := range p.desk.Contracts().Editions(con.ID()) {
		from, to := first, last
		if !e.From.IsZero() && first.Before(worktime.DateOf(e.From, con.Zone())) {
			from = worktime.DateOf(e.From, con.Zone())
		}
		if !e.Until.IsZero() {
			if end := worktime.DateOf(e.Until, con.Zone()).AddDays(-1); end.Before(to) {
				to = end
			}
		}
		if to.Before(from) {
			continue
		}
		out = append(out, e.Contract.Hours(e.Contract.Regions()[0].ID).Closures(from, to)...)
	}
	return con, out, nil
}

// Closures is the public page of the days without support.
func (p *Pages) Closures(w http.ResponseWriter, r *http.Request) error {
	ctx := r.Context()
	con, days, err := p.publicCalendar()
	if err != nil {
		return err
	}
	lang := string(ui.Of(ctx).Lang)
	region := con.Regions()[0].ID
	v := ClosuresView{
		Desk: said(ctx, con.Desk()), Provider: said(ctx, con.Provider()), Hours: wording.Week(con.Week(region), lang),
		Zone: con.Hours(region).Location().String(), Days: closureRows(ctx, con, days, p.desk.Now()), Feed: "/closures.ics?lang=" + lang,
	}
	return ui.Render(w, r, http.StatusOK, ClosuresPage(v))
}

// ClosuresFeed is the same as an iCalendar feed, to be subscribed to.
func (p *Pages) ClosuresFeed(w http.ResponseWriter, r *http.Request) error {
	con, days, err := p.publicCalendar()
	if err != nil {
		return err
	}
	lang := r.FormValue("lang")
	if lang != "en" {
		lang = "ja"
	}
	_, domain, _ := strings.Cut(p.desk.Site().Mail, "@")
	var b bytes.Buffer
	feed := calendarfile.Feed{
		Title: ui.TL(ui.Lang(lang), "closures.feed.title", con.Desk().In(lang)), Domain: domain, Lang: lang, Stamp: p.desk.Now(), Closures: days,
	}
	if err := calendarfile.WriteICS(&b, feed); err != nil {
		return err
	}
	h := w.Header()
	h.Set("Content-Type", "text/calendar; charset=utf-8")
	h.Set("Content-Disposition", `inline; filename="closures.ics"`)
	h.Set("Cache-Control", "public, max-age=3600")
	_, err = w.Write(b.Bytes())
	return err
}

// importedDays reads an uploaded iCalendar file as days without support.
func importedDays(ctx context.Context, r *http.Request, cal *worktime.Calendar, today worktime.Date) ([]ImportedDay, string, error) {
	up, head, err := r.FormFile("file")
	if err != nil {
		return nil, "", fault.Wrap(fault.Invalid, err, "読み込むファイル（.ics）を選んでください。", "Please choose a file (.ics) to import.").At("file")
	}
	closures, err := calendarfile.ReadICS(up, worktime.CompanyClosure)
	if closed := up.Close(); err == nil {
		err = closed
	}
	if err != nil {
		t := fault.Public(err)
		return nil, "", fault.Wrap(fault.Invalid, err, t.JA, t.EN).At("file")
	}
	known := map[worktime.Date]bool{}
	last := today.AddDays(3 * 366)
	for _, c := range cal.Closures(today, last) {
		known[c.Date] = true
	}
	var out []ImportedDay
	for _, c := range closures {
		if c.Date.Before(today) || last.Before(c.Date) || len(out) == maxImported {
			continue
		}
		name := contract.Text{JA: c.Name.JA, EN: c.Name.EN}
		if name.EN == "" {
			name.EN = name.JA
		}
		out = append(out, ImportedDay{Value: c.Date.String() + " " + name.JA + " / " + name.EN, Date: c.Date.String(), Name: said(ctx, name), Known: known[c.Date]})
	}
	if len(out) == 0 {
		return nil, "", fault.New(fault.Invalid, "今日から 3 年以内の終日の予定が、このファイルにありません。", "The file has no all-day event in the next three years.").At("file")
	}
	return out, head.Filename, nil
}

// maxImported is how many days one import offers.
const maxImported = 400
