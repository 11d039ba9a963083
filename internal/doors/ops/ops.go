// Package ops is the door of those who keep the machine running: whether the
// process lives, whether it can take work, and its numbers for Prometheus.
//
// It owns the names of the metrics and the three addresses /healthz, /readyz
// and /metrics. It shows no customer's data and no secret, and needs no
// sign-in: who may reach it is decided by where it listens (by default only
// this machine). It refuses to know how the numbers come about; it asks the
// desk when it is asked.
//
// Start reading at [New]. What each metric means is in docs/operating.md.
package ops

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/pprof"
	"sync"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promhttp"

	"madoguchi/internal/desk"
	"madoguchi/terms/fault"
)

const (
	patience = 5 * time.Second // a probe or a scrape waits for the records
	between  = time.Second     // a probe that comes sooner gets the answer of the one before
)

// Config is what the door is built from. All fields but Behind, Renewing and Files are required.
type Config struct {
	Behind func() time.Duration // how old the second copy is; nil: none is kept
	Pulse  func(context.Context) (desk.Pulse, error)
	Ready  func(context.Context) error
	// Renewing tells how far lists are made anew after an upgrade; nil: nobody asks.
	Renewing func() (done, total int64, due bool)
	// Files says that files are in an object store, whose requests are to be counted by [Door.File].
	Files   bool
	Version string
	Now     func() time.Time
	Log     *slog.Logger
}

// Door counts what the other doors report, and answers probes and scrapes.
// It is safe for concurrent use.
type Door struct {
	cfg      Config
	probes   *http.ServeMux // /healthz and /readyz
	all      *http.ServeMux // these and /metrics
	requests *prometheus.HistogramVec
	mails    *prometheus.CounterVec
	files    *prometheus.HistogramVec

	mu     sync.Mutex // held while readiness is found out, so that many probes cost one act
	asked  time.Time
	answer error
}

// New returns the door with all its metrics registered, so that a series
// exists from the first scrape on.
func New(cfg Config) *Door {
	d := &Door{
		cfg: cfg, probes: http.NewServeMux(), all: http.NewServeMux(),
		requests: prometheus.NewHistogramVec(prometheus.HistogramOpts{
			Name: "madoguchi_http_request_seconds", Help: "Server time of answered requests, by route and status class; streams are not counted.",
			Buckets: []float64{.001, .0025, .005, .01, .015, .025, .05, .1, .25, 1, 5},
		}, []string{"route", "status"}),
		mails: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "madoguchi_mails_taken_total", Help: "Mails that a door handed to the desk, by way and whether the desk took responsibility.",
		}, []string{"way", "result"}),
		files: prometheus.NewHistogramVec(prometheus.HistogramOpts{
			Name: "madoguchi_object_store_seconds", Help: "Requests to the object store of large mails and files, by kind and whether they succeeded.",
			Buckets: []float64{.005, .01, .025, .05, .1, .25, .5, 1, 2.5, 10},
		}, []string{"request", "result"}),
	}
	r := prometheus.NewRegistry()
	r.MustRegister(
		d.requests, d.mails, pulse{d}, collectors.NewGoCollector(),
		collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}),
		info(cfg.Version),
	)
	if cfg.Files {
		r.MustRegister(d.files)
	}
	if cfg.Behind != nil {
		r.MustRegister(prometheus.NewGaugeFunc(prometheus.GaugeOpts{
			Name: "madoguchi_replica_behind_seconds", Help: "How old the state of the second copy is: what would be lost with this machine.",
		}, func() float64 { return cfg.Behind().Seconds() }))
	}
	d.probes.HandleFunc("GET /healthz", d.alive)
	d.probes.HandleFunc("GET /readyz", d.ready)
	d.all.Handle("/", d.probes)
	d.all.HandleFunc("GET /debug/pprof/profile", pprof.Profile)
	for _, kind := range []string{"heap", "allocs", "goroutine", "block", "mutex"} {
		d.all.Handle("GET /debug/pprof/"+kind, pprof.Handler(kind))
	}
	d.all.Handle("GET /metrics", promhttp.HandlerFor(r, promhttp.HandlerOpts{
		ErrorLog: slog.NewLogLogger(cfg.Log.Handler(), slog.LevelWarn), ErrorHandling: promhttp.ContinueOnError, Timeout: 2 * patience,
	}))
	return d
}

