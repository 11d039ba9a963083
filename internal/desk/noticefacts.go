package desk

import (
	"fmt"

	"madoguchi/internal/records/store"
	"madoguchi/terms/cases"
	"madoguchi/terms/notice"
)

// tellOf tells those who are concerned by what an act wrote into a case.
func (p *pen) tellOf(tx *store.Tx, c *cases.Case) error {
	if p.telling == nil {
		return nil
	}
	p.telling.tx = tx
	if err := p.setWarnings(tx, c); err != nil {
		return err
	}
	if p.before != nil && p.by.Kind == cases.Agent {
		// Who acts on a case has seen what they were told of it.
		if err := tx.ReadNotices(p.by.ID, c.ID, nil, p.at); err != nil {
			return err
		}
	}
	var told []string
	for _, e := range p.events {
		news, err := p.newsOf(c, e)
		if err != nil {
			return err
		}
		if err := p.telling.tell(news...); err != nil {
			return err
		}
		for _, n := range news {
			told = append(told, n.To...)
		}
	}
	news, err := p.newsOfFollowers(c, told)
	if err != nil {
		return err
	}
	return p.telling.tell(news...)
}

// newsOf is what one event of a case is to whom.
func (p *pen) newsOf(c *cases.Case, e cases.Event) ([]Notice, error) {
	n := Notice{Case: c.ID, By: e.Actor, At: p.at, To: concerned(c)}
	switch f := e.Data.(type) {
	case cases.Assigned:
		n.Kind, n.To, n.Matter = notice.Assigned, []string{f.Agent}, p.bulkMatter(notice.Assigned)
	case cases.TeamAssigned:
		var err error
		n.Kind, n.Matter = notice.Team, p.bulkMatter(notice.Team)
		n.To, err = mentioned(p.telling.tx, []cases.Mention{{Team: f.Team}})
		return []Notice{n}, err
	case cases.MessageReceived:
		if f.Auto != "" || p.before == nil {
			return nil, nil
		}
		n.Kind, n.Ref = notice.Answered, f.Message
		if w := c.Pending; w != nil { // both who wrote and who is to approve have to read it
			may, err := p.telling.desk.approversIn(p.telling.tx, p.at, w.Approvers, w.By.ID)
			if err != nil {
				return nil, err
			}
			n.To = append(append(n.To, w.By.ID), may...)
		}
	case cases.Noted:
		var err error
		n.Kind, n.Ref = notice.Mentioned, f.Note
		if n.To, err = mentioned(p.telling.tx, f.Mentions); err == nil {
			n.To, err = p.seeing(c, n.To)
		}
		return []Notice{n}, err
	case cases.ApprovalAsked:
		var err error
		n.Kind, n.Ref = notice.Asked, f.Reply.Message
		n.To, err = p.telling.desk.approversIn(p.telling.tx, p.at, f.Approvers, e.Actor.ID)
		return []Notice{n}, err
	case cases.ApprovalReturned:
		n.Kind, n.To, n.Ref = notice.Returned, []string{f.Writer.ID}, f.Message
	case cases.ApprovalGiven:
		n.Kind, n.To, n.Ref = notice.Approved, []string{f.Writer.ID}, f.Message
	case cases.ReplyTakenOver:
		n.Kind, n.To = notice.TakenOver, []string{f.From.ID}
	case cases.ScheduleEnded:
		if p.before == nil || p.before.Scheduled == nil {
			return nil, nil
		}
		n.Kind, n.To, n.Ref = notice.Stopped, []string{p.before.Scheduled.By.ID}, f.Message
		n.Matter = "stopped/" + f.Message
	case cases.FinishHeld:
		n.Kind, n.Ref = notice.Unfinished, f.Message
		n.To = append(n.To, f.Writer.ID)
	case cases.PriorityObjected:
		n.Kind = notice.Objected
		return p.toSupervisors(n)
	case cases.TargetMissed:
		if c.Done() {
			return nil, nil
		}
		n.Kind, n.Ref, n.Once = notice.Missed, f.Metric, true
		n.Matter = fmt.Sprintf("missed/%s/%s/%d", c.ID, f.Metric, f.Deadline.UnixMicro())
		return p.toSupervisors(n)
	case cases.VerdictSuperseded:
		if f.Reason != cases.Undelivered || f.Metric != cases.FirstResponse {
			return nil, nil
		}
		n.Kind, n.Ref, n.Once = notice.Bounced, f.Message, true
		n.Matter = "bounced/" + f.Message
		if by := p.writerOf(f.Message); by != "" {
			n.To = append(n.To, by)
		}
		if len(n.To) == 0 {
			return p.toSupervisors(n)
		}
	case cases.Followed:
		return p.addedFollower(n, f), nil
	case cases.TaskDue, cases.TaskSet:
		return p.newsOfTask(c, e), nil
	default:
		return nil, nil
	}
	return []Notice{n}, nil
}

// bulkMatter makes one piece of news of what one batch gave somebody; empty
// outside a batch.
func (p *pen) bulkMatter(kind notice.Kind) string {
	for _, e := range p.events {
		if d, ok := e.Data.(cases.BulkActed); ok && d.Of > 1 {
			return string(kind) + "/bulk/" + d.Batch
		}
	}
	return ""
}

// toSupervisors adds those who look after the whole desk.
func (p *pen) toSupervisors(n Notice) ([]Notice, error) {
	all, err := p.telling.supervisors()
	n.To = append(n.To, all...)
	return []Notice{n}, err
}

// concerned are those who want to hear of a case.
func concerned(c *cases.Case) []string {
	var ids []string
	if c.Assignee.ID != "" {
		ids = append(ids, c.Assignee.ID)
	}
	return ids
}

// writerOf is who released a message of ours.
func (p *pen) writerOf(message string) string {
	for _, e := range p.past {
		if r, ok := e.Data.(cases.Replied); ok && r.Message == message {
			return e.Actor.ID
		}
	}
	return ""
}
