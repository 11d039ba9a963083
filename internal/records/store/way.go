package store

import (
	"math"
	"slices"
	"strconv"
	"strings"
	"time"

	"madoguchi/terms/cases"
)

// The ways along which a list of the queue can be read; walk.go reads along them.

// walked are the columns that conditions ask for and lists are sorted by.
const walked = `id, bucket, sort_key, reception, updated, status, priority, assignee_id, organization, team, product, region, channel, last_inbound, last_outbound, soon_at, shown_wait, first_verdict`

// term is one condition of a query.
type term struct {
	name string
	add  func(*where)
}

// way is one along which a list can be read.
type way struct {
	table  string   // cases, or the table of a mark, whose rows stand where their case does
	covers []string // the terms that all cases on it meet
	branch []func(*where)
	twice  bool   // a case may stand on several branches
	within sorted // how each branch is sorted, where all its cases are of one bucket; zero: as the list
	stands sorted // how its index is sorted, where that is not as the queue
}

// sorted is an order as a way keeps it.
type sorted struct {
	columns []string
	desc    bool
}

var byDeadline = sorted{columns: []string{"bucket", "sort_key", "id"}}

func (o sorted) order(id string) string {
	columns := slices.Clone(o.columns)
	columns[len(columns)-1] = id
	if o.desc {
		return " ORDER BY " + strings.Join(columns, " DESC, ") + " DESC"
	}
	return " ORDER BY " + strings.Join(columns, ", ")
}

func (o sorted) after(w *where, id string, values []any) {
	if values == nil {
		return
	}
	columns, compare := slices.Clone(o.columns), ">"
	columns[len(columns)-1] = id
	if o.desc {
		compare = "<"
	}
	w.after(strings.Join(columns, ", "), compare, values...)
}

// walk is the text of a list of up to most cases along a way, and only its
// first columns: "id" and what it is sorted by, or all that are walked.
func (y way) walk(w *where, o sorted, after []any, most int, columns string) string {
	id, keys := "id", columns
	if y.table != "cases" {
		id, keys = "case_id", "case_id AS id, bucket, sort_key"
	}
	each := o
	if y.within.columns != nil {
		each = y.within
		if after != nil {
			after = after[1:] // without the bucket
		}
	}
	parts := make([]string, len(y.branch))
	for i, branch := range y.branch {
		b := where{args: w.args}
		branch(&b)
		each.after(&b, id, after)
		w.args = b.args
		parts[i] = "SELECT " + keys + " FROM " + y.table + b.text + each.order(id) + " LIMIT " + strconv.Itoa(most)
	}
	text := parts[0]
	if len(parts) > 1 {
		union := " UNION ALL "
		if y.twice {
			union = " UNION "
		}
		for i, p := range parts {
			parts[i] = "SELECT * FROM (" + p + ") AS b" + strconv.Itoa(i)
		}
		text = strings.Join(parts, union) + o.order("id") + " LIMIT " + strconv.Itoa(most)
	}
	if y.table != "cases" && columns == walked {
		return "SELECT " + of("cases", walked) + " FROM (" + text + ") AS marked CROSS JOIN cases WHERE cases.id = marked.id"
	}
	return text
}

// gather is the text of up to most ids of a way. Each branch is read in the
// order of its index, whatever the list's: in no order PostgreSQL would take an
// index that meets half of the conditions, or none, where it expects many.
func (y way) gather(w *where, most int) string {
	id, key := "id", "id"
	if y.table != "cases" {
		id, key = "case_id AS id", "case_id"
	}
	order := byDeadline
	for _, o := range []sorted{y.within, y.stands} {
		if o.columns != nil {
			order = o
		}
	}
	parts := make([]string, len(y.branch))
	for i, branch := range y.branch {
		b := where{args: w.args}
		branch(&b)
		w.args = b.args
		parts[i] = "SELECT " + id + " FROM " + y.table + b.text + order.order(key) + " LIMIT " + strconv.Itoa(most)
	}
	if len(parts) == 1 {
		return parts[0]
	}
	union := " UNION ALL "
	if y.twice {
		union = " UNION "
	}
	for i, p := range parts {
		parts[i] = "SELECT id FROM (" + p + ") AS b" + strconv.Itoa(i)
	}
	return "SELECT id FROM (" + strings.Join(parts, union) + ") AS gathered LIMIT " + strconv.Itoa(most)
}

// left are the terms that a way does not meet.
func (y way) left(terms []term) []term {
	return slices.DeleteFunc(slices.Clone(terms), func(t term) bool { return slices.Contains(y.covers, t.name) })
}

// the classes of cases: what is finished stands apart.
func (f Filter) class() (open, done bool) {
	done = slices.ContainsFunc(f.Status, finishedStatus)
	open = !done || slices.ContainsFunc(f.Status, func(s cases.Status) bool { return !finishedStatus(s) })
	return open, done
}

