package store

// Hint tells the browsers of every node that something beside the histories
// changed: a presence, a lock. It carries no data; whoever shows the topic
// asks again. The own process is told by whoever made the act.
func (tx *Tx) Hint(topics ...string) error {
	for _, t := range topics {
		n, err := tx.count("hints", 1)
		if err != nil {
			return err
		}
		if err := tx.later(`INSERT INTO hints (topic, n) VALUES ($1, $2) ON CONFLICT (topic) DO UPDATE SET n = excluded.n`, t, n); err != nil {
			return err
		}
		tx.hinted = n
		tx.hints++
	}
	return nil
}

// keptHints is how many hints are kept: a process that was away for longer
// tells its browsers to look at everything, as after any break.
const keptHints = 10_000

// ForgetHints drops the topics that no process waits for any more.
func (tx *Tx) ForgetHints() error {
	return tx.later(`DELETE FROM hints WHERE n < (SELECT value FROM counters WHERE name = 'hints') - $1`, keptHints)
}
