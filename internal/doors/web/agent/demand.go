package agent

import (
	"context"
	"maps"
	"slices"

	"madoguchi/internal/desk"
	"madoguchi/internal/doors/web/ui"
	"madoguchi/terms/cases"
	"madoguchi/terms/contract"
)

// demandOf finds the case's one next thing.
func demandOf(ctx context.Context, v desk.CaseView, clock ui.Clock) Demand {
	t := v.Case.Foremost()
	d := Demand{Clock: clock, Why: whyOf(ctx, v, t), Label: ui.Either(ctx, v.Clock.Label.JA, v.Clock.Label.EN)}
	if cl, ok := targetClause(v, t); ok {
		d.Cite = cl
	}
	switch {
	case v.Case.Organization == "" && !v.Case.Done():
		d.Kind = "identify"
		d.Clock.State = ui.ClockNone
	case v.Case.First == nil:
		d.Kind = "none"
	case clock.State == ui.ClockLate:
		d.Kind = "late"
	case clock.State == ui.ClockMet:
		d.Kind = "met"
	case clock.State == ui.ClockMissed:
		d.Kind = "missed"
	case clock.State == ui.ClockWaiting:
		d.Kind = "paused"
	default:
		d.Kind = "respond"
	}
	return d
}

// targetClause is the clause that sets the running target, as the terms say it.
func targetClause(v desk.CaseView, shown *cases.Target) (Clause, bool) {
	if shown == nil {
		return Clause{}, false
	}
	p := contract.PriorityID(shown.Priority)
	t, ok := v.Contract.Target(contract.Metric(shown.Metric), p, contract.RegionID(v.Case.Region))
	if !ok || len(t.Clauses) == 0 {
		return Clause{}, false
	}
	return clauseOf(v.Contract, t.Clauses[0])
}

func clauseOf(con *contract.Contract, id contract.ClauseID) (Clause, bool) {
	c, ok := con.Clause(id)
	if !ok {
		return Clause{}, false
	}
	return Clause{ID: string(c.ID), Number: c.Number, JA: c.JA, EN: c.EN, Rules: ui.Lang(con.Language())}, true
}

func clausesOf(con *contract.Contract, ids []string) []Clause {
	var out []Clause
	for _, id := range ids {
		if c, ok := clauseOf(con, contract.ClauseID(id)); ok {
			out = append(out, c)
		}
	}
	return out
}

// whyOf explains the deadline of a target from what was recorded when it was set.
func whyOf(ctx context.Context, v desk.CaseView, target *cases.Target) *Why {
	if target == nil {
		return nil
	}
	t := target.TargetSet
	w := &Why{
		Cause: string(t.Cause), From: t.From, Deadline: t.Deadline, Before: t.Before, Business: t.Business, Kept: t.Kept,
		Zone: v.Contract.Zone().String(), Segments: t.Segments,
	}
	for _, e := range slices.Backward(v.Events) {
		if set, ok := e.Data.(cases.TargetSet); ok && set.Metric == t.Metric && set.Deadline.Equal(t.Deadline) {
			w.Clauses = clausesOf(v.Contract, e.Clauses)
			break
		}
		if moved, ok := e.Data.(cases.ContractRebased); ok && t.Cause == cases.CauseRebased && moved.To == v.Case.Contract {
			w.Clauses = clausesOf(v.Contract, e.Clauses)
			break
		}
	}
	if target.Paused() {
		w.Rests, w.Left = target.Rest.Since, target.Rest.Left
	}
	for _, name := range slices.Sorted(maps.Keys(t.Readings)) {
		w.Readings = append(w.Readings, readingOf(ctx, v.Contract, name, t.Readings[name]))
	}
	return w
}

func readingOf(ctx context.Context, con *contract.Contract, name, chosen string) Reading {
	out := Reading{Name: name, Meaning: chosen}
	for _, r := range con.Readings() {
		if r.Name != name {
			continue
		}
		out.Question = ui.Either(ctx, r.Question.JA, r.Question.EN)
		for _, a := range r.Alternatives {
			if a.ID == chosen {
				out.Meaning = ui.Either(ctx, a.Meaning.JA, a.Meaning.EN)
			}
		}
	}
	return out
}
