package desk_test

import (
	"bytes"
	"fmt"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"madoguchi/contracts"
	"madoguchi/internal/desk"
	"madoguchi/internal/records/store"
	"madoguchi/terms/cases"
	"madoguchi/terms/clock"
	"madoguchi/terms/contract"
)

// northwind makes a customer whose contract measures every response, the
// resolution and the updates.
func (b *bench) northwind() store.Organization {
	b.t.Helper()
	name, file, err := contracts.Read("example-europe")
	b.must(err)
	con, err := b.Publish(b.ctx, desk.Viewer{Name: "test"}, name, file)
	b.must(err)
	org, err := b.AddOrganization(b.ctx, b.sato, store.Organization{NameJA: "ノルドハーフェン", NameEN: "Nordhafen", Language: "en", Contract: con.ID(), Domains: []string{"nordhafen.example"}}, desk.Opening{Region: "central"})
	b.must(err)
	_, err = b.PutContact(b.ctx, b.sato, store.Contact{Organization: org.ID, Name: "Anna Weiss", Language: "en", Addresses: []store.ContactAddress{{Addr: "anna@nordhafen.example", Verified: true}}})
	b.must(err)
	return org
}

func change(f desk.Forecast, metric string) desk.ClockChange {
	for _, c := range f {
		if c.After.Metric == metric {
			return c
		}
	}
	return desk.ClockChange{}
}

func (b *bench) previewed(cmd desk.PriorityCommand) desk.Forecast {
	b.t.Helper()
	p, err := b.PreviewPriority(b.ctx, b.sato, cmd)
	b.must(err)
	return p.Clocks
}

func TestAPriorityShowsWhatBecomesOfEveryClockBeforeItIsChanged(t *testing.T) {
	b := newBench(t, "11-20 18:00:00") // 10:00 in Berlin
	b.northwind()
	b.mail("anna@nordhafen.example", "A question", "How do I close a period?")
	c := b.last()
	up := desk.PriorityCommand{Case: c.ID, Side: clock.Judgement, Priority: "p1", Criterion: "priority.p1", Reason: "down"}
	f := b.previewed(up)
	if len(f) != 3 {
		t.Fatalf("the clocks of the highest priority: %+v", f)
	}
	first := change(f, cases.FirstResponse)
	if first.What != desk.ClockMoves || first.After.Deadline.Sub(b.clock) != 30*time.Minute || first.Before.Deadline.Before(first.After.Deadline) {
		t.Errorf("the first response: %+v", first)
	}
	if len(first.Clauses) == 0 || !slices.Contains(first.Clauses, "targets.first-response") {
		t.Errorf("no clause is cited: %v", first.Clauses)
	}
	for _, metric := range []string{cases.Resolution, cases.UpdateInterval} {
		if k := change(f, metric); k.What != desk.ClockBegins || k.Before.Metric != "" || k.After.Deadline.IsZero() {
			t.Errorf("%s: %+v", metric, k)
		}
	}
	_, err := b.Judge(b.ctx, b.sato, up)
	b.must(err)

	// While the case waits for the customer the resolution rests, and a lower priority has no updates to give.
	b.set("11-20 18:20:00")
	c, err = b.Reply(b.ctx, b.sato, desk.ReplyCommand{Case: c.ID, Seen: b.last().Version, Kind: cases.InitialResponse, To: []string{"anna@nordhafen.example"}, Text: "We look into it.", Next: cases.Waiting})
	b.must(err)
	f = b.previewed(desk.PriorityCommand{Case: c.ID, Side: clock.Judgement, Priority: "p2", Criterion: "priority.p2", Reason: "a core function"})
	if k := change(f, cases.UpdateInterval); k.What != desk.ClockEnds || k.After.Cancelled != cases.CancelPriority {
		t.Errorf("the updates: %+v", k)
	}
	if k := change(f, cases.Resolution); k.What != desk.ClockRests || k.After.Left <= k.Before.Left {
		t.Errorf("the resolution: %+v", k)
	}
	if k := change(f, cases.FirstResponse); k.What != "" {
		t.Errorf("the verdict of the first response is not the priority's matter: %+v", k)
	}
}

