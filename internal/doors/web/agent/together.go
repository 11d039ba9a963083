package agent

import (
	"context"
	"net/http"
	"strings"
	"time"

	"madoguchi/internal/desk"
	"madoguchi/internal/doors/web/ui"
)

// Attend says that a tab shows the case, and answers with who else is there.
// The page says it when it opens, when its person begins or stops a note, and
// when a hint tells that somebody else did something of the sort.
func (p *Pages) Attend(w http.ResponseWriter, r *http.Request, who desk.Viewer) error {
	if err := p.desk.Attend(r.Context(), who, p.frame.Browser(r), r.PostFormValue("tab"), caseID(r), r.PostFormValue("doing")); err != nil {
		return err
	}
	return p.together(w, r, who)
}

// Leave says that a tab goes away.
func (p *Pages) Leave(w http.ResponseWriter, r *http.Request, who desk.Viewer) error {
	if err := p.desk.Leave(who, r.PostFormValue("tab")); err != nil {
		return err
	}
	w.WriteHeader(http.StatusNoContent)
	return nil
}

// BeginReply says that the person has begun to write a reply.
func (p *Pages) BeginReply(w http.ResponseWriter, r *http.Request, who desk.Viewer) error {
	if _, err := p.desk.BeginReply(r.Context(), who, caseID(r)); err != nil {
		return err
	}
	return p.together(w, r, who)
}

// TakeOver takes the writing of the reply over from a colleague.
func (p *Pages) TakeOver(w http.ResponseWriter, r *http.Request, who desk.Viewer) error {
	if _, err := p.desk.TakeOver(r.Context(), who, caseID(r), r.PostFormValue("reason")); err != nil {
		return err
	}
	return p.acted(w, r, who, "together.taken", "")
}

// DiscardReply forgets the person's draft and lets others reply.
func (p *Pages) DiscardReply(w http.ResponseWriter, r *http.Request, who desk.Viewer) error {
	if err := p.desk.DiscardReply(r.Context(), who, caseID(r)); err != nil {
		return err
	}
	return p.acted(w, r, who, "together.discarded", "reply")
}

// together answers with the strip alone.
func (p *Pages) together(w http.ResponseWriter, r *http.Request, who desk.Viewer) error {
	if !ui.IsFragment(r) {
		http.Redirect(w, r, "/cases/"+r.PathValue("id"), http.StatusSeeOther)
		return nil
	}
	v, err := p.desk.TogetherOf(r.Context(), who, caseID(r))
	if err != nil {
		return err
	}
	return ui.Render(w, r, http.StatusOK, TogetherPartial(togetherOf(string(caseID(r)), v)))
}

// TogetherView is who else is with a case, as the screen shows it.
type TogetherView struct {
	CaseID string
	Lock   string // "free", "mine", "other", or "pending": a reply waits for an approval
	Holder string // who writes the reply, when that is somebody else
	Since  time.Time
	Here   []HereView // colleagues who have the case open, without the holder
	Taken  *TakenView // the viewer's writing was taken over; nil normally
}

// HereView is a colleague who has the case open.
type HereView struct {
	Name string
	Note bool // they write an internal note
}

// TakenView says who took the viewer's writing over.
type TakenView struct {
	By     string
	At     time.Time
	Reason string
}

func togetherOf(id string, t desk.Together) TogetherView {
	out := TogetherView{CaseID: id, Lock: "free"}
	switch {
	case t.Barred():
		out.Lock, out.Holder, out.Since = "other", t.Lock.Holder.Name, t.Lock.Since
	case t.Waits:
		out.Lock = "pending"
	case t.Mine:
		out.Lock = "mine"
	}
	for _, h := range t.Here {
		if !t.Barred() || h.Agent != t.Lock.Holder.ID {
			out.Here = append(out.Here, HereView{Name: h.Name, Note: h.Doing == desk.TakesNotes})
		}
	}
	if t.Taken != nil {
		out.Taken = &TakenView{By: t.TakeBy.Name, At: t.TakeAt, Reason: t.Taken.Reason}
	}
	return out
}

// names lists the colleagues who only look, or those who write notes.
func (t TogetherView) names(ctx context.Context, notes bool) string {
	var list []string
	for _, h := range t.Here {
		if h.Note == notes {
			list = append(list, ui.T(ctx, "together.person", h.Name))
		}
	}
	return strings.Join(list, ui.T(ctx, "list.sep"))
}
