package store

import (
	"cmp"
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
	Follower []string // agents: followed by one of these
	Region   []string
	Channel  []string
	Target   []TargetState
	From, To time.Time // received in [From, To); zero: no bound
	DueAfter time.Time // a clock runs, and its deadline is later; zero: no bound
	DueBy    time.Time // a clock runs, and its deadline is this or earlier; zero: no bound
	Fresh    bool      // the customer wrote after the desk's last word
	Fields   []FieldMatch
}

// FieldMatch asks for what a field of the desk's own holds; "" is nothing.
type FieldMatch struct {
	Field string // id
	Value []string
}

func (m FieldMatch) term() string { return "field:" + m.Field }

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

// inCases asks for the rows of some cases, of which there is at least one.
func (w *where) inCases(column string, ids []cases.ID) {
	list := make([]string, len(ids))
	for i, id := range ids {
		list[i] = string(id)
	}
	w.in(column, list...)
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

// terms are the conditions at an instant.
func (f Filter) terms(now time.Time) ([]term, error) {
	list := []term{{"class", func(w *where) { f.inClass(w, now, false) }}}
	add := func(name string, asked bool, text func(*where)) {
		if asked {
			list = append(list, term{name, text})
		}
	}
	add("status", len(f.Status) > 0 && !f.allFinished(), func(w *where) {
		status := make([]string, len(f.Status))
		for i, s := range f.Status {
			status[i] = string(s)
		}
		w.in("status", status...)
	})
	for _, c := range []struct {
		name, column string
		values       []string
	}{
		{"priority", "priority", f.Priority},
		{"assignee", "assignee_id", f.Assignee},
		{"customer", "organization", f.Customer},
		{"team", "team", f.Team},
		{"product", "product", f.Product},
		{"region", "region", f.Region},
		{"channel", "channel", f.Channel},
	} {
		add(c.name, len(c.values) > 0, func(w *where) { w.in(c.column, c.values...) })
	}
	add("tag", len(f.Tag) > 0, func(w *where) {
		w.plain("EXISTS (SELECT 1 FROM case_tags m WHERE m.case_id = cases.id AND m.tag IN (" + w.list(f.Tag) + "))")
	})
	add("follower", len(f.Follower) > 0, func(w *where) {
		w.plain("EXISTS (SELECT 1 FROM case_followers o WHERE o.case_id = cases.id AND o.agent IN (" + w.list(f.Follower) + "))")
	})
	add("from", !f.From.IsZero(), func(w *where) { w.and("reception >= ", micros(f.From)) })
	add("to", !f.To.IsZero(), func(w *where) { w.and("reception < ", micros(f.To)) })
	add("due", !f.DueAfter.IsZero() || !f.DueBy.IsZero(), func(w *where) {
		w.plain("bucket = " + bucket(Owed))
		if !f.DueAfter.IsZero() {
			w.and("sort_key > ", micros(f.DueAfter))
		}
		if !f.DueBy.IsZero() {
			w.and("sort_key <= ", micros(f.DueBy))
		}
	})
	add("fresh", f.Fresh, func(w *where) { w.plain(freshText) })
	for _, m := range f.Fields {
		add(m.term(), len(m.Value) > 0, func(w *where) { w.field(m) })
	}
	if len(f.Target) > 0 {
		text, err := f.targets()
		if err != nil {
			return nil, err
		}
		list = append(list, term{"target", func(w *where) { w.targets(text, now) }})
	}
	return list, nil
}

// allFinished reports whether exactly what is finished is asked for: the
// bucket says so already.
func (f Filter) allFinished() bool {
	return len(f.Status) == 2 && f.Status[0] != f.Status[1] && finishedStatus(f.Status[0]) && finishedStatus(f.Status[1])
}

func (w *where) field(m FieldMatch) {
	w.args = append(w.args, m.Field)
	has := "EXISTS (SELECT 1 FROM case_fields f WHERE f.case_id = cases.id AND f.field = " + placeholders(len(w.args), 1)
	some := slices.DeleteFunc(slices.Clone(m.Value), func(v string) bool { return v == "" })
	var either []string
	if len(some) > 0 {
		either = append(either, has+" AND f.value IN ("+w.list(some)+"))")
	}
	if len(some) < len(m.Value) {
		either = append(either, "NOT "+has+")")
	}
	w.plain("(" + strings.Join(either, " OR ") + ")")
}

// nowMark stands for the instant in a condition on targets.
const nowMark = "{now}"

// targets is the condition on targets, with nowMark for the instant.
func (f Filter) targets() (string, error) {
	owed := "bucket = " + bucket(Owed)
	var either []string
	for _, t := range f.Target {
		switch t {
		case TargetBreached:
			either = append(either, owed+" AND sort_key < "+nowMark)
		case TargetAtRisk:
			either = append(either, owed+" AND sort_key >= "+nowMark+" AND soon_at <= "+nowMark)
		case TargetRunning:
			either = append(either, owed+" AND sort_key >= "+nowMark+" AND soon_at > "+nowMark)
		case TargetResting:
			either = append(either, "shown_wait <> '' AND bucket < "+bucket(Finished))
		case TargetNone:
			either = append(either, "bucket = "+bucket(DesksAct))
		case TargetMissed:
			either = append(either, "(first_verdict = '"+string(cases.Missed)+"' OR "+owed+" AND sort_key < "+nowMark+")")
		default:
			return "", fault.New(fault.Invalid, "目標の状態の指定が正しくありません。", fmt.Sprintf("There is no state of a target called %q.", t)).At("target")
		}
	}
	return "((" + strings.Join(either, ") OR (") + "))", nil
}

func (w *where) targets(text string, now time.Time) {
	if strings.Contains(text, nowMark) { // PostgreSQL refuses an argument that nothing uses
		w.args = append(w.args, micros(now))
		text = strings.ReplaceAll(text, nowMark, placeholders(len(w.args), 1))
	}
	w.plain(text)
}

func bucket(b Bucket) string { return strconv.FormatInt(int64(b), 10) }

// sorting is an order by one number, and where a row stands in it.
type sorting struct {
	sorted
	key func(CaseRow) int64
}

var sortings = map[Order]sorting{
	ByUpdated:  {sorted{[]string{"updated", "id"}, true}, func(r CaseRow) int64 { return micros(r.Updated) }},
	ByReceived: {sorted{[]string{"reception", "id"}, true}, func(r CaseRow) int64 { return micros(r.Reception) }},
	ByOldest:   {sorted{[]string{"reception", "id"}, false}, func(r CaseRow) int64 { return micros(r.Reception) }},
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
