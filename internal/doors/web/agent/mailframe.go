package agent

import (
	"net/http"

	"madoguchi/internal/desk"
	"madoguchi/internal/doors/web/ui"
	"madoguchi/internal/mailtext/safehtml"
)

// The walls around the HTML of a mail beside what safehtml took out of it.
// Nothing in it runs and nothing is loaded: pictures of the mail are part of
// the document, those of other hosts only after a person asked. The frame keeps
// our origin so that the page around it can measure its height; that gives a
// document without scripts nothing (see the decision "HTML mail is shown
// behind several walls").
const (
	framePolicy   = "default-src 'none'; style-src 'unsafe-inline'; form-action 'none'; base-uri 'none'; frame-ancestors 'self'; sandbox allow-same-origin allow-popups allow-popups-to-escape-sandbox; img-src data:"
	frameWithImgs = framePolicy + " https: http:"
)

// MailFrame is the document that shows the HTML of a mail inside a case.
func (p *Pages) MailFrame(w http.ResponseWriter, r *http.Request, who desk.Viewer) error {
	ctx := r.Context()
	asked := r.URL.Query().Get("images") == "1"
	page, err := p.desk.HTML(ctx, who, caseID(r), r.PathValue("message"), asked, safehtml.Words{
		Quoted: ui.T(ctx, "mail.quoted"), Target: ui.T(ctx, "mail.target"), Image: ui.T(ctx, "mail.image"),
	})
	if err != nil {
		return err
	}
	h := w.Header()
	h.Set("Content-Security-Policy", framePolicy)
	if asked {
		h.Set("Content-Security-Policy", frameWithImgs)
	}
	h.Set("Referrer-Policy", "no-referrer")
	return ui.Render(w, r, http.StatusOK, MailDocument(page, asked))
}

// embeds allows a page to show frames of our own, for the mails of a case.
func embeds(w http.ResponseWriter) {
	h := w.Header()
	h.Set("Content-Security-Policy", h.Get("Content-Security-Policy")+"; frame-src 'self'")
}

// Choose records how the person likes to see mails, from the case itself.
func (p *Pages) Choose(w http.ResponseWriter, r *http.Request, who desk.Viewer) error {
	if err := p.desk.Choose(r.Context(), who, "mail", r.PostFormValue("mail")); err != nil {
		return err
	}
	return p.acted(w, r, who, "mail.chosen."+r.PostFormValue("mail"), "")
}
