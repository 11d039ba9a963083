package store_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"testing"
	"time"

	"madoguchi/internal/records/store"
	"madoguchi/terms/fault"
)

// TestCasesOfOneCommitAreNumberedWithoutAGap: acts that are stored together
// count on from each other, and the number of one that failed is given to the next.
func TestCasesOfOneCommitAreNumberedWithoutAGap(t *testing.T) {
	const acts, rounds = 12, 3
	ctx, s, dir := context.Background(), (*store.Store)(nil), t.TempDir()
	s = openIn(t, dir)
	refused := errors.New("refused")
	var numbers []int64
	for range rounds {
		// The first act holds the writer until all the others wait, so that they share a commit.
		entered, all := make(chan struct{}), make(chan struct{})
		var others sync.WaitGroup
		others.Go(func() {
			if err := s.Write(ctx, func(*store.Tx) error { close(entered); <-all; return nil }); err != nil {
				t.Error(err)
			}
		})
		<-entered
		for i := range acts {
			others.Go(func() {
				err := s.Write(ctx, func(tx *store.Tx) error {
					n, err := tx.NextNumber()
					if err != nil {
						return err
					}
					if i%3 == 0 {
						return refused
					}
					numbers = append(numbers, n)
					return nil
				})
				if (i%3 == 0) != errors.Is(err, refused) {
					t.Errorf("act %d yields %v", i, err)
				}
			})
		}
		close(all)
		others.Wait()
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	again := openIn(t, dir)
	err := again.Write(ctx, func(tx *store.Tx) error {
		n, err := tx.NextNumber()
		numbers = append(numbers, n)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	slices.Sort(numbers)
	for i, n := range numbers {
		if n != int64(i+1) {
			t.Fatalf("the numbers given are %v", numbers)
		}
	}
	if want := rounds*acts*2/3 + 1; len(numbers) != want {
		t.Errorf("%d numbers were given, want %d", len(numbers), want)
	}
}

// TestTheNumberOfAnActThatFailsAtItsEndIsGivenToTheNext: also when the failure is that
// of a statement that the act did not wait for.
func TestTheNumberOfAnActThatFailsAtItsEndIsGivenToTheNext(t *testing.T) {
	ctx, s := context.Background(), openIn(t, t.TempDir())
	numbered := func(audits ...string) (n int64, err error) {
		err = s.Write(ctx, func(tx *store.Tx) error {
			if n, err = tx.NextNumber(); err != nil {
				return err
			}
			for _, id := range audits {
				if err := tx.PutAudit(store.Audit{ID: id, At: time.UnixMicro(1), Act: "tried"}); err != nil {
					return err
				}
			}
			return nil
		})
		return n, err
	}
	for round := range 3 {
		// The first act holds the writer until all the others wait, so that they share a commit.
		entered, all := make(chan struct{}), make(chan struct{})
		var acts sync.WaitGroup
		acts.Go(func() {
			if err := s.Write(ctx, func(*store.Tx) error { close(entered); <-all; return nil }); err != nil {
				t.Error(err)
			}
		})
		<-entered
		for i := range 4 {
			acts.Go(func() {
				if _, err := numbered(fmt.Sprint(round, i), "twice", "twice"); !fault.Is(err, fault.Conflict) {
					t.Errorf("two entries of one id: %v", err)
				}
			})
			acts.Go(func() {
				if _, err := numbered(fmt.Sprint(round, i, "good")); err != nil {
					t.Error(err)
				}
			})
		}
		close(all)
		acts.Wait()
	}
	if n, err := numbered(); err != nil || n != 13 {
		t.Errorf("after twelve acts that were stored the number is %d, %v", n, err)
	}
}
