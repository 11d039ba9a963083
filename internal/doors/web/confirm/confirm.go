// Package confirm is the page of a one-time link, on which a customer's person
// answers what the desk asks: it needs no sign-in and fits a phone.
//
// It owns the page and its two answers. Looking at it (GET) changes nothing,
// since mail scanners open every link; only a form that is sent (POST) answers.
// It refuses to say anything of a case whose link is used, expired or void.
//
// Start reading at [Pages.Show].
package confirm

import (
	"net/http"

	"madoguchi/internal/desk"
	"madoguchi/internal/doors/web/ui"
	"madoguchi/terms/cases"
	"madoguchi/terms/fault"
)

// Pages answers the requests for this page.
type Pages struct {
	desk   *desk.Desk
	remote func(*http.Request) string
	ours   func(*http.Request) bool // a person of the desk is signed in with that browser
}

// New returns the page over a desk. Ours reports whether a person of the desk
// looks, who cannot answer for a customer.
func New(d *desk.Desk, remote func(*http.Request) string, ours func(*http.Request) bool) *Pages {
	return &Pages{desk: d, remote: remote, ours: ours}
}

// Show shows what is asked.
func (p *Pages) Show(w http.ResponseWriter, r *http.Request) error {
	private(w)
	return p.show(w, r, "")
}

func (p *Pages) show(w http.ResponseWriter, r *http.Request, problem string) error {
	q, err := p.desk.Question(r.Context(), r.PathValue("token"), p.remote(r))
	if err != nil {
		return err
	}
	v := ui.Of(r.Context())
	v.Lang = language(r, q)
	ctx := ui.With(r.Context(), v)
	view := View{
		State: string(q.State), Desk: q.Desk.In(string(v.Lang)), Phone: q.Phone, Number: q.Number, Subject: q.Subject, Person: q.Person, Company: q.Company,
		Mail: q.Mail, Token: r.PathValue("token"), Lang: string(v.Lang), Ours: p.ours(r), Problem: problem,
		Priority: q.Priority.In(string(v.Lang)), ClauseJA: q.Clause.JA, ClauseEN: q.Clause.EN, Expires: ui.Moment(ctx, q.Expires),
	}
	if !q.MailAt.IsZero() {
		view.MailAt = ui.Moment(ctx, q.MailAt)
	}
	if !q.Answered.IsZero() {
		view.Answered = ui.Moment(ctx, q.Answered)
	}
	status := http.StatusOK
	switch {
	case problem != "":
		status = http.StatusUnprocessableEntity
	case q.State == desk.QuestionExpired || q.State == desk.QuestionVoid:
		status = http.StatusGone
	}
	return ui.Render(w, r.WithContext(ctx), status, Page(view))
}

// Answer takes the answer.
func (p *Pages) Answer(w http.ResponseWriter, r *http.Request) error {
	private(w)
	r.Body = http.MaxBytesReader(w, r.Body, 16<<10)
	if err := r.ParseForm(); err != nil {
		return fault.Wrap(fault.Invalid, err, "送信された内容を読み取れませんでした。もう一度お試しください。", "The form could not be read. Please try again.")
	}
	lang := ui.Of(r.Context()).Lang
	if p.ours(r) {
		return p.show(w, r, ui.TL(lang, "confirm.ours"))
	}
	answer := cases.Answer(r.PostFormValue("answer"))
	if answer != cases.Given && answer != cases.Declined {
		return p.show(w, r, ui.TL(lang, "confirm.choose"))
	}
	err := p.desk.AnswerQuestion(r.Context(), r.PathValue("token"), p.remote(r), answer)
	if fault.Is(err, fault.Conflict) {
		return p.show(w, r, fault.Public(err).In(string(lang)))
	}
	if err != nil {
		return err
	}
	// Loading the page again must not send the form again.
	to := "/confirm/" + r.PathValue("token")
	if r.FormValue("lang") != "" {
		to += "?lang=" + string(language(r, desk.Question{}))
	}
	http.Redirect(w, r, to, http.StatusSeeOther)
	return nil
}

// private keeps the address, which is the secret, out of caches, of other
// sites' logs, and of search engines. Forms still say where they came from.
func private(w http.ResponseWriter) {
	h := w.Header()
	h.Set("Referrer-Policy", "strict-origin")
	h.Set("Cache-Control", "no-store")
	h.Set("X-Robots-Tag", "noindex, nofollow")
}

// language is the visitor's choice on this page, else that in which the desk
// writes to them.
func language(r *http.Request, q desk.Question) ui.Lang {
	if l, ok := ui.ParseLang(r.FormValue("lang")); ok {
		return l
	}
	if l, ok := ui.ParseLang(q.Language); ok {
		return l
	}
	return ui.Of(r.Context()).Lang
}
