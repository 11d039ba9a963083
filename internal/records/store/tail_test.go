package store_test

import (
	"context"
	"errors"
	"testing"

	"madoguchi/internal/records/store"
	"madoguchi/terms/cases"
)

func TestAFollowerSeesEveryEventInItsOrder(t *testing.T) {
	ctx := context.Background()
	dir := t.TempDir()
	s := openIn(t, dir)
	seen := make(chan []store.Stored)
	go func() {
		var all []store.Stored
		for at := int64(0); len(all) < 15; {
			if _, err := s.Await(ctx, at); err != nil {
				t.Error(err)
				break
			}
			next, err := s.EventsAfter(ctx, at, 4)
			if err != nil {
				t.Error(err)
				break
			}
			all = append(all, next...)
			at = all[len(all)-1].Position
		}
		seen <- all
	}()
	for i := range 5 {
		openCase(t, s, matter{id: caseID(i)})
	}
	for i, e := range <-seen {
		if e.Position != int64(i+1) || e.Case != cases.ID(caseID(i/3)) || e.Seq != i%3+1 {
			t.Errorf("event %d: position %d, case %s, seq %d", i, e.Position, e.Case, e.Seq)
		}
	}

	cancelled, cancel := context.WithCancel(ctx)
	cancel()
	if _, err := s.Await(cancelled, 15); !errors.Is(err, context.Canceled) {
		t.Errorf("nothing new: %v", err)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	if n := must[int64](t)(openIn(t, dir).Await(cancelled, 14)); n != 15 {
		t.Errorf("after opening again the newest position is %d", n)
	}
}
