package admin

import (
	"cmp"
	"net/http"
	"strconv"
	"strings"

	"github.com/a-h/templ"

	"madoguchi/internal/desk"
	"madoguchi/internal/doors/web/ui"
	"madoguchi/terms/fault"
)

// Site shows what the installation says of itself.
func (p *Pages) Site(w http.ResponseWriter, r *http.Request, who desk.Viewer) error {
	if err := who.May(desk.ManageSite); err != nil {
		return err
	}
	return p.site(w, r, http.StatusOK, p.desk.Site(), nil)
}

func (p *Pages) site(w http.ResponseWriter, r *http.Request, status int, s desk.Site, problems map[string]string) error {
	f := SiteForm{NameJA: s.Name.JA, NameEN: s.Name.EN, Prefix: s.Prefix, Mail: s.Mail, Phone: s.Phone, Dashboard: s.Dashboard, Web: s.Web, CloseAfter: strconv.Itoa(s.CloseAfter), SignatureJA: s.Signature.JA, SignatureEN: s.Signature.EN, ReplyIdle: strconv.Itoa(cmp.Or(s.ReplyIdle, desk.DefaultReplyIdle)), Lead: strconv.Itoa(cmp.Or(s.LeadMinutes, int(desk.LeadUsual.Minutes()))), Errors: problems}
	return p.show(w, r, status, "site.title", "site", func(page ui.Page) templ.Component { return SitePage(page, f) })
}

// SetSite changes it.
func (p *Pages) SetSite(w http.ResponseWriter, r *http.Request, who desk.Viewer) error {
	s := p.desk.Site()
	s.Name = fault.Text{JA: r.PostFormValue("name"), EN: r.PostFormValue("name_en")}
	s.Mail, s.Phone, s.Dashboard, s.Prefix = r.PostFormValue("mail"), r.PostFormValue("phone"), r.PostFormValue("dashboard"), r.PostFormValue("prefix")
	s.Web = r.PostFormValue("web")
	s.ReplyIdle = minutes(r.PostFormValue("reply_idle"), s.ReplyIdle)
	s.LeadMinutes = minutes(r.PostFormValue("lead"), s.LeadMinutes)
	if days := strings.TrimSpace(r.PostFormValue("close_after")); days != "" {
		n, err := strconv.Atoi(days)
		if err != nil {
			n = -1 // said beside the field
		}
		s.CloseAfter = n
	}
	s.Signature = fault.Text{JA: r.PostFormValue("signature_ja"), EN: r.PostFormValue("signature_en")}
	err := p.desk.SetSite(r.Context(), who, s)
	if err == nil {
		return p.done(w, r, "saved", "/site")
	}
	if problems, ok := ui.FormErrors(r.Context(), err); ok {
		return p.site(w, r, http.StatusUnprocessableEntity, s, problems)
	}
	return err
}

// minutes reads a length; a form without the field leaves it as it was, and
// what is no number is refused by the desk.
func minutes(written string, now int) int {
	if written == "" {
		return now
	}
	n, err := strconv.Atoi(written)
	if err != nil {
		return -1
	}
	return n
}
