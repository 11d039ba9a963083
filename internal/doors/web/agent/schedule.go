package agent

import (
	"context"
	"net/http"
	"strings"
	"time"

	"github.com/a-h/templ"

	"madoguchi/internal/desk"
	"madoguchi/internal/doors/web/ui"
	"madoguchi/terms/cases"
	"madoguchi/terms/fault"
	"madoguchi/terms/worktime"
)

// Later is the part of the composer that offers a later instant.
type Later struct {
	CaseID string
	Times  []LaterTime
	Days   []ReleaseDay
	Date   string // what the fields begin with
	Clock  string
	From   string // the first date that can be chosen
}

// LaterTime is an instant that is offered.
type LaterTime struct {
	Name string
	At   time.Time
	Says string // what the release does then
	Bad  bool
	Shut bool // out of business hours
}

// ReleaseDay is one day of the case's calendar.
type ReleaseDay struct {
	Label string
	Hours string // empty: closed
	Why   string // why it is closed
}

// Waiting is a reply that waits for its instant.
type Waiting struct {
	CaseID, By, To, Text, Kind string
	Message                    string
	Release, Written           time.Time
	Says                       string // what the release does
	Bad                        bool
	Files                      []string
	Mine                       bool // the viewer wrote it
	May                        bool // the viewer may move and cancel it
	Date, Clock, From          string
}

// releaseOf is the instant that the form asks for; zero: at once.
func (p *Pages) releaseOf(r *http.Request, who desk.Viewer) (time.Time, error) {
	name := r.FormValue("release")
	if name == "" {
		return time.Time{}, nil
	}
	v, err := p.desk.View(r.Context(), who, caseID(r))
	if err != nil {
		return time.Time{}, err
	}
	return p.desk.ReleaseInstant(v.Case, v.Contract, name, r.FormValue("release_date"), r.FormValue("release_clock"))
}

// schedule keeps the reply of the form for a later instant.
func (p *Pages) schedule(w http.ResponseWriter, r *http.Request, who desk.Viewer, cmd desk.ReplyCommand, at time.Time) error {
	if _, err := p.desk.Schedule(r.Context(), who, cmd, at); err != nil {
		return err
	}
	return p.acted(w, r, who, "later.kept", "reply")
}

// Reschedule moves the instant of the reply that waits.
func (p *Pages) Reschedule(w http.ResponseWriter, r *http.Request, who desk.Viewer) error {
	at, err := p.releaseOf(r, who)
	if err != nil {
		return err
	}
	if _, err := p.desk.Reschedule(r.Context(), who, caseID(r), at); err != nil {
		return err
	}
	return p.acted(w, r, who, "later.moved", "")
}

// Unschedule cancels the reply that waits; its text is a draft again.
func (p *Pages) Unschedule(w http.ResponseWriter, r *http.Request, who desk.Viewer) error {
	if _, err := p.desk.Unschedule(r.Context(), who, caseID(r)); err != nil {
		return err
	}
	if !ui.IsFragment(r) {
		return p.done(w, r, "later.ended", "/cases/"+r.PathValue("id"))
	}
	c, err := p.caseView(r, who)
	if err != nil {
		return err
	}
	w.Header().Set("HX-Trigger", `{"desk:undone":{}}`)
	return ui.Render(w, r, http.StatusOK, templ.Join(CaseLive(c), ComposerPartial(c.Composer), ui.ToastPartial(ui.Flash{Text: ui.T(r.Context(), "later.ended")})))
}

// ReleaseEffect says what a release at the instant of the fields would do.
func (p *Pages) ReleaseEffect(w http.ResponseWriter, r *http.Request, who desk.Viewer) error {
	v, err := p.desk.View(r.Context(), who, caseID(r))
	if err != nil {
		return err
	}
	ctx := r.Context()
	t, err := p.desk.ReleaseTimeAt(v.Case, v.Contract, kindOf(r.FormValue("kind"), v.Case.Response == nil), r.FormValue("release_date"), r.FormValue("release_clock"))
	if err != nil {
		words := fault.Public(err)
		return ui.Render(w, r, http.StatusOK, LaterSays(string(v.Case.ID), LaterTime{Says: ui.Either(ctx, words.JA, words.EN), Bad: true}))
	}
	return ui.Render(w, r, http.StatusOK, LaterSays(string(v.Case.ID), laterTime(ctx, t)))
}

