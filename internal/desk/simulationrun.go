package desk

import (
	"context"
	"encoding/json"
	"errors"
	"runtime"
	"sync"
	"time"

	"madoguchi/internal/desk/replay"
	"madoguchi/internal/records/store"
	"madoguchi/terms/contract"
	"madoguchi/terms/fault"
	"madoguchi/terms/worktime"
)

// simulations are those that this node carries out, or will.
type simulations struct {
	mu    sync.Mutex
	all   map[string]*running
	queue chan *running
}

// running is one of them.
type running struct {
	id, name, by string
	file         []byte
	con          *contract.Contract
	of           string

	cancel context.CancelFunc // nil while it waits; guarded by the mutex of simulations
	gone   bool               // cancelled while it waited; likewise
}

// waitingSimulations is how many may wait for the one that runs.
const waitingSimulations = 8

func newSimulations() *simulations {
	return &simulations{all: map[string]*running{}, queue: make(chan *running, waitingSimulations)}
}

// add puts one into the queue; false when that is full.
func (s *simulations) add(r *running) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	select {
	case s.queue <- r:
		s.all[r.id] = r
		return true
	default:
		return false
	}
}

// begin takes one out of the queue; false when it was cancelled there.
func (s *simulations) begin(r *running, cancel context.CancelFunc) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	r.cancel = cancel
	return !r.gone
}

// cancel ends one of this node; it reports whether that one was still waiting.
func (s *simulations) cancel(id string) (*running, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	r, ok := s.all[id]
	if !ok {
		return nil, false
	}
	if r.cancel != nil {
		r.cancel()
		return r, false
	}
	r.gone = true
	delete(s.all, id)
	return r, true
}

func (s *simulations) forget(r *running) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.all[r.id] == r {
		delete(s.all, r.id)
	}
}

// waiting are the ids of those that have not begun.
func (s *simulations) waiting() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	var ids []string
	for id, r := range s.all {
		if r.cancel == nil && !r.gone {
			ids = append(ids, id)
		}
	}
	return ids
}

// RunSimulations carries simulations out, one after another, until ctx ends.
// Each takes half of the machine at most: the desk goes on answering.
func (d *Desk) RunSimulations(ctx context.Context) error {
	for {
		select {
		case <-ctx.Done():
			return nil
		case r := <-d.simulations.queue:
			d.simulate(ctx, r)
		}
	}
}

func (d *Desk) simulate(ctx context.Context, r *running) {
	work, cancel := context.WithCancel(ctx)
	defer cancel()
	if !d.simulations.begin(r, cancel) {
		return
	}
	defer d.simulations.forget(r)
	at := d.now()
	p := &progress{d: d, r: r, cancel: cancel}
	p.tell(0, 0)
	report, err := replay.Run(work, replay.Job{
		Histories: d.store.Histories(), With: r.con, Of: r.of, From: daysBefore(at, simulatedDays-1, r.con.Zone()), At: at,
		List: simulationList, Workers: max(1, runtime.GOMAXPROCS(0)/2), Progress: p.tell,
	})
	if errors.Is(err, context.Canceled) && ctx.Err() == nil {
		err = nil // a person did so: the report says that it is partial
	}
	if err != nil {
		d.log.Error("simulation", "contract", r.con.Ref(), "error", err)
	}
	// The desk may be stopping: what became of it is written all the same.
	if said := d.endSimulation(context.WithoutCancel(ctx), r, report, err, nil); said != nil {
		d.log.Error("simulation", "contract", r.con.Ref(), "error", said)
	}
}

// progress tells how far a simulation is, twice a second at most.
type progress struct {
	d      *Desk
	r      *running
	cancel context.CancelFunc
	last   time.Time
}

func (p *progress) tell(done, total int64) {
	now := p.d.now()
	if !p.last.IsZero() && now.Sub(p.last) < 500*time.Millisecond {
		return
	}
	p.last = now
	err := p.d.store.Write(context.Background(), func(tx *store.Tx) error {
		stop, err := tx.TellSimulation(p.r.id, string(SimulationRunning), done, total, now)
		if err != nil {
			return err
		}
		if stop {
			p.cancel()
		}
		for _, id := range p.d.simulations.waiting() {
			if _, err := tx.TellSimulation(id, string(SimulationWaiting), 0, 0, now); err != nil && !fault.Is(err, fault.NotFound) {
				return err
			}
		}
		return nil
	})
	if err != nil {
		p.d.log.Warn("simulation", "error", err)
	}
}

// endSimulation writes what became of one, and returns then, or why it could
// not be written.
func (d *Desk) endSimulation(ctx context.Context, r *running, report *replay.Report, failed, then error) error {
	row := store.Simulation{ID: r.id, Name: r.name, YAML: r.file, MadeBy: r.by, MadeAt: d.now(), Seen: d.now(), State: string(SimulationDone)}
	var err error
	switch {
	case failed != nil:
		row.State = string(SimulationFailed)
		row.Report, err = json.Marshal(fault.Public(failed))
	default:
		row.MadeAt, row.Done, row.Total = report.At, report.Done, report.Total
		if report.Partial {
			row.State = string(SimulationCancelled)
		}
		row.Report, err = json.Marshal(report)
	}
	if err == nil {
		err = d.store.Write(ctx, func(tx *store.Tx) error { return tx.PutSimulation(row) })
	}
	return errors.Join(err, then)
}

// daysBefore is the first instant of the date so many days before.
func daysBefore(at time.Time, days int, zone *time.Location) time.Time {
	d := worktime.DateOf(at, zone)
	return time.Date(d.Year, d.Month, d.Day-days, 0, 0, 0, 0, zone)
}
