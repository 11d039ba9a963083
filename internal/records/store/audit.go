package store

import (
	"context"
	"strings"
	"time"
)

// Audit is an act on the desk itself (a setting, a person, an export), kept
// beside the histories of the cases.
type Audit struct {
	ID      string // UUIDv7
	At      time.Time
	Actor   string // agent id, or "system"
	Act     string // such as "agent.disabled"
	Subject string // what it was done to
	Detail  string
}

const auditColumns = `id, at, actor, act, subject, detail`

var insertAudit = insert("audit", auditColumns)

// PutAudit adds a line; there is no way to change one.
func (tx *Tx) PutAudit(a Audit) error {
	return tx.later(insertAudit, a.ID, micros(a.At), a.Actor, a.Act, a.Subject, a.Detail)
}

// AuditQuery selects lines of the audit. Empty fields select all.
type AuditQuery struct {
	Actor string    // an agent's id
	Act   string    // the beginning of its name, such as "role."
	Text  string    // a part of the detail, the subject or the act
	From  time.Time // at or after
	To    time.Time // before
	Limit int
	After Since
}

// ListAudit returns a page of the lines, newest first. It is for the desk's
// administrators: the lines belong to no organization.
func (s *Store) ListAudit(ctx context.Context, q AuditQuery) ([]Audit, Since, error) {
	var w where
	if q.Actor != "" {
		w.and("actor = ", q.Actor)
	}
	if q.Act != "" {
		w.args = append(w.args, q.Act)
		prefix := placeholders(len(w.args), 1)
		w.plain("substr(act, 1, length(" + prefix + ")) = " + prefix)
	}
	if q.Text != "" {
		w.like(strings.ToLower(q.Text), "lower(detail)%s", "lower(subject)%s", "lower(act)%s")
	}
	if !q.From.IsZero() {
		w.and("at >= ", micros(q.From))
	}
	if !q.To.IsZero() {
		w.and("at < ", micros(q.To))
	}
	if !q.After.End() {
		w.after("at, id", "<", micros(q.After.At), q.After.ID)
	}
	n := page(q.Limit)
	rows, err := all(ctx, s.db.Readers(), func(row scanner) (Audit, error) {
		var a Audit
		var at int64
		err := row.Scan(&a.ID, &at, &a.Actor, &a.Act, &a.Subject, &a.Detail)
		a.At = instant(at)
		return a, err
	}, `SELECT `+auditColumns+` FROM audit`+w.text+` ORDER BY at DESC, id DESC`+limitTo(n+1), w.args...)
	return newest(rows, n, err, func(a Audit) Since { return Since{a.At, a.ID} })
}

// AuditOf returns the newest lines about some subjects, up to limit. Who asks
// must be allowed to see the subjects.
func (s *Store) AuditOf(ctx context.Context, subjects []string, limit int) ([]Audit, error) {
	if len(subjects) == 0 {
		return nil, nil
	}
	var w where
	for _, id := range subjects {
		w.args = append(w.args, id)
	}
	w.plain("subject IN (" + placeholders(1, len(subjects)) + ")")
	return all(ctx, s.db.Readers(), scanAudit, `SELECT `+auditColumns+` FROM audit`+w.text+` ORDER BY at DESC, id DESC`+limitTo(page(limit)), w.args...)
}

func scanAudit(row scanner) (Audit, error) {
	var a Audit
	var at int64
	err := row.Scan(&a.ID, &at, &a.Actor, &a.Act, &a.Subject, &a.Detail)
	a.At = instant(at)
	return a, err
}