// inClass narrows a way to the class, and to the stretch of the queue in which
// a target's state lies. Numbers of buckets stand in the text and not among
// the arguments: only so do partial indexes serve.
func (f Filter) inClass(w *where, now time.Time, stretch bool) {
	open, done := f.class()
	if stretch && open && !done && len(f.Target) > 0 {
		switch owed := !slices.ContainsFunc(f.Target, func(t TargetState) bool {
			return t != TargetBreached && t != TargetAtRisk && t != TargetRunning
		}); {
		case owed && len(f.Target) == 1 && f.Target[0] == TargetBreached:
			w.plain("bucket = " + bucket(Owed))
			w.and("sort_key < ", micros(now))
			return
		case owed && !slices.Contains(f.Target, TargetBreached):
			w.plain("bucket = " + bucket(Owed))
			w.and("sort_key >= ", micros(now))
			return
		case owed:
			w.plain("bucket = " + bucket(Owed))
			return
		case len(f.Target) == 1 && f.Target[0] == TargetNone:
			w.plain("bucket = " + bucket(DesksAct))
			return
		}
	}
	switch {
	case !done:
		w.plain("bucket < " + bucket(Finished))
	case !open:
		w.plain("bucket = " + bucket(Finished))
	}
}

// stretched are the terms that inClass meets.
func (f Filter) stretched() []string {
	if _, done := f.class(); !done && len(f.Target) == 1 && (f.Target[0] == TargetBreached || f.Target[0] == TargetNone) {
		return []string{"class", "target"}
	}
	return []string{"class"}
}

// soonClasses are lengths of time before a deadline, each four times the one
// before: what becomes at risk so long before it or less, and longer than the
// one before. The index on soonClass keeps each together, so that what is at
// risk now is found within one such length after now.
var soonClasses = []time.Duration{15 * time.Minute, time.Hour, 4 * time.Hour, 16 * time.Hour, 64 * time.Hour, 256 * time.Hour, math.MaxInt64}

// soonClass is the class of a case in SQL, in microseconds; the index is on the very text.
var soonClass = func() string {
	text := "CASE"
	for _, c := range soonClasses[:len(soonClasses)-1] {
		n := strconv.FormatInt(c.Microseconds(), 10)
		text += " WHEN sort_key - soon_at <= " + n + " THEN " + n
	}
	return "(" + text + " ELSE " + strconv.FormatInt(soonClasses[len(soonClasses)-1].Microseconds(), 10) + " END)"
}()

// atRisk is the way of what is at risk: of each class those whose deadline is
// near enough.
func atRisk(now time.Time) way {
	y := way{table: "cases", covers: []string{"class"}, within: sorted{columns: []string{"sort_key", "id"}}}
	for i, c := range soonClasses {
		y.branch = append(y.branch, func(w *where) {
			w.plain("bucket < " + bucket(Owed+1)) // as the index says it, so that the one of the queue is not taken
			w.plain(soonClass + " = " + strconv.FormatInt(c.Microseconds(), 10))
			w.and("sort_key >= ", micros(now))
			if i < len(soonClasses)-1 {
				w.and("sort_key <= ", micros(now.Add(c)))
			}
		})
	}
	return y
}

// resting are the reasons for which a clock rests.
var resting = []string{string(cases.WaitCustomer), string(cases.WaitThirdParty), string(cases.WaitFinished)}

