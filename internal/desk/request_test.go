package desk

import (
	"testing"
	"time"
)

func TestNobodyIsJudgedWhileAnEarlierRequestIsUnderWay(t *testing.T) {
	clock := time.Date(2026, 11, 20, 7, 0, 0, 0, time.UTC)
	now := func() time.Time { return clock }
	var r requests
	if got := r.settled(now, time.Second); !got.Equal(clock.Add(-time.Second)) {
		t.Errorf("with nothing under way and a second's margin: %v", got)
	}
	first, endFirst := r.begin(now)
	clock = clock.Add(5 * time.Second)
	second, endSecond := r.begin(now)
	clock = clock.Add(time.Second)
	if got := r.settled(now, 0); !got.Equal(first) {
		t.Errorf("two under way: settled until %v, want %v", got, first)
	}
	endFirst()
	if got := r.settled(now, 0); !got.Equal(second) {
		t.Errorf("the older has ended: settled until %v, want %v", got, second)
	}
	endSecond()
	if got := r.settled(now, 0); !got.Equal(clock) {
		t.Errorf("none under way: settled until %v, want %v", got, clock)
	}
}
