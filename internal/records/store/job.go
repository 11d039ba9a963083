package store

import (
	"context"
	"time"

	"github.com/google/uuid"

	"madoguchi/terms/fault"
)

// Job asks a queue's worker to look at something. What must survive as a fact
// (a mail, a deadline) is a row of its own; the job only wakes whoever works
// on it, so it may run more than once.
type Job struct {
	ID        string // UUIDv7; filled by Enqueue when empty
	Queue     string
	Key       string    // one job per queue and key; empty: one of its own
	RunAt     time.Time // not before
	Payload   []byte
	Attempts  int // how often it was leased
	LastError string
	wakes     int64 // how often it was asked for when it was leased
	lease     int64 // end of the lease, which names it: no two leases of a job end alike
}

const jobColumns = `id, queue, unique_key, run_at, attempts, payload, last_error, wakes`

// Enqueue adds a job in the act that makes it needed. When the queue holds
// one with the same key, that one runs at the earlier of the two times; one
// that is being worked on runs once more afterwards.
func (tx *Tx) Enqueue(j Job) error {
	if j.ID == "" {
		id, err := uuid.NewV7()
		if err != nil {
			return err
		}
		j.ID = id.String()
	}
	if j.Key == "" {
		j.Key = j.ID
	}
	if j.Payload == nil {
		j.Payload = []byte{}
	}
	return tx.later(`INSERT INTO jobs (id, queue, unique_key, run_at, attempts, payload, last_error, wakes, lease_until)
		VALUES ($1, $2, $3, $4, 0, $5, '', 1, 0)
		ON CONFLICT (queue, unique_key) DO UPDATE SET
			run_at = CASE WHEN jobs.lease_until > 0 OR excluded.run_at < jobs.run_at THEN excluded.run_at ELSE jobs.run_at END,
			payload = excluded.payload,
			wakes = jobs.wakes + 1`,
		j.ID, j.Queue, j.Key, micros(j.RunAt), j.Payload)
}

// Lease hands out up to limit jobs of a queue that are due at now, oldest
// first, for the length of the lease. A job whose lease ran out (its worker
// died) is handed out again.
func (tx *Tx) Lease(queue string, now time.Time, limit int, lease time.Duration) ([]Job, error) {
	due, err := all(background(), tx.q, scanJob,
		`SELECT `+jobColumns+` FROM jobs WHERE queue = $1 AND run_at <= $2 AND lease_until <= $2 ORDER BY run_at, id LIMIT $3`,
		queue, micros(now), page(limit))
	if err != nil {
		return nil, err
	}
	for i := range due {
		due[i].Attempts++
		due[i].lease = micros(now.Add(lease))
		if err := tx.later(`UPDATE jobs SET attempts = $1, lease_until = $2 WHERE id = $3`,
			due[i].Attempts, due[i].lease, due[i].ID); err != nil {
			return nil, err
		}
	}
	return due, nil
}

func leaseOver() *fault.Error {
	return fault.New(fault.Conflict, "この処理は既に別の担当に移っています。", "The lease of this job is over; another worker has it.")
}

// Done ends a leased job. If it was asked for again meanwhile it stays, to run
// once more. A lease that is over is [fault.Conflict], so that the act of a
// worker that was too slow is undone.
func (tx *Tx) Done(j Job) error {
	wakes, err := one(background(), tx.q, leaseOver(), number,
		`SELECT wakes FROM jobs WHERE id = $1 AND lease_until = $2 AND lease_until > 0`, j.ID, j.lease)
	if err != nil {
		return err
	}
	if wakes == j.wakes {
		return tx.later(`DELETE FROM jobs WHERE id = $1`, j.ID)
	}
	return tx.later(`UPDATE jobs SET lease_until = 0, attempts = 0, last_error = '' WHERE id = $1`, j.ID)
}

// Retry puts a leased job back after a failure, to run after its back-off:
// 2, 4, 8 … seconds by attempts, an hour at most. A job that was asked for
// again meanwhile runs when that asked for. A lease that is over is
// [fault.Conflict].
func (tx *Tx) Retry(j Job, now time.Time, cause string) error {
	return tx.change(leaseOver(),
		`UPDATE jobs SET lease_until = 0, last_error = $1, run_at = CASE WHEN wakes = $2 THEN $3 ELSE run_at END
			WHERE id = $4 AND lease_until = $5 AND lease_until > 0`,
		cause, j.wakes, micros(now.Add(Backoff(j.Attempts))), j.ID, j.lease)
}

// Backoff is how long to wait after so many failed attempts.
func Backoff(attempts int) time.Duration {
	if attempts >= 12 {
		return time.Hour
	}
	return min(time.Hour, time.Second<<max(1, attempts))
}

// NextJob returns when the next job of a queue may run: its time, or the end
// of its lease. It fails with [fault.NotFound] when the queue is empty.
func (s *Store) NextJob(ctx context.Context, queue string) (time.Time, error) {
	at, err := one(ctx, s.db.Readers(), notFound("待機中の処理はありません。", "The queue is empty."), number,
		`SELECT CASE WHEN lease_until > run_at THEN lease_until ELSE run_at END AS due FROM jobs WHERE queue = $1 ORDER BY due LIMIT 1`, queue)
	return instant(at), err
}

func scanJob(row scanner) (Job, error) {
	var j Job
	var at int64
	err := row.Scan(&j.ID, &j.Queue, &j.Key, &at, &j.Attempts, &j.Payload, &j.LastError, &j.wakes)
	j.RunAt = instant(at)
	return j, err
}
