package agent

import (
	"cmp"
	"context"
	"net/http"
	"slices"
	"strings"

	"github.com/a-h/templ"

	"madoguchi/internal/desk"
	"madoguchi/internal/doors/web/ui"
	"madoguchi/internal/records/store"
	"madoguchi/terms/cases"
	"madoguchi/terms/fault"
)

// MacroRow is one macro of the list: its name and what it does in words.
type MacroRow struct {
	ID, Name string
	Does     []string
}

// MacroForm is one macro in its form.
type MacroForm struct {
	ID, NameJA, NameEN, Note, Reason, Why                string
	Snippets, Assignees, Statuses, Priorities, Criterias []ui.Option
	Snippet, Assign, Status, Priority, Criterion         string
	Tags, Untag                                          []FilterOption
	Errors                                               map[string]string
}

// MacroPlanView is what a macro would do to a case.
type MacroPlanView struct {
	CaseID, ID, Name, Number, Subject string
	Lines                             []Entry
	Text, Problem                     string
}

// Macros lists what can be run on a case.
func (p *Pages) Macros(w http.ResponseWriter, r *http.Request, who desk.Viewer) error {
	list, err := p.desk.Macros(r.Context(), who)
	if err != nil {
		return err
	}
	words, err := p.macroWords(r.Context(), who)
	if err != nil {
		return err
	}
	rows := make([]MacroRow, 0, len(list))
	for _, m := range list {
		rows = append(rows, MacroRow{ID: m.ID, Name: m.Name(string(ui.Of(r.Context()).Lang)), Does: words.does(r.Context(), m)})
	}
	return p.show(w, r, http.StatusOK, ui.T(r.Context(), "macros.title"), "settings", func(page ui.Page) templ.Component {
		return MacrosPage(page, rows, who.Can(desk.ManageTemplates))
	})
}

// macroWords are the names of what a macro refers to.
type macroWords struct {
	snippets, agents, priorities, criteria []ui.Option
	tags                                   []store.Tag
}

func (p *Pages) macroWords(ctx context.Context, who desk.Viewer) (macroWords, error) {
	var out macroWords
	snippets, err := p.desk.Snippets(ctx, who)
	if err != nil {
		return out, err
	}
	for _, s := range snippets {
		if s.Owner == "" { // everybody can run a macro
			out.snippets = append(out.snippets, ui.Option{Value: s.ID, Label: s.Name})
		}
	}
	agents, err := p.desk.Agents(ctx)
	if err != nil {
		return out, err
	}
	out.agents = []ui.Option{{Value: desk.AssignMe, Label: ui.T(ctx, "macro.assign.me")}, {Value: desk.AssignNobody, Label: ui.T(ctx, "macro.assign.nobody")}}
	for _, a := range agents {
		if !a.Disabled {
			out.agents = append(out.agents, ui.Option{Value: a.ID, Label: a.Name})
		}
	}
	if out.tags, err = p.desk.Tags(ctx, who); err != nil {
		return out, err
	}
	con, err := p.desk.Contracts().InForce(p.desk.DefaultContract(), p.desk.Now())
	if err != nil {
		return out, err
	}
	for _, pr := range con.Priorities() {
		out.priorities = append(out.priorities, ui.Option{Value: string(pr.ID), Label: ui.Either(ctx, pr.Label.JA, pr.Label.EN)})
	}
	for _, k := range con.Criteria() {
		clause, _ := con.Clause(k.Clause)
		out.criteria = append(out.criteria, ui.Option{Value: string(k.Clause), Label: ui.PriorityName(ctx, string(k.Priority)) + " " + ui.Either(ctx, clause.JA, clause.EN)})
	}
	return out, nil
}

