package store

import (
	"context"
	"encoding/json"
	"fmt"
	"sync"

	"madoguchi/internal/records/store/engine"
	"madoguchi/terms/cases"
	"madoguchi/terms/fault"
)

// renewal is how far the projected rows of another build are made anew.
type renewal struct {
	mu          sync.Mutex
	due         bool
	done, total int64
}

// Renewal is how far the rows of lists are made anew after another build made
// them: of so many cases so many. Until then lists may lack what this build
// adds; histories, and every case that is changed, are as they should be.
type Renewal struct{ Done, Total int64 }

// Renewal returns how far it is; false when nothing is to be made anew.
func (s *Store) Renewal() (Renewal, bool) {
	s.renewal.mu.Lock()
	defer s.renewal.mu.Unlock()
	return Renewal{s.renewal.done, s.renewal.total}, s.renewal.due
}

// refresh makes the projections anew when another build made them: before it
// returns when the cases are few, else by [Store.Renew].
func (s *Store) refresh(ctx context.Context, few int) error {
	made, err := tally(ctx, s.db.Readers(), `SELECT value FROM counters WHERE name = 'projections'`)
	if err != nil || made == projectionsVersion {
		return err
	}
	many, err := tally(ctx, s.db.Readers(), `SELECT COUNT(*) FROM (SELECT 1 FROM events WHERE seq = 1 LIMIT $1) AS capped`, few+1)
	if err != nil {
		return err
	}
	if many <= int64(few) {
		return s.Rebuild(ctx, nil)
	}
	s.renewal.mu.Lock()
	defer s.renewal.mu.Unlock()
	s.renewal.due = true
	return nil
}

// renewAct is how many cases are made anew in one act: acts of people come in between.
const renewAct = 25

// Renew makes the projected rows anew that another build made, a few cases at
// a time beside everything else: unfinished cases first, since people look at
// these. It returns when all are, at once when nothing is to be done; broken
// off, it goes on where it was, by this process or another. progress (may be
// nil) is told as it goes. One process of all that share the records does it.
func (s *Store) Renew(ctx context.Context, progress func(Renewal)) error {
	if _, due := s.Renewal(); !due {
		return nil
	}
	if made, err := tally(ctx, s.db.Readers(), `SELECT value FROM counters WHERE name = 'projections'`); err != nil {
		return err
	} else if made == projectionsVersion {
		s.renewed() // another node did
		return nil
	}
	total, err := tally(ctx, s.db.Readers(), `SELECT COUNT(*) FROM events WHERE seq = 1`)
	if err != nil {
		return err
	}
	mark, err := s.renewalMark(ctx)
	if err != nil {
		return err
	}
	s.renewal.mu.Lock()
	s.renewal.done, s.renewal.total = mark.Done, total
	s.renewal.mu.Unlock()
	for i, list := range []string{
		`SELECT id FROM cases WHERE bucket < $3 AND id > $1 ORDER BY id LIMIT $2`,
		`SELECT e.case_id FROM events e WHERE e.seq = 1 AND e.case_id > $1 AND NOT EXISTS (SELECT 1 FROM cases c WHERE c.id = e.case_id AND c.bucket < $3)
			ORDER BY e.case_id LIMIT $2`,
	} {
		if i < mark.List {
			continue
		}
		if i > mark.List {
			mark.List, mark.Last = i, ""
		}
		if err := s.renewListed(ctx, list, &mark, progress); err != nil {
			return err
		}
	}
	err = s.Write(ctx, func(tx *Tx) error {
		if err := tx.exec(`DELETE FROM settings WHERE name = $1`, markRenewal); err != nil {
			return err
		}
		return tx.exec(`UPDATE counters SET value = $1 WHERE name = 'projections'`, projectionsVersion)
	})
	if err == nil {
		s.renewed()
	}
	return err
}

// renewalMark is how far a renewal has come, kept with each of its acts, so
// that one that was broken off goes on.
type renewalMark struct {
	Version int    `json:"version"` // the projections that are being made
	List    int    `json:"list"`    // of those in Renew
	Last    string `json:"last"`    // the last case of it that was made anew
	Done    int64  `json:"done"`    // cases of all lists
}

// markRenewal names it among the marks.
const markRenewal = "renewal"

// renewalMark reads how far this build's renewal has come; that of another
// build counts for nothing.
func (s *Store) renewalMark(ctx context.Context) (m renewalMark, err error) {
	begin := renewalMark{Version: projectionsVersion}
	kept, err := s.Setting(ctx, markRenewal)
	if fault.Is(err, fault.NotFound) {
		return begin, nil
	}
	if err != nil {
		return m, err
	}
	if err := json.Unmarshal([]byte(kept), &m); err != nil || m.Version != projectionsVersion {
		return begin, nil
	}
	return m, nil
}

func (tx *Tx) keepRenewal(m renewalMark) error {
	text, err := json.Marshal(m)
	if err != nil {
		return fmt.Errorf("renewal: %w", err)
	}
	return tx.PutMark(markRenewal, string(text))
}

func (s *Store) renewed() {
	s.renewal.mu.Lock()
	defer s.renewal.mu.Unlock()
	s.renewal.due = false
}

func (s *Store) renewListed(ctx context.Context, list string, mark *renewalMark, progress func(Renewal)) error {
	for {
		ids, err := all(ctx, s.db.Readers(), text, list, mark.Last, renewAct, int64(Finished))
		if err != nil || len(ids) == 0 {
			return engine.Fault(err)
		}
		next := *mark
		next.Last, next.Done = ids[len(ids)-1], mark.Done+int64(len(ids))
		err = s.Write(ctx, func(tx *Tx) error {
			for _, id := range ids {
				if err := tx.renewCase(cases.ID(id)); err != nil {
					return err
				}
			}
			return tx.keepRenewal(next)
		})
		if err != nil {
			return err
		}
		*mark = next
		s.renewal.mu.Lock()
		s.renewal.done = mark.Done
		now := Renewal{s.renewal.done, s.renewal.total}
		s.renewal.mu.Unlock()
		if progress != nil {
			progress(now)
		}
	}
}

// renewCase takes a case's projected rows away and makes them from its events.
func (tx *Tx) renewCase(id cases.ID) error {
	for _, p := range projections {
		if err := tx.exec(`DELETE FROM `+p.table+` WHERE `+p.caseColumn()+` = $1`, string(id)); err != nil {
			return fmt.Errorf("rows of %s: %w", p.table, err)
		}
	}
	return tx.rebuildCase(id)
}
