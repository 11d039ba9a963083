package agent

import (
	"context"
	"net/http"
	"slices"
	"time"

	"github.com/a-h/templ"

	"madoguchi/internal/desk"
	"madoguchi/internal/doors/web/ui"
	"madoguchi/internal/records/store"
	"madoguchi/terms/cases"
)

// Delivery is how far a mail of the desk got.
type Delivery struct {
	State string // waiting, queued, retrying, sending, sent, delayed, failed, bounced, undone
	Until time.Time
	Next  time.Time // of the next attempt
	Tries int
	Said  string // the relay's or the bounce's last words, as they came
	Undo  bool   // the viewer may take it back until Until
	Again bool   // it can be sent again
	Path  string // of the acts on it
}

// deliveryOf tells it from the outbox and the history.
func deliveryOf(v desk.CaseView, who desk.Viewer, by cases.Actor, message string) Delivery {
	o, known := v.Mail[message]
	d := Delivery{Path: "/cases/" + string(v.Case.ID) + "/replies/" + message, Tries: o.Attempts, Next: o.NextAt, Said: o.LastReply}
	var failed, bounced, late bool
	for _, e := range v.Events {
		switch f := e.Data.(type) {
		case cases.ReplyUndone:
			if f.Message == message {
				d.State = "undone"
				return d
			}
		case cases.DeliveryRetried:
			if f.Message == message {
				failed, bounced, late = false, false, false
			}
		case cases.DeliveryDelayed:
			if f.Message == message {
				late, d.Said = true, f.Reply
			}
		case cases.DeliveryFailed:
			if f.Message == message {
				failed, bounced, d.Said = true, bounced || f.Bounce, f.Reply
			}
		}
	}
	switch {
	case !known:
	case o.State == store.OutboundSending:
		d.State = "sending"
	case o.State == store.OutboundQueued && o.Attempts > 0:
		d.State = "retrying"
	case o.State == store.OutboundQueued && o.NextAt.After(v.Now):
		d.State, d.Until = "waiting", o.NextAt
		d.Undo = by.ID == who.ID || who.Can(desk.Supervise)
	case o.State == store.OutboundQueued:
		d.State = "queued"
	case bounced:
		d.State, d.Again = "bounced", true
	case failed || o.State == store.OutboundFailed:
		d.State, d.Again = "failed", true
	case o.State == store.OutboundSent && late:
		d.State = "delayed"
	case o.State == store.OutboundSent:
		d.State = "sent"
	}
	return d
}

// deliveryChip is the state in a word.
func deliveryChip(ctx context.Context, d Delivery) Chip {
	look := map[string]Chip{
		"waiting": {"", "clock", ""}, "queued": {"", "clock", ""}, "sending": {"", "clock", ""}, "retrying": {"warn", "clock", ""},
		"sent": {"ok", "check", ""}, "delayed": {"warn", "clock", ""}, "failed": {"bad", "alert", ""}, "bounced": {"bad", "alert", ""}, "undone": {"line", "x", ""},
	}[d.State]
	look.Text = ui.T(ctx, "delivery."+d.State)
	return look
}

// Undo takes back a reply that has not left; what was written is in the
// composer again.
func (p *Pages) Undo(w http.ResponseWriter, r *http.Request, who desk.Viewer) error {
	if _, err := p.desk.Undo(r.Context(), who, caseID(r), r.PathValue("message")); err != nil {
		return err
	}
	if !ui.IsFragment(r) {
		return p.done(w, r, "delivery.undone.said", "/cases/"+r.PathValue("id"))
	}
	c, err := p.caseView(r, who)
	if err != nil {
		return err
	}
	w.Header().Set("HX-Trigger", `{"desk:undone":{}}`)
	return ui.Render(w, r, http.StatusOK, templ.Join(CaseLive(c), ComposerPartial(c.Composer), ui.ToastPartial(ui.Flash{Text: ui.T(r.Context(), "delivery.undone.said")})))
}

// Resend sends a message again to those whom it did not reach.
func (p *Pages) Resend(w http.ResponseWriter, r *http.Request, who desk.Viewer) error {
	if _, err := p.desk.Resend(r.Context(), who, caseID(r), r.PathValue("message")); err != nil {
		return err
	}
	return p.acted(w, r, who, "delivery.again.said", "")
}

// chosen reports whether a draft names recipients, and this one among them.
func chosen(d *desk.Draft, addr string, otherwise bool) bool {
	if d == nil || len(d.To) == 0 {
		return otherwise
	}
	return slices.Contains(d.To, addr)
}
