package agent

import (
	"context"
	"net/http"

	"madoguchi/internal/desk"
	"madoguchi/internal/doors/web/ui"
	"madoguchi/terms/cases"
)

// ClockChangeView is what an act does to one clock, in words.
type ClockChangeView struct {
	Label, Words string
	Note         string // what to know beside it
	Tone         string // "good" or "bad-text"; empty for neither
	Clauses      []string
}

// clockChanges words what an act does to the clocks.
func clockChanges(ctx context.Context, f desk.Forecast) []ClockChangeView {
	out := make([]ClockChangeView, 0, len(f))
	for _, c := range f {
		v := ClockChangeView{Label: said(ctx, c.After.Label), Words: changeWords(ctx, c), Clauses: places(c.Clauses)}
		switch c.What {
		case desk.ClockMeets, desk.ClockRenews:
			v.Tone = "good"
		case desk.ClockBreaches:
			v.Tone = "bad-text"
		}
		if c.After.State == desk.ClockResting && !c.After.Resumes.IsZero() {
			v.Note = ui.T(ctx, "fore.resting", ui.Moment(ctx, c.After.Resumes))
		}
		out = append(out, v)
	}
	return out
}

func changeWords(ctx context.Context, c desk.ClockChange) string {
	due, waits, left := ui.Moment(ctx, c.After.Deadline), clockOf(c.After).Words(ctx), ui.HM(c.After.Left)
	paused := c.After.State == desk.ClockPaused
	switch key := "fore." + string(c.What); c.What {
	case desk.ClockBegins, desk.ClockRenews:
		if paused {
			return ui.T(ctx, key+".paused", waits, left)
		}
		return ui.T(ctx, key, due)
	case desk.ClockMoves:
		return ui.T(ctx, key, ui.Moment(ctx, c.Before.Deadline), due)
	case desk.ClockPauses:
		return ui.T(ctx, key, waits, left)
	case desk.ClockRests:
		if c.Before.Left != c.After.Left {
			return ui.T(ctx, key+".moved", waits, ui.HM(c.Before.Left), left)
		}
		return ui.T(ctx, key, waits, left)
	case desk.ClockMeets:
		return ui.T(ctx, key, left)
	case desk.ClockMakes:
		return ui.T(ctx, key)
	case desk.ClockEnds:
		return ui.T(ctx, key, waits)
	default:
		return ui.T(ctx, key, due)
	}
}

// StatusChange is what a choice of the menu of states does to the clocks.
type StatusChange struct {
	Name   string
	Clocks []ClockChangeView
}

// StatusEffect fills the menu of states with what each of them does to the
// clocks, as far as it does anything.
func (p *Pages) StatusEffect(w http.ResponseWriter, r *http.Request, who desk.Viewer) error {
	ctx := r.Context()
	cv, err := p.desk.View(ctx, who, caseID(r))
	if err != nil {
		return err
	}
	acts := []desk.StatusAct{{To: cases.Open}, {To: cases.Waiting}, {To: cases.OnHold}}
	if holds(cv) {
		acts = append(acts, desk.StatusAct{To: cases.OnHold, Wait: cases.WaitThirdParty})
	}
	acts = append(acts, desk.StatusAct{To: cases.Resolved}, desk.StatusAct{To: cases.Closed})
	if cv.Case.CanRestore() {
		acts = append(acts, desk.StatusAct{Restore: true})
	}
	list, err := p.desk.PreviewStatus(ctx, who, caseID(r), acts)
	if err != nil {
		return err
	}
	var out []StatusChange
	for _, f := range list {
		var changed desk.Forecast
		for _, c := range f.Clocks {
			if c.Changes() {
				changed = append(changed, c)
			}
		}
		if len(changed) > 0 {
			out = append(out, StatusChange{actName(ctx, f.Act), clockChanges(ctx, changed)})
		}
	}
	return ui.Render(w, r, http.StatusOK, StatusEffects(out))
}

func actName(ctx context.Context, a desk.StatusAct) string {
	switch {
	case a.Restore:
		return ui.T(ctx, "case.restored")
	case a.Wait != "":
		return ui.T(ctx, "case.hold.third-party")
	}
	return ui.T(ctx, "status."+string(a.To))
}

// alsoOf words what a reply does to the clocks beside the one whose end its
// sentence tells already.
func alsoOf(ctx context.Context, f desk.Forecast, told desk.ReplyPreview) []string {
	var out []string
	for _, c := range f {
		if !c.Changes() || told.Stops && c.After.Metric == told.Metric && c.What != desk.ClockRenews {
			continue
		}
		out = append(out, ui.T(ctx, "effect.also", said(ctx, c.After.Label), changeWords(ctx, c)))
	}
	return out
}
