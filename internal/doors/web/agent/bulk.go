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
	"madoguchi/terms/cases"
	"madoguchi/terms/fault"
)

// BulkView is the panel that does one thing to the selected cases.
type BulkView struct {
	Batch                                          string // id that makes a second sending nothing
	IDs                                            string
	Count                                          int
	More                                           bool // the view has more than can be done at once
	Kinds                                          []ui.Option
	Agents, Teams, Statuses, Tags, Products, Macro []ui.Option
	Followers                                      []ui.Option
	Into                                           []ui.Option // of which one goes on
	Problem                                        string      // without scripts: why it was not done
	Back                                           string
}

// BatchPanelView is what became of a batch.
type BatchPanelView struct {
	ID             string
	Of, Past       int
	Running, Undo  bool // it goes on; it is being, or was, undone
	Done, Left     int  // cases that were changed (or undone), and that were left as they are
	Why            []BatchLine
	More           int // refusals beyond those listed
	Until          time.Time
	Words, Refusal string
}

// BatchLine is a case that was left as it is.
type BatchLine struct{ ID, Number, Subject, Why string }

// bulkWords name what can be done.
var bulkWords = map[desk.BulkKind]string{
	desk.BulkAssign: "bulk.assign", desk.BulkTeam: "bulk.team", desk.BulkStatus: "bulk.status", desk.BulkHold: "bulk.hold", desk.BulkTags: "bulk.tags", desk.BulkFollow: "bulk.follow",
	desk.BulkProduct: "bulk.product", desk.BulkMacro: "bulk.macro", desk.BulkMerge: "bulk.merge",
}

// mostInto is among how many cases the one that goes on can be chosen.
const mostInto = 50

// BulkPanel asks what to do with the selected cases, or with all of a view.
func (p *Pages) BulkPanel(w http.ResponseWriter, r *http.Request, who desk.Viewer) error {
	v, err := p.bulkView(r, who)
	if err != nil {
		return err
	}
	return p.bulkPanel(w, r, http.StatusOK, v)
}

func (p *Pages) bulkPanel(w http.ResponseWriter, r *http.Request, status int, v BulkView) error {
	if ui.IsFragment(r) {
		return ui.Render(w, r, status, BulkPanel(v, true))
	}
	return p.show(w, r, status, ui.T(r.Context(), "bulk.title"), "queue", func(page ui.Page) templ.Component { return BulkPage(page, v) })
}

func (p *Pages) bulkView(r *http.Request, who desk.Viewer) (BulkView, error) {
	ctx := r.Context()
	q, err := p.asked(r, who)
	if err != nil {
		return BulkView{}, err
	}
	v := BulkView{Batch: p.desk.NewBatchID(), Back: "/queue?" + q.at()}
	ids := chosenCases(r)
	if r.PostFormValue("all") != "" {
		if ids, v.More, err = p.desk.SelectAll(ctx, who, q.selection); err != nil {
			return v, err
		}
	}
	if len(ids) == 0 {
		return v, fault.New(fault.Invalid, "ケースを選択してください。", "Please select the cases.")
	}
	words := make([]string, len(ids))
	for i, id := range ids {
		words[i] = string(id)
	}
	v.IDs, v.Count = strings.Join(words, ","), len(ids)
	for _, k := range desk.BulkKinds {
		if k == desk.BulkMerge && (!who.Can(desk.MergeCases) || len(ids) < 2 || len(ids) > mostInto) {
			continue
		}
		v.Kinds = append(v.Kinds, ui.Option{Value: string(k), Label: ui.T(ctx, bulkWords[k])})
	}
	return v, p.bulkOptions(ctx, who, &v, ids)
}

