package ops_test

import (
	"cmp"
	"context"
	"errors"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"madoguchi/internal/desk"
	"madoguchi/internal/doors/ops"
	"madoguchi/internal/records/search"
	"madoguchi/internal/records/store"
	"madoguchi/terms/fault"
)

var friday = time.Date(2026, 11, 20, 7, 42, 0, 0, time.UTC)

// machine is a desk whose state the test decides.
type machine struct {
	now   time.Time
	pulse desk.Pulse
	sick  error
	ready error
	asked int
	log   *slog.Logger // nil: none
}

func (m *machine) door() *ops.Door {
	return ops.New(ops.Config{
		Pulse: func(context.Context) (desk.Pulse, error) { return m.pulse, m.sick },
		Ready: func(context.Context) error { m.asked++; return m.ready },
		Now:   func() time.Time { return m.now }, Version: "1.2.3", Log: cmp.Or(m.log, slog.New(slog.DiscardHandler)),
	})
}

func get(t *testing.T, h http.Handler, path string) (int, string) {
	t.Helper()
	w := httptest.NewRecorder()
	h.ServeHTTP(w, httptest.NewRequest("GET", path, nil))
	return w.Code, w.Body.String()
}

func TestThePulseIsGivenToPrometheus(t *testing.T) {
	m := &machine{now: friday}
	m.pulse = desk.Pulse{
		Backlog: store.Backlog{Unfiled: 3, UnfiledSince: friday.Add(-4 * time.Second), Unjudged: 1, UnjudgedSince: friday.Add(-time.Second), Running: 40},
		Search:  search.Lag{Events: 7, Behind: 1500 * time.Millisecond}, Events: 1234, Browsers: 5,
	}
	d := m.door()
	d.Mail("smtp", nil)
	d.Mail("smtp", errors.New("disk full"))
	r := httptest.NewRequest("GET", "/cases/secret-id", nil)
	answered := d.Request(r)
	r.Pattern = "GET /cases/{id}"
	m.now = m.now.Add(4 * time.Millisecond)
	answered(200)

	code, body := get(t, d, "/metrics")
	if code != http.StatusOK {
		t.Fatalf("status %d: %s", code, body)
	}
	for _, want := range []string{
		"madoguchi_mails_unfiled 3\n", "madoguchi_mails_unfiled_age_seconds 4.004\n", "madoguchi_deadlines_unjudged 1\n",
		"madoguchi_targets_running 40\n", "madoguchi_search_lag_events 7\n", "madoguchi_search_lag_seconds 1.5\n",
		"madoguchi_history_events 1234\n", "madoguchi_browsers_listening 5\n", `madoguchi_build_info{version="1.2.3"} 1`,
		`madoguchi_mails_taken_total{result="accepted",way="smtp"} 1`, `madoguchi_mails_taken_total{result="refused",way="smtp"} 1`,
		`madoguchi_http_request_seconds_bucket{route="GET /cases/{id}",status="2xx",le="0.005"} 1`, "go_goroutines",
	} {
		if !strings.Contains(body, want) {
			t.Errorf("no %q", want)
		}
	}
	if strings.Contains(body, "secret-id") {
		t.Error("a path with a case's id is in the metrics")
	}
}

func TestMetricsSayWhenTheRecordsDoNotAnswer(t *testing.T) {
	var logged strings.Builder
	m := &machine{now: friday, sick: errors.New("database is away"), log: slog.New(slog.NewTextHandler(&logged, nil))}
	code, body := get(t, m.door(), "/metrics")
	if got := strings.Count(logged.String(), "database is away"); got != 1 {
		t.Errorf("the log says %d times why:\n%s", got, logged.String())
	}
	if code != http.StatusOK || !strings.Contains(body, "go_goroutines") || strings.Contains(body, "madoguchi_mails_unfiled ") {
		t.Errorf("status %d, %d bytes: the process's own numbers are wanted, and no invented ones", code, len(body))
	}
}

func TestProbes(t *testing.T) {
	m := &machine{now: friday, ready: fault.New(fault.Unavailable, "ディスクに空きがありません。", "The disk is full.")}
	d := m.door()
	screens := d.Beside(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusTeapot) }))

	for _, h := range []http.Handler{d, screens} {
		if code, body := get(t, h, "/healthz"); code != http.StatusOK || body != "ok\n" {
			t.Errorf("the process lives: %d %q", code, body)
		}
		if code, body := get(t, h, "/readyz"); code != http.StatusServiceUnavailable || body != "not ready: The disk is full.\n" {
			t.Errorf("a full disk: %d %q", code, body)
		}
	}
	if m.asked != 1 {
		t.Errorf("two probes within a second made %d acts, want 1", m.asked)
	}
	m.ready, m.now = nil, m.now.Add(time.Second)
	if code, _ := get(t, d, "/readyz"); code != http.StatusOK {
		t.Errorf("the disk has room again: %d", code)
	}
	if code, _ := get(t, screens, "/queue"); code != http.StatusTeapot {
		t.Errorf("the screens answered %d", code)
	}
	if code, _ := get(t, screens, "/metrics"); code != http.StatusTeapot {
		t.Errorf("metrics are open beside the screens: %d", code)
	}
}
