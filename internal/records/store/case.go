package store

import (
	"context"
	"time"

	"madoguchi/terms/cases"
	"madoguchi/terms/fault"
)

func noCase() *fault.Error {
	return notFound("ケースが見つかりません。", "There is no such case.")
}

// Case returns a case with its history. It fails with [fault.NotFound] when
// there is none.
func (s *Store) Case(ctx context.Context, id cases.ID) (*cases.Case, []cases.Event, error) {
	return foldCase(ctx, s.db.Readers(), id)
}

// Case returns a case with its history as the act sees it.
func (tx *Tx) Case(id cases.ID) (*cases.Case, []cases.Event, error) {
	return foldCase(background(), tx.q, id)
}

// CaseVersion returns how many events a case has, as the act sees it, or
// [fault.NotFound].
func (tx *Tx) CaseVersion(id cases.ID) (int, error) {
	last, err := tx.historyEnd(id, noCase())
	return last.seq, err
}

func foldCase(ctx context.Context, q querier, id cases.ID) (*cases.Case, []cases.Event, error) {
	events, err := eventsOf(ctx, q, id)
	if err != nil {
		return nil, nil, err
	}
	c, err := cases.Fold(events) // no events: NotFound
	if err != nil {
		return nil, nil, err
	}
	return c, events, nil
}

// CaseByNumber returns the case with a number, or [fault.NotFound].
func (s *Store) CaseByNumber(ctx context.Context, n int64) (cases.ID, error) {
	return caseByNumber(ctx, s.db.Readers(), n)
}

// CaseByNumber returns the case with a number, or [fault.NotFound].
func (tx *Tx) CaseByNumber(n int64) (cases.ID, error) { return caseByNumber(background(), tx.q, n) }

func caseByNumber(ctx context.Context, q querier, n int64) (cases.ID, error) {
	id, err := one(ctx, q, noCase(), text, `SELECT id FROM cases WHERE number = $1`, n)
	return cases.ID(id), err
}

// CaseRow is what lists show of a case without loading its history. Instants
// are UTC; a zero one is none.
type CaseRow struct {
	ID           cases.ID
	Number       int64
	Version      int
	Subject      string
	Organization string // empty while unidentified
	OrgName      string
	Contact      string
	Person       cases.Address
	Region       string
	Language     string
	Channel      string
	Contract     string
	Reception    time.Time
	Updated      time.Time
	Status       cases.Status
	StatusReason string
	AssigneeID   string // empty: nobody
	AssigneeName string

	Priority          string
	Provisional       bool
	ClaimPriority     string // the customer's standing view
	JudgementPriority string // the desk's
	AgreementPriority string // of both sides
	Objection         bool   // the customer's, unanswered
	OutOf             string // clause id; empty while in scope

	FirstPriority string // the priority that the target belongs to; empty without a target
	FirstStarts   time.Time
	FirstDeadline time.Time
	FirstBusiness time.Duration // the target in business time
	FirstCalendar string
	FirstVerdict  cases.Verdict
	FirstDecided  time.Time
	ResponseAt    time.Time // the initial response that stands

	Undelivered  bool // an outgoing message failed for good
	LastInbound  time.Time
	LastOutbound time.Time
	Ball         cases.ActorKind // who has to act next
	Frozen       string          // the event type that this build cannot read

	Foremost cases.Target // what it is shown with, as far as lists need it; see [cases.Case.Foremost]

	Team      string   // registry id; empty: no team's
	Product   string   // registry id; empty: not said
	Tags      []string // registry ids
	StatusAt  time.Time
	HoldUntil time.Time // when a held case comes back by itself
	SoonAt    time.Time // from when a quarter of the foremost target is left

	Bucket  Bucket
	SortKey int64 // order within the bucket, smallest first
}

// Unidentified reports whether nobody knows yet which customer this is.
func (r CaseRow) Unidentified() bool { return r.Organization == "" }

const caseColumns = `id, number, version, subject, organization, org_name, contact, person_name, person_addr, region, language, channel, contract, reception, updated, status, status_reason, assignee_id, assignee_name, priority, provisional, claim_priority, judgement_priority, agreement_priority, objection, out_of, first_priority, first_starts, first_deadline, first_business, first_calendar, first_verdict, first_decided, response_at, undelivered, last_inbound, last_outbound, ball, frozen, shown_metric, shown_priority, shown_deadline, shown_business, shown_calendar, shown_verdict, shown_decided, shown_late, shown_used, shown_spare, shown_wait, shown_since, team, product, tags, status_at, hold_until, soon_at, bucket, sort_key`