// bulkOptions are what the acts can be chosen from.
func (p *Pages) bulkOptions(ctx context.Context, who desk.Viewer, v *BulkView, ids []cases.ID) error {
	g := registries{p: p, ctx: ctx, who: who}
	lang := string(ui.Of(ctx).Lang)
	agents, err := p.desk.Agents(ctx)
	if err != nil {
		return err
	}
	v.Agents = []ui.Option{{Value: who.ID, Label: ui.T(ctx, "filter.assignee.me")}, {Value: "", Label: ui.T(ctx, "bulk.nobody")}}
	v.Followers = []ui.Option{{Value: who.ID, Label: ui.T(ctx, "filter.follower.me")}}
	for _, a := range agents {
		if !a.Disabled && a.ID != who.ID {
			v.Agents = append(v.Agents, ui.Option{Value: a.ID, Label: a.Name})
			v.Followers = append(v.Followers, ui.Option{Value: a.ID, Label: a.Name})
		}
	}
	none := ui.Option{Value: "", Label: ui.T(ctx, "bulk.none")}
	teams, err := g.teams()
	if err != nil {
		return err
	}
	v.Teams = append([]ui.Option{none}, teams...)
	for _, s := range []cases.Status{cases.Open, cases.Waiting, cases.Resolved, cases.Closed} {
		v.Statuses = append(v.Statuses, ui.Option{Value: string(s), Label: ui.T(ctx, "status."+string(s))})
	}
	tags, err := p.desk.Tags(ctx, who)
	if err != nil {
		return err
	}
	for _, t := range tags {
		v.Tags = append(v.Tags, ui.Option{Value: t.ID, Label: t.Name})
	}
	products, err := p.desk.Products(ctx, who)
	if err != nil {
		return err
	}
	v.Products = []ui.Option{none}
	for _, x := range products {
		if !x.Archived {
			v.Products = append(v.Products, ui.Option{Value: x.ID, Label: x.Name(lang)})
		}
	}
	macros, err := p.desk.Macros(ctx, who)
	if err != nil {
		return err
	}
	for _, m := range macros {
		v.Macro = append(v.Macro, ui.Option{Value: m.ID, Label: m.Name(lang)})
	}
	if !slices.ContainsFunc(v.Kinds, func(k ui.Option) bool { return k.Value == string(desk.BulkMerge) }) {
		return nil
	}
	rows, err := p.desk.Rows(ctx, who, ids)
	for _, row := range rows {
		v.Into = append(v.Into, ui.Option{Value: string(row.ID), Label: p.desk.Number(row.Number) + " " + row.Subject})
	}
	return err
}

// chosenCases are the cases that a form names: one by one, or in a list.
func chosenCases(r *http.Request) []cases.ID {
	var out []cases.ID
	for _, text := range append(r.PostForm["case"], r.PostForm["ids"]...) {
		for id := range strings.SplitSeq(text, ",") {
			if id != "" && !slices.Contains(out, cases.ID(id)) {
				out = append(out, cases.ID(id))
			}
		}
	}
	return out
}

// Bulk does one thing to several cases.
func (p *Pages) Bulk(w http.ResponseWriter, r *http.Request, who desk.Viewer) error {
	id := r.PostFormValue("batch")
	if err := p.desk.Bulk(r.Context(), who, id, bulkAct(r), chosenCases(r)); err != nil {
		problems, ok := ui.FormErrors(r.Context(), err)
		if !ok || ui.IsFragment(r) {
			return err
		}
		v, verr := p.bulkView(r, who)
		if verr != nil {
			return verr
		}
		for _, text := range problems {
			v.Problem = text
		}
		return p.bulkPanel(w, r, refused, v)
	}
	return p.batchAnswer(w, r, who, id)
}

