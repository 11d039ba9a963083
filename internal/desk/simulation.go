package desk

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"runtime"
	"slices"
	"sync"
	"time"

	"madoguchi/internal/desk/replay"
	"madoguchi/internal/records/store"
	"madoguchi/terms/contract"
	"madoguchi/terms/fault"
	"madoguchi/terms/worktime"
)

// simulatedDays is how far back the screens simulate: receptions of the last
// 90 days, today's included.
const simulatedDays = 90

// simulationList is how many differing cases a result lists.
const simulationList = 500

// SimulationState is how far a simulation has come.
type SimulationState string

// The states of a simulation.
const (
	SimulationNone      SimulationState = ""          // nobody has asked for it, or its result is gone
	SimulationWaiting   SimulationState = "waiting"   // behind another one
	SimulationRunning   SimulationState = "running"   //
	SimulationDone      SimulationState = "done"      // the result is kept
	SimulationCancelled SimulationState = "cancelled" // the result is partial, and not kept
	SimulationFailed    SimulationState = "failed"    //
)

// Simulation is one contract file replayed over the last 90 days. Its ID is
// the file's digest, so that the same text has the same result, and another
// one none.
type Simulation struct {
	ID          string
	Contract    *contract.Contract
	YAML        []byte
	State       SimulationState
	Done, Total int64          // while it runs
	Report      *replay.Report // of a done or cancelled one
	MadeBy      string
	MadeAt      time.Time
	Err         error // of a failed one
}

// Open reports whether it waits or runs.
func (s Simulation) Open() bool {
	return s.State == SimulationWaiting || s.State == SimulationRunning
}

// SimulationID is the id under which a contract file is simulated.
func SimulationID(file []byte) string {
	sum := sha256.Sum256(file)
	return hex.EncodeToString(sum[:])
}

// simulations are those that wait, run, or have ended without a kept result.
type simulations struct {
	mu    sync.Mutex
	all   map[string]*running
	queue chan *running
}

// running is one of them. Its fields are guarded by the mutex of all.
type running struct {
	Simulation
	name   string
	of     string
	cancel context.CancelFunc // nil while it waits
	gone   bool               // cancelled while it waited
}

// waitingSimulations is how many may wait for the one that runs.
const waitingSimulations = 8

func newSimulations() *simulations {
	return &simulations{all: map[string]*running{}, queue: make(chan *running, waitingSimulations)}
}

// Simulate asks for a contract file to be replayed over the last 90 days and
// returns at once; [Desk.Simulation] tells how far it is. A file that waits or
// runs already is not asked for twice. Errors are those of the file, or
// [fault.RateLimited] when too many wait.
func (d *Desk) Simulate(ctx context.Context, who Viewer, name string, file []byte) (string, error) {
	if err := who.May(Supervisor); err != nil {
		return "", err
	}
	con, err := contract.Load(name, file)
	if err != nil {
		return "", err
	}
	id := SimulationID(file)
	r := &running{name: name, of: d.simulatedContract(con), Simulation: Simulation{
		ID: id, Contract: con, YAML: slices.Clone(file), State: SimulationWaiting, MadeBy: who.Name, MadeAt: d.now(),
	}}
	s := d.simulations
	s.mu.Lock()
	defer s.mu.Unlock()
	if have, ok := s.all[id]; ok && have.Open() {
		return id, nil
	}
	select {
	case s.queue <- r:
	default:
		return "", fault.New(fault.RateLimited, "試算の順番待ちがいっぱいです。実行中の試算が終わってから、もう一度お試しください。",
			"Too many simulations are waiting. Please try again when the running one has ended.")
	}
	s.forget()
	s.all[id] = r
	return id, nil
}

// forget lets go of ended ones; the caller holds the mutex.
func (s *simulations) forget() {
	const most = 50
	for id, r := range s.all {
		if len(s.all) < most {
			return
		}
		if !r.Open() {
			delete(s.all, id)
		}
	}
}

// simulatedContract is the contract whose cases are replayed: the file's own,
// or that of unknown customers where the file names none that has cases here.
func (d *Desk) simulatedContract(con *contract.Contract) string {
	for _, have := range d.contracts.All() {
		if have.ID() == con.ID() {
			return con.ID()
		}
	}
	return d.defaultContract
}

