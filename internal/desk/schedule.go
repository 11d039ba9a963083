package desk

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"madoguchi/internal/records/store"
	"madoguchi/terms/cases"
	"madoguchi/terms/contract"
	"madoguchi/terms/fault"
)

// ScheduledReply is a reply that waits for its instant, as everybody at the
// desk sees it.
type ScheduledReply struct {
	Message  string
	Kind     cases.ReplyKind
	To       []string
	Text     string
	Next     cases.Status
	Files    []cases.Attachment
	Release  time.Time
	Written  time.Time
	By       cases.Actor
	Mine     bool // the viewer wrote it
	MayEnd   bool // the viewer may move, cancel or release it
	Foreseen ReplyPreview
}

// waitingForm is what a scheduled reply holds beside its text.
type waitingForm struct {
	DraftForm
	Cc []string `json:"cc,omitempty"`
}

// Schedule keeps a reply that is released at a later instant. Nothing is
// answered by it: the clocks go on, and the instant of the release decides
// them. What the customer writes meanwhile ends the schedule, and the text is a
// draft of its writer again.
func (d *Desk) Schedule(ctx context.Context, who Viewer, cmd ReplyCommand, release time.Time) (*cases.Case, error) {
	if err := who.May(WorkCases); err != nil {
		return nil, err
	}
	at, end := d.begin()
	defer end()
	files, err := d.attached(ctx, who, cmd)
	if err != nil {
		return nil, err
	}
	like, err := d.Choices(ctx, who)
	if err != nil {
		return nil, err
	}
	return d.change(ctx, cmd.Case, who, at, func(tx *store.Tx, p *pen) error {
		if err := d.mayReply(tx, who, cmd.Case, at); err != nil {
			return err
		}
		if err := p.unread(cmd.Seen, who); err != nil {
			return err
		}
		if rule, ask, err := d.needsApproval(tx, p, who, cmd); err != nil {
			return err
		} else if ask {
			return fault.New(fault.Conflict, "この返信には承認が必要なため、予約できません（規則「"+rule.Name+"」）。「送信」で承認を依頼してください。",
				"This reply needs an approval and cannot be scheduled (rule “"+rule.Name+"”). Please send it to ask for the approval.").At("approval")
		}
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
		facts, err := p.c.Schedule(r, cmd.Next, release, at)
		if err != nil {
			return err
		}
		if err := p.write(nil, facts...); err != nil {
			return err
		}
		if err := undraft(tx, who.ID, p.c.ID, cmd.Files); err != nil {
			return err
		}
		if _, err := endReply(tx, who.ID, p.c.ID); err != nil {
			return err
		}
		return keepScheduled(tx, who, cmd, r, release, at)
	})
}

func keepScheduled(tx *store.Tx, who Viewer, cmd ReplyCommand, r cases.Replied, release, at time.Time) error {
	form, err := json.Marshal(waitingForm{
		DraftForm: DraftForm{To: cmd.To, Kind: cmd.Kind, Next: cmd.Next, Refusal: string(cmd.Refusal), Reason: cmd.Reason}, Cc: cmd.Cc,
	})
	if err != nil {
		return fmt.Errorf("encode the form of a scheduled reply: %w", err)
	}
	files, err := json.Marshal(r.Attachments)
	if err != nil {
		return fmt.Errorf("encode the files of a scheduled reply: %w", err)
	}
	return tx.PutScheduled(store.Scheduled{
		Case: cmd.Case, Message: r.Message, Agent: who.ID, Text: r.Text, Form: string(form), Files: string(files),
		Seen: cmd.Seen, Release: release, Written: at,
	})
}

// Reschedule moves the instant of the reply that waits in a case. Its writer
// may, and a supervisor.
func (d *Desk) Reschedule(ctx context.Context, who Viewer, id cases.ID, release time.Time) (*cases.Case, error) {
	return d.onScheduled(ctx, who, id, func(tx *store.Tx, p *pen, row store.Scheduled) error {
		facts, err := p.c.Reschedule(release, p.at)
		if err != nil {
			return err
		}
		if err := p.write(nil, facts...); err != nil {
			return err
		}
		row.Release = release
		return tx.PutScheduled(row)
	})
}

