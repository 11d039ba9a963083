package agent

import (
	"context"
	"net/http"
	"strconv"
	"time"

	"github.com/a-h/templ"

	"madoguchi/internal/desk"
	"madoguchi/internal/doors/web/ui"
	"madoguchi/internal/records/store"
)

// WallView is what the wall shows.
type WallView struct {
	desk.Wall
	Team    string
	Teams   []ui.Option
	Risk    []WallRow
	Most    int // the tallest hour
	Explain bool
}

// WallRow is a case that is past or near its deadline.
type WallRow struct {
	ID, Number, Subject, Org, Assignee, Priority string
	Provisional                                  bool
	Clock                                        ui.Clock
}

func (v WallView) link(pairs ...string) templ.SafeURL {
	return templ.SafeURL("/queue?" + desk.WallSelection(v.Team, pairs...).Encode())
}

func (v WallView) hour(i int) templ.SafeURL {
	return templ.SafeURL("/queue?" + desk.WriteSelection(v.HourSelection(v.Team, i)))
}

func (v WallView) ofPriority(p string) templ.SafeURL {
	return templ.SafeURL("/queue?" + desk.WriteSelection(v.PrioritySelection(v.Team, p)))
}

func (v WallView) self() string {
	if v.Team == "" {
		return "/wall"
	}
	return "/wall?team=" + v.Team
}

// Wall shows how the desk stands, for a large screen or a phone.
func (p *Pages) Wall(w http.ResponseWriter, r *http.Request, who desk.Viewer) error {
	ctx := r.Context()
	v := WallView{Team: r.FormValue("team"), Most: 1, Explain: who.Can(desk.Supervise)}
	var err error
	if v.Wall, err = p.desk.Wall(ctx, who, v.Team); err != nil {
		return err
	}
	teams, err := p.desk.Teams(ctx)
	if err != nil {
		return err
	}
	v.Teams = []ui.Option{{Value: "", Label: ui.T(ctx, "wall.team.all")}}
	for _, t := range teams {
		v.Teams = append(v.Teams, ui.Option{Value: t.ID, Label: ui.Either(ctx, t.NameJA, t.NameEN)})
	}
	for _, h := range v.Hours {
		v.Most = max(v.Most, h.Total)
	}
	for _, c := range v.Wall.Risk {
		v.Risk = append(v.Risk, WallRow{
			ID: string(c.ID), Number: c.Number, Subject: c.Subject, Org: c.OrgName, Assignee: c.AssigneeName, Priority: c.Priority, Provisional: c.Provisional, Clock: clockOf(c.Clock),
		})
	}
	if ui.IsFragment(r) {
		return ui.Render(w, r, http.StatusOK, WallNow(v))
	}
	return p.show(w, r, http.StatusOK, ui.T(ctx, "wall.title"), "wall", func(page ui.Page) templ.Component { return WallPage(page, v) })
}

// doesThere is what somebody does in a case.
func doesThere(ctx context.Context, c desk.WallCase) string {
	if c.Writes {
		return ui.T(ctx, "wall.people.writing")
	}
	return ui.T(ctx, "wall.people.viewing")
}

// WallPart is one priority's part of an hour, in the hundred units of the chart's height.
type WallPart struct {
	Class     string
	Y, Height string
}

// parts are the priorities of an hour from the bottom, the highest first.
func (v WallView) parts(h desk.WallHour) []WallPart {
	var out []WallPart
	top := 100.0
	for _, p := range []struct{ id, class string }{{"high", "h"}, {"medium", "m"}, {"low", "l"}} {
		n := h.By[p.id]
		if n == 0 {
			continue
		}
		height := 100 * float64(n) / float64(v.Most)
		top -= height
		out = append(out, WallPart{Class: p.class, Y: strconv.FormatFloat(top, 'f', 1, 64), Height: strconv.FormatFloat(height, 'f', 1, 64)})
	}
	return out
}

// MissForm is the panel that notes why a target was missed.
type MissForm struct {
	CaseID, Number, Subject, Metric, Deadline, Reason string
	Errors                                            map[string]string
}

// Miss shows the panel.
func (p *Pages) Miss(w http.ResponseWriter, r *http.Request, who desk.Viewer) error {
	return p.miss(w, r, who, http.StatusOK, nil)
}

func (p *Pages) miss(w http.ResponseWriter, r *http.Request, who desk.Viewer, status int, problems map[string]string) error {
	v, err := p.desk.View(r.Context(), who, caseID(r))
	if err != nil {
		return err
	}
	f := MissForm{CaseID: string(v.Case.ID), Number: v.Number, Subject: v.Case.Subject, Metric: r.FormValue("metric"), Deadline: r.FormValue("deadline"), Reason: r.FormValue("reason"), Errors: problems}
	if ui.IsFragment(r) {
		return ui.Render(w, r, status, MissPanel(f, true))
	}
	return p.show(w, r, status, ui.T(r.Context(), "wall.reason"), "wall", func(page ui.Page) templ.Component { return MissPage(page, f) })
}

// ExplainMiss notes why a target was missed.
func (p *Pages) ExplainMiss(w http.ResponseWriter, r *http.Request, who desk.Viewer) error {
	us, err := strconv.ParseInt(r.PostFormValue("deadline"), 10, 64)
	if err != nil {
		us = 0 // no target has it: the desk says so
	}
	err = p.desk.ExplainMiss(r.Context(), who, caseID(r), r.PostFormValue("metric"), time.UnixMicro(us), r.PostFormValue("reason"))
	if err == nil {
		return p.done(w, r, "wall.reason.done", "/wall")
	}
	if problems, ok := ui.FormErrors(r.Context(), err); ok {
		return p.miss(w, r, who, refused, problems)
	}
	return err
}

// of counts a priority over the hours shown.
func (v WallView) of(priority string) int {
	n := 0
	for _, h := range v.Hours {
		n += h.By[priority]
	}
	return n
}

func figureKind(kind string, n store.Tally) string {
	if n.None() {
		return ""
	}
	return kind
}

func mailIcon(m desk.WallMail) string {
	if m.Out {
		return "send"
	}
	return "mail"
}

func mailName(ctx context.Context, m desk.WallMail) string {
	switch {
	case m.Name != "":
		return m.Name
	case m.Out:
		return ui.T(ctx, "wall.mail.out")
	}
	return ui.T(ctx, "wall.mail.in")
}
