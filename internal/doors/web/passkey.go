package web

import (
	"cmp"
	"net/http"
	"net/url"
	"strings"

	"madoguchi/internal/desk"
	"madoguchi/internal/doors/web/ui"
	"madoguchi/internal/records/store"
	"madoguchi/terms/fault"
)

// passkeysHere reports whether passkeys work at the address of a request;
// where they do not, why says what to do.
func (s *Server) passkeysHere(r *http.Request) (here bool, why string) {
	lang := string(ui.Of(r.Context()).Lang)
	origin, err := s.desk.PasskeyOrigin()
	if err != nil {
		return false, fault.Public(err).In(lang)
	}
	if u, err := url.Parse(origin); err != nil || !strings.EqualFold(u.Host, r.Host) {
		return false, ui.T(r.Context(), "passkey.elsewhere", origin)
	}
	return true, ""
}

// offersPasskeys fills in what the sign-in page says of passkeys: nothing
// until somebody has one.
func (s *Server) offersPasskeys(r *http.Request, f *ui.SignIn) error {
	some, err := s.desk.SomePasskeys(r.Context())
	if err == nil && some {
		f.Passkeys, f.Elsewhere = s.passkeysHere(r)
	}
	return err
}

// asking says for what a browser asks, and for whom.
func (s *Server) asking(r *http.Request) (purpose, agent string, err error) {
	switch r.PostFormValue("for") {
	case "second":
		who, err := s.half(r)
		return desk.PasskeySecond, who.ID, err
	case "again":
		who, err := s.who(r)
		return desk.PasskeyAgain, who.ID, err
	}
	return desk.PasskeySignIn, "", nil
}

// askPasskey answers a page's script with what to ask the browser.
func (s *Server) askPasskey(w http.ResponseWriter, r *http.Request) error {
	if err := readForm(w, r); err != nil {
		return err
	}
	var asked desk.Asked
	purpose, agent, err := s.asking(r)
	if err == nil {
		asked, err = s.desk.AskPasskey(r.Context(), purpose, agent, string(ui.Of(r.Context()).Lang))
	}
	return ui.RenderAsked(w, r, asked.Token, asked.Options, err, statusOf)
}

// takePasskey takes the browser's answer: it signs in, is the second factor,
// or the proof that the person is still there.
func (s *Server) takePasskey(w http.ResponseWriter, r *http.Request) error {
	if err := readForm(w, r); err != nil {
		return err
	}
	purpose, agent, err := s.asking(r)
	if fault.Is(err, fault.Unsigned) {
		http.Redirect(w, r, "/sign-in", http.StatusSeeOther)
		return nil
	}
	if err != nil {
		return err
	}
	next := r.PostFormValue("next")
	way := desk.ByPasskey
	if purpose == desk.PasskeySecond {
		way = s.sessions.GetString(r.Context(), keyHalfWay) + "+" + way
	}
	who, err := s.desk.TakePasskey(r.Context(), purpose, agent, r.PostFormValue("token"), []byte(r.PostFormValue("answer")))
	switch {
	case err == nil:
	case fault.Is(err, fault.Unsigned), fault.Is(err, fault.Invalid), fault.Is(err, fault.Unavailable), fault.Is(err, fault.Forbidden):
		return s.passkeyRefused(w, r, purpose, next, err)
	default:
		return err
	}
	if purpose == desk.PasskeyAgain {
		s.prove(r)
	} else if err := s.admit(r, who, way); err != nil {
		return err
	}
	http.Redirect(w, r, localPath(next), http.StatusSeeOther)
	return nil
}

// passkeyRefused shows the page again that the answer came from.
func (s *Server) passkeyRefused(w http.ResponseWriter, r *http.Request, purpose, next string, err error) error {
	said := fault.Public(err).In(string(ui.Of(r.Context()).Lang))
	status := statusOf(fault.KindOf(err))
	switch purpose {
	case desk.PasskeySecond:
		return s.showSecond(w, r, status, next, said)
	case desk.PasskeyAgain:
		http.Redirect(w, r, "/settings/security/again?next="+url.QueryEscape(localPath(next))+"&refused=passkey", http.StatusSeeOther)
		return nil
	}
	return s.showSignIn(w, r, status, ui.SignIn{Next: next, Error: said})
}

// againForm asks a signed-in person once more who they are.
func (s *Server) againForm(w http.ResponseWriter, r *http.Request, who desk.Viewer) error {
	said := ""
	if r.FormValue("refused") == "passkey" {
		said = ui.T(r.Context(), "passkey.refused")
	}
	return s.showAgain(w, r, http.StatusOK, who, map[string]string{"": said})
}

func (s *Server) showAgain(w http.ResponseWriter, r *http.Request, status int, who desk.Viewer, problems map[string]string) error {
	f, err := s.desk.AsksSecond(r.Context(), who)
	if err != nil {
		return err
	}
	v := ui.Again{Next: localPath(cmp.Or(r.FormValue("next"), "/settings/security")), Code: f.Any(), Errors: problems}
	if f.Passkeys > 0 {
		v.Passkeys, v.Elsewhere = s.passkeysHere(r)
	}
	ways := ui.SignIn{}
	if err := s.offersProviders(r, &ways); err != nil {
		return err
	}
	way, _, _ := strings.Cut(s.sessions.GetString(r.Context(), store.SessionWay), "+")
	for _, p := range ways.Providers {
		if way == desk.BySSO(p.ID) && !f.Any() { // a second factor is more than another sign-in there
			v.Provider = &p
		}
	}
	return ui.Render(w, r, status, ui.AgainPage(v))
}

// again takes a password or a code as the proof.
func (s *Server) again(w http.ResponseWriter, r *http.Request, who desk.Viewer) error {
	err := s.desk.Prove(r.Context(), who, r.PostFormValue("password"), r.PostFormValue("code"))
	if problems, ok := ui.FormErrors(r.Context(), err); ok {
		return s.showAgain(w, r, http.StatusUnprocessableEntity, who, problems)
	}
	if err != nil {
		return err
	}
	s.prove(r)
	http.Redirect(w, r, localPath(r.PostFormValue("next")), http.StatusSeeOther)
	return nil
}

// prove notes that the person of a session has shown who they are.
func (s *Server) prove(r *http.Request) {
	s.sessions.Put(r.Context(), keyProved, s.cfg.Now().UnixMicro())
}

// proveFirst sends a person to show who they are, and then back to the page
// that they came from.
func proveFirst(w http.ResponseWriter, r *http.Request) {
	to := "/settings/security/again?next=" + url.QueryEscape(cameFrom(r))
	if r.Header.Get("HX-Request") == "true" {
		w.Header().Set("HX-Redirect", to)
		w.WriteHeader(http.StatusForbidden)
		return
	}
	http.Redirect(w, r, to, http.StatusSeeOther)
}
