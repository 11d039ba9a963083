// Package web is the door of the browser: pages for the people of the desk.
//
// It owns routes, sessions, the security headers, the static files and the
// one mapping of faults to pages (errors.go). It refuses to decide anything
// about a case: handlers turn a form into an act of the desk and its result
// into a page. What the pages look like is in ui/, agent/ and admin/.
//
// Start reading at [New].
package web

import (
	"log/slog"
	"net/http"
	"strconv"
	"time"

	"madoguchi/internal/doors/web/ui"
	"madoguchi/terms/fault"
)

// Config is what the door is built from. All fields are required unless said.
type Config struct {
	Now  func() time.Time
	Log  *slog.Logger
	Zone *time.Location // in which pages before sign-in tell the time
	Demo bool           // a demonstration with example data: its sent mail is open to everybody
}

// Server answers browsers. It is safe for concurrent use.
type Server struct {
	cfg    Config
	log    *slog.Logger
	assets *assets
	mux    *http.ServeMux
	root   http.Handler
}

// maxForm is the largest form a browser may send, in bytes: the longest reply
// in UTF-8, percent-encoded, with room for the other fields.
const maxForm = 2 << 20

// New returns the door. It fails only when the embedded files are unreadable.
func New(cfg Config) (*Server, error) {
	a, err := newAssets()
	if err != nil {
		return nil, err
	}
	s := &Server{cfg: cfg, log: cfg.Log, assets: a, mux: http.NewServeMux()}
	s.routes()
	cross := http.NewCrossOriginProtection()
	cross.SetDenyHandler(s.viewed(s.page(func(http.ResponseWriter, *http.Request) error {
		t := ui.TL
		return fault.New(fault.Forbidden, t(ui.JA, "error.text.cross-site"), t(ui.EN, "error.text.cross-site"))
	})))
	s.root = secured(cross.Handler(s.mux))
	return s, nil
}

// ServeHTTP answers one request.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) { s.root.ServeHTTP(w, r) }

func (s *Server) routes() {
	s.mux.Handle("GET /assets/", s.assets)
	s.mux.Handle("GET /_gallery", s.open(s.gallery))
	s.mux.Handle("POST /lang", s.open(s.setLang))
	s.mux.Handle("/", s.open(func(http.ResponseWriter, *http.Request) error { return noSuchPage() }))
}

// open serves a page that needs no sign-in.
func (s *Server) open(h handler) http.Handler { return s.viewed(s.page(h)) }

func noSuchPage() error {
	return fault.New(fault.NotFound, ui.TL(ui.JA, "error.text.404"), ui.TL(ui.EN, "error.text.404"))
}

func (s *Server) gallery(w http.ResponseWriter, r *http.Request) error {
	return ui.Render(w, r, http.StatusOK, ui.Gallery(ui.Sample(s.cfg.Now())))
}

func itoa(n int) string { return strconv.Itoa(n) }
