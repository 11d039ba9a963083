package desk

import (
	"bufio"
	"cmp"
	"context"
	"encoding/json"
	"io"
	"strings"
	"time"

	"madoguchi/internal/records/store"
	"madoguchi/internal/sheet"
	"madoguchi/terms/fault"
)

// AuditLog returns a page of the acts on the desk itself, newest first.
func (d *Desk) AuditLog(ctx context.Context, who Viewer, q store.AuditQuery) ([]store.Audit, store.Since, error) {
	if err := who.May(SeeAudit); err != nil {
		return nil, store.Since{}, err
	}
	return d.store.ListAudit(ctx, q)
}

// The forms in which the audit log leaves the desk.
const (
	AuditCSV       = "csv"
	AuditJSONLines = "jsonl"
)

// auditLine is a line of the audit log in a file. Instants are RFC 3339 in UTC.
type auditLine struct {
	ID      string `json:"id"`
	At      string `json:"at"`
	ActorID string `json:"actor_id"`
	Actor   string `json:"actor"`
	Act     string `json:"act"`
	Subject string `json:"subject"`
	Detail  string `json:"detail"`
}

// ExportAudit writes all lines that a query selects, newest first: JSON lines,
// or CSV as Excel opens it (UTF-8 with a byte order mark), in which no cell
// can be taken for a formula. The export itself is a line of the audit.
func (d *Desk) ExportAudit(ctx context.Context, who Viewer, q store.AuditQuery, form string, w io.Writer) error {
	for _, p := range []Permission{SeeAudit, Export} {
		if err := who.May(p); err != nil {
			return err
		}
	}
	if form != AuditCSV && form != AuditJSONLines {
		return fault.New(fault.Invalid, "書き出す形式を選んでください。", "Please choose the form of the file.").At("form")
	}
	people, err := d.store.ListAgents(ctx)
	if err != nil {
		return err
	}
	names := map[string]string{}
	for _, a := range people {
		names[a.ID] = a.Name
	}
	err = d.store.Write(ctx, func(tx *store.Tx) error {
		return tx.PutAudit(d.audit(who, "audit.exported", "", strings.TrimSpace(form+" "+q.Act+" "+q.Text)))
	})
	if err != nil {
		return err
	}
	out := bufio.NewWriter(w)
	put, flush := auditWriter(out, form)
	for q.Limit, q.After = 500, (store.Since{}); ; {
		rows, next, err := d.store.ListAudit(ctx, q)
		if err != nil {
			return err
		}
		for _, a := range rows {
			line := auditLine{a.ID, a.At.UTC().Format(time.RFC3339Nano), a.Actor, cmp.Or(names[a.Actor], a.Actor), a.Act, a.Subject, a.Detail}
			if err := put(line); err != nil {
				return err
			}
		}
		if next.End() {
			break
		}
		q.After = next
	}
	if err := flush(); err != nil {
		return err
	}
	return out.Flush()
}

func auditWriter(out *bufio.Writer, form string) (put func(auditLine) error, flush func() error) {
	if form == AuditJSONLines {
		enc := json.NewEncoder(out)
		enc.SetEscapeHTML(false)
		return func(l auditLine) error { return enc.Encode(l) }, func() error { return nil }
	}
	table := sheet.NewWriter(out)
	begun := false
	put = func(l auditLine) error {
		if !begun {
			begun = true
			if err := table.Row("id", "at", "actor_id", "actor", "act", "subject", "detail"); err != nil {
				return err
			}
		}
		return table.Row(l.ID, l.At, l.ActorID, l.Actor, l.Act, l.Subject, l.Detail)
	}
	return put, table.Flush
}
