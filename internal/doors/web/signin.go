package web

import (
	"errors"
	"net"
	"net/http"

	"madoguchi/internal/desk"
	"madoguchi/internal/doors/web/ui"
	"madoguchi/terms/fault"
)

// front sends a visitor to the queue, to sign-in, or to the first set-up.
func (s *Server) front(w http.ResponseWriter, r *http.Request) error {
	if empty, err := s.desk.Empty(r.Context()); err != nil {
		return err
	} else if empty {
		http.Redirect(w, r, "/first-run", http.StatusSeeOther)
		return nil
	}
	http.Redirect(w, r, "/queue", http.StatusSeeOther)
	return nil
}

func (s *Server) signInForm(w http.ResponseWriter, r *http.Request) error {
	if empty, err := s.desk.Empty(r.Context()); err != nil || empty {
		if err == nil {
			http.Redirect(w, r, "/first-run", http.StatusSeeOther)
		}
		return err
	}
	if _, err := s.who(r); err == nil {
		http.Redirect(w, r, localPath(r.FormValue("next")), http.StatusSeeOther)
		return nil
	}
	return s.showSignIn(w, r, http.StatusOK, ui.SignIn{Next: r.FormValue("next")})
}

func (s *Server) showSignIn(w http.ResponseWriter, r *http.Request, status int, f ui.SignIn) error {
	if err := errors.Join(s.offersPasskeys(r, &f), s.offersProviders(r, &f)); err != nil {
		return err
	}
	return ui.Render(w, r, status, ui.SignInPage(f))
}

func (s *Server) signIn(w http.ResponseWriter, r *http.Request) error {
	if err := readForm(w, r); err != nil {
		return err
	}
	form := ui.SignIn{Mail: r.PostFormValue("mail"), Next: r.PostFormValue("next")}
	who, err := s.desk.SignIn(r.Context(), form.Mail, r.PostFormValue("password"), s.cfg.Remote(r))
	switch {
	case err == nil:
	case fault.Is(err, fault.Unsigned), fault.Is(err, fault.RateLimited), fault.Is(err, fault.Invalid), fault.Is(err, fault.Forbidden):
		kind := fault.KindOf(err)
		if wait := retryAfter(kind); wait != "" {
			w.Header().Set("Retry-After", wait)
		}
		form.Error = fault.Public(err).In(string(ui.Of(r.Context()).Lang))
		return s.showSignIn(w, r, statusOf(kind), form)
	default:
		return err
	}
	return s.enter(w, r, who, desk.ByPassword, form.Next)
}

func (s *Server) firstRunForm(w http.ResponseWriter, r *http.Request) error {
	if err := s.onlyWhileEmpty(r); err != nil {
		return err
	}
	return ui.Render(w, r, http.StatusOK, ui.FirstRunPage(ui.FirstRun{Token: r.FormValue("token")}))
}

func (s *Server) onlyWhileEmpty(r *http.Request) error {
	empty, err := s.desk.Empty(r.Context())
	if err == nil && !empty {
		return noSuchPage()
	}
	return err
}

func (s *Server) firstRun(w http.ResponseWriter, r *http.Request) error {
	if err := readForm(w, r); err != nil {
		return err
	}
	if err := s.onlyWhileEmpty(r); err != nil {
		return err
	}
	form := ui.FirstRun{Token: r.PostFormValue("token"), Name: r.PostFormValue("name"), Mail: r.PostFormValue("mail")}
	lang := ui.Of(r.Context()).Lang
	who, err := s.desk.FirstAdministrator(r.Context(), form.Token, desk.NewAgent{
		Name: form.Name, Email: form.Mail, Role: desk.Administrator, Language: string(lang), Password: r.PostFormValue("password"),
	})
	if err != nil {
		problems, ok := ui.FormErrors(r.Context(), err)
		if fault.Is(err, fault.Forbidden) {
			problems, ok = map[string]string{"token": fault.Public(err).In(string(lang))}, true
		}
		if !ok {
			return err
		}
		form.Errors = problems
		return ui.Render(w, r, statusOf(fault.KindOf(err)), ui.FirstRunPage(form))
	}
	if err := s.admit(r, who, desk.ByPassword); err != nil {
		return err
	}
	http.Redirect(w, r, "/queue", http.StatusSeeOther)
	return nil
}

// Peer is the address that a request came from, as the connection says. It is
// the Remote of a server that browsers reach without a proxy.
func Peer(r *http.Request) string {
	host, _, err := net.SplitHostPort(r.RemoteAddr)
	if err != nil {
		return r.RemoteAddr
	}
	return host
}