func TestAStateShowsWhatBecomesOfEveryClockBeforeItIsTaken(t *testing.T) {
	b := newBench(t, "11-20 18:00:00")
	b.northwind()
	b.mail("anna@nordhafen.example", "Stopped", "Nothing works.")
	c, err := b.Judge(b.ctx, b.sato, desk.PriorityCommand{Case: b.last().ID, Priority: "p1", Criterion: "priority.p1", Reason: "down"})
	b.must(err)
	v, err := b.View(b.ctx, b.sato, c.ID)
	b.must(err)
	sending := b.ReplyForecast(v, b.sato, cases.InitialResponse, cases.Waiting)
	for metric, want := range map[string]desk.ClockEffect{cases.FirstResponse: desk.ClockMeets, cases.UpdateInterval: desk.ClockRenews, cases.Resolution: desk.ClockPauses} {
		if k := change(sending, metric); k.What != want {
			t.Errorf("sending does to %s: %+v", metric, k)
		}
	}
	list, err := b.PreviewStatus(b.ctx, b.sato, c.ID, []desk.StatusAct{{To: cases.Waiting}, {To: cases.OnHold}, {To: cases.OnHold, Wait: cases.WaitThirdParty}, {To: cases.Resolved}, {Restore: true}, {To: c.Status}})
	b.must(err)
	if len(list) != 5 {
		t.Fatalf("the acts that can be made: %+v", list)
	}
	for i, want := range []desk.ClockEffect{desk.ClockPauses, desk.ClockStays, desk.ClockPauses, desk.ClockMeets, desk.ClockMeets} {
		if k := change(list[i].Clocks, cases.Resolution); k.What != want {
			t.Errorf("%+v does to the resolution: %+v", list[i].Act, k)
		}
	}
	if k := change(list[3].Clocks, cases.FirstResponse); k.What != desk.ClockStays {
		t.Errorf("resolving does not answer: %+v", k)
	}
}

func TestADeadlineThatAPriorityWouldBreachAtOnceIsShownAsBreached(t *testing.T) {
	b := newBench(t, "11-20 18:00:00")
	b.northwind()
	_, file, err := contracts.Read("example-europe")
	b.must(err)
	for was, is := range map[string]string{`version: "2026.1"`: `version: "2026.2"`, "chosen: from-claim": "chosen: from-reception", "effective: 2026-01-01": "effective: 2026-02-01"} {
		file = bytes.Replace(file, []byte(was), []byte(is), 1)
	}
	_, err = b.Publish(b.ctx, desk.Viewer{Name: "test"}, "literal.yaml", file)
	b.must(err)
	b.mail("anna@nordhafen.example", "A question", "How do I close a period?")
	c := b.last()
	b.set("11-20 20:30:00") // 2 hours and a half later: more than the 30 minutes of the highest priority
	f := b.previewed(desk.PriorityCommand{Case: c.ID, Side: clock.Judgement, Priority: "p1", Criterion: "priority.p1", Reason: "down"})
	if k := change(f, cases.FirstResponse); k.What != desk.ClockBreaches || !k.After.Deadline.Before(b.clock) {
		t.Errorf("%s: %+v", c.Contract, k)
	}
}

func TestWhatIsShownBeforeAnActIsWhatTheActDoes(t *testing.T) {
	b := newBench(t, "11-20 18:00:00")
	b.northwind()
	n := 0
	rapid.Check(t, func(r *rapid.T) {
		n++
		b.clock = b.clock.Add(time.Duration(rapid.IntRange(0, 36*60).Draw(r, "reception")) * time.Minute)
		b.mail("anna@nordhafen.example", fmt.Sprintf("Case %d", n), "A question.")
		id := b.last().ID
		for range rapid.IntRange(1, 7).Draw(r, "acts") {
			b.clock = b.clock.Add(time.Duration(rapid.OneOf(rapid.IntRange(0, 3600), rapid.IntRange(0, 2*24*3600)).Draw(r, "gap")) * time.Second)
			b.foreseen(r, id)
		}
	})
}

// clocksNow is what a person looks at: the case and its clocks now.
func (b *bench) clocksNow(id cases.ID) desk.CaseView {
	b.t.Helper()
	c, events, err := b.store.Case(b.ctx, id)
	b.must(err)
	con, err := b.Contracts().Version(c.Contract)
	b.must(err)
	return desk.CaseView{Case: c, Events: events, Contract: con, Clocks: desk.ClocksOf(con, c, b.clock)}
}

