package store_test

import (
	"context"
	"errors"
	"slices"
	"sync"
	"testing"

	"madoguchi/internal/records/store"
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
