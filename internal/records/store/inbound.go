package store

import (
	"context"
	"database/sql"
	"time"

	"madoguchi/terms/cases"
	"madoguchi/terms/fault"
)

// InboundState says what became of a mail that reached the desk.
type InboundState string

// The states of an inbound mail.
const (
	InboundNew         InboundState = "new"         // accepted, not yet filed
	InboundFiled       InboundState = "filed"       // in a case
	InboundDuplicate   InboundState = "duplicate"   // the very mail was filed before
	InboundQuarantined InboundState = "quarantined" // could not be filed; a person looks at it
)

// Inbound is a mail as it reached the desk.
type Inbound struct {
	ID           string // UUIDv7
	ReceivedAt   time.Time
	EnvelopeFrom string // empty: the null sender
	EnvelopeTo   []string
	Remote       string // the peer's address
	Helo         string // what the peer called itself
	Way          string // by which door it came; empty for a mail of an earlier version
	Fingerprint  string // the caller's hash of the mail without its trace headers
	MessageID    string // without angle brackets; empty when unread or absent
	Raw          Raw
	State        InboundState
	Case         cases.ID
	Error        string // why it could not be filed
	Attempts     int
}

const inboundColumns = `id, received_at, envelope_from, envelope_to, remote, helo, way, fingerprint, message_id, sha256, size, state, case_id, error, attempts`

var insertInbound = insert("inbound", inboundColumns+", raw")

func noMail() *fault.Error {
	return notFound("メールが見つかりません。", "There is no such mail.")
}

// PutInbound keeps a mail that the desk takes responsibility for, with state
// new unless another is given.
func (tx *Tx) PutInbound(in Inbound) error {
	to, err := encodeList(in.EnvelopeTo)
	if err != nil {
		return err
	}
	raw, err := in.Raw.column()
	if err != nil {
		return err
	}
	if in.State == "" {
		in.State = InboundNew
	}
	return tx.later(insertInbound, in.ID, micros(in.ReceivedAt), in.EnvelopeFrom, to, in.Remote, in.Helo, in.Way, in.Fingerprint,
		in.MessageID, in.Raw.SHA256, in.Raw.Size, string(in.State), string(in.Case), in.Error, in.Attempts, raw)
}

// NextInbound returns up to limit mails that are not filed yet, oldest first.
func (s *Store) NextInbound(ctx context.Context, limit int) ([]Inbound, error) {
	return all(ctx, s.db.Readers(), scanInbound,
		`SELECT `+inboundColumns+` FROM inbound WHERE state = 'new' ORDER BY received_at, id LIMIT $1`, page(limit))
}

// Waiting is a mail that is to be filed, with its bytes as they arrived.
type Waiting struct {
	Inbound
	Bytes []byte
	Err   error // why the bytes could not be read
}

// WaitingInbound returns up to limit mails that are not filed yet, oldest
// first, with their bytes. When the place of the blobs is away, it is asked
// once and not for each of them.
func (s *Store) WaitingInbound(ctx context.Context, limit int) ([]Waiting, error) {
	var away error
	return all(ctx, s.db.Readers(), func(row scanner) (Waiting, error) {
		var raw sql.Null[[]byte]
		in, err := scanInbound(alsoInto{row, &raw})
		w := Waiting{Inbound: in, Bytes: raw.V}
		switch {
		case err != nil || raw.Valid:
		case away != nil:
			w.Err = away
		default:
			if w.Bytes, w.Err = s.blobs.Bytes(ctx, in.Raw.SHA256); fault.Is(w.Err, fault.Unavailable) {
				away = w.Err
			}
		}
		return w, err
	}, `SELECT `+inboundColumns+`, raw FROM inbound WHERE state = 'new' ORDER BY received_at, id LIMIT $1`, page(limit))
}

// Inbound returns one mail without its bytes, or [fault.NotFound].
func (s *Store) Inbound(ctx context.Context, id string) (Inbound, error) {
	return inbound(ctx, s.db.Readers(), id)
}

// Inbound returns one mail as the act sees it, or [fault.NotFound]. An act
// that files a mail looks here whether it is still new.
func (tx *Tx) Inbound(id string) (Inbound, error) { return inbound(background(), tx.q, id) }

func inbound(ctx context.Context, q querier, id string) (Inbound, error) {
	return one(ctx, q, noMail(), scanInbound, `SELECT `+inboundColumns+` FROM inbound WHERE id = $1`, id)
}

