package desk

import (
	"context"
	"strings"
	"time"

	"madoguchi/internal/desk/notify"
	"madoguchi/internal/records/store"
	"madoguchi/terms/cases"
	"madoguchi/terms/clock"
	"madoguchi/terms/contract"
	"madoguchi/terms/fault"
)

// PriorityCommand is one side's view of the priority.
type PriorityCommand struct {
	Case      cases.ID
	Seen      int // the version that the preview was made for
	Side      clock.Side
	Priority  contract.PriorityID
	Criterion contract.ClauseID
	Reason    string
	Person    string // for a claim, objection or agreement: the participant's address
	How       string // for an agreement: "mail" or "phone"
	Where     string // for an agreement: our id of the mail, or the call that shows it
}

func (cmd PriorityCommand) at(t time.Time) clock.Change {
	return clock.Change{Side: cmd.Side, Priority: cmd.Priority, Criterion: cmd.Criterion, Reason: strings.TrimSpace(cmd.Reason), At: t}
}

// Judge records the desk's view of the priority with criterion and reason,
// and moves the clock as the preview showed. The customer hears of a claim that
// is not followed, and of a priority that goes down.
func (d *Desk) Judge(ctx context.Context, who Viewer, cmd PriorityCommand) (*cases.Case, error) {
	cmd.Side = clock.Judgement
	c, err := d.move(ctx, who, cmd, func(_ *store.Tx, p *pen, e clock.Effect) (cases.Data, error) {
		return judged(cmd, e), nil
	})
	if err == nil {
		wake(d.outgoing)
	}
	return c, err
}

func judged(cmd PriorityCommand, e clock.Effect) cases.PriorityJudged {
	return cases.PriorityJudged{
		Priority: string(cmd.Priority), Criterion: string(cmd.Criterion), Reason: strings.TrimSpace(cmd.Reason),
		Declines: e.Declines, Reassessed: e.Reassessed, Applied: string(e.Priority), Provisional: e.Provisional,
	}
}

// RecordClaim records the customer's own view, as they told a person of the desk.
func (d *Desk) RecordClaim(ctx context.Context, who Viewer, cmd PriorityCommand) (*cases.Case, error) {
	cmd.Side = clock.Claim
	return d.move(ctx, who, cmd, func(_ *store.Tx, p *pen, e clock.Effect) (cases.Data, error) {
		if strings.TrimSpace(cmd.Reason) == "" {
			return nil, fault.New(fault.Invalid, "お客様のお申し出の内容を入力してください。", "Please write what the customer said.").At("reason")
		}
		if err := p.speakFor(cmd.Person); err != nil {
			return nil, err
		}
		return claimed(cmd, e), nil
	})
}

func claimed(cmd PriorityCommand, e clock.Effect) cases.PriorityClaimed {
	return cases.PriorityClaimed{
		Priority: string(cmd.Priority), Criterion: string(cmd.Criterion), Reason: strings.TrimSpace(cmd.Reason),
		Applied: string(e.Priority), Provisional: e.Provisional,
	}
}

// Agree records the agreement of both sides: who for each, and how it can be
// shown later. The customer's person must be a registered contact.
func (d *Desk) Agree(ctx context.Context, who Viewer, cmd PriorityCommand) (*cases.Case, error) {
	cmd.Side = clock.Agreement
	return d.move(ctx, who, cmd, func(tx *store.Tx, p *pen, e clock.Effect) (cases.Data, error) {
		person, ok := p.c.Participant(strings.ToLower(strings.TrimSpace(cmd.Person)))
		if !ok || person.Contact == "" || !person.Verified {
			return nil, fault.New(fault.Invalid, "合意できるのは、登録済みのお客様ご担当者のみです。", "Only a registered contact of the customer can agree.").At("person")
		}
		if err := mayAgree(tx, person.Contact); err != nil {
			return nil, err
		}
		if cmd.How != "mail" && cmd.How != "phone" {
			return nil, fault.New(fault.Invalid, "合意の方法（メール・電話）を選んでください。", "Please choose how it was agreed: mail or phone.").At("how")
		}
		if err := p.shows(cmd, person); err != nil {
			return nil, err
		}
		return agreed(cmd, e, who, person), nil
	})
}

func agreed(cmd PriorityCommand, e clock.Effect, who Viewer, person cases.Participant) cases.PriorityAgreed {
	return cases.PriorityAgreed{
		Priority: string(cmd.Priority), Desk: who.Actor(), Person: person.Person, How: cmd.How,
		Where: strings.TrimSpace(cmd.Where), Applied: string(e.Priority),
	}
}

