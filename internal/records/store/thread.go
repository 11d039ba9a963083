package store

import (
	"context"
	"slices"

	"madoguchi/terms/cases"
)

// Direction says which way a mail went.
type Direction string

// The directions, seen from the desk.
const (
	Incoming Direction = "in"
	Outgoing Direction = "out"
)

// Threaded is a mail of a case, found by its Message-ID.
type Threaded struct {
	MessageID string // the mail's, without angle brackets
	Case      cases.ID
	Message   string // ours
	Direction Direction
}

// maxReferences bounds how many Message-IDs one lookup takes; the last ones
// count, since a References field has the nearest ancestor last (RFC 5322, 3.6.4).
const maxReferences = 100

// CaseByMessageID returns what is known of the Message-IDs given (without
// angle brackets), in the order of the arguments; one ID may belong to
// several cases. None known is an empty list. Of more than 100 IDs the last
// 100 are looked up.
func (s *Store) CaseByMessageID(ctx context.Context, ids ...string) ([]Threaded, error) {
	return caseByMessageID(ctx, s.db.Readers(), ids)
}

// CaseByMessageID is [Store.CaseByMessageID] as the act sees it.
func (tx *Tx) CaseByMessageID(ids ...string) ([]Threaded, error) {
	return caseByMessageID(background(), tx.q, ids)
}

func caseByMessageID(ctx context.Context, q querier, ids []string) ([]Threaded, error) {
	ids = ids[max(0, len(ids)-maxReferences):]
	var found []Threaded
	for _, id := range slices.Compact(slices.Clone(ids)) {
		if id == "" {
			continue
		}
		same, err := all(ctx, q, scanThreaded,
			`SELECT message_id, case_id, message, direction FROM case_messages WHERE message_id = $1 ORDER BY case_id, message`, id)
		if err != nil {
			return nil, err
		}
		found = append(found, same...)
	}
	return found, nil
}

// CaseOfMessage returns the case that one of our own message ids belongs to,
// with the mail's Message-ID; [fault.NotFound] when there is none.
func (s *Store) CaseOfMessage(ctx context.Context, id cases.ID, message string) (Threaded, error) {
	return one(ctx, s.db.Readers(), notFound("メッセージが見つかりません。", "There is no such message."), scanThreaded,
		`SELECT message_id, case_id, message, direction FROM case_messages WHERE case_id = $1 AND message = $2`, string(id), message)
}

func scanThreaded(row scanner) (Threaded, error) {
	var t Threaded
	err := row.Scan(&t.MessageID, &t.Case, &t.Message, &t.Direction)
	return t, err
}
