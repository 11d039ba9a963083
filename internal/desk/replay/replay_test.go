package replay_test

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"time"

	"madoguchi/contracts"
	"madoguchi/internal/desk/replay"
	"madoguchi/internal/records/store"
	"madoguchi/terms/cases"
	"madoguchi/terms/clock"
	"madoguchi/terms/contract"
	"madoguchi/terms/fault"
)

var friday = time.Date(2026, 11, 20, 1, 0, 0, 0, time.UTC) // 10:00 in Tokyo

// desk is a store with so many Medium cases received at the same minute.
func desk(t *testing.T, many int) (*store.Store, *contract.Contract) {
	t.Helper()
	s, err := store.Open(t.Context(), store.Config{Dir: t.TempDir()})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	name, file, err := contracts.Read(contracts.Default)
	if err != nil {
		t.Fatal(err)
	}
	con, err := contract.Load(name, file)
	if err != nil {
		t.Fatal(err)
	}
	first, err := clock.Open(con, "mail", "domestic", "medium", friday)
	if err != nil {
		t.Fatal(err)
	}
	err = s.Write(t.Context(), func(tx *store.Tx) error {
		for i := range many {
			opened := cases.Opened{Number: int64(i + 1), Organization: "aoba", Contact: "y", Region: "domestic", Language: "ja", Reception: friday, Priority: "medium"}
			e := cases.Event{Case: cases.ID(fmt.Sprintf("case-%05d", i)), At: friday, Channel: "mail", Contract: con.Ref()}
			open, target := e, e
			open.Data, target.Data = opened, first.Target
			if _, err := tx.Append(nil, open, target); err != nil {
				return err
			}
		}
		return tx.PutContract(store.Contract{ID: con.ID(), Version: con.Version(), YAML: file})
	})
	if err != nil {
		t.Fatal(err)
	}
	return s, con
}

func TestEveryCaseIsReplayedOnceAndTold(t *testing.T) {
	s, con := desk(t, 1200)
	var told [][2]int64
	r, err := replay.Run(t.Context(), replay.Job{
		Histories: s.Histories(), With: con, At: friday.Add(time.Hour), Workers: 3, List: 5,
		Progress: func(done, total int64) { told = append(told, [2]int64{done, total}) },
	})
	if err != nil || r.Partial || r.Done != 1200 || r.Totals.Cases != 1200 || r.Totals.Differ != 0 || r.Totals.Sum("").Recorded.Open != 1200 {
		t.Fatalf("%+v, %v", r, err)
	}
	for i, p := range told {
		if p[1] != 1200 || i > 0 && p[0] < told[i-1][0] {
			t.Errorf("progress %v", told)
		}
	}
	if first, last := told[0], told[len(told)-1]; first[0] != 0 || last[0] != 1200 {
		t.Errorf("progress from %v to %v", first, last)
	}
}

func TestAnInterruptedReplayReportsWhatWasDone(t *testing.T) {
	s, con := desk(t, 5000)
	ctx, stop := context.WithCancel(t.Context())
	r, err := replay.Run(ctx, replay.Job{
		Histories: s.Histories(), With: con, At: friday, Workers: 1,
		Progress: func(done, _ int64) {
			if done > 0 {
				stop()
			}
		},
	})
	if !errors.Is(err, context.Canceled) || r == nil || !r.Partial || r.Done < 250 || r.Done >= 5000 || int64(r.Totals.Cases) != r.Done {
		t.Errorf("%+v, %v", r, err)
	}
}

func TestACaseOfAnUnknownVersionIsUndecidable(t *testing.T) {
	s, con := desk(t, 1)
	e := cases.Event{Case: "stray", At: friday, Channel: "mail", Contract: "hennge-one@lost", Data: cases.Opened{Number: 9, Organization: "aoba", Region: "domestic", Reception: friday, Priority: "medium"}}
	if err := s.Write(t.Context(), func(tx *store.Tx) error { _, err := tx.Append(nil, e); return err }); err != nil {
		t.Fatal(err)
	}
	r, err := replay.Run(t.Context(), replay.Job{Histories: s.Histories(), With: con, At: friday})
	if err != nil || r.Totals.Undecidable != 1 || r.Totals.Reasons[0].First != 9 || r.Totals.Reasons[0].Say == (fault.Text{}) {
		t.Errorf("%+v, %v", r, err)
	}
}
