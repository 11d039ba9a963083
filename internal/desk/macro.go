package desk

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"

	"madoguchi/internal/records/store"
	"madoguchi/terms/cases"
	"madoguchi/terms/clock"
	"madoguchi/terms/contract"
	"madoguchi/terms/fault"
)

// Whom a macro gives a case to, beside the id of a person.
const (
	AssignMe     = "me"
	AssignNobody = "nobody"
)

// MacroActs is what a macro does; empty fields are left as they are.
type MacroActs struct {
	Snippet   string       `json:"snippet,omitempty"` // id of the text that is put into the reply; it is not sent
	Note      string       `json:"note,omitempty"`    // an internal note, with variables
	Assign    string       `json:"assign,omitempty"`  // AssignMe, AssignNobody or the id of a person
	Status    cases.Status `json:"status,omitempty"`
	Reason    string       `json:"reason,omitempty"`   // of the state
	Priority  string       `json:"priority,omitempty"` // the desk's view of it
	Criterion string       `json:"criterion,omitempty"`
	Why       string       `json:"why,omitempty"`   // of the priority
	Tags      []string     `json:"tags,omitempty"`  // ids of tags that are put on
	Untag     []string     `json:"untag,omitempty"` // and taken off
}

// none reports whether nothing would be done.
func (a MacroActs) none() bool {
	return a.Snippet == "" && a.Note == "" && a.Assign == "" && a.Status == "" && a.Priority == "" && len(a.Tags)+len(a.Untag) == 0
}

// Macro is a named set of acts.
type Macro struct {
	store.Macro
	MacroActs
}

// macrosOf reads the acts of macros. Tags that became another are that one.
func (d *Desk) macrosOf(ctx context.Context, rows []store.Macro) ([]Macro, error) {
	out := make([]Macro, len(rows))
	var tags []store.Tag // read when the first macro has some
	for i, m := range rows {
		out[i].Macro = m
		if err := json.Unmarshal([]byte(m.Acts), &out[i].MacroActs); err != nil {
			return nil, fmt.Errorf("read the acts of macro %s: %w", m.ID, err)
		}
		acts := &out[i].MacroActs
		if tags == nil && len(acts.Tags)+len(acts.Untag) > 0 {
			var err error
			if tags, err = d.store.ListTags(ctx); err != nil {
				return nil, err
			}
		}
		for _, list := range [][]string{acts.Tags, acts.Untag} {
			for j, id := range list {
				if t, ok := standingTag(tags, id); ok {
					list[j] = t.ID
				}
			}
		}
	}
	return out, nil
}

// Macros lists all of them by name.
func (d *Desk) Macros(ctx context.Context, who Viewer) ([]Macro, error) {
	if err := who.May(WorkCases); err != nil {
		return nil, err
	}
	rows, err := d.store.ListMacros(ctx)
	if err != nil {
		return nil, err
	}
	return d.macrosOf(ctx, rows)
}

// Macro returns one.
func (d *Desk) Macro(ctx context.Context, who Viewer, id string) (Macro, error) {
	if err := who.May(WorkCases); err != nil {
		return Macro{}, err
	}
	row, err := d.store.Macro(ctx, id)
	if err != nil {
		return Macro{}, err
	}
	list, err := d.macrosOf(ctx, []store.Macro{row})
	if err != nil {
		return Macro{}, err
	}
	return list[0], nil
}

// PutMacro adds a macro, or changes it.
func (d *Desk) PutMacro(ctx context.Context, who Viewer, m Macro) (Macro, error) {
	if err := who.May(ManageTemplates); err != nil {
		return m, err
	}
	act := "macro.changed"
	if m.ID == "" {
		m.ID, m.Created, act = newID(), d.now(), "macro.added"
	} else if _, err := d.store.Macro(ctx, m.ID); err != nil {
		return m, err
	}
	m.NameJA, m.NameEN, m.Note, m.Updated = strings.TrimSpace(m.NameJA), strings.TrimSpace(m.NameEN), lines(m.Note), d.now()
	m.Reason, m.Why = strings.TrimSpace(m.Reason), strings.TrimSpace(m.Why)
	if err := d.checkMacro(m); err != nil {
		return m, err
	}
	acts, err := json.Marshal(m.MacroActs)
	if err != nil {
		return m, fmt.Errorf("encode the acts of a macro: %w", err)
	}
	m.Acts = string(acts)
	return m, d.store.Write(ctx, func(tx *store.Tx) error {
		if err := tx.PutMacro(m.Macro); err != nil {
			return err
		}
		return tx.PutAudit(d.audit(who, act, m.ID, m.Name("ja")+" "+m.Acts))
	})
}

