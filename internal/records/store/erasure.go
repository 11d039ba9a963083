package store

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"

	"madoguchi/terms/cases"
	"madoguchi/terms/fault"
)

// ErasureState says what became of a demand to erase.
type ErasureState string

// The states of a demand.
const (
	ErasureAsked    ErasureState = "asked"
	ErasureDone     ErasureState = "done"
	ErasureDeclined ErasureState = "declined"
)

// ErasureRecord is a demand to erase somebody's data.
type ErasureRecord struct {
	ID, Kind     string // "person" or "organization"
	Subject      string // id of the contact or the organization
	Organization string
	Basis        string
	Reason       string
	Originals    bool // also the original mails of others that name the person
	State        ErasureState
	AskedAt      time.Time
	AskedBy      string
	AskedName    string
	DecidedAt    time.Time
	DecidedBy    string
	DecidedName  string
	Counts       ErasureCounts
	Blobs        []string // that are still to be deleted
}

// ErasureCounts is how much an erasure takes.
type ErasureCounts struct {
	Cases   int `json:"cases"`
	Events  int `json:"events"`
	Mails   int `json:"mails"`   // originals, in and out
	Letters int `json:"letters"` // and drafts
	People  int `json:"people"`
}

const erasureColumns = `id, kind, subject, organization, basis, reason, originals, state, asked_at, asked_by, asked_name, decided_at, decided_by, decided_name, counts, blobs`

var putErasure = insert("erasures", erasureColumns) + " ON CONFLICT (id) DO UPDATE SET " + assignments(erasureColumns)

// PutErasure adds a demand or replaces it.
func (tx *Tx) PutErasure(e ErasureRecord) error {
	counts, err := json.Marshal(e.Counts)
	if err != nil {
		return fmt.Errorf("encode counts: %w", err)
	}
	blobs, err := encodeList(e.Blobs)
	if err != nil {
		return err
	}
	return tx.exec(putErasure, e.ID, e.Kind, e.Subject, e.Organization, e.Basis, e.Reason, e.Originals, string(e.State),
		micros(e.AskedAt), e.AskedBy, e.AskedName, micros(e.DecidedAt), e.DecidedBy, e.DecidedName, string(counts), blobs)
}

// Erasure returns one demand as the act sees it, or [fault.NotFound].
func (tx *Tx) Erasure(id string) (ErasureRecord, error) {
	return one(background(), tx.q, noErasure(), scanErasure, `SELECT `+erasureColumns+` FROM erasures WHERE id = $1`, id)
}

// Erasure returns one demand of a scope, or [fault.NotFound].
func (s *Store) Erasure(ctx context.Context, scope Scope, id string) (ErasureRecord, error) {
	e, err := one(ctx, s.db.Readers(), noErasure(), scanErasure, `SELECT `+erasureColumns+` FROM erasures WHERE id = $1`, id)
	if err == nil && !scope.Has(e.Organization) {
		return ErasureRecord{}, noErasure()
	}
	return e, err
}

func noErasure() *fault.Error {
	return notFound("削除の依頼が見つかりません。", "There is no such demand to erase.")
}

// ErasureQuery selects a page of the demands to erase.
type ErasureQuery struct {
	Scope Scope  // required
	State string // [ErasureAsked] alone, "decided": the others; empty: all
	Kind  string // only of this kind; empty: all
	Limit int
	After Since
}

// ListErasures returns a page of the demands, the newest first.
func (s *Store) ListErasures(ctx context.Context, query ErasureQuery) ([]ErasureRecord, Since, error) {
	var w where
	if err := query.Scope.where(&w, "organization"); err != nil {
		return nil, Since{}, err
	}
	switch query.State {
	case "":
	case "decided":
		w.and("state <> ", string(ErasureAsked))
	default:
		w.and("state = ", query.State)
	}
	if query.Kind != "" {
		w.and("kind = ", query.Kind)
	}
	if !query.After.End() {
		w.after("asked_at, id", "<", micros(query.After.At), query.After.ID)
	}
	n := page(query.Limit)
	list, err := all(ctx, s.db.Readers(), scanErasure, `SELECT `+erasureColumns+` FROM erasures`+w.text+` ORDER BY asked_at DESC, id DESC`+limitTo(n+1), w.args...)
	return newest(list, n, err, func(e ErasureRecord) Since { return Since{e.AskedAt, e.ID} })
}

// UnfinishedErasures returns up to limit erasures, after one of them (the zero
// one: from the first), that have files left to delete, the oldest first.
func (s *Store) UnfinishedErasures(ctx context.Context, after ErasureRecord, limit int) ([]ErasureRecord, error) {
	return all(ctx, s.db.Readers(), scanErasure, `SELECT `+erasureColumns+` FROM erasures
		WHERE blobs <> '[]' AND (asked_at > $1 OR asked_at = $1 AND id > $2) ORDER BY asked_at, id LIMIT $3`, micros(after.AskedAt), after.ID, page(limit))
}

