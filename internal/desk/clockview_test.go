package desk

import (
	"testing"
	"time"

	"madoguchi/contracts"
	"madoguchi/terms/cases"
	"madoguchi/terms/contract"
)

func TestAClockAtRestSaysForWhomTheCaseWaitsNow(t *testing.T) {
	name, file, err := contracts.Read("example-europe")
	if err != nil {
		t.Fatal(err)
	}
	con, err := contract.Load(name, file)
	if err != nil {
		t.Fatal(err)
	}
	noon := time.Date(2026, 11, 25, 12, 0, 0, 0, time.UTC)
	target := &cases.Target{Rest: cases.Rest{Wait: cases.WaitCustomer, Since: noon, Left: time.Hour}}
	target.Metric = cases.Resolution
	c := &cases.Case{Waits: []cases.Stretch{{Wait: cases.WaitCustomer, From: noon, To: noon.Add(time.Hour)}, {Wait: cases.WaitThirdParty, From: noon.Add(time.Hour)}}}
	if k := clockOf(con, c, target, noon.Add(2*time.Hour)); k.State != ClockPaused || k.Wait != cases.WaitThirdParty || !k.Since.Equal(noon) {
		t.Errorf("the clock reads %s, for %q, since %s", k.State, k.Wait, k.Since)
	}
}
