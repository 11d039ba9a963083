package desk

import (
	"context"
	"fmt"
	"time"

	"madoguchi/internal/records/store"
	"madoguchi/terms/cases"
	"madoguchi/terms/fault"
)

// DefaultReplyIdle is after how many minutes without a word the lock of a reply
// lapses, unless an administrator says otherwise.
const DefaultReplyIdle = 10

// idle is how long a person may write nothing before others may reply.
func (s Site) idle() time.Duration {
	if s.ReplyIdle <= 0 {
		return DefaultReplyIdle * time.Minute
	}
	return time.Duration(s.ReplyIdle) * time.Minute
}

// lockTouch is how often the holder's writing is noted while nothing else is
// written.
const lockTouch = 30 * time.Second

// BeginReply says that the viewer writes a reply. They hold its lock from here on
// if nobody else does; the answer says who does.
func (d *Desk) BeginReply(ctx context.Context, who Viewer, id cases.ID) (cases.ReplyLock, error) {
	if err := who.May(WorkCases); err != nil {
		return cases.ReplyLock{}, err
	}
	if err := d.SeesCaseID(ctx, who, id); err != nil {
		return cases.ReplyLock{}, err
	}
	at := d.now()
	lock, err := d.store.ReplyLock(ctx, id)
	if err != nil || lock.Bars(who.ID, at, d.Site().idle()) {
		return lock, err
	}
	if lock.Held(at, d.Site().idle()) && at.Sub(lock.Active) < lockTouch {
		return lock, nil
	}
	took := false
	err = d.store.Write(ctx, func(tx *store.Tx) error {
		lock, took, err = d.beginReply(tx, who, id, at)
		return err
	})
	if err == nil && took {
		d.live.Hint(CaseTopic(id))
	}
	return lock, err
}

// beginReply takes the lock for a person who writes, if it is free. Whoever
// reports took tells the browsers of this node when the act is durable.
func (d *Desk) beginReply(tx *store.Tx, who Viewer, id cases.ID, at time.Time) (lock cases.ReplyLock, took bool, err error) {
	have, err := tx.ReplyLock(id)
	if err != nil {
		return have, false, err
	}
	lock, took = have.Begin(who.Actor(), at, d.Site().idle())
	if lock == have {
		return lock, false, nil
	}
	if err := tx.PutReplyLock(id, lock); err != nil {
		return lock, false, err
	}
	if took {
		err = tx.Hint(CaseTopic(id))
	}
	return lock, took, err
}

// mayReply refuses what would answer a customer for whom somebody else is
// writing: [fault.Conflict] at "lock".
func (d *Desk) mayReply(tx *store.Tx, who Viewer, id cases.ID, at time.Time) error {
	lock, err := tx.ReplyLock(id)
	if err != nil || !lock.Bars(who.ID, at, d.Site().idle()) {
		return err
	}
	since := lock.Since.In(d.Zone()).Format("15:04")
	return fault.New(fault.Conflict,
		fmt.Sprintf("%s さんが %s から返信を作成しています。返信するには、理由を添えて引き継いでください。", lock.Holder.Name, since),
		fmt.Sprintf("%s has been writing a reply since %s. To reply yourself, take over with a reason.", lock.Holder.Name, since)).At("lock")
}

// endReply lets go of the viewer's lock, in the act that sends or forgets what
// they wrote.
func endReply(tx *store.Tx, agent string, id cases.ID) (bool, error) {
	lock, err := tx.ReplyLock(id)
	if err != nil || lock.Holder.ID != agent {
		return false, err
	}
	if err := tx.DropReplyLock(id); err != nil {
		return false, err
	}
	return true, tx.Hint(CaseTopic(id))
}

