package live_test

import (
	"testing"

	"madoguchi/internal/desk/live"
)

func TestASlowBrowserHearsTheNewestOfEachCaseOnce(t *testing.T) {
	var hub live.Hub
	ear := hub.Subscribe()
	defer ear.Close()
	for range 1000 {
		hub.Publish("a")
	}
	hub.Publish("b")
	<-ear.C()
	changes, last := ear.Take()
	if len(changes) != 2 || last != 1001 {
		t.Fatalf("got %v, last %d", changes, last)
	}
	if again, _ := ear.Take(); len(again) != 0 {
		t.Errorf("heard twice: %v", again)
	}
}

func TestAClosedBrowserHearsNothing(t *testing.T) {
	var hub live.Hub
	ear := hub.Subscribe()
	ear.Close()
	hub.Publish("a")
	if changes, _ := ear.Take(); len(changes) != 0 {
		t.Errorf("heard %v", changes)
	}
}
