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
	"madoguchi/internal/records/store"
	"madoguchi/terms/fault"
	"madoguchi/terms/staff"
)

// zones are those that can be chosen; more can be added without harm.
var zones = []string{
	"Asia/Tokyo", "Asia/Seoul", "Asia/Shanghai", "Asia/Taipei", "Asia/Hong_Kong", "Asia/Singapore", "Asia/Bangkok", "Asia/Jakarta", "Asia/Kolkata", "Asia/Dubai",
	"Europe/London", "Europe/Paris", "Europe/Berlin", "Europe/Madrid", "Europe/Warsaw", "Europe/Helsinki", "Africa/Johannesburg",
	"America/New_York", "America/Chicago", "America/Denver", "America/Los_Angeles", "America/Sao_Paulo", "Australia/Sydney", "Pacific/Auckland", "UTC",
}

// StaffRow is a person of the desk in the list.
type StaffRow struct {
	ID, Name, State, Hours string
	Back                   time.Time
	Note                   string
	Skills                 []string
	Mine                   bool
}

// StaffView lists who is at work, and the registry of skills.
type StaffView struct {
	Rows    []StaffRow
	Skills  []store.Skill
	MayPlan bool
	Errors  map[string]string
}

// Staff lists who is at work, when the others are back, and who can what.
func (p *Pages) Staff(w http.ResponseWriter, r *http.Request, who desk.Viewer) error {
	return p.staff(w, r, who, http.StatusOK, nil)
}

func (p *Pages) staff(w http.ResponseWriter, r *http.Request, who desk.Viewer, status int, problems map[string]string) error {
	all, err := p.desk.Colleagues(r.Context(), ui.Of(r.Context()).Now)
	if err != nil {
		return err
	}
	v := StaffView{MayPlan: who.Can(desk.PlanStaff), Errors: problems}
	if v.Skills, err = p.desk.Skills(r.Context(), who); err != nil {
		return err
	}
	for _, c := range all {
		v.Rows = append(v.Rows, staffRow(r.Context(), c, who))
	}
	return p.show(w, r, status, ui.T(r.Context(), "staff.title"), "staff", func(page ui.Page) templ.Component { return StaffPage(page, v) })
}

func staffRow(ctx context.Context, c desk.Colleague, who desk.Viewer) StaffRow {
	row := StaffRow{ID: c.ID, Name: c.Name, State: string(c.State), Back: c.Back, Hours: ui.T(ctx, "staff.hours.desk"), Mine: c.ID == who.ID}
	if c.Person.Own {
		today := c.Person.Week[ui.Of(ctx).Now.In(c.Person.Zone).Weekday()]
		if row.Hours = staff.Spans(today); row.Hours == "" {
			row.Hours = ui.T(ctx, "staff.hours.none")
		}
	}
	if zone := c.Person.Zone.String(); zone != ui.Of(ctx).Zone.String() {
		row.Hours += " " + zone
	}
	if c.State == staff.Away {
		row.Note = c.Hours.AwayNote
	}
	for _, s := range c.Skills {
		row.Skills = append(row.Skills, s.Name(string(ui.Of(ctx).Lang)))
	}
	return row
}

// StaffMember is one person's hours, days off and skills.
type StaffMember struct {
	StaffRow
	Zone    string
	Zones   []ui.Option
	Own     bool
	Days    []StaffDay
	Off     []store.DayOff
	Skills  []SkillChoice
	MayPlan bool // skills, too
	Away    bool
	Errors  map[string]string
}

// StaffDay is one day of the week in the form.
type StaffDay struct{ Name, Field, Hours string }

// SkillChoice is a skill that a person may have.
type SkillChoice struct {
	ID, Name, Kind string
	Has            bool
}

// StaffMember shows when a person works.
func (p *Pages) StaffMember(w http.ResponseWriter, r *http.Request, who desk.Viewer) error {
	return p.staffMember(w, r, who, http.StatusOK, nil)
}

func (p *Pages) staffMember(w http.ResponseWriter, r *http.Request, who desk.Viewer, status int, problems map[string]string) error {
	ctx, id := r.Context(), r.PathValue("id")
	if id != who.ID {
		if err := who.May(desk.PlanStaff); err != nil {
			return err
		}
	}
	c, err := p.desk.Colleague(ctx, who, id)
	if err != nil {
		return err
	}
	v := StaffMember{StaffRow: staffRow(ctx, c, who), Zone: c.Hours.Zone, Own: c.Hours.Own, Off: c.Off, MayPlan: who.Can(desk.PlanStaff), Away: c.State == staff.Away, Errors: problems}
	v.Zones = append(v.Zones, ui.Option{Value: "", Label: ui.T(ctx, "staff.zone.desk", p.desk.Zone().String())})
	for _, z := range zones {
		v.Zones = append(v.Zones, ui.Option{Value: z, Label: z})
	}
	week := c.Person.Week
	if !c.Person.Own {
		if week, err = staff.DecodeWeek(c.Hours.Week); err != nil {
			week = staff.Week{}
		}
	}
	for i := 1; i <= 7; i++ { // the week begins with Monday in the form
		d := i % 7
		field := "day" + strconv.Itoa(d)
		hours := staff.Spans(week[d])
		if r.Method == http.MethodPost && r.PostForm.Has(field) {
			hours = r.PostFormValue(field)
		}
		v.Days = append(v.Days, StaffDay{Name: ui.T(ctx, "weekday."+strconv.Itoa(d)), Field: field, Hours: hours})
	}
	all, err := p.desk.Skills(ctx, who)
	if err != nil {
		return err
	}
	for _, s := range all {
		v.Skills = append(v.Skills, SkillChoice{ID: s.ID, Name: s.Name(string(ui.Of(ctx).Lang)), Kind: ui.T(ctx, "skill.kind."+s.Kind), Has: c.Has(s.ID)})
	}
	return p.show(w, r, status, c.Name, "staff", func(page ui.Page) templ.Component { return StaffMemberPage(page, v) })
}

