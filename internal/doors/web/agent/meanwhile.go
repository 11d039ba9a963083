package agent

import (
	"errors"
	"net/http"
	"slices"

	"madoguchi/internal/desk"
	"madoguchi/internal/doors/web/ui"
	"madoguchi/terms/cases"
	"madoguchi/terms/fault"
)

// MeanwhileView is what came while a person wrote, beside what they wrote.
type MeanwhileView struct {
	Version int // of the case with all of it
	News    []Entry
	Text    string // what they wrote; it stays their draft
	Lang    string
	Release string // the later instant that they had chosen; empty: at once
}

// orMeanwhile answers a reply that was refused since something came: it shows
// exactly what, beside the text, and sending all the same is a second step.
// Any other error stays what it is.
func (p *Pages) orMeanwhile(w http.ResponseWriter, r *http.Request, who desk.Viewer, cmd desk.ReplyCommand, err error) error {
	refusal, ok := errors.AsType[*fault.Error](err)
	if !ok || refusal.Field != desk.SeenField || refusal.Kind != fault.Conflict || !ui.IsFragment(r) {
		return err
	}
	v, news, ferr := p.desk.Meanwhile(r.Context(), who, cmd.Case, cmd.Seen)
	if ferr != nil {
		return ferr
	}
	m := MeanwhileView{Version: v.Case.Version, Text: cmd.Text, Lang: v.Case.Language, Release: r.FormValue("release")}
	for _, e := range timelineOf(r.Context(), v, who) {
		if e.Case == string(cmd.Case) && slices.ContainsFunc(news, func(n cases.Event) bool { return n.Seq == e.Seq }) {
			m.News = append(m.News, e)
		}
	}
	w.Header().Set("HX-Retarget", "#dialog")
	w.Header().Set("HX-Reswap", "innerHTML")
	return ui.Render(w, r, http.StatusConflict, meanwhile(m))
}
