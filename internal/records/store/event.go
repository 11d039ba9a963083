package store

import (
	"context"
	"crypto/sha256"
	"encoding/binary"
	"fmt"

	"madoguchi/terms/cases"
)

// Stored is an event with its place in the history of the whole installation.
type Stored struct {
	Position int64 // 1, 2, 3 … over all cases, in the order of commits, without a gap
	cases.Event
}

// record is a row of events.
type record struct {
	Stored
	clauses string
	name    string // the payload's type
	payload []byte
	salt    []byte
	digest  []byte
	hash    []byte
	form    int64 // of digest and envelope, see seal
	erased  int64 // position of the event that says what was taken out of this one; 0: nothing was
}

// currentForm is the form in which events are written now. In form 1 the
// envelope holds who acted; since form 2 a customer is in the digest instead,
// so that their name can be erased and the envelope still be proven.
const currentForm = 2

// personal reports whether who acted belongs to the content.
func (r *record) personal() bool { return r.form > 1 && r.Actor.Kind == cases.Customer }

const eventColumns = `position, case_id, seq, at, actor_kind, actor_id, actor_name, channel, contract, clauses, type, payload, salt, digest, hash, form, erased`

var insertEvent = insert("events", eventColumns)

func (r *record) values() []any {
	return []any{
		r.Position, string(r.Case), r.Seq, micros(r.At), string(r.Actor.Kind), r.Actor.ID, r.Actor.Name,
		r.Channel, r.Contract, r.clauses, r.name, r.payload, r.salt, r.digest, r.hash, r.form, r.erased,
	}
}

func scanRecord(row scanner) (record, error) {
	var r record
	var at int64
	err := row.Scan(&r.Position, &r.Case, &r.Seq, &at, &r.Actor.Kind, &r.Actor.ID, &r.Actor.Name,
		&r.Channel, &r.Contract, &r.clauses, &r.name, &r.payload, &r.salt, &r.digest, &r.hash, &r.form, &r.erased)
	if err != nil {
		return record{}, err
	}
	r.At = instant(at)
	if r.Clauses, err = decodeList(r.clauses); err != nil {
		return record{}, fmt.Errorf("event %d: %w", r.Position, err)
	}
	return r, nil
}

func scanStored(row scanner) (Stored, error) { return scanWanted(row, nil) }

// scanWanted leaves the payloads of types unread that nobody wants; nil wants all.
func scanWanted(row scanner, wanted map[string]bool) (Stored, error) {
	r, err := scanRecord(row)
	if err != nil || wanted != nil && !wanted[r.name] {
		return r.Stored, err
	}
	if r.Data, err = cases.Decode(r.name, r.payload); err != nil {
		return Stored{}, fmt.Errorf("event %d: %w", r.Position, err)
	}
	return r.Stored, nil
}

func scanEvent(row scanner) (cases.Event, error) {
	s, err := scanStored(row)
	return s.Event, err
}

// seal fills the digest of the payload and the hash of the envelope. prev is
// the hash of the case's previous event, empty for its first.
//
// The envelope holds the digest in place of the payload, so that the payload
// can be erased later and the chain still proves who did what kind of thing
// when; the salt keeps a short payload from being guessed by its digest.
func (r *record) seal(prev []byte) {
	r.digest = r.content()
	r.chain(prev)
}

// content is the digest of what the event says.
func (r *record) content() []byte {
	digest := sha256.New()
	digest.Write(r.salt)
	if r.personal() {
		var who []byte
		for _, s := range []string{r.Actor.ID, r.Actor.Name} {
			who = binary.BigEndian.AppendUint64(who, uint64(len(s)))
			who = append(who, s...)
		}
		digest.Write(who)
	}
	digest.Write([]byte(r.name)) // ends where the payload's JSON begins: no name holds a brace
	digest.Write(r.payload)
	return digest.Sum(nil)
}

// chain fills the hash from the digest that the record has.
func (r *record) chain(prev []byte) {
	hash := sha256.New()
	hash.Write(prev)
	hash.Write(r.envelope())
	hash.Write(r.digest)
	r.hash = hash.Sum(nil)
}

// envelope is the canonical form of everything but the payload: a heading,
// then every field with its length before it, so that no two envelopes have
// the same bytes. Numbers are big-endian.
func (r *record) envelope() []byte {
	b := fmt.Appendf(nil, "madoguchi event %d\n", r.form)
	number := func(n int64) { b = binary.BigEndian.AppendUint64(b, uint64(n)) }
	word := func(s string) { number(int64(len(s))); b = append(b, s...) }
	number(r.Position)
	word(string(r.Case))
	number(int64(r.Seq))
	number(micros(r.At))
	word(string(r.Actor.Kind))
	if !r.personal() {
		word(r.Actor.ID)
		word(r.Actor.Name)
	}
	word(r.Channel)
	word(r.Contract)
	number(int64(len(r.Clauses)))
	for _, c := range r.Clauses {
		word(c)
	}
	word(r.name)
	return b
}

// Events returns the history of a case, oldest first; a case that does not
// exist has none.
func (s *Store) Events(ctx context.Context, id cases.ID) ([]cases.Event, error) {
	return eventsOf(ctx, s.db.Readers(), id)
}

// EventsAfter returns up to limit events (at most 500) of all cases with a
// position above the one given, in their order. It is the tail that live
// updates, webhooks, search and reports follow.
func (s *Store) EventsAfter(ctx context.Context, position int64, limit int) ([]Stored, error) {
	return all(ctx, s.db.Readers(), scanStored,
		`SELECT `+eventColumns+` FROM events WHERE position > $1 ORDER BY position LIMIT $2`, position, page(limit))
}

// EventsAt returns the events at some positions (at most 500), in their order;
// where there is none, nothing.
func (s *Store) EventsAt(ctx context.Context, positions []int64) ([]Stored, error) {
	if len(positions) == 0 {
		return nil, nil
	}
	args := make([]any, len(positions))
	for i, p := range positions {
		args[i] = p
	}
	return all(ctx, s.db.Readers(), scanStored,
		`SELECT `+eventColumns+` FROM events WHERE position IN (`+placeholders(1, len(args))+`) ORDER BY position`, args...)
}

// EventsOf is [Store.EventsAfter] for a follower that wants some types of
// events only, by [cases.Data.Type]: the others come with their place and
// without Data, since reading payloads is most of the work.
func (s *Store) EventsOf(ctx context.Context, wanted map[string]bool, position int64, limit int) ([]Stored, error) {
	return all(ctx, s.db.Readers(), func(row scanner) (Stored, error) { return scanWanted(row, wanted) },
		`SELECT `+eventColumns+` FROM events WHERE position > $1 ORDER BY position LIMIT $2`, position, page(limit))
}

// Position returns the position of the newest event; 0 when there is none.
func (s *Store) Position(ctx context.Context) (int64, error) { return position(ctx, s.db.Readers()) }

func position(ctx context.Context, q querier) (int64, error) {
	return tally(ctx, q, `SELECT value FROM counters WHERE name = 'position'`)
}

func eventsOf(ctx context.Context, q querier, id cases.ID) ([]cases.Event, error) {
	return all(ctx, q, scanEvent, `SELECT `+eventColumns+` FROM events WHERE case_id = $1 ORDER BY seq`, string(id))
}