// foreseen asks what a random act would do, makes it, and compares.
func (b *bench) foreseen(r *rapid.T, id cases.ID) {
	v := b.clocksNow(id)
	c := v.Case
	var err error
	var shown desk.Forecast
	act := rapid.SampledFrom([]string{"judge", "judge", "claim", "agree", "object", "status", "status", "reply", "reply", "message"}).Draw(r, "act")
	switch act {
	case "judge", "claim", "agree":
		p := rapid.SampledFrom([]string{"p1", "p2", "p3", "p4"}).Draw(r, "priority")
		cmd := desk.PriorityCommand{
			Case: id, Side: clock.Judgement, Priority: contract.PriorityID(p), Criterion: contract.ClauseID("priority." + p), Reason: "as found",
			Person: "anna@nordhafen.example", How: "phone", Where: "the call of today",
		}
		make := b.Judge
		switch act {
		case "claim":
			cmd.Side, make = clock.Claim, b.RecordClaim
		case "agree":
			cmd.Side, make = clock.Agreement, b.Agree
		}
		p1, perr := b.PreviewPriority(b.ctx, b.sato, cmd)
		shown = p1.Clocks
		_, err = make(b.ctx, b.sato, cmd)
		if (perr == nil) != (err == nil) {
			r.Fatalf("%s %s: shown with %v, done with %v", act, p, perr, err)
		}
	case "object":
		if shown, err = b.PreviewObjection(b.ctx, b.sato, id); err == nil {
			_, err = b.Object(b.ctx, b.sato, id, "anna@nordhafen.example", "It is urgent")
		}
	case "status":
		a := rapid.SampledFrom([]desk.StatusAct{
			{To: cases.Open}, {To: cases.Waiting}, {To: cases.OnHold}, {To: cases.OnHold, Wait: cases.WaitThirdParty}, {To: cases.Resolved}, {To: cases.Closed}, {Restore: true},
		}).Draw(r, "status")
		list, perr := b.PreviewStatus(b.ctx, b.sato, id, []desk.StatusAct{a})
		b.must(perr)
		switch {
		case a.Restore:
			_, err = b.Restore(b.ctx, b.sato, id, true, "a way around")
		case a.To == cases.OnHold:
			_, err = b.Hold(b.ctx, b.sato, desk.HoldCommand{Case: id, Wait: a.Wait, Reason: "the provider looks"})
		default:
			_, err = b.SetStatus(b.ctx, b.sato, id, a.To, "done")
		}
		if (len(list) == 1) != (err == nil) {
			r.Fatalf("%+v is shown %v and done with %v", a, list, err)
		}
		if err == nil {
			shown = list[0].Clocks
		}
	case "reply":
		kind := cases.InitialResponse
		if c.Response != nil {
			kind = cases.FollowUp
		}
		if rapid.Bool().Draw(r, "reception") {
			kind = cases.ReceptionOnly
		}
		next := rapid.SampledFrom([]cases.Status{cases.Open, cases.Waiting, cases.Resolved}).Draw(r, "next")
		shown = b.ReplyForecast(v, b.sato, kind, next)
		_, err = b.Reply(b.ctx, b.sato, desk.ReplyCommand{Case: id, Seen: c.Version, Kind: kind, To: []string{"anna@nordhafen.example"}, Text: "We look into it.", Next: next})
	case "message":
		b.mail("anna@nordhafen.example", "Re: "+c.Subject, "Is there news?", "In-Reply-To: <"+c.MessageIDs[0]+">")
		return
	}
	if err != nil {
		return // refused, as the form says: nothing happened
	}
	after := b.clocksNow(id)
	told := map[string]bool{}
	for _, k := range shown {
		told[k.After.Metric] = true
		i := slices.IndexFunc(after.Clocks, func(c desk.Clock) bool { return c.Metric == k.After.Metric })
		if i < 0 || fmt.Sprint(after.Clocks[i]) != fmt.Sprint(k.After) {
			r.Fatalf("%s was to be %s:\n%+v\nand is\n%+v", k.After.Metric, k.What, k.After, after.Clocks)
		}
	}
	for _, k := range after.Clocks {
		i := slices.IndexFunc(v.Clocks, func(c desk.Clock) bool { return c.Metric == k.Metric })
		if !told[k.Metric] && (i < 0 || fmt.Sprint(v.Clocks[i]) != fmt.Sprint(k)) {
			r.Fatalf("nobody was told of %s:\n%+v\nbefore\n%+v", k.Metric, k, v.Clocks)
		}
	}
}

func TestAStrangersCaseGoesOnUnderTheCustomersOwnContract(t *testing.T) {
	b := newBench(t, "11-20 18:00:00")
	org := b.northwind()
	b.mail("anna@elsewhere.example", "Where is my report?", "I cannot find it.")
	c := b.last()
	if c.Organization != "" || c.Priority != "medium" {
		t.Fatalf("nobody knows whose it is: %q %s", c.Organization, c.Priority)
	}
	shown, err := b.PreviewIdentify(b.ctx, b.sato, c.ID, org.ID)
	b.must(err)
	if k := change(shown, cases.FirstResponse); k.What != desk.ClockBegins || k.After.Priority != "p3" {
		t.Fatalf("shown: %+v", shown)
	}
	c, err = b.Identify(b.ctx, b.sato, c.ID, org.ID, "")
	b.must(err)
	if c.Priority != "p3" || c.First == nil || !c.First.Deadline.Equal(change(shown, cases.FirstResponse).After.Deadline) {
		t.Errorf("it runs at %s, to %+v", c.Priority, c.First)
	}
}
