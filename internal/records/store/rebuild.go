package store

import (
	"context"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"fmt"
	"strings"

	"madoguchi/internal/records/store/engine"
	"madoguchi/terms/cases"
)

// projection is a table that the events alone decide.
type projection struct{ table, columns, key string }

// projections lists all of them; a new one is added here, in project and in a
// migration.
var projections = []projection{
	{"cases", caseColumns, "id"},
	{"case_participants", "case_id, addr, name, contact, verified", "case_id, addr"},
	{"case_messages", "message_id, case_id, message, direction", "message_id, case_id, message"},
	{"case_tags", "case_id, tag, bucket, sort_key", "case_id, tag"},
	{"case_followers", "case_id, agent, bucket, sort_key", "case_id, agent"},
	{"case_fields", "case_id, field, value, bucket, sort_key", "case_id, field"},
	{"tasks", taskColumns, "id"},
	{"misses", "case_id, metric, deadline, reason", "case_id, metric, deadline"},
	{"deadlines", "case_id, metric, deadline", "case_id, metric"},
	{"approvals", approvalColumns, "case_id"},
}

// caseColumn is the one that names a row's case.
func (p projection) caseColumn() string {
	if p.table == "cases" {
		return "id"
	}
	return "case_id"
}

// projectionsVersion counts up when a build projects other rows from the same
// events: [Open], or [Store.Renew] where they are many, then makes them anew once.
const projectionsVersion = 4

// rebuildPage is how many cases a rebuild names at a time.
const rebuildPage = 500

// Rebuild empties every projection and fills it again from the events, in one
// act: readers see the old rows until all new ones are there, and a failure
// leaves the old ones. Acts wait meanwhile. progress (may be nil) is told how
// many of how many cases are done.
func (s *Store) Rebuild(ctx context.Context, progress func(done, total int)) error {
	return s.Write(ctx, func(tx *Tx) error {
		if err := tx.exec(`UPDATE counters SET value = $1 WHERE name = 'projections'`, projectionsVersion); err != nil {
			return err
		}
		for _, p := range projections {
			if err := tx.exec(`DELETE FROM ` + p.table); err != nil {
				return err
			}
		}
		total, err := tally(ctx, tx.q, `SELECT COUNT(*) FROM events WHERE seq = 1`)
		if err != nil {
			return err
		}
		done, last := 0, ""
		for {
			ids, err := all(ctx, tx.q, text,
				`SELECT case_id FROM events WHERE seq = 1 AND case_id > $1 ORDER BY case_id LIMIT $2`, last, rebuildPage)
			if err != nil || len(ids) == 0 {
				return err
			}
			for _, id := range ids {
				if err := errors.Join(ctx.Err(), tx.rebuildCase(cases.ID(id))); err != nil {
					return err
				}
			}
			done, last = done+len(ids), ids[len(ids)-1]
			if progress != nil {
				progress(done, int(total))
			}
		}
	})
}

func (tx *Tx) rebuildCase(id cases.ID) error {
	c, events, err := tx.Case(id)
	if err != nil {
		return fmt.Errorf("case %s: %w", id, err)
	}
	return tx.project(nil, c, events)
}

// ProjectionDigest returns the sha256, in hex, over a canonical dump of all
// projected rows. Equal digests before and after [Store.Rebuild] show that
// the rows say what the events say.
func (s *Store) ProjectionDigest(ctx context.Context) (string, error) {
	sum := sha256.New()
	for _, p := range projections {
		if _, err := fmt.Fprintf(sum, "table %s\n", p.table); err != nil {
			return "", err
		}
		_, err := all(ctx, s.db.Readers(), func(row scanner) (struct{}, error) {
			b, err := dump(row, strings.Count(p.columns, ",")+1)
			if err == nil {
				_, err = sum.Write(b)
			}
			return struct{}{}, err
		}, `SELECT `+p.columns+` FROM `+p.table+` ORDER BY `+p.key)
		if err != nil {
			return "", fmt.Errorf("dump %s: %w", p.table, engine.Fault(err))
		}
	}
	return hex.EncodeToString(sum.Sum(nil)), nil
}

// dump is a row's values, each with its kind and length before it.
func dump(row scanner, columns int) ([]byte, error) {
	values, err := anyRow(columns)(row)
	return dumped(values), err
}

func dumped(values []any) []byte {
	var b []byte
	for _, v := range values {
		if is, flag := v.(bool); flag { // SQLite gives 0 and 1
			v = int64(0)
			if is {
				v = int64(1)
			}
		}
		s := fmt.Sprintf("%T:%v", v, v)
		b = binary.BigEndian.AppendUint64(b, uint64(len(s)))
		b = append(b, s...)
	}
	return b
}
