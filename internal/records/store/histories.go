package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"strings"
	"time"

	"golang.org/x/sync/errgroup"

	"madoguchi/internal/records/store/engine"
	"madoguchi/terms/cases"
)

// Histories reads through the histories of many cases at once.
type Histories struct{ db *sql.DB }

// Selection says which histories are read, and how much of them.
type Selection struct {
	From, To time.Time // receptions in [From, To); zero: no bound
	Until    time.Time // histories as they were then: events at or before it; zero: as they are
	Texts    bool      // also what mails say, which is most of the bytes
	Workers  int       // how many histories are read at once; at least 1
}

// bounds are the receptions as the rows have them.
func (s Selection) bounds() (from, to int64) {
	from, to = -1<<63, 1<<63-1
	if !s.From.IsZero() {
		from = micros(s.From)
	}
	if !s.To.IsZero() {
		to = micros(s.To)
	}
	return from, min(to, s.until()+1)
}

// until is the last instant of which events are read.
func (s Selection) until() int64 {
	if s.Until.IsZero() {
		return 1<<63 - 2
	}
	return micros(s.Until)
}

// Count returns how many cases a selection has, and the position of the newest
// event of the records: reading up to it sees the same histories, however long
// it takes.
func (h Histories) Count(ctx context.Context, s Selection) (cases, newest int64, err error) {
	if newest, err = position(ctx, h.db); err != nil {
		return 0, 0, err
	}
	from, to := s.bounds()
	cases, err = tally(ctx, h.db, `SELECT COUNT(*) FROM cases WHERE reception >= $1 AND reception < $2`, from, to)
	return cases, newest, err
}

// Contracts returns every published contract version, see [Store.ListContracts].
func (h Histories) Contracts(ctx context.Context) ([]Contract, error) {
	return listContracts(ctx, h.db)
}

// historiesPage is how many cases one query brings.
const historiesPage = 256

// stretch is a run of cases in the order of their receptions.
type stretch struct {
	fromAt, toAt int64
	from, to     string
}

// Each calls visit once with the history of every case of the selection, up to
// a position, oldest event first. Of the events that decide no clock only
// those are there that cost nothing, and payloads hold only what
// [cases.Glancer] reads. worker counts from 0 to s.Workers-1; visit is called
// by one goroutine for each, and must not keep events. An error of visit, or
// the end of ctx, ends the reading.
func (h Histories) Each(ctx context.Context, s Selection, position int64, visit func(worker int, history []cases.Event) error) error {
	workers := max(s.Workers, 1)
	group, ctx := errgroup.WithContext(ctx)
	work := make(chan stretch, workers)
	group.Go(func() error {
		defer close(work)
		return h.stretches(ctx, s, work)
	})
	for w := range workers {
		group.Go(func() error {
			r := historyReader{h: h, s: s, position: position}
			for part := range work {
				err := r.read(ctx, part, func(history []cases.Event) error { return visit(w, history) })
				if err != nil {
					return err
				}
			}
			return nil
		})
	}
	return group.Wait()
}

