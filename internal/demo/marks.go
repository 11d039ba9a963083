package demo

import (
	"context"
	"fmt"
	"strings"

	"madoguchi/internal/desk"
	"madoguchi/internal/records/store"
	"madoguchi/terms/cases"
	"madoguchi/terms/fault"
)

// markProduct, markTag, markField and markView are the registries by which the
// example desk sorts its cases.
type (
	markProduct struct {
		Key string `yaml:"key"`
		JA  string `yaml:"ja"`
		EN  string `yaml:"en"`
	}
	markTag struct {
		Key    string `yaml:"key"`
		Name   string `yaml:"name"`
		Colour string `yaml:"colour"`
	}
	markField struct {
		Word    string      `yaml:"word"`
		Kind    string      `yaml:"kind"`
		JA      string      `yaml:"ja"`
		EN      string      `yaml:"en"`
		Product string      `yaml:"product"`
		Choices [][3]string `yaml:"choices"`
	}
	markView struct {
		JA      string `yaml:"ja"`
		Query   string `yaml:"query"`
		Product string `yaml:"product"` // whose key in the query becomes its id
	}
)

// mark is what one case is marked with.
type mark struct {
	Product string            `yaml:"product"`
	Tags    []string          `yaml:"tags"`
	Fields  map[string]string `yaml:"fields"`
}

// marks are the ids of the registries by their keys.
type marks struct{ products, tags, fields map[string]string }

// enterMarks makes the registries and the views that everybody has.
func (c *cast) enterMarks(ctx context.Context) error {
	c.marks = marks{products: map[string]string{}, tags: map[string]string{}, fields: map[string]string{}}
	for _, p := range c.week.Products {
		made, err := c.desk.PutProduct(ctx, c.admin, store.Product{NameJA: p.JA, NameEN: p.EN})
		if err != nil {
			return err
		}
		c.marks.products[p.Key] = made.ID
	}
	for _, t := range c.week.Tags {
		made, err := c.desk.PutTag(ctx, c.admin, store.Tag{Name: t.Name, Colour: t.Colour})
		if err != nil {
			return err
		}
		c.marks.tags[t.Key] = made.ID
	}
	for _, f := range c.week.Fields {
		field := store.Field{Word: f.Word, Kind: cases.FieldKind(f.Kind), NameJA: f.JA, NameEN: f.EN, Product: c.marks.products[f.Product]}
		for _, x := range f.Choices {
			field.Choices = append(field.Choices, store.Choice{Key: x[0], JA: x[1], EN: x[2]})
		}
		made, err := c.desk.PutField(ctx, c.admin, field)
		if err != nil {
			return err
		}
		c.marks.fields[f.Word] = made.ID
	}
	for _, v := range c.week.Views {
		if v.Product != "" {
			v.Query = strings.Replace(v.Query, "product="+v.Product, "product="+c.marks.products[v.Product], 1)
		}
		if _, err := c.desk.PutView(ctx, c.admin, desk.View{Name: v.JA, Query: v.Query, Shared: store.SharedDesk}); err != nil {
			return err
		}
	}
	return nil
}

// mark puts on a case what the week says of it.
func (p *plot) mark(ctx context.Context, who desk.Viewer) error {
	m, ok := p.week.Marks[p.story.ID]
	if !ok {
		return nil
	}
	if _, err := p.desk.NameProduct(ctx, who, p.id, p.marks.products[m.Product]); err != nil && !fault.Is(err, fault.Conflict) {
		return fmt.Errorf("product %s: %w", m.Product, err)
	}
	tags := desk.TagCommand{Case: p.id}
	for _, t := range m.Tags {
		tags.Add = append(tags.Add, p.marks.tags[t])
	}
	if _, err := p.desk.Tag(ctx, who, tags); err != nil && !fault.Is(err, fault.Conflict) {
		return fmt.Errorf("tags: %w", err)
	}
	values := map[string]string{}
	for word, v := range m.Fields {
		values[p.marks.fields[word]] = v
	}
	_, err := p.desk.SetFields(ctx, who, p.id, values)
	return err
}
