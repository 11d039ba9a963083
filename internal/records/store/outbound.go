package store

import (
	"cmp"
	"context"
	"slices"
	"time"

	"madoguchi/terms/cases"
	"madoguchi/terms/fault"
)

// OutboundState says how far a mail of the desk got.
type OutboundState string

// The states of an outbound mail.
const (
	OutboundQueued  OutboundState = "queued"  // waits for its next attempt
	OutboundSending OutboundState = "sending" // leased by a worker until NextAt
	OutboundSent    OutboundState = "sent"    // the relay took it
	OutboundFailed  OutboundState = "failed"  // for good
	OutboundUndone  OutboundState = "undone"  // taken back before its first attempt
)

// Sink is the relay's name of a mail that a demonstration kept instead of
// sending it.
const Sink = "sink"

// Outbound is a mail on its way from the desk.
type Outbound struct {
	ID              string // UUIDv7
	Message         string // our message id, of the event that released it
	Case            cases.ID
	MessageIDHeader string // without angle brackets; fixed before the first attempt
	From            string // envelope sender; empty: the null sender
	Recipients      []string
	Subject         string
	Raw             Raw
	State           OutboundState
	Attempts        int
	NextAt          time.Time // of the next attempt; while sending: the end of the lease
	Relay           string
	LastReply       string
	CreatedAt       time.Time
	SentAt          time.Time
	Via             string // the sender whose way it goes; empty: the way given at the start
}

const outboundColumns = `id, message, case_id, message_id_header, sender, recipients, subject, sha256, size, state, attempts, next_at, relay, last_reply, created_at, sent_at, via`

// outboundOwner is whose mail it is: that of its case, as the case is
// identified now.
const outboundOwner = `(SELECT organization FROM cases WHERE cases.id = outbound.case_id)`

var insertOutbound = insert("outbound", outboundColumns+", raw")

// PutOutbound queues a mail, to be sent from NextAt on (zero: at once), in the
// act that releases it.
func (tx *Tx) PutOutbound(o Outbound) error {
	to, err := encodeList(o.Recipients)
	if err != nil {
		return err
	}
	raw, err := o.Raw.column()
	if err != nil {
		return err
	}
	if o.State == "" {
		o.State = OutboundQueued
	}
	return tx.later(insertOutbound, o.ID, o.Message, string(o.Case), o.MessageIDHeader, o.From, to, o.Subject,
		o.Raw.SHA256, o.Raw.Size, string(o.State), o.Attempts, micros(o.NextAt), o.Relay, o.LastReply,
		micros(o.CreatedAt), micros(o.SentAt), o.Via, raw)
}

// LeaseOutbound hands out up to limit mails whose attempt is due at now, for
// the length of the lease, and counts the attempt. A mail whose lease ran out
// (its worker died) is handed out again: it may reach a recipient twice, with
// the same Message-ID, but it is never lost. Mail of no sender is left where it
// is unless there is a way for it.
func (tx *Tx) LeaseOutbound(now time.Time, limit int, lease time.Duration, relayed bool) ([]Outbound, error) {
	due, err := all(
		background(), tx.q, scanOutbound,
		`UPDATE outbound SET state = 'sending', attempts = attempts + 1, next_at = $4 WHERE id IN (
			SELECT id FROM outbound WHERE state IN ('queued', 'sending') AND next_at <= $1 AND (via <> '' OR $2) ORDER BY next_at, id LIMIT $3)
		RETURNING `+outboundColumns,
		micros(now), relayed, page(limit), micros(now.Add(lease)),
	)
	slices.SortFunc(due, func(a, b Outbound) int { return cmp.Or(a.CreatedAt.Compare(b.CreatedAt), cmp.Compare(a.ID, b.ID)) })
	return due, err
}

// ReleaseOutbound ends every lease: the process that held them is gone. The
// mails are due at now.
func (tx *Tx) ReleaseOutbound(now time.Time) error {
	return tx.exec(`UPDATE outbound SET state = 'queued', next_at = $1 WHERE state = 'sending'`, micros(now))
}

