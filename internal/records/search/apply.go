package search

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"slices"
	"strings"

	"madoguchi/internal/records/store"
	"madoguchi/internal/records/store/engine"
	"madoguchi/terms/cases"
	"madoguchi/terms/fault"
)

// caseRow is what the index knows of a case.
type caseRow struct {
	ref              int64 // 0: not in the index yet
	first            int64 // position of its first event; known while it is not in the index yet
	changed          bool  // since the index has it
	id               cases.ID
	number           int64
	subject          string
	organization     string
	orgName          string
	status, priority string
	assignee         string // id of an agent; empty: nobody
	tags             string // ids, with blanks between them
}

// item is a document as the index takes it.
type item struct {
	row             *caseRow
	position, at    int64
	internal, files bool
	columns         columns
}

// days are between which positions the documents of each day of a batch are.
type days map[int64]stretch

type stretch struct{ low, high int64 }

// batch takes events into the index within one write.
type batch struct {
	ctx     context.Context
	x       *Index
	conn    *engine.Conn
	cases   map[cases.ID]*caseRow
	names   map[string][]string // of organizations
	opened  []*caseRow          // that are to be put into the index together
	changed []*caseRow
	items   []item
	days    days
}

// errMoved is what a batch ends with that another process has taken in.
var errMoved = errors.New("another process has indexed further")

// apply takes events into the index, which has come to a position, and keeps
// the last position with them.
func (x *Index) apply(ctx context.Context, from int64, events []store.Stored) error {
	return x.db.Write(ctx, func(c *engine.Conn) error {
		var at int64
		if err := c.QueryRowContext(context.WithoutCancel(ctx), `SELECT value FROM state WHERE name = 'position'`).Scan(&at); err != nil {
			return engine.Fault(err)
		}
		if at != from {
			return errMoved
		}
		b := &batch{ctx: context.WithoutCancel(ctx), x: x, conn: c, cases: map[cases.ID]*caseRow{}, names: map[string][]string{}, days: days{}}
		for _, e := range events {
			if err := b.take(e); err != nil {
				return fmt.Errorf("event %d: %w", e.Position, err)
			}
		}
		return errors.Join(b.flush(), exec(c, `UPDATE state SET value = $1 WHERE name = 'position'`, events[len(events)-1].Position))
	})
}

// indexed are the types of events that the index is made of.
var indexed = func() map[string]bool {
	types := map[string]bool{}
	for _, d := range []cases.Data{
		cases.Opened{},
		cases.MessageReceived{},
		cases.MessageReread{},
		cases.Replied{},
		cases.Noted{},
		cases.Identified{},
		cases.Retitled{},
		cases.StatusChanged{},
		cases.PriorityClaimed{},
		cases.PriorityJudged{},
		cases.PriorityAgreed{},
		cases.Assigned{},
		cases.Tagged{},
		cases.Erased{},
	} {
		types[d.Type()] = true
	}
	return types
}()

func (b *batch) take(e store.Stored) error {
	if d, ok := e.Data.(cases.Opened); ok {
		if err := b.open(e, d); err != nil {
			return err
		}
	}
	if e.Data == nil || !indexed[e.Data.Type()] {
		return nil
	}
	row, err := b.row(e.Case)
	if err != nil {
		return err
	}
	switch d := e.Data.(type) {
	case cases.Identified:
		row.organization, row.orgName = d.Organization, d.OrgName
		b.keep(row)
		return b.again(row)
	case cases.Erased:
		return b.erased(row)
	case cases.Retitled:
		row.subject = d.After
		b.keep(row)
		return b.again(row)
	case cases.StatusChanged:
		row.status = string(d.To)
	case cases.PriorityClaimed:
		row.priority = d.Applied
	case cases.PriorityJudged:
		row.priority = d.Applied
	case cases.PriorityAgreed:
		row.priority = d.Applied
	case cases.Tagged:
		row.tags = retagged(row.tags, d)
	case cases.Assigned:
		row.assignee = d.Agent
	default:
		return b.add(e, row)
	}
	b.keep(row)
	return nil
}

// retagged are a case's tags after some were added and others removed.
func retagged(tags string, d cases.Tagged) string {
	list := strings.Fields(tags)
	for _, t := range d.Removed {
		list = slices.DeleteFunc(list, func(id string) bool { return id == t.ID })
	}
	for _, t := range d.Added {
		if !slices.Contains(list, t.ID) {
			list = append(list, t.ID)
		}
	}
	return strings.Join(list, " ")
}

func (b *batch) open(e store.Stored, d cases.Opened) error {
	if _, ok := b.cases[e.Case]; ok {
		return fmt.Errorf("case %s was opened before", e.Case)
	}
	r := &caseRow{first: e.Position, id: e.Case, number: d.Number, subject: d.Subject, organization: d.Organization, orgName: d.OrgName, status: string(cases.New), priority: d.Priority}
	b.cases[e.Case] = r
	b.opened = append(b.opened, r)
	return nil
}

