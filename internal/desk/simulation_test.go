package desk_test

import (
	"context"
	"strings"
	"testing"
	"time"

	"madoguchi/contracts"
	"madoguchi/internal/desk"
	"madoguchi/terms/fault"
)

// shorter is the shipped contract with three hours instead of six.
func shorter(t *testing.T) []byte {
	t.Helper()
	_, file, err := contracts.Read(contracts.Default)
	if err != nil {
		t.Fatal(err)
	}
	return []byte(strings.Replace(string(file), "within: 6h", "within: 3h", 1))
}

func (b *bench) simulation(d *desk.Desk, id string) desk.Simulation {
	b.t.Helper()
	s, err := d.Simulation(b.ctx, b.sato, id)
	if err != nil {
		b.t.Fatal(err)
	}
	return s
}

// carriesOut lets a desk carry out what was asked of it, until one has ended.
func (b *bench) carriesOut(d *desk.Desk, id string) desk.Simulation {
	b.t.Helper()
	ctx, stop := context.WithCancel(b.ctx)
	done := make(chan error, 1)
	go func() { done <- d.RunSimulations(ctx) }()
	s := b.simulation(d, id)
	for until := time.Now().Add(20 * time.Second); s.Open() && time.Now().Before(until); time.Sleep(time.Millisecond) {
		s = b.simulation(d, id)
	}
	stop()
	if err := <-done; err != nil {
		b.t.Fatal(err)
	}
	return s
}

func TestASimulationIsSeenOnEveryNodeAndKept(t *testing.T) {
	b := newBench(t, "11-20 16:00:00")
	b.mail("yamada@aoba.example", "質問", "確認をお願いします")
	other := b.reopen() // another node of the same desk
	id, err := b.Simulate(b.ctx, b.sato, "new.yaml", shorter(t))
	if err != nil {
		t.Fatal(err)
	}
	for _, d := range []*desk.Desk{b.Desk, other} {
		if s := b.simulation(d, id); s.State != desk.SimulationWaiting {
			t.Errorf("nobody has begun it: %s", s.State)
		}
	}
	if again, err := other.Simulate(b.ctx, b.sato, "new.yaml", shorter(t)); err != nil || again != id {
		t.Errorf("it is asked for twice: %v", err)
	}
	if s := b.carriesOut(b.Desk, id); s.State != desk.SimulationDone || s.Report.Totals.Differ != 1 || s.Report.Totals.Cases != 1 {
		t.Errorf("%s: %+v", s.State, s.Report)
	}
	if s := b.simulation(b.reopen(), id); s.State != desk.SimulationDone || s.MadeBy != "佐藤" || s.Contract == nil {
		t.Errorf("a restart loses it: %+v", s)
	}
	if s := b.simulation(other, "none"); s.State != desk.SimulationNone {
		t.Errorf("got %s", s.State)
	}
}

func TestASimulationIsCancelledFromAnyNode(t *testing.T) {
	b := newBench(t, "11-20 16:00:00")
	other := b.reopen()
	id, err := b.Simulate(b.ctx, b.sato, "new.yaml", shorter(t))
	if err != nil {
		t.Fatal(err)
	}
	if err := other.CancelSimulation(b.ctx, b.sato, id); err != nil {
		t.Fatal(err)
	}
	if s := b.carriesOut(b.Desk, id); s.State != desk.SimulationCancelled || !s.Report.Partial {
		t.Errorf("%s: %+v", s.State, s.Report)
	}
	if err := other.CancelSimulation(b.ctx, b.sato, id); !fault.Is(err, fault.Conflict) {
		t.Errorf("it has ended: %v", err)
	}
}

func TestASimulationWhoseNodeStoppedIsSaidToHaveFailed(t *testing.T) {
	b := newBench(t, "11-20 16:00:00")
	id, err := b.Simulate(b.ctx, b.sato, "new.yaml", shorter(t))
	if err != nil {
		t.Fatal(err)
	}
	b.clock = b.clock.Add(time.Minute)
	restarted := b.reopen()
	s := b.simulation(restarted, id)
	if s.State != desk.SimulationFailed || !strings.Contains(fault.Public(s.Err).JA, "もう一度") {
		t.Errorf("%s: %v", s.State, s.Err)
	}
	if _, err := restarted.Simulate(b.ctx, b.sato, "new.yaml", shorter(t)); err != nil {
		t.Fatal(err)
	}
	if s := b.carriesOut(restarted, id); s.State != desk.SimulationDone {
		t.Errorf("it can be run again: %s", s.State)
	}
}

func TestOnlySoManySimulationsWait(t *testing.T) {
	b := newBench(t, "11-20 16:00:00")
	var err error
	for i := range 20 {
		file := append(shorter(t), []byte("# "+strings.Repeat("x", i)+"\n")...)
		if _, err = b.Simulate(b.ctx, b.sato, "new.yaml", file); err != nil {
			if s := b.simulation(b.Desk, desk.SimulationID(file)); s.State != desk.SimulationFailed {
				t.Errorf("the refused one is %s", s.State)
			}
			break
		}
	}
	if !fault.Is(err, fault.RateLimited) {
		t.Errorf("got %v", err)
	}
	if _, err := b.Simulate(b.ctx, desk.Viewer{ID: "x", Role: desk.Agent}, "new.yaml", shorter(t)); !fault.Is(err, fault.Forbidden) {
		t.Errorf("an agent: %v", err)
	}
}