// UndoOutbound takes a mail back whose first attempt has not come. One that is
// being sent, or was, or whose time has come at now, is [fault.Conflict].
func (tx *Tx) UndoOutbound(message string, now time.Time) error {
	return tx.change(fault.New(fault.Conflict, "送信が始まったため、取り消せませんでした。", "It is too late to undo: the mail is being sent."),
		`UPDATE outbound SET state = 'undone', next_at = 0 WHERE message = $1 AND state = 'queued' AND attempts = 0 AND next_at > $2`, message, micros(now))
}

// ResendOutbound queues a mail again that was sent or given up, for the
// recipients named, at now. Its bytes and its Message-ID are the same; attempts
// and patience begin anew. One that still waits is [fault.Conflict].
func (tx *Tx) ResendOutbound(message string, to []string, now time.Time) error {
	list, err := encodeList(to)
	if err != nil {
		return err
	}
	return tx.change(fault.New(fault.Conflict, "このメールは送信を待っています。", "This mail is waiting to be sent."),
		`UPDATE outbound SET state = 'queued', attempts = 0, next_at = $1, created_at = $1, sent_at = 0, recipients = $2, last_reply = '' WHERE message = $3 AND state IN ('sent', 'failed')`,
		micros(now), list, message)
}

// OutboundDue reports whether a mail waits whose attempt is due at now and
// that has a way, as in [Tx.LeaseOutbound].
func (s *Store) OutboundDue(ctx context.Context, now time.Time, relayed bool) (bool, error) {
	n, err := tally(ctx, s.db.Readers(), `SELECT COUNT(*) FROM (SELECT 1 FROM outbound WHERE state IN ('queued', 'sending') AND next_at <= $1 AND (via <> '' OR $2) LIMIT 1) AS due`, micros(now), relayed)
	return n > 0, err
}

// OutboundByMessage returns the mail of one of our messages, or [fault.NotFound].
func (s *Store) OutboundByMessage(ctx context.Context, message string) (Outbound, error) {
	return one(ctx, s.db.Readers(), noMail(), scanOutbound, `SELECT `+outboundColumns+` FROM outbound WHERE message = $1`, message)
}

// OutboundResult is what an attempt came to. Attempt and Queued are the leased
// mail's Attempts and CreatedAt: a worker whose lease was given to another, or
// whose mail was queued again since, changes nothing.
type OutboundResult struct {
	Attempt int
	Queued  time.Time // zero: whenever
	Relay   string
	Reply   string
}

// MarkOutboundSent records that the relay took the mail.
func (tx *Tx) MarkOutboundSent(id string, at time.Time, r OutboundResult) error {
	return tx.settleOutbound(id, r, `state = 'sent', sent_at = $5`, micros(at))
}

// MarkOutboundFailed records that the mail will not be tried again.
func (tx *Tx) MarkOutboundFailed(id string, r OutboundResult) error {
	return tx.settleOutbound(id, r, `state = 'failed', next_at = $5`, int64(0))
}

// RetryOutbound puts the mail back for an attempt at next, to the recipients
// that are still to be reached.
func (tx *Tx) RetryOutbound(id string, next time.Time, remaining []string, r OutboundResult) error {
	to, err := encodeList(remaining)
	if err != nil {
		return err
	}
	return tx.settleOutbound(id, r, `state = 'queued', next_at = $5, recipients = $6`, micros(next), to)
}

func (tx *Tx) settleOutbound(id string, r OutboundResult, set string, args ...any) error {
	all := append([]any{r.Relay, r.Reply, id, r.Attempt}, args...)
	queued := placeholders(len(all)+1, 1)
	return tx.change(notFound("このメールは既に別の処理が扱っています。", "That attempt is over: the mail is not leased to this worker."),
		`UPDATE outbound SET relay = $1, last_reply = $2, `+set+` WHERE id = $3 AND attempts = $4 AND state = 'sending' AND (created_at = `+queued+` OR `+queued+` = 0)`,
		append(all, micros(r.Queued))...)
}

