package contract_test

import (
	"testing"

	"madoguchi/contracts"
	"madoguchi/terms/contract"
)

func BenchmarkDeadline(b *testing.B) {
	c := shipped(b)
	received := at(b, c, "2026-11-20 19:30")
	b.ReportAllocs()
	for b.Loop() {
		if _, err := c.Deadline("medium", "phone", "domestic", received); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkDecide(b *testing.B) {
	c := shipped(b)
	in := contract.Contact{Channel: "phone", At: at(b, c, "2026-11-22 03:00"), Region: "domestic", Known: true, Claim: "high", ClaimCriterion: "priority.high.interruption"}
	b.ReportAllocs()
	for b.Loop() {
		if d := c.Decide(in); d.Do != contract.RingOnCall {
			b.Fatal(d.Do)
		}
	}
}

func BenchmarkLoad(b *testing.B) {
	file, data, err := contracts.Read(contracts.Default)
	if err != nil {
		b.Fatal(err)
	}
	b.ReportAllocs()
	for b.Loop() {
		if _, err := contract.Load(file, data); err != nil {
			b.Fatal(err)
		}
	}
}

// A list of thousands of cases asks for as many deadlines: one must stay cheap.
func TestADeadlineAllocatesNextToNothing(t *testing.T) {
	c := shipped(t)
	received := at(t, c, "2026-11-20 19:30")
	if n := testing.AllocsPerRun(100, func() {
		if _, err := c.Deadline("medium", "phone", "domestic", received); err != nil {
			t.Fatal(err)
		}
	}); n > 2 {
		t.Errorf("one deadline allocates %.0f times", n)
	}
}
