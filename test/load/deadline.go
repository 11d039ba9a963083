package main

import (
	"context"
	"fmt"
	"math/rand/v2"
	"testing"
	"time"

	"madoguchi/contracts"
	"madoguchi/terms/clock"
	"madoguchi/terms/contract"
)

// deadline measures one deadline under the shipped contract: from the
// priority and the reception to the instant, at random instants of ten years.
func deadline(context.Context, string) error {
	name, file, err := contracts.Read(contracts.Default)
	if err != nil {
		return err
	}
	con, err := contract.Load(name, file)
	if err != nil {
		return err
	}
	const many = 1 << 12
	at, r := make([]time.Time, many), rand.New(rand.NewPCG(2026, 11))
	for i := range at {
		at[i] = time.Date(2021, 1, 1, 0, 0, 0, 0, time.UTC).Add(time.Duration(r.Int64N(int64(10 * 365 * 24 * time.Hour))))
	}
	region := con.Regions()[0].ID
	for _, p := range con.Priorities() {
		t, ok := con.Target(contract.FirstResponse, p.ID, region)
		if !ok {
			continue
		}
		var instant, decision []float64
		for range *runs {
			instant = append(instant, perCall(func(i int) error {
				_, err := con.Deadline(p.ID, "mail", region, at[i%many])
				return err
			}))
			decision = append(decision, perCall(func(i int) error {
				_, err := clock.Open(con, "mail", region, p.ID, at[i%many])
				return err
			}))
		}
		fmt.Printf("%-6s %v of business time: the deadline %.0f ns; the recorded decision with its readings and clauses %.0f ns\n",
			p.ID, t.Business, median(instant), median(decision))
	}
	return nil
}

// perCall is the time of one call in nanoseconds, over about a second.
func perCall(call func(i int) error) float64 {
	r := testing.Benchmark(func(b *testing.B) {
		for i := 0; b.Loop(); i++ {
			if err := call(i); err != nil {
				b.Fatal(err)
			}
		}
	})
	return float64(r.T.Nanoseconds()) / float64(r.N)
}