func (p *Pages) laterOf(ctx context.Context, v desk.CaseView, kind cases.ReplyKind) Later {
	times, days := p.desk.ReleaseTimes(v.Case, v.Contract, kind)
	out := Later{CaseID: string(v.Case.ID)}
	for _, t := range times {
		out.Times = append(out.Times, laterTime(ctx, t))
	}
	for _, d := range days {
		out.Days = append(out.Days, calendarDay(ctx, d))
	}
	zone := p.desk.Zone()
	first := v.Now.In(zone).Add(time.Hour)
	if len(times) > 0 {
		first = times[0].At.In(zone)
	}
	out.Date, out.Clock, out.From = first.Format(time.DateOnly), first.Format("15:04"), v.Now.In(zone).Format(time.DateOnly)
	return out
}

func laterTime(ctx context.Context, t desk.ReleaseTime) LaterTime {
	out := LaterTime{Name: t.Name, At: t.At, Shut: !t.Open}
	out.Says, out.Bad = foreseen(ctx, t.Effect)
	return out
}

// foreseen says what a release would do to the clock.
func foreseen(ctx context.Context, e desk.ReplyPreview) (says string, bad bool) {
	if !e.Stops {
		if e.Kind == cases.ReceptionOnly {
			return ui.T(ctx, "later.effect.reception"), false
		}
		return ui.T(ctx, "later.effect.none"), false
	}
	label := ui.Either(ctx, e.Label.JA, e.Label.EN)
	if e.Verdict == cases.Missed {
		return ui.T(ctx, "later.effect.missed", label, ui.HM(-e.Left)), true
	}
	return ui.T(ctx, "later.effect.met", label, ui.HM(e.Left)), false
}

func calendarDay(ctx context.Context, d worktime.Day) ReleaseDay {
	noon := time.Date(d.Date.Year, d.Date.Month, d.Date.Day, 12, 0, 0, 0, ui.Of(ctx).Zone)
	out := ReleaseDay{Label: ui.Date(ctx, noon)}
	if !d.Business {
		out.Why = ui.Either(ctx, d.Reason.In("ja"), d.Reason.In("en"))
		for _, c := range d.Closures {
			out.Why = ui.Either(ctx, c.Name.JA, c.Name.EN)
		}
		return out
	}
	var spans []string
	for _, o := range d.Open {
		spans = append(spans, ui.Clk(ctx, o.From)+"–"+ui.Clk(ctx, o.To))
	}
	out.Hours = strings.Join(spans, ui.T(ctx, "list.sep"))
	return out
}

// waitingOf is the reply that waits in a case; nil: none.
func (p *Pages) waitingOf(ctx context.Context, v desk.CaseView) *Waiting {
	s := v.Scheduled
	if s == nil {
		return nil
	}
	zone := p.desk.Zone()
	out := &Waiting{
		CaseID: string(v.Case.ID), Message: s.Message, Mine: s.Mine, By: s.By.Name, To: strings.Join(s.To, ui.T(ctx, "list.sep")), Text: s.Text, Kind: string(s.Kind), Release: s.Release, Written: s.Written, May: s.MayEnd,
		Date: s.Release.In(zone).Format(time.DateOnly), Clock: s.Release.In(zone).Format("15:04"), From: v.Now.In(zone).Format(time.DateOnly),
	}
	out.Says, out.Bad = foreseen(ctx, s.Foreseen)
	for _, f := range s.Files {
		out.Files = append(out.Files, ui.T(ctx, "timeline.files", f.Name, size(f.Size)))
	}
	return out
}

// scheduleLine words what happened to a scheduled reply, and reports whether e
// is of that kind.
func scheduleLine(ctx context.Context, e cases.Event, en *Entry) bool {
	switch d := e.Data.(type) {
	case cases.ReplyScheduled:
		if d.Before.IsZero() {
			line(en, "clock", ui.T(ctx, "timeline.scheduled", ui.Near(ctx, d.Release)), "")
			return true
		}
		line(en, "clock", ui.T(ctx, "timeline.rescheduled", ui.Near(ctx, d.Before), ui.Near(ctx, d.Release)), "")
	case cases.ScheduleEnded:
		line(en, "x", ui.T(ctx, "timeline.unscheduled"), ui.T(ctx, "timeline.unscheduled."+string(d.Why)))
		if d.Why != cases.EndWithdrawn {
			en.Icon = "alert"
		}
		if d.Why == cases.EndRefused {
			en.Detail += " " + ui.Either(ctx, d.JA, d.EN)
		}
	case cases.FinishHeld:
		line(en, "alert", ui.T(ctx, "timeline.held", ui.T(ctx, "status."+string(d.Next))), ui.Either(ctx, d.JA, d.EN))
	default:
		return false
	}
	return true
}
