package web

import (
	"context"
	"net/http"
	"strings"
	"time"

	"github.com/alexedwards/scs/v2"

	"madoguchi/internal/desk"
	"madoguchi/internal/doors/web/ui"
	"madoguchi/internal/records/store"
	"madoguchi/terms/fault"
)

// The life of a session: a working day and some, and never longer than a
// fortnight without signing in again.
const (
	SessionIdle = 14 * time.Hour // for [Config.Sessions], which sees to it
	sessionLife = 14 * 24 * time.Hour
)

const (
	keyAgent   = store.SessionAgent // id of the signed-in person
	keySecret  = "secret"           // what their password looked like at sign-in; another one ends the session
	keyProved  = "proved"           // int64, microseconds since 1970: when they last showed who they are
	keyFlash   = "flash"            // key of a text that the next page shows once
	cookieName = "session"          // "__Host-session" over TLS, so that no other host can set it
)

func newSessions(cfg Config) *scs.SessionManager {
	m := scs.New()
	m.Store = cfg.Sessions
	m.Lifetime = sessionLife
	m.HashTokenInStore = false // the store hashes by itself
	m.Cookie = scs.SessionCookie{Name: cookieName, Path: "/", HttpOnly: true, SameSite: http.SameSiteLaxMode, Secure: cfg.Secure, Persist: true}
	if cfg.Secure {
		m.Cookie.Name = "__Host-" + cookieName
	}
	return m
}

// act is a handler for a signed-in person.
type act func(http.ResponseWriter, *http.Request, desk.Viewer) error

// known lets signed-in people through. The person is read anew for every
// request, so that a disabled account is out at once.
func (s *Server) known(p desk.Permission, h act) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if err := readForm(w, r); err != nil {
			s.fail(w, r, err)
			return
		}
		who, err := s.who(r)
		if err != nil {
			s.fail(w, r, err)
			return
		}
		may := who.May(p)
		v, err := s.viewerOf(r, who)
		if err != nil {
			s.fail(w, r, err)
			return
		}
		if langOf(r) != v.Lang {
			s.rememberLang(w, r, v.Lang) // pages before sign-in then speak it too
		}
		ctx := context.WithValue(ui.With(r.Context(), v), whoKey{}, who)
		s.page(func(w http.ResponseWriter, r *http.Request) error {
			switch {
			case who.MustEnroll() && !strings.HasPrefix(r.URL.Path, "/settings/security"):
				http.Redirect(w, r, "/settings/security", http.StatusSeeOther)
				return nil
			case may != nil:
				return may
			}
			return h(w, r, who)
		}).ServeHTTP(w, r.WithContext(ctx))
	})
}

// viewerOf is the signed-in person as the pages see them.
func (s *Server) viewerOf(r *http.Request, who desk.Viewer) (ui.Viewer, error) {
	v := s.stranger(r)
	v.ID, v.Name = who.ID, who.Name
	for _, p := range desk.Permissions {
		if who.Can(p) {
			v.Permissions = append(v.Permissions, string(p))
		}
	}
	if l, ok := ui.ParseLang(who.Language); ok {
		v.Lang = l
	}
	zone, err := s.desk.ViewerZone(r.Context(), who)
	if err != nil {
		return v, err
	}
	v.Zone = zone
	v.Theme, v.Keys = ui.ParseTheme(who.Theme), who.Shortcuts
	return v, nil
}

// whoKey carries the signed-in person of a request.
type whoKey struct{}

// who returns the signed-in person, as the desk knows them now.
func (s *Server) who(r *http.Request) (desk.Viewer, error) {
	if who, ok := r.Context().Value(whoKey{}).(desk.Viewer); ok {
		return who, nil
	}
	please := fault.New(fault.Unsigned, "サインインしてください。", "Please sign in.")
	id := s.sessions.GetString(r.Context(), keyAgent)
	if id == "" {
		return desk.Viewer{}, please
	}
	who, err := s.desk.ViewerBy(r.Context(), id, s.sessions.GetString(r.Context(), store.SessionWay))
	if err == nil && who.Credential != s.sessions.GetString(r.Context(), keySecret) {
		return desk.Viewer{}, please
	}
	if at := s.sessions.GetInt64(r.Context(), keyProved); at > 0 {
		who.Proved = time.UnixMicro(at)
	}
	return who, err
}

// still returns the person of a request that goes on for long as they are now.
func (s *Server) still(r *http.Request, who desk.Viewer) (desk.Viewer, error) {
	now, err := s.desk.ViewerBy(r.Context(), who.ID, s.sessions.GetString(r.Context(), store.SessionWay))
	if err != nil {
		return desk.Viewer{}, err
	}
	if now.Credential != who.Credential {
		return desk.Viewer{}, fault.New(fault.Unsigned, "サインインしてください。", "Please sign in.")
	}
	return now, now.May(desk.WorkCases)
}

// deskLooks reports whether a person of the desk is signed in with the browser
// of a request, outside a demonstration.
func (s *Server) deskLooks(r *http.Request) bool {
	if s.cfg.Demo {
		return false
	}
	_, err := s.who(r)
	return err == nil
}

// admit begins a session for a person: under a new token, so that a token
// planted before sign-in is worth nothing. way is how they showed who they are.
func (s *Server) admit(r *http.Request, who desk.Viewer, way string) error {
	if err := s.sessions.RenewToken(r.Context()); err != nil {
		return fault.Wrap(fault.Unavailable, err, "サインインできませんでした。時間をおいて再度お試しください。", "Signing in failed. Please try again in a moment.")
	}
	s.sessions.Put(r.Context(), keyAgent, who.ID)
	s.sessions.Put(r.Context(), keySecret, who.Credential)
	s.sessions.Put(r.Context(), store.SessionDevice, deviceOf(r.UserAgent()))
	s.sessions.Put(r.Context(), store.SessionAddress, s.cfg.Remote(r))
	s.sessions.Put(r.Context(), store.SessionStarted, s.cfg.Now().UnixMicro())
	s.sessions.Put(r.Context(), store.SessionWay, way)
	s.prove(r)
	for _, key := range []string{keyHalf, keyHalfSecret, keyHalfUntil, keyHalfWay} {
		s.sessions.Remove(r.Context(), key)
	}
	return nil
}
