package admin

import (
	"context"
	"net/http"

	"github.com/a-h/templ"

	"madoguchi/internal/desk"
	"madoguchi/internal/doors/web/ui"
	"madoguchi/terms/fault"
)

// MailTexts shows the mails that the desk sends by itself.
func (p *Pages) MailTexts(w http.ResponseWriter, r *http.Request, who desk.Viewer) error {
	return p.mailTexts(w, r, who, TestView{})
}

func (p *Pages) mailTexts(w http.ResponseWriter, r *http.Request, who desk.Viewer, t TestView) error {
	all, err := p.desk.AutomaticMails(r.Context(), who)
	if err != nil {
		return err
	}
	v := mailTextsView(r.Context(), all)
	v.MayTest, v.Mail, v.Test = who.May(desk.ManageMail) == nil, who.Email, t
	return p.show(w, r, http.StatusOK, "mailtexts.title", "mailboxes", func(page ui.Page) templ.Component { return MailTextsPage(page, v) })
}

func mailTextsView(ctx context.Context, all desk.AutomaticMails) MailTextsView {
	con, lang := all.Contract, string(ui.Of(ctx).Lang)
	v := MailTextsView{
		Contract: con.ID(), Name: con.Name().In(lang), Version: con.Version(), Draft: all.Draft,
		NoPhone: all.Site.Phone == "", NoWeb: all.Site.Web == "",
	}
	for _, m := range all.Mails {
		row := MailTextView{Kind: m.Kind, Received: ui.Moment(ctx, m.Received), JA: m.JA.Subject, EN: m.EN.Subject}
		for i, part := range m.JA.Parts {
			said := MailPartView{Key: part.Key, JA: part.Text}
			if i < len(m.EN.Parts) {
				said.EN = m.EN.Parts[i].Text
			}
			if said.JA == "" && said.EN == "" {
				continue
			}
			for _, id := range part.Clauses {
				if c, ok := all.Clause(id); ok {
					said.Clauses = append(said.Clauses, MailClauseView{ID: id, JA: c.JA, EN: c.EN})
				}
			}
			row.Parts = append(row.Parts, said)
		}
		v.Mails = append(v.Mails, row)
	}
	return v
}

// TestMailText sends one of them to the person who asks.
func (p *Pages) TestMailText(w http.ResponseWriter, r *http.Request, who desk.Viewer) error {
	kind := r.PostFormValue("kind")
	said, err := p.desk.TestAutomaticMail(r.Context(), who, kind, r.PostFormValue("lang"))
	if fault.Is(err, fault.Forbidden) || fault.Is(err, fault.NotFound) {
		return err
	}
	t := TestView{ID: testID(kind), Done: true, To: who.Email, Said: said}
	if err != nil {
		t.Problem = fault.Public(err).In(string(ui.Of(r.Context()).Lang))
	}
	if ui.IsFragment(r) {
		return ui.Render(w, r, http.StatusOK, TestResult(t))
	}
	return p.mailTexts(w, r, who, t)
}
