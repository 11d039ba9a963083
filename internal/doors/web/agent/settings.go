package agent

import (
	"net/http"

	"github.com/a-h/templ"

	"madoguchi/internal/desk"
	"madoguchi/internal/doors/web/ui"
)

// Settings shows a person's own choices.
func (p *Pages) Settings(w http.ResponseWriter, r *http.Request, who desk.Viewer) error {
	return p.settings(w, r, who, http.StatusOK, nil)
}

func (p *Pages) settings(w http.ResponseWriter, r *http.Request, who desk.Viewer, status int, problems map[string]string) error {
	pref, err := p.desk.Preferences(r.Context(), who)
	if err != nil {
		return err
	}
	like, err := p.desk.Choices(r.Context(), who)
	if err != nil {
		return err
	}
	v := SettingsView{Language: pref.Language, Theme: pref.Theme, Keys: pref.Shortcuts, Mail: like.Mail, Quote: like.Quote, SignatureJA: like.Signature.JA, SignatureEN: like.Signature.EN, Errors: problems}
	return p.show(w, r, status, ui.T(r.Context(), "settings.title"), "settings", func(page ui.Page) templ.Component {
		return SettingsPage(page, v)
	})
}

// SetSettings changes them.
func (p *Pages) SetSettings(w http.ResponseWriter, r *http.Request, who desk.Viewer) error {
	err := p.desk.SetPreferences(r.Context(), who, desk.Preferences{
		Language: r.PostFormValue("language"), Theme: r.PostFormValue("theme"), Shortcuts: r.PostFormValue("keys") == "on",
	})
	if problems, ok := ui.FormErrors(r.Context(), err); err != nil && ok {
		return p.settings(w, r, who, refused, problems)
	}
	if err != nil {
		return err
	}
	return p.done(w, r, "saved", "/settings")
}

// SetMailSettings changes how the person reads and answers mail.
func (p *Pages) SetMailSettings(w http.ResponseWriter, r *http.Request, who desk.Viewer) error {
	for _, name := range []string{"mail", "quote"} {
		err := p.desk.Choose(r.Context(), who, name, r.PostFormValue(name))
		if problems, ok := ui.FormErrors(r.Context(), err); err != nil && ok {
			return p.settings(w, r, who, refused, problems)
		}
		if err != nil {
			return err
		}
	}
	return p.done(w, r, "saved", "/settings")
}

// SetPassword changes the person's own password.
func (p *Pages) SetPassword(w http.ResponseWriter, r *http.Request, who desk.Viewer) error {
	err := p.desk.ChangePassword(r.Context(), who, r.PostFormValue("old"), r.PostFormValue("password"), p.frame.Session(r))
	if problems, ok := ui.FormErrors(r.Context(), err); err != nil && ok {
		return p.settings(w, r, who, refused, problems)
	}
	if err != nil {
		return err
	}
	if err := p.frame.Renew(r); err != nil {
		return err
	}
	return p.done(w, r, "settings.pw.done", "/settings")
}
