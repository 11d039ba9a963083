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
func ClockData(ctx context.Context, c Clock) templ.Attributes {
	if !c.Ticks() {
		return nil
	}
	return templ.Attributes{
		"data-clock":  string(c.State),
		"data-due":    Millis(c.Deadline),
		"data-at":     Millis(Of(ctx).Now),
		"data-left":   strconv.FormatInt(c.Left.Milliseconds(), 10),
		"data-target": strconv.FormatInt(c.Target.Milliseconds(), 10),
		"data-open":   c.spans(),
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
