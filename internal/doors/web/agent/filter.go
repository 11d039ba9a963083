package agent

import (
	"context"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/a-h/templ"

	"madoguchi/internal/desk"
	"madoguchi/internal/doors/web/chooser"
	"madoguchi/internal/doors/web/ui"
	"madoguchi/internal/records/store"
	"madoguchi/terms/cases"
	"madoguchi/terms/fault"
)

// asked reads which queue an address shows: the view, and what is asked beside
// it.
func (p *Pages) asked(r *http.Request, who desk.Viewer) (QueueView, error) {
	ctx := r.Context()
	var view desk.View
	var err error
	if id := r.FormValue("view"); id != "" {
		view, err = p.desk.ViewOf(ctx, who, id)
	} else if desk.IsSelection(r.Form) {
		view = desk.Standing[0]
	} else {
		view, err = p.desk.FirstView(ctx, who)
	}
	if err != nil {
		return QueueView{}, err
	}
	q := QueueView{View: ViewChoice{ID: view.ID, Name: viewName(ctx, view), May: view.May}}
	own, err := url.ParseQuery(view.Query)
	if err != nil {
		return q, fault.Wrap(fault.Internal, err, "このビューを読み取れませんでした。", "This view could not be read.")
	}
	params := own
	if desk.IsSelection(r.Form) {
		params = r.Form
	}
	if q.selection, err = p.desk.Select(ctx, who, params); err != nil {
		return q, err
	}
	q.Order = q.selection.Order
	if q.View.Changed = q.selection.Query() != desk.WriteSelection(own); q.View.Changed {
		q.Query = q.selection.Query()
	}
	if view.Name == "" && !q.View.Changed {
		return q, nil // the name says it all
	}
	q.Chips, err = p.chips(r, who, q)
	return q, err
}

// viewName is what a view is called: those that every desk has, by the language.
func viewName(ctx context.Context, v desk.View) string {
	if v.Name == "" {
		return ui.T(ctx, "queue."+v.ID)
	}
	return v.Name
}

// chips are what the queue is narrowed by, each with the queue without it.
func (p *Pages) chips(r *http.Request, who desk.Viewer, q QueueView) ([]FilterChip, error) {
	ctx := r.Context()
	names := registries{p: p, ctx: ctx, who: who}
	var out []FilterChip
	add := func(name, label, value, word string) {
		rest := url.Values{}
		for k, values := range q.selection.Params {
			for _, v := range values {
				if k == name {
					v = without(k, v, value)
				}
				if v != "" {
					rest.Add(k, v)
				}
			}
		}
		to := "/queue?view=all"
		if text := desk.WriteSelection(rest); text != "" {
			to = "/queue?view=" + q.View.ID + "&" + text
		}
		out = append(out, FilterChip{Label: label, Value: word, Without: to})
	}
	for _, name := range []string{"status", "priority", "assignee", "follower", "team", "organization", "product", "tag", "region", "channel", "target"} {
		for v := range strings.SplitSeq(q.selection.Params.Get(name), ",") {
			if v == "" {
				continue
			}
			word, err := names.word(name, v)
			if err != nil {
				return nil, err
			}
			add(name, ui.T(ctx, "filter."+name), v, word)
		}
	}
	for _, name := range []string{"from", "to"} {
		if v := q.selection.Params.Get(name); v != "" {
			add(name, ui.T(ctx, "filter."+name), v, ui.DateOf(ctx, v))
		}
	}
	if f := q.selection.Filter; !f.DueAfter.IsZero() {
		add("due-after", ui.T(ctx, "filter.due-after"), q.selection.Params.Get("due-after"), ui.Moment(ctx, f.DueAfter))
	}
	if f := q.selection.Filter; !f.DueBy.IsZero() {
		add("due-by", ui.T(ctx, "filter.due-by"), q.selection.Params.Get("due-by"), ui.Moment(ctx, f.DueBy))
	}
	if q.selection.Filter.Fresh {
		add("fresh", ui.T(ctx, "filter.fresh"), "yes", "")
	}
	var fields []string
	for name := range q.selection.Params {
		if strings.HasPrefix(name, "field.") {
			fields = append(fields, name)
		}
	}
	slices.Sort(fields)
	for _, name := range fields {
		all, err := names.fields()
		if err != nil {
			return nil, err
		}
		i := slices.IndexFunc(all, func(f store.Field) bool { return "field."+f.Word == name })
		if i < 0 {
			continue
		}
		for _, v := range q.selection.Params[name] {
			add(name, all[i].Name(string(ui.Of(ctx).Lang)), v, names.fieldWord(all[i], v))
		}
	}
	return out, nil
}

