package agent

import (
	"context"
	"net/http"

	"madoguchi/internal/desk"
	"madoguchi/internal/doors/web/ui"
	"madoguchi/terms/cases"
)

// FollowersView is who wants to hear of a case, and who else could.
type FollowersView struct {
	Mine   bool // the viewer follows it
	People []FollowerRow
	Others []ui.Option
}

// FollowerRow is one of them.
type FollowerRow struct {
	ID, Name string
	Blind    bool // may not see the case any more
}

func followersOf(ctx context.Context, v desk.CaseView) FollowersView {
	me := ui.Of(ctx).ID
	f := FollowersView{Mine: v.Case.Follows(me)}
	for _, p := range v.Followers {
		f.People = append(f.People, FollowerRow{ID: p.ID, Name: p.Name, Blind: p.Blind})
	}
	for _, a := range v.MayFollow {
		if a.ID != me {
			f.Others = append(f.Others, ui.Option{Value: a.ID, Label: a.Name})
		}
	}
	return f
}

// Follow lets a person follow the case, or no longer: the viewer, or a colleague.
func (p *Pages) Follow(w http.ResponseWriter, r *http.Request, who desk.Viewer) error {
	agent, on := r.PostFormValue("agent"), r.PostFormValue("act") != "stop"
	if _, err := p.desk.Follow(r.Context(), who, caseID(r), agent, on); err != nil {
		return err
	}
	said := "follow.on"
	switch mine := agent == "" || agent == who.ID; {
	case !on && mine:
		said = "follow.off"
	case !on:
		said = "follow.removed"
	case !mine:
		said = "follow.added"
	}
	return p.acted(w, r, who, said, "")
}

// followLine words that somebody follows the case, and reports whether e is of
// that kind.
func followLine(ctx context.Context, e cases.Event, en *Entry) bool {
	switch d := e.Data.(type) {
	case cases.Followed:
		line(en, "eye", ui.T(ctx, "timeline.followed", d.Name), "")
	case cases.Unfollowed:
		line(en, "eye", ui.T(ctx, "timeline.unfollowed", d.Name), "")
	default:
		return false
	}
	return true
}