func (d *Desk) checkMacro(m Macro) error {
	switch {
	case m.NameJA == "" && m.NameEN == "" || len(m.NameJA) > 200 || len(m.NameEN) > 200:
		return fault.New(fault.Invalid, "マクロの名前を入力してください（200 バイトまで）。", "Please give the macro a name (200 bytes at most).").At("name_ja")
	case m.none():
		return fault.New(fault.Invalid, "実行する内容を一つ以上選んでください。", "Please choose at least one thing that the macro does.").At("")
	case m.Priority != "" && (m.Criterion == "" || m.Why == ""):
		return fault.New(fault.Invalid, "優先度の判断には、基準と理由が必要です。", "A judgement of the priority needs its criterion and a reason.").At("why")
	case m.Status == cases.OnHold && m.Reason == "":
		return fault.New(fault.Invalid, "保留には理由が必要です。", "Putting a case on hold needs a reason.").At("reason")
	case slices.ContainsFunc(m.Tags, func(id string) bool { return slices.Contains(m.Untag, id) }):
		return fault.New(fault.Invalid, "同じタグを付けて外すことはできません。", "A tag cannot be both put on and taken off.").At("untag")
	case len(m.Tags)+len(m.Untag) > cases.MaxTags:
		return fault.New(fault.Invalid, "タグは 1 件につき 30 個までです。", "A case can have 30 tags at most.").At("tags")
	case len(m.Note) > 20_000 || len(m.Reason) > 2_000 || len(m.Why) > 2_000:
		return fault.New(fault.Invalid, "文章が長すぎます。", "A text is too long.").At("note")
	}
	return checkVariables(m.Note, "note")
}

// RemoveMacro forgets a macro; what it did stays done.
func (d *Desk) RemoveMacro(ctx context.Context, who Viewer, id string) error {
	if err := who.May(ManageTemplates); err != nil {
		return err
	}
	return d.store.Write(ctx, func(tx *store.Tx) error {
		if err := tx.DropMacro(id); err != nil {
			return err
		}
		return tx.PutAudit(d.audit(who, "macro.removed", id, ""))
	})
}

// MacroPlan is what a macro would do to a case, before it is run.
type MacroPlan struct {
	Macro  Macro
	Events []cases.Event // what the history would say
	Text   string        // what would be put into the reply
	View   CaseView
}

// PlanMacro plays a macro on a case and keeps nothing. What would refuse it is
// the error.
func (d *Desk) PlanMacro(ctx context.Context, who Viewer, id cases.ID, macro string) (MacroPlan, error) {
	v, err := d.View(ctx, who, id)
	if err != nil {
		return MacroPlan{}, err
	}
	plan := MacroPlan{View: v}
	if plan.Macro, err = d.Macro(ctx, who, macro); err != nil {
		return plan, err
	}
	if plan.Text, err = d.macroText(ctx, who, v, plan.Macro); err != nil {
		return plan, err
	}
	to, err := d.macroAssignee(ctx, who, plan.Macro)
	if err != nil {
		return plan, err
	}
	err = d.store.Write(ctx, func(tx *store.Tx) error {
		p := &pen{con: v.Contract, before: v.Case.Clone(), c: v.Case.Clone(), at: d.now(), by: who.Actor()}
		err := d.play(tx, p, who, plan.Macro, to)
		plan.Events = p.events
		return cmp.Or(err, errOnlyPlanned)
	})
	if errors.Is(err, errOnlyPlanned) {
		err = nil
	}
	return plan, err
}

// errOnlyPlanned undoes an act that was only to be looked at.
var errOnlyPlanned = errors.New("only planned")

// macroText is the text that a macro puts into the reply, in the customer's
// language.
func (d *Desk) macroText(ctx context.Context, who Viewer, v CaseView, m Macro) (string, error) {
	if m.Snippet == "" {
		return "", nil
	}
	s, err := d.Snippet(ctx, who, m.Snippet)
	if fault.Is(err, fault.NotFound) {
		return "", fault.New(fault.Conflict, "このマクロの定型文は削除されています。マクロを編集してください。", "The text of this macro was removed. Please edit the macro.")
	}
	return fill(s.Body(v.Case.Language), d.values(v.Case, v.Contract, who)), err
}