func bulkAct(r *http.Request) desk.BulkAct {
	field := r.PostFormValue
	act := desk.BulkAct{Kind: desk.BulkKind(field("kind"))}
	switch act.Kind {
	case desk.BulkAssign:
		act.Agent = field("agent")
	case desk.BulkTeam:
		act.Team = field("team")
	case desk.BulkStatus:
		act.Status, act.Reason = cases.Status(field("status")), field("reason")
	case desk.BulkHold:
		act.Reason, act.Until, act.ThirdParty = field("hold_reason"), strings.TrimSpace(field("until")), field("third_party") != ""
	case desk.BulkTags:
		act.Add, act.Remove, act.New = r.PostForm["add"], r.PostForm["untag"], strings.TrimSpace(field("new"))
	case desk.BulkFollow:
		act.Agent = field("follower")
	case desk.BulkProduct:
		act.Product = field("product")
	case desk.BulkMacro:
		act.Macro = field("macro")
	case desk.BulkMerge:
		act.Into, act.Reason = cases.ID(field("into")), field("merge_reason")
	}
	return act
}

// batchAnswer tells a person what became of their batch: in a word where all
// went well, else in the dialog.
func (p *Pages) batchAnswer(w http.ResponseWriter, r *http.Request, who desk.Viewer, id string) error {
	if !ui.IsFragment(r) {
		http.Redirect(w, r, "/bulk/"+id, http.StatusSeeOther)
		return nil
	}
	v, err := p.batchView(r, who, id)
	if err != nil {
		return err
	}
	w.Header().Set("HX-Trigger", `{"bulk:done":{"close":`+strconv.FormatBool(!v.Running && v.Left == 0)+`}}`)
	return ui.Render(w, r, http.StatusOK, BatchAnswer(v))
}

// Batch shows how far a batch has come, and what was left as it is.
func (p *Pages) Batch(w http.ResponseWriter, r *http.Request, who desk.Viewer) error {
	v, err := p.batchView(r, who, r.PathValue("id"))
	if err != nil {
		return err
	}
	if ui.IsFragment(r) {
		return ui.Render(w, r, http.StatusOK, BatchPanel(v, true))
	}
	return p.show(w, r, http.StatusOK, ui.T(r.Context(), "bulk.title"), "queue", func(page ui.Page) templ.Component { return BatchPage(page, v) })
}

// UndoBatch gives the cases of a batch their former values back.
func (p *Pages) UndoBatch(w http.ResponseWriter, r *http.Request, who desk.Viewer) error {
	if err := p.desk.UndoBatch(r.Context(), who, r.PathValue("id")); err != nil {
		return err
	}
	return p.batchAnswer(w, r, who, r.PathValue("id"))
}

func (p *Pages) batchView(r *http.Request, who desk.Viewer, id string) (BatchPanelView, error) {
	ctx := r.Context()
	b, err := p.desk.Batch(ctx, who, id)
	if err != nil {
		return BatchPanelView{}, err
	}
	v := BatchPanelView{ID: b.ID, Of: b.Of, Past: b.Done + b.Refused, Done: b.Done, Left: b.Refused, Until: b.UndoUntil, Words: "bulk.done", Refusal: "bulk.refused"}
	v.Running = b.State == store.BatchRunning || b.State == store.BatchUndoing
	if b.State == store.BatchUndoing || b.State == store.BatchUndone {
		v.Undo, v.Of, v.Past = true, b.Of-b.Refused, b.Undone+b.Kept
		v.Done, v.Left, v.Words, v.Refusal = b.Undone, b.Kept, "bulk.undone", "bulk.kept"
	}
	for _, c := range b.Why {
		v.Why = append(v.Why, BatchLine{ID: string(c.Case), Number: c.Number, Subject: c.Subject, Why: ui.Either(ctx, c.Why.JA, c.Why.EN)})
	}
	v.More = max(0, b.Refused+b.Kept-len(v.Why))
	return v, nil
}

// bulkLine words that a case was changed with others, and reports whether e is
// of that kind.
func bulkLine(ctx context.Context, e cases.Event, en *Entry) bool {
	switch d := e.Data.(type) {
	case cases.BulkActed:
		line(en, "command", ui.T(ctx, "timeline.bulk", d.Of), "")
	case cases.BulkUndone:
		line(en, "history", ui.T(ctx, "timeline.bulk.undo"), "")
	default:
		return false
	}
	return true
}
