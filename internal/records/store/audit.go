package store

import (
	"context"
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
	return tx.exec(insertAudit, a.ID, micros(a.At), a.Actor, a.Act, a.Subject, a.Detail)
}

// ListAudit returns a page of the lines, newest first. It is for the desk's
// administrators: the lines belong to no organization.
func (s *Store) ListAudit(ctx context.Context, limit int, after Since) ([]Audit, Since, error) {
	var w where
	if !after.End() {
		w.after("at, id", "<", micros(after.At), after.ID)
	}
	n := page(limit)
	rows, err := all(ctx, s.db.Readers(), scanAudit, `SELECT `+auditColumns+` FROM audit`+w.text+` ORDER BY at DESC, id DESC`+w.limit(n+1), w.args...)
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
	return all(ctx, s.db.Readers(), scanAudit, `SELECT `+auditColumns+` FROM audit`+w.text+` ORDER BY at DESC, id DESC`+w.limit(page(limit)), w.args...)
}

func scanAudit(row scanner) (Audit, error) {
	var a Audit
	var at int64
	err := row.Scan(&a.ID, &at, &a.Actor, &a.Act, &a.Subject, &a.Detail)
	a.At = instant(at)
	return a, err
}
