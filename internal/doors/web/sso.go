package web

import (
	"crypto/subtle"
	"net/http"
	"net/url"

	"madoguchi/internal/desk"
	"madoguchi/internal/doors/web/ui"
	"madoguchi/internal/records/store"
	"madoguchi/terms/fault"
)

const (
	keySSOHint = "sso-hint" // tells the provider at sign-out whom it is about

	// What a browser brings back from a provider, and where it goes then.
	ssoCookie = "sso"
	ssoLife   = 600 // seconds
)

func (s *Server) ssoName() string {
	if s.cfg.Secure {
		return "__Host-" + ssoCookie
	}
	return ssoCookie
}

func (s *Server) ssoCookie(value string, age int) *http.Cookie {
	return &http.Cookie{Name: s.ssoName(), Value: value, Path: "/", MaxAge: age, HttpOnly: true, SameSite: http.SameSiteLaxMode, Secure: s.cfg.Secure}
}

// leave sends a browser to sign in at a provider. Nothing is known of it yet:
// what it has to bring back stands in a cookie of its own.
func (s *Server) leave(w http.ResponseWriter, r *http.Request) error {
	agent := ""
	if r.FormValue("again") != "" {
		who, err := s.who(r)
		if err != nil {
			return err
		}
		agent = who.ID
	}
	to, state, err := s.desk.BeginSSO(r.Context(), r.PathValue("provider"), agent, ui.Own(r, s.cfg.Secure, "/sign-in/sso"))
	if err != nil {
		return s.ssoFailed(w, r, err)
	}
	http.SetCookie(w, s.ssoCookie(state+"."+url.QueryEscape(localPath(r.FormValue("next"))), ssoLife))
	http.Redirect(w, r, to, http.StatusSeeOther)
	return nil
}

// comeBack takes a browser that returns from a provider.
func (s *Server) comeBack(w http.ResponseWriter, r *http.Request) error {
	kept, next := "", "/"
	if c, err := r.Cookie(s.ssoName()); err == nil {
		kept, next, _ = cutState(c.Value)
	}
	http.SetCookie(w, s.ssoCookie("", -1))
	q := r.URL.Query()
	if kept == "" || subtle.ConstantTimeCompare([]byte(kept), []byte(q.Get("state"))) != 1 {
		return s.ssoFailed(w, r, fault.New(fault.Unsigned, "シングルサインオンが途中で切れました。もう一度サインインしてください。", "Single sign-on was interrupted. Please sign in again."))
	}
	if said := q.Get("error"); said != "" {
		s.log.InfoContext(r.Context(), "an identity provider refused", "error", said)
		return s.ssoFailed(w, r, fault.New(fault.Unsigned, "ID プロバイダーでのサインインが完了しませんでした。もう一度お試しください。", "The sign-in at the identity provider was not completed. Please try again."))
	}
	in, err := s.desk.TakeSSO(r.Context(), kept, q.Get("code"), q.Get("iss"), ui.Own(r, s.cfg.Secure, "/sign-in/sso"))
	if err != nil {
		return s.ssoFailed(w, r, err)
	}
	if in.Again {
		s.prove(r)
		http.Redirect(w, r, localPath(next), http.StatusSeeOther)
		return nil
	}
	s.sessions.Put(r.Context(), store.SessionProvider, in.Session)
	s.sessions.Put(r.Context(), keySSOHint, in.Hint)
	if !in.Provider.Strong {
		return s.enter(w, r, in.Who, desk.BySSO(in.Provider.ID), next)
	}
	if err := s.admit(r, in.Who, desk.BySSO(in.Provider.ID)); err != nil {
		return err
	}
	http.Redirect(w, r, localPath(next), http.StatusSeeOther)
	return nil
}

func cutState(value string) (state, next string, ok bool) {
	for i := range value {
		if value[i] == '.' {
			next, err := url.QueryUnescape(value[i+1:])
			return value[:i], next, err == nil
		}
	}
	return "", "/", false
}

// ssoFailed shows the sign-in page with what was wrong, and the other ways.
func (s *Server) ssoFailed(w http.ResponseWriter, r *http.Request, err error) error {
	kind := fault.KindOf(err)
	if kind == fault.Internal {
		return err
	}
	s.log.InfoContext(r.Context(), "single sign-on failed", "error", err)
	return s.showSignIn(w, r, statusOf(kind), ui.SignIn{Error: fault.Public(err).In(string(ui.Of(r.Context()).Lang))})
}

// loggedOut takes a provider's word that somebody signed out there (OpenID
// Connect Back-Channel Logout 1.0, section 2.8).
func (s *Server) loggedOut(w http.ResponseWriter, r *http.Request) error {
	if err := readForm(w, r); err != nil {
		return err
	}
	w.Header().Set("Cache-Control", "no-store")
	if err := s.desk.TakeLogout(r.Context(), r.PathValue("provider"), r.PostFormValue("logout_token")); err != nil {
		if fault.Is(err, fault.Invalid) {
			http.Error(w, `{"error":"invalid_request"}`, http.StatusBadRequest)
			return nil
		}
		return err
	}
	w.WriteHeader(http.StatusOK)
	return nil
}

// offersProviders fills in the providers of the sign-in page.
func (s *Server) offersProviders(r *http.Request, f *ui.SignIn) error {
	list, err := s.desk.SignInWays(r.Context())
	for _, p := range list {
		f.Providers = append(f.Providers, ui.ProviderLink{ID: p.ID, Label: p.Label(string(ui.Of(r.Context()).Lang))})
	}
	return err
}

// signOut ends the session. Who came from a provider is shown where to sign out
// there too: a form cannot lead to another site under our policy.
func (s *Server) signOut(w http.ResponseWriter, r *http.Request) error {
	ctx := r.Context()
	way, hint := s.sessions.GetString(ctx, store.SessionWay), s.sessions.GetString(ctx, keySSOHint)
	if err := s.sessions.Destroy(ctx); err != nil {
		return err
	}
	to, p, err := s.desk.EndSSO(ctx, way, hint, ui.Own(r, s.cfg.Secure, "/sign-in"))
	if err != nil {
		s.log.InfoContext(ctx, "a provider's own sign-out is not known", "error", err)
	}
	if to == "" {
		http.Redirect(w, r, "/sign-in", http.StatusSeeOther)
		return nil
	}
	return ui.Render(w, r, http.StatusOK, ui.SignedOutPage(to, p.Label(string(ui.Of(ctx).Lang))))
}
