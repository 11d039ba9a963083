package store

import (
	"context"
	"strconv"
	"strings"

	"madoguchi/terms/cases"
)

// A list of the queue costs the same whatever it is narrowed by, however it is
// sorted and however many cases there are. It is read along a way: an index in
// whose order the list stands, and which meets as many of the conditions as it
// can. What the way does not meet is asked of each case on it, of bounds.most
// at most: a list that is not full by then says where it goes on. Where
// one of the conditions is met by bounds.few or fewer, these are read instead,
// all of them, so that what is rare is found at once.

const (
	walkFirst = 4  // times the page: how far is walked before anything is counted
	manyWays  = 50 // branches that are counted, or read in any order
)

// bounds are what one page or one number may cost.
type bounds struct {
	most int // cases that are looked at along a way, and that branches together read before they are merged
	few  int // cases that are read together and sorted
}

var usualBounds = bounds{most: 2000, few: 1500}

// fewest finds the way with the fewest cases, and whether these are bounds.few
// or fewer.
func (s *Store) fewest(ctx context.Context, ways []way) (few way, found bool, err error) {
	least := int64(s.bounds.few)
	for _, y := range ways {
		var w where
		text := `SELECT COUNT(*) FROM (` + y.gather(&w, s.bounds.few+1) + `) AS counted`
		n, err := tally(ctx, s.db.Readers(), text, w.args...)
		if err != nil {
			return way{}, false, err
		}
		if n <= least {
			few, found, least = y, true, n
		}
		if n <= walkFirst*50 {
			break // a fewer would not be read faster
		}
	}
	return few, found, nil
}

// walkedTo is how far a page was read.
type walkedTo struct {
	ended bool  // to the end of the list
	last  []any // else the values of the last case that was looked at
}

// cursor is the place after which a list goes on.
func (t walkedTo) cursor() Cursor {
	id, _ := t.last[len(t.last)-1].(string)
	numbers := make([]int64, len(t.last)-1)
	for i := range numbers {
		numbers[i], _ = t.last[i].(int64)
	}
	c := Cursor{Key: numbers[len(numbers)-1], ID: cases.ID(id)}
	if len(numbers) == 2 {
		c.Bucket = Bucket(numbers[0])
	}
	return c
}

// walkPage reads up to limit cases in an order. What it walked to matters only
// when there are fewer.
func (s *Store) walkPage(ctx context.Context, q QueueQuery, o sorted, after []any, limit int) ([]CaseRow, walkedTo, error) {
	terms, err := q.terms()
	if err != nil {
		return nil, walkedTo{}, err
	}
	if q.Organization.none() {
		return nil, walkedTo{ended: true}, nil
	}
	ways := q.ways(o, limit, s.bounds.most)
	y := ways[0]
	left := y.left(terms)
	first := limit
	if len(left) > 0 {
		first *= walkFirst
	}
	rows, to, err := s.walkSome(ctx, y, left, o, after, limit, min(first, s.bounds.most))
	if err != nil || len(rows) >= limit || to.ended {
		return rows, to, err
	}
	few, found, err := s.fewest(ctx, q.rare())
	if err != nil {
		return nil, to, err
	}
	if found {
		rows, err = s.readFew(ctx, few, few.left(terms), o, after, limit)
		return rows, walkedTo{ended: len(rows) < limit}, err
	}
	more, to, err := s.walkSome(ctx, y, left, o, to.last, limit-len(rows), s.bounds.most-min(first, s.bounds.most))
	return append(rows, more...), to, err
}

func filtered(w *where, terms []term) string {
	c := where{args: w.args}
	for _, t := range terms {
		t.add(&c)
	}
	w.args = c.args
	return c.text
}

// walkSome looks at up to most cases of a way.
func (s *Store) walkSome(ctx context.Context, y way, left []term, o sorted, after []any, limit, most int) ([]CaseRow, walkedTo, error) {
	if most <= 0 {
		return nil, walkedTo{last: after}, nil
	}
	if n := len(y.branch); n > 1 {
		most = min(most, max(s.bounds.most/n, limit))
	}
	var w where
	var text string
	if len(left) == 0 && y.table == "cases" && len(y.branch) == 1 {
		b := where{}
		y.branch[0](&b)
		o.after(&b, "id", after)
		w, most = b, limit
		text = `SELECT ` + caseColumns + ` FROM cases` + b.text + o.order("id") + " LIMIT " + strconv.Itoa(limit)
	} else {
		inner := y.walk(&w, o, after, most, walked)
		text = `SELECT ` + of("cases", caseColumns) + ` FROM (SELECT id AS found FROM (` + inner + `) AS cases` + filtered(&w, left) + o.order("id") + ` LIMIT ` + strconv.Itoa(limit) +
			`) AS found CROSS JOIN cases WHERE cases.id = found.found` + o.order("id")
	}
	rows, err := upTo(ctx, s.db.Readers(), limit, new(caseReader).read, text, w.args...)
	if err != nil || len(rows) >= limit {
		return rows, walkedTo{}, err
	}
	if len(left) == 0 && most == limit {
		return rows, walkedTo{ended: true}, nil
	}
	to, err := s.endOfWalk(ctx, y, o, after, most)
	return rows, to, err
}