func scanErasure(row scanner) (ErasureRecord, error) {
	var e ErasureRecord
	var asked, decided int64
	var counts, blobs string
	err := row.Scan(&e.ID, &e.Kind, &e.Subject, &e.Organization, &e.Basis, &e.Reason, &e.Originals, &e.State,
		&asked, &e.AskedBy, &e.AskedName, &decided, &e.DecidedBy, &e.DecidedName, &counts, &blobs)
	if err != nil {
		return ErasureRecord{}, err
	}
	e.AskedAt, e.DecidedAt = instant(asked), instant(decided)
	if err := json.Unmarshal([]byte(counts), &e.Counts); err != nil {
		return ErasureRecord{}, fmt.Errorf("erasure %s: %w", e.ID, err)
	}
	e.Blobs, err = decodeList(blobs)
	return e, err
}

// CasesNaming returns the cases of an organization ("": of any), and those whose
// events hold one of some texts, letter for letter but for ASCII case: it reads
// the whole history.
func (s *Store) CasesNaming(ctx context.Context, organization string, texts []string) ([]cases.ID, error) {
	var out []cases.ID
	if organization != "" {
		ids, err := all(ctx, s.db.Readers(), text, `SELECT id FROM cases WHERE organization = $1 ORDER BY id`, organization)
		if err != nil {
			return nil, err
		}
		for _, id := range ids {
			out = append(out, cases.ID(id))
		}
	}
	seen := map[cases.ID]bool{}
	for _, id := range out {
		seen[id] = true
	}
	for last := int64(0); len(texts) > 0; {
		batch, err := all(ctx, s.db.Readers(), scanRecord,
			`SELECT `+eventColumns+` FROM events WHERE position > $1 ORDER BY position LIMIT $2`, last, verifyPage)
		if err != nil {
			return nil, err
		}
		if len(batch) == 0 {
			break
		}
		for _, r := range batch {
			last = r.Position
			if seen[r.Case] {
				continue
			}
			low := bytes.ToLower(r.payload)
			if slices.ContainsFunc(texts, func(t string) bool {
				return bytes.Contains(low, []byte(t)) || strings.EqualFold(r.Actor.ID, t)
			}) {
				seen[r.Case] = true
				out = append(out, r.Case)
			}
		}
	}
	return out, nil
}

// KeptMail is an original in the records, in or out.
type KeptMail struct {
	Table, ID  string // "inbound" or "outbound"
	Message    string // of the outbound
	From       string
	Recipients []string
	SHA256     string
	State      string
}

// MailsOf returns the originals of a case.
func (tx *Tx) MailsOf(id cases.ID) ([]KeptMail, error) {
	list, err := all(background(), tx.q, scanKept("inbound"),
		`SELECT id, '', envelope_from, envelope_to, sha256, state FROM inbound WHERE case_id = $1 ORDER BY id`, string(id))
	if err != nil {
		return nil, err
	}
	sent, err := all(background(), tx.q, scanKept("outbound"),
		`SELECT id, message, sender, recipients, sha256, state FROM outbound WHERE case_id = $1 ORDER BY id`, string(id))
	return append(list, sent...), err
}

// MailsFrom returns the originals that came from an address and are in no case.
func (tx *Tx) MailsFrom(addr string) ([]KeptMail, error) {
	return all(background(), tx.q, scanKept("inbound"),
		`SELECT id, '', envelope_from, envelope_to, sha256, state FROM inbound WHERE envelope_from = $1 AND case_id = '' ORDER BY id`, addr)
}

func scanKept(table string) func(scanner) (KeptMail, error) {
	return func(row scanner) (KeptMail, error) {
		m := KeptMail{Table: table}
		var to string
		err := row.Scan(&m.ID, &m.Message, &m.From, &to, &m.SHA256, &m.State)
		if err != nil {
			return m, err
		}
		m.Recipients, err = decodeList(to)
		return m, err
	}
}

