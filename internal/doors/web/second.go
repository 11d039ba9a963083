package web

import (
	"net/http"
	"net/url"
	"time"

	"madoguchi/internal/desk"
	"madoguchi/internal/doors/web/ui"
	"madoguchi/terms/fault"
)

// Between the password and the second factor a person is nobody yet: the
// session says whose password was right, and for how long that counts.
const (
	keyHalf       = "half"
	keyHalfSecret = "half-secret"
	keyHalfUntil  = "half-until"
	keyHalfWay    = "half-way" // by which they came so far

	halfLife = 10 * time.Minute
)

// enter lets a person in who came by a way that needs a second factor where
// they have one: it is asked for first.
func (s *Server) enter(w http.ResponseWriter, r *http.Request, who desk.Viewer, way, next string) error {
	f, err := s.desk.AsksSecond(r.Context(), who)
	if err != nil {
		return err
	}
	if !f.Any() {
		if err := s.admit(r, who, way); err != nil {
			return err
		}
		http.Redirect(w, r, localPath(next), http.StatusSeeOther)
		return nil
	}
	ctx := r.Context()
	if err := s.sessions.RenewToken(ctx); err != nil {
		return err
	}
	s.sessions.Put(ctx, keyHalf, who.ID)
	s.sessions.Put(ctx, keyHalfSecret, who.Credential)
	s.sessions.Put(ctx, keyHalfUntil, s.cfg.Now().Add(halfLife).UnixMicro())
	s.sessions.Put(ctx, keyHalfWay, way)
	to := "/sign-in/second"
	if next != "" {
		to += "?next=" + url.QueryEscape(localPath(next))
	}
	http.Redirect(w, r, to, http.StatusSeeOther)
	return nil
}

// half is the person whose password was right in this session.
func (s *Server) half(r *http.Request) (desk.Viewer, error) {
	ctx := r.Context()
	again := fault.New(fault.Unsigned, "もう一度サインインしてください。", "Please sign in again.")
	id := s.sessions.GetString(ctx, keyHalf)
	if id == "" || s.cfg.Now().UnixMicro() > s.sessions.GetInt64(ctx, keyHalfUntil) {
		return desk.Viewer{}, again
	}
	who, err := s.desk.Viewer(ctx, id)
	if err == nil && who.Credential != s.sessions.GetString(ctx, keyHalfSecret) {
		return desk.Viewer{}, again
	}
	return who, err
}

func (s *Server) secondForm(w http.ResponseWriter, r *http.Request) error {
	return s.showSecond(w, r, http.StatusOK, r.FormValue("next"), "")
}

func (s *Server) showSecond(w http.ResponseWriter, r *http.Request, status int, next, said string) error {
	who, err := s.half(r)
	if err != nil {
		http.Redirect(w, r, "/sign-in", http.StatusSeeOther)
		return nil
	}
	f, err := s.desk.AsksSecond(r.Context(), who)
	if err != nil {
		return err
	}
	v := ui.Second{Next: next, Error: said, App: f.TOTP}
	if f.Passkeys > 0 {
		v.Passkeys, v.Elsewhere = s.passkeysHere(r)
	}
	return ui.Render(w, r, status, ui.SecondPage(v))
}

func (s *Server) second(w http.ResponseWriter, r *http.Request) error {
	if err := readForm(w, r); err != nil {
		return err
	}
	who, err := s.half(r)
	if err != nil {
		http.Redirect(w, r, "/sign-in", http.StatusSeeOther)
		return nil
	}
	next := r.PostFormValue("next")
	by, err := s.desk.SecondFactor(r.Context(), who.ID, r.PostFormValue("code"))
	if err != nil {
		if !fault.Is(err, fault.Unsigned) && !fault.Is(err, fault.RateLimited) {
			return err
		}
		kind := fault.KindOf(err)
		if wait := retryAfter(kind); wait != "" {
			w.Header().Set("Retry-After", wait)
		}
		return s.showSecond(w, r, statusOf(kind), next, fault.Public(err).In(string(ui.Of(r.Context()).Lang)))
	}
	if err := s.admit(r, who, s.sessions.GetString(r.Context(), keyHalfWay)+"+"+by); err != nil {
		return err
	}
	http.Redirect(w, r, localPath(next), http.StatusSeeOther)
	return nil
}
