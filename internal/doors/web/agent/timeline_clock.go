package agent

import (
	"context"

	"madoguchi/internal/desk"
	"madoguchi/internal/doors/web/ui"
	"madoguchi/terms/cases"
)

// clockLine words what became of a clock, and reports whether the event is of
// that kind. The initial response has the plain words; every other clock is
// named as the contract calls it.
func clockLine(ctx context.Context, v desk.CaseView, e cases.Event, en *Entry) bool {
	who := en.Who
	en.Who = "" // the clock's own doing, whoever set it off
	switch d := e.Data.(type) {
	case cases.TargetSet:
		key := ""
		switch {
		case d.Cause == cases.CauseResumed && d.Metric != cases.FirstResponse:
			key = ".resumed"
		case d.Before.IsZero() || d.Renewed:
		case d.Before.Equal(d.Deadline):
			key = ".kept"
		default:
			key = ".moved"
		}
		line(en, "clock", clockTitle(ctx, v, "timeline.target", key, d.Metric),
			ui.T(ctx, "timeline.target.detail", ui.Moment(ctx, d.Deadline), ui.PriorityName(ctx, d.Priority), ui.Hours(d.Business)))
	case cases.TargetPaused:
		line(en, "clock", ui.T(ctx, "timeline.paused", metricName(ctx, v.Contract, d.Metric)),
			ui.T(ctx, "timeline.paused.detail", skipReason(ctx, cases.Segment{Reason: "waiting", Wait: d.Wait}), ui.HM(d.Used), ui.HM(d.Left)))
	case cases.TargetCancelled:
		why := ""
		if key := "clock.words.ended." + string(d.Reason); ui.Has(key) {
			why = ui.T(ctx, key)
		}
		line(en, "clock", ui.T(ctx, "timeline.cancelled", metricName(ctx, v.Contract, d.Metric)), why)
	case cases.TargetMet:
		key := "timeline.met.detail"
		if d.Metric != cases.FirstResponse {
			key = "timeline.met.of.detail"
		}
		line(en, "check", clockTitle(ctx, v, "timeline.met", "", d.Metric), ui.T(ctx, key, ui.HM(d.Used), ui.HM(d.Spare)))
	case cases.TargetMissed:
		line(en, "alert", clockTitle(ctx, v, "timeline.missed", "", d.Metric), ui.T(ctx, "timeline.missed.detail", ui.Moment(ctx, d.Deadline)))
	case cases.VerdictSuperseded:
		en.Who = who
		line(en, "history", clockTitle(ctx, v, "timeline.superseded", "", d.Metric), supersededWhy(ctx, d.Reason))
	case cases.ContractRebased:
		en.Who = who
		line(en, "scroll", ui.T(ctx, "timeline.rebased"), rebasedWords(ctx, d))
	default:
		en.Who = who
		return false
	}
	return true
}

// clockTitle is the plain title for the initial response, and the one that
// names the clock for any other.
func clockTitle(ctx context.Context, v desk.CaseView, key, end, metric string) string {
	if metric == cases.FirstResponse {
		return ui.T(ctx, key+end)
	}
	return ui.T(ctx, key+".of"+end, metricName(ctx, v.Contract, metric))
}

// supersededWhy says why a verdict was superseded. A correction's reason is a
// person's own words.
func supersededWhy(ctx context.Context, reason string) string {
	switch reason {
	case "undelivered":
		return ui.T(ctx, "timeline.superseded.undelivered")
	case cases.Undone:
		return ui.T(ctx, "timeline.superseded.undone")
	case "unmerged":
		return ui.T(ctx, "timeline.superseded.unmerged")
	}
	return reason
}