func (b *batch) row(id cases.ID) (*caseRow, error) {
	if r, ok := b.cases[id]; ok {
		return r, nil
	}
	r := &caseRow{id: id}
	err := b.conn.QueryRowContext(b.ctx, `SELECT ref, number, subject, organization, org_name, status, priority, assignee, tags FROM cases WHERE case_id = $1`, string(id)).
		Scan(&r.ref, &r.number, &r.subject, &r.organization, &r.orgName, &r.status, &r.priority, &r.assignee, &r.tags)
	if errors.Is(err, sql.ErrNoRows) {
		return nil, fmt.Errorf("case %s was never opened", id)
	}
	if err != nil {
		return nil, engine.Fault(err)
	}
	b.cases[id] = r
	return r, nil
}

// keep has the index know what has changed of a case.
func (b *batch) keep(r *caseRow) {
	if r.ref != 0 && !r.changed {
		r.changed = true
		b.changed = append(b.changed, r)
	}
}

// add indexes the document of an event, if it has one.
func (b *batch) add(e store.Stored, row *caseRow) error {
	d, ok := DocumentOf(e)
	if !ok {
		return nil
	}
	names, err := b.organization(row.organization)
	if err != nil {
		return err
	}
	b.items = append(b.items, item{row, d.Position, d.At.UnixMicro(), d.Internal, len(d.Files) > 0, d.columns(*row, names)})
	day := dayOf(d.At)
	if s, ok := b.days[day]; ok {
		b.days[day] = stretch{min(s.low, d.Position), max(s.high, d.Position)}
	} else {
		b.days[day] = stretch{d.Position, d.Position}
	}
	return nil
}

// flush puts into the index what was gathered.
func (b *batch) flush() error {
	if len(b.opened) > 0 {
		if err := b.x.kind.open(b.conn, b.opened); err != nil {
			return err
		}
		b.opened = nil
	}
	if len(b.changed) > 0 {
		if err := b.x.kind.keep(b.conn, b.changed); err != nil {
			return err
		}
		for _, r := range b.changed {
			r.changed = false
		}
		b.changed = nil
	}
	if len(b.items) == 0 {
		return nil
	}
	if err := b.x.kind.add(b.conn, b.items); err != nil {
		return err
	}
	for day, s := range b.days {
		if err := exec(b.conn, `INSERT INTO days (day, low, high) VALUES ($1, $2, $3) ON CONFLICT (day) DO UPDATE SET
			low = CASE WHEN excluded.low < days.low THEN excluded.low ELSE days.low END,
			high = CASE WHEN excluded.high > days.high THEN excluded.high ELSE days.high END`, day, s.low, s.high); err != nil {
			return err
		}
	}
	b.items, b.days = nil, days{}
	return nil
}

// again makes the words of a case's documents anew, since what they are found
// by has changed: the organization, or the subject.
func (b *batch) again(row *caseRow) error {
	if err := b.flush(); err != nil {
		return err
	}
	positions, err := b.positions(row.ref)
	if err != nil {
		return err
	}
	names, err := b.organization(row.organization)
	if err != nil {
		return err
	}
	for _, p := range positions {
		e, err := b.x.event(b.ctx, p)
		if err != nil {
			return err
		}
		if err := exec(b.conn, b.x.kind.drop(), p); err != nil {
			return err
		}
		d, ok := DocumentOf(e)
		if !ok {
			continue
		}
		if err := b.x.kind.words(b.conn, []item{{position: p, columns: d.columns(*row, names)}}); err != nil {
			return err
		}
	}
	return nil
}

// erased reads a case again from which personal data was taken out.
func (b *batch) erased(row *caseRow) error {
	c, err := b.x.store.CaseRow(b.ctx, store.Everyone(), row.id)
	if err != nil {
		return err
	}
	row.subject, row.orgName = c.Subject, c.OrgName
	delete(b.names, row.organization) // its registered names may be gone too
	b.keep(row)
	return b.again(row)
}

func (b *batch) positions(ref int64) (list []int64, err error) {
	rows, err := b.conn.QueryContext(b.ctx, `SELECT position FROM docs WHERE case_ref = $1 ORDER BY position`, ref)
	if err != nil {
		return nil, engine.Fault(err)
	}
	defer func() { err = engine.Fault(errors.Join(err, rows.Close())) }()
	for rows.Next() {
		var p int64
		if err := rows.Scan(&p); err != nil {
			return nil, err
		}
		list = append(list, p)
	}
	return list, rows.Err()
}

// organization returns the names that the registry has for an organization
// now: both languages and the reading. An organization that is not registered
// (any more) has none beside the one in the history.
func (b *batch) organization(id string) ([]string, error) {
	if names, ok := b.names[id]; ok || id == "" {
		return names, nil
	}
	o, err := b.x.store.Organization(b.ctx, id)
	if err != nil && !fault.Is(err, fault.NotFound) {
		return nil, err
	}
	b.names[id] = []string{o.NameJA, o.NameEN, o.Kana}
	return b.names[id], nil
}

// event returns the event at a position.
func (x *Index) event(ctx context.Context, position int64) (store.Stored, error) {
	list, err := x.store.EventsAfter(ctx, position-1, 1)
	if err != nil {
		return store.Stored{}, err
	}
	if len(list) == 0 || list[0].Position != position {
		return store.Stored{}, fault.New(fault.NotFound, "履歴が見つかりません。", fmt.Sprintf("There is no event %d.", position))
	}
	return list[0], nil
}
