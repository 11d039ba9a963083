package store_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"madoguchi/internal/records/store"
	"madoguchi/terms/cases"
	"madoguchi/terms/fault"
)

func TestACaseIsItsHistory(t *testing.T) {
	ctx := context.Background()
	s := open(t)
	opened := openCase(t, s, matter{id: "c1", organization: "acme", deadline: friday.Add(6 * time.Hour)})
	answered := add(t, s, "c1", friday.Add(time.Hour+999*time.Nanosecond), sato, reply("r1"),
		cases.TargetMet{Metric: cases.FirstResponse, Deadline: friday.Add(6 * time.Hour), At: friday.Add(time.Hour), Used: time.Hour, Spare: 5 * time.Hour})

	if opened.Response != nil || opened.First.Verdict != cases.Undecided {
		t.Error("appending changed the state that it was decided on")
	}
	read, events, err := s.Case(ctx, "c1")
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(answered, read); diff != "" {
		t.Errorf("the state that Append returned is not the one that the history gives (-append +read):\n%s", diff)
	}
	if len(events) != 6 || read.Version != 6 || read.First.Verdict != cases.Met {
		t.Errorf("read %d events, version %d, verdict %q", len(events), read.Version, read.First.Verdict)
	}
	if at := events[4].At; at != friday.Add(time.Hour) {
		t.Errorf("instants are not cut to microseconds: %v", at)
	}
	id, err := s.CaseByNumber(ctx, 1)
	if err != nil || id != "c1" {
		t.Errorf("case 1 is %q, %v", id, err)
	}
	if err := s.VerifyHistory(ctx); err != nil {
		t.Error(err)
	}
}

func TestAnUnknownCaseIsNotFound(t *testing.T) {
	s := open(t)
	_, _, err := s.Case(context.Background(), "none")
	wantFault(t, err, fault.NotFound)
	_, err = s.CaseByNumber(context.Background(), 7)
	wantFault(t, err, fault.NotFound)
}

func TestTwoPeopleDecideOnTheSameState(t *testing.T) {
	s := open(t)
	seen := openCase(t, s, matter{id: "c1", organization: "acme"})
	note := cases.Event{At: friday, Actor: sato, Data: cases.Noted{Note: "n", Text: "確認中"}}
	first := s.Write(context.Background(), func(tx *store.Tx) error { _, err := tx.Append(seen, note); return err })
	if first != nil {
		t.Fatal(first)
	}
	second := s.Write(context.Background(), func(tx *store.Tx) error { _, err := tx.Append(seen, note); return err })
	wantFault(t, second, fault.Conflict)
	again := s.Write(context.Background(), func(tx *store.Tx) error {
		_, err := tx.Append(nil, matter{id: "c1"}.events(99)...)
		return err
	})
	wantFault(t, again, fault.Conflict)
}

func TestAnUndoneActGivesItsNumberBack(t *testing.T) {
	ctx := context.Background()
	s := open(t)
	openCase(t, s, matter{id: "c1"})
	sorry := errors.New("changed my mind")
	err := s.Write(ctx, func(tx *store.Tx) error {
		n, err := tx.NextNumber()
		if err != nil || n != 2 {
			t.Errorf("number %d, %v", n, err)
		}
		if _, err := tx.Append(nil, matter{id: "c2"}.events(n)...); err != nil {
			return err
		}
		return sorry
	})
	if !errors.Is(err, sorry) {
		t.Fatalf("Write returned %v", err)
	}
	if c := openCase(t, s, matter{id: "c3"}); c.Number != 2 {
		t.Errorf("the next case has number %d, want 2", c.Number)
	}
	if n := must[int64](t)(s.Position(ctx)); n != 6 {
		t.Errorf("newest position %d, want 6", n)
	}
	if err := s.VerifyHistory(ctx); err != nil {
		t.Error(err)
	}
}
