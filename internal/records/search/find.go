package search

import (
	"context"
	"database/sql"
	"errors"
	"slices"
	"strconv"
	"strings"
	"time"

	"madoguchi/internal/records/store"
	"madoguchi/internal/records/store/engine"
	"madoguchi/terms/cases"
	"madoguchi/terms/fault"
)

// Ask is a query with what the desk knows about it.
type Ask struct {
	Query Query
	Scope store.Scope // whose records; the zero Scope is refused
	Meant             // by the query's picks
	Not   Meant       // by what must not hold
	After Cursor
	Limit int  // cases; at most 50, which is also the default
	Count bool // on the first page: how many cases there are
}

// Meant are the ids that picks stand for; none where nothing was picked.
type Meant struct {
	Organizations []string
	Status        []string
	Priority      []string
	Assignee      []string // "" is nobody
	Tags          []string
}

// Cursor is the place in a list of results. The zero Cursor is the beginning,
// and as "next" it says that there is no more.
type Cursor struct {
	Last int64 `json:"l,omitempty"` // the last document that was looked at
	Top  int64 `json:"t,omitempty"` // the newest document when the list began
}

// End reports whether the list ends here.
func (c Cursor) End() bool { return c.Last == 0 }

// Hit is a case with its newest document that matches.
type Hit struct {
	Case     cases.ID
	Position int64
	More     int // further documents of the case that matched and were looked at for this page
}

// Found is a page of results.
type Found struct {
	Hits    []Hit
	Next    Cursor
	Partial bool // so many documents were looked at that the page is not full; Next goes on
	Cases   int  // counted on the first page, those of later pages with them
	All     bool // Cases are all that there are; otherwise counting them would cost too much
}

const (
	maxHits  = 50
	maxScan  = 20_000          // documents looked at for one page
	maxCount = 1000            // documents looked at in order to count
	patience = 5 * time.Second // of one page
)

// Find returns a page of the cases that match, by the newest document of each
// that does, newest first. A list that was begun shows every case once,
// whatever arrives meanwhile.
func (x *Index) Find(ctx context.Context, a Ask) (Found, error) {
	owners, none, err := ownersOf(a)
	if err != nil {
		return Found{}, err
	}
	if none {
		return Found{All: a.Count && a.After.End()}, nil
	}
	if a.Limit <= 0 || a.Limit > maxHits {
		a.Limit = maxHits
	}
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	s := &scan{ctx: ctx, kind: x.kind, q: x.db.Readers(), ask: a, notes: !a.Scope.Customer(), words: x.kind.expression(a.Query, owners, tokensOf(a.Not.Organizations)), seen: map[int64]int{}}
	found, err := s.run()
	if errors.Is(ctx.Err(), context.DeadlineExceeded) {
		return Found{}, fault.Wrap(fault.Unavailable, err, "検索に時間がかかりすぎました。言葉や期間を追加して絞り込んでください。",
			"The search took too long. Please add words or dates to narrow it.")
	}
	return found, err
}

// Documents returns the documents of hits as they were written, by their
// positions.
func (x *Index) Documents(ctx context.Context, hits []Hit) (map[int64]Document, error) {
	positions := make([]int64, len(hits))
	for i, h := range hits {
		positions[i] = h.Position
	}
	events, err := x.store.EventsAt(ctx, positions)
	if err != nil {
		return nil, err
	}
	list := make(map[int64]Document, len(events))
	for _, e := range events {
		if d, ok := DocumentOf(e); ok {
			list[e.Position] = d
		}
	}
	return list, nil
}

// scan walks the documents that match, newest first, and gathers cases.
type scan struct {
	ctx   context.Context
	kind  kind
	q     *sql.DB
	ask   Ask
	words string // the expression; empty: every document
	notes bool   // the viewer may see the desk's notes
	low   int64  // no document below can match
	level int    // PostgreSQL: of the stretch that is looked through next

	seen    map[int64]int // case → index of its hit, or -1 when another page has it
	counted int
	found   Found
}

