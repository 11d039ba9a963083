// Package web is the door of the browser: pages for the people of the desk.
//
// It owns routes, sessions, the security headers, the static files and the
// one mapping of faults to pages (errors.go). It refuses to decide anything
// about a case: handlers turn a form into an act of the desk and its result
// into a page. What the pages look like is in ui/, agent/ and admin/.
//
// Start reading at [New], then routes.go.
package web

import (
	"errors"
	"log/slog"
	"mime"
	"net/http"
	"strconv"
	"sync"
	"time"

	"github.com/alexedwards/scs/v2"

	"madoguchi/internal/desk"
	"madoguchi/internal/doors/web/agent"
	"madoguchi/internal/doors/web/ui"
	"madoguchi/terms/fault"
)

// Config is what the door is built from. All fields are required unless said.
type Config struct {
	Desk     *desk.Desk
	Sessions scs.Store // keeps who is signed in
	Now      func() time.Time
	Every    func(time.Duration) (tick <-chan time.Time, stop func()) // a ticker, for streams
	Log      *slog.Logger
	Remote   func(*http.Request) string // the address a request came from; [Peer] without a proxy
	Zone     *time.Location             // in which times are told
	Secure   bool                       // browsers come over TLS only: cookies say so
	Demo     bool                       // a demonstration with example data: its sent mail is open to everybody
	Observe  Observe                    // is told of each request but streams; nil: nobody is
}

// Server answers browsers. It is safe for concurrent use.
type Server struct {
	cfg      Config
	desk     *desk.Desk
	log      *slog.Logger
	assets   *assets
	sessions *scs.SessionManager
	mux      *http.ServeMux
	root     http.Handler
	closing  chan struct{}
	close    sync.Once
}

// maxForm is the largest form a browser may send, in bytes: the longest reply
// in UTF-8, percent-encoded, with room for the other fields.
const maxForm = 2 << 20

// maxUpload is the largest request that carries files, in bytes: the files of
// a whole reply, with room for the form around them.
const maxUpload = desk.MaxFileBytes + 1<<20

// readForm reads a form of bounded size, once and before anything is done. A
// form with files is only bounded: its page reads it as it comes.
func readForm(w http.ResponseWriter, r *http.Request) error {
	if kind, _, err := mime.ParseMediaType(r.Header.Get("Content-Type")); err == nil && kind == "multipart/form-data" {
		r.Body = http.MaxBytesReader(w, r.Body, maxUpload)
		return nil
	}
	r.Body = http.MaxBytesReader(w, r.Body, maxForm)
	err := r.ParseForm()
	if tooBig := (*http.MaxBytesError)(nil); err == nil || errors.As(err, &tooBig) {
		return err
	}
	return fault.Wrap(fault.Invalid, err, "送信された内容を読み取れませんでした。もう一度お試しください。", "The form could not be read. Please try again.")
}

// New returns the door. It fails only when the embedded files are unreadable.
func New(cfg Config) (*Server, error) {
	a, err := newAssets()
	if err != nil {
		return nil, err
	}
	s := &Server{
		cfg: cfg, desk: cfg.Desk, log: cfg.Log, assets: a, sessions: newSessions(cfg), mux: http.NewServeMux(), closing: make(chan struct{}),
	}
	s.sessions.ErrorFunc = s.sessionFailed
	s.routes()
	cross := http.NewCrossOriginProtection()
	cross.SetDenyHandler(s.viewed(s.page(func(http.ResponseWriter, *http.Request) error {
		t := ui.TL
		return fault.New(fault.Forbidden, t(ui.JA, "error.text.cross-site"), t(ui.EN, "error.text.cross-site"))
	})))
	s.root = observed(secured(cross.Handler(s.mux)), cfg.Observe)
	return s, nil
}

// Close ends the open streams, so that a server that is shutting down need
// not wait for browsers that listen.
func (s *Server) Close() { s.close.Do(func() { close(s.closing) }) }

// ServeHTTP answers one request.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) { s.root.ServeHTTP(w, r) }

func noSuchPage() error {
	return fault.New(fault.NotFound, ui.TL(ui.JA, "error.text.404"), ui.TL(ui.EN, "error.text.404"))
}

func (s *Server) gallery(w http.ResponseWriter, r *http.Request) error {
	sample := ui.Sample(s.cfg.Now())
	sample.Timeline = agent.Sample(r.Context(), s.cfg.Now())
	sample.Options = agent.SampleOptions(r.Context())
	return ui.Render(w, r, http.StatusOK, ui.Gallery(sample))
}

func itoa(n int) string { return strconv.Itoa(n) }
