package scenarios_test

import (
	"github.com/rogpeppe/go-internal/testscript"

	"madoguchi/internal/desk"
	"madoguchi/terms/cases"
	"madoguchi/terms/contract"
	"madoguchi/terms/worktime"
)

// cmdAmend attaches an amendment to a customer: amend aoba 2026-11-20 FILE.
func cmdAmend(ts *testscript.TestScript, neg bool, args []string) {
	if len(args) != 3 {
		ts.Fatalf("usage: amend ORGANIZATION FIRST-DAY FILE")
	}
	w := of(ts)
	from, err := worktime.ParseDate(args[1])
	ts.Check(err)
	_, err = w.desk.AddAmendment(w.ctx, w.people["kimura"], desk.AmendmentCommand{
		Organization: w.organization(ts, args[0]), From: from, YAML: []byte(ts.ReadFile(args[2])),
	})
	w.refusal = err
	switch {
	case neg && err == nil:
		ts.Fatalf("this should have been refused")
	case !neg && err != nil:
		ts.Fatalf("refused: %v", err)
	}
}

// cmdVersion writes, submits and approves the next version with a day off:
// version 2026-11-24 closes 2026-11-25 '臨時休業'.
func cmdVersion(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 4 || args[1] != "closes" {
		ts.Fatalf("usage: version EFFECTIVE closes DATE NAME")
	}
	w := of(ts)
	sato, approver := w.people["sato"], w.people["kimura"]
	author := desk.Viewer{ID: sato.ID, Name: sato.Name, Role: desk.Administrator}
	draft, err := w.desk.StartDraft(w.ctx, author, w.desk.DefaultContract())
	ts.Check(err)
	closed, err := worktime.ParseDate(args[2])
	ts.Check(err)
	v, err := w.desk.EditDraft(w.ctx, author, draft.ID, draft.Revision, contract.Set("contract.version", args[0]), contract.Set("contract.effective", args[0]),
		contract.AddClosure("business", contract.NamedDay{Date: closed, Name: contract.Text{JA: args[3], EN: args[3]}}))
	ts.Check(err)
	ts.Check(w.desk.SubmitDraft(w.ctx, author, draft.ID, ""))
	_, err = w.desk.ApproveDraft(w.ctx, approver, draft.ID, v.Revision+1, "")
	ts.Check(err)
}

// cmdRebase moves cases to the version in force, after they were shown:
// rebase 'reason' CS-1 …. Other cases that would move are left.
func cmdRebase(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 2 {
		ts.Fatalf("usage: rebase REASON CASE …")
	}
	w := of(ts)
	who := w.people["kimura"]
	con, err := w.desk.Contracts().InForce(w.desk.DefaultContract(), w.desk.Now())
	ts.Check(err)
	moves, _, err := w.desk.Moves(w.ctx, who, con, "")
	ts.Check(err)
	cmd := desk.RebaseCommand{To: con.Ref(), Reason: args[0], Cases: map[cases.ID]string{}}
	for _, name := range args[1:] {
		c, _ := w.matter(ts, name)
		for _, m := range moves {
			if m.Case.ID == c.ID {
				cmd.Cases[c.ID] = m.Shown()
			}
		}
	}
	moved, err := w.desk.Rebase(w.ctx, who, cmd)
	ts.Check(err)
	if moved != len(args)-1 {
		ts.Fatalf("moved %d of %d cases; %d were shown", moved, len(args)-1, len(moves))
	}
}

func (w *world) organization(ts *testscript.TestScript, name string) string {
	id, ok := w.orgs[name]
	if !ok {
		ts.Fatalf("nobody knows the customer %q", name)
	}
	return id
}
