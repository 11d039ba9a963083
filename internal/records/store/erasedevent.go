package store

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"fmt"

	"madoguchi/terms/cases"
	"madoguchi/terms/fault"
)

// Erasing takes data out of a case's events in two steps of one act: [Tx.Erase]
// says what each of them would say, the caller appends the [cases.Erased] that
// commits to it, and [Erasing.Write] replaces them and the projected rows.
type Erasing struct {
	tx      *Tx
	id      cases.ID
	records []record
}

// Erase prepares the events of a case of which x takes something out. What the
// events were stays proven by their hashes; their salts are lost, so that
// nobody can find out by trying whether something was in them.
func (tx *Tx) Erase(id cases.ID, x *cases.Erasure) (*Erasing, []cases.ErasedEvent, error) {
	all, err := all(background(), tx.q, scanRecord, `SELECT `+eventColumns+` FROM events WHERE case_id = $1 ORDER BY seq`, string(id))
	if err != nil {
		return nil, nil, err
	}
	e := &Erasing{tx: tx, id: id}
	var said []cases.ErasedEvent
	for _, r := range all {
		if r.Data, err = cases.Decode(r.name, r.payload); err != nil {
			return nil, nil, fmt.Errorf("event %d: %w", r.Position, err)
		}
		now, changed, err := x.Apply(r.Event)
		if err != nil {
			return nil, nil, fmt.Errorf("event %d: %w", r.Position, err)
		}
		if !changed {
			continue
		}
		r.Event, r.salt = now, make([]byte, len(r.salt))
		if r.payload, err = cases.Encode(now.Data); err != nil {
			return nil, nil, err
		}
		if _, err := rand.Read(r.salt); err != nil {
			return nil, nil, fmt.Errorf("salt: %w", err)
		}
		e.records = append(e.records, r)
		said = append(said, cases.ErasedEvent{Seq: r.Seq, Hash: hex.EncodeToString(r.hash), Now: r.remains()})
	}
	return e, said, nil
}

// remains is the digest of what an event says after an erasure, in hex: its
// content with the customer who acted, whatever the form of the event.
func (r *record) remains() string {
	full := *r
	full.form = currentForm
	return hex.EncodeToString(full.content())
}

// Write replaces the events. c is the case after the [cases.Erased] was
// appended, which is its last event.
func (e *Erasing) Write(c *cases.Case) error {
	position, err := tally(background(), e.tx.q, `SELECT position FROM events WHERE case_id = $1 AND seq = $2`, string(e.id), c.Version)
	if err != nil {
		return err
	}
	for _, r := range e.records {
		err := e.tx.change(notFound("記録が見つかりません。", "There is no such event."),
			`UPDATE events SET payload = $1, salt = $2, actor_id = $3, actor_name = $4, erased = $5 WHERE case_id = $6 AND seq = $7`,
			r.payload, r.salt, r.Actor.ID, r.Actor.Name, position, string(e.id), r.Seq)
		if err != nil {
			return err
		}
	}
	for _, p := range projections {
		if p.table == "cases" {
			continue // replaced as a whole
		}
		if err := e.tx.exec(`DELETE FROM `+p.table+` WHERE case_id = $1`, string(e.id)); err != nil {
			return err
		}
	}
	return e.tx.rebuildCase(e.id)
}

// verify says what is wrong with r as the next event after before; "" when
// nothing is.
func (r *record) verify(ctx context.Context, q querier, before *record) (string, error) {
	if why := r.follows(before); why != "" || r.erased == 0 {
		return why, nil
	}
	unproven := fmt.Sprintf("event %d of case %s is marked as erased, and no event proves it", r.Seq, r.Case)
	by, err := one(ctx, q, notFound("", ""), scanRecord, `SELECT `+eventColumns+` FROM events WHERE position = $1`, r.erased)
	if fault.Is(err, fault.NotFound) {
		return unproven, nil
	}
	if err != nil {
		return "", err
	}
	data, err := cases.Decode(by.name, by.payload)
	if err != nil {
		return "", err
	}
	said, ok := data.(cases.Erased)
	if !ok || by.Case != r.Case || by.Seq <= r.Seq || by.erased != 0 {
		return unproven, nil
	}
	for _, e := range said.Events {
		if e.Seq != r.Seq {
			continue
		}
		if e.Hash != hex.EncodeToString(r.hash) || e.Now != r.remains() {
			return fmt.Sprintf("event %d of case %s was changed after its data was erased", r.Seq, r.Case), nil
		}
		return "", nil
	}
	return unproven, nil
}