// Simulation tells how far the simulation of a file is: one that waits or
// runs, the kept result, or [SimulationNone] without an error.
func (d *Desk) Simulation(ctx context.Context, who Viewer, id string) (Simulation, error) {
	if err := who.May(Supervisor); err != nil {
		return Simulation{}, err
	}
	d.simulations.mu.Lock()
	if r, ok := d.simulations.all[id]; ok && r.State != SimulationDone {
		defer d.simulations.mu.Unlock()
		return r.Simulation, nil
	}
	d.simulations.mu.Unlock()
	kept, err := d.store.Simulation(ctx, id)
	if fault.Is(err, fault.NotFound) {
		return Simulation{ID: id}, nil
	}
	if err != nil {
		return Simulation{}, err
	}
	s := Simulation{ID: id, YAML: kept.YAML, State: SimulationDone, MadeBy: kept.MadeBy, MadeAt: kept.MadeAt, Report: &replay.Report{}}
	if err := json.Unmarshal(kept.Report, s.Report); err != nil {
		return Simulation{ID: id}, nil // made by another build: it is made again when somebody asks
	}
	s.Contract, err = contract.Load(kept.Name, kept.YAML)
	return s, err
}

// CancelSimulation ends one that waits or runs. What was done so far can be
// looked at until the desk stops, and is called partial.
func (d *Desk) CancelSimulation(who Viewer, id string) error {
	if err := who.May(Supervisor); err != nil {
		return err
	}
	s := d.simulations
	s.mu.Lock()
	defer s.mu.Unlock()
	r, ok := s.all[id]
	switch {
	case !ok || !r.Open():
		return fault.New(fault.Conflict, "この試算は既に終わっています。", "This simulation has ended already.")
	case r.cancel != nil:
		r.cancel()
	default:
		r.gone, r.State = true, SimulationCancelled
	}
	return nil
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
	s := d.simulations
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	s.mu.Lock()
	if r.gone {
		s.mu.Unlock()
		return
	}
	r.State, r.cancel = SimulationRunning, cancel
	s.mu.Unlock()

	at := d.now()
	report, err := replay.Run(ctx, replay.Job{
		Histories: d.store.Histories(), With: r.Contract, Of: r.of, From: daysBefore(at, simulatedDays-1, r.Contract.Zone()), At: at,
		List: simulationList, Workers: max(1, runtime.GOMAXPROCS(0)/2),
		Progress: func(done, total int64) {
			s.mu.Lock()
			defer s.mu.Unlock()
			r.Done, r.Total = done, total
		},
	})
	if err == nil {
		err = d.keepSimulation(ctx, r, report)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	r.Report, r.cancel = report, nil
	switch {
	case err == nil:
		r.State = SimulationDone
		delete(s.all, r.ID) // kept in the records
	case errors.Is(err, context.Canceled):
		r.State = SimulationCancelled
	default:
		r.State, r.Err = SimulationFailed, err
		d.log.Error("simulation", "contract", r.Contract.Ref(), "error", err)
	}
}

func (d *Desk) keepSimulation(ctx context.Context, r *running, report *replay.Report) error {
	raw, err := json.Marshal(report)
	if err != nil {
		return err
	}
	return d.store.Write(ctx, func(tx *store.Tx) error {
		return tx.PutSimulation(store.Simulation{ID: r.ID, Name: r.name, YAML: r.YAML, MadeBy: r.MadeBy, MadeAt: report.At, Report: raw})
	})
}

// daysBefore is the first instant of the date so many days before.
func daysBefore(at time.Time, days int, zone *time.Location) time.Time {
	d := worktime.DateOf(at, zone)
	return time.Date(d.Year, d.Month, d.Day-days, 0, 0, 0, 0, zone)
}

// PublishedFile returns a published version's file, to be simulated or edited.
func (d *Desk) PublishedFile(ctx context.Context, ref string) (name string, file []byte, err error) {
	con, err := d.contracts.Version(ref)
	if err != nil {
		return "", nil, err
	}
	row, err := d.store.Contract(ctx, con.ID(), con.Version())
	return ref, row.YAML, err
}
