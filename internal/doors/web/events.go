package web

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"net/http"
	"slices"
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
// cases, "hint" with topics of what is no event (who looks, who writes). It carries no customer's data; the pages ask for what they show.
// It begins with "all" when something happened since the page was made, whose
// position it names as "since": whatever was missed, also in a break, the page
// asks for again, and one that missed nothing asks for nothing.
func (s *Server) events(w http.ResponseWriter, r *http.Request, who desk.Viewer) error {
	out := http.NewResponseController(w)
	if err := out.SetWriteDeadline(time.Time{}); err != nil {
		s.log.DebugContext(r.Context(), "no write deadline to lift", "error", err)
	}
	sub := s.desk.Live().Subscribe()
	defer sub.Close()
	defer s.desk.Listen(s.browser(r))()
	h := w.Header()
	h.Set("Content-Type", "text/event-stream")
	h.Set("Cache-Control", "no-store")
	h.Set("X-Accel-Buffering", "no") // nginx would hold the notices back
	w.WriteHeader(http.StatusOK)
	greeting := "retry: 2000\n: listening\n\n"
	if r.URL.Query().Get("since") != s.desk.Live().Position() {
		greeting += event("changed", 0, []string{"all"}) + event("hint", 0, []string{"all"})
	}
	if _, err := fmt.Fprint(w, greeting); err != nil {
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
			if _, err := s.theirs(r, who, nil); err != nil {
				return nil // as above
			}
			text = ": still here\n\n"
		case <-tick:
			if !waiting {
				continue
			}
			waiting = false
			changes, last := sub.Take()
			theirs, err := s.theirs(r, who, changes)
			if err != nil {
				return nil // signed out, or no longer allowed: the page asks again and hears why
			}
			text = notice(who.ID, theirs, last)
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

// theirs are the changes that concern cases which a person may see now. It
// fails when they are not signed in any more.
func (s *Server) theirs(r *http.Request, who desk.Viewer, changes []live.Change) ([]live.Change, error) {
	now, err := s.still(r, who)
	if err != nil {
		return nil, err
	}
	about := func(c live.Change) string { // the case; empty for what is about none
		if c.Case == desk.NoticesChanged {
			return ""
		}
		if id, ok := strings.CutPrefix(c.Hint, desk.CaseTopic("")); ok {
			return id
		}
		return c.Case
	}
	var ids []string
	for _, c := range changes {
		if id := about(c); id != "" {
			ids = append(ids, id)
		}
	}
	seen, err := s.desk.Visible(r.Context(), now, ids)
	return slices.DeleteFunc(changes, func(c live.Change) bool { id := about(c); return id != "" && !slices.Contains(seen, id) }), err
}

// notice writes what a stream has to tell its person: which cases changed, and
// hints at what is no event. The id lets a browser say where it stopped; the
// answer to that is always to look again.
func notice(agent string, changes []live.Change, last uint64) string {
	var what, hints []string
	for _, c := range changes {
		switch {
		case c.Hint != "":
			if of, personal := strings.CutPrefix(c.Hint, "agent:"); !personal || of == agent {
				hints = append(hints, c.Hint)
			}
		case c.Case == "":
			what = append(what, "all")
		default:
			what = append(what, c.Case)
		}
	}
	return event("changed", last, what) + event("hint", last, hints)
}

// event is one event of the stream; nothing to tell is none.
func event(name string, id uint64, what []string) string {
	if len(what) == 0 {
		return ""
	}
	if len(what) > atOnce || slices.Contains(what, "all") {
		what = []string{"all"}
	}
	return fmt.Sprintf("id: %d\nevent: %s\ndata: %s\n\n", id, name, strings.Join(what, " "))
}

// browser names the visitor's browser: all tabs of one session. It is told to
// nobody outside of the desk, and does not give the session away.
func (s *Server) browser(r *http.Request) string {
	sum := sha256.Sum256([]byte("browser\x00" + s.sessions.Token(r.Context())))
	return hex.EncodeToString(sum[:16])
}
