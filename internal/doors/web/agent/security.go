package agent

import (
	"encoding/base64"
	"net/http"

	"github.com/a-h/templ"
	"rsc.io/qr"

	"madoguchi/internal/desk"
	"madoguchi/internal/doors/web/ui"
)

// Security shows how the person signs in, and where they are signed in.
func (p *Pages) Security(w http.ResponseWriter, r *http.Request, who desk.Viewer) error {
	return p.security(w, r, who, http.StatusOK, SecurityView{})
}

func (p *Pages) security(w http.ResponseWriter, r *http.Request, who desk.Viewer, status int, v SecurityView) error {
	ctx := r.Context()
	f, err := p.desk.Factors(ctx, who, who.ID)
	if err != nil {
		return err
	}
	v.TOTP, v.CodesLeft, v.Must = f.TOTP, f.Codes, who.MustEnroll()
	sessions, err := p.desk.Sessions(ctx, who, who.ID)
	if err != nil {
		return err
	}
	for _, s := range sessions {
		v.Sessions = append(v.Sessions, SessionRow{ID: s.ID, Device: s.Device, Address: s.Address, Started: ui.Moment(ctx, s.Started), Seen: ui.Moment(ctx, s.Seen), Here: s.ID == p.frame.Session(r)})
	}
	return p.show(w, r, status, ui.T(ctx, "security.title"), "settings", func(page ui.Page) templ.Component { return SecurityPage(page, v) })
}

// BeginTOTP shows the code that an authenticator app reads.
func (p *Pages) BeginTOTP(w http.ResponseWriter, r *http.Request, who desk.Viewer) error {
	return p.enroll(w, r, who, http.StatusOK, nil)
}

func (p *Pages) enroll(w http.ResponseWriter, r *http.Request, who desk.Viewer, status int, problems map[string]string) error {
	e, err := p.desk.BeginTOTP(r.Context(), who)
	if err != nil {
		return err
	}
	code, err := qr.Encode(e.URI, qr.M)
	if err != nil {
		return err
	}
	code.Scale = 4
	w.Header().Set("Cache-Control", "no-store")
	return p.security(w, r, who, status, SecurityView{Secret: e.Secret, QR: "data:image/png;base64," + base64.StdEncoding.EncodeToString(code.PNG()), Errors: problems})
}

// ConfirmTOTP takes the app's first code, and shows the recovery codes once.
func (p *Pages) ConfirmTOTP(w http.ResponseWriter, r *http.Request, who desk.Viewer) error {
	codes, err := p.desk.ConfirmTOTP(r.Context(), who, r.PostFormValue("code"))
	if problems, ok := ui.FormErrors(r.Context(), err); err != nil && ok {
		return p.enroll(w, r, who, refused, problems)
	}
	if err != nil {
		return err
	}
	w.Header().Set("Cache-Control", "no-store")
	return p.security(w, r, who, http.StatusOK, SecurityView{Codes: codes})
}

// RemoveTOTP takes the app away.
func (p *Pages) RemoveTOTP(w http.ResponseWriter, r *http.Request, who desk.Viewer) error {
	err := p.desk.RemoveTOTP(r.Context(), who, r.PostFormValue("code"))
	if problems, ok := ui.FormErrors(r.Context(), err); err != nil && ok {
		return p.security(w, r, who, refused, SecurityView{Errors: problems})
	}
	if err != nil {
		return err
	}
	return p.done(w, r, "security.totp.removed", "/settings/security")
}

// RenewCodes makes new recovery codes and shows them once.
func (p *Pages) RenewCodes(w http.ResponseWriter, r *http.Request, who desk.Viewer) error {
	codes, err := p.desk.RenewRecoveryCodes(r.Context(), who, r.PostFormValue("code"))
	if problems, ok := ui.FormErrors(r.Context(), err); err != nil && ok {
		return p.security(w, r, who, refused, SecurityView{Errors: problems})
	}
	if err != nil {
		return err
	}
	w.Header().Set("Cache-Control", "no-store")
	return p.security(w, r, who, http.StatusOK, SecurityView{Codes: codes})
}

// EndSession signs the person out of one other browser.
func (p *Pages) EndSession(w http.ResponseWriter, r *http.Request, who desk.Viewer) error {
	if err := p.desk.EndSession(r.Context(), who, who.ID, r.PostFormValue("session")); err != nil {
		return err
	}
	return p.done(w, r, "security.session.ended", "/settings/security")
}

// EndOtherSessions signs the person out everywhere else.
func (p *Pages) EndOtherSessions(w http.ResponseWriter, r *http.Request, who desk.Viewer) error {
	if err := p.desk.EndSessions(r.Context(), who, who.ID, p.frame.Session(r)); err != nil {
		return err
	}
	return p.done(w, r, "security.sessions.ended", "/settings/security")
}
