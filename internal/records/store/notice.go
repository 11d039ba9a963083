package store

import (
	"context"
	"database/sql"
	"strings"
	"time"

	"madoguchi/internal/records/store/engine"
	"madoguchi/terms/cases"
)

// Notice is one matter that a person of the desk is told of.
type Notice struct {
	ID       string // UUIDv7
	Agent    string // who is told
	Kind     string
	Matter   string   // what it is about; a person has one notice of it
	Case     cases.ID // empty: none
	Actor    string   // id of who did it; empty: nobody of the desk
	Ref      string   // of a message, a task, a mailbox …
	Times    int64    // how often it happened since it was read
	Listed   bool     // stands in the list behind the bell
	Desktop  bool     // to be shown outside of the browser's window
	RaisedAt time.Time
	ReadAt   time.Time // zero: unread
	MailAt   time.Time // to be mailed, not before; zero: not, or not any more
	MailedAt time.Time
}

const noticeColumns = `id, agent, kind, matter, case_id, actor, ref, times, listed, desktop, raised_at, read_at, mail_at, mailed_at`

var (
	addNotice = insert("notices", noticeColumns) + ` ON CONFLICT (agent, matter) DO `
	// What is unread counts up, and its mail is not written twice; what was
	// read is new again.
	again = `UPDATE SET
		times = CASE WHEN notices.read_at = 0 THEN notices.times + 1 ELSE 1 END,
		mail_at = CASE WHEN notices.read_at = 0 AND notices.mailed_at > 0 THEN 0
			WHEN notices.read_at = 0 AND notices.mail_at > 0 AND (excluded.mail_at = 0 OR notices.mail_at < excluded.mail_at) THEN notices.mail_at
			ELSE excluded.mail_at END,
		mailed_at = CASE WHEN notices.read_at = 0 THEN notices.mailed_at ELSE 0 END,
		kind = excluded.kind, case_id = excluded.case_id, actor = excluded.actor, ref = excluded.ref, listed = excluded.listed,
		desktop = excluded.desktop, raised_at = excluded.raised_at, read_at = 0`
)

// RaiseNotice tells a person of a matter. Of one that they were told of
// already, and have not read, the count goes up; once: nothing happens then.
func (tx *Tx) RaiseNotice(n Notice, once bool) error {
	do := again
	if once {
		do = `NOTHING`
	}
	res, err := tx.q.ExecContext(background(), addNotice+do, n.ID, n.Agent, n.Kind, n.Matter, string(n.Case), n.Actor, n.Ref, max(n.Times, 1), n.Listed, n.Desktop,
		micros(n.RaisedAt), micros(n.ReadAt), micros(n.MailAt), micros(n.MailedAt))
	return tx.toldBy(res, err)
}

// toldBy notes whether a statement changed what somebody is told.
func (tx *Tx) toldBy(res sql.Result, err error) error {
	if err != nil {
		return engine.Fault(err)
	}
	changed, err := res.RowsAffected()
	tx.noticed = tx.noticed || changed > 0
	return engine.Fault(err)
}

// NoticeQuery selects a page of one person's notices.
type NoticeQuery struct {
	Agent  string // required
	Unread bool   // only those
	Kinds  []string
	Limit  int
	After  Since
}

// Notices returns a page of what stands in a person's list, newest first.
func (s *Store) Notices(ctx context.Context, q NoticeQuery) ([]Notice, Since, error) {
	var w where
	w.and("agent = ", q.Agent)
	w.plain("listed")
	if q.Unread {
		w.plain("read_at = 0")
	}
	if len(q.Kinds) > 0 {
		from := len(w.args) + 1
		for _, k := range q.Kinds {
			w.args = append(w.args, k)
		}
		w.plain("kind IN (" + placeholders(from, len(q.Kinds)) + ")")
	}
	if !q.After.End() {
		w.after("raised_at, id", "<", micros(q.After.At), q.After.ID)
	}
	n := page(q.Limit)
	rows, err := all(ctx, s.db.Readers(), scanNotice, `SELECT `+noticeColumns+` FROM notices`+w.text+` ORDER BY raised_at DESC, id DESC`+limitTo(n+1), w.args...)
	return newest(rows, n, err, func(r Notice) Since { return Since{r.RaisedAt, r.ID} })
}

// NoticesMost is up to where [Store.UnreadNotices] counts.
const NoticesMost = 99

// UnreadNotices counts what a person has not read, up to NoticesMost+1.
func (s *Store) UnreadNotices(ctx context.Context, agent string) (int, error) {
	n, err := tally(ctx, s.db.Readers(), `SELECT COUNT(*) FROM (SELECT 1 FROM notices WHERE agent = $1 AND read_at = 0 AND listed`+limitTo(NoticesMost+1)+`) AS capped`, agent)
	return int(n), err
}

// UnreadNotices counts what a person has not read as the act sees it, up to a
// number.
func (tx *Tx) UnreadNotices(agent string, most int) (int, error) {
	n, err := tally(background(), tx.q, `SELECT COUNT(*) FROM (SELECT 1 FROM notices WHERE agent = $1 AND read_at = 0`+limitTo(most+1)+`) AS capped`, agent)
	return int(n), err
}

