package store

import (
	"context"
	"time"

	"madoguchi/internal/records/store/engine"
)

// TargetRecord counts the first-response targets that were decided since an
// instant within a scope: how many were met, and all, up to CountCap each.
func (s *Store) TargetRecord(ctx context.Context, scope Scope, since time.Time) (met, decided int, err error) {
	var w where
	if err := scope.where(&w, "organization"); err != nil {
		return 0, 0, err
	}
	w.and("first_decided >= ", micros(since))
	err = engine.Fault(s.db.Readers().QueryRowContext(ctx, recorded(w), w.args...).Scan(&met, &decided))
	return met, decided, err
}

// recorded is the statement that counts what was decided. Both conditions name
// that of the index cases_decided: SQLite does not infer it from a verdict, and
// would read every case of the customer.
func recorded(w where) string {
	count := func(verdict string) string {
		return `(SELECT COUNT(*) FROM (SELECT 1 FROM cases` + w.text + ` AND first_verdict <> ''` + verdict + limitTo(CountCap) + `) AS capped)`
	}
	return `SELECT ` + count(` AND first_verdict = 'met'`) + `, ` + count(``)
}