// Unfiled reports whether a mail is still to be filed, and in which case the
// very same mail, by its Message-ID and fingerprint, is filed already; empty
// when it is in none.
func (tx *Tx) Unfiled(id, messageID, fingerprint string) (still bool, twin cases.ID, err error) {
	_, err = one(background(), tx.q, noMail(), func(row scanner) (struct{}, error) {
		return struct{}{}, row.Scan(&still, &twin)
	}, `SELECT state = 'new', COALESCE((SELECT t.case_id FROM inbound t WHERE t.message_id = $2 AND t.fingerprint = $3 AND t.state = 'filed'), '')
		FROM inbound WHERE id = $1`, id, messageID, fingerprint)
	return still, twin, err
}

// FiledInbound returns the filed mail with the same Message-ID and
// fingerprint, or [fault.NotFound].
func (tx *Tx) FiledInbound(messageID, fingerprint string) (Inbound, error) {
	return one(background(), tx.q, noMail(), scanInbound,
		`SELECT `+inboundColumns+` FROM inbound WHERE message_id = $1 AND fingerprint = $2 AND state = 'filed'`, messageID, fingerprint)
}

// InboundRaw returns a mail's bytes as they arrived.
func (s *Store) InboundRaw(ctx context.Context, id string) ([]byte, error) {
	return s.rawOf(ctx, "inbound", id)
}

// InboundMark is what an attempt to file a mail came to.
type InboundMark struct {
	State       InboundState
	Case        cases.ID
	MessageID   string // as read from the mail
	Fingerprint string
	Error       string // for the desk's own people
}

// MarkInbound records an attempt to file a mail and counts it. A second mail
// filed with the same Message-ID and fingerprint is [fault.Conflict].
func (tx *Tx) MarkInbound(id string, m InboundMark) error {
	return tx.change(noMail(),
		`UPDATE inbound SET state = $1, case_id = $2, message_id = $3, fingerprint = $4, error = $5, attempts = attempts + 1 WHERE id = $6`,
		string(m.State), string(m.Case), m.MessageID, m.Fingerprint, m.Error, id)
}

// ListInbound returns a page of the mails in a state, newest first. A mail
// that is in no case is nobody's and shown to the desk only.
func (s *Store) ListInbound(ctx context.Context, scope Scope, state InboundState, limit int, after Since) ([]Inbound, Since, error) {
	var w where
	if err := scope.where(&w, `(SELECT organization FROM cases WHERE cases.id = inbound.case_id)`); err != nil {
		return nil, Since{}, err
	}
	w.and("state = ", string(state))
	if !after.End() {
		w.after("received_at, id", "<", micros(after.At), after.ID)
	}
	n := page(limit)
	rows, err := all(ctx, s.db.Readers(), scanInbound,
		`SELECT `+inboundColumns+` FROM inbound`+w.text+` ORDER BY received_at DESC, id DESC`+limitTo(n+1), w.args...)
	return newest(rows, n, err, func(in Inbound) Since { return Since{in.ReceivedAt, in.ID} })
}

// InboundTo returns the addresses that a mail was sent to, by its envelope, or
// [fault.NotFound].
func (tx *Tx) InboundTo(id string) ([]string, error) {
	list, err := one(background(), tx.q, noMail(), text, `SELECT envelope_to FROM inbound WHERE id = $1`, id)
	if err != nil {
		return nil, err
	}
	return decodeList(list)
}

// HasInbound reports whether a mail with this Message-ID, reception and size in
// bytes is filed.
func (s *Store) HasInbound(ctx context.Context, messageID string, at time.Time, size int64) (bool, error) {
	n, err := tally(ctx, s.db.Readers(), `SELECT COUNT(*) FROM inbound WHERE message_id = $1 AND state = 'filed' AND received_at = $2 AND size = $3`,
		messageID, micros(at), size)
	return n > 0, err
}

func scanInbound(row scanner) (Inbound, error) {
	var in Inbound
	var at int64
	var to string
	err := row.Scan(&in.ID, &at, &in.EnvelopeFrom, &to, &in.Remote, &in.Helo, &in.Way, &in.Fingerprint, &in.MessageID,
		&in.Raw.SHA256, &in.Raw.Size, &in.State, &in.Case, &in.Error, &in.Attempts)
	if err != nil {
		return Inbound{}, err
	}
	in.ReceivedAt = instant(at)
	in.EnvelopeTo, err = decodeList(to)
	return in, err
}