// Unschedule cancels the reply that waits in a case: its text is a draft of
// its writer again. Its writer may, and a supervisor.
func (d *Desk) Unschedule(ctx context.Context, who Viewer, id cases.ID) (*cases.Case, error) {
	return d.onScheduled(ctx, who, id, func(_ *store.Tx, p *pen, _ store.Scheduled) error {
		facts, err := p.c.Unschedule(cases.EndWithdrawn, fault.Text{})
		if err != nil {
			return err
		}
		return p.write(nil, facts...)
	})
}

func (d *Desk) onScheduled(ctx context.Context, who Viewer, id cases.ID, decide func(*store.Tx, *pen, store.Scheduled) error) (*cases.Case, error) {
	if err := who.May(WorkCases); err != nil {
		return nil, err
	}
	at, end := d.begin()
	defer end()
	return d.change(ctx, id, who, at, func(tx *store.Tx, p *pen) error {
		row, err := tx.Scheduled(id)
		if err != nil {
			return err
		}
		if row.Agent != who.ID && !who.Can(Supervise) {
			by := row.Agent
			if p.c.Scheduled != nil {
				by = p.c.Scheduled.By.Name
			}
			return fault.New(fault.Forbidden, by+" さんの送信予約です。変更と取り消しは本人か責任者が行えます。", "This reply was scheduled by "+by+": only they or a supervisor can change it.")
		}
		return decide(tx, p, row)
	})
}

// unscheduled gives the text of a reply whose schedule has ended in this act
// back to its writer as a draft.
func (p *pen) unscheduled(tx *store.Tx) error {
	for _, e := range p.events {
		ended, ok := e.Data.(cases.ScheduleEnded)
		if !ok {
			continue
		}
		row, err := tx.Scheduled(p.c.ID)
		if fault.Is(err, fault.NotFound) || err == nil && row.Message != ended.Message {
			continue
		}
		if err != nil {
			return err
		}
		var form waitingForm
		var files []cases.Attachment
		if err := errors.Join(json.Unmarshal([]byte(row.Form), &form), json.Unmarshal([]byte(row.Files), &files)); err != nil {
			return fmt.Errorf("read a scheduled reply: %w", err)
		}
		if err := backToDraft(tx, row.Agent, row.Case, form.DraftForm, row.Text, files, row.Seen, p.at); err != nil {
			return err
		}
		if err := tx.DropScheduled(row.Case); err != nil {
			return err
		}
	}
	return nil
}

// releaseBatch is how many replies are released before others are looked for.
const releaseBatch = 100

// unfiledPatience is how long a reply waits past its instant for mail that had
// come before it and is not read yet: it might be the customer's.
const unfiledPatience = time.Minute

// ReleaseDue releases the scheduled replies whose instant has come, each as an
// act of its writer, and returns how many. One that cannot be released then
// (its writer's account was disabled, a recipient is none any more) ends with
// the reason, and is a draft again. It may run on several nodes at once: whoever
// comes second finds nothing.
//
// A release counts at the instant for which it was scheduled, as long as it is
// carried out within the length of [UndoWindow]: a reply that a person sends
// leaves no earlier after their click. Later (the desk was down) it counts when
// it is carried out.
func (d *Desk) ReleaseDue(ctx context.Context) (int, error) {
	now := d.now()
	due, err := d.store.DueScheduled(ctx, now, releaseBatch)
	if err != nil || len(due) == 0 {
		return 0, err
	}
	unfiled, err := d.store.UnfiledSince(ctx)
	if err != nil && !fault.Is(err, fault.NotFound) {
		return 0, err
	}
	released := 0
	var failed []error
	for _, row := range due {
		if !unfiled.IsZero() && !unfiled.After(row.Release) && now.Sub(row.Release) < unfiledPatience {
			continue
		}
		ok, err := d.releaseOne(ctx, row)
		if err != nil {
			failed = append(failed, fmt.Errorf("case %s: %w", row.Case, err))
		}
		if ok {
			released++
		}
	}
	if released > 0 {
		wake(d.outgoing)
	}
	return released, errors.Join(failed...)
}

