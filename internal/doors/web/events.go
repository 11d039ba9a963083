package web

import (
	"fmt"
	"net/http"
	"strings"
	"time"

	"madoguchi/internal/desk"
	"madoguchi/internal/desk/live"
)

const (
	heartbeat = 25 * time.Second       // below the idle time-out of common proxies
	gather    = 300 * time.Millisecond // changes within it are told together
	atOnce    = 20                     // more changed cases than this are told as "all"
)

// events is the stream of a browser's open pages: "changed" with the ids of
// cases. It carries no customer's data; the pages ask for what they show.
// After a break the page refetches by itself, so a lost notice costs nothing.
func (s *Server) events(w http.ResponseWriter, r *http.Request, _ desk.Viewer) error {
	out := http.NewResponseController(w)
	if err := out.SetWriteDeadline(time.Time{}); err != nil {
		s.log.DebugContext(r.Context(), "no write deadline to lift", "error", err)
	}
	sub := s.desk.Live().Subscribe()
	defer sub.Close()
	h := w.Header()
	h.Set("Content-Type", "text/event-stream")
	h.Set("Cache-Control", "no-store")
	h.Set("X-Accel-Buffering", "no") // nginx would hold the notices back
	w.WriteHeader(http.StatusOK)
	if _, err := fmt.Fprint(w, "retry: 2000\n: listening\n\n"); err != nil {
		return nil // the browser went away
	}
	if err := out.Flush(); err != nil {
		return nil // the browser went away
	}
	beat, stop := s.cfg.Every(heartbeat)
	defer stop()
	tick, still := s.cfg.Every(gather)
	defer still()
	waiting := false
	for {
		text := ""
		select {
		case <-r.Context().Done():
			return nil
		case <-s.closing:
			return nil
		case <-sub.C():
			waiting = true
			continue
		case <-beat:
			text = ": still here\n\n"
		case <-tick:
			if !waiting {
				continue
			}
			waiting = false
			text = notice(sub.Take())
		}
		if text == "" {
			continue
		}
		if _, err := fmt.Fprint(w, text); err != nil {
			return nil // the browser went away
		}
		if err := out.Flush(); err != nil {
			return nil // the browser went away
		}
	}
}

// notice writes changes as one event. The id lets a browser say where it
// stopped; the answer to that is always to look again.
func notice(changes []live.Change, last uint64) string {
	if len(changes) == 0 {
		return ""
	}
	what := make([]string, 0, len(changes))
	for _, c := range changes {
		if c.Case == "" {
			what = []string{"all"}
			break
		}
		what = append(what, c.Case)
	}
	if len(what) > atOnce {
		what = []string{"all"}
	}
	return fmt.Sprintf("id: %d\nevent: changed\ndata: %s\n\n", last, strings.Join(what, " "))
}
