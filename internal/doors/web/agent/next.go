package agent

import (
	"context"
	"net/http"

	"madoguchi/internal/desk"
	"madoguchi/internal/doors/web/ui"
	"madoguchi/terms/cases"
	"madoguchi/terms/staff"
)

// TakeNext gives the viewer the most urgent case that nobody has, and opens it.
func (p *Pages) TakeNext(w http.ResponseWriter, r *http.Request, who desk.Viewer) error {
	c, err := p.desk.TakeNext(r.Context(), who)
	if err != nil {
		return err
	}
	return p.leftFor(w, r, "next.taken", c.ID)
}

// whyAssigned says why a case went to this person and no other; empty where a
// person said so.
func whyAssigned(ctx context.Context, why *cases.AssignReason) string {
	if why == nil {
		return ""
	}
	words := ""
	switch why.How {
	case desk.HowNext:
		words = ui.T(ctx, "why.assigned.next", why.Load)
	case string(staff.RoundRobin):
		words = ui.T(ctx, "why.assigned.turn", why.Team, why.Among, why.Load)
	case string(staff.LeastLoaded):
		words = ui.T(ctx, "why.assigned.fewest", why.Team, why.Among, why.Load)
	}
	if why.Skilled {
		words += ui.T(ctx, "list.sep") + ui.T(ctx, "why.assigned.skilled")
	}
	return words
}