// facets are the ways of single conditions in the queue's order.
func (q QueueQuery) facets() []way {
	f := q.Filter
	var ways []way
	one := func(table, column string, covers string, values []string, more string, twice bool) {
		if len(values) == 0 {
			return
		}
		y := way{table: table, covers: append(f.stretched(), covers), twice: twice && len(values) > 1}
		for _, v := range values {
			y.branch = append(y.branch, func(w *where) {
				w.and(column+" = ", v)
				if more != "" {
					w.plain(more)
				}
				f.inClass(w, q.Now, true)
			})
		}
		ways = append(ways, y)
	}
	one("case_tags", "tag", "tag", f.Tag, "", true)
	one("case_followers", "agent", "follower", f.Follower, "", true)
	for _, m := range f.Fields {
		if slices.Contains(m.Value, "") {
			continue // what has no row is on no way
		}
		y := way{table: "case_fields", covers: append(f.stretched(), m.term())}
		for _, v := range m.Value {
			y.branch = append(y.branch, func(w *where) {
				w.and("field = ", m.Field)
				w.and("value = ", v)
				f.inClass(w, q.Now, true)
			})
		}
		ways = append(ways, y)
	}
	one("cases", "assignee_id", "assignee", f.Assignee, "", false)
	one("cases", "organization", "customer", f.Customer, "", false)
	if ids, all, err := q.Organization.Organizations(); err == nil && !all {
		one("cases", "organization", "scope", ids, "", false)
	}
	if !slices.Contains(f.Product, "") {
		one("cases", "product", "product", f.Product, "product <> ''", false)
	}
	if !slices.Contains(f.Team, "") {
		one("cases", "team", "team", f.Team, "team <> ''", false)
	}
	status := make([]string, len(f.Status))
	for i, s := range f.Status {
		status[i] = string(s)
	}
	if !f.allFinished() {
		one("cases", "status", "status", status, "", false)
	}
	one("cases", "channel", "channel", f.Channel, "", false)
	one("cases", "region", "region", f.Region, "", false)
	one("cases", "priority", "priority", f.Priority, "", false)
	if f.Fresh {
		ways = append(ways, way{table: "cases", covers: append(f.stretched(), "fresh"), branch: []func(*where){func(w *where) {
			w.plain(freshText)
			f.inClass(w, q.Now, true)
		}}})
	}
	if _, done := f.class(); len(f.Target) == 1 && !done {
		switch f.Target[0] {
		case TargetAtRisk:
			ways = append(ways, atRisk(q.Now))
		case TargetResting:
			one("cases", "shown_wait", "target", resting, "shown_wait <> ''", false)
		case TargetMissed:
			ways = append(ways, way{table: "cases", covers: []string{"class", "target"}, twice: true, branch: []func(*where){
				func(w *where) {
					w.plain("first_verdict = '" + string(cases.Missed) + "'")
					f.inClass(w, q.Now, true)
				},
				func(w *where) {
					w.plain(everyCase)
					w.plain("bucket = " + bucket(Owed))
					w.and("sort_key < ", micros(q.Now))
				},
			}})
		}
	}
	return ways
}

const freshText = "last_inbound > last_outbound AND last_outbound > 0"

// everyCase is met by every case. It enters the index of the whole queue, which
// is of what meets it, and lets no statement in that does not say so: PostgreSQL
// believes that what one facet asks for lies evenly along the queue, and would walk
// from its beginning through all other cases.
const everyCase = "number > 0"

// whole is the way of all cases of the class in an order.
func (q QueueQuery) whole(o sorted) way {
	f := q.Filter
	open, done := f.class()
	y := way{table: "cases", covers: []string{"class"}, stands: o}
	var received func(*where)
	switch o.columns[0] {
	case "bucket":
		y.covers = f.stretched()
		y.branch = []func(*where){func(w *where) {
			w.plain(everyCase)
			f.inClass(w, q.Now, true)
		}}
		return y
	case "reception":
		y.covers = append(y.covers, "from", "to")
		received = f.received
	}
	if open && done && received != nil { // one index has all
		y.branch = []func(*where){received}
		return y
	}
	for _, class := range []struct {
		asked bool
		text  string
	}{{open, "bucket < " + bucket(Finished)}, {done, "bucket = " + bucket(Finished)}} {
		if class.asked {
			y.branch = append(y.branch, func(w *where) {
				w.plain(class.text)
				if received != nil {
					received(w)
				}
			})
		}
	}
	return y
}

func (f Filter) received(w *where) {
	if !f.From.IsZero() {
		w.and("reception >= ", micros(f.From))
	}
	if !f.To.IsZero() {
		w.and("reception < ", micros(f.To))
	}
}

// ways are those in whose order a list can be read: the likely shortest first,
// that of all cases last.
func (q QueueQuery) ways(o sorted, limit, most int) []way {
	ways := []way{q.whole(o)}
	switch {
	case o.columns[0] == "bucket":
		ways = append(q.facets(), ways...)
	case o.columns[0] == "updated":
		ids, all, err := q.Organization.Organizations()
		covers := "scope"
		if len(q.Customer) > 0 {
			ids, all, covers = q.Customer, false, "customer"
		}
		if err == nil && !all {
			y := way{table: "cases", covers: []string{covers}}
			for _, id := range ids {
				y.branch = append(y.branch, func(w *where) { w.and("organization = ", id) })
			}
			ways = append([]way{y}, ways...)
		}
	}
	return slices.DeleteFunc(ways, func(y way) bool { return len(y.branch) == 0 || len(y.branch) > 2 && len(y.branch)*limit > most })
}

// rare are the ways that may have few cases, in whatever order.
func (q QueueQuery) rare() []way {
	ways := q.facets()
	if !q.From.IsZero() || !q.To.IsZero() {
		ways = append(ways, q.whole(sorted{columns: []string{"reception", "id"}}))
	}
	return slices.DeleteFunc(ways, func(y way) bool { return len(y.branch) > manyWays })
}
