package agent

import (
	"context"
	"net/http"
	"slices"
	"strings"

	"madoguchi/internal/desk"
	"madoguchi/internal/doors/web/ui"
	"madoguchi/internal/records/store"
)

// column is one thing that rows of the queue show beside the usual.
type column struct {
	name, label string
	show        func(context.Context, desk.QueueRow, *Row)
}

// fact is a column that is a word.
func fact(say func(context.Context, desk.QueueRow) string) func(context.Context, desk.QueueRow, *Row) {
	return func(ctx context.Context, r desk.QueueRow, row *Row) {
		if s := say(ctx, r); s != "" {
			row.Facts = append(row.Facts, s)
		}
	}
}

// columns are what somebody chose, ready to be drawn. Registries are read only
// for the columns that need them.
func (p *Pages) columns(r *http.Request, who desk.Viewer, names []string) ([]column, error) {
	ctx := r.Context()
	reg := registries{p: p, ctx: ctx, who: who}
	var out []column
	for _, name := range names {
		c, err := reg.column(name)
		if err != nil {
			return nil, err
		}
		out = append(out, c)
	}
	return out, nil
}

func (g *registries) column(name string) (column, error) {
	lang := string(ui.Of(g.ctx).Lang)
	c := column{name: name, label: ui.T(g.ctx, "column."+name)}
	switch name {
	case "number":
		c.show = fact(func(_ context.Context, r desk.QueueRow) string { return r.Number })
	case "organization":
		c.show = fact(func(_ context.Context, r desk.QueueRow) string { return r.OrgName })
	case "assignee":
		c.show = func(_ context.Context, _ desk.QueueRow, row *Row) { row.Who = true }
	case "tags":
		c.show = func(_ context.Context, r desk.QueueRow, row *Row) { row.Tags = tagViews(r.Tagged) }
	case "status":
		c.show = fact(func(ctx context.Context, r desk.QueueRow) string { return ui.T(ctx, "status."+string(r.Status)) })
	case "channel":
		c.show = fact(func(ctx context.Context, r desk.QueueRow) string { return channelName(ctx, r.Channel) })
	case "region":
		c.show = fact(func(_ context.Context, r desk.QueueRow) string { return g.region(r.Contract, r.Region) })
	case "received":
		c.show = fact(func(ctx context.Context, r desk.QueueRow) string {
			return ui.T(ctx, "column.received.at", ui.Near(ctx, r.Reception))
		})
	case "updated":
		c.show = fact(func(ctx context.Context, r desk.QueueRow) string {
			return ui.T(ctx, "column.updated.at", ui.Near(ctx, r.Updated))
		})
	case "until":
		c.show = fact(func(ctx context.Context, r desk.QueueRow) string {
			if r.HoldUntil.IsZero() {
				return ""
			}
			return ui.T(ctx, "column.until.at", ui.Near(ctx, r.HoldUntil))
		})
	case "team":
		teams, err := g.teams()
		c.show = fact(func(_ context.Context, r desk.QueueRow) string { return nameIn(teams, r.Team) })
		return c, err
	case "product":
		products, err := g.products()
		c.show = fact(func(_ context.Context, r desk.QueueRow) string { return nameIn(products, r.Product) })
		return c, err
	default:
		fields, err := g.fields()
		i := slices.IndexFunc(fields, func(f store.Field) bool { return "field."+f.Word == name })
		if i < 0 {
			c.show = fact(func(context.Context, desk.QueueRow) string { return "" })
			return c, err
		}
		f := fields[i]
		c.label = f.Name(lang)
		c.show = fact(func(ctx context.Context, r desk.QueueRow) string {
			if v := r.Fields[f.ID]; v != "" {
				return f.Name(lang) + " " + fieldWords(ctx, f, v)
			}
			return ""
		})
		return c, err
	}
	return c, nil
}

// fieldWords writes what a field holds as people read it.
func fieldWords(ctx context.Context, f store.Field, value string) string {
	switch f.Kind {
	case "choice":
		for _, c := range f.Choices {
			if c.Key == value {
				return ui.Either(ctx, c.JA, c.EN)
			}
		}
	case "flag":
		return ui.T(ctx, "field.flag."+value)
	case "date":
		return ui.DateOf(ctx, value)
	}
	return value
}

func nameIn(options []ui.Option, id string) string {
	if i := slices.IndexFunc(options, func(o ui.Option) bool { return o.Value == id && id != "" }); i >= 0 {
		return options[i].Label
	}
	return ""
}

// registries are what ids in filters and columns are named by, each read once
// and only if somebody asks.
type registries struct {
	p   *Pages
	ctx context.Context
	who desk.Viewer

	productList, teamList []ui.Option
	fieldList             []store.Field
	read                  struct{ products, teams, fields bool }
}

func (g *registries) products() ([]ui.Option, error) {
	if g.read.products {
		return g.productList, nil
	}
	all, err := g.p.desk.Products(g.ctx, g.who)
	for _, p := range all {
		g.productList = append(g.productList, ui.Option{Value: p.ID, Label: p.Name(string(ui.Of(g.ctx).Lang))})
	}
	g.read.products = err == nil
	return g.productList, err
}

func (g *registries) teams() ([]ui.Option, error) {
	if g.read.teams {
		return g.teamList, nil
	}
	all, err := g.p.desk.TeamNames(g.ctx, g.who)
	for _, t := range all {
		g.teamList = append(g.teamList, ui.Option{Value: t.ID, Label: t.Name})
	}
	g.read.teams = err == nil
	return g.teamList, err
}

func (g *registries) fields() ([]store.Field, error) {
	if g.read.fields {
		return g.fieldList, nil
	}
	var err error
	g.fieldList, err = g.p.desk.Fields(g.ctx, g.who)
	g.read.fields = err == nil
	return g.fieldList, err
}

// region names a region as one of the contracts calls it.
func (g *registries) region(contract, id string) string {
	for _, con := range g.p.desk.Contracts().All() {
		if contract == "" || strings.HasPrefix(contract, con.ID()+"@") {
			if name := regionName(g.ctx, con, id); name != id {
				return name
			}
		}
	}
	return id
}
