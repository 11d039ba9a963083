package ui

import (
	"net/http"
	"strconv"
	"strings"

	"github.com/a-h/templ"
)

// smallest page worth compressing, in bytes.
const gzipFrom = 1024

// Render draws a component into memory first, so that a failure never leaves
// half a page behind, and sends it compressed where the browser allows.
//
// Pages carry no secret beside what a visitor typed (there is no token in
// them), so compressing them gives nothing away by its length.
func Render(w http.ResponseWriter, r *http.Request, status int, c templ.Component) error {
	p := presses.Get().(*press)
	defer p.putBack()
	if err := c.Render(r.Context(), &p.plain); err != nil {
		return err
	}
	h := w.Header()
	h.Set("Content-Type", "text/html; charset=utf-8")
	h.Add("Vary", "Accept-Encoding, Accept-Language, Cookie, HX-Request")
	if h.Get("Cache-Control") == "" {
		h.Set("Cache-Control", "private, no-store")
	}
	body := p.plain.Bytes()
	if len(body) >= gzipFrom && AcceptsGzip(r) {
		if err := p.compress(); err != nil {
			return err
		}
		h.Set("Content-Encoding", "gzip")
		body = p.small.Bytes()
	}
	h.Set("Content-Length", strconv.Itoa(len(body)))
	w.WriteHeader(status)
	_, err := w.Write(body)
	return err
}

// AcceptsGzip reports whether the request's Accept-Encoding names gzip and
// does not refuse it with q=0 (RFC 9110 section 12.5.3).
func AcceptsGzip(r *http.Request) bool {
	for part := range strings.SplitSeq(r.Header.Get("Accept-Encoding"), ",") {
		name, q, _ := strings.Cut(strings.TrimSpace(part), ";")
		if strings.EqualFold(strings.TrimSpace(name), "gzip") {
			q = strings.ReplaceAll(q, " ", "")
			return q != "q=0" && q != "q=0.0" && q != "q=0.00" && q != "q=0.000"
		}
	}
	return false
}

// IsFragment reports whether htmx asks for a part of a page rather than a
// visitor for the whole: a history restore wants the whole.
func IsFragment(r *http.Request) bool {
	return r.Header.Get("HX-Request") == "true" && r.Header.Get("HX-Request-Type") != "full" && r.Header.Get("HX-History-Restore-Request") != "true"
}