// stretches hands out the cases of the selection, page by page.
func (h Histories) stretches(ctx context.Context, s Selection, work chan<- stretch) error {
	type key struct {
		at int64
		id string
	}
	from, to := s.bounds()
	last := key{from, ""}
	for {
		keys, err := all(ctx, h.db, func(row scanner) (key, error) {
			var k key
			err := row.Scan(&k.at, &k.id)
			return k, err
		}, `SELECT reception, id FROM cases WHERE (reception, id) > ($1, $2) AND reception < $3 ORDER BY reception, id LIMIT $4`, last.at, last.id, to, historiesPage)
		if err != nil || len(keys) == 0 {
			return err
		}
		first := keys[0]
		last = keys[len(keys)-1]
		select {
		case work <- stretch{first.at, last.at, first.id, last.id}:
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}

// historyReader reads stretches one after another.
type historyReader struct {
	h        Histories
	s        Selection
	position int64
	history  []cases.Event
	glancer  cases.Glancer
}

// The types that decide no clock stay where they are; so do mails where nobody
// asks for their words. A failed delivery decides: it takes back a response.
var (
	eachEvent = `SELECT e.case_id, e.at, e.actor_kind, e.channel, e.contract, e.type, e.payload
		FROM cases c JOIN events e ON e.case_id = c.id
		WHERE (c.reception, c.id) >= ($1, $2) AND (c.reception, c.id) <= ($3, $4) AND e.position <= $5 AND e.at <= $6
		AND e.type NOT IN (` + typesOf(cases.Acknowledged{}, cases.PriorityTold{}, cases.FinishHeld{}, cases.Erased{}, cases.Noted{}, cases.Assigned{}, cases.TeamAssigned{}, cases.ProductNamed{}, cases.Tagged{}, cases.Followed{}, cases.Unfollowed{}, cases.FieldSet{}, cases.ParticipantJoined{},
		cases.Retitled{}, cases.AcknowledgementWithheld{}, cases.Linked{}, cases.Unlinked{}, cases.MessageReread{}, cases.DeliveryAccepted{}, cases.DeliveryDelayed{},
		cases.ConfirmationAsked{}, cases.ConfirmationGiven{}, cases.ConfirmationDeclined{}, cases.ReplyTakenOver{},
		cases.TaskSet{}, cases.TaskDone{}, cases.TaskReopened{}, cases.TaskDue{}, cases.MissExplained{},
		cases.ApprovalAsked{}, cases.ApprovalGiven{}, cases.ApprovalReturned{}, cases.ApprovalWithdrawn{},
		cases.ReplyScheduled{}, cases.ScheduleEnded{}, cases.MacroRun{}, cases.MacroUndone{}, cases.SplitOff{}, cases.SplitFrom{}, cases.BulkActed{}, cases.BulkUndone{}) + `)`
	withoutTexts = ` AND e.type <> ` + typesOf(cases.MessageReceived{})
	inOrder      = ` ORDER BY c.reception, c.id, e.seq`
)

// typesOf lists names of payloads as SQL has them.
func typesOf(data ...cases.Data) string {
	names := make([]string, len(data))
	for i, d := range data {
		names[i] = "'" + d.Type() + "'"
	}
	return strings.Join(names, ", ")
}

func (r *historyReader) read(ctx context.Context, part stretch, visit func([]cases.Event) error) (err error) {
	query := eachEvent
	if !r.s.Texts {
		query += withoutTexts
	}
	rows, err := r.h.db.QueryContext(ctx, query+inOrder, part.fromAt, part.from, part.toAt, part.to, r.position, r.s.until())
	if err != nil {
		return engine.Fault(err)
	}
	defer func() { err = engine.Fault(errors.Join(err, rows.Close())) }()
	r.history = r.history[:0]
	for rows.Next() {
		e, err := r.scan(rows)
		if err != nil {
			return err
		}
		if n := len(r.history); n > 0 && r.history[n-1].Case != e.Case {
			if err := visit(r.history); err != nil {
				return err
			}
			r.history = r.history[:0]
		}
		r.history = append(r.history, e)
	}
	if err := rows.Err(); err != nil {
		return err
	}
	if len(r.history) == 0 {
		return nil
	}
	return visit(r.history)
}

func (r *historyReader) scan(row scanner) (cases.Event, error) {
	var e cases.Event
	var at int64
	var name string
	var payload []byte
	if err := row.Scan(&e.Case, &at, &e.Actor.Kind, &e.Channel, &e.Contract, &name, &payload); err != nil {
		return e, err
	}
	e.At = instant(at)
	var err error
	if e.Data, err = r.glancer.Glance(name, payload); err != nil {
		return e, fmt.Errorf("case %s, %s: %w", e.Case, name, err)
	}
	return e, nil
}
