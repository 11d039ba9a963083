package simulate_test

import (
	"fmt"
	"strings"
	"time"

	"madoguchi/contracts"
	"madoguchi/terms/cases"
	"madoguchi/terms/clock"
	"madoguchi/terms/contract"
	"madoguchi/terms/simulate"
)

// A case received at 10:00 and answered at 15:00 met its target of six hours.
// Under a version that asks for three it would have been late.
func ExamplePlayer_Play() {
	name, file, err := contracts.Read(contracts.Default)
	if err != nil {
		fmt.Println(err)
		return
	}
	recorded, err := contract.Load(name, file)
	if err != nil {
		fmt.Println(err)
		return
	}
	other, err := contract.Load(name, []byte(strings.Replace(string(file), "within: 6h", "within: 3h", 1)))
	if err != nil {
		fmt.Println(err)
		return
	}
	at := func(hour int) time.Time { return time.Date(2026, 11, 20, hour, 0, 0, 0, recorded.Zone()) }
	first, err := clock.Open(recorded, "mail", "domestic", "medium", at(10))
	if err != nil {
		fmt.Println(err)
		return
	}
	history := []cases.Event{
		{Case: "k", At: at(10), Channel: "mail", Contract: recorded.Ref(), Data: cases.Opened{Number: 7, Organization: "aoba", Region: "domestic", Reception: at(10), Priority: "medium"}},
		{Case: "k", At: at(10), Data: first.Target},
		{Case: "k", At: at(15), Data: cases.Replied{Message: "m", Kind: cases.InitialResponse}},
		{Case: "k", At: at(15), Data: cases.TargetMet{Metric: cases.FirstResponse, Deadline: first.Target.Deadline, At: at(15)}},
	}
	player := simulate.New(simulate.Config{
		Of: recorded.ID(), At: at(18),
		With:     func(string) (*contract.Contract, error) { return other, nil },
		Recorded: func(string) (*contract.Contract, error) { return recorded, nil },
	})
	outcome := player.Play(history)
	for _, p := range outcome.Targets {
		fmt.Println("recorded: ", p.Recorded.Deadline.In(recorded.Zone()).Format("15:04"), p.Recorded.Verdict)
		fmt.Println("simulated:", p.Simulated.Deadline.In(recorded.Zone()).Format("15:04"), p.Simulated.Verdict)
	}
	// Output:
	// recorded:  16:00 met
	// simulated: 13:00 missed
}
