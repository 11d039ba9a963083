package desk

import (
	"cmp"
	"context"
	"fmt"
	"net/url"
	"slices"
	"strings"
	"time"

	"madoguchi/internal/records/store"
	"madoguchi/terms/cases"
	"madoguchi/terms/fault"
	"madoguchi/terms/worktime"
)

// Selection is what somebody asks of the queue, in the one language of its
// addresses: `status=open,waiting&assignee=me&field.version=2.1&sort=received`.
// A saved view is such an address, and so is a bookmark.
//
// Lists are separated by commas and mean "one of these". People, teams,
// customers and products are named by id, with the words "me", "mine" and
// "none"; tags by name; fields of the desk's own by their word.
type Selection struct {
	Params url.Values // in the one form, without what asks nothing
	Filter store.Filter
	Order  store.Order
	Show   []string // what rows show beside the usual, in this order; empty: the usual
}

// Words of a selection that stand for somebody, and the ends of every hold.
const (
	wordMe   = "me"
	wordMine = "mine" // the teams of who asks
	wordNone = "none"
)

// The names of parameters, in the order in which they are written.
var selectionNames = []string{"status", "priority", "assignee", "follower", "team", "organization", "product", "tag", "region", "channel", "target", "due-after", "due-by", "from", "to", "fresh", "sort", "columns"}

// Columns are what a row can show, beside the fields of the desk's own.
var Columns = []string{"number", "organization", "assignee", "tags", "status", "team", "product", "channel", "region", "received", "updated", "until"}

// usualColumns are shown to who chose nothing.
var usualColumns = []string{"number", "organization", "tags", "assignee"}

// IsSelection reports whether an address asks anything of the queue.
func IsSelection(q url.Values) bool {
	for name := range q {
		if slices.Contains(selectionNames, name) || strings.HasPrefix(name, "field.") {
			return true
		}
	}
	return false
}

// Select reads a selection. What it does not know is [fault.Invalid]; ids are
// not looked up: an unknown one selects nothing.
func (d *Desk) Select(ctx context.Context, who Viewer, q url.Values) (Selection, error) {
	r := reading{q: q, zone: d.Zone(), out: Selection{Params: url.Values{}}}
	f := &r.out.Filter
	for _, s := range r.list("status") {
		if !slices.Contains(States, cases.Status(s)) {
			r.refuse("status", s)
		}
		f.Status = append(f.Status, cases.Status(s))
	}
	f.Priority, f.Region, f.Channel = r.list("priority"), r.list("region"), r.list("channel")
	f.Assignee = r.ids("assignee", map[string][]string{wordMe: {who.ID}})
	f.Follower = r.ids("follower", map[string][]string{wordMe: {who.ID}})
	if slices.Contains(r.list("team"), wordMine) {
		mine, err := d.teamsOf(ctx, who)
		if err != nil {
			return Selection{}, err
		}
		f.Team = r.ids("team", map[string][]string{wordMine: append(mine, nobodys)})
	} else {
		f.Team = r.ids("team", nil)
	}
	f.Customer, f.Product = r.ids("organization", nil), r.ids("product", nil)
	for _, t := range r.list("target") {
		if !slices.Contains(store.TargetStates, store.TargetState(t)) {
			r.refuse("target", t)
		}
		f.Target = append(f.Target, store.TargetState(t))
	}
	f.From, f.To = r.day("from", 0), r.day("to", 1)
	f.DueAfter, f.DueBy = r.minute("due-after"), r.minute("due-by")
	if q.Get("fresh") != "" {
		f.Fresh = true
		r.out.Params.Set("fresh", "yes")
	}
	if r.out.Order = store.Order(q.Get("sort")); r.out.Order != store.ByDeadline {
		if !slices.Contains(store.Orders, r.out.Order) {
			r.refuse("sort", string(r.out.Order))
		}
		r.out.Params.Set("sort", string(r.out.Order))
	}
	if err := d.selectMarks(ctx, &r); err != nil {
		return Selection{}, err
	}
	return r.out, r.err
}

// nobodys is the id of no team: who is in none sees none by "mine".
const nobodys = "-"

// States are those of a case as they are offered.
var States = []cases.Status{cases.New, cases.Open, cases.Waiting, cases.OnHold, cases.Resolved, cases.Closed}

