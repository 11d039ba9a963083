package scenarios_test

import (
	"strings"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"github.com/rogpeppe/go-internal/testscript"

	"madoguchi/contracts"
	"madoguchi/internal/desk"
	"madoguchi/internal/records/store"
	"madoguchi/terms/cases"
	"madoguchi/terms/clock"
)

// cmdTerms publishes another shipped contract with its customers: Nordlicht in
// its first region, Liffey in its second. From here on the script tells the
// time of that contract.
func cmdTerms(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 1 {
		ts.Fatalf("usage: terms example-europe")
	}
	w := of(ts)
	name, file, err := contracts.Read(args[0])
	ts.Check(err)
	w.contract, err = w.desk.Publish(w.ctx, desk.Viewer{Name: "start"}, name, file)
	ts.Check(err)
	for short, o := range map[string]store.Organization{
		"nordlicht": {NameJA: "Nordlicht", NameEN: "Nordlicht AG", Domains: []string{"nordlicht.example"}},
		"liffey":    {NameJA: "Liffey", NameEN: "Liffey Ltd", Domains: []string{"liffey.example"}},
	} {
		o.Contract, o.Language = args[0], "en"
		opening := desk.Opening{}
		if short == "liffey" {
			opening.Region = w.contract.Regions()[1].ID
		}
		o, err := w.desk.AddOrganization(w.ctx, w.people["kimura"], o, opening)
		ts.Check(err)
		w.orgs[short] = o.ID
	}
	ts.Check(w.introduce(w.ctx, map[string]person{
		"weber": {name: "Anna Weber", addr: "weber@nordlicht.example", org: "nordlicht"},
		"byrne": {name: "Ciara Byrne", addr: "byrne@liffey.example", org: "liffey"},
	}))
}

// expectClock holds that a clock is in a state, with its deadline or, where it
// is decided, when: `expect case CS-1 clock resolution running 'Tue 24 Nov 14:45'`.
func expectClock(w *world, ts *testscript.TestScript, c *cases.Case, events []cases.Event, args []string) {
	if len(args) < 2 {
		ts.Fatalf("usage: expect case CASE clock METRIC STATE [INSTANT]")
	}
	t := c.Target(args[0])
	if t == nil {
		same(ts, args[0]+" after\n"+outline(events), "none", args[1])
		return
	}
	same(ts, args[0]+" after\n"+outline(events), string(clock.StateOf(t, w.clock())), args[1])
	if len(args) > 2 {
		at := t.Deadline
		if t.Verdict != cases.Undecided {
			at = t.Decided
		}
		same(ts, args[0], w.said(at), w.said(w.instant(ts, args[2])))
	}
}

// expectLeft holds how much business time a clock has left, and for whom it
// rests: `expect case CS-1 left resolution 13h45m customer`.
func expectLeft(w *world, ts *testscript.TestScript, c *cases.Case, _ []cases.Event, args []string) {
	t := c.Target(args[0])
	if t == nil || len(args) < 2 {
		ts.Fatalf("usage: expect case CASE left METRIC LENGTH [WAIT]; the case has %d clocks", len(c.Targets()))
	}
	want, err := time.ParseDuration(args[1])
	ts.Check(err)
	_, left := clock.Progress(w.contract, c.Region, t, w.clock())
	same(ts, args[0]+" left", left.String(), want.String())
	if len(args) > 2 {
		same(ts, args[0]+" rests for", string(t.Rest.Wait), args[2])
	}
}

// toldAgain holds that the recorded clocks are those which the history gives
// when it is told again, whatever came when to the desk.
func (w *world) toldAgain(ts *testscript.TestScript, c *cases.Case, events []cases.Event) {
	if c.Frozen != "" {
		return
	}
	again, err := clock.Fold(w.desk.Contracts().Version, events, w.clock())
	ts.Check(err)
	// A clock is set at the act that found it out; the deadline is what counts.
	clocks := func(c *cases.Case) []any { return []any{c.Priority, c.First, c.Others, c.Earlier} }
	if d := cmp.Diff(clocks(c), clocks(again), cmpopts.EquateEmpty()); d != "" {
		ts.Fatalf("told again, the clocks of CS-%d are others:\n%s\n%s", c.Number, d, strings.TrimSpace(outline(events)))
	}
}