// ServeHTTP answers one probe or scrape.
func (d *Door) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Cache-Control", "no-store")
	w.Header().Set("X-Content-Type-Options", "nosniff")
	d.all.ServeHTTP(w, r)
}

// Beside answers /healthz and /readyz, and gives everything else to next. The
// screens' listener uses it, so that a balancer can probe where it sends
// people; the numbers stay on the door's own listener.
func (d *Door) Beside(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path != "/healthz" && r.URL.Path != "/readyz" {
			next.ServeHTTP(w, r)
			return
		}
		w.Header().Set("Cache-Control", "no-store")
		w.Header().Set("X-Content-Type-Options", "nosniff")
		d.probes.ServeHTTP(w, r)
	})
}

// Request counts a request of the screens when the function that it returns
// is given the answer's status. The route is its pattern, never its path: a
// path would name cases, and make a series of each.
func (d *Door) Request(r *http.Request) (answered func(status int)) {
	begun := d.cfg.Now()
	return func(status int) {
		route := cmp.Or(r.Pattern, "none")
		d.requests.WithLabelValues(route, class(status)).Observe(d.cfg.Now().Sub(begun).Seconds())
	}
}

func class(status int) string { return string(rune('0'+status/100)) + "xx" }

// Mail counts a mail that a door handed over; err is the desk's answer.
func (d *Door) Mail(way string, err error) {
	result := "accepted"
	if err != nil {
		result = "refused"
	}
	d.mails.WithLabelValues(way, result).Inc()
}

// File counts a request to the object store when the function that it returns
// is given how it ended.
func (d *Door) File(request string) (ended func(error)) {
	begun := d.cfg.Now()
	return func(err error) {
		result := "done"
		if err != nil {
			result = "failed"
		}
		d.files.WithLabelValues(request, result).Observe(d.cfg.Now().Sub(begun).Seconds())
	}
}

// alive answers as long as the process can answer at all: restarting it would
// mend nothing that this does not see.
func (d *Door) alive(w http.ResponseWriter, _ *http.Request) { d.say(w, http.StatusOK, "ok\n") }

// ready says whether new work should be sent here. A balancer takes a node
// out while it answers 503.
func (d *Door) ready(w http.ResponseWriter, r *http.Request) {
	err := d.readiness(context.WithoutCancel(r.Context()))
	if err == nil {
		said := "ok\n"
		if d.cfg.Renewing != nil {
			if done, total, due := d.cfg.Renewing(); due {
				said += fmt.Sprintf("the lists are being made anew after an upgrade: %d of %d cases\n", done, total)
			}
		}
		d.say(w, http.StatusOK, said)
		return
	}
	d.cfg.Log.WarnContext(r.Context(), "not ready", "error", err)
	w.Header().Set("Retry-After", "5")
	d.say(w, http.StatusServiceUnavailable, "not ready: "+why(err)+"\n")
}

// readiness asks the desk, at most once in [between].
func (d *Door) readiness(ctx context.Context) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	now := d.cfg.Now()
	if since := now.Sub(d.asked); !d.asked.IsZero() && since >= 0 && since < between {
		return d.answer
	}
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	d.answer, d.asked = d.cfg.Ready(ctx), now
	return d.answer
}

// why is what may be said outside of an error's cause.
func why(err error) string {
	if errors.Is(err, context.DeadlineExceeded) {
		return "the database did not answer within " + patience.String()
	}
	if f := (*fault.Error)(nil); errors.As(err, &f) {
		return f.Text.EN
	}
	return "see the log"
}

func (d *Door) say(w http.ResponseWriter, status int, text string) {
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	w.WriteHeader(status)
	if _, err := io.WriteString(w, text); err != nil {
		d.cfg.Log.Debug("a probe went away", "error", err)
	}
}