// TakeOver takes the writing of a reply over from a colleague, with a reason.
// What they had written stays their own draft.
func (d *Desk) TakeOver(ctx context.Context, who Viewer, id cases.ID, reason string) (*cases.Case, error) {
	if err := who.May(TakeOverLock); err != nil {
		return nil, err
	}
	at, end := d.begin()
	defer end()
	c, err := d.change(ctx, id, who, at, func(tx *store.Tx, p *pen) error {
		lock, err := tx.ReplyLock(id)
		if err != nil {
			return err
		}
		taken, err := p.c.TakeOver(lock, who.Actor(), at, d.Site().idle(), reason)
		if err != nil {
			return err
		}
		if err := p.write(nil, taken); err != nil {
			return err
		}
		if err := tx.PutReplyLock(id, cases.ReplyLock{Holder: who.Actor(), Since: at, Active: at}); err != nil {
			return err
		}
		return tx.Hint(CaseTopic(id))
	})
	if err == nil {
		d.live.Hint(CaseTopic(id))
	}
	return c, err
}

// DiscardReply forgets what the viewer has written and not sent, with its files,
// and lets others reply.
func (d *Desk) DiscardReply(ctx context.Context, who Viewer, id cases.ID) error {
	if err := who.May(WorkCases); err != nil {
		return err
	}
	if err := d.SeesCaseID(ctx, who, id); err != nil {
		return err
	}
	freed := false
	err := d.store.Write(ctx, func(tx *store.Tx) error {
		files, err := tx.DraftFiles(who.ID, id)
		if err != nil {
			return err
		}
		ids := make([]string, len(files))
		for i, f := range files {
			ids[i] = f.ID
		}
		if err := undraft(tx, who.ID, id, ids); err != nil {
			return err
		}
		freed, err = endReply(tx, who.ID, id)
		return err
	})
	if err == nil && freed {
		d.live.Hint(CaseTopic(id))
	}
	return err
}

// Together is who else is with a case.
type Together struct {
	Here   []Here                // colleagues who have it open
	Lock   cases.ReplyLock       // who writes its reply; the zero lock: nobody
	Mine   bool                  // the viewer does
	Waits  bool                  // a reply waits for an approval: nobody writes another
	Taken  *cases.ReplyTakenOver // the viewer's own writing was taken over, and they have a draft; nil normally
	TakeBy cases.Actor           // by whom
	TakeAt time.Time
}

// Barred reports whether somebody else is writing the reply.
func (t Together) Barred() bool { return t.Lock.Holder.ID != "" && !t.Mine }

// Together returns who else is with a case.
func (d *Desk) Together(ctx context.Context, who Viewer, id cases.ID) (Together, error) {
	if err := who.May(WorkCases); err != nil {
		return Together{}, err
	}
	if err := d.SeesCaseID(ctx, who, id); err != nil {
		return Together{}, err
	}
	t, err := d.together(ctx, who, id)
	if err != nil {
		return t, err
	}
	t.Waits, err = d.store.Approving(ctx, id)
	return t, err
}

// together is [Desk.Together] for who sees the case, without whether a reply of
// it waits.
func (d *Desk) together(ctx context.Context, who Viewer, id cases.ID) (Together, error) {
	var t Together
	lock, err := d.store.ReplyLock(ctx, id)
	if err != nil {
		return t, err
	}
	if lock.Held(d.now(), d.Site().idle()) {
		t.Lock, t.Mine = lock, lock.Holder.ID == who.ID
	}
	t.Here, err = d.present(ctx, who, id)
	return t, err
}

// takenFrom finds how the viewer's writing was taken over, while the one who did
// so is still writing.
func (t *Together) takenFrom(who Viewer, past []cases.Event) {
	if !t.Barred() {
		return
	}
	for i := len(past) - 1; i >= 0; i-- {
		e := past[i]
		if d, ok := e.Data.(cases.ReplyTakenOver); ok && e.Actor.ID == t.Lock.Holder.ID && !e.At.Before(t.Lock.Since) {
			if d.From.ID == who.ID {
				t.Taken, t.TakeBy, t.TakeAt = &d, e.Actor, e.At
			}
			return
		}
	}
}

// TogetherOf is [Desk.Together] for a page that shows the strip alone: with how
// the viewer's writing was taken over.
func (d *Desk) TogetherOf(ctx context.Context, who Viewer, id cases.ID) (Together, error) {
	t, err := d.Together(ctx, who, id)
	if err != nil || !t.Barred() {
		return t, err
	}
	_, past, err := d.store.Case(ctx, id)
	if err != nil {
		return t, err
	}
	t.takenFrom(who, past)
	return t, nil
}
