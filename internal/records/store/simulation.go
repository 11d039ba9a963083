package store

import (
	"context"
	"time"
)

// Simulation is what a contract file would have changed in the recorded
// history, as of when it was made. Its content is opaque here.
type Simulation struct {
	ID     string // sha256 of YAML, lower-case hex
	Name   string // of the file, for messages
	YAML   []byte
	MadeBy string // an agent's name
	MadeAt time.Time
	Report []byte
}

// keptSimulations is how many are kept; older ones can be made again.
const keptSimulations = 50

const simulationColumns = `id, name, yaml, made_by, made_at, report`

var upsertSimulation = insert("simulations", simulationColumns) + " ON CONFLICT (id) DO UPDATE SET " + assignments(simulationColumns)

// PutSimulation keeps a result in place of an earlier one of the same file,
// and lets go of the oldest.
func (tx *Tx) PutSimulation(s Simulation) error {
	if err := tx.exec(upsertSimulation, s.ID, s.Name, s.YAML, s.MadeBy, micros(s.MadeAt), s.Report); err != nil {
		return err
	}
	return tx.exec(`DELETE FROM simulations WHERE id NOT IN (SELECT id FROM simulations ORDER BY made_at DESC, id DESC LIMIT $1)`, keptSimulations)
}

// Simulation returns the kept result of a file, or [fault.NotFound].
func (s *Store) Simulation(ctx context.Context, id string) (Simulation, error) {
	return one(ctx, s.db.Readers(), notFound("この試算の結果は残っていません。もう一度実行してください。", "There is no result of this simulation any more. Please run it again."), scanSimulation,
		`SELECT `+simulationColumns+` FROM simulations WHERE id = $1`, id)
}

// ListSimulations returns the newest results, without their files and reports.
func (s *Store) ListSimulations(ctx context.Context, limit int) ([]Simulation, error) {
	return all(ctx, s.db.Readers(), func(row scanner) (Simulation, error) {
		var m Simulation
		var at int64
		err := row.Scan(&m.ID, &m.Name, &m.MadeBy, &at)
		m.MadeAt = instant(at)
		return m, err
	}, `SELECT id, name, made_by, made_at FROM simulations ORDER BY made_at DESC, id DESC LIMIT $1`, page(limit))
}

func scanSimulation(row scanner) (Simulation, error) {
	var m Simulation
	var at int64
	err := row.Scan(&m.ID, &m.Name, &m.YAML, &m.MadeBy, &at, &m.Report)
	m.MadeAt = instant(at)
	return m, err
}
