package desk

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"madoguchi/internal/records/store"
	"madoguchi/terms/cases"
	"madoguchi/terms/fault"
)

// The retention period: so many days after a case was closed, names, addresses,
// texts and originals go by themselves, as an erasure takes them (ADR 0026).
// What was decided, when and under which clauses stays proven. A new or shorter
// period begins to act only after [RetentionGrace], so that whoever is concerned
// can look at what will go and put a hold on a customer.

// RetentionGrace is how long after it was set a period begins to act.
const RetentionGrace = 7 * 24 * time.Hour

// leastRetention is the shortest period, in days.
const leastRetention = 30

// RetentionPeriod is the usual period of all customers.
type RetentionPeriod struct {
	Days   int       `json:"days"` // after closing; 0: nothing goes by itself
	Begins time.Time `json:"begins"`
	ByName string    `json:"by_name"`
	Last   string    `json:"last"` // the date of the last run, 2006-01-02
}

const settingRetention = "retention"

// kindRetention is an erasure that a period carried out.
const kindRetention = "retention"

func readPeriod(raw string, err error) (RetentionPeriod, error) {
	var p RetentionPeriod
	if fault.Is(err, fault.NotFound) {
		return p, nil
	}
	if err == nil {
		err = json.Unmarshal([]byte(raw), &p)
	}
	return p, err
}

func putPeriod(tx *store.Tx, p RetentionPeriod) error {
	raw, err := json.Marshal(p)
	if err != nil {
		return err
	}
	return tx.PutSetting(settingRetention, string(raw))
}

// SetRetention sets the usual period, in days after closing; 0 ends it. Who may
// erase personal data may. A shorter one begins after [RetentionGrace].
func (d *Desk) SetRetention(ctx context.Context, who Viewer, days int) error {
	if err := who.May(ErasePersonalData); err != nil {
		return err
	}
	if err := checkRetention(days, true); err != nil {
		return err
	}
	others, err := d.mayErase(ctx)
	if err != nil {
		return err
	}
	return d.store.Write(ctx, func(tx *store.Tx) error {
		p, err := readPeriod(tx.Setting(settingRetention))
		if err != nil {
			return err
		}
		if days > 0 && (p.Days == 0 || days < p.Days) {
			p.Begins = d.now().Add(RetentionGrace)
		}
		was := p.Days
		p.Days, p.ByName = days, who.Name
		if err := putPeriod(tx, p); err != nil {
			return err
		}
		if was != days {
			if err := d.tellErasure(tx, who, RetentionNews, others); err != nil {
				return err
			}
		}
		return tx.PutAudit(d.audit(who, "retention.changed", "", fmt.Sprintf("%d → %d days", was, days)))
	})
}

func checkRetention(days int, none bool) error {
	if days == 0 && none || days >= leastRetention && days <= 36500 {
		return nil
	}
	return fault.New(fault.Invalid, fmt.Sprintf("保存期間は %d 日以上の日数で入力してください。自動で削除しない場合は 0 です。", leastRetention), fmt.Sprintf("Please give at least %d days, or 0 for none.", leastRetention)).At("days")
}

// ExceptRetention keeps the closed cases of one customer, given by id, number or
// name, for another number of days, or holds them: then nothing goes.
func (d *Desk) ExceptRetention(ctx context.Context, who Viewer, customer string, r store.Retention) error {
	if err := who.May(ErasePersonalData); err != nil {
		return err
	}
	o, err := d.Customer(ctx, who, customer)
	if fault.Is(err, fault.NotFound) {
		o, err = d.NamedCustomer(ctx, who, customer)
	}
	if err != nil {
		return atField(err, "customer")
	}
	if r.Reason = strings.TrimSpace(r.Reason); r.Reason == "" {
		return fault.New(fault.Invalid, "理由を入力してください。", "Please give the reason.").At("reason")
	}
	if r.Hold {
		r.Days = 0
	} else if err := checkRetention(r.Days, false); err != nil {
		return atField(err, "days_of")
	}
	r.Organization, r.ByName, r.At = o.ID, who.Name, d.now()
	return d.store.Write(ctx, func(tx *store.Tx) error {
		if err := tx.PutRetention(r); err != nil {
			return err
		}
		act := "retention.excepted"
		if r.Hold {
			act = "retention.held"
		}
		return tx.PutAudit(d.audit(who, act, o.ID, strings.TrimSpace(fmt.Sprintf("%d days: %s", r.Days, r.Reason))))
	})
}

