// Package api is the door of programs: JSON over HTTP under /api/v1, described
// by OpenAPI 3.1 at /api/openapi.json and for people at /api.
//
// It owns the forms of requests and answers, the tokens' way in, the rate of
// requests and the one mapping of faults to problem+json (errors.go). It
// refuses to decide anything about a case: what a program brings becomes a
// case by the same act as a mail.
//
// Start reading at [New], then case.go.
package api

import (
	"context"
	"log/slog"
	"net/http"
	"strings"
	"time"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humago"

	"madoguchi/internal/desk"
	"madoguchi/terms/fault"
)

// Config is what the door is built from. All fields but Observe are required.
type Config struct {
	Desk    *desk.Desk
	Version string // of the program
	Now     func() time.Time
	Uses    Uses // of tokens, on all nodes
	Log     *slog.Logger
	Observe func(*http.Request) (answered func(status int)) // is told of each request; nil: nobody is
}

// Door answers programs. It is safe for concurrent use.
type Door struct {
	desk  *desk.Desk
	log   *slog.Logger
	cfg   Config
	rates *rates
	mux   *http.ServeMux
	api   huma.API
}

// maxBody is the largest request in bytes: a message of 256 KiB, escaped.
const maxBody = 2 << 20

// New returns the door.
func New(cfg Config) *Door {
	d := &Door{desk: cfg.Desk, log: cfg.Log, cfg: cfg, rates: newRates(cfg.Now, cfg.Uses), mux: http.NewServeMux()}
	c := huma.DefaultConfig("Madoguchi", cfg.Version)
	c.OpenAPIPath, c.DocsPath, c.SchemasPath, c.CreateHooks = "/api/openapi", "", "", nil
	c.Formats = map[string]huma.Format{"application/json": huma.DefaultJSONFormat, "json": huma.DefaultJSONFormat}
	c.Transformers = append(c.Transformers, translate)
	c.Info.Description = "Cases of a support desk that executes a written support contract. What a program brings is decided by the contract as a mail would be: channel, clock, acknowledgement."
	c.Components.SecuritySchemes = map[string]*huma.SecurityScheme{"token": {Type: "http", Scheme: "bearer", Description: "A token that an administrator made on the page /api-tokens."}}
	d.api = humago.New(d.mux, c)
	d.api.UseMiddleware(d.identify)
	d.cases()
	d.mux.HandleFunc("GET /api", d.page)
	d.mux.HandleFunc("GET /api/style.css", style)
	d.mux.HandleFunc("GET /api/icon.svg", icon)
	d.mux.HandleFunc("/api/", func(w http.ResponseWriter, r *http.Request) {
		d.refuse(w, r, fault.New(fault.NotFound, "この URL はありません。/api の一覧をご確認ください。", "There is nothing at this address. The page /api lists what there is."))
	})
	return d
}

// Beside answers the addresses of the interface and gives everything else to next.
func (d *Door) Beside(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path != "/api" && !strings.HasPrefix(r.URL.Path, "/api/") {
			next.ServeHTTP(w, r)
			return
		}
		d.ServeHTTP(w, r)
	})
}

// ServeHTTP answers one request.
func (d *Door) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	h := w.Header()
	h.Set("Cache-Control", "no-store")
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Vary", "Accept-Language, Authorization")
	h.Set("Content-Security-Policy", "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'none'; frame-ancestors 'none'; base-uri 'none'")
	if d.cfg.Observe == nil {
		d.mux.ServeHTTP(w, r)
		return
	}
	counted := &status{ResponseWriter: w, code: http.StatusOK}
	answered := d.cfg.Observe(r)
	d.mux.ServeHTTP(counted, r)
	answered(counted.code)
}

// status remembers what was answered.
type status struct {
	http.ResponseWriter
	code int
}

// WriteHeader implements [http.ResponseWriter].
func (s *status) WriteHeader(code int) {
	s.code = code
	s.ResponseWriter.WriteHeader(code)
}

type contextKey int

const (
	keyClient contextKey = iota
	keyLanguage
)

// identify finds out which program calls, and how often it has.
func (d *Door) identify(ctx huma.Context, next func(huma.Context)) {
	r, w := humago.Unwrap(ctx)
	token, ok := strings.CutPrefix(ctx.Header("Authorization"), "Bearer ")
	client, err := desk.Client{}, error(nil)
	if ok {
		client, err = d.desk.Client(r.Context(), strings.TrimSpace(token))
	} else {
		_, err = d.desk.Client(r.Context(), "")
	}
	if err == nil {
		err = d.rates.take(client)
	}
	if err != nil {
		d.refuse(w, r, err)
		return
	}
	next(huma.WithValue(huma.WithValue(ctx, keyClient, client), keyLanguage, language(r)))
}

func clientOf(ctx context.Context) desk.Client {
	c, _ := ctx.Value(keyClient).(desk.Client) // the zero one may nothing
	return c
}

// language is the one of a request's that the desk speaks, by the order in
// which Accept-Language names them; English without one.
func language(r *http.Request) string {
	for part := range strings.SplitSeq(r.Header.Get("Accept-Language"), ",") {
		tag, weight, _ := strings.Cut(strings.TrimSpace(strings.ToLower(part)), ";")
		if strings.TrimSpace(weight) == "q=0" {
			continue
		}
		switch base, _, _ := strings.Cut(tag, "-"); base {
		case "ja", "en":
			return base
		}
	}
	return "en"
}
