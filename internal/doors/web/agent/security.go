package agent

import (
	"encoding/base64"
	"errors"
	"net/http"

	"github.com/a-h/templ"
	"rsc.io/qr"

	"madoguchi/internal/desk"
	"madoguchi/internal/doors/web/ui"
	"madoguchi/terms/fault"
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
	v.TOTP, v.CodesLeft, v.Must, v.Factor = f.TOTP, f.Codes, who.MustEnroll(), f.Any()
	v.Here, v.Elsewhere = p.frame.Passkeys(r)
	keys, err := p.desk.Passkeys(ctx, who, who.ID)
	if err != nil {
		return err
	}
	for _, k := range keys {
		row := PasskeyRow{ID: k.ID, Name: k.Name, Made: ui.Moment(ctx, k.Created), Used: ui.T(ctx, "passkey.never"), Copied: k.Copied}
		if !k.Used.IsZero() {
			row.Used = ui.Moment(ctx, k.Used)
		}
		v.Passkeys = append(v.Passkeys, row)
	}
	sessions, err := p.desk.Sessions(ctx, who, who.ID)
	if err != nil {
		return err
	}
	for _, s := range sessions {
		v.Sessions = append(v.Sessions, SessionRow{ID: s.ID, Device: s.Device, Address: s.Address, Way: ui.Way(ctx, s.Way), Started: ui.Moment(ctx, s.Started), Seen: ui.Moment(ctx, s.Seen), Here: s.ID == p.frame.Session(r)})
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
	return p.showCodes(w, r, who, codes)
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
	codes, err := p.desk.RenewRecoveryCodes(r.Context(), who)
	if err != nil {
		return err
	}
	return p.showCodes(w, r, who, codes)
}

// showCodes shows new recovery codes, this once.
func (p *Pages) showCodes(w http.ResponseWriter, r *http.Request, who desk.Viewer, codes []string) error {
	w.Header().Set("Cache-Control", "no-store")
	now, err := p.desk.Viewer(r.Context(), who.ID) // who had to have a factor has one now
	if err != nil {
		return err
	}
	return p.security(w, r, now, http.StatusOK, SecurityView{Codes: codes})
}

// AskPasskey answers the page's script with what to ask the browser for.
func (p *Pages) AskPasskey(w http.ResponseWriter, r *http.Request, who desk.Viewer) error {
	asked, err := p.desk.BeginPasskey(r.Context(), who)
	if desk.NeedsProof(err) {
		return err
	}
	return ui.RenderAsked(w, r, asked.Token, asked.Options, err, p.frame.Status)
}

// AddPasskey registers the passkey that the browser made. With the first
// second factor come recovery codes.
func (p *Pages) AddPasskey(w http.ResponseWriter, r *http.Request, who desk.Viewer) error {
	codes, err := p.desk.AddPasskey(r.Context(), who, r.PostFormValue("token"), r.PostFormValue("name"), []byte(r.PostFormValue("answer")))
	if desk.NeedsProof(err) {
		return err
	}
	if e, ok := errors.AsType[*fault.Error](err); ok && e.Field != "" {
		return p.security(w, r, who, p.frame.Status(e.Kind), SecurityView{
			PasskeyName: r.PostFormValue("name"), Errors: map[string]string{"passkey-" + e.Field: e.Text.In(string(ui.Of(r.Context()).Lang))},
		})
	}
	if err != nil {
		return err
	}
	if codes != nil {
		return p.showCodes(w, r, who, codes)
	}
	return p.done(w, r, "passkey.added", "/settings/security")
}

// RenamePasskey gives a passkey another name.
func (p *Pages) RenamePasskey(w http.ResponseWriter, r *http.Request, who desk.Viewer) error {
	if err := p.desk.RenamePasskey(r.Context(), who, r.PathValue("id"), r.PostFormValue("name")); err != nil {
		return err
	}
	return p.done(w, r, "saved", "/settings/security")
}

// RemovePasskey takes a passkey away.
func (p *Pages) RemovePasskey(w http.ResponseWriter, r *http.Request, who desk.Viewer) error {
	if err := p.desk.RemovePasskey(r.Context(), who, r.PathValue("id")); err != nil {
		return err
	}
	return p.done(w, r, "passkey.removed", "/settings/security")
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
