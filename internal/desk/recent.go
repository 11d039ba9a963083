package desk

import (
	"context"
	"strings"
	"unicode/utf8"

	"madoguchi/internal/records/store"
	"madoguchi/terms/cases"
	"madoguchi/terms/fault"
)

// Recent is what a person opened last, as they may see it now, the latest
// first.
type Recent struct {
	Cases     []store.CaseRow
	Customers []store.Organization
}

// recentShown is how many of each kind are shown.
const recentShown = 8

// longestQuery is how many characters a remembered query may have.
const longestQuery = 500

// Opened remembers that the viewer opened a case, a customer or a contact, or
// searched ([store.RecentCase] …). What they may not see is [fault.NotFound].
func (d *Desk) Opened(ctx context.Context, who Viewer, kind, ref string) error {
	if err := who.May(WorkCases); err != nil {
		return err
	}
	var err error
	switch kind {
	case store.RecentCase:
		_, err = d.store.CaseRow(ctx, who.Scope(), cases.ID(ref))
	case store.RecentCustomer:
		_, err = d.organizationFor(ctx, who, ref)
	case store.RecentContact:
		_, err = d.Contact(ctx, who, ref)
	case store.RecentQuery:
		if ref = strings.Join(strings.Fields(ref), " "); ref == "" || utf8.RuneCountInString(ref) > longestQuery {
			err = fault.New(fault.Invalid, "検索の言葉を 1 文字以上 500 文字以内にしてください。", "Please give a query of 1 to 500 characters.").At("ref")
		}
	default:
		err = fault.New(fault.Invalid, "開いたものの種類が正しくありません。", "There is no such kind of thing to open.").At("kind")
	}
	if err != nil {
		return err
	}
	return d.remember(ctx, who, kind, ref)
}

func (d *Desk) remember(ctx context.Context, who Viewer, kind, ref string) error {
	latest, err := d.store.Recents(ctx, who.ID, kind, 1)
	if err != nil || len(latest) > 0 && latest[0].Ref == ref {
		return err // a page that is loaded again writes nothing
	}
	return d.store.Write(ctx, func(tx *store.Tx) error {
		return tx.PutRecent(who.ID, store.Recent{Kind: kind, Ref: ref, At: d.now()})
	})
}

// Recent returns what the viewer opened last and may still see.
func (d *Desk) Recent(ctx context.Context, who Viewer) (Recent, error) {
	if err := who.May(WorkCases); err != nil {
		return Recent{}, err
	}
	var out Recent
	list, err := d.store.Recents(ctx, who.ID, store.RecentCase, recentShown)
	if err != nil {
		return Recent{}, err
	}
	for _, r := range list {
		row, err := d.store.CaseRow(ctx, who.Scope(), cases.ID(r.Ref))
		switch {
		case err == nil:
			out.Cases = append(out.Cases, row)
		case !fault.Is(err, fault.NotFound):
			return Recent{}, err
		}
	}
	if list, err = d.store.Recents(ctx, who.ID, store.RecentCustomer, recentShown); err != nil {
		return Recent{}, err
	}
	for _, r := range list {
		o, err := d.organizationFor(ctx, who, r.Ref)
		switch {
		case err == nil && !o.Archived:
			out.Customers = append(out.Customers, o)
		case err != nil && !fault.Is(err, fault.NotFound):
			return Recent{}, err
		}
	}
	return out, nil
}

// queriesShown is how many queries a person is offered again.
const queriesShown = 6

// Queries returns what the viewer searched for last.
func (d *Desk) Queries(ctx context.Context, who Viewer) ([]string, error) {
	if err := who.May(WorkCases); err != nil {
		return nil, err
	}
	list, err := d.store.Recents(ctx, who.ID, store.RecentQuery, queriesShown)
	var queries []string
	for _, r := range list {
		queries = append(queries, r.Ref)
	}
	return queries, err
}

// ForgetQueries forgets what the viewer searched for.
func (d *Desk) ForgetQueries(ctx context.Context, who Viewer) error {
	if err := who.May(WorkCases); err != nil {
		return err
	}
	return d.store.Write(ctx, func(tx *store.Tx) error { return tx.DropRecents(who.ID, store.RecentQuery) })
}
