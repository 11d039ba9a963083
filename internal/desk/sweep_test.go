package desk_test

import (
	"fmt"
	"testing"

	"madoguchi/internal/records/store"
	"madoguchi/terms/cases"
)

func TestTheSweepMissesAtTheDeadlineNotAtTheSweep(t *testing.T) {
	b := newBench(t, "11-20 10:00:00")
	b.mail("yamada@aoba.example", "質問", "本文")
	b.set("11-20 16:00:00") // the very second: a reply would still meet it
	if n, err := b.Sweep(b.ctx); n != 0 || err != nil {
		t.Fatalf("judged %d at the deadline itself: %v", n, err)
	}
	b.set("11-20 19:30:00")
	if n, err := b.Sweep(b.ctx); n != 1 || err != nil {
		t.Fatalf("judged %d: %v", n, err)
	}
	c := b.last()
	if c.First.Verdict != cases.Missed || !c.First.Decided.Equal(c.First.Deadline) {
		t.Errorf("verdict %+v", c.First)
	}
	if n, err := b.Sweep(b.ctx); n != 0 || err != nil {
		t.Errorf("judged again: %d %v", n, err)
	}
}

func TestMoreDeadlinesThanABatchAreJudgedInOneSweep(t *testing.T) {
	b := newBench(t, "11-20 10:00:00")
	const many = 260 // a batch holds 250
	for i := range many {
		b.mail("yamada@aoba.example", fmt.Sprintf("質問 %d", i), "本文")
	}
	b.set("11-20 19:30:00")
	if n, err := b.Sweep(b.ctx); n != many || err != nil {
		t.Fatalf("judged %d of %d: %v", n, many, err)
	}
	left, err := b.store.DueDeadlines(b.ctx, b.clock, store.Deadline{}, 10)
	if err != nil || len(left) != 0 {
		t.Errorf("left: %v %v", left, err)
	}
}
