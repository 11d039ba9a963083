package desk

import (
	"cmp"
	"context"
	"fmt"
	"time"

	"madoguchi/internal/records/store"
	"madoguchi/terms/cases"
	"madoguchi/terms/clock"
	"madoguchi/terms/contract"
	"madoguchi/terms/fault"
	"madoguchi/terms/notice"
)

// LeadUsual is how long before a deadline people are warned until an
// administrator chooses, and LeadMost the longest choice; business time.
const (
	LeadUsual = time.Hour
	LeadMost  = 16 * time.Hour
)

// lead is how much business time is left when people are warned.
func (s Site) lead() time.Duration {
	return cmp.Or(time.Duration(s.LeadMinutes)*time.Minute, LeadUsual)
}

// setWarnings notes when the targets that an act set are to warn.
func (p *pen) setWarnings(tx *store.Tx, c *cases.Case) error {
	for _, e := range p.events {
		f, ok := e.Data.(cases.TargetSet)
		if !ok {
			continue
		}
		if err := p.telling.desk.warn(tx, p.con, c, f.Metric); err != nil {
			return err
		}
	}
	return nil
}

// warn notes when a running target warns. A target that is hardly longer than
// the lead warns at its half, so that nobody is warned of what has just begun.
func (d *Desk) warn(tx *store.Tx, con *contract.Contract, c *cases.Case, metric string) error {
	t := c.Target(metric)
	if t == nil || !t.Running() {
		return nil
	}
	lead := min(d.Site().lead(), t.Business/2)
	at, err := clock.Calendar(con, c.Region, &t.TargetSet).Sub(t.Deadline, lead)
	if err != nil {
		return fmt.Errorf("when to warn of %s: %w", metric, err)
	}
	return tx.PutWarning(store.Warning{Case: c.ID, Metric: metric, At: at})
}

// warningsAtOnce is how many are given in one transaction.
const warningsAtOnce = 100

// Warn tells those concerned by targets whose deadline is near, and returns
// how many targets it was. A warning and its forgetting are one transaction,
// so that each is given once.
func (d *Desk) Warn(ctx context.Context) (int, error) {
	now, given := d.now(), 0
	for {
		due, err := d.store.DueWarnings(ctx, now, warningsAtOnce)
		if err != nil || len(due) == 0 {
			return given, err
		}
		err = d.store.Write(ctx, func(tx *store.Tx) error {
			tell := &telling{desk: d, tx: tx}
			for _, w := range due {
				told, err := d.warnOf(tx, tell, w, now)
				if err != nil {
					return err
				}
				given += told
			}
			return nil
		})
		if err != nil {
			return given, err
		}
		if len(due) < warningsAtOnce {
			return given, nil
		}
	}
}

func (d *Desk) warnOf(tx *store.Tx, tell *telling, w store.Warning, now time.Time) (int, error) {
	if err := tx.DropWarning(w); err != nil {
		return 0, err
	}
	c, _, err := tx.Case(w.Case)
	if fault.Is(err, fault.NotFound) {
		return 0, nil
	}
	if err != nil {
		return 0, err
	}
	t := c.Target(w.Metric)
	if t == nil || !t.Running() || c.Done() || c.Frozen != "" || c.Merged != nil || !t.Deadline.After(now) {
		return 0, nil // met, resting or past: there is nothing to warn of
	}
	n := Notice{
		Kind: notice.AtRisk, Case: c.ID, To: concerned(c), Ref: w.Metric, At: now, Once: true,
		Matter: fmt.Sprintf("at-risk/%s/%s/%d", c.ID, w.Metric, t.Deadline.UnixMicro()),
	}
	if len(n.To) == 0 {
		if n.To, err = tell.supervisors(); err != nil {
			return 0, err
		}
	}
	return 1, tell.tell(n)
}

// SetMissingWarnings notes when targets warn that were set before there were
// warnings, or before the lead was chosen otherwise, and returns how many.
func (d *Desk) SetMissingWarnings(ctx context.Context) (int, error) {
	set := 0
	for after := (store.Deadline{}); ; {
		list, err := d.store.Unwarned(ctx, after, sweepBatch)
		if err != nil || len(list) == 0 {
			return set, err
		}
		err = d.store.Write(ctx, func(tx *store.Tx) error {
			for _, row := range list {
				p, err := d.open(tx, row.Case, system, d.now())
				if err != nil {
					return err
				}
				if err := d.warn(tx, p.con, p.c, row.Metric); err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			return set, err
		}
		set += len(list)
		after = list[len(list)-1]
	}
}
