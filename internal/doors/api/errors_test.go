package api

import (
	"errors"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"madoguchi/terms/fault"
)

// What passes by itself is told with the time after which to try again; what
// is our defect says nothing of itself.
func TestRefusalsAreToldSafely(t *testing.T) {
	d := New(Config{Now: time.Now, Log: discard()})
	for _, c := range []struct {
		err    error
		status int
		pause  string
		says   string
	}{
		{fault.New(fault.Unavailable, "保存先の空き容量がありません。", "There is no space left."), http.StatusServiceUnavailable, "5", "There is no space left."},
		{fault.New(fault.RateLimited, "待", "wait"), http.StatusTooManyRequests, "1", "wait"},
		{errors.New("sql: password is hunter2"), http.StatusInternalServerError, "", "Something went wrong on our side"},
	} {
		w := httptest.NewRecorder()
		d.refuse(w, httptest.NewRequest(http.MethodGet, "/api/v1/cases", nil), c.err)
		if w.Code != c.status || w.Header().Get("Retry-After") != c.pause || !strings.Contains(w.Body.String(), c.says) || strings.Contains(w.Body.String(), "hunter2") {
			t.Errorf("%v is answered %d, after %q: %s", c.err, w.Code, w.Header().Get("Retry-After"), w.Body)
		}
	}
}

func discard() *slog.Logger { return slog.New(slog.DiscardHandler) }
