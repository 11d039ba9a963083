package desk

import (
	"context"
	"slices"
	"time"

	"madoguchi/internal/records/store"
	"madoguchi/terms/approval"
	"madoguchi/terms/cases"
	"madoguchi/terms/contract"
	"madoguchi/terms/fault"
	"madoguchi/terms/staff"
)

// needsApproval finds the rule by which a reply needs another person's approval
// before it leaves.
func (d *Desk) needsApproval(tx *store.Tx, p *pen, who Viewer, cmd ReplyCommand) (approval.Rule, bool, error) {
	rules, err := tx.ApprovalRules()
	if err != nil || len(rules) == 0 {
		return approval.Rule{}, false, err
	}
	teams, err := tx.ListTeams()
	if err != nil {
		return approval.Rule{}, false, err
	}
	rule, ok := approval.First(rules, approval.Reply{
		Writer: who.ID, Teams: teamsOf(teams, who.ID), Priority: p.c.Priority, Organization: p.c.Organization,
		Templates: cmd.Templates, Initial: cmd.Kind == cases.InitialResponse,
	})
	return rule, ok, nil
}

func teamsOf(teams []store.Team, agent string) []string {
	var ids []string
	for _, t := range teams {
		if !t.Dissolved && slices.Contains(t.Members, agent) {
			ids = append(ids, t.ID)
		}
	}
	return ids
}

// askApproval lets a reply wait for its approval: what would be released is kept in the
// history, and the writer's draft and lock end as if it had left.
func (d *Desk) askApproval(tx *store.Tx, p *pen, who Viewer, cmd ReplyCommand, rule approval.Rule, files []Attached, like Choices) error {
	r, err := d.written(p, who, cmd, files, like)
	if err != nil {
		return err
	}
	if _, err := p.refusal(cmd); err != nil {
		return err
	}
	if err := d.finishable(tx, p.c, cmd.Next); err != nil {
		return err
	}
	facts, err := p.c.AskApproval(cases.ApprovalAsked{
		Reply: r, Next: cmd.Next, Refusal: string(cmd.Refusal), Reason: cmd.Reason, Rule: rule.Name, Approvers: rule.Approvers,
	})
	if err != nil {
		return err
	}
	may, err := d.approversIn(tx, p.at, rule.Approvers, who.ID)
	if err != nil {
		return err
	}
	if len(may) == 0 {
		return fault.New(fault.Conflict, "この返信を承認できる人がいません。管理者にご相談ください（規則「"+rule.Name+"」）。",
			"Nobody can approve this reply. Please ask an administrator (rule “"+rule.Name+"”).").At("approval")
	}
	if err := p.write(nil, facts...); err != nil {
		return err
	}
	if p.c.Assignee.ID == "" {
		if err := p.write(nil, cases.Assigned{Agent: who.ID, Name: who.Name}); err != nil {
			return err
		}
	}
	if err := undraft(tx, who.ID, p.c.ID, cmd.Files); err != nil {
		return err
	}
	_, err = endReply(tx, who.ID, p.c.ID)
	return err
}

// approversIn returns the ids of those who may approve a reply at an instant.
func (d *Desk) approversIn(tx *store.Tx, at time.Time, named []string, writer string) ([]string, error) {
	people, err := d.ColleaguesIn(tx, at)
	if err != nil {
		return nil, err
	}
	teams, err := tx.ListTeams()
	if err != nil {
		return nil, err
	}
	return d.approvers(background(), people, teams, named, writer)
}

func (d *Desk) approvers(ctx context.Context, people []Colleague, teams []store.Team, named []string, writer string) ([]string, error) {
	var list []approval.Person
	for _, c := range people {
		rights, err := d.rightsOf(ctx, c.Agent)
		if err != nil {
			return nil, err
		}
		list = append(list, approval.Person{
			ID: c.Agent.ID, May: slices.Contains(rights.may, ApproveReplies), Teams: teamsOf(teams, c.Agent.ID),
			Away: c.State == staff.Away || c.State == staff.DayOff,
		})
	}
	return approval.Approvers(named, writer, list), nil
}

// ApproveCommand is an approver's consent.
type ApproveCommand struct {
	Case cases.ID
	Seen int    // the version of the case that they were looking at
	Text string // as it is to leave; the writer's, or changed
}

// Approve releases the reply that waits in a case, as its writer wrote it or as
// the approver changed it. The approver's instant is the release: it stops the
// clock, met or missed. What the approver has not read refuses it, as it
// refuses any reply.
func (d *Desk) Approve(ctx context.Context, who Viewer, cmd ApproveCommand) (*cases.Case, error) {
	if err := who.May(WorkCases); err != nil {
		return nil, err
	}
	if err := d.SeesCaseID(ctx, who, cmd.Case); err != nil {
		return nil, err
	}
	at, end := d.begin()
	defer end()
	before, _, err := d.store.Case(ctx, cmd.Case)
	if err != nil {
		return nil, err
	}
	w := before.Pending
	if w == nil {
		_, err := before.Approve(who.Actor(), cmd.Text)
		return nil, err
	}
	files, err := d.keptFiles(w.Reply.Attachments)
	if err != nil {
		return nil, err
	}
	by, err := d.store.Agent(ctx, w.By.ID)
	if err != nil {
		return nil, err
	}
	writer, err := d.viewer(ctx, by)
	if err != nil {
		return nil, err
	}
	like, err := d.Choices(ctx, writer)
	if err != nil {
		return nil, err
	}
	c, err := d.change(ctx, cmd.Case, who, at, func(tx *store.Tx, p *pen) error {
		if err := d.mayDecide(tx, p, who); err != nil {
			return err
		}
		if p.c.Pending != nil && p.c.Pending.Reply.Message != w.Reply.Message {
			return fault.New(fault.Conflict, "承認待ちの返信が差し替えられました。画面を更新して、内容をご確認ください。", "Another reply waits now. Please reload the page and read it.").At("approval")
		}
		if err := d.mayReply(tx, who, cmd.Case, at); err != nil {
			return err
		}
		if err := p.unread(cmd.Seen, who); err != nil {
			return err
		}
		given, err := p.c.Approve(who.Actor(), cmd.Text)
		if err != nil {
			return err
		}
		if err := p.write(nil, given); err != nil {
			return err
		}
		return d.release(tx, p, writer, replyOf(*w, cmd.Text), files, like)
	})
	if err == nil {
		wake(d.outgoing)
	}
	return c, err
}

