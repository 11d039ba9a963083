package store

import (
	"context"
	"time"
)

// Both conditions name that of the index cases_decided: SQLite does not infer it
// from a verdict, and would read every case of the customer.
const (
	decidedMet = "first_verdict <> '' AND first_verdict = 'met'"
	decidedAny = "first_verdict <> ''"
)

// TargetRecord counts the first-response targets that were decided since an
// instant within a scope: how many were met, and all, up to CountCap each.
func (s *Store) TargetRecord(ctx context.Context, scope Scope, since time.Time) (met, decided int, err error) {
	for _, n := range []struct {
		verdict string
		into    *int
	}{{decidedMet, &met}, {decidedAny, &decided}} {
		var w where
		if err := scope.where(&w, "organization"); err != nil {
			return 0, 0, err
		}
		w.plain(n.verdict)
		w.and("first_decided >= ", micros(since))
		count, err := s.countCapped(ctx, "cases", &w)
		if err != nil {
			return 0, 0, err
		}
		*n.into = count.N
	}
	return met, decided, nil
}
