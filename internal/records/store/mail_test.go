package store_test

import (
	"bytes"
	"context"
	"slices"
	"testing"
	"time"

	"madoguchi/internal/records/store"
	"madoguchi/terms/cases"
	"madoguchi/terms/fault"
)

func keep(t *testing.T, s *store.Store, b []byte) store.Raw {
	t.Helper()
	return must[store.Raw](t)(s.KeepRaw(context.Background(), b))
}

func TestAMailIsKeptUntilItIsFiled(t *testing.T) {
	ctx := context.Background()
	s := open(t)
	small := []byte("Subject: a\r\n\r\nbody")
	large := bytes.Repeat([]byte("0123456789abcdef"), 20<<10) // 320 KiB: a blob
	for i, raw := range [][]byte{small, large, {}} {
		in := store.Inbound{
			ID: caseID(i), ReceivedAt: friday.Add(time.Duration(-i) * time.Minute), EnvelopeFrom: "yamada@example.co.jp",
			EnvelopeTo: []string{"support@desk.example.jp"}, Remote: "192.0.2.1", Helo: "mx.example.co.jp",
			Fingerprint: "f", MessageID: "m@x", Raw: keep(t, s, raw),
		}
		write(t, s, func(tx *store.Tx) error { return tx.PutInbound(in) })
		if got := must[[]byte](t)(s.InboundRaw(ctx, in.ID)); !bytes.Equal(got, raw) {
			t.Errorf("mail %d: %d bytes came back of %d", i, len(got), len(raw))
		}
	}
	waiting := must[[]store.Inbound](t)(s.NextInbound(ctx, 10))
	if len(waiting) != 3 || waiting[0].ID != caseID(2) || waiting[0].EnvelopeTo[0] != "support@desk.example.jp" {
		t.Fatalf("waiting: %+v", waiting)
	}
	filed := store.InboundMark{State: store.InboundFiled, Case: "c1", MessageID: "m@x", Fingerprint: "f"}
	write(t, s, func(tx *store.Tx) error {
		if _, err := tx.FiledInbound("m@x", "f"); !fault.Is(err, fault.NotFound) {
			t.Errorf("before filing: %v", err)
		}
		return tx.MarkInbound(caseID(0), filed)
	})
	twice := s.Write(ctx, func(tx *store.Tx) error { return tx.MarkInbound(caseID(1), filed) })
	wantFault(t, twice, fault.Conflict)
	write(t, s, func(tx *store.Tx) error {
		have, err := tx.FiledInbound("m@x", "f")
		if err != nil || have.ID != caseID(0) || have.Case != "c1" || have.Attempts != 1 {
			t.Errorf("filed: %+v, %v", have, err)
		}
		return tx.MarkInbound(caseID(1), store.InboundMark{State: store.InboundDuplicate, Case: "c1", MessageID: "m@x", Fingerprint: "f"})
	})
	if rest := must[[]store.Inbound](t)(s.NextInbound(ctx, 10)); len(rest) != 1 {
		t.Errorf("%d mails wait, want 1", len(rest))
	}
	if err := s.Write(ctx, func(tx *store.Tx) error { return tx.PutInbound(store.Inbound{ID: "empty"}) }); err == nil {
		t.Error("a mail without its bytes was taken")
	}
	missing := s.Write(ctx, func(tx *store.Tx) error { return tx.MarkInbound("none", filed) })
	wantFault(t, missing, fault.NotFound)
}

