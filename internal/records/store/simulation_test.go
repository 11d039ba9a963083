package store_test

import (
	"fmt"
	"testing"
	"time"

	"madoguchi/internal/records/store"
	"madoguchi/terms/fault"
)

func TestAResultOfASimulationIsKeptUntilItIsMadeAgain(t *testing.T) {
	s := openIn(t, t.TempDir())
	_, err := s.Simulation(t.Context(), "a")
	wantFault(t, err, fault.NotFound, "any more")
	put := func(m store.Simulation) {
		t.Helper()
		write(t, s, func(tx *store.Tx) error { return tx.PutSimulation(m) })
	}
	put(store.Simulation{ID: "a", Name: "new.yaml", YAML: []byte("id: x"), MadeBy: "佐藤", MadeAt: friday, Report: []byte("{}")})
	put(store.Simulation{ID: "a", Name: "new.yaml", YAML: []byte("id: x"), MadeBy: "渡辺", MadeAt: friday.Add(time.Hour), Report: []byte(`{"Done":1}`)})
	got := must[store.Simulation](t)(s.Simulation(t.Context(), "a"))
	if got.MadeBy != "渡辺" || string(got.Report) != `{"Done":1}` || string(got.YAML) != "id: x" || !got.MadeAt.Equal(friday.Add(time.Hour)) {
		t.Errorf("got %+v", got)
	}
	for i := range 60 {
		put(store.Simulation{ID: fmt.Sprintf("b%02d", i), MadeAt: friday.Add(time.Duration(i+2) * time.Hour), YAML: []byte{}, Report: []byte{}})
	}
	if _, err := s.Simulation(t.Context(), "a"); !fault.Is(err, fault.NotFound) {
		t.Errorf("the oldest is still kept: %v", err)
	}
	list := must[[]store.Simulation](t)(s.ListSimulations(t.Context(), 100))
	if len(list) != 50 || list[0].ID != "b59" {
		t.Errorf("%d are kept, the first is %s", len(list), list[0].ID)
	}
}
