package store_test

import (
	"context"
	"testing"
	"time"

	"madoguchi/internal/records/store"
	"madoguchi/test/postgrestest"
)

func TestWhatIsUsedIsKnownAtOtherNodes(t *testing.T) {
	url := postgrestest.Database(t, t.TempDir())
	if url == "" {
		s := onSide(t, store.Config{Dir: t.TempDir()})
		s.Uses().Take("token a")
		s.Uses().Hold("192.0.2.1", 3)
		if n, held := s.Uses().Spent("token a"), s.Uses().Held("192.0.2.1"); n != 0 || held != 0 {
			t.Errorf("a desk alone hears of %d taken and %d held elsewhere", n, held)
		}
		return
	}
	one, two := onSide(t, store.Config{Dir: t.TempDir(), Database: url}), onSide(t, store.Config{Dir: t.TempDir(), Database: url})
	dies, err := store.Open(context.Background(), store.Config{Dir: t.TempDir(), Database: url})
	if err != nil {
		t.Fatal(err)
	}
	time.Sleep(500 * time.Millisecond) // all listen
	for range 5 {
		one.Uses().Take("token a")
	}
	one.Uses().Hold("192.0.2.1", 3)
	dies.Uses().Hold("192.0.2.1", 4)
	spent := 0
	until(t, 5*time.Second, func() bool {
		spent += two.Uses().Spent("token a")
		return spent == 5 && two.Uses().Held("192.0.2.1") == 7
	}, func() any { return []int{spent, two.Uses().Held("192.0.2.1")} })
	if n := one.Uses().Spent("token a"); n != 0 {
		t.Errorf("it hears %d of itself", n)
	}
	one.Uses().Hold("192.0.2.1", 0)
	if err := dies.Close(); err != nil {
		t.Fatal(err)
	}
	until(t, 15*time.Second, func() bool { return two.Uses().Held("192.0.2.1") == 0 }, func() any { return two.Uses().Held("192.0.2.1") })
	if n := two.Uses().Spent("token a"); n != 0 {
		t.Errorf("%d more were spent", n)
	}
}

func until(t *testing.T, d time.Duration, holds func() bool, is func() any) {
	t.Helper()
	for end := time.Now().Add(d); !holds(); time.Sleep(50 * time.Millisecond) {
		if time.Now().After(end) {
			t.Fatalf("not within %v: %v", d, is())
		}
	}
}
