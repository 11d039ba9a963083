package scenarios_test

import (
	"strings"
	"time"

	"github.com/rogpeppe/go-internal/testscript"
)

// forms are how scripts write an instant, in the contract's zone. Without a
// year it is 2026.
var forms = []string{"Mon 2 Jan 15:04", "Mon 2 Jan 15:04:05", "Mon 2 Jan 2006 15:04", "Mon 2 Jan 2006 15:04:05"}

// instant reads one; a weekday that does not fit its date is a mistake in the script.
func (w *world) instant(ts *testscript.TestScript, s string) time.Time {
	zone := w.contract.Zone()
	for _, form := range forms {
		t, err := time.ParseInLocation(form, s, zone)
		if err != nil {
			continue
		}
		if !strings.Contains(form, "2006") {
			t = time.Date(2026, t.Month(), t.Day(), t.Hour(), t.Minute(), t.Second(), 0, zone)
		}
		if day := t.Format("Mon"); !strings.HasPrefix(s, day) {
			ts.Fatalf("%s is a %s", s, day)
		}
		return t
	}
	ts.Fatalf("%q is no instant such as 'Sun 22 Nov 03:00'", s)
	return time.Time{}
}

func (w *world) said(t time.Time) string {
	if t.IsZero() {
		return "never"
	}
	return t.In(w.contract.Zone()).Format("Mon 2 Jan 2006 15:04:05.999999")
}

// cmdClock moves the time forward and lets happen what is due by then.
func cmdClock(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 1 {
		ts.Fatalf("usage: clock 'Sun 22 Nov 03:00'")
	}
	w := of(ts)
	at := w.instant(ts, args[0])
	if at.Before(w.clock()) {
		ts.Fatalf("the clock never goes back: it is %s", w.said(w.clock()))
	}
	w.setClock(at)
	w.settle(ts)
}
