package store

import (
	"maps"

	"madoguchi/internal/records/store/engine"
)

// counter is one as the running act, or batch of acts, has it.
type counter struct {
	value  int64
	untold int64 // how much of it the database has not been told
}

// counters are what a batch of acts has counted so far. The database is told
// twice at most of each: by the first act that counts, which so learns where
// it stands and keeps it from other processes, and before the commit for all the
// acts after it.
type counters map[string]counter

const addToCounter = `UPDATE counters SET value = value + $1 WHERE name = $2 RETURNING value`

// NextNumber returns the next case number of this installation, from 1. The
// number of an act that is undone is given out again, so there are no gaps.
func (tx *Tx) NextNumber() (int64, error) { return tx.count("case", 1) }

// count adds n to a counter and returns its new value.
func (tx *Tx) count(name string, n int64) (int64, error) {
	c, known := tx.counted[name]
	if !known {
		c, known = tx.batch[name]
	}
	if known {
		c.value += n
		c.untold += n
	} else {
		var err error
		if c.value, err = tally(background(), tx.q, addToCounter, n, name); err != nil {
			return 0, err
		}
	}
	if tx.counted == nil {
		tx.counted = counters{}
	}
	tx.counted[name] = c
	return c.value, nil
}

// counting is what the acts of the connection's batch have counted.
func counting(c *engine.Conn) counters {
	shared, _ := c.Batch.Shared.(counters) // nil in the first act
	return shared
}

// keepCounters gives what the act counted to the acts after it. An act that is
// undone does not come here, so its numbers are given out again.
func (tx *Tx) keepCounters(c *engine.Conn) {
	if len(tx.counted) == 0 {
		return
	}
	if tx.batch == nil {
		tx.batch = counters{}
		c.Batch.Shared, c.Batch.Last = tx.batch, tx.batch.settle
	}
	maps.Copy(tx.batch, tx.counted)
}

// settle tells the database what the batch counted.
func (all counters) settle(c *engine.Conn) error {
	for name, n := range all {
		if n.untold == 0 {
			continue
		}
		if err := c.Later(background(), `UPDATE counters SET value = value + $1 WHERE name = $2`, n.untold, name); err != nil {
			return engine.Fault(err)
		}
	}
	return nil
}