// endOfWalk is the last of the cases that were looked at.
func (s *Store) endOfWalk(ctx context.Context, y way, o sorted, after []any, most int) (walkedTo, error) {
	var w where
	keys := "id, " + strings.Join(o.columns[:len(o.columns)-1], ", ")
	text := `SELECT ` + keys + ` FROM (` + y.walk(&w, o, after, most, keys) + `) AS cases` + o.order("id") + ` LIMIT 1 OFFSET ` + strconv.Itoa(most-1)
	ends, err := all(ctx, s.db.Readers(), func(row scanner) ([]any, error) {
		numbers := make([]int64, len(o.columns)-1)
		var id string
		into := []any{&id}
		for i := range numbers {
			into = append(into, &numbers[i])
		}
		err := row.Scan(into...)
		last := make([]any, 0, len(o.columns))
		for _, n := range numbers {
			last = append(last, n)
		}
		return append(last, id), err
	}, text, w.args...)
	if err != nil || len(ends) == 0 {
		return walkedTo{ended: true}, err
	}
	return walkedTo{last: ends[0]}, nil
}

// readFew reads the cases of a way with few.
func (s *Store) readFew(ctx context.Context, y way, left []term, o sorted, after []any, limit int) ([]CaseRow, error) {
	var w where
	text := `SELECT ` + of("cases", caseColumns) + ` FROM (SELECT id AS found FROM (` + y.gather(&w, s.bounds.few) + `) AS gathered) AS few CROSS JOIN cases`
	c := where{args: w.args}
	c.plain("cases.id = few.found")
	for _, t := range left {
		t.add(&c)
	}
	o.after(&c, "id", after)
	return upTo(ctx, s.db.Readers(), limit, new(caseReader).read, text+c.text+o.order("id")+" LIMIT "+strconv.Itoa(limit), c.args...)
}

// countWalk counts what a query selects, up to CountCap, and says whether
// there are, or may be, more.
func (s *Store) countWalk(ctx context.Context, q QueueQuery) (Tally, error) {
	terms, err := q.terms()
	if err != nil || q.Organization.none() {
		return Tally{}, err
	}
	ways := append(q.facets(), q.whole(byDeadline))
	for _, y := range ways {
		if len(y.left(terms)) == 0 && len(y.branch) <= manyWays {
			var w where
			n, err := tally(ctx, s.db.Readers(), `SELECT COUNT(*) FROM (`+y.gather(&w, CountCap+1)+`) AS capped`, w.args...)
			return capped(n), err
		}
	}
	few, found, err := s.fewest(ctx, q.rare())
	if err != nil {
		return Tally{}, err
	}
	var w where
	if found {
		text := `SELECT COUNT(*) FROM (SELECT 1 FROM (SELECT id AS found FROM (` + few.gather(&w, s.bounds.few) + `) AS gathered) AS few CROSS JOIN cases`
		c := where{args: w.args}
		c.plain("cases.id = few.found")
		for _, t := range few.left(terms) {
			t.add(&c)
		}
		n, err := tally(ctx, s.db.Readers(), text+c.text+" LIMIT "+strconv.Itoa(CountCap+1)+") AS capped", c.args...)
		return capped(n), err
	}
	y := q.ways(byDeadline, CountCap, s.bounds.most)[0]
	text := `SELECT COUNT(*) FROM (SELECT 1 FROM (` + y.walk(&w, byDeadline, nil, s.bounds.most, walked) + `) AS cases` + filtered(&w, y.left(terms)) + ` LIMIT ` + strconv.Itoa(CountCap+1) + `) AS capped`
	n, err := tally(ctx, s.db.Readers(), text, w.args...)
	if err != nil || n > CountCap {
		return Tally{N: CountCap, More: true}, err
	}
	to, err := s.endOfWalk(ctx, y, byDeadline, nil, s.bounds.most)
	return Tally{N: int(n), More: !to.ended}, err
}
