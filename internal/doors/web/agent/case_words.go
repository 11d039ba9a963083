package agent

import (
	"context"
	"fmt"
	"hash/fnv"
	"strings"

	"madoguchi/internal/doors/web/ui"
	"madoguchi/terms/cases"
)

// demandTitle is the case's one sentence: what has to be done, by when.
func demandTitle(ctx context.Context, d Demand) string {
	switch d.Kind {
	case "respond":
		return ui.T(ctx, metricKey("demand.respond", d.Clock.Metric), ui.Near(ctx, d.Clock.Deadline))
	case "late":
		return ui.T(ctx, metricKey("demand.late", d.Clock.Metric), ui.Moment(ctx, d.Clock.Deadline))
	case "paused":
		key := "demand.paused"
		if ui.Has(key + "." + d.Clock.Wait) {
			key += "." + d.Clock.Wait
		}
		return ui.T(ctx, key, d.Label)
	}
	return ui.T(ctx, "demand."+d.Kind)
}

// demandDetail is the figures beside the sentence. Those that tick are named
// pieces, which the script finds.
func demandDetail(ctx context.Context, d Demand) []ui.Piece {
	c := d.Clock
	hours := ui.Hours(c.Target)
	switch {
	case d.Kind == "identify":
		return ui.Pieces(ctx, "demand.identify.note")
	case d.Kind == "paused":
		return ui.Pieces(ctx, "demand.left", "left", ui.HM(c.Left), "hours", hours, "used", ui.HM(c.Target-c.Left))
	case d.Kind == "respond":
		p := ui.Pieces(ctx, "demand.left", "left", ui.HM(c.Left), "hours", hours, "used", ui.HM(c.Target-c.Left))
		if c.State == ui.ClockResting {
			p = append(p, ui.Piece{Text: "　" + c.Words(ctx)})
		}
		return p
	case d.Kind == "late":
		return ui.Pieces(ctx, "demand.over", "left", ui.HM(c.Left))
	case d.Kind == "met", d.Kind == "missed" && c.Taken > 0:
		return ui.Pieces(ctx, "demand.took", "hours", hours, "used", ui.HM(c.Taken), "deadline", ui.Moment(ctx, c.Deadline))
	case d.Kind == "missed":
		return ui.Pieces(ctx, "demand.deadline-was", "deadline", ui.Moment(ctx, c.Deadline))
	}
	return nil
}

func assigneeLabel(ctx context.Context, c CaseView) string {
	if c.Assignee == "" {
		return ui.T(ctx, "case.unassigned")
	}
	return ui.T(ctx, "case.assignee", c.Assignee)
}

func toLabel(ctx context.Context, c Composer) string {
	first, n := "", 0
	for _, r := range c.To {
		if !r.Chosen {
			continue
		}
		if first == "" {
			first = ui.T(ctx, "case.person", r.Name)
		}
		n++
	}
	switch n {
	case 0:
		return ui.T(ctx, "composer.to.none")
	case 1:
		return ui.T(ctx, "composer.to.one", first)
	}
	return ui.T(ctx, "composer.to.more", first, n-1)
}

// lateEffect says what a reply after the deadline is recorded as.
func lateEffect(ctx context.Context, e Effect) string {
	if e.Label != "" {
		return ui.T(ctx, "effect.other.late", e.Label)
	}
	return ui.T(ctx, "effect.late")
}

// metricKey is the text of a metric; the initial response has the plain one.
func metricKey(key, metric string) string {
	if ui.Has(key + "." + metric) {
		return key + "." + metric
	}
	return key
}

func skipReason(ctx context.Context, s cases.Segment) string {
	why := s.Reason
	if s.Wait != "" {
		why += "." + string(s.Wait)
	}
	if ui.Has("reason." + why) {
		why = ui.T(ctx, "reason."+why)
	}
	if name := ui.Either(ctx, s.NameJA, s.NameEN); name != "" {
		return why + " " + name
	}
	return why
}

func channelIcon(channel string) string {
	switch channel {
	case "phone":
		return "phone"
	case "portal", "api":
		return "globe"
	}
	return "mail"
}

// formID makes an element id of a word and a mail address.
func formID(word, addr string) string {
	h := fnv.New32a()
	h.Write([]byte(strings.ToLower(addr)))
	return fmt.Sprintf("%s-%08x", word, h.Sum32())
}
