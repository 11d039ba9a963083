package web

import (
	"net/http"
	"net/url"
	"strings"

	"madoguchi/internal/doors/web/agent"
	"madoguchi/internal/doors/web/ui"
)

const langCookie = "lang"

// viewed puts the person who looks into the request's context: before
// sign-in, a stranger whose language is their cookie's or their browser's.
func (s *Server) viewed(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		next.ServeHTTP(w, r.WithContext(ui.With(r.Context(), s.stranger(r))))
	})
}

func (s *Server) stranger(r *http.Request) ui.Viewer {
	return ui.Viewer{Lang: langOf(r), Theme: ui.Auto, Assets: s.assets.prefix, Zone: s.cfg.Zone, Now: s.cfg.Now(), Position: s.desk.Live().Position(), Demo: s.cfg.Demo, Priorities: agent.PriorityWords(s.desk.Contracts().All(), s.desk.DefaultContract())}
}

// langOf is the language of the visitor's choice, else the first of ours in
// Accept-Language, in the order written; Japanese when neither is named.
func langOf(r *http.Request) ui.Lang {
	if c, err := r.Cookie(langCookie); err == nil {
		if l, ok := ui.ParseLang(c.Value); ok {
			return l
		}
	}
	for part := range strings.SplitSeq(r.Header.Get("Accept-Language"), ",") {
		tag, _, _ := strings.Cut(strings.TrimSpace(part), ";")
		base, _, _ := strings.Cut(strings.ToLower(tag), "-")
		if l, ok := ui.ParseLang(base); ok {
			return l
		}
	}
	return ui.JA
}

// setLang changes the visitor's language: in a cookie, and for a signed-in
// person among their own settings.
func (s *Server) setLang(w http.ResponseWriter, r *http.Request) error {
	if err := readForm(w, r); err != nil {
		return err
	}
	l, ok := ui.ParseLang(r.PostFormValue("lang"))
	if !ok {
		return noSuchPage()
	}
	s.rememberLang(w, r, l)
	if who, err := s.who(r); err == nil {
		pref, err := s.desk.Preferences(r.Context(), who)
		if err != nil {
			return err
		}
		pref.Language = string(l)
		if err := s.desk.SetPreferences(r.Context(), who, pref); err != nil {
			return err
		}
	}
	http.Redirect(w, r, cameFrom(r), http.StatusSeeOther)
	return nil
}

func (s *Server) rememberLang(w http.ResponseWriter, r *http.Request, l ui.Lang) {
	http.SetCookie(w, &http.Cookie{
		Name: langCookie, Value: string(l), Path: "/", MaxAge: 365 * 24 * 3600,
		HttpOnly: true, SameSite: http.SameSiteLaxMode, Secure: s.cfg.Secure || r.TLS != nil,
	})
}

// cameFrom is the page of ours that a form was on; the front page when the
// browser does not say, or names another site.
func cameFrom(r *http.Request) string {
	u, err := url.Parse(r.Referer())
	if err != nil || u.Host != r.Host {
		return "/"
	}
	return localPath(u.RequestURI())
}

// localPath returns a path on this site, and "/" for anything that a browser
// could take for another one.
func localPath(p string) string {
	if !strings.HasPrefix(p, "/") || strings.HasPrefix(p, "//") || strings.ContainsAny(p, "\\\r\n\t") {
		return "/"
	}
	return p
}
