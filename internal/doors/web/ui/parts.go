package ui

import (
	"context"
	"strconv"

	"github.com/a-h/templ"
)

func priClass(ctx context.Context, p string) string {
	if w, ok := Of(ctx).Priorities[p]; ok {
		return w.Weight
	}
	switch p {
	case "high":
		return "h"
	case "medium":
		return "m"
	}
	return "l"
}

func priLetter(ctx context.Context, p string) string {
	if w, ok := Of(ctx).Priorities[p]; ok {
		return w.Letter[Of(ctx).Lang]
	}
	if key := "priority.letter." + p; Has(key) {
		return T(ctx, key)
	}
	return Initial(p)
}

// PriorityName writes a priority as the terms do: 高, 中, 低.
func PriorityName(ctx context.Context, p string) string {
	if w, ok := Of(ctx).Priorities[p]; ok {
		return w.Name[Of(ctx).Lang]
	}
	if key := "priority." + p; Has(key) {
		return T(ctx, key)
	}
	return p
}

// PriorityLabel is the badge's name for screen readers.
func PriorityLabel(ctx context.Context, p string, provisional bool) string {
	if provisional {
		return T(ctx, "priority.label.provisional", PriorityName(ctx, p))
	}
	return T(ctx, "priority.label", PriorityName(ctx, p))
}

// ClockData hands the script what it needs to let a clock tick: what is left
// at the viewer's present, and the open business time from there on.
func ClockData(ctx context.Context, c Clock) templ.OrderedAttributes {
	return c.data(ctx, nil)
}

// clockAttrs are the class and the data of a clock.
func clockAttrs(ctx context.Context, c Clock) templ.OrderedAttributes {
	const most = 7
	return c.data(ctx, append(make(templ.OrderedAttributes, 0, most), templ.KV[string, any]("class", "clock "+string(c.State))))
}

func (c Clock) data(ctx context.Context, to templ.OrderedAttributes) templ.OrderedAttributes {
	if !c.Ticks() {
		return to
	}
	return append(
		to,
		templ.KV[string, any]("data-clock", string(c.State)),
		templ.KV[string, any]("data-due", Millis(c.Deadline)),
		templ.KV[string, any]("data-at", Millis(Of(ctx).Now)),
		templ.KV[string, any]("data-left", strconv.FormatInt(c.Left.Milliseconds(), 10)),
		templ.KV[string, any]("data-target", strconv.FormatInt(c.Target.Milliseconds(), 10)),
		templ.KV[string, any]("data-open", c.spans()),
	)
}

// priorityAttrs are the class and the name of a priority's badge.
func priorityAttrs(ctx context.Context, p string, provisional, small bool) templ.OrderedAttributes {
	class := "pri " + priClass(ctx, p)
	if provisional {
		class += " prov"
	}
	if small {
		class += " sm"
	}
	label := PriorityLabel(ctx, p, provisional)
	return templ.OrderedAttributes{
		templ.KV[string, any]("class", class), templ.KV[string, any]("role", "img"),
		templ.KV[string, any]("aria-label", label), templ.KV[string, any]("title", label),
	}
}

func calloutRole(kind string) string {
	if kind == "bad" {
		return "alert"
	}
	return "note"
}

func inputType(f Field) string {
	if f.Type == "" {
		return "text"
	}
	return f.Type
}

func fieldAttrs(f Field) templ.Attributes {
	a := templ.Attributes{"id": "f-" + f.Name, "name": f.Name}
	switch {
	case f.Error != "":
		a["aria-invalid"], a["aria-describedby"] = "true", "e-"+f.Name
	case f.Hint != "":
		a["aria-describedby"] = "h-" + f.Name
	}
	for name, v := range map[string]string{"autocomplete": f.Autocomplete, "placeholder": f.Placeholder, "lang": f.Lang} {
		if v != "" {
			a[name] = v
		}
	}
	if f.Required {
		a["required"] = true
	}
	if f.Focus {
		a["autofocus"] = true
	}
	return a
}
