package store_test

import (
	"fmt"
	"testing"
	"time"

	"madoguchi/internal/records/store"
	"madoguchi/terms/fault"
)

func TestASimulationIsKeptUntilItIsMadeAgain(t *testing.T) {
	s := openIn(t, t.TempDir())
	_, err := s.Simulation(t.Context(), "a")
	wantFault(t, err, fault.NotFound, "any more")
	put := func(m store.Simulation) {
		t.Helper()
		write(t, s, func(tx *store.Tx) error { return tx.PutSimulation(m) })
	}
	put(store.Simulation{ID: "a", Name: "new.yaml", YAML: []byte("id: x"), MadeBy: "佐藤", MadeAt: friday, Report: []byte("{}"), State: "waiting", Seen: friday})
	put(store.Simulation{ID: "a", Name: "new.yaml", YAML: []byte("id: x"), MadeBy: "渡辺", MadeAt: friday.Add(time.Hour), Report: []byte(`{"Done":1}`), State: "done", Done: 3, Total: 3})
	got := must[store.Simulation](t)(s.Simulation(t.Context(), "a"))
	if got.MadeBy != "渡辺" || string(got.Report) != `{"Done":1}` || string(got.YAML) != "id: x" || !got.MadeAt.Equal(friday.Add(time.Hour)) || got.State != "done" || got.Done != 3 {
		t.Errorf("got %+v", got)
	}
	for i := range 60 {
		put(store.Simulation{ID: fmt.Sprintf("b%02d", i), MadeAt: friday.Add(time.Duration(i+2) * time.Hour), YAML: []byte{}, Report: []byte{}, State: "done"})
	}
	if _, err := s.Simulation(t.Context(), "a"); !fault.Is(err, fault.NotFound) {
		t.Errorf("the oldest is still kept: %v", err)
	}
	must[store.Simulation](t)(s.Simulation(t.Context(), "b10"))
}

func TestWhoCarriesASimulationOutHearsThatItIsCancelled(t *testing.T) {
	s := openIn(t, t.TempDir())
	write(t, s, func(tx *store.Tx) error {
		return tx.PutSimulation(store.Simulation{ID: "a", YAML: []byte{}, Report: []byte{}, State: "waiting", MadeAt: friday})
	})
	tell := func(done int64, at time.Time) (stop bool) {
		write(t, s, func(tx *store.Tx) (err error) {
			stop, err = tx.TellSimulation("a", "running", done, 10, at)
			return err
		})
		return stop
	}
	if tell(3, friday.Add(time.Second)) {
		t.Error("nobody has cancelled it")
	}
	got := must[store.Simulation](t)(s.Simulation(t.Context(), "a"))
	if got.State != "running" || got.Done != 3 || got.Total != 10 || !got.Seen.Equal(friday.Add(time.Second)) {
		t.Errorf("got %+v", got)
	}
	write(t, s, func(tx *store.Tx) error { return tx.StopSimulation("a") })
	if !tell(4, friday.Add(2*time.Second)) {
		t.Error("it was cancelled, and nobody hears it")
	}
	if err := s.Write(t.Context(), func(tx *store.Tx) error { return tx.StopSimulation("none") }); !fault.Is(err, fault.NotFound) {
		t.Errorf("got %v", err)
	}
}
