package store

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"madoguchi/terms/cases"
	"madoguchi/terms/fault"
)

// Filter narrows the queue. Each list means "one of these"; an empty one asks
// nothing. What is finished is left out unless Status asks for it.
type Filter struct {
	Status   []cases.Status
	Priority []string // ids of the contract
	Assignee []string // agents; "" is nobody
	Team     []string // "" is none
	Customer []string // organizations; "" is not identified
	Product  []string // "" is not said
	Tag      []string // has one of these
	Region   []string
	Channel  []string
	Target   []TargetState
	From, To time.Time // received in [From, To); zero: no bound
	Fresh    bool      // the customer wrote after the desk's last word
	Fields   []FieldMatch

	tagged bool // many cases have one of the tags: see [Store.weigh]
}

// FieldMatch asks for what a field of the desk's own holds; "" is nothing.
type FieldMatch struct {
	Field string // id
	Value []string

	filled bool // many cases have one of the values
}

// TargetState is how the most urgent target of a case stands now.
type TargetState string

// The states that can be asked for.
const (
	TargetAtRisk   TargetState = "at-risk"  // a quarter of its time or less is left
	TargetBreached TargetState = "breached" // its deadline has passed, and what it asks is still owed
	TargetRunning  TargetState = "on-time"  // it runs, and more is left
	TargetResting  TargetState = "resting"  // its clock rests, since the case waits for somebody
	TargetNone     TargetState = "none"     // no deadline runs
	TargetMissed   TargetState = "missed"   // the initial response came late or is overdue
)

// TargetStates lists them as they are offered.
var TargetStates = []TargetState{TargetBreached, TargetAtRisk, TargetRunning, TargetResting, TargetNone, TargetMissed}

// Order is how a list of cases is sorted.
type Order string

// The orders. Each ends with the case's id, so that it is total.
const (
	ByDeadline Order = ""         // semantics, "The queue"
	ByPriority Order = "priority" // as the contract ranks them, each in the queue's order
	ByUpdated  Order = "updated"  // the latest changed first
	ByReceived Order = "received" // the latest received first
	ByOldest   Order = "oldest"   // the first received first
)

// Orders lists them as they are offered.
var Orders = []Order{ByDeadline, ByPriority, ByReceived, ByOldest, ByUpdated}

// in adds "column is one of values".
func (w *where) in(column string, values ...string) {
	switch len(values) {
	case 0:
	case 1:
		w.and(column+" = ", values[0])
	default:
		w.plain(column + " IN (" + w.list(values) + ")")
	}
}

func (w *where) list(values []string) string {
	text := placeholders(len(w.args)+1, len(values))
	for _, v := range values {
		w.args = append(w.args, v)
	}
	return text
}

// named reports whether a word is among the finished states.
func finishedStatus(s cases.Status) bool { return s == cases.Resolved || s == cases.Closed }

// where adds the conditions at an instant. Numbers of buckets stand in the
// text and not among the arguments: only so do partial indexes serve.
func (f Filter) where(w *where, now time.Time) error {
	done := slices.ContainsFunc(f.Status, finishedStatus)
	open := slices.ContainsFunc(f.Status, func(s cases.Status) bool { return !finishedStatus(s) })
	switch {
	case !done:
		w.plain("bucket < " + bucket(Finished))
	case !open:
		w.plain("bucket = " + bucket(Finished))
	}
	if !f.allFinished() {
		status := make([]string, len(f.Status))
		for i, s := range f.Status {
			status[i] = string(s)
		}
		w.in("status", status...)
	}
	for _, c := range []struct {
		column string
		values []string
	}{
		{"priority", f.Priority}, {"assignee_id", f.Assignee}, {"organization", f.Customer}, {"region", f.Region}, {"channel", f.Channel},
	} {
		w.in(c.column, c.values...)
	}
	w.inOrNone("team", f.Team)
	w.inOrNone("product", f.Product)
	if len(f.Tag) > 0 {
		tags := "tag IN (" + w.list(f.Tag) + ")"
		w.plain(marked("case_tags", tags, f.tagged))
	}
	if !f.From.IsZero() {
		w.and("reception >= ", micros(f.From))
	}
	if !f.To.IsZero() {
		w.and("reception < ", micros(f.To))
	}
	if f.Fresh {
		w.plain("last_inbound > last_outbound AND last_outbound > 0")
	}
	for _, m := range f.Fields {
		w.field(m)
	}
	return f.targets(w, now)
}

// allFinished reports whether exactly what is finished is asked for: the
// bucket says so already.
func (f Filter) allFinished() bool {
	return len(f.Status) == 2 && f.Status[0] != f.Status[1] && finishedStatus(f.Status[0]) && finishedStatus(f.Status[1])
}

// inOrNone is in for a column whose index leaves out the empty value.
func (w *where) inOrNone(column string, values []string) {
	w.in(column, values...)
	if len(values) > 0 && !slices.Contains(values, "") {
		w.plain(column + " <> ''")
	}
}

