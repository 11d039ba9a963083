package cluster_test

import (
	"testing"
	"time"

	"madoguchi/internal/records/store"
	"madoguchi/terms/cases"
	"madoguchi/test/program"
)

// goesOn holds that intake goes on after something happened.
func goesOn(t *testing.T, in *program.Intake) {
	t.Helper()
	at := in.Count()
	within(t, 2*time.Minute, "intake goes on", func() bool { return in.Count() > at+60 })
}

// judge holds the records and the relay against what the peers were told.
// repeats is how many mails may have reached the relay a second time.
func (f *fleet) judge(in *program.Intake, repeats int) {
	t := f.t
	t.Helper()
	s, err := store.Open(t.Context(), store.Config{Dir: t.TempDir(), Database: f.database})
	if err != nil {
		t.Fatal(err)
	}
	defer func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	}()
	within(t, time.Minute, "everything is filed and sent", func() bool {
		fresh, err := s.NextInbound(t.Context(), 1)
		if err != nil {
			t.Fatal(err)
		}
		left := len(fresh)
		for _, state := range []store.OutboundState{store.OutboundQueued, store.OutboundSending} {
			list, _, err := s.ListOutbound(t.Context(), store.OutboundQuery{Organization: store.Everyone(), State: state, Limit: 1})
			if err != nil {
				t.Fatal(err)
			}
			left += len(list)
		}
		return left == 0
	})
	filed, subjects, numbers, acks, total := map[string]int{}, map[string]int{}, map[int64]int{}, map[string]bool{}, int64(0)
	for last := int64(0); ; {
		page, err := s.EventsAfter(t.Context(), last, 500)
		if err != nil {
			t.Fatal(err)
		}
		if len(page) == 0 {
			break
		}
		for _, e := range page {
			if e.Position != last+1 {
				t.Errorf("position %d follows %d", e.Position, last)
			}
			last, total = e.Position, total+1
			switch d := e.Data.(type) {
			case cases.Opened:
				numbers[d.Number]++
				subjects[d.Subject]++
			case cases.MessageReceived:
				filed[d.MessageID]++
			case cases.Acknowledged:
				acks[d.MessageID] = true
			}
		}
	}
	promised, opened := in.Acknowledged()
	for _, id := range promised {
		if filed[id] != 1 {
			t.Errorf("%s got 250 and was filed %d times", id, filed[id])
		}
	}
	for _, s := range opened {
		if subjects[s] != 1 {
			t.Errorf("%q got 201 and is in %d cases", s, subjects[s])
		}
	}
	for s, n := range subjects { // also what was tried and not acknowledged
		if n > 1 {
			t.Errorf("%q is in %d cases", s, n)
		}
	}
	for n := int64(1); n <= int64(len(numbers)); n++ {
		if numbers[n] != 1 {
			t.Errorf("case number %d was given %d times", n, numbers[n])
		}
	}
	twice := 0
	for id, took := range f.relay.Took() {
		if !acks[id] {
			t.Errorf("the relay got %s, which is in no history", id)
		}
		twice += len(took) - 1
		delete(acks, id)
	}
	if len(acks) > 0 {
		t.Errorf("%d acknowledgements never reached the relay", len(acks))
	}
	if twice > repeats {
		t.Errorf("%d mails reached the relay twice, at most %d can have been under way", twice, repeats)
	}
	if err := s.VerifyHistory(t.Context()); err != nil {
		t.Error(err)
	}
	before, err := s.ProjectionDigest(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Rebuild(t.Context(), nil); err != nil {
		t.Fatal(err)
	}
	if after, err := s.ProjectionDigest(t.Context()); err != nil || after != before {
		t.Errorf("after a rebuild the rows say something else: %v", err)
	}
	gap, _ := in.Longest(time.Time{})
	t.Logf("%d mails got 250 and %d requests got 201, each is filed once, in %d cases (%d events); refusals: %v; longest time without an acknowledgement: %v; sent twice: %d",
		len(promised), len(opened), len(numbers), total, in.Refused(time.Time{}), gap.Round(time.Millisecond), twice)
}
