package clock_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"pgregory.net/rapid"

	"madoguchi/terms/cases"
	"madoguchi/terms/clock"
	"madoguchi/terms/contract"
)

// addsUp says what is wrong with the explanations of a history; empty: nothing.
func addsUp(events []cases.Event) string {
	for _, e := range events {
		sets := []cases.TargetSet{}
		switch d := e.Data.(type) {
		case cases.TargetSet:
			sets = append(sets, d)
		case cases.ContractRebased:
			sets = d.Targets
		}
		for _, t := range sets {
			var counted time.Duration
			at := t.From
			for _, g := range t.Segments {
				if !g.From.Equal(at) {
					return fmt.Sprintf("%s by %s: a hole before %s", t.Metric, t.Cause, g.From)
				}
				at = g.To
				if g.Counted {
					counted += g.To.Sub(g.From)
				}
			}
			if counted != t.Business || !at.Equal(t.Deadline) {
				return fmt.Sprintf("%s by %s: %v of %v counted up to %s, due %s\n%+v", t.Metric, t.Cause, counted, t.Business, at, t.Deadline, t.Segments)
			}
		}
	}
	return ""
}

// life is what happens to a case: deeds in order, each with its instant.
type life struct {
	con, next *contract.Contract
	region    string
	reception time.Time
	deeds     []deed
}

type deed struct {
	at   time.Time
	kind string
	word string
}

func lives(con, next *contract.Contract) *rapid.Generator[life] {
	return rapid.Custom(func(t *rapid.T) life {
		l := life{con: con, next: next, region: rapid.SampledFrom([]string{"central", "western"}).Draw(t, "region")}
		at := time.Date(2026, 3, 20, 0, 0, 0, 0, time.UTC).Add(time.Duration(rapid.IntRange(0, 300*24*60).Draw(t, "reception")) * time.Minute)
		l.reception = at
		for range rapid.IntRange(1, 14).Draw(t, "deeds") {
			at = at.Add(time.Duration(rapid.OneOf(rapid.IntRange(0, 90*60), rapid.IntRange(0, 3*24*3600)).Draw(t, "gap")) * time.Second)
			kind := rapid.SampledFrom([]string{"message", "message", "reply", "reply", "receive", "status", "status", "status", "judge", "judge", "claim", "agree", "restore", "bounce", "rebase"}).Draw(t, "kind")
			d := deed{at: at, kind: kind}
			switch kind {
			case "status":
				d.word = rapid.SampledFrom([]string{"open", "waiting", "on_hold", "held", "resolved", "closed"}).Draw(t, "status")
			case "judge":
				d.word = rapid.SampledFrom([]string{"p1", "p2", "p3", "p4"}).Draw(t, "priority")
			}
			l.deeds = append(l.deeds, d)
		}
		return l
	})
}

// facts are what a deed is for a case as it stands; none where it is impossible.
func (d deed) facts(c *cases.Case, n int) (cases.Actor, []cases.Data) {
	id := fmt.Sprint("m", n)
	switch d.kind {
	case "message":
		facts, _ := c.Receive(cases.MessageReceived{Message: id, Received: d.at}, cases.Participant{})
		return yamada, facts
	case "reply", "receive":
		kind := cases.InitialResponse
		if c.Response != nil {
			kind = cases.FollowUp
		}
		if d.kind == "receive" {
			kind = cases.ReceptionOnly
		}
		return sato, []cases.Data{cases.Replied{Message: id, Kind: kind, To: []cases.Address{{Addr: "y@example.eu"}}}}
	case "status":
		to, wait := cases.Status(d.word), cases.Wait("")
		if d.word == "held" {
			to, wait = cases.OnHold, cases.WaitThirdParty
		}
		if to == c.Status {
			return sato, nil
		}
		return sato, []cases.Data{cases.StatusChanged{From: c.Status, To: to, Reason: "r", Wait: wait}}
	case "restore":
		return sato, []cases.Data{cases.ServiceRestored{Workaround: true, Reason: "r"}}
	case "bounce":
		if k := len(c.Replies); k > 0 {
			return machine, c.Undeliverable(cases.DeliveryFailed{Message: c.Replies[k-1].Message, Recipient: "y@example.eu"})
		}
	}
	return sato, nil
}

