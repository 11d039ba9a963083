package cases_test

import (
	"fmt"
	"testing"
	"time"

	"madoguchi/terms/cases"
	"madoguchi/terms/fault"
)

func must(t *testing.T) func([]cases.Data, error) []cases.Data {
	return func(facts []cases.Data, err error) []cases.Data {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return facts
	}
}

func TestWhoFollowsACaseIsInItsHistory(t *testing.T) {
	c := aCase(t, "a", "o", 1)
	write(t, c, must(t)(c.Follow("ito", "伊藤")))
	write(t, c, must(t)(c.Follow("mori", "森")))
	if _, err := c.Follow("ito", "伊藤"); !fault.Is(err, fault.Conflict) {
		t.Errorf("followed twice: %v", err)
	}
	write(t, c, must(t)(c.Unfollow("ito")))
	if c.Follows("ito") || !c.Follows("mori") {
		t.Errorf("followers: %+v", c.Followers)
	}
	if _, err := c.Unfollow("ito"); !fault.Is(err, fault.Conflict) {
		t.Errorf("stopped twice: %v", err)
	}
	for i := range cases.MaxFollowers - 1 {
		write(t, c, must(t)(c.Follow(fmt.Sprint("a", i), "x")))
	}
	if _, err := c.Follow("one too many", "x"); !fault.Is(err, fault.Conflict) {
		t.Errorf("there is no end: %v", err)
	}
}

func TestWhoFollowsACaseFollowsTheOneThatItIsMergedInto(t *testing.T) {
	a, b := aCase(t, "a", "o", 1), aCase(t, "b", "o", 2)
	write(t, a, must(t)(a.Follow("ito", "伊藤")))
	write(t, a, must(t)(a.Follow("mori", "森")))
	write(t, b, must(t)(b.Follow("mori", "森")))
	history := []cases.Event{
		{Case: "b", Seq: 1, At: time.Unix(1_800_000_000, 0), Data: cases.Opened{Number: 2, Organization: "o", Priority: "medium"}},
		{Case: "b", Seq: 2, At: time.Unix(1_800_000_060, 0), Data: cases.Followed{Agent: "mori", Name: "森"}},
	}
	here, there, err := a.Merge(b, "同じ件")
	if err != nil {
		t.Fatal(err)
	}
	write(t, a, here)
	at := time.Unix(1_800_000_120, 0)
	add := func(at time.Time, facts ...cases.Data) {
		for _, f := range facts {
			e := cases.Event{Case: "b", Seq: b.Version + 1, At: at, Data: f}
			if err := b.Apply(e); err != nil {
				t.Fatal(err)
			}
			history = append(history, e)
		}
	}
	add(at, there...)
	if len(b.Followers) != 2 || !b.Follows("ito") {
		t.Fatalf("followers of the case that goes on: %+v", b.Followers)
	}
	// Somebody who comes since stays when the merge is undone, and does not hinder it.
	add(at.Add(time.Minute), must(t)(b.Follow("sato", "佐藤"))...)
	_, there, err = a.Unmerge(b, history)
	if err != nil {
		t.Fatal(err)
	}
	add(at.Add(2*time.Minute), there...)
	if b.Follows("ito") || !b.Follows("mori") || !b.Follows("sato") {
		t.Errorf("followers after undoing: %+v", b.Followers)
	}
}
