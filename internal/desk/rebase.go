package desk

import (
	"context"
	"strings"
	"time"

	"madoguchi/internal/records/store"
	"madoguchi/terms/cases"
	"madoguchi/terms/clock"
	"madoguchi/terms/contract"
	"madoguchi/terms/fault"
)

// Move is what a rebase would do to the running clocks of one case.
type Move struct {
	Case    store.CaseRow
	To      string // the ref that it would be pinned to
	Clocks  []ClockMove
	Dropped []string // metrics that the version sets no target for
	Clauses []contract.ClauseID
}

// ClockMove is one running deadline as it is and as it would be.
type ClockMove struct {
	Metric        string
	Before, After time.Time // zero: the clock rests
}

// maxMoves is how many running cases are looked at.
const maxMoves = 2000

// Moves returns the cases whose running deadlines would be different under a
// version, published or not, each under the amendments that hold for its
// customer now: what would follow if a person rebased them. more says that
// there are running cases beyond those looked at. Verdicts never move.
// It needs [SeeContractDrafts].
func (d *Desk) Moves(ctx context.Context, who Viewer, con *contract.Contract, organization string) (moves []Move, more bool, err error) {
	if err := who.May(SeeContractDrafts); err != nil {
		return nil, false, err
	}
	scope := who.Scope()
	if organization != "" {
		if err := who.SeesCustomer(organization); err != nil {
			return nil, false, err
		}
		scope = store.Only(organization)
	}
	rows, err := d.store.RunningCases(ctx, scope, con.ID(), maxMoves+1)
	if err != nil {
		return nil, false, err
	}
	if len(rows) > maxMoves {
		rows, more = rows[:maxMoves], true
	}
	made := map[string]*contract.Contract{}
	for _, row := range rows {
		c, _, err := d.store.Case(ctx, row.ID)
		if err != nil {
			return nil, false, err
		}
		over, ok := made[c.Organization]
		if !ok {
			if over, err = d.contracts.Over(con, c.Organization, d.now()); err != nil {
				return nil, false, err
			}
			made[c.Organization] = over
		}
		m, ok, err := d.moveOf(over, c, row)
		if err != nil {
			return nil, false, err
		}
		if ok {
			moves = append(moves, m)
		}
	}
	return moves, more, nil
}

// moveOf is what a rebase to what its customer has would do to one case; false
// when it would do nothing that anybody waits for.
func (d *Desk) moveOf(over *contract.Contract, c *cases.Case, row store.CaseRow) (Move, bool, error) {
	if c.Frozen != "" || c.Organization == "" {
		return Move{}, false, nil
	}
	r, clauses, err := clock.Rebase(over, c, d.now(), "")
	if fault.Is(err, fault.Conflict) || fault.Is(err, fault.NotFound) {
		return Move{}, false, nil
	}
	if err != nil {
		return Move{}, false, err
	}
	m := Move{Case: row, To: over.Ref(), Dropped: r.Dropped, Clauses: clauses}
	for _, t := range r.Targets {
		k := ClockMove{Metric: t.Metric, Before: t.Before, After: t.Deadline}
		for _, p := range r.Paused {
			if p.Metric == t.Metric {
				k.After = time.Time{}
			}
		}
		if !k.Before.Equal(k.After) {
			m.Clocks = append(m.Clocks, k)
		}
	}
	return m, len(m.Clocks)+len(m.Dropped) > 0, nil
}

// RebaseCommand moves chosen cases to a version that is in force.
type RebaseCommand struct {
	To     string // "id@version"
	Cases  map[cases.ID]string
	Reason string
}

// Shown is what a person saw of a move when they chose it: a rebase that would
// do something else meanwhile is not made.
func (m Move) Shown() string {
	var b strings.Builder
	b.WriteString(m.To)
	for _, k := range m.Clocks {
		b.WriteString(" " + k.Metric + " " + k.Before.UTC().Format(time.RFC3339Nano) + " " + k.After.UTC().Format(time.RFC3339Nano))
	}
	for _, metric := range m.Dropped {
		b.WriteString(" -" + metric)
	}
	return b.String()
}

// Rebase moves the cases that a person chose, with what they were shown of
// each, to a version in force: the running deadlines go on as shown, verdicts
// stay. It returns how many were moved; a case that has changed meanwhile is
// left as it is. Supervisors may.
func (d *Desk) Rebase(ctx context.Context, who Viewer, cmd RebaseCommand) (moved int, err error) {
	if err := who.May(ApproveContract); err != nil {
		return 0, err
	}
	reason := strings.TrimSpace(cmd.Reason)
	switch {
	case reason == "":
		return 0, fault.New(fault.Invalid, "理由を入力してください。経過に残ります。", "Please give the reason; it stays in the history.").At("reason")
	case len(cmd.Cases) == 0:
		return 0, fault.New(fault.Invalid, "切り替えるケースを選んでください。", "Please choose the cases to move.").At("cases")
	}
	con, err := d.contracts.Version(cmd.To)
	if err != nil {
		return 0, err
	}
	if now, err := d.contracts.InForce(con.ID(), d.now()); err != nil || now.Ref() != con.Ref() {
		return 0, fault.New(fault.Conflict, "この版はまだ適用されていないか、既に新しい版に替わっています。", "That version is not in force yet, or no longer.")
	}
	for id, shown := range cmd.Cases {
		_, err := d.change(ctx, id, who, d.now(), func(_ *store.Tx, p *pen) error {
			over, err := d.contracts.Over(con, p.c.Organization, d.now())
			if err != nil {
				return err
			}
			m, ok, err := d.moveOf(over, p.c, store.CaseRow{})
			if err != nil {
				return err
			}
			if !ok || m.Shown() != shown {
				return fault.New(fault.Conflict, "ケースが更新されています。", "The case has changed meanwhile.")
			}
			p.con = over
			event, clauses, err := clock.Rebase(p.con, p.c, p.at, reason)
			if err != nil {
				return err
			}
			return p.write(clauses, event)
		})
		switch {
		case err == nil:
			moved++
		case !fault.Is(err, fault.Conflict) && !fault.Is(err, fault.NotFound):
			return moved, err
		}
	}
	err = d.store.Write(ctx, func(tx *store.Tx) error {
		return tx.PutAudit(d.audit(who, "contract.rebased", cmd.To, reason))
	})
	return moved, err
}