func (w *where) field(m FieldMatch) {
	some := slices.DeleteFunc(slices.Clone(m.Value), func(v string) bool { return v == "" })
	none := len(some) < len(m.Value)
	var either []string
	if len(some) > 0 {
		w.args = append(w.args, m.Field)
		id := placeholders(len(w.args), 1)
		either = append(either, marked("case_fields", "field = "+id+" AND value IN ("+w.list(some)+")", m.filled))
	}
	if none {
		w.args = append(w.args, m.Field)
		either = append(either, "NOT EXISTS (SELECT 1 FROM case_fields f WHERE f.case_id = cases.id AND f.field = "+placeholders(len(w.args), 1)+")")
	}
	if len(either) > 0 {
		w.plain("(" + strings.Join(either, " OR ") + ")")
	}
}

// marked asks for cases with a row in a table beside theirs: by looking them up
// from few such rows, or by asking for each case in the list's order where
// there are many of them.
func marked(table, condition string, many bool) string {
	if many {
		return "EXISTS (SELECT 1 FROM " + table + " m WHERE m.case_id = cases.id AND m." + condition + ")"
	}
	return "id IN (SELECT case_id FROM " + table + " WHERE " + condition + ")"
}

// many is how many rows of a mark are looked up one by one at most.
const many = 2000

// weigh finds out of which marks there are many, so that neither a rare one
// nor a frequent one costs more than a page.
func (s *Store) weigh(ctx context.Context, f Filter) (Filter, error) {
	over := func(table string, w where) (bool, error) {
		n, err := tally(ctx, s.db.Readers(), `SELECT COUNT(*) FROM (SELECT 1 FROM `+table+w.text+w.limit(many+1)+`) AS capped`, w.args...)
		return n > many, err
	}
	var err error
	if len(f.Tag) > 0 {
		var w where
		w.in("tag", f.Tag...)
		if f.tagged, err = over("case_tags", w); err != nil {
			return f, err
		}
	}
	f.Fields = slices.Clone(f.Fields)
	for i, m := range f.Fields {
		var w where
		w.and("field = ", m.Field)
		w.in("value", m.Value...)
		if f.Fields[i].filled, err = over("case_fields", w); err != nil {
			return f, err
		}
	}
	return f, nil
}

func (f Filter) targets(w *where, now time.Time) error {
	if len(f.Target) == 0 {
		return nil
	}
	at := placeholders(len(w.args)+1, 1)
	owed := "bucket = " + bucket(Owed)
	var either []string
	for _, t := range f.Target {
		switch t {
		case TargetBreached:
			either = append(either, owed+" AND sort_key < "+at)
		case TargetAtRisk:
			either = append(either, owed+" AND sort_key >= "+at+" AND soon_at <= "+at)
		case TargetRunning:
			either = append(either, owed+" AND sort_key >= "+at+" AND soon_at > "+at)
		case TargetResting:
			either = append(either, "shown_wait <> '' AND bucket < "+bucket(Finished))
		case TargetNone:
			either = append(either, "bucket = "+bucket(DesksAct))
		case TargetMissed:
			either = append(either, "(first_verdict = '"+string(cases.Missed)+"' OR "+owed+" AND sort_key < "+at+")")
		default:
			return fault.New(fault.Invalid, "目標の状態の指定が正しくありません。", fmt.Sprintf("There is no state of a target called %q.", t)).At("target")
		}
	}
	text := "((" + strings.Join(either, ") OR (") + "))"
	if strings.Contains(text, at) { // PostgreSQL refuses an argument that nothing uses
		w.args = append(w.args, micros(now))
	}
	w.plain(text)
	return nil
}

func bucket(b Bucket) string { return strconv.FormatInt(int64(b), 10) }

// sorting is how an order is said in SQL, and where a row stands in it.
type sorting struct {
	columns string // of the key before the id
	desc    bool
	key     func(CaseRow) int64
}

var sortings = map[Order]sorting{
	ByUpdated:  {"updated", true, func(r CaseRow) int64 { return micros(r.Updated) }},
	ByReceived: {"reception", true, func(r CaseRow) int64 { return micros(r.Reception) }},
	ByOldest:   {"reception", false, func(r CaseRow) int64 { return micros(r.Reception) }},
}

func (s sorting) text() string {
	down := ""
	if s.desc {
		down = " DESC"
	}
	return s.columns + down + ", id" + down
}

func (s sorting) compare() string {
	if s.desc {
		return "<"
	}
	return ">"
}

func noOrder(o Order) error {
	return fault.New(fault.Invalid, "その並び順はありません。", fmt.Sprintf("There is no order %q.", o)).At("sort")
}

// ranked are the priorities of a filter in the contract's order; those that it
// does not rank come last, by their ids.
func (q QueueQuery) ranked() []string {
	ranks := map[string]int{}
	for i, p := range q.Priorities {
		if ranks[p] == 0 {
			ranks[p] = i + 1
		}
	}
	list := slices.Clone(q.Priority)
	if len(list) == 0 {
		list = slices.Clone(q.Priorities)
	}
	slices.SortStableFunc(list, func(a, b string) int {
		return cmp.Or(cmp.Compare(cmp.Or(ranks[a], len(ranks)+1), cmp.Or(ranks[b], len(ranks)+1)), cmp.Compare(a, b))
	})
	return slices.Compact(list)
}