// without is a parameter's value without one of those it lists.
func without(name, list, value string) string {
	if strings.HasPrefix(name, "field.") {
		if list == value {
			return ""
		}
		return list
	}
	return strings.Join(slices.DeleteFunc(strings.Split(list, ","), func(v string) bool { return v == value }), ",")
}

func (g *registries) fieldWord(f store.Field, v string) string {
	if v == "none" {
		return ui.T(g.ctx, "filter.empty")
	}
	return fieldWords(g.ctx, f, v)
}

// word names a value of a filter as people read it; an id that nobody knows
// any more stays as it is.
func (g *registries) word(name, v string) (string, error) {
	if key := "filter." + name + "." + v; ui.Has(key) {
		return ui.T(g.ctx, key), nil
	}
	switch name {
	case "status":
		return ui.T(g.ctx, "status."+v), nil
	case "priority":
		return ui.PriorityName(g.ctx, v), nil
	case "channel":
		return channelName(g.ctx, v), nil
	case "region":
		return g.region("", v), nil
	case "tag":
		return v, nil
	}
	options, err := g.options(name)
	if found := nameIn(options, v); found != "" {
		return found, err
	}
	if name == "organization" {
		o, err := g.p.desk.Customer(g.ctx, g.who, v)
		if err == nil {
			return o.Name(string(ui.Of(g.ctx).Lang)), nil
		}
		if !fault.Is(err, fault.NotFound) {
			return v, err
		}
	}
	return v, err
}

// options are what a filter can be chosen from.
func (g *registries) options(name string) ([]ui.Option, error) {
	switch name {
	case "assignee", "follower":
		all, err := g.p.desk.Agents(g.ctx)
		var out []ui.Option
		for _, a := range all {
			out = append(out, ui.Option{Value: a.ID, Label: a.Name})
		}
		return out, err
	case "team":
		return g.teams()
	case "product":
		return g.products()
	}
	return nil, nil
}

// Filter shows the panel by which the queue is narrowed and arranged.
func (p *Pages) Filter(w http.ResponseWriter, r *http.Request, who desk.Viewer) error {
	v, err := p.filterView(r, who)
	if err != nil {
		return err
	}
	if ui.IsFragment(r) {
		return ui.Render(w, r, http.StatusOK, FilterPanel(v, true))
	}
	return p.show(w, r, http.StatusOK, ui.T(r.Context(), "filter.title"), "queue", func(page ui.Page) templ.Component { return FilterPage(page, v) })
}

func (p *Pages) filterView(r *http.Request, who desk.Viewer) (FilterView, error) {
	ctx := r.Context()
	q, err := p.asked(r, who)
	if err != nil {
		return FilterView{}, err
	}
	g := registries{p: p, ctx: ctx, who: who}
	params := q.selection.Params
	v := FilterView{View: q.View.ID, From: params.Get("from"), To: params.Get("to"), DueAfter: params.Get("due-after"), DueBy: params.Get("due-by"), Fresh: params.Get("fresh") != "", Sort: string(q.Order)}
	lists, err := g.lists()
	if err != nil {
		return v, err
	}
	for _, l := range lists {
		chosen := strings.Split(params.Get(l.Name), ",")
		for i := range l.Options {
			l.Options[i].Chosen = slices.Contains(chosen, l.Options[i].Value)
			l.Open = l.Open || l.Options[i].Chosen
		}
		if l.Name == "organization" {
			if err := p.filterCustomers(r, who, &l, chosen); err != nil {
				return v, err
			}
		}
		v.Lists = append(v.Lists, l)
	}
	fields, err := g.fields()
	if err != nil {
		return v, err
	}
	for _, f := range fields {
		if !f.Archived {
			v.Fields = append(v.Fields, g.fieldFilter(f, params.Get("field."+f.Word)))
		}
	}
	for _, o := range store.Orders {
		v.Sorts = append(v.Sorts, ui.Option{Value: string(o), Label: ui.T(ctx, "sort."+string(o))})
	}
	return v, g.offerColumns(&v, q.selection.Columns(), fields)
}

