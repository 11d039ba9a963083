package agent

import (
	"context"
	"slices"
	"strconv"

	"madoguchi/internal/desk"
	"madoguchi/internal/doors/web/ui"
	"madoguchi/terms/cases"
)

// withMerged puts what people wrote in the cases that were merged into this
// one among its entries, by time, each with the number of its case.
func withMerged(ctx context.Context, v desk.CaseView, who desk.Viewer, entries []Entry) []Entry {
	if len(v.Absorbed) == 0 {
		return entries
	}
	for _, a := range v.Absorbed {
		theirs := timelineOf(ctx, desk.CaseView{Case: a.Case, Number: a.Number, Events: a.Events, Mail: a.Mail, Choices: v.Choices, Contract: v.Contract}, who)
		for _, e := range theirs {
			if e.Kind == "sys" {
				continue
			}
			e.Key = strconv.FormatInt(a.Case.Number, 10) + "-" + e.Key
			e.Chips = append([]Chip{{"line", "", a.Number}}, e.Chips...)
			entries = append(entries, e)
		}
	}
	slices.SortStableFunc(entries, func(a, b Entry) int { return a.At.Compare(b.At) })
	return entries
}

// mergeLine words what happened between two cases, and reports whether e is
// of that kind.
func mergeLine(ctx context.Context, v desk.CaseView, e cases.Event, en *Entry) bool {
	number := func(n int64) string { return numberLike(v.Number, n) }
	switch d := e.Data.(type) {
	case cases.Merged:
		line(en, "arrow", ui.T(ctx, "timeline.merged", number(d.Number)), d.Reason)
		en.Link = "/cases/" + string(d.Into)
	case cases.Absorbed:
		line(en, "arrow", ui.T(ctx, "timeline.absorbed", number(d.Number)), d.Subject+" "+d.Reason)
		en.Link = "/cases/" + string(d.Case)
		for _, a := range v.Absorbed {
			if a.Case.ID == d.Case && a.Undo {
				en.Undo = string(d.Case)
			}
		}
	case cases.Unmerged:
		line(en, "history", ui.T(ctx, "timeline.unmerged"), "")
	case cases.Released:
		line(en, "history", ui.T(ctx, "timeline.released", number(d.Number)), "")
		en.Link = "/cases/" + string(d.Case)
	case cases.Unlinked:
		line(en, "x", ui.T(ctx, "timeline.unlink", number(d.Number)), "")
		en.Link = "/cases/" + string(d.Case)
	case cases.Linked:
		if d.Why.Other() != "" {
			line(en, "arrow", ui.T(ctx, "timeline.link", number(d.Number)), ui.T(ctx, "timeline.link."+string(d.Why)))
			en.Link = "/cases/" + string(d.Case)
			break
		}
		line(en, "arrow", ui.T(ctx, "timeline.linked", number(d.Number)), ui.T(ctx, "timeline.linked."+string(d.Why)))
		en.Link = "/cases/" + string(d.Case)
	default:
		return false
	}
	return true
}

// numberLike writes another case's number as the given one is written.
func numberLike(like string, n int64) string {
	for i := len(like); i > 0; i-- {
		if like[i-1] < '0' || like[i-1] > '9' {
			return like[:i] + strconv.FormatInt(n, 10)
		}
	}
	return strconv.FormatInt(n, 10)
}
