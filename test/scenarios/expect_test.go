package scenarios_test

import (
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/rogpeppe/go-internal/testscript"

	"madoguchi/internal/records/store"
	"madoguchi/terms/cases"
)

// cmdExpect says what must be true now.
func cmdExpect(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 2 {
		ts.Fatalf("usage: expect case|cases|inbox|mail|rebuild …")
	}
	w := of(ts)
	switch args[0] {
	case "cases":
		rows, _, err := w.store.Queue(w.ctx, store.QueueQuery{Organization: store.Everyone(), Limit: 200})
		ts.Check(err)
		same(ts, "cases", strconv.Itoa(len(rows)), args[1])
	case "inbox":
		same(ts, "mails to "+args[1], strconv.Itoa(len(w.inboxes[w.address(args[1])])), args[2])
	case "mail":
		w.expectMail(ts, args[1:])
	case "rebuild":
		w.expectRebuild(ts)
	case "case":
		if len(args) < 4 {
			ts.Fatalf("usage: expect case CASE PROPERTY VALUE")
		}
		c, events := w.matter(ts, args[1])
		w.toldAgain(ts, c, events)
		check, ok := expectations[args[2]]
		if !ok {
			ts.Fatalf("a case has no property %q", args[2])
		}
		check(w, ts, c, events, args[3:])
	default:
		ts.Fatalf("nothing can be expected of %q", args[0])
	}
}

func same(ts *testscript.TestScript, what, got, want string) {
	if got != want {
		ts.Fatalf("%s: %s, want %s", what, got, want)
	}
}

type expectation func(w *world, ts *testscript.TestScript, c *cases.Case, events []cases.Event, args []string)

// expectations are the properties of `expect case CASE PROPERTY …`.
var expectations = map[string]expectation{
	"priority": func(_ *world, ts *testscript.TestScript, c *cases.Case, _ []cases.Event, args []string) {
		same(ts, "priority", c.Priority, args[0])
		if len(args) > 1 {
			same(ts, "priority", map[bool]string{true: "provisional", false: "settled"}[c.Provisional], args[1])
		}
	},
	"reception": instantOf("reception", func(c *cases.Case) time.Time { return c.Reception }),
	"starts":    instantOf("starts to count", func(c *cases.Case) time.Time { return target(c).Starts }),
	"deadline":  instantOf("deadline", func(c *cases.Case) time.Time { return target(c).Deadline }),
	"decided":   instantOf("decided", func(c *cases.Case) time.Time { return target(c).Decided }),
	"answered": instantOf("answered", func(c *cases.Case) time.Time {
		if c.Response == nil {
			return time.Time{}
		}
		return c.Response.At
	}),
	"used":      lengthOf("business time used", func(c *cases.Case) time.Duration { return target(c).Used }),
	"spare":     lengthOf("business time left", func(c *cases.Case) time.Duration { return target(c).Spare }),
	"sender":    senderOf,
	"status":    textOf("status", func(c *cases.Case) string { return string(c.Status) }),
	"region":    textOf("region", func(c *cases.Case) string { return c.Region }),
	"contract":  textOf("contract", func(c *cases.Case) string { return c.Contract }),
	"scope":     textOf("out of scope by", func(c *cases.Case) string { return c.OutOf }),
	"claim":     textOf("claim", func(c *cases.Case) string { return view(c.Claim) }),
	"agreement": textOf("agreement", func(c *cases.Case) string { return view(c.Agreement) }),
	"objection": textOf("objection", func(c *cases.Case) string {
		if c.Objection == nil {
			return "none"
		}
		return "standing"
	}),
	"verdict": textOf("verdict", func(c *cases.Case) string {
		switch {
		case c.First == nil:
			return "none"
		case c.First.Verdict == cases.Undecided:
			return "open"
		}
		return string(c.First.Verdict)
	}),
	"clock": expectClock,
	"left":  expectLeft,
	"organization": func(w *world, ts *testscript.TestScript, c *cases.Case, _ []cases.Event, args []string) {
		got := "unknown"
		for short, id := range w.orgs {
			if id == c.Organization {
				got = short
			}
		}
		same(ts, "organization", got, args[0])
	},
	"cites": func(_ *world, ts *testscript.TestScript, _ *cases.Case, events []cases.Event, args []string) {
		if !slices.ContainsFunc(events, func(e cases.Event) bool { return slices.Contains(e.Clauses, args[0]) }) {
			ts.Fatalf("nothing in the history rests on %s:\n%s", args[0], outline(events))
		}
	},
	"scheduled": scheduledFor,
	"approval":  approvalOf,
	"draft": func(w *world, ts *testscript.TestScript, c *cases.Case, _ []cases.Event, args []string) {
		v, err := w.desk.View(w.ctx, w.member(ts, args[0]), c.ID)
		ts.Check(err)
		got := "none"
		if v.Drafts.Reply != nil {
			got = strings.TrimSpace(v.Drafts.Reply.Text)
		}
		same(ts, "draft of "+args[0], got, args[1])
	},
	"history": func(_ *world, ts *testscript.TestScript, _ *cases.Case, events []cases.Event, args []string) {
		n := 0
		for _, e := range events {
			if e.Data.Type() == args[0] {
				n++
			}
		}
		same(ts, args[0]+" in\n"+outline(events), strconv.Itoa(n), args[1])
	},
	"explains": func(_ *world, ts *testscript.TestScript, c *cases.Case, _ []cases.Event, args []string) {
		for _, s := range target(c).Segments {
			if s.Reason == args[0] && !s.Counted && (len(args) < 2 || strings.Contains(s.NameJA, args[1])) {
				return
			}
		}
		ts.Fatalf("the explanation has no %v: %+v", args, target(c).Segments)
	},
	"earliest": func(w *world, ts *testscript.TestScript, c *cases.Case, _ []cases.Event, args []string) {
		v, err := w.desk.View(w.ctx, w.people["sato"], c.ID)
		ts.Check(err)
		for _, l := range v.LeadTimes {
			if l.Size.ID == args[0] {
				same(ts, "earliest date of a "+args[0]+" change", l.Earliest.String(), args[1])
				return
			}
		}
		ts.Fatalf("no lead time is quoted for a %s change: %+v", args[0], v.LeadTimes)
	},
}