// live plays a life as a desk does. before is called ahead of every deed.
func (l life) live(t *testing.T, rt *rapid.T, before func(s *story, at time.Time)) *story {
	s := &story{t: t, con: l.con, c: &cases.Case{}, channel: "portal"}
	s.write(l.reception, yamada, cases.Opened{Number: 1, Organization: "o", Region: l.region, Reception: l.reception, Priority: string(l.con.InitialPriority())})
	facts, err := clock.Start(l.con, s.c, l.reception)
	if err != nil {
		rt.Fatal(err)
	}
	for _, f := range facts {
		s.write(f.At, machine, f.Data)
	}
	for n, d := range l.deeds {
		before(s, d.at)
		ch := clock.Change{At: d.at, Reason: "r"}
		switch d.kind {
		case "judge":
			ch.Side, ch.Priority, ch.Criterion = clock.Judgement, contract.PriorityID(d.word), contract.ClauseID("priority."+d.word)
			s.change(ch)
		case "claim":
			ch.Priority, ch.Criterion = "p1", "priority.p1"
			s.change(ch)
		case "agree":
			ch.Side, ch.Priority = clock.Agreement, "p1"
			s.change(ch)
		case "rebase":
			s.sweep(d.at)
			if r, _, err := clock.Rebase(l.next, s.c, d.at, "r"); err == nil {
				s.add(d.at, sato, r)
				s.con = l.next
			}
		default:
			if d.kind == "bounce" {
				s.sweep(d.at)
			}
			by, facts := d.facts(s.c, n)
			for _, f := range facts {
				s.add(d.at, by, f)
			}
			s.sweep(d.at)
		}
	}
	return s
}

func (s *story) sweep(at time.Time) {
	for _, missed := range clock.Overdue(s.c, at) {
		s.write(missed.Deadline, machine, missed)
	}
}

// targets are all clocks of a case, decided rounds too.
func targets(c *cases.Case) []any { return []any{c.First, c.Others, c.Earlier, c.Priority, c.Contract} }

var asDecided = cmp.Options{cmpopts.EquateEmpty(), cmpopts.EquateApproxTime(0)}

func TestLawsOfTheClocks(t *testing.T) {
	con := europe(t)
	next := europe(t, `version: "2026.1"`, `version: "2026.2"`, `["08:30-17:30"]`, `["09:00-16:00"]`, "within: 16h}", "within: 10h}")
	book := func(ref string) (*contract.Contract, error) {
		if ref == next.Ref() {
			return next, nil
		}
		return con, nil
	}
	rapid.Check(t, func(rt *rapid.T) {
		l := lives(con, next).Draw(rt, "life")
		end := l.deeds[len(l.deeds)-1].at.Add(time.Duration(rapid.IntRange(0, 30*24).Draw(rt, "end")) * time.Hour)

		plain := l.live(t, rt, func(*story, time.Time) {})
		plain.sweep(end)

		// However often the deadlines are looked at between the deeds.
		swept := l.live(t, rt, func(s *story, at time.Time) {
			for range rapid.IntRange(0, 2).Draw(rt, "sweeps") {
				s.sweep(s.c.Updated.Add(time.Duration(rapid.Float64Range(0, 1).Draw(rt, "when") * float64(at.Sub(s.c.Updated)))))
			}
			latched := decided(s.c)
			for _, u := range s.c.Targets() {
				if u.Paused() {
					for _, m := range clock.Overdue(s.c, at.AddDate(1, 0, 0)) {
						if m.Metric == u.Metric {
							rt.Fatalf("a clock that rests is missed: %+v", u)
						}
					}
				}
			}
			s.latched = append(s.latched, latched)
		})
		swept.sweep(end)
		if d := cmp.Diff(targets(plain.c), targets(swept.c), asDecided); d != "" {
			rt.Fatalf("looking at the deadlines changed them:\n%s", d)
		}
		if why := addsUp(swept.events); why != "" {
			rt.Fatal(why)
		}
		latches(rt, swept)

		// Told again, with and without what was decided.
		for _, history := range [][]cases.Event{swept.events, bare(swept.events)} {
			again, err := clock.Fold(book, history, end)
			if err != nil {
				rt.Fatal(err)
			}
			if d := cmp.Diff(targets(plain.c), targets(again), asDecided); d != "" {
				rt.Fatalf("told again it is another case:\n%s", d)
			}
		}
	})
}

// bare is a history without what was decided of the clocks.
func bare(events []cases.Event) []cases.Event {
	var out []cases.Event
	for _, e := range events {
		switch e.Data.(type) {
		case cases.TargetSet, cases.TargetMet, cases.TargetMissed, cases.TargetPaused, cases.TargetCancelled:
			continue
		}
		out = append(out, e)
	}
	return out
}

// decided are the verdicts that stand, by metric and round.
func decided(c *cases.Case) map[string]string {
	out, nth := map[string]string{}, map[string]int{}
	note := func(t *cases.Target) {
		nth[t.Metric]++
		if t.Verdict != cases.Undecided {
			out[fmt.Sprint(t.Metric, " ", nth[t.Metric])] = fmt.Sprint(t.Verdict, t.Decided.Unix())
		}
	}
	for i := range c.Earlier {
		note(&c.Earlier[i])
	}
	for _, t := range c.Targets() {
		note(t)
	}
	return out
}

// latches holds that no verdict changed but by a supersession.
func latches(rt *rapid.T, s *story) {
	for _, e := range s.events {
		if _, ok := e.Data.(cases.VerdictSuperseded); ok {
			return // it says so itself
		}
	}
	end := decided(s.c)
	for _, before := range s.latched {
		for round, verdict := range before {
			if end[round] != verdict {
				rt.Fatalf("%s was %s and is %s", round, verdict, end[round])
			}
		}
	}
}
