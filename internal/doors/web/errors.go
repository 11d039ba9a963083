package web

import (
	"context"
	"errors"
	"net"
	"net/http"
	"net/url"
	"strings"

	"madoguchi/internal/desk"
	"madoguchi/internal/doors/web/ui"
	"madoguchi/terms/fault"
)

// statusOf is the door's one mapping of fault kinds to HTTP.
func statusOf(k fault.Kind) int {
	switch k {
	case fault.Invalid:
		return http.StatusUnprocessableEntity
	case fault.NotFound:
		return http.StatusNotFound
	case fault.Conflict:
		return http.StatusConflict
	case fault.Forbidden:
		return http.StatusForbidden
	case fault.Unsigned:
		return http.StatusUnauthorized
	case fault.RateLimited:
		return http.StatusTooManyRequests
	case fault.Unavailable:
		return http.StatusServiceUnavailable
	case fault.TooLarge:
		return http.StatusRequestEntityTooLarge
	}
	return http.StatusInternalServerError
}

// retryAfter is how many seconds a browser is asked to wait.
func retryAfter(k fault.Kind) string {
	switch k {
	case fault.RateLimited:
		return "60"
	case fault.Unavailable:
		return "10"
	}
	return ""
}

// handler is an HTTP handler that reports what went wrong instead of writing it.
type handler func(http.ResponseWriter, *http.Request) error

// page turns a handler's error into an answer: the one place where this door
// logs a failure and words it.
func (s *Server) page(h handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if err := h(w, r); err != nil {
			s.fail(w, r, err)
		}
	})
}

// wentAway reports that an answer could not be written because the browser had
// closed its connection, which may be seen before the request's context ends.
func wentAway(r *http.Request, err error) bool {
	var broken *net.OpError
	local, ok := r.Context().Value(http.LocalAddrContextKey).(net.Addr)
	return ok && errors.As(err, &broken) && broken.Op == "write" && broken.Source != nil && broken.Source.String() == local.String()
}

func (s *Server) fail(w http.ResponseWriter, r *http.Request, err error) {
	if errors.Is(err, context.Canceled) && r.Context().Err() != nil || wentAway(r, err) {
		return // the browser went away
	}
	var tooBig *http.MaxBytesError
	if errors.As(err, &tooBig) {
		err = fault.Wrap(fault.TooLarge, err, "送信された内容が大きすぎます。本文を短くしてください。", "What was sent is too large. Please shorten the text.")
	}
	kind := fault.KindOf(err)
	if kind == fault.Internal {
		s.log.ErrorContext(r.Context(), "page failed", "method", r.Method, "path", logged(r), "error", err)
	} else {
		s.log.DebugContext(r.Context(), "page refused", "method", r.Method, "path", logged(r), "error", err)
	}
	if kind == fault.Unsigned {
		signInFirst(w, r)
		return
	}
	if desk.NeedsProof(err) {
		proveFirst(w, r)
		return
	}
	if wait := retryAfter(kind); wait != "" {
		w.Header().Set("Retry-After", wait)
	}
	if werr := s.tell(w, r, statusOf(kind), fault.Public(err)); werr != nil {
		s.log.WarnContext(r.Context(), "error page not written", "path", logged(r), "error", werr)
	}
}

// logged is a request's address for the log: of one that is itself a secret,
// only which page it is.
func logged(r *http.Request) string {
	if strings.HasPrefix(r.URL.Path, "/confirm/") {
		return "/confirm/…"
	}
	return r.URL.Path
}

// tell writes an error as a page, or as a fragment at the form that asked.
func (s *Server) tell(w http.ResponseWriter, r *http.Request, status int, text fault.Text) error {
	lang := ui.Of(r.Context()).Lang
	if ui.IsFragment(r) {
		if form, ok := strings.CutPrefix(r.Header.Get("HX-Source"), "form#"); ok && plainID(form) {
			w.Header().Set("HX-Retarget", "#"+form+"-error")
			w.Header().Set("HX-Reswap", "innerHTML")
			return ui.Render(w, r, status, ui.FormError(text.In(string(lang))))
		}
		w.Header().Set("HX-Reswap", "none")
		return ui.Render(w, r, status, ui.ToastPartial(ui.Flash{Text: text.In(string(lang)), Bad: true}))
	}
	other := ui.EN
	if lang == ui.EN {
		other = ui.JA
	}
	title := "error.title." + http.StatusText(status)
	if key := "error.title." + itoa(status); ui.Has(key) {
		title = ui.TL(lang, key)
	}
	return ui.Render(w, r, status, ui.ErrorPage(status, title, text.In(string(lang)), text.In(string(other)), string(lang), string(other)))
}

// signInFirst sends a visitor to the sign-in page and remembers where to.
func signInFirst(w http.ResponseWriter, r *http.Request) {
	to := "/sign-in"
	if r.Method == http.MethodGet && !ui.IsFragment(r) && r.URL.Path != "/" {
		to += "?next=" + url.QueryEscape(r.URL.RequestURI())
	}
	if r.Header.Get("HX-Request") == "true" {
		w.Header().Set("HX-Redirect", to)
		w.WriteHeader(http.StatusUnauthorized)
		return
	}
	http.Redirect(w, r, to, http.StatusSeeOther)
}

func plainID(id string) bool {
	for _, c := range id {
		if (c < 'a' || c > 'z') && (c < '0' || c > '9') && c != '-' {
			return false
		}
	}
	return id != ""
}
