package admin

import (
	"context"
	"net/http"
	"strings"

	"github.com/a-h/templ"

	"madoguchi/internal/desk"
	"madoguchi/internal/doors/web/ui"
	"madoguchi/internal/mailtext"
	"madoguchi/internal/records/store"
)

// Sent lists the mails that left the desk, newest first.
func (p *Pages) Sent(w http.ResponseWriter, r *http.Request, who desk.Viewer) error {
	var after store.Since
	if err := ui.Unseal(r.FormValue("after"), &after); err != nil {
		return err
	}
	mails, next, err := p.desk.SentMail(r.Context(), who, ui.Of(r.Context()).Demo, 50, after)
	if err != nil {
		return err
	}
	var v SentView
	for _, m := range mails {
		v.Rows = append(v.Rows, sentRow(r.Context(), m))
	}
	if !next.End() {
		if v.After, err = ui.Seal(next); err != nil {
			return err
		}
	}
	return p.show(w, r, http.StatusOK, "sent.title", "sent", func(page ui.Page) templ.Component { return SentPage(page, v) })
}

func sentRow(ctx context.Context, m desk.Sent) SentRow {
	return SentRow{
		ID: m.ID, To: strings.Join(m.Recipients, ", "), Subject: m.Subject, State: sentState(m),
		When: ui.Moment(ctx, m.CreatedAt), CaseID: string(m.Case),
	}
}

// sentState is how far a mail got, in the words of its case: waiting, retrying,
// sent, delayed, failed, bounced or undone.
func sentState(m desk.Sent) string {
	switch {
	case m.State == store.OutboundFailed:
		return "failed"
	case m.State == store.OutboundSent && m.Bounced:
		return "bounced"
	case m.State == store.OutboundSent && m.Delayed:
		return "delayed"
	case m.State == store.OutboundSent:
		return "sent"
	case m.State == store.OutboundQueued && m.Attempts > 0:
		return "retrying"
	case m.State == store.OutboundUndone:
		return "undone"
	}
	return "waiting"
}

// Mail shows one of them: its text and the whole as it went out.
func (p *Pages) Mail(w http.ResponseWriter, r *http.Request, who desk.Viewer) error {
	out, raw, err := p.desk.SentOne(r.Context(), who, ui.Of(r.Context()).Demo, r.PathValue("id"))
	if err != nil {
		return err
	}
	mail, err := mailtext.Read(raw)
	if err != nil {
		return err
	}
	v := MailView{SentRow: sentRow(r.Context(), out), From: mailbox(mail.From), Text: mail.Text, Raw: strings.ToValidUTF8(string(raw), "�"), Reply: out.Said}
	return p.show(w, r, http.StatusOK, "sent.title", "sent", func(page ui.Page) templ.Component { return MailPage(page, v) })
}

func mailbox(a mailtext.Address) string {
	if a.Name == "" {
		return a.Addr
	}
	return a.Name + " <" + a.Addr + ">"
}
