package agent

import (
	"context"
	"strings"

	"madoguchi/internal/desk"
	"madoguchi/internal/doors/web/ui"
	"madoguchi/terms/cases"
)

// statusLine words a change of state: for whom the case waits, until when, and
// that it came back by itself.
func statusLine(ctx context.Context, d cases.StatusChanged, en *Entry) {
	state, detail := ui.T(ctx, "status."+string(d.To)), d.Reason
	if d.Wait == cases.WaitThirdParty {
		state = ui.T(ctx, "case.hold.third-party")
	}
	title := ui.T(ctx, "timeline.status", state)
	switch {
	case d.Returned:
		title = ui.T(ctx, "timeline.returned")
	case !d.Until.IsZero():
		detail = ui.T(ctx, "timeline.until", detail, ui.Moment(ctx, d.Until))
	case d.From == cases.Resolved && d.To == cases.Closed && en.Who == ui.T(ctx, "timeline.system"):
		title = ui.T(ctx, "timeline.expired")
	}
	line(en, "arrow", title, detail)
}

func taggedWords(ctx context.Context, d cases.Tagged) string {
	var parts []string
	for _, t := range d.Added {
		parts = append(parts, "+ "+t.Name)
	}
	for _, t := range d.Removed {
		parts = append(parts, "− "+t.Name)
	}
	return strings.Join(parts, ui.T(ctx, "list.sep"))
}

// productName is what the product is called today, else as it was noted.
func productName(ctx context.Context, v desk.CaseView, d cases.ProductNamed) string {
	for _, p := range v.Marks.Products {
		if p.ID == d.Product {
			return p.Name(string(ui.Of(ctx).Lang))
		}
	}
	return d.Name
}

// fieldName is what the field is called today, else as it was noted.
func fieldName(ctx context.Context, v desk.CaseView, d cases.FieldSet) string {
	for _, f := range v.Marks.Fields {
		if f.ID == d.Field {
			return f.Name(string(ui.Of(ctx).Lang))
		}
	}
	return d.Name
}

func fieldChange(ctx context.Context, v desk.CaseView, d cases.FieldSet) string {
	say := func(value string) string {
		if value == "" {
			return ui.T(ctx, "filter.empty")
		}
		for _, f := range v.Marks.Fields {
			if f.ID == d.Field {
				return fieldWords(ctx, f, value)
			}
		}
		return value
	}
	return say(d.Before) + " → " + say(d.After)
}
