package store

import (
	"context"
	"encoding/json"
	"fmt"
	"time"
)

// Letter is what a customer was told of how the desk is reached.
type Letter struct {
	ID           string // UUIDv7
	Organization string
	At           time.Time
	By, ByName   string // agent
	Way          string // "mail" or "paper"
	Language     string
	Recipients   []LetterRecipient
	Contract     string // "id@version" whose words it carried
	Phone, Mail  string // as they were told
	Subject      string
	Body         string // of the first recipient
	Returned     string // what the mail server said that gave it back; empty while none did
}

// LetterRecipient is one person who got a letter.
type LetterRecipient struct {
	Contact string `json:"contact,omitempty"`
	Name    string `json:"name"`
	Addr    string `json:"addr,omitempty"`
	Message string `json:"message,omitempty"` // of the mail in the outbox
}

const letterColumns = `id, organization, at, by_id, by_name, way, language, recipients, contract, phone, mail, subject, body, returned`

var insertLetter = insert("letters", letterColumns)

// PutLetter records a letter.
func (tx *Tx) PutLetter(l Letter) error {
	to, err := json.Marshal(l.Recipients)
	if err != nil {
		return fmt.Errorf("encode recipients: %w", err)
	}
	return tx.exec(insertLetter, l.ID, l.Organization, micros(l.At), l.By, l.ByName, l.Way, l.Language, string(to), l.Contract, l.Phone, l.Mail, l.Subject, l.Body, l.Returned)
}

// ReturnLetterOf records that the mail with one of our message ids came back;
// nothing happens when it belonged to no letter.
func (tx *Tx) ReturnLetterOf(message, said string) error {
	if message == "" {
		return nil
	}
	return tx.exec(`UPDATE letters SET returned = $1 WHERE recipients LIKE $2`, said, `%"message":"`+message+`"%`)
}

// ListLetters returns the letters of a scope, the newest first.
func (s *Store) ListLetters(ctx context.Context, scope Scope, limit int) ([]Letter, error) {
	var w where
	if err := scope.where(&w, "organization"); err != nil {
		return nil, err
	}
	return all(ctx, s.db.Readers(), scanLetter, `SELECT `+letterColumns+` FROM letters`+w.text+` ORDER BY at DESC, id DESC`+limitTo(page(limit)), w.args...)
}

func scanLetter(row scanner) (Letter, error) {
	var l Letter
	var at int64
	var to string
	err := row.Scan(&l.ID, &l.Organization, &at, &l.By, &l.ByName, &l.Way, &l.Language, &to, &l.Contract, &l.Phone, &l.Mail, &l.Subject, &l.Body, &l.Returned)
	if err != nil {
		return Letter{}, err
	}
	l.At = instant(at)
	if err := json.Unmarshal([]byte(to), &l.Recipients); err != nil {
		return Letter{}, fmt.Errorf("letter %s: %w", l.ID, err)
	}
	return l, nil
}

// Told is what an organization is to be told and was told last.
type Told struct {
	Organization Organization // names, code, what it is to be told and the days of its contract only
	At           time.Time    // of the last letter; zero: there is none
	Phone, Mail  string       // of the last letter
	Returned     string       // why the last letter came back
}

// DueQuery selects a page of the organizations whose letter is due.
type DueQuery struct {
	Scope       Scope  // required
	Today       string // 2006-01-02; whose contract ended before is told nothing
	Phone, Mail string // what is told where an organization has nothing of its own
	Limit       int
	After       Name
}

// DueLetters returns a page of the organizations, not archived, by name, who
// were never told how the desk is reached, or told something else than they are
// to be told now, or whose last letter came back.
func (s *Store) DueLetters(ctx context.Context, q DueQuery) ([]Told, Name, error) {
	var w where
	if err := q.Scope.where(&w, "o.id"); err != nil {
		return nil, Name{}, err
	}
	w.plain("o.archived = FALSE")
	w.args = append(w.args, q.Today, q.Phone, q.Mail)
	n := len(w.args)
	arg := func(i int) string { return placeholders(n-2+i, 1) }
	w.plain("(o.ended = '' OR o.ended >= " + arg(0) + ")")
	w.plain("(l.id IS NULL OR l.returned <> '' OR l.phone <> CASE WHEN o.desk_phone = '' THEN " + arg(1) + " ELSE o.desk_phone END OR l.mail <> CASE WHEN o.desk_mail = '' THEN " + arg(2) + " ELSE o.desk_mail END)")
	if !q.After.End() {
		w.after("o.sort_name, o.id", ">", q.After.Sort, q.After.ID)
	}
	type sorted struct {
		Told
		sort string
	}
	most := page(q.Limit)
	rows, err := all(ctx, s.db.Readers(), func(row scanner) (sorted, error) {
		var t sorted
		var at int64
		o := &t.Organization
		err := row.Scan(&o.ID, &o.NameJA, &o.NameEN, &o.Code, &o.DeskPhone, &o.DeskMail, &o.Started, &o.Ended, &at, &t.Phone, &t.Mail, &t.Returned, &t.sort)
		t.At = instant(at)
		return t, err
	}, `SELECT o.id, o.name_ja, o.name_en, o.code, o.desk_phone, o.desk_mail, o.started, o.ended,
		COALESCE(l.at, 0), COALESCE(l.phone, ''), COALESCE(l.mail, ''), COALESCE(l.returned, ''), o.sort_name
		FROM organizations o LEFT JOIN letters l ON l.id = (SELECT id FROM letters WHERE organization = o.id ORDER BY at DESC, id DESC LIMIT 1)`+
		w.text+` ORDER BY o.sort_name, o.id`+limitTo(most+1), w.args...)
	if err != nil {
		return nil, Name{}, err
	}
	var next Name
	if len(rows) > most {
		rows = rows[:most]
		next = Name{rows[most-1].sort, rows[most-1].Organization.ID}
	}
	list := make([]Told, len(rows))
	for i, r := range rows {
		list[i] = r.Told
	}
	return list, next, nil
}
