package store

import (
	"context"
	"time"

	"madoguchi/terms/cases"
	"madoguchi/terms/fault"
)

// Scheduled is the text of a reply that waits for its instant.
type Scheduled struct {
	Case    cases.ID
	Message string // the id that the reply will have
	Agent   string // who wrote it
	Text    string
	Form    string // JSON: the other fields of the form
	Files   string // JSON: the files that go along
	Seen    int    // version of the case that its writer had read
	Release time.Time
	Written time.Time
}

const scheduledColumns = `case_id, message, agent, body, form, files, seen, release_at, written_at`

func noSchedule() *fault.Error {
	return notFound("送信予約が見つかりません。既に送信されたか、取り消されています。", "There is no such scheduled reply: it has left already, or was cancelled.")
}

// PutScheduled keeps a reply for its instant, in place of that of its case.
func (tx *Tx) PutScheduled(s Scheduled) error {
	return tx.exec(`INSERT INTO scheduled_replies (`+scheduledColumns+`) VALUES (`+placeholders(1, 9)+`)
		ON CONFLICT (case_id) DO UPDATE SET message = excluded.message, agent = excluded.agent, body = excluded.body, form = excluded.form,
			files = excluded.files, seen = excluded.seen, release_at = excluded.release_at, written_at = excluded.written_at`,
		string(s.Case), s.Message, s.Agent, s.Text, s.Form, s.Files, s.Seen, micros(s.Release), micros(s.Written))
}

// Scheduled returns the reply that waits in a case, or [fault.NotFound].
func (s *Store) Scheduled(ctx context.Context, id cases.ID) (Scheduled, error) {
	return scheduled(ctx, s.db.Readers(), id)
}

// Scheduled is [Store.Scheduled] as the act sees it.
func (tx *Tx) Scheduled(id cases.ID) (Scheduled, error) { return scheduled(background(), tx.q, id) }

func scheduled(ctx context.Context, q querier, id cases.ID) (Scheduled, error) {
	return one(ctx, q, noSchedule(), scanScheduled, `SELECT `+scheduledColumns+` FROM scheduled_replies WHERE case_id = $1`, string(id))
}

// DropScheduled forgets the reply that waits in a case: it was released, or is
// a draft again.
func (tx *Tx) DropScheduled(id cases.ID) error {
	return tx.later(`DELETE FROM scheduled_replies WHERE case_id = $1`, string(id))
}

// DueScheduled returns up to limit replies whose instant has come at now, the
// earliest first.
func (s *Store) DueScheduled(ctx context.Context, now time.Time, limit int) ([]Scheduled, error) {
	return all(ctx, s.db.Readers(), scanScheduled,
		`SELECT `+scheduledColumns+` FROM scheduled_replies WHERE release_at <= $1 ORDER BY release_at, case_id LIMIT $2`, micros(now), page(limit))
}

// AllScheduled returns the replies that wait, the earliest first.
func (s *Store) AllScheduled(ctx context.Context, limit int) ([]Scheduled, error) {
	return all(ctx, s.db.Readers(), scanScheduled, `SELECT `+scheduledColumns+` FROM scheduled_replies ORDER BY release_at, case_id LIMIT $1`, page(limit))
}

// NextRelease returns when the next scheduled reply is to be released, or
// [fault.NotFound] when none waits.
func (s *Store) NextRelease(ctx context.Context) (time.Time, error) {
	at, err := one(ctx, s.db.Readers(), noSchedule(), number, `SELECT release_at FROM scheduled_replies ORDER BY release_at LIMIT 1`)
	return instant(at), err
}

// UnfiledSince returns when the oldest mail came that is not filed yet, or
// [fault.NotFound] when none waits.
func (s *Store) UnfiledSince(ctx context.Context) (time.Time, error) {
	at, err := one(ctx, s.db.Readers(), noMail(), number, `SELECT received_at FROM inbound WHERE state = 'new' ORDER BY received_at LIMIT 1`)
	return instant(at), err
}

func scanScheduled(row scanner) (Scheduled, error) {
	var s Scheduled
	var release, written int64
	err := row.Scan(&s.Case, &s.Message, &s.Agent, &s.Text, &s.Form, &s.Files, &s.Seen, &release, &written)
	s.Release, s.Written = instant(release), instant(written)
	return s, err
}