// selectMarks reads what is named by the registries of tags and fields.
func (d *Desk) selectMarks(ctx context.Context, r *reading) error {
	if names := r.list("tag"); len(names) > 0 {
		tags, err := d.store.ListTags(ctx)
		if err != nil {
			return err
		}
		for _, name := range names {
			r.out.Filter.Tag = append(r.out.Filter.Tag, tagsNamed(tags, name)...)
		}
	}
	shown := r.list("columns")
	asked := slices.ContainsFunc(shown, func(c string) bool { return strings.HasPrefix(c, "field.") })
	for name := range r.q {
		asked = asked || strings.HasPrefix(name, "field.")
	}
	var fields []store.Field
	if asked {
		var err error
		if fields, err = d.store.ListFields(ctx); err != nil {
			return err
		}
	}
	for name, values := range r.q {
		word, isField := strings.CutPrefix(name, "field.")
		if !isField {
			continue
		}
		i := slices.IndexFunc(fields, func(f store.Field) bool { return f.Word == word })
		if i < 0 {
			r.refuse(name, word)
			continue
		}
		if m := fieldMatch(fields[i], values); len(m.Value) > 0 {
			r.out.Filter.Fields = append(r.out.Filter.Fields, m)
			r.out.Params[name] = values
		}
	}
	slices.SortFunc(r.out.Filter.Fields, func(a, b store.FieldMatch) int { return cmp.Compare(a.Field, b.Field) })
	for _, c := range shown {
		word, isField := strings.CutPrefix(c, "field.")
		if !slices.Contains(Columns, c) && !(isField && slices.ContainsFunc(fields, func(f store.Field) bool { return f.Word == word })) {
			r.refuse("columns", c)
		}
	}
	r.out.Show = shown
	return nil
}

// fieldMatch is what a field is asked for, in the form in which it is kept; a
// value that the field cannot hold is found nowhere.
func fieldMatch(f store.Field, values []string) store.FieldMatch {
	m := store.FieldMatch{Field: f.ID}
	rule := f.Rule()
	for _, v := range values {
		switch v {
		case "":
			continue
		case wordNone:
			m.Value = append(m.Value, "")
			continue
		}
		kept, err := rule.Canonical(v)
		if err != nil {
			kept = v
		}
		m.Value = append(m.Value, kept)
	}
	return m
}

// reading reads one address.
type reading struct {
	q    url.Values
	zone *time.Location
	out  Selection
	err  error
}

func (r *reading) refuse(name, value string) {
	if r.err == nil {
		r.err = fault.New(fault.Invalid, fmt.Sprintf("絞り込みの指定「%s=%s」は使えません。一覧を開き直して、絞り込みから選んでください。", name, value),
			fmt.Sprintf("The queue cannot be narrowed by %s=%s. Please open it again and choose from its filters.", name, value)).At(name)
	}
}

// list reads a parameter's values, each once.
func (r *reading) list(name string) []string {
	var out []string
	for _, text := range r.q[name] {
		for v := range strings.SplitSeq(text, ",") {
			if v = strings.TrimSpace(v); v != "" && !slices.Contains(out, v) {
				out = append(out, v)
			}
		}
	}
	if len(out) > 50 {
		out = out[:50]
	}
	if len(out) > 0 {
		r.out.Params.Set(name, strings.Join(out, ","))
	}
	return out
}

// ids reads ids and the words that stand for some; "none" is the empty id.
func (r *reading) ids(name string, words map[string][]string) []string {
	var out []string
	for _, v := range r.list(name) {
		switch ids, word := words[v]; {
		case word:
			out = append(out, ids...)
		case v == wordNone:
			out = append(out, "")
		default:
			out = append(out, v)
		}
	}
	return out
}

// day reads a date as the instant of its midnight in the desk's zone, some
// days later.
func (r *reading) day(name string, later int) time.Time {
	text := strings.TrimSpace(r.q.Get(name))
	if text == "" {
		return time.Time{}
	}
	day, err := worktime.ParseDate(text)
	if err != nil {
		r.refuse(name, text)
		return time.Time{}
	}
	r.out.Params.Set(name, day.String())
	return time.Date(day.Year, day.Month, day.Day+later, 0, 0, 0, 0, r.zone)
}

// MinuteForm is how an address writes a minute of the desk's zone.
const MinuteForm = "2006-01-02T15:04"

// minute reads a minute in the desk's zone.
func (r *reading) minute(name string) time.Time {
	text := strings.TrimSpace(r.q.Get(name))
	if text == "" {
		return time.Time{}
	}
	at, err := time.ParseInLocation(MinuteForm, text, r.zone)
	if err != nil {
		r.refuse(name, text)
		return time.Time{}
	}
	r.out.Params.Set(name, at.Format(MinuteForm))
	return at
}

// Query writes the selection as the end of an address: always the same for
// the same selection.
func (s Selection) Query() string { return WriteSelection(s.Params) }

// WriteSelection writes the parameters of a selection in their order, commas
// and Japanese as people read them.
func WriteSelection(q url.Values) string {
	var parts []string
	write := func(name string) {
		for _, v := range q[name] {
			if v != "" {
				parts = append(parts, name+"="+strings.ReplaceAll(url.QueryEscape(v), "%2C", ","))
			}
		}
	}
	for _, name := range selectionNames[:len(selectionNames)-2] {
		write(name)
	}
	var fields []string
	for name := range q {
		if strings.HasPrefix(name, "field.") {
			fields = append(fields, name)
		}
	}
	slices.Sort(fields)
	for _, name := range append(fields, "sort", "columns") {
		write(name)
	}
	return strings.Join(parts, "&")
}

// Columns are what the rows show.
func (s Selection) Columns() []string {
	if len(s.Show) == 0 {
		return usualColumns
	}
	return s.Show
}
