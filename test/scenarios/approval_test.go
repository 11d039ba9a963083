package scenarios_test

import (
	"github.com/rogpeppe/go-internal/testscript"

	"madoguchi/internal/desk"
	"madoguchi/terms/approval"
	"madoguchi/terms/cases"
)

// cmdApproval makes a rule: replies of a writer at a priority need an approval.
func cmdApproval(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 1 {
		ts.Fatalf("usage: approval-rule NAME [initial] [agent=NAME] [priority=P] [approver=NAME]")
	}
	w := of(ts)
	r := approval.Rule{Name: args[0]}
	for _, a := range args[1:] {
		switch what, value := cut(a); what {
		case "initial":
			r.Initial = true
		case "agent":
			r.Agents = append(r.Agents, w.member(ts, value).ID)
		case "priority":
			r.Priorities = append(r.Priorities, value)
		case "approver":
			r.Approvers = append(r.Approvers, w.member(ts, value).ID)
		default:
			ts.Fatalf("a rule has no %q", what)
		}
	}
	_, err := w.desk.SetApprovalRule(w.ctx, w.people["admin"], r)
	ts.Check(err)
}

func cut(s string) (string, string) {
	for i := range s {
		if s[i] == '=' {
			return s[:i], s[i+1:]
		}
	}
	return s, ""
}

// approves releases the reply that waits, as it is or with another text.
func approves(w *world, ts *testscript.TestScript, who desk.Viewer, c *cases.Case, args []string) error {
	text := ""
	if c.Pending != nil {
		text = c.Pending.Reply.Text
	}
	seen := c.Version
	for _, a := range args {
		if a == "what-was-read" {
			seen = w.seen[who.ID+string(c.ID)]
		} else {
			text = ts.ReadFile(a)
		}
	}
	_, err := w.desk.Approve(w.ctx, who, desk.ApproveCommand{Case: c.ID, Seen: seen, Text: text})
	return err
}

func returnsReply(w *world, _ *testscript.TestScript, who desk.Viewer, c *cases.Case, args []string) error {
	_, err := w.desk.ReturnReply(w.ctx, who, c.ID, args[0])
	return err
}

func withdrawsReply(w *world, _ *testscript.TestScript, who desk.Viewer, c *cases.Case, _ []string) error {
	_, err := w.desk.WithdrawReply(w.ctx, who, c.ID)
	return err
}

// approvalOf is whose reply waits for an approval.
var approvalOf = textOf("waits for approval", func(c *cases.Case) string {
	if c.Pending == nil {
		return "none"
	}
	return c.Pending.By.Name
})