// Outbound returns one mail without its bytes, or [fault.NotFound] when it is
// not in the scope.
func (s *Store) Outbound(ctx context.Context, scope Scope, id string) (Outbound, error) {
	var w where
	w.and("id = ", id)
	if err := scope.where(&w, outboundOwner); err != nil {
		return Outbound{}, err
	}
	return one(ctx, s.db.Readers(), noMail(), scanOutbound, `SELECT `+outboundColumns+` FROM outbound`+w.text, w.args...)
}

// OutboundByMessageID returns the mail that went out with a Message-ID
// (without angle brackets), or [fault.NotFound]. A bounce names it.
func (tx *Tx) OutboundByMessageID(header string) (Outbound, error) {
	return one(background(), tx.q, noMail(), scanOutbound,
		`SELECT `+outboundColumns+` FROM outbound WHERE message_id_header = $1 ORDER BY created_at DESC, id DESC LIMIT 1`, header)
}

// OutboundRaw returns a mail's bytes as they go out.
func (s *Store) OutboundRaw(ctx context.Context, id string) ([]byte, error) {
	return s.rawOf(ctx, "outbound", id)
}

// OutboundQuery selects a page of the outgoing mails.
type OutboundQuery struct {
	Organization Scope         // required
	State        OutboundState // empty: all
	Case         cases.ID      // empty: all
	Relay        string        // empty: all; [Sink] for what a demonstration kept
	Limit        int
	After        Since
}

// ListOutbound returns a page of the outgoing mails, newest first.
func (s *Store) ListOutbound(ctx context.Context, query OutboundQuery) ([]Outbound, Since, error) {
	var w where
	if err := query.Organization.where(&w, outboundOwner); err != nil {
		return nil, Since{}, err
	}
	if query.State != "" {
		w.and("state = ", string(query.State))
	}
	if query.Case != "" {
		w.and("case_id = ", string(query.Case))
	}
	if query.Relay != "" {
		w.and("relay = ", query.Relay)
	}
	if !query.After.End() {
		w.after("created_at, id", "<", micros(query.After.At), query.After.ID)
	}
	n := page(query.Limit)
	rows, err := all(ctx, s.db.Readers(), scanOutbound,
		`SELECT `+outboundColumns+` FROM outbound`+w.text+` ORDER BY created_at DESC, id DESC`+limitTo(n+1), w.args...)
	return newest(rows, n, err, func(o Outbound) Since { return Since{o.CreatedAt, o.ID} })
}

// Undelivered returns what the histories of some cases, at most a page of
// them, hold of mail of ours that did not arrive or is late, in the order in which it
// was learnt.
func (s *Store) Undelivered(ctx context.Context, ids []string) ([]cases.Event, error) {
	if len(ids) == 0 {
		return nil, nil
	}
	return all(ctx, s.db.Readers(), scanEvent,
		`SELECT `+eventColumns+` FROM events WHERE case_id IN (`+placeholders(1, len(ids))+`) AND type IN (`+typesOf(cases.DeliveryFailed{}, cases.DeliveryDelayed{})+`) ORDER BY position`, anyOf(ids)...)
}

func scanOutbound(row scanner) (Outbound, error) {
	var o Outbound
	var next, created, sent int64
	var to string
	err := row.Scan(&o.ID, &o.Message, &o.Case, &o.MessageIDHeader, &o.From, &to, &o.Subject,
		&o.Raw.SHA256, &o.Raw.Size, &o.State, &o.Attempts, &next, &o.Relay, &o.LastReply, &created, &sent, &o.Via)
	if err != nil {
		return Outbound{}, err
	}
	o.NextAt, o.CreatedAt, o.SentAt = instant(next), instant(created), instant(sent)
	o.Recipients, err = decodeList(to)
	return o, err
}