// EndRetentionException lets the usual period hold for a customer again, from
// [RetentionGrace] later on.
func (d *Desk) EndRetentionException(ctx context.Context, who Viewer, organization string) error {
	if err := who.May(ErasePersonalData); err != nil {
		return err
	}
	if err := who.SeesCustomer(organization); err != nil {
		return err
	}
	return d.store.Write(ctx, func(tx *store.Tx) error {
		if err := tx.DropRetention(organization); err != nil {
			return err
		}
		p, err := readPeriod(tx.Setting(settingRetention))
		if err != nil {
			return err
		}
		p.Begins = d.now().Add(RetentionGrace)
		if err := putPeriod(tx, p); err != nil {
			return err
		}
		return tx.PutAudit(d.audit(who, "retention.released", organization, ""))
	})
}

// RetentionView is what the period does and will do.
type RetentionView struct {
	RetentionPeriod
	Due        []store.ClosedCase // go with the next run
	Soon       []store.ClosedCase // go within the month after
	Exceptions []RetentionException
	Runs       []store.ErasureRecord
}

// RetentionException is one with the customer's name.
type RetentionException struct {
	store.Retention
	Name string
}

// retentionShown is how many cases a page shows of each.
const retentionShown = 100

// Retention says how long closed cases are kept, and which go next, of those
// that the viewer sees.
func (d *Desk) Retention(ctx context.Context, who Viewer) (RetentionView, error) {
	var v RetentionView
	if err := who.May(HandlePersonalData); err != nil {
		return v, err
	}
	var err error
	if v.RetentionPeriod, err = readPeriod(d.store.Setting(ctx, settingRetention)); err != nil {
		return v, err
	}
	now := d.now()
	due, err := d.retentionDue(ctx, v.RetentionPeriod, now, retentionShown)
	if err != nil {
		return v, err
	}
	month, err := d.retentionDue(ctx, v.RetentionPeriod, now.AddDate(0, 1, 0), 2*retentionShown)
	if err != nil {
		return v, err
	}
	unseen := func(c store.ClosedCase) bool { return !who.Scope().Has(c.Organization) }
	v.Due = slices.DeleteFunc(due, unseen)
	v.Soon = slices.DeleteFunc(month, func(c store.ClosedCase) bool {
		return unseen(c) || slices.ContainsFunc(due, func(h store.ClosedCase) bool { return h.ID == c.ID })
	})
	list, err := d.store.Retentions(ctx)
	if err != nil {
		return v, err
	}
	for _, r := range list {
		if !who.Scope().Has(r.Organization) {
			continue
		}
		o, err := d.store.Organization(ctx, r.Organization)
		if err != nil && !fault.Is(err, fault.NotFound) {
			return v, err
		}
		v.Exceptions = append(v.Exceptions, RetentionException{r, cmp.Or(o.Name(who.Language), r.Organization)})
	}
	v.Runs, _, err = d.store.ListErasures(ctx, store.ErasureQuery{Scope: store.Everyone(), Kind: kindRetention, Limit: retentionShown})
	return v, err
}

// retentionDue are closed cases whose time is over at an instant, the longest
// closed first.
func (d *Desk) retentionDue(ctx context.Context, p RetentionPeriod, at time.Time, limit int) ([]store.ClosedCase, error) {
	var out []store.ClosedCase
	if p.Days > 0 {
		usual, err := d.store.ClosedUntil(ctx, "", at.AddDate(0, 0, -p.Days), store.ClosedCase{}, limit)
		if err != nil {
			return nil, err
		}
		out = usual
	}
	list, err := d.store.Retentions(ctx)
	if err != nil {
		return nil, err
	}
	for _, r := range list {
		if r.Hold {
			continue
		}
		theirs, err := d.store.ClosedUntil(ctx, r.Organization, at.AddDate(0, 0, -r.Days), store.ClosedCase{}, limit)
		if err != nil {
			return nil, err
		}
		out = append(out, theirs...)
	}
	return out, nil
}