func instantOf(what string, get func(*cases.Case) time.Time) expectation {
	return func(w *world, ts *testscript.TestScript, c *cases.Case, _ []cases.Event, args []string) {
		want := args[0]
		if want != "never" {
			want = w.said(w.instant(ts, args[0]))
		}
		same(ts, what, w.said(get(c)), want)
	}
}

func lengthOf(what string, get func(*cases.Case) time.Duration) expectation {
	return func(_ *world, ts *testscript.TestScript, c *cases.Case, _ []cases.Event, args []string) {
		want, err := time.ParseDuration(args[0])
		ts.Check(err)
		same(ts, what, get(c).String(), want.String())
	}
}

func textOf(what string, get func(*cases.Case) string) expectation {
	return func(_ *world, ts *testscript.TestScript, c *cases.Case, events []cases.Event, args []string) {
		same(ts, what+" after\n"+outline(events), get(c), args[0])
	}
}

// target is the case's clock; an empty one where none runs.
func target(c *cases.Case) cases.Target {
	if c.First == nil {
		return cases.Target{}
	}
	return *c.First
}

func view(v *cases.View) string {
	if v == nil {
		return "none"
	}
	return v.Priority
}

// outline is the history in short, for the message of a failure.
func outline(events []cases.Event) string {
	var b strings.Builder
	for _, e := range events {
		b.WriteString(e.At.Format("  01-02 15:04:05Z ") + string(e.Actor.Kind) + " " + e.Data.Type() + " " + strings.Join(e.Clauses, " ") + "\n")
	}
	return b.String()
}

func (w *world) address(name string) string {
	if p, ok := w.contacts[name]; ok {
		return p.addr
	}
	return name
}

// expectMail looks at the newest mail that somebody got.
func (w *world) expectMail(ts *testscript.TestScript, args []string) {
	if len(args) != 3 {
		ts.Fatalf("usage: expect mail NAME contains|lacks|subject TEXT")
	}
	m := w.last(ts, w.address(args[0]), "").mail
	all := m.Subject + "\n" + m.Text
	switch args[1] {
	case "contains":
		if !strings.Contains(all, args[2]) {
			ts.Fatalf("the mail does not say %q:\n%s", args[2], all)
		}
	case "lacks":
		if strings.Contains(all, args[2]) {
			ts.Fatalf("the mail must not say %q:\n%s", args[2], all)
		}
	case "subject":
		same(ts, "subject", m.Subject, args[2])
	default:
		ts.Fatalf("a mail contains, lacks or has a subject; not %q", args[1])
	}
}

// expectRebuild makes every projected row anew from the events.
func (w *world) expectRebuild(ts *testscript.TestScript) {
	ts.Check(w.store.VerifyHistory(w.ctx))
	before, err := w.store.ProjectionDigest(w.ctx)
	ts.Check(err)
	ts.Check(w.store.Rebuild(w.ctx, nil))
	after, err := w.store.ProjectionDigest(w.ctx)
	ts.Check(err)
	same(ts, "digest of the projected rows", after, before)
}
