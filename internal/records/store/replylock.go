package store

import (
	"context"
	"time"

	"madoguchi/terms/cases"
)

// ReplyLock returns who is writing the reply of a case; nobody is the zero lock.
// Whether it still bars others is [cases.ReplyLock.Held].
func (s *Store) ReplyLock(ctx context.Context, id cases.ID) (cases.ReplyLock, error) {
	return replyLock(ctx, s.db.Readers(), id)
}

// ReplyLock is [Store.ReplyLock] as the act sees it.
func (tx *Tx) ReplyLock(id cases.ID) (cases.ReplyLock, error) {
	return replyLock(background(), tx.q, id)
}

func replyLock(ctx context.Context, q querier, id cases.ID) (cases.ReplyLock, error) {
	list, err := all(ctx, q, func(row scanner) (cases.ReplyLock, error) {
		l := cases.ReplyLock{Holder: cases.Actor{Kind: cases.Agent}}
		var since, active int64
		err := row.Scan(&l.Holder.ID, &l.Holder.Name, &since, &active)
		l.Since, l.Active = instant(since), instant(active)
		return l, err
	}, `SELECT agent, name, since, active FROM reply_locks WHERE case_id = $1`, string(id))
	if err != nil || len(list) == 0 {
		return cases.ReplyLock{}, err
	}
	return list[0], nil
}

// PutReplyLock gives the lock of a case to a person.
func (tx *Tx) PutReplyLock(id cases.ID, l cases.ReplyLock) error {
	return tx.exec(`INSERT INTO reply_locks (case_id, agent, name, since, active) VALUES ($1, $2, $3, $4, $5)
		ON CONFLICT (case_id) DO UPDATE SET agent = excluded.agent, name = excluded.name, since = excluded.since, active = excluded.active`,
		string(id), l.Holder.ID, l.Holder.Name, micros(l.Since), micros(l.Active))
}

// DropReplyLock ends it; none there is no error.
func (tx *Tx) DropReplyLock(id cases.ID) error {
	return tx.exec(`DELETE FROM reply_locks WHERE case_id = $1`, string(id))
}

// LapseReplyLocks ends the locks whose holders last wrote before an instant, and
// returns their cases.
func (tx *Tx) LapseReplyLocks(before time.Time) ([]cases.ID, error) {
	return all(background(), tx.q, scanID, `DELETE FROM reply_locks WHERE active < $1 RETURNING case_id`, micros(before))
}

// IdleReplyLocks counts the locks whose holders last wrote before an instant.
func (s *Store) IdleReplyLocks(ctx context.Context, before time.Time) (int64, error) {
	return tally(ctx, s.db.Readers(), `SELECT COUNT(*) FROM reply_locks WHERE active < $1`, micros(before))
}
