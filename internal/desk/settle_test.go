package desk_test

import (
	"slices"
	"testing"
	"time"

	"madoguchi/internal/desk"
	"madoguchi/internal/records/store"
	"madoguchi/terms/cases"
	"madoguchi/terms/fault"
)

// answered is a case whose initial response waits in the outbox.
func answered(t *testing.T) (*bench, *cases.Case, store.Outbound) {
	t.Helper()
	b := newBench(t, "11-20 10:00:00")
	b.mail("yamada@aoba.example", "質問", "本文")
	c, err := b.reply(b.last(), cases.InitialResponse, "yamada@aoba.example")
	if err != nil {
		t.Fatal(err)
	}
	for _, out := range b.lease(t) {
		if out.MessageIDHeader == b.mails[len(b.mails)-1].MessageID {
			return b, c, out
		}
	}
	t.Fatal("the reply is not in the outbox")
	return nil, nil, store.Outbound{}
}

func (b *bench) lease(t *testing.T) []store.Outbound {
	t.Helper()
	b.clock = b.clock.Add(desk.UndoWindow)
	out, err := b.LeaseOutgoing(b.ctx, 10, time.Hour)
	b.clock = b.clock.Add(-desk.UndoWindow)
	if err != nil {
		t.Fatal(err)
	}
	return out
}

func (b *bench) settle(t *testing.T, out store.Outbound, a desk.Attempt) (*cases.Case, []string) {
	t.Helper()
	if err := b.Settle(b.ctx, out, a); err != nil {
		t.Fatal(err)
	}
	c, events, err := b.store.Case(b.ctx, out.Case)
	if err != nil {
		t.Fatal(err)
	}
	var types []string
	for _, e := range events {
		types = append(types, e.Data.Type())
	}
	return c, types
}

func to(addrs ...string) []desk.Answer {
	var out []desk.Answer
	for _, a := range addrs {
		out = append(out, desk.Answer{Recipient: a, Reply: "said of " + a})
	}
	return out
}

func TestAMailPutOffLeavesNoTraceInTheHistoryAndIsTriedAgain(t *testing.T) {
	b, before, out := answered(t)
	next := b.clock.Add(time.Minute)
	c, _ := b.settle(t, out, desk.Attempt{Relay: "relay", Remaining: to("yamada@aoba.example"), Next: next})
	if c.Version != before.Version {
		t.Errorf("the history grew from %d to %d", before.Version, c.Version)
	}
	b.clock = next
	again := b.lease(t)
	if len(again) != 1 || again[0].ID != out.ID || again[0].Attempts != 2 || !slices.Equal(again[0].Recipients, []string{"yamada@aoba.example"}) {
		t.Fatalf("leased again: %+v", again)
	}
	if err := b.Settle(b.ctx, out, desk.Attempt{Accepted: to("yamada@aoba.example")}); !fault.Is(err, fault.NotFound) {
		t.Errorf("an attempt whose lease is over settled: %v", err)
	}
}

func TestAMailThatTheRelayTookIsInTheHistory(t *testing.T) {
	b, _, out := answered(t)
	c, types := b.settle(t, out, desk.Attempt{Relay: "relay", Accepted: to("yamada@aoba.example")})
	if types[len(types)-1] != "delivery.accepted/1" || c.First.Verdict != cases.Met {
		t.Errorf("history %q, verdict %v", types, c.First.Verdict)
	}
}

func TestAFirstResponseThatReachedNobodyOpensTheClockAgain(t *testing.T) {
	b, _, out := answered(t)
	c, types := b.settle(t, out, desk.Attempt{Relay: "relay", Failed: to("yamada@aoba.example")})
	if c.Response != nil || c.First.Verdict != cases.Undecided || len(c.Undelivered) != 1 {
		t.Errorf("after the failure: response %+v, target %+v, history %q", c.Response, c.First, types)
	}
}

func TestACopyThatFailedChangesNoVerdict(t *testing.T) {
	b, _, out := answered(t)
	c, _ := b.settle(t, out, desk.Attempt{Relay: "relay", Accepted: to("yamada@aoba.example"), Remaining: to("cc@aoba.example"), Next: b.clock})
	if c.First.Verdict != cases.Met {
		t.Fatalf("verdict %v", c.First.Verdict)
	}
	again := b.lease(t)
	c, types := b.settle(t, again[0], desk.Attempt{Relay: "relay", Failed: to("cc@aoba.example")})
	if c.First.Verdict != cases.Met || c.Response == nil || types[len(types)-1] != "delivery.failed/1" {
		t.Errorf("verdict %v, history %q", c.First.Verdict, types)
	}
}

func TestSendingAgainBeginsAnew(t *testing.T) {
	b, c, out := answered(t)
	late := out // a worker that is too slow
	for range 4 {
		next := b.clock.Add(time.Hour)
		b.settle(t, out, desk.Attempt{Relay: "relay", Remaining: to("yamada@aoba.example"), Next: next})
		b.clock = next
		out = b.leased(t, out.ID)
	}
	b.settle(t, out, desk.Attempt{Relay: "relay", Failed: to("yamada@aoba.example")})
	b.clock = b.clock.Add(48 * time.Hour)
	var message string
	for _, e := range mustHistory(t, b, c.ID) {
		if r, ok := e.Data.(cases.Replied); ok {
			message = r.Message
		}
	}
	if _, err := b.Resend(b.ctx, b.sato, c.ID, message); err != nil {
		t.Fatal(err)
	}
	again := b.leased(t, out.ID)
	if again.Attempts != 1 || !again.SentAt.IsZero() {
		t.Fatalf("leased after sending again: %+v", again)
	}
	if err := b.Settle(b.ctx, late, desk.Attempt{Accepted: to("yamada@aoba.example")}); !fault.Is(err, fault.NotFound) {
		t.Errorf("an attempt of before the mail was queued again settled: %v", err)
	}
}

// leased leases what is due and returns one of it.
func (b *bench) leased(t *testing.T, id string) store.Outbound {
	t.Helper()
	for _, out := range b.lease(t) {
		if out.ID == id {
			return out
		}
	}
	t.Fatal("the mail is not due")
	return store.Outbound{}
}

func mustHistory(t *testing.T, b *bench, id cases.ID) []cases.Event {
	t.Helper()
	_, events, err := b.store.Case(b.ctx, id)
	if err != nil {
		t.Fatal(err)
	}
	return events
}
