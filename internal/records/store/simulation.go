package store

import (
	"context"
	"time"

	"madoguchi/terms/fault"
)

// Simulation is a contract file that is replayed over the recorded history:
// how far that is, and at its end what the file would have changed. States and
// the report are opaque here.
type Simulation struct {
	ID     string // sha256 of YAML, lower-case hex
	Name   string // of the file, for messages
	YAML   []byte
	MadeBy string // an agent's name
	MadeAt time.Time
	Report []byte

	State       string
	Done, Total int64
	Seen        time.Time // last sign of life of the process that carries it out
	Stop        bool      // a person has cancelled it
}

// keptSimulations is how many are kept; older ones can be made again.
const keptSimulations = 50

const simulationColumns = `id, name, yaml, made_by, made_at, report, state, done, total, seen_at, stop`

var upsertSimulation = insert("simulations", simulationColumns) + " ON CONFLICT (id) DO UPDATE SET " + assignments(simulationColumns)

func noSimulation() *fault.Error {
	return notFound("この試算の結果は残っていません。もう一度実行してください。", "There is no result of this simulation any more. Please run it again.")
}

// PutSimulation keeps a simulation in place of an earlier one of the same
// file, and lets go of the oldest.
func (tx *Tx) PutSimulation(s Simulation) error {
	if err := tx.exec(upsertSimulation, s.ID, s.Name, s.YAML, s.MadeBy, micros(s.MadeAt), s.Report, s.State, s.Done, s.Total, micros(s.Seen), s.Stop); err != nil {
		return err
	}
	return tx.exec(`DELETE FROM simulations WHERE id NOT IN (SELECT id FROM simulations ORDER BY made_at DESC, id DESC LIMIT $1)`, keptSimulations)
}

// TellSimulation records how far a simulation is, and returns whether a person
// has cancelled it. One that is gone is [fault.NotFound].
func (tx *Tx) TellSimulation(id, state string, done, total int64, at time.Time) (stop bool, err error) {
	return one(background(), tx.q, noSimulation(), func(row scanner) (bool, error) {
		err := row.Scan(&stop)
		return stop, err
	}, `UPDATE simulations SET state = $1, done = $2, total = $3, seen_at = $4 WHERE id = $5 RETURNING stop`, state, done, total, micros(at), id)
}

// StopSimulation asks whoever carries a simulation out to end it.
func (tx *Tx) StopSimulation(id string) error {
	return tx.change(noSimulation(), `UPDATE simulations SET stop = TRUE WHERE id = $1`, id)
}

// Simulation returns the simulation of a file, or [fault.NotFound].
func (s *Store) Simulation(ctx context.Context, id string) (Simulation, error) {
	return simulationOf(ctx, s.db.Readers(), id)
}

// Simulation returns the simulation of a file as the act sees it, or [fault.NotFound].
func (tx *Tx) Simulation(id string) (Simulation, error) { return simulationOf(background(), tx.q, id) }

func simulationOf(ctx context.Context, q querier, id string) (Simulation, error) {
	return one(ctx, q, noSimulation(), scanSimulation, `SELECT `+simulationColumns+` FROM simulations WHERE id = $1`, id)
}

func scanSimulation(row scanner) (Simulation, error) {
	var m Simulation
	var made, seen int64
	err := row.Scan(&m.ID, &m.Name, &m.YAML, &m.MadeBy, &made, &m.Report, &m.State, &m.Done, &m.Total, &seen, &m.Stop)
	m.MadeAt, m.Seen = instant(made), instant(seen)
	return m, err
}
