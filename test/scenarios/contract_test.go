package scenarios_test

import (
	"github.com/rogpeppe/go-internal/testscript"

	"madoguchi/internal/desk"
	"madoguchi/terms/worktime"
)

// cmdAmend attaches an amendment to a customer: amend aoba 2026-11-20 FILE.
func cmdAmend(ts *testscript.TestScript, neg bool, args []string) {
	if len(args) != 3 {
		ts.Fatalf("usage: amend ORGANIZATION FIRST-DAY FILE")
	}
	w := of(ts)
	from, err := worktime.ParseDate(args[1])
	ts.Check(err)
	_, err = w.desk.AddAmendment(w.ctx, w.people["kimura"], desk.AmendmentCommand{
		Organization: w.organization(ts, args[0]), From: from, YAML: []byte(ts.ReadFile(args[2])),
	})
	w.refusal = err
	switch {
	case neg && err == nil:
		ts.Fatalf("this should have been refused")
	case !neg && err != nil:
		ts.Fatalf("refused: %v", err)
	}
}

func (w *world) organization(ts *testscript.TestScript, name string) string {
	id, ok := w.orgs[name]
	if !ok {
		ts.Fatalf("nobody knows the customer %q", name)
	}
	return id
}