// RunRetention erases what is due, once a day, until ctx ends. Of several nodes
// one does.
func (d *Desk) RunRetention(ctx context.Context) error {
	return d.store.Alone(ctx, "retention", func(ctx context.Context) error {
		for rest(ctx, time.Minute) {
			_, err := d.Retain(ctx)
			d.report("retention", err)
		}
		return nil
	})
}

// Retain erases the data of the closed cases whose time is over, unless it did
// so today, and returns how many. A case with a mail that still waits to be sent
// is left for the next day.
func (d *Desk) Retain(ctx context.Context) (int, error) {
	p, err := readPeriod(d.store.Setting(ctx, settingRetention))
	zone, zoneErr := d.zoneOf(d.defaultContract)
	if err != nil || zoneErr != nil {
		return 0, errors.Join(err, zoneErr)
	}
	now := d.now()
	if today := now.In(zone).Format(time.DateOnly); p.Last == today || now.Before(p.Begins) {
		return 0, nil
	}
	e := store.ErasureRecord{
		ID: newID(), Kind: kindRetention, Basis: "retention", Originals: true, State: store.ErasureDone, AskedAt: now, AskedName: p.ByName, DecidedAt: now,
	}
	n, tried := 0, map[cases.ID]bool{}
	for {
		due, err := d.retentionDue(ctx, p, now, 500)
		if err != nil {
			return n, err
		}
		due = slices.DeleteFunc(due, func(c store.ClosedCase) bool { return tried[c.ID] })
		if len(due) == 0 {
			break
		}
		for _, c := range due {
			tried[c.ID] = true
			err := d.retainCase(ctx, &e, c)
			if fault.Is(err, fault.Conflict) {
				continue // a mail waits, or a hold came meanwhile
			}
			if err != nil {
				return n, err
			}
			n++
			d.live.Publish(string(c.ID))
		}
	}
	err = d.store.Write(ctx, func(tx *store.Tx) error {
		now, err := readPeriod(tx.Setting(settingRetention))
		if err != nil {
			return err
		}
		now.Last = e.AskedAt.In(zone).Format(time.DateOnly)
		if err := putPeriod(tx, now); err != nil || n == 0 {
			return err
		}
		counts, err := json.Marshal(e.Counts)
		if err != nil {
			return err
		}
		return tx.PutAudit(d.audit(Viewer{}, "retention.done", e.ID, string(counts)))
	})
	return n, errors.Join(err, d.dropBlobsNowOrLater(ctx, e))
}

// retainCase erases one case's data with one act, unless it is held by now.
func (d *Desk) retainCase(ctx context.Context, e *store.ErasureRecord, c store.ClosedCase) error {
	after := *e
	err := d.store.Write(ctx, func(tx *store.Tx) error {
		after = *e
		after.Blobs = slices.Clone(e.Blobs)
		list, err := tx.Retentions()
		if err != nil {
			return err
		}
		now, _, err := tx.Case(c.ID)
		if err != nil {
			return err
		}
		if now.Status != cases.Closed || slices.ContainsFunc(list, func(r store.Retention) bool { return r.Hold && r.Organization == c.Organization }) {
			return fault.New(fault.Conflict, "保留中、または再開されたケースです。", "The case is held, or open again.")
		}
		t := d.taking(after, erased{})
		t.All = true
		if err := d.eraseCase(tx, system, &after, t, c.ID, nil); err != nil {
			return err
		}
		drafts, err := tx.EraseTraces(nil, nil, []cases.ID{c.ID}, t.Text, true)
		if err != nil {
			return err
		}
		after.Counts.Letters += drafts
		if err := tx.PutRetained(c, e.ID, d.now()); err != nil {
			return err
		}
		return tx.PutErasure(after)
	})
	if err == nil {
		*e = after
	}
	return err
}
