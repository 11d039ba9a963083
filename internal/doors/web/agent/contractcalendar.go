package agent

import (
	"context"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/a-h/templ"

	"madoguchi/internal/desk"
	"madoguchi/internal/doors/web/ui"
	"madoguchi/internal/wording"
	"madoguchi/terms/contract"
	"madoguchi/terms/fault"
	"madoguchi/terms/worktime"
)

// ContractCalendar is the editor of one calendar of a draft.
func (p *Pages) ContractCalendar(w http.ResponseWriter, r *http.Request, who desk.Viewer) error {
	return p.contractCalendar(w, r, who, http.StatusOK, nil, nil, "")
}

func (p *Pages) contractCalendar(w http.ResponseWriter, r *http.Request, who desk.Viewer, status int, problems map[string]string, imported []ImportedDay, file string) error {
	ctx := r.Context()
	d, err := p.desk.ContractDraft(ctx, who, r.PathValue("id"))
	if err != nil {
		return err
	}
	v := CalendarView{Draft: d.ID, ID: r.PathValue("calendar"), Revision: d.Revision, MayEdit: d.MayEdit, Errors: problems, Imported: imported, ImportName: file, Kept: map[string]string{}}
	for field := range r.PostForm {
		v.Kept[field] = r.PostFormValue(field)
	}
	cal, con, err := calendarOf(d, v.ID)
	if err != nil {
		return err
	}
	for _, named := range con.Calendars() {
		if named.ID == v.ID {
			v.Name = said(ctx, named.Name)
		}
	}
	v.Zone = cal.Location().String()
	values, err := contract.Values([]byte(d.YAML))
	if err != nil {
		return p.draftRefused(w, r, who, d.ID, err)
	}
	at := map[string]string{}
	days := map[string]int{}
	prefix := "calendars[" + v.ID + "]."
	for _, val := range values {
		at[val.Path] = val.Text
		entry, ok := dayEntry(val.Path)
		if !ok || !strings.HasPrefix(entry, prefix) {
			continue
		}
		i, had := days[entry]
		if !had {
			i = len(v.Days)
			days[entry] = i
			v.Days = append(v.Days, CalendarDay{Path: entry})
			if strings.Contains(entry, ".special[") {
				v.Days[i].Hours = ui.T(ctx, "calendar.closed")
			}
		}
		day := &v.Days[i]
		switch strings.TrimPrefix(val.Path, entry+".") {
		case "date", "every-year":
			day.Date = val.Text
			if strings.HasSuffix(val.Path, "every-year") {
				day.Date = ui.T(ctx, "calendar.every-year", yearly(ctx, val.Text))
			}
		case "hours":
			day.Hours = val.Text
		case "name." + string(ui.Of(ctx).Lang):
			day.Name = val.Text
		}
	}
	for i, key := range []string{"mon", "tue", "wed", "thu", "fri", "sat", "sun"} {
		f := WeekField{Key: key, Name: ui.T(ctx, "weekday."+strconv.Itoa((i+1)%7)), Value: at[prefix+"weekly."+key]}
		if typed, ok := v.Kept["weekly."+key]; ok && problems != nil {
			f.Value = typed
		}
		v.Week = append(v.Week, f)
	}
	today := worktime.DateOf(p.desk.Now(), cal.Location())
	v.Ahead = closureRows(ctx, con, cal.Closures(today, today.AddDays(publishedDays)), p.desk.Now())
	return p.show(w, r, status, ui.T(ctx, "calendar.title", v.Name), "contract", func(page ui.Page) templ.Component { return CalendarPage(page, v) })
}

// yearly writes days of any year, "12-29..01-03", as people do: 12/29〜1/3.
// What is not written so in the draft is left as it is.
func yearly(ctx context.Context, text string) string {
	from, to, span := strings.Cut(text, "..")
	out, ok := yearDay(ctx, from)
	if span && ok {
		var end string
		end, ok = yearDay(ctx, to)
		out = ui.T(ctx, "calendar.span", out, end)
	}
	if !ok {
		return text
	}
	return out
}

func yearDay(ctx context.Context, text string) (string, bool) {
	t, err := time.Parse("2006-01-02", "2024-"+strings.TrimSpace(text)) // a leap year, for 02-29
	if err != nil {
		return "", false
	}
	if ui.Of(ctx).Lang == ui.JA {
		return t.Format("1/2"), true
	}
	return t.Format("2 Jan"), true
}

// calendarOf is a calendar as the draft has it, or as it is in force while the
// draft's text is wrong.
func calendarOf(d desk.ContractDraftView, id string) (*worktime.Calendar, *contract.Contract, error) {
	con := d.Contract
	if con == nil {
		con = d.Active
	}
	cal, ok := con.Calendar(id)
	if !ok {
		return nil, nil, fault.New(fault.NotFound, "営業カレンダーが見つかりません。", "There is no such calendar.")
	}
	return cal, con, nil
}

