package desk

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"time"

	"madoguchi/internal/desk/replay"
	"madoguchi/internal/records/store"
	"madoguchi/terms/contract"
	"madoguchi/terms/fault"
)

// simulatedDays is how far back the screens simulate: receptions of the last
// 90 days, today's included.
const simulatedDays = 90

// simulationList is how many differing cases a result lists.
const simulationList = 500

// simulationSilence is how long a node may carry a simulation out without a
// sign of life before it is taken for one that has stopped.
const simulationSilence = 30 * time.Second

// SimulationState is how far a simulation has come.
type SimulationState string

// The states of a simulation.
const (
	SimulationNone      SimulationState = ""          // nobody has asked for it, or its result is gone
	SimulationWaiting   SimulationState = "waiting"   // behind another one
	SimulationRunning   SimulationState = "running"   //
	SimulationDone      SimulationState = "done"      //
	SimulationCancelled SimulationState = "cancelled" // the result is partial
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
func (s Simulation) Open() bool { return open(s.State) }

func open(s SimulationState) bool { return s == SimulationWaiting || s == SimulationRunning }

// SimulationID is the id under which a contract file is simulated.
func SimulationID(file []byte) string {
	sum := sha256.Sum256(file)
	return hex.EncodeToString(sum[:])
}

// Simulate asks for a contract file to be replayed over the last 90 days and
// returns at once; [Desk.Simulation] tells how far it is. A file that waits or
// runs already is not asked for twice. Errors are those of the file, or
// [fault.RateLimited] when too many wait.
func (d *Desk) Simulate(ctx context.Context, who Viewer, name string, file []byte) (string, error) {
	if err := who.May(SeeContractDrafts); err != nil {
		return "", err
	}
	con, err := contract.Load(name, file)
	if err != nil {
		return "", err
	}
	id, now, asked := SimulationID(file), d.now(), true
	err = d.store.Write(ctx, func(tx *store.Tx) error {
		have, err := tx.Simulation(id)
		if err != nil && !fault.Is(err, fault.NotFound) {
			return err
		}
		if err == nil && open(SimulationState(have.State)) && !d.silent(have) {
			asked = false // it is under way
			return nil
		}
		return tx.PutSimulation(store.Simulation{
			ID: id, Name: name, YAML: file, MadeBy: who.Name, MadeAt: now, Report: []byte{}, State: string(SimulationWaiting), Seen: now,
		})
	})
	if err != nil || !asked {
		return id, err
	}
	r := &running{id: id, name: name, file: file, by: who.Name, con: con, of: d.simulatedContract(con)}
	if d.simulations.add(r) {
		return id, nil
	}
	full := fault.New(fault.RateLimited, "試算の順番待ちがいっぱいです。実行中の試算が終わってから、もう一度お試しください。",
		"Too many simulations are waiting. Please try again when the running one has ended.")
	return "", d.endSimulation(ctx, r, nil, full, full)
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

// silent reports whether the node that carries a simulation out has stopped.
func (d *Desk) silent(s store.Simulation) bool { return d.now().Sub(s.Seen) > simulationSilence }

// Simulation tells how far the simulation of a file is, wherever it is carried
// out, with [SimulationNone] for one that nobody has asked for.
func (d *Desk) Simulation(ctx context.Context, who Viewer, id string) (Simulation, error) {
	if err := who.May(SeeContractDrafts); err != nil {
		return Simulation{}, err
	}
	row, err := d.store.Simulation(ctx, id)
	if fault.Is(err, fault.NotFound) {
		return Simulation{ID: id}, nil
	}
	if err != nil {
		return Simulation{}, err
	}
	s := Simulation{ID: id, YAML: row.YAML, State: SimulationState(row.State), Done: row.Done, Total: row.Total, MadeBy: row.MadeBy, MadeAt: row.MadeAt}
	if s.Contract, err = contract.Load(row.Name, row.YAML); err != nil {
		return s, err
	}
	switch s.State {
	case SimulationDone, SimulationCancelled:
		s.Report = &replay.Report{}
		if err := json.Unmarshal(row.Report, s.Report); err != nil {
			return Simulation{ID: id}, nil // made by another build: it is made again when somebody asks
		}
	case SimulationFailed:
		said := fault.New(fault.Unavailable, "", "")
		if json.Unmarshal(row.Report, &said.Text) == nil {
			s.Err = said
		}
	default:
		if d.silent(row) {
			s.State = SimulationFailed
			s.Err = fault.New(fault.Unavailable, "途中で停止しました。もう一度実行してください。", "It stopped half-way. Please run it again.")
		}
	}
	return s, nil
}

// CancelSimulation ends one that waits or runs. What was done so far is kept,
// and called partial.
func (d *Desk) CancelSimulation(ctx context.Context, who Viewer, id string) error {
	if err := who.May(SeeContractDrafts); err != nil {
		return err
	}
	err := d.store.Write(ctx, func(tx *store.Tx) error {
		row, err := tx.Simulation(id)
		if err == nil && !open(SimulationState(row.State)) || fault.Is(err, fault.NotFound) {
			return fault.New(fault.Conflict, "この試算は既に終わっています。", "This simulation has ended already.")
		}
		if err != nil {
			return err
		}
		return tx.StopSimulation(id)
	})
	if err != nil {
		return err
	}
	if r, waits := d.simulations.cancel(id); waits {
		return d.endSimulation(ctx, r, &replay.Report{With: r.con.Ref(), Of: r.of, At: d.now(), Partial: true}, nil, nil)
	}
	return nil
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
