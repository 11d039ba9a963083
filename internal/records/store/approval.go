package store

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"madoguchi/terms/approval"
	"madoguchi/terms/cases"
	"madoguchi/terms/fault"
)

// ApprovalRules returns the rules in their order.
func (s *Store) ApprovalRules(ctx context.Context) ([]approval.Rule, error) {
	return approvalRules(ctx, s.db.Readers())
}

// ApprovalRules is [Store.ApprovalRules] as the act sees it.
func (tx *Tx) ApprovalRules() ([]approval.Rule, error) { return approvalRules(background(), tx.q) }

func approvalRules(ctx context.Context, q querier) ([]approval.Rule, error) {
	return all(ctx, q, func(row scanner) (approval.Rule, error) {
		var r approval.Rule
		written, err := text(row)
		if err != nil {
			return r, err
		}
		if err := json.Unmarshal([]byte(written), &r); err != nil {
			return r, fmt.Errorf("read a rule of approval: %w", err)
		}
		return r, nil
	}, `SELECT rule FROM approval_rules ORDER BY place, id`)
}

// PutApprovalRules replaces all rules by those given, in their order.
func (tx *Tx) PutApprovalRules(rules []approval.Rule, at time.Time) error {
	if err := tx.exec(`DELETE FROM approval_rules`); err != nil {
		return err
	}
	for i, r := range rules {
		written, err := json.Marshal(r)
		if err != nil {
			return fmt.Errorf("encode a rule of approval: %w", err)
		}
		if err := tx.exec(insert("approval_rules", "id, place, rule, updated_at"), r.ID, i+1, string(written), micros(at)); err != nil {
			return err
		}
	}
	return nil
}

// PendingReply is a reply that waits for an approval.
type PendingReply struct {
	CaseRow
	Message   string
	Writer    string // id of who wrote it
	Name      string // theirs
	Rule      string // name of the rule that asks for it
	Approvers []string
	Asked     time.Time
}

const approvalColumns = `case_id, message, writer, name, rule, approvers, asked_at`

// PendingReplies returns the replies that wait, those asked for first at the
// head, of the cases within a scope.
func (s *Store) PendingReplies(ctx context.Context, scope Scope) ([]PendingReply, error) {
	list, err := all(ctx, s.db.Readers(), func(row scanner) (PendingReply, error) {
		var p PendingReply
		var named string
		var at int64
		if err := row.Scan(&p.ID, &p.Message, &p.Writer, &p.Name, &p.Rule, &named, &at); err != nil {
			return p, err
		}
		p.Asked = instant(at)
		var err error
		p.Approvers, err = decodeList(named)
		return p, err
	}, `SELECT `+approvalColumns+` FROM approvals ORDER BY asked_at, case_id LIMIT 500`)
	if err != nil {
		return nil, err
	}
	kept := make([]PendingReply, 0, len(list))
	for _, p := range list {
		row, err := s.CaseRow(ctx, scope, p.ID)
		if fault.Is(err, fault.NotFound) {
			continue // of a customer whom the viewer does not see
		}
		if err != nil {
			return nil, err
		}
		p.CaseRow = row
		kept = append(kept, p)
	}
	return kept, nil
}

// Approving reports whether a reply of a case waits for an approval.
func (s *Store) Approving(ctx context.Context, id cases.ID) (bool, error) {
	n, err := tally(ctx, s.db.Readers(), `SELECT COUNT(*) FROM approvals WHERE case_id = $1`, string(id))
	return n > 0, err
}

// PendingAmong returns which of some cases have a reply that waits for an approval.
func (s *Store) PendingAmong(ctx context.Context, ids []cases.ID) ([]cases.ID, error) {
	if len(ids) == 0 {
		return nil, nil
	}
	var w where
	w.inCases("case_id", ids)
	return all(ctx, s.db.Readers(), func(row scanner) (cases.ID, error) {
		id, err := text(row)
		return cases.ID(id), err
	}, `SELECT case_id FROM approvals`+w.text, w.args...)
}

// projectApproval keeps whether a reply of a case waits.
func (tx *Tx) projectApproval(c *cases.Case) error {
	w := c.Pending
	if w == nil {
		return tx.later(`DELETE FROM approvals WHERE case_id = $1`, string(c.ID))
	}
	named, err := encodeList(w.Approvers)
	if err != nil {
		return err
	}
	return tx.later(`INSERT INTO approvals (`+approvalColumns+`) VALUES (`+placeholders(1, 7)+`)
		ON CONFLICT (case_id) DO UPDATE SET message = excluded.message, writer = excluded.writer, name = excluded.name, rule = excluded.rule,
			approvers = excluded.approvers, asked_at = excluded.asked_at`,
		string(c.ID), w.Reply.Message, w.By.ID, w.By.Name, w.Rule, named, micros(w.At))
}
