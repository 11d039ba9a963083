package desk

import (
	"context"
	"slices"
	"strings"

	"madoguchi/internal/records/store"
	"madoguchi/terms/approval"
	"madoguchi/terms/fault"
)

// ApprovalRules returns the rules in their order.
func (d *Desk) ApprovalRules(ctx context.Context, who Viewer) ([]approval.Rule, error) {
	if err := who.May(ManageSite); err != nil {
		return nil, err
	}
	return d.store.ApprovalRules(ctx)
}

// SetApprovalRule adds a rule at the end (empty id), or changes one.
func (d *Desk) SetApprovalRule(ctx context.Context, who Viewer, r approval.Rule) (approval.Rule, error) {
	r.Name = strings.TrimSpace(r.Name)
	if r.Name == "" || len([]rune(r.Name)) > 100 {
		return r, fault.New(fault.Invalid, "規則の名称を 100 文字以内で入力してください。", "Please give the rule a name of at most 100 characters.").At("name")
	}
	act := "approval-rule.changed"
	if r.ID == "" {
		r.ID, act = newID(), "approval-rule.added"
	}
	return r, d.editApprovalRules(ctx, who, act, r.ID, r.Name, func(tx *store.Tx, rules []approval.Rule) ([]approval.Rule, error) {
		people, err := tx.ListAgents()
		if err != nil {
			return nil, err
		}
		for _, id := range r.Approvers {
			if !slices.ContainsFunc(people, func(a store.Agent) bool { return a.ID == id && !a.Disabled }) {
				return nil, fault.New(fault.Invalid, "承認者を選び直してください。", "Please choose the approvers again.").At("approvers")
			}
		}
		i := slices.IndexFunc(rules, func(have approval.Rule) bool { return have.ID == r.ID })
		switch {
		case i >= 0:
			rules[i] = r
		case act == "approval-rule.changed":
			return nil, noRule()
		default:
			rules = append(rules, r)
		}
		return rules, nil
	})
}

// MoveApprovalRule puts a rule one place earlier: the first that fits counts.
func (d *Desk) MoveApprovalRule(ctx context.Context, who Viewer, id string) error {
	return d.editApprovalRules(ctx, who, "approval-rule.moved", id, "", func(_ *store.Tx, rules []approval.Rule) ([]approval.Rule, error) {
		i := slices.IndexFunc(rules, func(r approval.Rule) bool { return r.ID == id })
		if i < 0 {
			return nil, noRule()
		}
		if i > 0 {
			rules[i-1], rules[i] = rules[i], rules[i-1]
		}
		return rules, nil
	})
}

// RemoveApprovalRule ends a rule. Replies that wait already go on waiting.
func (d *Desk) RemoveApprovalRule(ctx context.Context, who Viewer, id string) error {
	return d.editApprovalRules(ctx, who, "approval-rule.removed", id, "", func(_ *store.Tx, rules []approval.Rule) ([]approval.Rule, error) {
		kept := slices.DeleteFunc(slices.Clone(rules), func(r approval.Rule) bool { return r.ID == id })
		if len(kept) == len(rules) {
			return nil, noRule()
		}
		return kept, nil
	})
}

func noRule() error {
	return fault.New(fault.NotFound, "承認の規則が見つかりません。", "There is no such rule of approval.")
}

func (d *Desk) editApprovalRules(ctx context.Context, who Viewer, act, id, name string, edit func(*store.Tx, []approval.Rule) ([]approval.Rule, error)) error {
	if err := who.May(ManageSite); err != nil {
		return err
	}
	return d.store.Write(ctx, func(tx *store.Tx) error {
		rules, err := tx.ApprovalRules()
		if err != nil {
			return err
		}
		for _, r := range rules {
			if r.ID == id && name == "" {
				name = r.Name
			}
		}
		after, err := edit(tx, rules)
		if err != nil {
			return err
		}
		if err := tx.PutApprovalRules(after, d.now()); err != nil {
			return err
		}
		return tx.PutAudit(d.audit(who, act, id, name))
	})
}