// does says in words what a macro does.
func (w macroWords) does(ctx context.Context, m desk.Macro) []string {
	name := func(list []ui.Option, id string) string {
		for _, o := range list {
			if o.Value == id {
				return o.Label
			}
		}
		return ui.T(ctx, "macro.gone")
	}
	var out []string
	if m.Snippet != "" {
		out = append(out, ui.T(ctx, "macro.does.snippet", name(w.snippets, m.Snippet)))
	}
	if m.Note != "" {
		out = append(out, ui.T(ctx, "macro.does.note"))
	}
	if m.Assign != "" {
		out = append(out, ui.T(ctx, "macro.does.assign", name(w.agents, m.Assign)))
	}
	if m.Priority != "" {
		out = append(out, ui.T(ctx, "macro.does.priority", name(w.priorities, m.Priority)))
	}
	for key, list := range [][]string{m.Tags, m.Untag} {
		if len(list) > 0 {
			out = append(out, ui.T(ctx, []string{"macro.does.tags", "macro.does.untag"}[key], w.tagNames(ctx, list)))
		}
	}
	if m.Status != "" {
		out = append(out, ui.T(ctx, "macro.does.status", ui.T(ctx, "status."+string(m.Status))))
	}
	return out
}

// tagNames are the names of tags as they stand today.
func (w macroWords) tagNames(ctx context.Context, ids []string) string {
	var names []string
	for _, t := range w.tags {
		if slices.Contains(ids, t.ID) {
			names = append(names, t.Name)
		}
	}
	if len(names) < len(ids) {
		names = append(names, ui.T(ctx, "macro.gone"))
	}
	return strings.Join(names, ui.T(ctx, "list.sep"))
}

// tagChoices are the tags that a macro can change; one that is out of use only
// while it is chosen.
func (w macroWords) tagChoices(chosen []string) (out []FilterOption) {
	for _, t := range w.tags {
		if on := slices.Contains(chosen, t.ID); on || !t.Archived {
			out = append(out, FilterOption{Value: t.ID, Label: t.Name, Chosen: on})
		}
	}
	return out
}

// NewMacro shows the form for another one.
func (p *Pages) NewMacro(w http.ResponseWriter, r *http.Request, who desk.Viewer) error {
	if err := who.May(desk.ManageTemplates); err != nil {
		return err
	}
	return p.macro(w, r, who, http.StatusOK, desk.Macro{}, nil)
}

// Macro shows one to be changed.
func (p *Pages) Macro(w http.ResponseWriter, r *http.Request, who desk.Viewer) error {
	if err := who.May(desk.ManageTemplates); err != nil {
		return err
	}
	m, err := p.desk.Macro(r.Context(), who, r.PathValue("id"))
	if err != nil {
		return err
	}
	return p.macro(w, r, who, http.StatusOK, m, nil)
}

func (p *Pages) macro(w http.ResponseWriter, r *http.Request, who desk.Viewer, status int, m desk.Macro, problems map[string]string) error {
	ctx := r.Context()
	words, err := p.macroWords(ctx, who)
	if err != nil {
		return err
	}
	v := MacroForm{
		ID: m.ID, NameJA: m.NameJA, NameEN: m.NameEN, Note: m.Note, Reason: m.Reason, Why: m.Why,
		Snippets: words.snippets, Assignees: words.agents, Priorities: words.priorities, Criterias: words.criteria,
		Snippet: m.Snippet, Assign: m.Assign, Status: string(m.Status), Priority: m.Priority, Criterion: m.Criterion, Tags: words.tagChoices(m.Tags), Untag: words.tagChoices(m.Untag), Errors: problems,
	}
	for _, s := range []cases.Status{cases.Open, cases.Waiting, cases.OnHold, cases.Resolved, cases.Closed} {
		v.Statuses = append(v.Statuses, ui.Option{Value: string(s), Label: ui.T(ctx, "status."+string(s))})
	}
	title := "macro.edit"
	if m.ID == "" {
		title = "macro.add"
	}
	return p.show(w, r, status, ui.T(ctx, title), "settings", func(page ui.Page) templ.Component { return MacroPage(page, v) })
}