// releaseOne releases a reply, or ends its schedule with the reason.
func (d *Desk) releaseOne(ctx context.Context, row store.Scheduled) (released bool, err error) {
	now, end := d.begin()
	defer end()
	at := row.Release
	if now.Sub(at) > UndoWindow {
		at = now
	}
	by, err := d.store.Agent(ctx, row.Agent)
	if err != nil {
		return false, err
	}
	who, err := d.viewer(ctx, by)
	if err != nil {
		return false, err
	}
	err = d.releaseAs(ctx, who, by.Disabled, row, at)
	switch {
	case err == nil:
		return true, nil
	case fault.Is(err, fault.NotFound): // another node was faster, or it was cancelled
		return false, nil
	case fault.Is(err, fault.Unavailable):
		return false, err
	}
	why := err
	_, err = d.change(ctx, row.Case, itself, now, func(tx *store.Tx, p *pen) error {
		if p.c.Scheduled == nil || p.c.Scheduled.Message != row.Message {
			return tx.DropScheduled(row.Case) // the case knows nothing of it
		}
		facts, err := p.c.Unschedule(cases.EndRefused, fault.Public(why))
		if err != nil {
			return err
		}
		return p.write(nil, facts...)
	})
	return false, err
}

func (d *Desk) releaseAs(ctx context.Context, who Viewer, disabled bool, row store.Scheduled, at time.Time) error {
	if disabled {
		return fault.New(fault.Forbidden, who.Name+" さんは現在利用停止中です。", who.Name+"’s account is disabled.")
	}
	switch err := errors.Join(who.May(WorkCases), d.SeesCaseID(ctx, who, row.Case)); {
	case fault.Is(err, fault.Forbidden), fault.Is(err, fault.NotFound):
		return fault.New(fault.Forbidden, who.Name+" さんは、このケースに返信する権限がなくなりました。", who.Name+" may not answer this case any more.")
	case err != nil:
		return err
	}
	var form waitingForm
	if err := json.Unmarshal([]byte(row.Form), &form); err != nil {
		return fmt.Errorf("read the form of a scheduled reply: %w", err)
	}
	cmd := ReplyCommand{
		Case: row.Case, Seen: row.Seen, Kind: form.Kind, To: form.To, Cc: form.Cc, Text: row.Text, Next: form.Next,
		Refusal: contract.ClauseID(form.Refusal), Reason: form.Reason, message: row.Message, from: at,
	}
	files, err := d.filesOf(row)
	if err != nil {
		return err
	}
	like, err := d.Choices(ctx, who)
	if err != nil {
		return err
	}
	_, err = d.change(ctx, row.Case, who, at, func(tx *store.Tx, p *pen) error {
		now, err := tx.Scheduled(row.Case)
		if err != nil {
			return err
		}
		if now.Message != row.Message || now.Release.After(row.Release) {
			return fault.New(fault.NotFound, "送信予約は変更されました。", "The schedule was changed.")
		}
		if err := d.mayReply(tx, who, row.Case, at); err != nil {
			return err
		}
		if err := p.unread(row.Seen, who); err != nil {
			return err
		}
		if err := d.release(tx, p, who, cmd, files, like); err != nil {
			return err
		}
		return tx.DropScheduled(row.Case)
	})
	return err
}

func (d *Desk) filesOf(row store.Scheduled) ([]Attached, error) {
	var list []cases.Attachment
	if err := json.Unmarshal([]byte(row.Files), &list); err != nil {
		return nil, fmt.Errorf("read the files of a scheduled reply: %w", err)
	}
	return d.keptFiles(list)
}

// scheduledOf is the reply that waits in a case, for its screen.
func (d *Desk) scheduledOf(ctx context.Context, who Viewer, c *cases.Case, con *contract.Contract) (out ScheduledReply, waits bool, err error) {
	if c.Scheduled == nil {
		return out, false, nil
	}
	row, err := d.store.Scheduled(ctx, c.ID)
	if fault.Is(err, fault.NotFound) { // released since the case was read
		return out, false, nil
	}
	if err != nil {
		return out, false, err
	}
	out = ScheduledReply{
		Message: row.Message, Kind: c.Scheduled.Kind, Text: row.Text, Release: row.Release, Written: row.Written, By: c.Scheduled.By,
		Mine: row.Agent == who.ID, MayEnd: row.Agent == who.ID || who.Can(Supervise),
		Foreseen: d.PreviewReplyAt(c, con, c.Scheduled.Kind, row.Release),
	}
	var form waitingForm
	err = errors.Join(json.Unmarshal([]byte(row.Form), &form), json.Unmarshal([]byte(row.Files), &out.Files))
	out.To, out.Next = form.To, form.Next
	return out, true, err
}
