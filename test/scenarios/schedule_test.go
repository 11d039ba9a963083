package scenarios_test

import (
	"github.com/rogpeppe/go-internal/testscript"

	"madoguchi/internal/desk"
	"madoguchi/terms/cases"
)

// schedules writes a reply that is released at a later instant.
func schedules(w *world, ts *testscript.TestScript, who desk.Viewer, c *cases.Case, args []string) error {
	kind, ok := replyKinds[args[0]]
	if !ok {
		ts.Fatalf("a reply is initial, reception-only or follow-up; not %q", args[0])
	}
	next := cases.Waiting
	if len(args) > 3 {
		next = cases.Status(args[3])
	}
	_, err := w.desk.Schedule(w.ctx, who, desk.ReplyCommand{
		Case: c.ID, Seen: c.Version, Kind: kind, To: []string{c.Person.Addr}, Text: ts.ReadFile(args[1]), Next: next,
	}, w.instant(ts, args[2]))
	return err
}

func movesRelease(w *world, ts *testscript.TestScript, who desk.Viewer, c *cases.Case, args []string) error {
	_, err := w.desk.Reschedule(w.ctx, who, c.ID, w.instant(ts, args[0]))
	return err
}

func unschedules(w *world, _ *testscript.TestScript, who desk.Viewer, c *cases.Case, _ []string) error {
	_, err := w.desk.Unschedule(w.ctx, who, c.ID)
	return err
}

// scheduledFor is when the reply that waits in a case is to be released.
var scheduledFor = textOf("scheduled for", func(c *cases.Case) string {
	if c.Scheduled == nil {
		return "none"
	}
	return c.Scheduled.By.Name
})
