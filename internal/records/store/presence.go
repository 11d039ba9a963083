package store

import (
	"context"
	"time"

	"madoguchi/terms/cases"
)

// Present is one tab of a person of the desk that shows a case.
type Present struct {
	Tab     string // an id that the page made; one for each tab
	Browser string // whose stream keeps it alive
	Agent   string
	Name    string
	Case    cases.ID
	Doing   string    // "view" or "note"
	Since   time.Time // when they came to the case
	Alive   time.Time // when the browser was last known to be there
}

const presenceColumns = `tab, browser, agent, name, case_id, doing, since, alive`

var putPresence = insert("presence", presenceColumns) + ` ON CONFLICT (tab) DO UPDATE SET browser = excluded.browser,
	agent = excluded.agent, name = excluded.name, case_id = excluded.case_id, doing = excluded.doing, since = excluded.since, alive = excluded.alive`

func scanPresent(row scanner) (Present, error) {
	var p Present
	var since, alive int64
	err := row.Scan(&p.Tab, &p.Browser, &p.Agent, &p.Name, &p.Case, &p.Doing, &since, &alive)
	p.Since, p.Alive = instant(since), instant(alive)
	return p, err
}

// Present returns who shows a case and was there at alive or later, in the
// order in which they came.
func (s *Store) Present(ctx context.Context, id cases.ID, alive time.Time) ([]Present, error) {
	return all(ctx, s.db.Readers(), scanPresent,
		`SELECT `+presenceColumns+` FROM presence WHERE case_id = $1 AND alive >= $2 ORDER BY since, tab`, string(id), micros(alive))
}

// Attended is a case that a person of the desk has open.
type Attended struct {
	Agent  string
	Case   cases.ID
	Number int64
	Writes bool // the reply or a note
}

// attendedMost is how many open cases [Store.Attended] returns.
const attendedMost = 500

// Attended lists the cases of a wall that somebody has open who was there at
// alive or later, each once for a person: those that they write in first, then
// those that they came to last. A reply is being written by whoever holds its lock
// and wrote at active or later.
func (s *Store) Attended(ctx context.Context, q WallQuery, alive, active time.Time) ([]Attended, error) {
	w := where{args: []any{micros(active)}}
	w.and("p.alive >= ", micros(alive))
	if err := q.where(&w); err != nil {
		return nil, err
	}
	return all(ctx, s.db.Readers(), func(row scanner) (Attended, error) {
		var a Attended
		var writes int64
		err := row.Scan(&a.Agent, &a.Case, &a.Number, &writes)
		a.Writes = writes > 0
		return a, err
	}, `SELECT p.agent, p.case_id, MAX(cases.number), MAX(CASE WHEN p.doing = 'note' OR l.agent IS NOT NULL THEN 1 ELSE 0 END) AS writes
		FROM presence p JOIN cases ON cases.id = p.case_id
		LEFT JOIN reply_locks l ON l.case_id = p.case_id AND l.agent = p.agent AND l.active >= $1`+w.text+`
		GROUP BY p.agent, p.case_id ORDER BY p.agent, writes DESC, MAX(p.since) DESC, p.case_id`+limitTo(attendedMost), w.args...)
}

// PresentTab returns what a tab shows: no row or one.
func (s *Store) PresentTab(ctx context.Context, tab string) ([]Present, error) {
	return presentTab(ctx, s.db.Readers(), tab)
}

// PresentTab is [Store.PresentTab] as the act sees it.
func (tx *Tx) PresentTab(tab string) ([]Present, error) {
	return presentTab(background(), tx.q, tab)
}

func presentTab(ctx context.Context, q querier, tab string) ([]Present, error) {
	return all(ctx, q, scanPresent, `SELECT `+presenceColumns+` FROM presence WHERE tab = $1`, tab)
}

// PutPresence says what a tab shows now.
func (tx *Tx) PutPresence(p Present) error {
	return tx.exec(putPresence, p.Tab, p.Browser, p.Agent, p.Name, string(p.Case), p.Doing, micros(p.Since), micros(p.Alive))
}

// LeaveTab forgets a tab that has not been heard of since an instant, and
// returns the case that it showed: none or one.
func (tx *Tx) LeaveTab(tab string, since time.Time) ([]cases.ID, error) {
	return all(background(), tx.q, scanID, `DELETE FROM presence WHERE tab = $1 AND alive <= $2 RETURNING case_id`, tab, micros(since))
}

// LeaveBrowser is [Tx.LeaveTab] for all tabs of a browser.
func (tx *Tx) LeaveBrowser(browser string, since time.Time) ([]cases.ID, error) {
	return all(background(), tx.q, scanID, `DELETE FROM presence WHERE browser = $1 AND alive <= $2 RETURNING case_id`, browser, micros(since))
}

// KeepPresent notes that the tabs of browsers are still there.
func (tx *Tx) KeepPresent(browsers []string, at time.Time) error {
	for _, b := range browsers {
		if err := tx.exec(`UPDATE presence SET alive = $1 WHERE browser = $2 AND alive < $1`, micros(at), b); err != nil {
			return err
		}
	}
	return nil
}

// Lapsed counts the tabs whose browser was last there before an instant.
func (s *Store) Lapsed(ctx context.Context, before time.Time) (int64, error) {
	return tally(ctx, s.db.Readers(), `SELECT COUNT(*) FROM presence WHERE alive < $1`, micros(before))
}

// DropLapsed forgets them and returns the cases that they showed.
func (tx *Tx) DropLapsed(before time.Time) ([]cases.ID, error) {
	return all(background(), tx.q, scanID, `DELETE FROM presence WHERE alive < $1 RETURNING case_id`, micros(before))
}

func scanID(row scanner) (cases.ID, error) {
	id, err := text(row)
	return cases.ID(id), err
}
