package desk

import (
	"cmp"
	"context"
	"errors"
	"time"

	"madoguchi/internal/records/store"
	"madoguchi/terms/cases"
	"madoguchi/terms/fault"
)

// SplitCommand makes a case of its own of messages of another one.
type SplitCommand struct {
	Case     cases.ID
	Messages []string // our ids of them
	Subject  string   // empty: that of the first message
	Reason   string
}

// SplitPlan is what a split would make, computed before it is made.
type SplitPlan struct {
	Reception time.Time // of the earliest message: the clocks count from it
	Clocks    Forecast  // of the new case; empty while nobody knows whose it is
	Priority  string
	Subject   string
}

// PlanSplit says what a split would make, or why it cannot be made.
func (d *Desk) PlanSplit(ctx context.Context, who Viewer, cmd SplitCommand) (SplitPlan, error) {
	var plan SplitPlan
	cmd.Reason = cmp.Or(cmd.Reason, "plan")
	_, err := d.split(ctx, who, cmd, func(p *pen) error {
		plan = SplitPlan{Reception: p.c.Reception, Priority: p.c.Priority, Subject: p.c.Subject}
		plan.Clocks = newly(p.con, p.c, p.events, p.at)
		return errOnlyPlanned
	})
	if errors.Is(err, errOnlyPlanned) {
		err = nil
	}
	return plan, err
}

// Split makes a case of messages of another one and returns it. Its clock
// counts from the earliest reception of these messages; who wrote them keeps
// taking part in both; an answer to them, or to what the desk answered to
// them, lands in the new case. Nobody is written to. What takes it back is
// [Desk.Merge].
func (d *Desk) Split(ctx context.Context, who Viewer, cmd SplitCommand) (*cases.Case, error) {
	c, err := d.split(ctx, who, cmd, func(*pen) error { return nil })
	if err != nil {
		return nil, err
	}
	d.live.Publish(string(cmd.Case), string(c.ID))
	return c, nil
}

func (d *Desk) split(ctx context.Context, who Viewer, cmd SplitCommand, made func(fresh *pen) error) (*cases.Case, error) {
	if err := who.May(MergeCases); err != nil {
		return nil, err
	}
	at, end := d.begin()
	defer end()
	var fresh *cases.Case
	err := d.store.Write(ctx, func(tx *store.Tx) error {
		p, err := d.openFor(tx, cmd.Case, who, at)
		if err != nil {
			return err
		}
		s, err := p.c.Split(p.past, cmd.Messages, cmd.Subject, cmd.Reason)
		if err != nil {
			return err
		}
		off, err := d.splitOff(tx, p, s, who)
		if err != nil {
			return err
		}
		if fresh, err = off.close(tx); err != nil {
			return err
		}
		s.Off.Case, s.Off.Number = fresh.ID, fresh.Number
		if err := p.write(nil, s.Off, cases.Linked{Case: fresh.ID, Number: fresh.Number, Why: cases.LinkRelated}); err != nil {
			return err
		}
		if _, err := p.close(tx); err != nil {
			return err
		}
		return made(off)
	})
	return fresh, err
}

// splitOff writes the new case.
func (d *Desk) splitOff(tx *store.Tx, from *pen, s cases.Splitting, who Viewer) (*pen, error) {
	number, err := tx.NextNumber()
	if err != nil {
		return nil, err
	}
	old, first := from.c, s.Messages[0]
	p := &pen{con: from.con, c: &cases.Case{ID: cases.ID(newID())}, at: from.at, by: who.Actor(), channel: s.Channels[0], telling: &telling{desk: d, tx: tx}}
	opened := cases.Opened{
		Number: number, Subject: s.Subject, Organization: old.Organization, OrgName: old.OrgName, Person: first.From,
		Region: old.Region, Language: old.Language, Reception: s.Reception, Priority: string(from.con.InitialPriority()),
	}
	if have, ok := old.Participant(first.From.Addr); ok {
		opened.Contact = have.Contact
	}
	if err := p.write(nil, opened); err != nil {
		return nil, err
	}
	p.channel = "" // what follows is done on the desk's screen
	if err := p.write(nil, cases.SplitFrom{Case: old.ID, Number: old.Number, Threads: s.Threads, Reason: s.Off.Reason}); err != nil {
		return nil, err
	}
	for i, m := range s.Messages {
		m.Message, m.Joined = newID(), cases.JoinedBySplit
		s.Messages[i] = m
		p.channel = s.Channels[i]
		if err := p.write(nil, m); err != nil {
			return nil, err
		}
	}
	p.channel = ""
	for _, who := range old.Participants { // customers keep receiving
		if err := p.write(nil, cases.ParticipantJoined(who)); err != nil {
			return nil, err
		}
	}
	for _, f := range old.Followers {
		if err := p.write(nil, f); err != nil {
			return nil, err
		}
	}
	if err := p.write(nil, cases.Linked{Case: old.ID, Number: old.Number, Why: cases.LinkRelated}); err != nil {
		return nil, err
	}
	if old.Product != "" {
		facts, err := p.c.NameProduct(old.Product, "")
		if err := p.writeOr(err, facts); err != nil {
			return nil, err
		}
	}
	if err := p.startClock(); err != nil {
		return nil, err
	}
	for _, m := range s.Messages {
		if _, _, err := p.takeClaim(m); err != nil {
			return nil, err
		}
	}
	return p, nil
}

// splitThread finds the case that was split off from the one that a mail was
// found to belong to, where it answers a message that went there.
func splitThread(tx *store.Tx, id cases.ID, answers []string) (cases.ID, error) {
	seen, err := tx.CaseByMessageID(answers...)
	if err != nil {
		return id, err
	}
	for _, t := range seen {
		if t.Case == id {
			continue
		}
		other, _, err := tx.Case(t.Case)
		if err != nil && !fault.Is(err, fault.NotFound) {
			return id, err
		}
		if err == nil && other.From == id {
			return other.ID, nil
		}
	}
	return id, nil
}
