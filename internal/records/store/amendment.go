package store

import (
	"context"
	"time"

	"madoguchi/terms/fault"
)

// Amendment is what one customer has agreed beyond a contract: opaque text
// here, and the time during which it holds.
type Amendment struct {
	ID           string // the file's own, unique in the installation
	Organization string
	Contract     string // id of the contract that it amends
	YAML         string
	From         time.Time // zero: from the beginning
	Until        time.Time // the first instant at which it no longer holds; zero: without end
	Added        time.Time
	AddedBy      string // agent id
	Ended        time.Time
	EndedBy      string
}

const amendmentColumns = `id, organization, contract, yaml, from_at, until_at, added_at, added_by, ended_at, ended_by`

var insertAmendment = insert("amendments", amendmentColumns)

// NextAmendment returns the number of the next amendment, from 1.
func (tx *Tx) NextAmendment() (int64, error) { return tx.count("amendment", 1) }

// PutAmendment attaches an amendment; an id that is taken is [fault.Conflict].
func (tx *Tx) PutAmendment(a Amendment) error {
	tx.changed = true
	_, err := one(background(), tx.q, notFound("", ""), scanAmendment, `SELECT `+amendmentColumns+` FROM amendments WHERE id = $1`, a.ID)
	if err == nil {
		return fault.New(fault.Conflict, "識別子「"+a.ID+"」の個別条件は既にあります。別の識別子を付けてください。",
			"There is an amendment with the identifier "+a.ID+" already. Please give another one.").At("yaml")
	}
	if !fault.Is(err, fault.NotFound) {
		return err
	}
	return tx.exec(insertAmendment, a.ID, a.Organization, a.Contract, a.YAML, micros(a.From), micros(a.Until), micros(a.Added), a.AddedBy, micros(a.Ended), a.EndedBy)
}

// EndAmendment says until when an organization's amendment holds; that of
// another organization is [fault.NotFound].
func (tx *Tx) EndAmendment(organization, id string, until, at time.Time, by string) error {
	_, err := one(background(), tx.q, notFound("個別条件が見つかりません。", "There is no such amendment."), text,
		`UPDATE amendments SET until_at = $1, ended_at = $2, ended_by = $3 WHERE id = $4 AND organization = $5 RETURNING id`,
		micros(until), micros(at), by, id, organization)
	return err
}

// ListAmendments returns the amendments of a scope, past and future ones too,
// in the order in which they begin.
func (s *Store) ListAmendments(ctx context.Context, scope Scope) ([]Amendment, error) {
	return listAmendments(ctx, s.db.Readers(), scope)
}

// Amendments returns the amendments of every customer, see
// [Store.ListAmendments].
func (h Histories) Amendments(ctx context.Context) ([]Amendment, error) {
	return listAmendments(ctx, h.db, Everyone())
}

func listAmendments(ctx context.Context, q querier, scope Scope) ([]Amendment, error) {
	var w where
	if err := scope.where(&w, "organization"); err != nil {
		return nil, err
	}
	return all(ctx, q, scanAmendment, `SELECT `+amendmentColumns+` FROM amendments`+w.text+` ORDER BY organization, from_at, added_at, id`, w.args...)
}

func scanAmendment(row scanner) (Amendment, error) {
	var a Amendment
	var from, until, added, ended int64
	err := row.Scan(&a.ID, &a.Organization, &a.Contract, &a.YAML, &from, &until, &added, &a.AddedBy, &ended, &a.EndedBy)
	a.From, a.Until, a.Added, a.Ended = instant(from), instant(until), instant(added), instant(ended)
	return a, err
}
