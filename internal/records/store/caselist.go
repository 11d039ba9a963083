package store

import (
	"context"
	"time"

	"madoguchi/terms/cases"
)

// Since is the place in a list of what is newest first. The zero Since is the
// beginning, and as "next" it says that there is no more.
type Since struct {
	At time.Time `json:"at,omitzero"`
	ID string    `json:"id,omitempty"`
}

// End reports whether the list ends here.
func (c Since) End() bool { return c.ID == "" }

// CasesOfOrganization returns a page of an organization's cases, the latest
// changed first, finished ones included.
func (s *Store) CasesOfOrganization(ctx context.Context, scope Scope, organization string, limit int, after Since) ([]CaseRow, Since, error) {
	var w where
	w.and("organization = ", organization)
	return s.casesNewest(ctx, scope, &w, limit, after)
}

// CasesOfAddress returns a page of the cases in which a mail address (any
// letter case) takes part, the latest changed first, finished ones included.
func (s *Store) CasesOfAddress(ctx context.Context, scope Scope, addr string, limit int, after Since) ([]CaseRow, Since, error) {
	var w where
	w.and("addr = ", lower(addr))
	w.text = " WHERE id IN (SELECT case_id FROM case_participants" + w.text + ")"
	return s.casesNewest(ctx, scope, &w, limit, after)
}

// CasesReceived returns a page of the cases in a scope, the latest received
// first, finished ones included.
func (s *Store) CasesReceived(ctx context.Context, scope Scope, limit int, after Since) ([]CaseRow, Since, error) {
	var w where
	if err := scope.where(&w, "organization"); err != nil {
		return nil, Since{}, err
	}
	if !after.End() {
		w.after("reception, id", "<", micros(after.At), after.ID)
	}
	n := page(limit)
	rows, err := all(ctx, s.db.Readers(), scanCase,
		`SELECT `+caseColumns+` FROM cases`+w.text+` ORDER BY reception DESC, id DESC`+limitTo(n+1), w.args...)
	return newest(rows, n, err, func(r CaseRow) Since { return Since{r.Reception, string(r.ID)} })
}

func (s *Store) casesNewest(ctx context.Context, scope Scope, w *where, limit int, after Since) ([]CaseRow, Since, error) {
	if err := scope.where(w, "organization"); err != nil {
		return nil, Since{}, err
	}
	if !after.End() {
		w.after("updated, id", "<", micros(after.At), after.ID)
	}
	n := page(limit)
	rows, err := all(ctx, s.db.Readers(), scanCase,
		`SELECT `+caseColumns+` FROM cases`+w.text+` ORDER BY updated DESC, id DESC`+limitTo(n+1), w.args...)
	return newest(rows, n, err, func(r CaseRow) Since { return Since{r.Updated, string(r.ID)} })
}

// newest cuts a list that was read one row too long and says where the next
// page begins.
func newest[T any](rows []T, n int, err error, at func(T) Since) ([]T, Since, error) {
	if err != nil || len(rows) <= n {
		return rows, Since{}, err
	}
	return rows[:n], at(rows[n-1]), nil
}

// Participants returns who takes part in a case on the customer's side, by
// address in lower case.
func (s *Store) Participants(ctx context.Context, id cases.ID) ([]cases.Participant, error) {
	return all(ctx, s.db.Readers(), func(row scanner) (cases.Participant, error) {
		var p cases.Participant
		err := row.Scan(&p.Person.Addr, &p.Person.Name, &p.Contact, &p.Verified)
		return p, err
	}, `SELECT addr, name, contact, verified FROM case_participants WHERE case_id = $1 ORDER BY addr`, string(id))
}
