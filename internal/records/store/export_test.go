package store

import (
	"context"
	"time"

	"madoguchi/terms/cases"
)

// WriteAsForm1 writes the whole history as builds before form 2 wrote it.
func (s *Store) WriteAsForm1(ctx context.Context) error {
	return s.Write(ctx, func(tx *Tx) error {
		list, err := all(ctx, tx.q, scanRecord, `SELECT `+eventColumns+` FROM events ORDER BY position`)
		if err != nil {
			return err
		}
		last := map[cases.ID][]byte{}
		for _, r := range list {
			r.form = 1
			r.seal(last[r.Case])
			last[r.Case] = r.hash
			if err := tx.exec(`UPDATE events SET form = 1, digest = $1, hash = $2 WHERE position = $3`, r.digest, r.hash, r.Position); err != nil {
				return err
			}
		}
		return nil
	})
}

// Bound makes a page and a number cost less than usual.
func (s *Store) Bound(most, few int) { s.bounds = bounds{most: most, few: few} }

// Exec changes rows behind the events' back.
func (s *Store) Exec(ctx context.Context, query string, args ...any) error {
	return s.Write(ctx, func(tx *Tx) error { return tx.exec(query, args...) })
}

// EveryCase reads the rows of all cases.
func (s *Store) EveryCase(ctx context.Context) ([]CaseRow, error) {
	return all(ctx, s.db.Readers(), scanCase, `SELECT `+caseColumns+` FROM cases`)
}

// A Step is a statement that a list of the queue is made of and that no
// number of rows bounds but its LIMIT.
type Step struct {
	Text string
	Args []any
}

// Steps are those of each way along which a query may be read.
func (s *Store) Steps(q QueueQuery, after Cursor, limit int) (steps []Step, err error) {
	o, values := byDeadline, []any(nil)
	if by, ok := sortings[q.Order]; ok {
		o = by.sorted
	}
	if !after.End() {
		values = []any{after.Key, string(after.ID)}
		if o.columns[0] == "bucket" {
			values = append([]any{int64(after.Bucket)}, values...)
		}
	}
	for _, y := range q.ways(o, limit, s.bounds.most) {
		for _, b := range y.branch {
			var w where
			steps = append(steps, Step{way{table: y.table, branch: []func(*where){b}, within: y.within}.walk(&w, o, values, limit, "id, "+o.columns[0]), nil})
			steps[len(steps)-1].Args = w.args
		}
	}
	for _, y := range q.rare() {
		for _, b := range y.branch {
			var w where
			steps = append(steps, Step{way{table: y.table, branch: []func(*where){b}, within: y.within, stands: y.stands}.gather(&w, limit), nil})
			steps[len(steps)-1].Args = w.args
		}
	}
	return steps, nil
}

// RecordStep is the statement that counts what was decided of a customer.
func RecordStep(organization string, since time.Time) Step {
	var w where
	w.and("organization = ", organization)
	w.and("first_decided >= ", micros(since))
	return Step{recorded(w), w.args}
}

// Plan is how the engine would run a statement, a line a step.
func (s *Store) Plan(ctx context.Context, step Step) (lines []string, err error) {
	if !s.db.Shared() {
		return all(ctx, s.db.Readers(), func(row scanner) (line string, err error) {
			var a, b, c any
			err = row.Scan(&a, &b, &c, &line)
			return line, err
		}, `EXPLAIN QUERY PLAN `+step.Text, step.Args...)
	}
	conn, err := s.db.Readers().Conn(ctx)
	if err != nil {
		return nil, err
	}
	defer conn.Close() //nolint:errcheck // the plan is what matters
	// A table of the test is small: what counts is whether an index can serve.
	for _, set := range []string{"enable_seqscan", "enable_sort", "enable_bitmapscan", "enable_incremental_sort"} {
		if _, err := conn.ExecContext(ctx, `SET `+set+` = off`); err != nil {
			return nil, err
		}
		defer conn.ExecContext(ctx, `RESET `+set) //nolint:errcheck // as above
	}
	return all(ctx, conn, text, `EXPLAIN `+step.Text, step.Args...)
}