// UnreadNoticesOf counts what a person has not read of one case.
func (s *Store) UnreadNoticesOf(ctx context.Context, agent string, id cases.ID) (int, error) {
	n, err := tally(ctx, s.db.Readers(), `SELECT COUNT(*) FROM notices WHERE agent = $1 AND case_id = $2 AND read_at = 0`, agent, string(id))
	return int(n), err
}

// ReadNotices marks a person's unread notices as read: those of a case, those
// named, or all where neither is given. No mail is written of them any more.
func (tx *Tx) ReadNotices(agent string, id cases.ID, names []string, at time.Time) error {
	var w where
	w.args = append(w.args, micros(at))
	w.and("agent = ", agent)
	w.plain("read_at = 0")
	if id != "" {
		w.and("case_id = ", string(id))
	}
	if len(names) > 0 {
		from := len(w.args) + 1
		for _, n := range names {
			w.args = append(w.args, n)
		}
		w.plain("id IN (" + placeholders(from, len(names)) + ")")
	}
	res, err := tx.q.ExecContext(background(), `UPDATE notices SET read_at = $1, mail_at = 0`+w.text, w.args...)
	return tx.toldBy(res, err)
}

// UnreadAgain takes back what was read at an instant.
func (tx *Tx) UnreadAgain(agent string, at time.Time) error {
	tx.noticed = true
	return tx.exec(`UPDATE notices SET read_at = 0 WHERE agent = $1 AND read_at = $2`, agent, micros(at))
}

// AgentsToMail lists people who are due a mail of what they have not read.
func (s *Store) AgentsToMail(ctx context.Context, now time.Time, limit int) ([]string, error) {
	return all(ctx, s.db.Readers(), text, `SELECT agent FROM notices WHERE mail_at > 0 AND mail_at <= $1 GROUP BY agent ORDER BY MIN(mail_at) LIMIT $2`, micros(now), page(limit))
}

// NoticesToMail lists what a person is to be mailed at now, the oldest first,
// and when they were mailed last.
func (tx *Tx) NoticesToMail(agent string, now time.Time) (due []Notice, last time.Time, err error) {
	at, err := tally(background(), tx.q, `SELECT COALESCE(MAX(mailed_at), 0) FROM notices WHERE agent = $1`, agent)
	if err != nil {
		return nil, time.Time{}, err
	}
	due, err = noticesToMail(background(), tx.q, agent, now)
	return due, instant(at), err
}

// NoticesToMail is what a person is to be mailed at now, the oldest first.
func (s *Store) NoticesToMail(ctx context.Context, agent string, now time.Time) ([]Notice, error) {
	return noticesToMail(ctx, s.db.Readers(), agent, now)
}

func noticesToMail(ctx context.Context, q querier, agent string, now time.Time) ([]Notice, error) {
	return all(ctx, q, scanNotice, `SELECT `+noticeColumns+` FROM notices WHERE agent = $1 AND mail_at > 0 AND mail_at <= $2 ORDER BY raised_at, id`, agent, micros(now))
}

// MarkNoticesMailed records that one mail told all that was due at now.
func (tx *Tx) MarkNoticesMailed(agent string, now time.Time) error {
	return tx.exec(`UPDATE notices SET mail_at = 0, mailed_at = $1 WHERE agent = $2 AND mail_at > 0 AND mail_at <= $1`, micros(now), agent)
}

// DelayNotices puts off the mails of a person that are due at now.
func (tx *Tx) DelayNotices(agent string, now, to time.Time) error {
	return tx.exec(`UPDATE notices SET mail_at = $1 WHERE agent = $2 AND mail_at > 0 AND mail_at <= $3`, micros(to), agent, micros(now))
}

// DropNotices forgets what was raised before an instant and read.
func (tx *Tx) DropNotices(before time.Time) error {
	return tx.exec(`DELETE FROM notices WHERE read_at > 0 AND raised_at < $1`, micros(before))
}

func scanNotice(row scanner) (Notice, error) {
	var n Notice
	var raised, read, mail, mailed int64
	err := row.Scan(&n.ID, &n.Agent, &n.Kind, &n.Matter, &n.Case, &n.Actor, &n.Ref, &n.Times, &n.Listed, &n.Desktop, &raised, &read, &mail, &mailed)
	n.RaisedAt, n.ReadAt, n.MailAt, n.MailedAt = instant(raised), instant(read), instant(mail), instant(mailed)
	return n, err
}

// CaseRows returns the rows of cases by their ids; those outside of the scope
// are not among them.
func (s *Store) CaseRows(ctx context.Context, scope Scope, ids []cases.ID) (map[cases.ID]CaseRow, error) {
	out := map[cases.ID]CaseRow{}
	if len(ids) == 0 {
		return out, nil
	}
	var w where
	for _, id := range ids {
		w.args = append(w.args, string(id))
	}
	w.plain("id IN (" + placeholders(1, len(ids)) + ")")
	if err := scope.where(&w, "organization"); err != nil {
		return nil, err
	}
	rows, err := all(ctx, s.db.Readers(), scanCase, strings.TrimSpace(`SELECT `+caseColumns+` FROM cases`+w.text), w.args...)
	for _, r := range rows {
		out[r.ID] = r
	}
	return out, err
}
