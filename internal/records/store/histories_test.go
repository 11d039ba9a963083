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
	"madoguchi/terms/cases"
	"madoguchi/test/postgrestest"
)

// played returns the types of each case's events as a reading visits them.
func played(t *testing.T, h store.Histories, s store.Selection, position int64) map[cases.ID][]string {
	t.Helper()
	var mu sync.Mutex
	got := map[cases.ID][]string{}
	err := h.Each(t.Context(), s, position, func(_ int, history []cases.Event) error {
		mu.Lock()
		defer mu.Unlock()
		if _, twice := got[history[0].Case]; twice {
			return fmt.Errorf("case %s comes twice", history[0].Case)
		}
		for _, e := range history {
			if e.Case != history[0].Case {
				return fmt.Errorf("an event of %s in the history of %s", e.Case, history[0].Case)
			}
			got[e.Case] = append(got[e.Case], e.Data.Type())
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return got
}

func TestEveryHistoryIsReadWholeAndInOrder(t *testing.T) {
	dir := t.TempDir()
	s := openIn(t, dir)
	const many = 600 // more than one page
	for i := range many {
		openCase(t, s, matter{id: caseID(i), organization: "acme", reception: friday.Add(time.Duration(i%7) * time.Hour), deadline: friday.Add(24 * time.Hour)})
	}
	add(t, s, cases.ID(caseID(3)), friday.Add(time.Hour), sato, cases.Noted{Note: "n", Text: "メモ"}, reply("r-3"), cases.DeliveryFailed{Message: "r-3", Recipient: "yamada@example.co.jp"})
	for _, workers := range []int{0, 1, 3} {
		r, err := store.OpenReading(t.Context(), store.Config{Dir: dir, Database: postgrestest.Database(t, dir)}) // beside the open store
		if err != nil {
			t.Fatal(err)
		}
		n, position, err := r.Count(t.Context(), store.Selection{})
		if err != nil || n != many {
			t.Fatalf("counts %d, %v", n, err)
		}
		got := played(t, r.Histories, store.Selection{Workers: workers}, position)
		if len(got) != many {
			t.Errorf("%d workers: %d histories", workers, len(got))
		}
		if want := []string{"case.opened/1", "target.set/1", "reply.released/1", "delivery.failed/1"}; !slices.Equal(got[cases.ID(caseID(3))], want) {
			t.Errorf("read %v, want %v", got[cases.ID(caseID(3))], want)
		}
		if err := r.Close(); err != nil {
			t.Error(err)
		}
	}
	withTexts := played(t, s.Histories(), store.Selection{Texts: true}, 1<<40)
	if want := []string{"case.opened/1", "message.received/1", "target.set/1"}; !slices.Equal(withTexts[cases.ID(caseID(4))], want) {
		t.Errorf("with texts: %v, want %v", withTexts[cases.ID(caseID(4))], want)
	}
}

func TestASelectionOfHistories(t *testing.T) {
	s := openIn(t, t.TempDir())
	for i := range 10 {
		openCase(t, s, matter{id: caseID(i), organization: "acme", reception: friday.Add(time.Duration(i) * time.Hour)})
	}
	part := store.Selection{From: friday.Add(2 * time.Hour), To: friday.Add(5 * time.Hour)}
	if n, _, err := s.Histories().Count(t.Context(), part); n != 3 || err != nil {
		t.Errorf("counts %d, %v: the first instant belongs to it, the last does not", n, err)
	}
	if got := played(t, s.Histories(), part, 1<<40); len(got) != 3 || got[cases.ID(caseID(2))] == nil || got[cases.ID(caseID(5))] != nil {
		t.Errorf("reads %v", got)
	}
	_, position, err := s.Histories().Count(t.Context(), store.Selection{})
	if err != nil {
		t.Fatal(err)
	}
	openCase(t, s, matter{id: caseID(99), organization: "acme"})
	add(t, s, cases.ID(caseID(1)), friday.Add(time.Hour), sato, reply("r-1"))
	early := played(t, s.Histories(), store.Selection{Until: friday.Add(30 * time.Minute)}, 1<<40)
	if len(early) != 2 || slices.Contains(early[cases.ID(caseID(1))], "reply.released/1") { // those received at Friday's hour
		t.Errorf("as of half an hour later: %v", early)
	}
	if n, _, err := s.Histories().Count(t.Context(), store.Selection{Until: friday}); n != 2 || err != nil {
		t.Errorf("counts %d, %v", n, err)
	}
	got := played(t, s.Histories(), store.Selection{}, position)
	if len(got) != 10 || slices.Contains(got[cases.ID(caseID(1))], "reply.released/1") {
		t.Errorf("what came later is not read: %v", got)
	}
}

func TestReadingHistoriesEndsWhenTold(t *testing.T) {
	s := openIn(t, t.TempDir())
	for i := range 600 {
		openCase(t, s, matter{id: caseID(i), organization: "acme"})
	}
	stop := errors.New("enough")
	if err := s.Histories().Each(t.Context(), store.Selection{Workers: 2}, 1<<40, func(int, []cases.Event) error { return stop }); !errors.Is(err, stop) {
		t.Errorf("got %v", err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	err := s.Histories().Each(ctx, store.Selection{Workers: 2}, 1<<40, func(int, []cases.Event) error { cancel(); return nil })
	if err == nil {
		t.Error("a cancelled reading says that it was whole")
	}
}