// replyOf is the reply that waits, with the text that leaves.
func replyOf(w cases.Pending, text string) ReplyCommand {
	cmd := ReplyCommand{
		Case: "", Kind: w.Reply.Kind, Text: text, Next: w.Next, Refusal: contract.ClauseID(w.Refusal), Reason: w.Reason,
		message: w.Reply.Message, writer: &w.By,
	}
	for _, a := range w.Reply.To {
		cmd.To = append(cmd.To, a.Addr)
	}
	for _, a := range w.Reply.Cc {
		cmd.Cc = append(cmd.Cc, a.Addr)
	}
	return cmd
}

// mayDecide refuses who may neither approve nor return the reply that waits.
func (d *Desk) mayDecide(tx *store.Tx, p *pen, who Viewer) error {
	if p.c.Pending == nil || p.c.Pending.By.ID == who.ID {
		return nil // the case says why not
	}
	may, err := d.approversIn(tx, p.at, p.c.Pending.Approvers, p.c.Pending.By.ID)
	if err != nil || slices.Contains(may, who.ID) {
		return err
	}
	return fault.New(fault.Forbidden, "この返信の承認者ではありません。", "You are none of those who may approve this reply.").At("approval")
}

// ReturnReply gives the reply that waits back to its writer, with what has to be
// changed; the text is their draft again.
func (d *Desk) ReturnReply(ctx context.Context, who Viewer, id cases.ID, comment string) (*cases.Case, error) {
	return d.decide(ctx, who, id, func(tx *store.Tx, p *pen) ([]cases.Data, error) {
		if p.c.Pending != nil && p.c.Pending.By.ID == who.ID {
			return nil, fault.New(fault.Forbidden, "ご自身の返信は取り下げてください。", "This reply is your own: please take it back.").At("approval")
		}
		if err := d.mayDecide(tx, p, who); err != nil {
			return nil, err
		}
		return p.c.ReturnReply(comment)
	})
}

// WithdrawReply takes the reply that waits back; the text is its writer's draft
// again. They may, and who supervises.
func (d *Desk) WithdrawReply(ctx context.Context, who Viewer, id cases.ID) (*cases.Case, error) {
	return d.decide(ctx, who, id, func(_ *store.Tx, p *pen) ([]cases.Data, error) {
		if w := p.c.Pending; w != nil && w.By.ID != who.ID && !who.Can(Supervise) {
			return nil, fault.New(fault.Forbidden, w.By.Name+" さんの返信です。取り下げは本人か責任者が行えます。", "This reply is "+w.By.Name+"’s: only they or a supervisor can take it back.").At("approval")
		}
		return p.c.WithdrawReply()
	})
}

func (d *Desk) decide(ctx context.Context, who Viewer, id cases.ID, what func(*store.Tx, *pen) ([]cases.Data, error)) (*cases.Case, error) {
	if err := who.May(WorkCases); err != nil {
		return nil, err
	}
	at, end := d.begin()
	defer end()
	return d.change(ctx, id, who, at, func(tx *store.Tx, p *pen) error {
		facts, err := what(tx, p)
		if err != nil {
			return err
		}
		return p.write(nil, facts...)
	})
}

// unapproved gives the text of a reply that no longer waits, and has not left,
// back to its writer as a draft, in the act that decides so.
func (p *pen) unapproved(tx *store.Tx) error {
	for _, e := range p.events {
		switch e.Data.(type) {
		case cases.ApprovalReturned, cases.ApprovalWithdrawn:
		default:
			continue
		}
		if p.before == nil || p.before.Pending == nil {
			continue
		}
		w := p.before.Pending
		form := DraftForm{Kind: w.Reply.Kind, Next: w.Next, Refusal: w.Refusal, Reason: w.Reason}
		for _, a := range w.Reply.To {
			form.To = append(form.To, a.Addr)
		}
		if err := backToDraft(tx, w.By.ID, p.c.ID, form, w.Reply.Text, w.Reply.Attachments, p.c.Version, p.at); err != nil {
			return err
		}
	}
	return nil
}

// keptFiles loads the files of a reply whose bytes the records have.
func (d *Desk) keptFiles(list []cases.Attachment) ([]Attached, error) {
	out := make([]Attached, 0, len(list))
	for _, a := range list {
		data, err := d.store.File(background(), a.SHA256)
		if err != nil {
			return nil, err
		}
		out = append(out, Attached{a, data})
	}
	return out, nil
}

// background is for reading what an act needs, which is brought to its end.
func background() context.Context { return context.Background() }
