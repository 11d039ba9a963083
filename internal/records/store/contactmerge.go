package store

import (
	"context"
	"encoding/json"
	"fmt"
	"time"
)

// ContactMerge is two contacts that became one.
type ContactMerge struct {
	ID, From, Into string
	At             time.Time
	By             string  // agent id
	Was            Contact // From as it was
	Undone         time.Time
	UndoneBy       string
}

const mergeColumns = `id, from_id, into_id, at, by_id, moved, undone_at, undone_by`

var putMerge = insert("contact_merges", mergeColumns) + " ON CONFLICT (id) DO UPDATE SET " + assignments(mergeColumns)

// PutContactMerge records a merge or its undoing.
func (tx *Tx) PutContactMerge(m ContactMerge) error {
	was, err := json.Marshal(m.Was)
	if err != nil {
		return fmt.Errorf("encode contact: %w", err)
	}
	return tx.exec(putMerge, m.ID, m.From, m.Into, micros(m.At), m.By, string(was), micros(m.Undone), m.UndoneBy)
}

// ContactMerges returns the merges that stand into some contacts, the newest
// first.
func (s *Store) ContactMerges(ctx context.Context, into []string) ([]ContactMerge, error) {
	return contactMerges(ctx, s.db.Readers(), into)
}

// ContactMerges is [Store.ContactMerges] as the act sees it.
func (tx *Tx) ContactMerges(into []string) ([]ContactMerge, error) {
	return contactMerges(background(), tx.q, into)
}

func contactMerges(ctx context.Context, q querier, into []string) ([]ContactMerge, error) {
	if len(into) == 0 {
		return nil, nil
	}
	args := make([]any, len(into))
	for i, id := range into {
		args[i] = id
	}
	return all(ctx, q, scanMerge, `SELECT `+mergeColumns+` FROM contact_merges WHERE undone_at = 0 AND into_id IN (`+placeholders(1, len(args))+`) ORDER BY at DESC, id DESC`, args...)
}

// ForgetMerged takes what merges remember of some contacts, whose data is
// erased.
func (tx *Tx) ForgetMerged(contacts []string) error {
	for _, id := range contacts {
		if err := tx.exec(`UPDATE contact_merges SET moved = '{}' WHERE from_id = $1`, id); err != nil {
			return err
		}
	}
	return nil
}

func scanMerge(row scanner) (ContactMerge, error) {
	var m ContactMerge
	var at, undone int64
	var was string
	err := row.Scan(&m.ID, &m.From, &m.Into, &at, &m.By, &was, &undone, &m.UndoneBy)
	if err != nil {
		return m, err
	}
	m.At, m.Undone = instant(at), instant(undone)
	if err := json.Unmarshal([]byte(was), &m.Was); err != nil {
		return m, fmt.Errorf("merge %s: %w", m.ID, err)
	}
	return m, nil
}

// ContactNow returns the contact that goes on in place of one that was merged,
// or that contact itself.
func (tx *Tx) ContactNow(id string) (Contact, error) {
	for range 20 {
		c, err := tx.Contact(id)
		if err != nil || c.MergedInto == "" {
			return c, err
		}
		id = c.MergedInto
	}
	return Contact{}, noContact()
}

// CasesOfContacts returns the latest cases within a scope that some contacts
// opened or take part in.
func (s *Store) CasesOfContacts(ctx context.Context, scope Scope, contacts []string, limit int) ([]CaseRow, error) {
	if len(contacts) == 0 {
		return nil, nil
	}
	var w where
	for _, id := range contacts {
		w.args = append(w.args, id)
	}
	these := "(" + placeholders(1, len(contacts)) + ")"
	w.plain("(contact IN " + these + " OR id IN (SELECT case_id FROM case_participants WHERE contact IN " + these + "))")
	rows, _, err := s.casesNewest(ctx, scope, &w, limit, Since{})
	return rows, err
}
