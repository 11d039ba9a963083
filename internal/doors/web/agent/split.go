package agent

import (
	"context"
	"net/http"
	"slices"
	"strings"

	"github.com/a-h/templ"

	"madoguchi/internal/desk"
	"madoguchi/internal/doors/web/ui"
	"madoguchi/terms/cases"
	"madoguchi/terms/fault"
)

// SplitView is the panel that makes a case of its own of some mails.
type SplitView struct {
	CaseID, Number, Subject string // of the case that is split
	Mails                   []SplitMail
	NewSubject, Reason      string
	Plan                    []string // in words; empty before mails are chosen
	Clocks                  []ClockChangeView
	Bad                     string // why it cannot be made, or what to mind
	Errors                  map[string]string
}

// SplitMail is a mail that can go.
type SplitMail struct {
	Message, When, Who, Text string
	Chosen                   bool
}

// Split shows the panel.
func (p *Pages) Split(w http.ResponseWriter, r *http.Request, who desk.Viewer) error {
	v, err := p.splitView(r, who, nil)
	if err != nil {
		return err
	}
	if ui.IsFragment(r) {
		return ui.Render(w, r, http.StatusOK, SplitPanel(v, true))
	}
	return p.splitPage(w, r, http.StatusOK, v)
}

func (p *Pages) splitPage(w http.ResponseWriter, r *http.Request, status int, v SplitView) error {
	return p.show(w, r, status, ui.T(r.Context(), "split.title"), "queue", func(page ui.Page) templ.Component { return SplitPage(page, v) })
}

// SplitPlan follows the choice with what the split would make.
func (p *Pages) SplitPlan(w http.ResponseWriter, r *http.Request, who desk.Viewer) error {
	v, err := p.splitView(r, who, nil)
	if err != nil {
		return err
	}
	return ui.Render(w, r, http.StatusOK, SplitPlanView(v))
}

// DoSplit makes it and goes on to the new case.
func (p *Pages) DoSplit(w http.ResponseWriter, r *http.Request, who desk.Viewer) error {
	fresh, err := p.desk.Split(r.Context(), who, splitting(r))
	if err == nil {
		return p.leftFor(w, r, "split.done", fresh.ID)
	}
	problems, ok := ui.FormErrors(r.Context(), err)
	if !ok || ui.IsFragment(r) {
		return err
	}
	v, verr := p.splitView(r, who, problems)
	if verr != nil {
		return verr
	}
	return p.splitPage(w, r, refused, v)
}

// Unsplit merges a case back into the one that it was split from.
func (p *Pages) Unsplit(w http.ResponseWriter, r *http.Request, who desk.Viewer) error {
	v, err := p.desk.View(r.Context(), who, caseID(r))
	if err != nil {
		return err
	}
	m := desk.Merging{Case: v.Case.ID, Into: v.Case.From, Reason: ui.TL(ui.JA, "split.undo.reason")}
	if v.Case.From == "" {
		return fault.New(fault.Conflict, "このケースは分割して作られたものではありません。", "This case was not split from another.")
	}
	if _, err := p.desk.Merge(r.Context(), who, m); err != nil {
		return err
	}
	return p.leftFor(w, r, "split.undone", m.Into)
}

func splitting(r *http.Request) desk.SplitCommand {
	return desk.SplitCommand{Case: caseID(r), Messages: r.Form["message"], Subject: r.FormValue("subject"), Reason: r.FormValue("reason")}
}

func (p *Pages) splitView(r *http.Request, who desk.Viewer, problems map[string]string) (SplitView, error) {
	ctx := r.Context()
	cv, err := p.desk.View(ctx, who, caseID(r))
	if err != nil {
		return SplitView{}, err
	}
	if err := r.ParseForm(); err != nil {
		return SplitView{}, fault.Wrap(fault.Invalid, err, "入力を読み取れませんでした。", "The form could not be read.")
	}
	cmd := splitting(r)
	v := SplitView{CaseID: string(cv.Case.ID), Number: cv.Number, Subject: cv.Case.Subject, NewSubject: cmd.Subject, Reason: cmd.Reason, Errors: problems}
	for _, e := range cv.Events {
		m, ok := e.Data.(cases.MessageReceived)
		if !ok || cv.Case.Moved(m.Message) {
			continue
		}
		text := strings.Join(strings.Fields(m.New), " ")
		if runes := []rune(text); len(runes) > 80 {
			text = string(runes[:80]) + "…"
		}
		v.Mails = append(v.Mails, SplitMail{Message: m.Message, When: ui.Moment(ctx, m.Received), Who: personName(m.From), Text: text, Chosen: slices.Contains(cmd.Messages, m.Message)})
	}
	if len(cmd.Messages) == 0 {
		return v, nil
	}
	plan, err := p.desk.PlanSplit(ctx, who, cmd)
	switch {
	case fault.Is(err, fault.Invalid) || fault.Is(err, fault.Conflict):
		v.Bad = ui.Either(ctx, fault.Public(err).JA, fault.Public(err).EN)
	case err != nil:
		return v, err
	case len(plan.Clocks) == 0:
		v.Plan = []string{plan.Subject, ui.T(ctx, "split.plan.unknown")}
	default:
		v.Plan = []string{plan.Subject, ui.T(ctx, "split.plan.clock", ui.Moment(ctx, plan.Reception), ui.PriorityName(ctx, plan.Priority))}
		v.Clocks = clockChanges(ctx, plan.Clocks)
	}
	return v, nil
}

// splitLine words that a case was split, and reports whether e is of that kind.
func splitLine(ctx context.Context, v desk.CaseView, e cases.Event, en *Entry) bool {
	switch d := e.Data.(type) {
	case cases.SplitOff:
		line(en, "arrow", ui.T(ctx, "timeline.split-off", len(d.Messages), numberLike(v.Number, d.Number)), d.Reason)
		en.Link = "/cases/" + string(d.Case)
	case cases.SplitFrom:
		line(en, "arrow", ui.T(ctx, "timeline.split-from", numberLike(v.Number, d.Number)), d.Reason)
		en.Link = "/cases/" + string(d.Case)
	default:
		return false
	}
	return true
}

// splits reports whether mails of the case can be split off.
func splits(v desk.CaseView, who desk.Viewer) bool {
	n := 0
	for _, e := range v.Events {
		if m, ok := e.Data.(cases.MessageReceived); ok && !v.Case.Moved(m.Message) {
			n++
		}
	}
	return n > 1 && who.Can(desk.MergeCases)
}
