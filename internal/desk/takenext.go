package desk

import (
	"context"
	"slices"

	"madoguchi/internal/records/store"
	"madoguchi/terms/cases"
	"madoguchi/terms/fault"
)

// HowNext is how somebody got a case whom [Desk.TakeNext] gave it.
const HowNext = "next"

// TakeNext gives the viewer the most urgent case that nobody has: of those
// that they see, that no team has or a team of theirs, and that are not
// finished, held or waiting for the customer. Two who ask at once get two
// cases.
func (d *Desk) TakeNext(ctx context.Context, who Viewer) (*cases.Case, error) {
	if err := who.May(WorkCases); err != nil {
		return nil, err
	}
	teams, err := d.teamsOf(ctx, who)
	if err != nil {
		return nil, err
	}
	q := QueueQuery{Selection: Selection{Filter: store.Filter{Assignee: []string{""}, Status: []cases.Status{cases.New, cases.Open}, Team: append(teams, "")}}}
	full := false // of the cases of a team, they have as many as the team gives one person
	for {
		page, err := d.Queue(ctx, who, q)
		if err != nil {
			return nil, err
		}
		for _, row := range page.Rows {
			c, taken, err := d.takeOne(ctx, who, row.ID, teams, &full)
			if err != nil || taken {
				return c, err
			}
		}
		if page.Next.End() && full {
			return nil, fault.New(fault.Conflict, "担当件数がチームの上限に達しています。手持ちの案件を進めてから、もう一度お試しください。", "You have as many cases as the team gives one person. Please go on with those first.")
		}
		if page.Next.End() {
			return nil, fault.New(fault.Conflict, "担当の決まっていない案件は、今はありません。", "There is no case without an assignee that you could take now.")
		}
		q.After = page.Next
	}
}

// takeOne takes a case unless somebody was faster, or it is one that they may
// not take.
func (d *Desk) takeOne(ctx context.Context, who Viewer, id cases.ID, teams []string, full *bool) (c *cases.Case, taken bool, err error) {
	c, err = d.do(ctx, who, id, func(tx *store.Tx, p *pen) error {
		if p.c.Assignee.ID != "" || p.c.Done() || p.c.Merged != nil || p.c.Frozen != "" || p.c.Team != "" && !slices.Contains(teams, p.c.Team) {
			return nil
		}
		loads, err := tx.Acting(who.ID)
		if err != nil {
			return err
		}
		all, err := tx.Distributions()
		if err != nil {
			return err
		}
		load := loads[who.ID]
		if most := distributionOf(all, p.c.Team).Most; most > 0 && load >= most {
			*full = true
			return nil
		}
		if err := p.assignWith(who.ID, who.Name, &cases.AssignReason{How: HowNext, Load: load}); err != nil {
			return err
		}
		taken = true
		return nil
	}, nil)
	if fault.Is(err, fault.NotFound) { // gone from their sight meanwhile
		return nil, false, nil
	}
	return c, taken, err
}