// EditContractCalendar changes one calendar of a draft: its hours, a closure,
// a special day, or the days of an imported file.
func (p *Pages) EditContractCalendar(w http.ResponseWriter, r *http.Request, who desk.Viewer) error {
	ctx, id, name := r.Context(), r.PathValue("id"), r.PathValue("calendar")
	d, err := p.desk.ContractDraft(ctx, who, id)
	if err != nil {
		return err
	}
	if r.PostFormValue("act") == "import" {
		cal, _, err := calendarOf(d, name)
		if err != nil {
			return err
		}
		days, file, err := importedDays(ctx, r, cal, worktime.DateOf(p.desk.Now(), cal.Location()))
		if problems, ok := ui.FormErrors(ctx, err); err != nil && ok {
			return p.contractCalendar(w, r, who, refused, problems, nil, "")
		} else if err != nil {
			return err
		}
		return p.contractCalendar(w, r, who, http.StatusOK, nil, days, file)
	}
	edits, err := calendarEdits(r, d, name)
	if err == nil {
		revision, _ := strconv.ParseInt(r.PostFormValue("revision"), 10, 64)
		_, err = p.desk.EditDraft(ctx, who, id, revision, edits...)
	}
	if err == nil {
		return p.done(w, r, "draft.saved", "/contract/drafts/"+id+"/calendar/"+name)
	}
	if problems, ok := ui.FormErrors(ctx, err); ok {
		return p.contractCalendar(w, r, who, refused, problems, nil, "")
	}
	return err
}

// calendarEdits reads the form of one calendar.
func calendarEdits(r *http.Request, d desk.ContractDraftView, calendar string) ([]contract.Edit, error) {
	switch r.PostFormValue("act") {
	case "week":
		return weekEdits(r, d, calendar)
	case "closure":
		return dayEdits(calendar, []string{r.PostFormValue("date") + " " + r.PostFormValue("name") + " / " + r.PostFormValue("name_en")}, nil, "name")
	case "imported":
		return dayEdits(calendar, r.PostForm["day"], nil, "file")
	case "special":
		hours, err := spans(r.PostFormValue("hours"), "hours")
		if err != nil {
			return nil, err
		}
		return dayEdits(calendar, []string{r.PostFormValue("special_date") + " " + r.PostFormValue("special_name") + " / " + r.PostFormValue("special_name_en")}, append([]string{}, hours...), "special_name")
	case "remove":
		path := r.PostFormValue("path")
		if !strings.HasPrefix(path, "calendars["+calendar+"].") {
			return nil, fault.New(fault.Invalid, "削除する日を選んでください。", "Please choose the day to remove.")
		}
		return []contract.Edit{contract.Remove(path)}, nil
	}
	return nil, fault.New(fault.Invalid, "操作を選んでください。", "Please choose what to do.")
}

// dayEdits adds days: closures, or with hours special days.
func dayEdits(calendar string, lines, hours []string, field string) ([]contract.Edit, error) {
	if len(lines) == 0 {
		return nil, fault.New(fault.Invalid, "追加する日を選んでください。", "Please choose the days to add.").At(field)
	}
	var out []contract.Edit
	for _, line := range lines {
		days, err := closureLines(strings.TrimSuffix(strings.TrimSpace(line), "/"))
		if err != nil || len(days) != 1 {
			return nil, fault.New(fault.Invalid, "日付と名称を入力してください。", "Please give a date and a name.").At(field)
		}
		if hours != nil {
			out = append(out, contract.AddSpecial(calendar, days[0], hours))
			continue
		}
		out = append(out, contract.AddClosure(calendar, days[0]))
	}
	return out, nil
}

func weekEdits(r *http.Request, d desk.ContractDraftView, calendar string) ([]contract.Edit, error) {
	values, err := contract.Values([]byte(d.YAML))
	if err != nil {
		return nil, err
	}
	var out []contract.Edit
	for _, key := range []string{"mon", "tue", "wed", "thu", "fri", "sat", "sun"} {
		path := "calendars[" + calendar + "].weekly." + key
		have := ""
		for _, val := range values {
			if val.Path == path {
				have = val.Text
			}
		}
		next, err := spans(r.PostFormValue("weekly."+key), "weekly."+key)
		if err != nil {
			return nil, err
		}
		if strings.Join(next, ", ") != have {
			out = append(out, contract.SetList(path, next))
		}
	}
	slices.Reverse(out) // lines that are removed do not move those above them
	return out, nil
}

// spans reads hours as people type them: 10:00-12:00, 13:00〜18:00.
func spans(s, field string) ([]string, error) {
	var out []string
	for _, part := range strings.FieldsFunc(wording.Narrow(s), func(r rune) bool { return r == ',' || r == '、' || r == '\n' || r == ' ' }) {
		from, to, ok := strings.Cut(strings.NewReplacer("–", "-", "〜", "-", "～", "-", "~", "-").Replace(part), "-")
		if ok {
			_, err := worktime.ParseHours(from, to)
			ok = err == nil
		}
		if !ok {
			return nil, fault.New(fault.Invalid, "「"+part+"」を 10:00-18:00 の形で入力してください。", "Please write "+part+" in the form 10:00-18:00.").At(field)
		}
		out = append(out, from+"-"+to)
	}
	return out, nil
}
