package store_test

import (
	"context"
	"testing"
	"time"

	"madoguchi/internal/records/store"
	"madoguchi/terms/fault"
)

func lease(t *testing.T, s *store.Store, now time.Time) []store.Job {
	t.Helper()
	var got []store.Job
	write(t, s, func(tx *store.Tx) (err error) { got, err = tx.Lease("filing", now, 10, time.Minute); return err })
	return got
}

func enqueue(t *testing.T, s *store.Store, key string, at time.Time) {
	t.Helper()
	write(t, s, func(tx *store.Tx) error {
		return tx.Enqueue(store.Job{Queue: "filing", Key: key, RunAt: at, Payload: []byte(key)})
	})
}

func done(s *store.Store, j store.Job) error {
	return s.Write(context.Background(), func(tx *store.Tx) error { return tx.Done(j) })
}

func TestAJobRunsWhenItsTimeHasCome(t *testing.T) {
	ctx := context.Background()
	s := open(t)
	_, err := s.NextJob(ctx, "filing")
	wantFault(t, err, fault.NotFound)
	enqueue(t, s, "later", friday.Add(time.Hour))
	enqueue(t, s, "now", friday)
	write(t, s, func(tx *store.Tx) error { return tx.Enqueue(store.Job{Queue: "other", RunAt: friday}) })
	if at := must[time.Time](t)(s.NextJob(ctx, "filing")); !at.Equal(friday) {
		t.Errorf("the next job runs at %v", at)
	}
	got := lease(t, s, friday)
	if len(got) != 1 || got[0].Key != "now" || string(got[0].Payload) != "now" || got[0].Attempts != 1 {
		t.Fatalf("leased %+v", got)
	}
	if err := done(s, got[0]); err != nil {
		t.Fatal(err)
	}
	wantFault(t, done(s, got[0]), fault.Conflict)
	if got := lease(t, s, friday.Add(time.Hour)); len(got) != 1 || got[0].Key != "later" {
		t.Errorf("an hour later: %+v", got)
	}
}

func TestAJobIsAskedForTwice(t *testing.T) {
	s := open(t)
	enqueue(t, s, "mail-1", friday.Add(time.Hour))
	enqueue(t, s, "mail-1", friday)
	enqueue(t, s, "mail-1", friday.Add(2*time.Hour))
	first := lease(t, s, friday)
	if len(first) != 1 {
		t.Fatalf("asked for three times, the earliest time counts: %+v", first)
	}
	enqueue(t, s, "mail-1", friday.Add(time.Second)) // while it is being worked on
	if got := lease(t, s, friday.Add(2*time.Second)); len(got) != 0 {
		t.Errorf("a leased job was handed out: %+v", got)
	}
	if err := done(s, first[0]); err != nil {
		t.Fatal(err)
	}
	again := lease(t, s, friday.Add(2*time.Second))
	if len(again) != 1 {
		t.Fatalf("what was asked for meanwhile is lost: %+v", again)
	}
	if err := done(s, again[0]); err != nil {
		t.Fatal(err)
	}
	if got := lease(t, s, friday.Add(24*time.Hour)); len(got) != 0 {
		t.Errorf("a finished job was handed out: %+v", got)
	}
}

func TestAJobWhoseWorkerDiedIsHandedOutAgain(t *testing.T) {
	s := open(t)
	enqueue(t, s, "mail-1", friday)
	dead := lease(t, s, friday)
	second := lease(t, s, friday.Add(time.Minute))
	if len(second) != 1 || second[0].Attempts != 2 {
		t.Fatalf("after the lease: %+v", second)
	}
	wantFault(t, done(s, dead[0]), fault.Conflict, "another worker")
	retry := s.Write(context.Background(), func(tx *store.Tx) error { return tx.Retry(dead[0], friday, "x") })
	wantFault(t, retry, fault.Conflict)
	if err := done(s, second[0]); err != nil {
		t.Error(err)
	}
}

func TestAFailedJobBacksOff(t *testing.T) {
	s := open(t)
	enqueue(t, s, "mail-1", friday)
	now := friday
	for attempt, wait := range []time.Duration{2 * time.Second, 4 * time.Second, 8 * time.Second} {
		got := lease(t, s, now)
		if len(got) != 1 || got[0].Attempts != attempt+1 {
			t.Fatalf("attempt %d: %+v", attempt+1, got)
		}
		write(t, s, func(tx *store.Tx) error { return tx.Retry(got[0], now, "relay away") })
		if early := lease(t, s, now.Add(wait-time.Microsecond)); len(early) != 0 {
			t.Errorf("tried again before %v: %+v", wait, early)
		}
		now = now.Add(wait)
	}
	last := lease(t, s, now)
	if len(last) != 1 || last[0].LastError != "relay away" {
		t.Errorf("the reason is not kept: %+v", last)
	}
	if store.Backoff(0) != 2*time.Second || store.Backoff(11) != 2048*time.Second || store.Backoff(12) != time.Hour || store.Backoff(1000) != time.Hour {
		t.Error("the back-off must double from 2 s to an hour")
	}
}
