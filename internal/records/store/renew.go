package store

import (
	"context"
	"fmt"
	"sync"

	"madoguchi/internal/records/store/engine"
	"madoguchi/terms/cases"
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
// off, it begins again at the next start. progress (may be nil) is told as it
// goes. One process of all that share the records does it.
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
	s.renewal.mu.Lock()
	s.renewal.done, s.renewal.total = 0, total
	s.renewal.mu.Unlock()
	for _, list := range []string{
		`SELECT id FROM cases WHERE bucket < $3 AND id > $1 ORDER BY id LIMIT $2`,
		`SELECT e.case_id FROM events e WHERE e.seq = 1 AND e.case_id > $1 AND NOT EXISTS (SELECT 1 FROM cases c WHERE c.id = e.case_id AND c.bucket < $3)
			ORDER BY e.case_id LIMIT $2`,
	} {
		if err := s.renewListed(ctx, list, progress); err != nil {
			return err
		}
	}
	err = s.Write(ctx, func(tx *Tx) error {
		return tx.exec(`UPDATE counters SET value = $1 WHERE name = 'projections'`, projectionsVersion)
	})
	if err == nil {
		s.renewed()
	}
	return err
}

func (s *Store) renewed() {
	s.renewal.mu.Lock()
	defer s.renewal.mu.Unlock()
	s.renewal.due = false
}

func (s *Store) renewListed(ctx context.Context, list string, progress func(Renewal)) error {
	for last := ""; ; {
		ids, err := all(ctx, s.db.Readers(), text, list, last, renewAct, int64(Finished))
		if err != nil || len(ids) == 0 {
			return engine.Fault(err)
		}
		err = s.Write(ctx, func(tx *Tx) error {
			for _, id := range ids {
				if err := tx.renewCase(cases.ID(id)); err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			return err
		}
		last = ids[len(ids)-1]
		s.renewal.mu.Lock()
		s.renewal.done += int64(len(ids))
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