// filterCustomers has the customers of a filter looked for.
func (p *Pages) filterCustomers(r *http.Request, who desk.Viewer, l *FilterList, chosen []string) error {
	c := ui.Chooser{Name: l.Name, Label: l.Label, Many: true, Bare: true}
	for _, o := range l.Options {
		c.First = append(c.First, ui.Choice{Value: o.Value, Label: o.Label, On: o.Chosen})
		chosen = slices.DeleteFunc(slices.Clone(chosen), func(id string) bool { return id == o.Value })
	}
	c, _, err := chooser.OfCustomers(r, p.desk, who, c, chosen)
	l.Options, l.Find, l.Open = nil, &c, l.Open || len(c.Chosen) > 0
	return err
}

// lists are the filters that offer a choice of several.
func (g *registries) lists() ([]FilterList, error) {
	ctx := g.ctx
	list := func(name string, values ...string) FilterList {
		l := FilterList{Name: name, Label: ui.T(ctx, "filter."+name)}
		for _, v := range values {
			word, _ := g.word(name, v) // nothing of these is read from the records
			l.Options = append(l.Options, FilterOption{Value: v, Label: word})
		}
		return l
	}
	var status, target, channels []string
	for _, s := range desk.States {
		status = append(status, string(s))
	}
	for _, t := range store.TargetStates {
		target = append(target, string(t))
	}
	var priorities, regions []string
	for _, con := range g.p.desk.Contracts().All() {
		for _, x := range con.Priorities() {
			if !slices.Contains(priorities, string(x.ID)) {
				priorities = append(priorities, string(x.ID))
			}
		}
		for _, x := range con.Regions() {
			if !slices.Contains(regions, string(x.ID)) {
				regions = append(regions, string(x.ID))
			}
		}
		for _, x := range con.Channels() {
			if !slices.Contains(channels, string(x.ID)) {
				channels = append(channels, string(x.ID))
			}
		}
	}
	out := []FilterList{list("status", status...), list("target", target...), list("priority", priorities...)}
	for _, name := range []string{"assignee", "follower", "team", "product"} {
		options, err := g.options(name)
		if err != nil {
			return nil, err
		}
		if len(options) == 0 {
			continue
		}
		first := []string{"none"}
		switch name {
		case "assignee":
			first = []string{"me", "none"}
		case "follower":
			first = []string{"me"}
		case "team":
			first = []string{"mine", "none"}
		}
		l := list(name, first...)
		for _, o := range options {
			l.Options = append(l.Options, FilterOption{Value: o.Value, Label: o.Label})
		}
		out = append(out, l)
	}
	tags, err := g.p.desk.Tags(ctx, g.who)
	if err != nil {
		return nil, err
	}
	if len(tags) > 0 {
		l := FilterList{Name: "tag", Label: ui.T(ctx, "filter.tag")}
		for _, t := range tags {
			l.Options = append(l.Options, FilterOption{Value: t.Name, Label: t.Name})
		}
		out = append(out, l)
	}
	return append(out, list("organization", "none"), list("region", regions...), list("channel", channels...)), nil
}

func (g *registries) fieldFilter(f store.Field, value string) FieldFilter {
	out := FieldFilter{Name: "field." + f.Word, Label: f.Name(string(ui.Of(g.ctx).Lang)), Kind: string(f.Kind), Value: value}
	any := ui.Option{Value: "", Label: ui.T(g.ctx, "filter.any")}
	none := ui.Option{Value: "none", Label: ui.T(g.ctx, "filter.empty")}
	switch f.Kind {
	case cases.ChoiceField:
		out.Options = []ui.Option{any}
		for _, c := range f.Choices {
			out.Options = append(out.Options, ui.Option{Value: c.Key, Label: ui.Either(g.ctx, c.JA, c.EN)})
		}
		out.Options = append(out.Options, none)
	case cases.FlagField:
		out.Options = []ui.Option{any, {Value: "yes", Label: ui.T(g.ctx, "field.flag.yes")}, {Value: "no", Label: ui.T(g.ctx, "field.flag.no")}, none}
	}
	return out
}

// offerColumns lists what rows can show: the chosen ones first, in their order.
func (g *registries) offerColumns(v *FilterView, chosen []string, fields []store.Field) error {
	names := slices.Clone(chosen)
	for _, c := range desk.Columns {
		if !slices.Contains(names, c) {
			names = append(names, c)
		}
	}
	for _, f := range fields {
		if name := "field." + f.Word; !f.Archived && !slices.Contains(names, name) {
			names = append(names, name)
		}
	}
	for _, name := range names {
		c, err := g.column(name)
		if err != nil {
			return err
		}
		v.Columns = append(v.Columns, FilterOption{Value: name, Label: c.label, Chosen: slices.Contains(chosen, name)})
	}
	return nil
}