// planned ends a form about a person's time.
func (p *Pages) planned(w http.ResponseWriter, r *http.Request, who desk.Viewer, err error) error {
	if err == nil {
		return p.done(w, r, "saved", "/staff/"+r.PathValue("id"))
	}
	if problems, ok := ui.FormErrors(r.Context(), err); ok {
		return p.staffMember(w, r, who, refused, problems)
	}
	return err
}

// SetHours records when a person works.
func (p *Pages) SetHours(w http.ResponseWriter, r *http.Request, who desk.Viewer) error {
	f := desk.HoursForm{Zone: r.PostFormValue("zone"), Own: r.PostFormValue("own") == "yes"}
	for d := range f.Week {
		f.Week[d] = r.PostFormValue("day" + strconv.Itoa(d))
	}
	return p.planned(w, r, who, p.desk.SetHours(r.Context(), who, r.PathValue("id"), f))
}

// SetAway records that a person is away, or back.
func (p *Pages) SetAway(w http.ResponseWriter, r *http.Request, who desk.Viewer) error {
	id := r.PathValue("id")
	if r.PostFormValue("act") == "back" {
		return p.planned(w, r, who, p.desk.ComeBack(r.Context(), who, id))
	}
	var until time.Time
	if text := r.PostFormValue("until"); text != "" {
		var err error
		if until, err = time.ParseInLocation("2006-01-02T15:04", text, ui.Of(r.Context()).Zone); err != nil {
			return p.planned(w, r, who, fault.Wrap(fault.Invalid, err, "戻る日時を入力し直してください。", "Please give the date and time again.").At("until"))
		}
	}
	return p.planned(w, r, who, p.desk.GoAway(r.Context(), who, id, until, r.PostFormValue("note")))
}

// AddDayOff adds days off.
func (p *Pages) AddDayOff(w http.ResponseWriter, r *http.Request, who desk.Viewer) error {
	return p.planned(w, r, who, p.desk.AddDayOff(r.Context(), who, r.PathValue("id"), r.PostFormValue("from"), r.PostFormValue("to"), r.PostFormValue("off_note")))
}

// RemoveDayOff takes them out again.
func (p *Pages) RemoveDayOff(w http.ResponseWriter, r *http.Request, who desk.Viewer) error {
	return p.planned(w, r, who, p.desk.RemoveDayOff(r.Context(), who, r.PathValue("id"), r.PathValue("off")))
}

// SetSkills records what a person can do.
func (p *Pages) SetSkills(w http.ResponseWriter, r *http.Request, who desk.Viewer) error {
	return p.planned(w, r, who, p.desk.SetSkills(r.Context(), who, r.PathValue("id"), r.PostForm["skill"]))
}

// PutSkill adds a skill to the registry.
func (p *Pages) PutSkill(w http.ResponseWriter, r *http.Request, who desk.Viewer) error {
	err := p.desk.PutSkill(r.Context(), who, store.Skill{Kind: r.PostFormValue("kind"), NameJA: r.PostFormValue("name_ja"), NameEN: r.PostFormValue("name_en")})
	if err == nil {
		return p.done(w, r, "saved", "/staff")
	}
	if problems, ok := ui.FormErrors(r.Context(), err); ok {
		return p.staff(w, r, who, refused, problems)
	}
	return err
}

// RemoveSkill takes one out of the registry.
func (p *Pages) RemoveSkill(w http.ResponseWriter, r *http.Request, who desk.Viewer) error {
	if err := p.desk.RemoveSkill(r.Context(), who, r.PathValue("id")); err != nil {
		return err
	}
	return p.done(w, r, "skill.removed", "/staff")
}

// peopleOf are those to whom a case can be given, at work first.
func peopleOf(ctx context.Context, v desk.CaseView) []Person {
	var out []Person
	for _, c := range v.Colleagues {
		if !slices.ContainsFunc(v.Agents, func(a store.Agent) bool { return a.ID == c.ID }) {
			continue
		}
		one := Person{ID: c.ID, Name: c.Name}
		var skills []string
		for _, s := range c.Skills {
			skills = append(skills, s.Name(string(ui.Of(ctx).Lang)))
		}
		one.Skills = strings.Join(skills, ui.T(ctx, "list.sep"))
		if !c.AtWork() {
			one.Away = ui.T(ctx, "staff.state."+string(c.State))
			if !c.Back.IsZero() {
				one.Away += " " + ui.T(ctx, "staff.back", ui.Near(ctx, c.Back))
			}
		}
		out = append(out, one)
	}
	return out
}
