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

	halfLife = 10 * time.Minute
)

// enter lets a person in whose password was right, or asks for their second
// factor first.
func (s *Server) enter(w http.ResponseWriter, r *http.Request, who desk.Viewer, next string) error {
	asks, err := s.desk.AsksSecond(r.Context(), who)
	if err != nil {
		return err
	}
	if !asks {
		if err := s.admit(r, who); err != nil {
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
	if _, err := s.half(r); err != nil {
		http.Redirect(w, r, "/sign-in", http.StatusSeeOther)
		return nil
	}
	return ui.Render(w, r, http.StatusOK, ui.SecondPage(ui.Second{Next: r.FormValue("next")}))
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
	if err := s.desk.SecondFactor(r.Context(), who.ID, r.PostFormValue("code")); err != nil {
		if !fault.Is(err, fault.Unsigned) && !fault.Is(err, fault.RateLimited) {
			return err
		}
		kind := fault.KindOf(err)
		if wait := retryAfter(kind); wait != "" {
			w.Header().Set("Retry-After", wait)
		}
		return ui.Render(w, r, statusOf(kind), ui.SecondPage(ui.Second{Next: next, Error: fault.Public(err).In(string(ui.Of(r.Context()).Lang))}))
	}
	if err := s.admit(r, who); err != nil {
		return err
	}
	http.Redirect(w, r, localPath(next), http.StatusSeeOther)
	return nil
}
