package store

import (
	"context"
	"time"

	"madoguchi/terms/cases"
)

// Retention is how long closed cases of one customer are kept.
type Retention struct {
	Organization string
	Days         int  // after closing; not with Hold
	Hold         bool // nothing is erased while it stands
	Reason       string
	ByName       string
	At           time.Time
}

const retentionColumns = `organization, days, hold, reason, by_name, at`

var putRetention = insert("retention", retentionColumns) + " ON CONFLICT (organization) DO UPDATE SET " + assignments(retentionColumns)

// PutRetention says how long closed cases of a customer are kept.
func (tx *Tx) PutRetention(r Retention) error {
	return tx.exec(putRetention, r.Organization, r.Days, r.Hold, r.Reason, r.ByName, micros(r.At))
}

// DropRetention lets the usual time hold for a customer again.
func (tx *Tx) DropRetention(organization string) error {
	return tx.change(notFound("このお客様の例外は登録されていません。", "There is no exception for this customer."), `DELETE FROM retention WHERE organization = $1`, organization)
}

// Retentions returns the exceptions, the newest first.
func (s *Store) Retentions(ctx context.Context) ([]Retention, error) {
	return retentions(ctx, s.db.Readers())
}

// Retentions is [Store.Retentions] as the act sees it.
func (tx *Tx) Retentions() ([]Retention, error) { return retentions(background(), tx.q) }

func retentions(ctx context.Context, q querier) ([]Retention, error) {
	return all(ctx, q, func(row scanner) (Retention, error) {
		var r Retention
		var at int64
		err := row.Scan(&r.Organization, &r.Days, &r.Hold, &r.Reason, &r.ByName, &at)
		r.At = instant(at)
		return r, err
	}, `SELECT `+retentionColumns+` FROM retention ORDER BY at DESC, organization`)
}

// ClosedCase is a case that was closed and whose data is there.
type ClosedCase struct {
	ID           cases.ID
	Number       int64
	Organization string
	OrgName      string
	Closed       time.Time
}

// ClosedUntil returns closed cases, the longest closed first, that were closed
// until an instant and whose data was not erased since; none of a customer
// with an exception unless that customer is named, then only theirs.
func (s *Store) ClosedUntil(ctx context.Context, organization string, until time.Time, after ClosedCase, limit int) ([]ClosedCase, error) {
	var w where
	w.plain("status = 'closed'")
	w.and("status_at <= ", micros(until))
	if organization != "" {
		w.and("organization = ", organization)
	} else {
		w.plain("organization NOT IN (SELECT organization FROM retention)")
	}
	if after.ID != "" {
		w.after("status_at, id", ">", micros(after.Closed), string(after.ID))
	}
	w.plain("NOT EXISTS (SELECT 1 FROM retained r WHERE r.case_id = cases.id AND r.closed_at >= cases.status_at)")
	return all(ctx, s.db.Readers(), func(row scanner) (ClosedCase, error) {
		var c ClosedCase
		var closed int64
		err := row.Scan(&c.ID, &c.Number, &c.Organization, &c.OrgName, &closed)
		c.Closed = instant(closed)
		return c, err
	}, `SELECT id, number, organization, org_name, status_at FROM cases`+w.text+` ORDER BY status_at, id`+limitTo(page(limit)), w.args...)
}

// PutRetained keeps that a closed case's data was erased.
func (tx *Tx) PutRetained(c ClosedCase, erasure string, at time.Time) error {
	return tx.exec(`INSERT INTO retained (case_id, closed_at, erasure, at) VALUES ($1, $2, $3, $4)
		ON CONFLICT (case_id) DO UPDATE SET closed_at = excluded.closed_at, erasure = excluded.erasure, at = excluded.at`, string(c.ID), micros(c.Closed), erasure, micros(at))
}
