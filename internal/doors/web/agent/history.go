package agent

import (
	"context"

	"madoguchi/internal/desk"
	"madoguchi/internal/doors/web/ui"
)

// DoneRow is an act on a customer or a person, as their pages list it.
type DoneRow struct{ When, By, What, Detail string }

func doneRows(ctx context.Context, acts []desk.Done) []DoneRow {
	var out []DoneRow
	for _, a := range acts {
		row := DoneRow{When: ui.Moment(ctx, a.At), By: a.By, What: a.Act, Detail: a.Detail}
		if key := "audit.act." + a.Act; ui.Has(key) {
			row.What = ui.T(ctx, key)
		}
		out = append(out, row)
	}
	return out
}