func TestAMailIsSentOnceAndNeverLost(t *testing.T) {
	ctx := context.Background()
	s := open(t)
	openCase(t, s, matter{id: "c1", organization: "acme"})
	out := store.Outbound{
		ID: "o1", Message: "m1", Case: "c1", MessageIDHeader: "m1@desk", From: "support@desk.example.jp",
		Recipients: []string{"a@example.co.jp", "b@example.co.jp"}, Subject: "Re: a", Raw: keep(t, s, []byte("mail")), CreatedAt: friday,
	}
	write(t, s, func(tx *store.Tx) error { return tx.PutOutbound(out) })

	lease := func(now time.Time) []store.Outbound {
		var got []store.Outbound
		write(t, s, func(tx *store.Tx) (err error) { got, err = tx.LeaseOutbound(now, 10, time.Minute, true); return err })
		return got
	}
	first := lease(friday)
	if len(first) != 1 || first[0].Attempts != 1 {
		t.Fatalf("leased %+v", first)
	}
	if again := lease(friday.Add(30 * time.Second)); len(again) != 0 {
		t.Errorf("a leased mail was handed out again: %+v", again)
	}
	second := lease(friday.Add(2 * time.Minute)) // the first worker died
	if len(second) != 1 || second[0].Attempts != 2 {
		t.Fatalf("leased %+v", second)
	}
	late := s.Write(ctx, func(tx *store.Tx) error {
		return tx.MarkOutboundSent("o1", friday, store.OutboundResult{Attempt: first[0].Attempts})
	})
	wantFault(t, late, fault.NotFound)
	write(t, s, func(tx *store.Tx) error {
		return tx.RetryOutbound("o1", friday.Add(time.Hour), []string{"b@example.co.jp"}, store.OutboundResult{Attempt: 2, Relay: "mx", Reply: "451 later"})
	})
	if early := lease(friday.Add(59 * time.Minute)); len(early) != 0 {
		t.Errorf("tried before its time: %+v", early)
	}
	third := lease(friday.Add(time.Hour))
	if len(third) != 1 || len(third[0].Recipients) != 1 || third[0].Recipients[0] != "b@example.co.jp" {
		t.Fatalf("leased %+v", third)
	}
	write(t, s, func(tx *store.Tx) error {
		return tx.MarkOutboundSent("o1", friday.Add(time.Hour), store.OutboundResult{Attempt: 3, Relay: store.Sink, Reply: "250 ok"})
	})
	sent, _, err := s.ListOutbound(ctx, store.OutboundQuery{Organization: store.Everyone(), Relay: store.Sink})
	if err != nil || len(sent) != 1 || sent[0].State != store.OutboundSent || !sent[0].SentAt.Equal(friday.Add(time.Hour)) {
		t.Errorf("sent %+v, %v", sent, err)
	}
	if raw := must[[]byte](t)(s.OutboundRaw(ctx, "o1")); string(raw) != "mail" {
		t.Errorf("raw %q", raw)
	}
	if rest := lease(friday.Add(100 * time.Hour)); len(rest) != 0 {
		t.Errorf("a sent mail was handed out: %+v", rest)
	}
}

func TestWhatDidNotArriveIsReadOfSomeCasesInItsOrder(t *testing.T) {
	ctx := context.Background()
	s := open(t)
	for _, id := range []string{caseID(0), caseID(1), caseID(2)} {
		openCase(t, s, matter{id: id, organization: "acme"})
	}
	learn := func(i int, d cases.Data) {
		t.Helper()
		write(t, s, func(tx *store.Tx) error {
			c, _, err := tx.Case(cases.ID(caseID(i)))
			if err != nil {
				return err
			}
			_, err = tx.Append(c, cases.Event{At: friday.Add(time.Hour), Actor: machine, Data: d})
			return err
		})
	}
	learn(1, cases.DeliveryDelayed{Message: "m1", Recipient: "a@x.example", Reply: "451 later"})
	learn(0, cases.DeliveryFailed{Message: "m0", Recipient: "b@x.example", Reply: "550 no such person", Bounce: true})
	learn(1, cases.DeliveryFailed{Message: "m1", Recipient: "a@x.example", Reply: "550 given up"})
	learn(2, cases.DeliveryFailed{Message: "m2", Recipient: "c@x.example", Reply: "550"})
	var said []string
	for _, e := range must[[]cases.Event](t)(s.Undelivered(ctx, []string{caseID(0), caseID(1)})) {
		switch d := e.Data.(type) {
		case cases.DeliveryFailed:
			said = append(said, string(e.Case)+" "+d.Reply)
		case cases.DeliveryDelayed:
			said = append(said, string(e.Case)+" "+d.Reply)
		}
	}
	want := []string{caseID(1) + " 451 later", caseID(0) + " 550 no such person", caseID(1) + " 550 given up"}
	if !slices.Equal(said, want) {
		t.Errorf("learnt %q, want %q", said, want)
	}
	if none := must[[]cases.Event](t)(s.Undelivered(ctx, nil)); len(none) != 0 {
		t.Errorf("of no case: %v", none)
	}
}