// match is a document whose words match.
type match struct {
	position, ref, at int64
	internal, files   bool
	id                cases.ID
	status, priority  string
	assignee, tags    string
}

func (s *scan) run() (Found, error) {
	top, err := s.bounds()
	if err != nil {
		return Found{}, err
	}
	last := top + 1
	if !s.ask.After.End() {
		last = min(last, s.ask.After.Last)
	}
	start := s.ask.After.Top
	if start == 0 {
		start = top
	}
	looked, first := 0, 4*s.ask.Limit
	if s.counts() {
		first = maxCount // to be counted anyway: at once, so that nothing is matched twice
	}
	for n := first; looked < maxScan; n = min(4*n, maxScan/4) {
		list, err := s.matches(last-1, n)
		if err != nil {
			return Found{}, err
		}
		for _, m := range list {
			full, err := s.take(m, start)
			if err != nil {
				return Found{}, err
			}
			if full && s.found.Next.End() {
				s.found.Next = Cursor{last, start}
				if !s.counts() {
					return s.found, nil
				}
			}
			last = m.position
			if s.counted++; s.counted == maxCount && !s.found.Next.End() {
				return s.found, nil
			}
		}
		if len(list) < n {
			s.found.All = s.counts()
			return s.found, nil
		}
		looked += n
	}
	if s.found.Next.End() {
		s.found.Next, s.found.Partial = Cursor{last, start}, true
	}
	return s.found, nil
}

// counts reports whether what there is beyond the page is counted as well.
func (s *scan) counts() bool { return s.ask.Count && s.ask.After.End() }

// take adds a document to the page; full says that its case has no room there.
func (s *scan) take(m match, top int64) (full bool, err error) {
	if !s.wanted(m) {
		return false, nil
	}
	if i, ok := s.seen[m.ref]; ok {
		if i >= 0 {
			s.found.Hits[i].More++
		}
		return false, nil
	}
	shown, err := s.shown(m, top)
	if err != nil {
		return false, err
	}
	switch {
	case shown:
		s.seen[m.ref] = -1
	case len(s.found.Hits) == s.ask.Limit:
		if s.counts() {
			s.seen[m.ref] = -1
			s.found.Cases++
		}
		return true, nil
	default:
		s.found.Cases++
		s.seen[m.ref] = len(s.found.Hits)
		s.found.Hits = append(s.found.Hits, Hit{Case: m.id, Position: m.position})
	}
	return false, nil
}

// wanted holds a document against what is no word of it.
func (s *scan) wanted(m match) bool {
	a, q := s.ask, s.ask.Query
	return (s.notes || !m.internal) && a.any(m) && !a.Not.is(m) &&
		(!q.Files || m.files) && (!q.Not.Files || !m.files) &&
		(q.After.IsZero() || m.at >= q.After.UnixMicro()) && (q.Before.IsZero() || m.at < q.Before.UnixMicro())
}

// any reports whether a document's case is among what is meant; what was not
// picked leaves every case.
func (a Meant) any(m match) bool {
	return (len(a.Status) == 0 || slices.Contains(a.Status, m.status)) &&
		(len(a.Priority) == 0 || slices.Contains(a.Priority, m.priority)) &&
		(len(a.Assignee) == 0 || slices.Contains(a.Assignee, m.assignee)) &&
		(len(a.Tags) == 0 || m.tagged(a.Tags))
}

// is reports whether anything that is meant holds of a document's case.
func (a Meant) is(m match) bool {
	return slices.Contains(a.Status, m.status) || slices.Contains(a.Priority, m.priority) || slices.Contains(a.Assignee, m.assignee) || m.tagged(a.Tags)
}

// tagged reports whether the document's case has one of some tags.
func (m match) tagged(tags []string) bool {
	return slices.ContainsFunc(strings.Fields(m.tags), func(t string) bool { return slices.Contains(tags, t) })
}

