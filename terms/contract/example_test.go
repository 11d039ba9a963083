package contract_test

import (
	"fmt"
	"time"

	"madoguchi/contracts"
	"madoguchi/terms/contract"
)

// A mail of Friday evening, before a weekend with a public holiday.
func ExampleContract_Deadline() {
	file, data, err := contracts.Read(contracts.Default)
	if err != nil {
		fmt.Println(err)
		return
	}
	c, err := contract.Load(file, data)
	if err != nil {
		fmt.Println(err)
		return
	}
	received := time.Date(2026, time.November, 20, 19, 30, 0, 0, c.Zone())
	d, err := c.Deadline("medium", "mail", "domestic", received)
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(d.At.Format("Mon 2 Jan 15:04"), d.Clauses)
	// Output: Tue 24 Nov 16:00 [response.medium response.targets hours.domestic hours.business-days]
}

// A call on a Sunday at three in the morning: everything is down.
func ExampleContract_Decide() {
	file, data, err := contracts.Read(contracts.Default)
	if err != nil {
		fmt.Println(err)
		return
	}
	c, err := contract.Load(file, data)
	if err != nil {
		fmt.Println(err)
		return
	}
	d := c.Decide(contract.Contact{
		Channel: "phone", Region: "domestic", Known: true,
		At:    time.Date(2026, time.November, 22, 3, 0, 0, 0, c.Zone()),
		Claim: "high", ClaimCriterion: "priority.high.interruption",
	})
	fmt.Println(d.Do, "at", d.Priority, "provisional:", d.Provisional)
	fmt.Println(d.Do.Label().JA)
	// Output:
	// ring-on-call at high provisional: true
	// オンコールを呼び出す
}

// A wrong file says where it is wrong and what to write.
func ExampleLoad() {
	_, err := contract.Load("mine.yaml", []byte("format: 7\n"))
	problems := err.Error()
	fmt.Println(problems[:len("invalid (mine.yaml:1:1)")])
	// Output: invalid (mine.yaml:1:1)
}