func scanCase(row scanner) (r CaseRow, err error) {
	err = new(caseReader).read(row, &r)
	return r, err
}

// caseReader reads one row of [caseColumns] after another: what a column holds
// otherwise than a [CaseRow] does is read into it first.
type caseReader struct {
	version, reception, updated, starts, deadline, business, decided, response, in, out int64

	shown struct{ deadline, business, decided, late, used, spare, since int64 }

	statusAt, hold, soon int64

	tags string
	into []any
}

func (s *caseReader) read(row scanner, r *CaseRow) error {
	f := &r.Foremost
	s.into = append(s.into[:0], (*string)(&r.ID), &r.Number, &s.version, &r.Subject, &r.Organization, &r.OrgName, &r.Contact,
		&r.Person.Name, &r.Person.Addr, &r.Region, &r.Language, &r.Channel, &r.Contract, &s.reception, &s.updated,
		(*string)(&r.Status), &r.StatusReason, &r.AssigneeID, &r.AssigneeName, &r.Priority, &r.Provisional,
		&r.ClaimPriority, &r.JudgementPriority, &r.AgreementPriority, &r.Objection, &r.OutOf,
		&r.FirstPriority, &s.starts, &s.deadline, &s.business, &r.FirstCalendar, (*string)(&r.FirstVerdict), &s.decided, &s.response,
		&r.Undelivered, &s.in, &s.out, (*string)(&r.Ball), &r.Frozen,
		&f.Metric, &f.Priority, &s.shown.deadline, &s.shown.business, &f.Calendar, (*string)(&f.Verdict), &s.shown.decided, &s.shown.late, &s.shown.used, &s.shown.spare, (*string)(&f.Rest.Wait), &s.shown.since,
		&r.Team, &r.Product, &s.tags, &s.statusAt, &s.hold, &s.soon, (*int64)(&r.Bucket), &r.SortKey)
	if err := row.Scan(s.into...); err != nil {
		return err
	}
	r.Version = int(s.version)
	r.Reception, r.Updated = instant(s.reception), instant(s.updated)
	r.FirstStarts, r.FirstDeadline, r.FirstDecided = instant(s.starts), instant(s.deadline), instant(s.decided)
	r.FirstBusiness, r.ResponseAt = duration(s.business), instant(s.response)
	r.LastInbound, r.LastOutbound = instant(s.in), instant(s.out)
	r.StatusAt, r.HoldUntil, r.SoonAt = instant(s.statusAt), instant(s.hold), instant(s.soon)
	f.Deadline, f.Business, f.Decided, f.Late = instant(s.shown.deadline), duration(s.shown.business), instant(s.shown.decided), instant(s.shown.late)
	if f.Paused() {
		f.Rest.Since, f.Rest.Used, f.Rest.Left = instant(s.shown.since), duration(s.shown.used), duration(s.shown.spare)
	} else {
		f.Used, f.Spare = duration(s.shown.used), duration(s.shown.spare)
	}
	var err error
	r.Tags, err = decodeList(s.tags)
	return err
}

// CasesWithin returns those of the cases given that are in the scope.
func (s *Store) CasesWithin(ctx context.Context, scope Scope, ids []string) ([]string, error) {
	var w where
	if err := scope.where(&w, "organization"); err != nil || len(ids) == 0 {
		return nil, err
	}
	w.plain("id IN (" + placeholders(len(w.args)+1, len(ids)) + ")")
	for _, id := range ids {
		w.args = append(w.args, id)
	}
	return all(ctx, s.db.Readers(), text, `SELECT id FROM cases`+w.text+` ORDER BY id`, w.args...)
}

// CaseRow returns one row, or [fault.NotFound] when it is not in the scope.
func (s *Store) CaseRow(ctx context.Context, scope Scope, id cases.ID) (CaseRow, error) {
	var w where
	w.and("id = ", string(id))
	if err := scope.where(&w, "organization"); err != nil {
		return CaseRow{}, err
	}
	return one(ctx, s.db.Readers(), noCase(), scanCase, `SELECT `+caseColumns+` FROM cases`+w.text, w.args...)
}