// shown reports whether an earlier page of this list had the document's case:
// a newer document of it matches.
func (s *scan) shown(m match, top int64) (bool, error) {
	if s.ask.After.End() {
		return false, nil
	}
	newer, err := rows(s.ctx, s.q, func(r *sql.Rows) (n match, err error) {
		n = m
		return n, r.Scan(&n.position, &n.at, &n.internal, &n.files)
	}, `SELECT position, at, internal, files FROM docs WHERE case_ref = $1 AND position >= $2 AND position <= $3`, m.ref, s.ask.After.Last, top)
	if err != nil {
		return false, err
	}
	for _, n := range newer {
		if !s.wanted(n) {
			continue
		}
		if s.words == "" {
			return true, nil
		}
		var is int
		if err := s.q.QueryRowContext(s.ctx, s.kind.matchesOne(), n.position, s.words).Scan(&is); err != nil {
			return false, engine.Fault(err)
		}
		if is > 0 {
			return true, nil
		}
	}
	return false, nil
}

// matches returns the next documents whose words match, newest first.
func (s *scan) matches(high int64, n int) ([]match, error) {
	if s.words == "" {
		return rows(s.ctx, s.q, scanMatch, every, high, s.low, n)
	}
	return s.kind.matches(s, high, n)
}

const matchColumns = `d.position, d.case_ref, d.at, d.internal, d.files, c.case_id, c.status, c.priority, c.assignee, c.tags`

func scanMatch(r *sql.Rows) (m match, err error) {
	return m, r.Scan(&m.position, &m.ref, &m.at, &m.internal, &m.files, &m.id, &m.status, &m.priority, &m.assignee, &m.tags)
}

const every = `SELECT ` + matchColumns + ` FROM docs d JOIN cases c ON c.ref = d.case_ref
	WHERE d.position <= $1 AND d.position >= $2 ORDER BY d.position DESC LIMIT $3`

// bounds finds between which positions documents can match, by the dates and
// the states that are asked for.
func (s *scan) bounds() (top int64, err error) {
	number := func(query string, args ...any) (n int64) {
		if err == nil {
			err = engine.Fault(s.q.QueryRowContext(s.ctx, query, args...).Scan(&n))
		}
		return n
	}
	q := s.ask.Query
	if q.Before.IsZero() {
		top = number(`SELECT COALESCE(MAX(position), 0) FROM docs`)
	} else {
		top = number(`SELECT COALESCE(MAX(high), 0) FROM days WHERE day <= $1`, dayOf(q.Before))
	}
	if !q.After.IsZero() {
		s.low = number(`SELECT COALESCE(MIN(low), $1) FROM days WHERE day >= $2`, top+1, dayOf(q.After))
	}
	if len(s.ask.Status) > 0 {
		args, holders := []any{top + 1}, []string{}
		for i, st := range s.ask.Status {
			args, holders = append(args, st), append(holders, "$"+strconv.Itoa(i+2))
		}
		s.low = max(s.low, number(`SELECT COALESCE(MIN(first), $1) FROM cases WHERE status IN (`+strings.Join(holders, ", ")+`)`, args...))
	}
	return top, err
}

// dayOf is the number of an instant's day since 1970, in UTC.
func dayOf(t time.Time) int64 {
	const day = 24 * 60 * 60
	s := t.Unix()
	if s < 0 {
		s -= day - 1
	}
	return s / day
}

// rows reads every row of a query.
func rows[T any](ctx context.Context, db *sql.DB, scan func(*sql.Rows) (T, error), query string, args ...any) (list []T, err error) {
	r, err := db.QueryContext(ctx, query, args...)
	if err != nil {
		return nil, engine.Fault(err)
	}
	defer func() { err = engine.Fault(errors.Join(err, r.Close())) }()
	for r.Next() {
		v, err := scan(r)
		if err != nil {
			return nil, err
		}
		list = append(list, v)
	}
	return list, r.Err()
}