// macroAssignee is the person whom a macro gives a case to.
func (d *Desk) macroAssignee(ctx context.Context, who Viewer, m Macro) (cases.Assigned, error) {
	switch m.Assign {
	case "", AssignNobody:
		return cases.Assigned{}, nil
	case AssignMe:
		return cases.Assigned{Agent: who.ID, Name: who.Name}, nil
	}
	a, err := d.store.Agent(ctx, m.Assign)
	if err == nil && a.Disabled {
		err = fault.New(fault.Conflict, "マクロの担当者（"+a.Name+" さん）は利用停止中です。マクロを編集してください。", "The person of this macro ("+a.Name+") is disabled. Please edit the macro.")
	}
	return cases.Assigned{Agent: a.ID, Name: a.Name}, err
}

// RunMacro does what a macro holds, all of it or nothing. The text for the
// reply is for its caller: a macro sends nothing, but the customer hears from the
// desk of a priority that it lowers, as of every such judgement.
func (d *Desk) RunMacro(ctx context.Context, who Viewer, id cases.ID, macro string) (*cases.Case, error) {
	s, err := d.playing(ctx, who, macro)
	return d.do(ctx, who, id, s, err)
}

func (d *Desk) playing(ctx context.Context, who Viewer, macro string) (step, error) {
	m, err := d.Macro(ctx, who, macro)
	if err != nil {
		return nil, err
	}
	to, err := d.macroAssignee(ctx, who, m)
	return func(tx *store.Tx, p *pen) error { return d.play(tx, p, who, m, to) }, err
}

// play writes what a macro does. What is so already is left out.
func (d *Desk) play(tx *store.Tx, p *pen, who Viewer, m Macro, to cases.Assigned) error {
	if err := p.judgeOverdue(); err != nil {
		return err
	}
	if err := p.write(nil, cases.MacroRun{Macro: m.ID, JA: m.NameJA, EN: m.NameEN}); err != nil {
		return err
	}
	if m.Note != "" {
		facts, err := p.c.Note(cases.Noted{Note: newID(), Text: fill(m.Note, d.values(p.c, p.con, who))})
		if err := p.writeOr(err, facts); err != nil {
			return err
		}
	}
	if m.Assign != "" && p.c.Assignee.ID != to.Agent {
		facts, err := p.c.Assign(to.Agent, to.Name)
		if err := p.writeOr(err, facts); err != nil {
			return err
		}
	}
	if m.Priority != "" && (p.c.Judgement == nil || p.c.Judgement.Priority != m.Priority || p.c.Judgement.Criterion != m.Criterion) {
		if err := who.May(ChangePriority); err != nil {
			return err
		}
		cmd := PriorityCommand{Side: clock.Judgement, Priority: contract.PriorityID(m.Priority), Criterion: contract.ClauseID(m.Criterion), Reason: m.Why}
		if err := d.viewAndTell(tx, p, cmd, func(e clock.Effect) (cases.Data, error) { return judged(cmd, e), nil }); err != nil {
			return err
		}
	}
	if len(m.Tags)+len(m.Untag) > 0 {
		all, err := tx.ListTags()
		if err != nil {
			return err
		}
		facts, err := retag(p.c, all, m.Tags, m.Untag)
		if err := p.writeOr(err, facts); err != nil && !fault.Is(err, fault.Conflict) {
			return err
		}
	}
	if m.Status != "" && m.Status != p.c.Status {
		if err := d.finishable(tx, p.c, m.Status); err != nil {
			return err
		}
		facts, err := p.c.SetStatus(m.Status, m.Reason)
		return p.writeOr(err, facts)
	}
	return nil
}

func (p *pen) writeOr(err error, facts []cases.Data) error {
	if err != nil {
		return err
	}
	return p.write(nil, facts...)
}

// UndoMacro takes the newest macro back, as long as nothing has happened since.
func (d *Desk) UndoMacro(ctx context.Context, who Viewer, id cases.ID) (*cases.Case, error) {
	return d.do(ctx, who, id, func(_ *store.Tx, p *pen) error {
		facts, err := p.c.UndoMacro(p.past)
		return p.writeOr(err, facts)
	}, nil)
}