// PutMacro adds a macro or changes it.
func (p *Pages) PutMacro(w http.ResponseWriter, r *http.Request, who desk.Viewer) error {
	m := desk.Macro{
		Macro: store.Macro{ID: r.PathValue("id"), NameJA: r.PostFormValue("name_ja"), NameEN: r.PostFormValue("name_en")},
		MacroActs: desk.MacroActs{
			Snippet: r.PostFormValue("snippet"), Note: r.PostFormValue("note"), Assign: r.PostFormValue("assign"), Status: cases.Status(r.PostFormValue("status")),
			Reason: r.PostFormValue("reason"), Priority: r.PostFormValue("priority"), Criterion: r.PostFormValue("criterion"), Why: r.PostFormValue("why"),
			Tags: r.PostForm["tags"], Untag: r.PostForm["untag"],
		},
	}
	_, err := p.desk.PutMacro(r.Context(), who, m)
	if err == nil {
		return p.done(w, r, "macro.saved", "/macros")
	}
	if problems, ok := ui.FormErrors(r.Context(), err); ok {
		return p.macro(w, r, who, refused, m, problems)
	}
	return err
}

// RemoveMacro forgets one.
func (p *Pages) RemoveMacro(w http.ResponseWriter, r *http.Request, who desk.Viewer) error {
	if err := p.desk.RemoveMacro(r.Context(), who, r.PathValue("id")); err != nil {
		return err
	}
	return p.done(w, r, "macro.removed", "/macros")
}

// CaseMacro shows what a macro would do to a case.
func (p *Pages) CaseMacro(w http.ResponseWriter, r *http.Request, who desk.Viewer) error {
	ctx := r.Context()
	plan, err := p.desk.PlanMacro(ctx, who, caseID(r), r.PathValue("macro"))
	if err != nil && (plan.View.Case == nil || plan.Macro.ID == "") {
		return err
	}
	v := MacroPlanView{
		CaseID: string(plan.View.Case.ID), ID: plan.Macro.ID, Name: plan.Macro.Name(string(ui.Of(ctx).Lang)), Number: plan.View.Number, Subject: plan.View.Case.Subject, Text: plan.Text,
	}
	if err != nil {
		words := fault.Public(err)
		v.Problem = ui.Either(ctx, words.JA, words.EN)
	}
	shown := plan.View
	shown.Events, shown.Absorbed = plan.Events, nil
	for _, e := range timelineOf(ctx, shown, who) {
		if e.Kind == "note" {
			e.Title, e.Detail = ui.T(ctx, "macro.does.note"), e.Text
		}
		if e.Key != "" && e.Title != "" {
			v.Lines = append(v.Lines, e)
		}
	}
	v.Lines = v.Lines[min(1, len(v.Lines)):] // the first says that the macro was run
	if ui.IsFragment(r) {
		return ui.Render(w, r, http.StatusOK, MacroPanel(v, true))
	}
	return p.show(w, r, http.StatusOK, v.Name, "queue", func(page ui.Page) templ.Component { return CaseMacroPage(page, v) })
}

// RunMacro does what a macro holds.
func (p *Pages) RunMacro(w http.ResponseWriter, r *http.Request, who desk.Viewer) error {
	if _, err := p.desk.RunMacro(r.Context(), who, caseID(r), r.PathValue("macro")); err != nil {
		return err
	}
	return p.acted(w, r, who, "macro.ran", "")
}

// UndoMacro takes the newest macro back.
func (p *Pages) UndoMacro(w http.ResponseWriter, r *http.Request, who desk.Viewer) error {
	if _, err := p.desk.UndoMacro(r.Context(), who, caseID(r)); err != nil {
		return err
	}
	return p.acted(w, r, who, "macro.undone", "")
}

// macroLine words that a macro was run, and reports whether e is of that kind.
func macroLine(ctx context.Context, v desk.CaseView, e cases.Event, en *Entry) bool {
	switch d := e.Data.(type) {
	case cases.MacroRun:
		line(en, "command", ui.T(ctx, "timeline.macro", ui.Either(ctx, cmp.Or(d.JA, d.EN), cmp.Or(d.EN, d.JA))), "")
		en.UndoMacro = v.MacroUndo && e.Seq == newestRun(v.Events)
	case cases.MacroUndone:
		line(en, "history", ui.T(ctx, "timeline.macro.undone", ui.Either(ctx, cmp.Or(d.JA, d.EN), cmp.Or(d.EN, d.JA))), "")
	default:
		return false
	}
	return true
}

// newestRun is the Seq of the newest macro.
func newestRun(events []cases.Event) (seq int) {
	for _, e := range events {
		if _, ok := e.Data.(cases.MacroRun); ok {
			seq = e.Seq
		}
	}
	return seq
}