// EraseMail takes the bytes and the addresses of an original. It returns the
// hash of the blob that held it, if no other mail needs that.
func (tx *Tx) EraseMail(m KeptMail, address string) (blob string, err error) {
	if m.SHA256 == "" {
		return "", nil
	}
	switch m.Table {
	case "inbound":
		err = tx.exec(`UPDATE inbound SET raw = $1, size = 0, sha256 = '', envelope_from = CASE WHEN envelope_from = '' THEN '' ELSE $2 END, remote = '', helo = '', error = '' WHERE id = $3`, []byte{}, address, m.ID)
	default:
		to, lerr := encodeList([]string{address})
		if lerr != nil {
			return "", lerr
		}
		err = tx.exec(`UPDATE outbound SET raw = $1, size = 0, sha256 = '', recipients = $2, subject = $3, last_reply = '' WHERE id = $4`, []byte{}, to, cases.ErasedText, m.ID)
	}
	if err != nil {
		return "", err
	}
	if err := tx.ForgetSealedMail(m.Message); err != nil {
		return "", err
	}
	left, err := tally(background(), tx.q, `SELECT (SELECT COUNT(*) FROM inbound WHERE sha256 = $1) + (SELECT COUNT(*) FROM outbound WHERE sha256 = $1) + (SELECT COUNT(*) FROM draft_files WHERE sha256 = $1)`, m.SHA256)
	if err != nil || left > 0 {
		return "", err
	}
	return m.SHA256, tx.exec(`DELETE FROM scans WHERE sha256 = $1`, m.SHA256)
}

// EraseTraces takes what else the records have of some subjects (ids) and
// addresses: what the audit says of them, drafts in their cases, what people
// looked at last. rewrite takes their data out of a text; with drop the drafts
// go altogether.
func (tx *Tx) EraseTraces(subjects, addresses []string, touched []cases.ID, rewrite func(string) string, drop bool) (int, error) {
	for _, id := range subjects {
		for _, q := range []string{
			`UPDATE audit SET detail = '' WHERE subject = $1`,
			`DELETE FROM recents WHERE ref = $1`,
		} {
			if err := tx.exec(q, id); err != nil {
				return 0, err
			}
		}
	}
	for _, a := range addresses {
		var w where
		w.like(a, "name%s")
		if err := tx.exec(`DELETE FROM attempts`+w.text, w.args...); err != nil {
			return 0, err
		}
		w = where{}
		w.like(a, "ref%s")
		if err := tx.exec(`DELETE FROM recents`+w.text+` AND kind = 'query'`, w.args...); err != nil {
			return 0, err
		}
	}
	n := 0
	for _, id := range touched {
		type draft struct{ agent, kind, body, form string }
		list, err := all(background(), tx.q, func(row scanner) (draft, error) {
			var d draft
			err := row.Scan(&d.agent, &d.kind, &d.body, &d.form)
			return d, err
		}, `SELECT agent, kind, body, form FROM drafts WHERE case_id = $1`, string(id))
		if err != nil {
			return n, err
		}
		for _, d := range list {
			var err error
			if drop {
				err = tx.exec(`DELETE FROM drafts WHERE agent = $1 AND case_id = $2 AND kind = $3`, d.agent, string(id), d.kind)
			} else {
				err = tx.exec(`UPDATE drafts SET body = $1, form = $2 WHERE agent = $3 AND case_id = $4 AND kind = $5`, rewrite(d.body), rewrite(d.form), d.agent, string(id), d.kind)
			}
			if err != nil {
				return n, err
			}
			n++
		}
	}
	return n, nil
}

// EraseLetters takes the people out of the letters to an organization; only
// those to the contacts given, unless it is empty.
func (tx *Tx) EraseLetters(organization string, contacts []string, name, address string, rewrite func(string) string) (int, error) {
	list, err := all(background(), tx.q, scanLetter, `SELECT `+letterColumns+` FROM letters WHERE organization = $1`, organization)
	if err != nil {
		return 0, err
	}
	n := 0
	for _, l := range list {
		touched := false
		for i, r := range l.Recipients {
			if len(contacts) == 0 || slices.Contains(contacts, r.Contact) {
				touched = true
				l.Recipients[i].Name = name
				if r.Addr != "" {
					l.Recipients[i].Addr = address
				}
			}
		}
		if !touched {
			continue
		}
		to, err := json.Marshal(l.Recipients)
		if err != nil {
			return n, fmt.Errorf("encode recipients: %w", err)
		}
		if err := tx.exec(`UPDATE letters SET recipients = $1, body = $2, returned = $3 WHERE id = $4`, string(to), rewrite(l.Body), rewrite(l.Returned), l.ID); err != nil {
			return n, err
		}
		n++
	}
	return n, nil
}

// MailsOfLetters returns the originals of the letters to an organization.
func (tx *Tx) MailsOfLetters(organization string, contacts []string) ([]KeptMail, error) {
	list, err := all(background(), tx.q, scanLetter, `SELECT `+letterColumns+` FROM letters WHERE organization = $1`, organization)
	if err != nil {
		return nil, err
	}
	var out []KeptMail
	for _, l := range list {
		for _, r := range l.Recipients {
			if r.Message == "" || len(contacts) > 0 && !slices.Contains(contacts, r.Contact) {
				continue
			}
			found, err := all(background(), tx.q, scanKept("outbound"), `SELECT id, message, sender, recipients, sha256, state FROM outbound WHERE message = $1`, r.Message)
			if err != nil {
				return nil, err
			}
			out = append(out, found...)
		}
	}
	return out, nil
}