// shows checks what an agreement rests on: a mail must be known to be the
// person's own, of a call it is said when it was.
func (p *pen) shows(cmd PriorityCommand, person cases.Participant) error {
	if cmd.How == "phone" {
		if strings.TrimSpace(cmd.Where) == "" {
			return fault.New(fault.Invalid, "合意を確認できる記録（通話の日時など）を入力してください。", "Please say where the agreement can be found, such as the time of the call.").At("where")
		}
		return nil
	}
	m, ok := p.message(strings.TrimSpace(cmd.Where))
	if !ok || m.From.Addr != person.Person.Addr {
		return fault.New(fault.Invalid, "合意いただいたメールを選んでください。", "Please choose the mail in which they agreed.").At("where")
	}
	if !p.c.Trusts(m.Message) {
		return fault.New(fault.Conflict, "このメールは送信元を確認できていないため、合意の根拠にできません。「確認メールを送る」からご本人に確認してください。",
			"The sender of that mail is not proven, so no agreement can rest on it. Send them a link to confirm.").At("where")
	}
	return nil
}

// Object records that the customer does not accept the priority; a
// supervisor sees it.
func (d *Desk) Object(ctx context.Context, who Viewer, id cases.ID, person, reason string) (*cases.Case, error) {
	if err := who.May(ChangePriority); err != nil {
		return nil, err
	}
	at, end := d.begin()
	defer end()
	return d.change(ctx, id, who, at, func(_ *store.Tx, p *pen) error {
		if err := p.speakFor(person); err != nil {
			return err
		}
		return p.object(reason)
	})
}

func (p *pen) object(reason string) error {
	facts, err := p.c.Object(reason)
	if err != nil {
		return err
	}
	return p.write(p.con.SayClauses(contract.SayPriorityChanged), facts...)
}

// move makes a change of priority: the view, then the clock's move.
func (d *Desk) move(ctx context.Context, who Viewer, cmd PriorityCommand, fact func(*store.Tx, *pen, clock.Effect) (cases.Data, error)) (*cases.Case, error) {
	if err := who.May(ChangePriority); err != nil {
		return nil, err
	}
	at, end := d.begin()
	defer end()
	return d.change(ctx, cmd.Case, who, at, func(tx *store.Tx, p *pen) error {
		if p.c.Frozen != "" {
			_, err := p.c.Note(cases.Noted{Text: "-"}) // says why nothing can be changed
			return err
		}
		if cmd.Seen != 0 && cmd.Seen < p.c.Version && priorityMoved(p.c, cmd.Seen) {
			return fault.New(fault.Conflict, "優先度または期限が更新されています。画面で新しい内容をご確認ください。",
				"The priority or its deadline changed meanwhile. Please look at the new state.").At("seen")
		}
		return d.viewAndTell(tx, p, cmd, func(e clock.Effect) (cases.Data, error) { return fact(tx, p, e) })
	})
}

// viewAndTell is [pen.view], and tells the customer of a judgement that they are
// to hear of.
func (d *Desk) viewAndTell(tx *store.Tx, p *pen, cmd PriorityCommand, fact func(clock.Effect) (cases.Data, error)) error {
	var l notify.Lowered
	tells := false
	err := p.view(cmd.at(p.at), func(ch clock.Change, e clock.Effect) (cases.Data, error) {
		l, tells = lowered(p.c, ch, e)
		return fact(e)
	})
	if err != nil || !tells {
		return err
	}
	return d.tellLowered(tx, p, l)
}

// view writes one side's view of the priority as the fact that it is, and what
// it brings to the clocks.
func (p *pen) view(ch clock.Change, fact func(clock.Change, clock.Effect) (cases.Data, error)) error {
	if err := p.judgeOverdue(); err != nil {
		return err
	}
	effect, err := clock.Move(p.con, p.c, ch)
	if err != nil {
		return err
	}
	data, err := fact(ch, effect)
	if err != nil {
		return err
	}
	if err := p.write(effect.Clauses, data); err != nil {
		return err
	}
	return p.retarget(effect)
}

// priorityMoved reports whether any view of the priority, or the target, is
// newer than the version seen.
func priorityMoved(c *cases.Case, seen int) bool { return c.PriorityVersion > seen }

// speakFor makes the pen write in the name of a customer's participant, as a
// person of the desk took it down.
func (p *pen) speakFor(addr string) error {
	who, ok := p.c.Participant(strings.ToLower(strings.TrimSpace(addr)))
	if !ok {
		return fault.New(fault.Invalid, "お客様ご担当者を選んでください。", "Please choose the customer's person.").At("person")
	}
	name := who.Person.Name
	if name == "" {
		name = who.Person.Addr
	}
	p.by = cases.Actor{Kind: cases.Customer, ID: who.Contact, Name: name}
	return nil
}
